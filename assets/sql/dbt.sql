{#- An incremental model of dbt. What dbt is to read stands in << >> and <% %> here, as both speak Jinja. -#}
{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}
{%- import "touched.sql" as touched -%}
{%- import "days_spark.sql" as days -%}
{%- set this = "<< this >>" -%}
{%- macro condition() -%}
{% if arrival %}
<% if window.from and window.to %>
{{ touched.in_window() }}
<% elif stored is defined and stored[1] is not none %>
pageviews.{{ arrival }} > << stored[1] | int if stored[1] is number else "'" ~ stored[1] ~ "'" >>
<% else %>
1 = 1
<% endif %>
{%- else %}
{{ touched.in_window() }}
{%- endif %}
{%- endmacro -%}
-- Sessions at a gap of {{ gap }}, as an incremental model of dbt.
--
-- session_id, user_id, started_at, ended_at, pageviews, landing_page, exit_page, gap_us
{%- if arrival %}, last_arrival{% endif %}
{%- if dialect == "spark" %}, started_on{% endif %}

{% if arrival %}
-- A run takes in the pageviews whose {{ arrival_name }} is later than any that it has seen, however late they are,
-- and recomputes the sessions that they touch and no others. With the variables dwell_from and dwell_to,
-- both UTC as 2020-02-02T12:55:16Z, it takes in those of that window of time instead.
{% else %}
-- There is no column that tells what arrived since the last run: a run needs the variables dwell_from and
-- dwell_to, both UTC as 2020-02-02T12:55:16Z, takes in the pageviews of that window of time, and recomputes
-- the sessions that they touch and no others.
{% endif %}
{% if dialect == "spark" %}
-- Days on which there are pageviews of a session touched are overwritten. A row without a session_id
-- keeps a day that has lost all sessions in place: select those with one.
{% endif %}
-- Another gap needs a full refresh.

{% if dialect == "spark" %}
<< config(
  materialized='incremental',
  incremental_strategy='insert_overwrite',
  file_format='parquet',
  partition_by=['started_on']
) >>
{% else %}
-- What a run finds to be no session any more comes with 0 pageviews, and leaves in the same transaction.
<< config(
  materialized='incremental',
  incremental_strategy='delete+insert',
  unique_key='session_id',
{% if dialect == "postgres" %}
  indexes=[{'columns': ['session_id']}, {'columns': ['user_id', 'started_at']}],
{% endif %}
  post_hook="DELETE FROM << this >> WHERE pageviews = 0"
) >>
{% endif %}

<% set window = {'from': var('dwell_from', none), 'to': var('dwell_to', none)} %>
<% if is_incremental() and execute %>
<%   set stored = run_query('SELECT MAX(gap_us) AS gap_us{{ ", MAX(last_arrival) AS last_arrival" if arrival }} FROM ' ~ this).rows[0] %>
<%   if stored[0] is not none and stored[0] | int != {{ gap_us }} %>
<%     do exceptions.raise_compiler_error('the gap is not that of the sessions: run with --full-refresh') %>
<%   endif %>
{% if not arrival %}
<%   if not window.from or not window.to %>
<%     do exceptions.raise_compiler_error('which pageviews? give the variables dwell_from and dwell_to') %>
<%   endif %>
{% endif %}
<% endif %>

WITH
<% if is_incremental() %>
{{ touched.to_recompute(this, condition()) }},
{{ touched.viewed() }},
<% else %>
{{ rule.viewed() }},
<% endif %>
{{ rule.cut(gap_us, arrival) }}
{% if dialect == "spark" %}
<% if is_incremental() %>
{{ days.fresh("last_arrival" if arrival else "") }}
{{ days.kept(this, "last_arrival" if arrival else "") }}
<% else %>
{{ days.fresh("last_arrival" if arrival else "") }}
<% endif %>
{% else %}
SELECT {{ rule.facts() }},
  {{ gap_us }} AS gap_us{{ ", cut.last_arrival AS last_arrival" if arrival }}
FROM cut
<% if is_incremental() %>
UNION ALL
SELECT stored.session_id, stored.user_id, stored.started_at, stored.ended_at, 0 AS pageviews, stored.landing_page, stored.exit_page,
  stored.gap_us{{ ", stored.last_arrival" if arrival }}
FROM to_recompute INNER JOIN {{ this }} AS stored ON stored.user_id = to_recompute.user_id
WHERE {{ engine.instant("stored.started_at") }} >= to_recompute.first_at
  AND {{ engine.instant("stored.started_at") }} <= to_recompute.last_at
<% endif %>
{% endif %}
