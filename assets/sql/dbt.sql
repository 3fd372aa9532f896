{#- An incremental model of dbt. What dbt is to read stands in << >> and <% %> here, as both speak Jinja. -#}
{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}
{%- import "touched.sql" as touched -%}
{%- import "days_spark.sql" as days -%}
{%- import "dbt_model.sql" as model -%}
{%- set this = "<< this >>" -%}
{%- macro watermark() -%}
SELECT MAX(seen.watermark) FROM {{ this }} AS seen
{%- endmacro -%}
{%- macro condition() -%}
{% if arrival %}
<% if window.from %>
{{ touched.in_window() }}
<% elif stored is defined and stored[1] is not none %>
(pageviews.{{ arrival }} >= ({{ watermark() }})<% if lookback %> - << lookback >><% endif %> OR pageviews.{{ arrival }} IS NULL)
<% else %>
1 = 1
<% endif %>
{%- else %}
{{ touched.in_window() }}
{%- endif %}
{%- endmacro -%}
-- Sessions at a gap of {{ gap }}, as an incremental model of dbt. The variable dwell_gap_us sets another gap, in
-- microseconds, which needs a full refresh.
--
-- session_id, user_id, started_at, ended_at, pageviews, landing_page, exit_page{{ rule.also() }}, duration_s, is_bounce, gap_us
{%- if arrival %}, watermark{% endif %}
{%- if dialect == "spark" %}, started_on{% endif %}

{% if arrival %}
-- A run takes in the pageviews whose {{ arrival_name }} is not before the latest that an earlier run has seen,
-- however late they are, and recomputes the sessions that they touch and no others. That latest one is the
-- watermark. The variable dwell_lookback moves it back by so much: a number, or INTERVAL '1 hour' for a time, if
-- pageviews can become visible after later ones. With the variables dwell_from and dwell_to, both UTC as
-- 2020-02-02T12:55:16Z, a run takes in those of that window of time instead, and the watermark stays: what else
-- arrived is left for the next run.
{% else %}
-- There is no column that tells what arrived since the last run: a run needs the variables dwell_from and
-- dwell_to, both UTC as 2020-02-02T12:55:16Z, takes in the pageviews of that window of time, and recomputes
-- the sessions that they touch and no others.
{% endif %}
{% if dialect == "spark" %}
-- Days on which there are pageviews of a session touched are overwritten. A row without a session_id
-- keeps a day that has lost all sessions in place: select those with one.
{% endif %}

{% if dialect == "spark" %}
<< config(
  materialized='incremental',
  incremental_strategy='insert_overwrite',
  on_schema_change='fail',
  file_format='parquet',
  partition_by=['started_on']
) >>
{% else %}
-- What a run finds to be no session any more comes with 0 pageviews, and leaves in the same transaction.
<< config(
  materialized='incremental',
  incremental_strategy='delete+insert',
  on_schema_change='fail',
  unique_key='session_id',
{% if dialect == "postgres" %}
  indexes=[{'columns': ['session_id']}, {'columns': ['user_id', 'started_at']}],
{% endif %}
  post_hook="DELETE FROM << this >> WHERE pageviews = 0"
) >>
{% endif %}

{{ model.gap() }}
<% set window = {'from': var('dwell_from', none), 'to': var('dwell_to', none)} %>
{% if arrival %}
<% set lookback = var('dwell_lookback', none) %>
{% endif %}
<% if (window.from is none) != (window.to is none) %>
<%   do exceptions.raise_compiler_error('a window has two ends: give both variables, dwell_from and dwell_to') %>
<% endif %>
<% if is_incremental() and execute %>
{% if not arrival %}
<%   if not window.from %>
<%     do exceptions.raise_compiler_error('which pageviews? give the variables dwell_from and dwell_to') %>
<%   endif %>
{% endif %}
<%   set stored = run_query('SELECT MAX(gap_us) AS gap_us{{ ", MAX(watermark) AS watermark" if arrival }} FROM ' ~ this).rows[0] %>
<%   if stored[0] is not none and stored[0] | int != gap_us %>
<%     do exceptions.raise_compiler_error('the gap is not that of the sessions: run with --full-refresh') %>
<%   endif %>
<%   if window.from %>
<%     set is_empty %>SELECT CASE WHEN {{ engine.first(from) }} < {{ engine.end(to) }} THEN 0 ELSE 1 END AS is_empty<% endset %>
<%     if run_query(is_empty).rows[0][0] | int %>
<%       do exceptions.raise_compiler_error('the window is empty: dwell_from must be before dwell_to') %>
<%     endif %>
<%   endif %>
<% endif %>

WITH
<% if is_incremental() %>
{{ touched.to_recompute(this, condition()) }},
{{ touched.viewed() }},
<% else %>
{{ rule.viewed() }},
<% endif %>
{{ rule.cut(gap_us) }}
{%- if arrival %},
watermark AS (
<% if is_incremental() and window.from %>
  SELECT MAX(seen.watermark) AS watermark FROM {{ this }} AS seen
<% elif is_incremental() %>
  SELECT {{ engine.greatest("MAX(viewed.arrival)", "(" ~ watermark() ~ ")") }} AS watermark FROM viewed
<% else %>
  SELECT MAX(viewed.arrival) AS watermark FROM viewed
<% endif %>
)
{%- endif %}
{%- if dialect != "spark" %},
fresh AS (
  SELECT {{ rule.facts() }}, {{ rule.derived("cut") }},
    CAST({{ gap_us }} AS BIGINT) AS gap_us{{ ", watermark.watermark AS watermark" if arrival }}
  FROM cut{{ " CROSS JOIN watermark" if arrival }}
)
{%- endif %}

{% if dialect == "spark" %}
<% if is_incremental() %>
{{ days.fresh(true, arrival) }}
{{ days.kept(this, true, arrival) }}
<% else %>
{{ days.fresh(true, arrival) }}
<% endif %>
{% else %}
SELECT fresh.* FROM fresh
<% if is_incremental() %>
UNION ALL
SELECT stored.session_id, stored.user_id, stored.started_at, stored.ended_at, 0 AS pageviews, stored.landing_page, stored.exit_page{{ rule.also("stored") }},
  stored.duration_s, stored.is_bounce, stored.gap_us{{ ", stored.watermark" if arrival }}
FROM to_recompute INNER JOIN {{ this }} AS stored ON {{ engine.text("stored.user_id") }} = to_recompute.user_id
WHERE {{ engine.instant("stored.started_at") }} >= to_recompute.first_at
  AND {{ engine.instant("stored.started_at") }} <= to_recompute.last_at
  -- A session that stays comes once.
  AND NOT EXISTS (SELECT fresh.session_id FROM fresh WHERE {{ engine.text("fresh.session_id") }} = {{ engine.text("stored.session_id") }})
<% endif %>
{% endif %}
