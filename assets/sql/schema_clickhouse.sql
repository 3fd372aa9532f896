{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}
-- The tables that sessions are derived in. Changes nothing that is there already. A table of pageviews
-- made without this statement is taken as it is.
--
-- {{ pageviews_table }} ({{ user }}, {{ time }}, {{ page }}): insert into these columns{{ ", in order of arrival" if arrival }}.
-- {{ stored_table }}: what rebuild and refresh write. A refresh adds newer rows, and rows that say
--   that a session is no more. ClickHouse drops what they replace in time.
-- {{ sessions_table }} (session_id, user_id, started_at, ended_at, duration_s, pageviews, landing_page, exit_page,
--   is_bounce): the sessions. A session_id is its user, an @, and its start in microseconds since the epoch.
-- {{ session_pageviews }}: every pageview that a rebuild or refresh has covered, with its session_id, the
--   session_number among its user's and the pageview_number within the session, both from 1.

CREATE TABLE IF NOT EXISTS {{ pageviews_table }} (
  {{ user }} String,
  {{ time }} DateTime64(6, 'UTC'),
  {{ page }} String{{ rule.declared("Nullable(String)") }}
{%- if arrival %},
  {{ arrival }} UInt64 DEFAULT generateSnowflakeID()
{%- endif %},
  PROJECTION dwell_by_time (SELECT {{ user }}, {{ time }} ORDER BY {{ time }})
) ENGINE = MergeTree PARTITION BY toYYYYMM({{ time }}) ORDER BY ({{ user }}, {{ time }})
SETTINGS index_granularity = 1024, lightweight_mutation_projection_mode = 'rebuild';

{{ engine.check_time() }}

CREATE TABLE IF NOT EXISTS {{ stored_table }} (
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
) ENGINE = ReplacingMergeTree(version, is_deleted) PARTITION BY toYYYYMM(started_at) ORDER BY (user_id, started_at)
SETTINGS index_granularity = 1024;

CREATE OR REPLACE VIEW {{ sessions_table }} AS
SELECT session_id, user_id, started_at, ended_at,
  {{ engine.duration_s(engine.instant("started_at"), engine.instant("ended_at")) }} AS duration_s,
  pageviews, landing_page, exit_page, {{ engine.is_bounce("pageviews") }} AS is_bounce{{ rule.also() }}
FROM {{ stored_table }} FINAL
WHERE is_deleted = 0;

CREATE OR REPLACE VIEW {{ session_pageviews }} AS
{% include "session_pageviews.sql" %};
