{#- Pageviews with their sessions, for engines that join rather than look up. -#}
{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}
WITH
{{ rule.viewed() }},
numbered AS (
  SELECT session_id, user_id,
    {{ engine.instant("sessions.started_at") }} AS started_at,
    {{ engine.instant("sessions.ended_at") }} AS ended_at,
    ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY {{ engine.instant("sessions.started_at") }}) AS session_number
  FROM {{ sessions }}
)
SELECT numbered.session_id AS session_id, viewed.user_id AS user_id, numbered.session_number AS session_number,
  ROW_NUMBER() OVER (
    PARTITION BY numbered.session_id
    ORDER BY viewed.page_view_at, viewed.arrival, viewed.page{{ rule.tied("viewed") }}
  ) AS pageview_number,
  {{ engine.stored("viewed.page_view_at") }} AS page_view_at, viewed.page AS page{{ rule.landed("viewed") }}
{% if dialect in ["duckdb", "clickhouse"] %}
-- The latest session that starts at or before the pageview.
FROM viewed ASOF INNER JOIN numbered ON numbered.user_id = viewed.user_id AND viewed.page_view_at >= numbered.started_at
WHERE viewed.page_view_at <= numbered.ended_at
{%- else %}
FROM viewed INNER JOIN numbered ON numbered.user_id = viewed.user_id
WHERE viewed.page_view_at >= numbered.started_at AND viewed.page_view_at <= numbered.ended_at
{%- endif %}

