{#- The tables of ClickHouse, on one server and on a cluster. -#}
{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}

{%- macro pageviews() -%}
(
  {{ user }} String,
  {{ time }} DateTime64(6, 'UTC'),
  {{ page }} String{{ rule.declared("Nullable(String)") }}
{%- if arrival %},
  {{ arrival }} UInt64 DEFAULT generateSnowflakeID()
{%- endif %},
  PROJECTION dwell_by_time (SELECT {{ user }}, {{ time }} ORDER BY {{ time }})
)
{%- endmacro -%}

{%- macro pageviews_order() -%}
PARTITION BY toYYYYMM({{ time }}) ORDER BY ({{ user }}, {{ time }})
SETTINGS index_granularity = 1024, lightweight_mutation_projection_mode = 'rebuild'
{%- endmacro -%}

{%- macro stored() -%}
(
  session_id String,
  user_id String,
  started_at DateTime64(6, 'UTC'),
  ended_at DateTime64(6, 'UTC'),
  pageviews Int64,
  landing_page String,
  exit_page String{{ rule.declared("Nullable(String)") }},
  gap_us Int64,
  version UInt64,
  is_deleted UInt8
)
{%- endmacro -%}

{%- macro stored_order() -%}
PARTITION BY toYYYYMM(started_at) ORDER BY (user_id, started_at)
SETTINGS index_granularity = 1024
{%- endmacro -%}

{%- macro sessions(stored) -%}
SELECT session_id, user_id, started_at, ended_at,
  {{ engine.duration_s(engine.instant("started_at"), engine.instant("ended_at")) }} AS duration_s,
  pageviews, landing_page, exit_page, {{ engine.is_bounce("pageviews") }} AS is_bounce{{ rule.also() }}
FROM {{ stored }} FINAL
WHERE is_deleted = 0
{%- endmacro -%}
