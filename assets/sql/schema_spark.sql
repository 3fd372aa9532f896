{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}
-- The tables that sessions are derived in. Changes nothing that is there already. A table of pageviews
-- made without this statement is taken as it is, where the time must be a TIMESTAMP.
--
-- {{ pageviews_table }} ({{ user }}, {{ time }}, {{ page }}{{ ", " ~ arrival if arrival }}): append to it.{{ "
--   " ~ arrival_name ~ " is a number that grows, such as a load's number or an offset, to tell pageviews in the same
--   instant apart. What is equal in it, or null, is told apart by page." if arrival }}
-- {{ stored_table }}: what rebuild and refresh write, a partition for each day (UTC) on which sessions
--   start. A row without a session_id keeps a partition that has lost all sessions in place.
-- {{ sessions_table }} (session_id, user_id, started_at, ended_at, duration_s, pageviews, landing_page, exit_page,
--   is_bounce, started_on):
--   the sessions. A session_id is its user, an @, and its start in microseconds since the epoch.
-- {{ session_pageviews }}: every pageview that a rebuild or refresh has covered, with its session_id, the
--   session_number among its user's and the pageview_number within the session, both from 1.

CREATE TABLE IF NOT EXISTS {{ pageviews_table }} (
  {{ user }} STRING,
  {{ time }} TIMESTAMP,
  {{ page }} STRING{{ rule.declared("STRING") }}
{%- if arrival %},
  {{ arrival }} BIGINT
{%- endif %}

) USING PARQUET;

{{ engine.check_time() }}

CREATE TABLE IF NOT EXISTS {{ stored_table }} (
  session_id STRING,
  user_id STRING,
  started_at TIMESTAMP,
  ended_at TIMESTAMP,
  pageviews BIGINT,
  landing_page STRING,
  exit_page STRING{{ rule.declared("STRING") }},
  gap_us BIGINT,
  started_on DATE
) USING PARQUET PARTITIONED BY (started_on);

CREATE OR REPLACE VIEW {{ sessions_table }} AS
SELECT session_id, user_id, started_at, ended_at,
  {{ engine.duration_s(engine.instant("started_at"), engine.instant("ended_at")) }} AS duration_s,
  pageviews, landing_page, exit_page, {{ engine.is_bounce("pageviews") }} AS is_bounce{{ rule.also() }}, started_on
FROM {{ stored_table }}
WHERE session_id IS NOT NULL;

CREATE OR REPLACE VIEW {{ session_pageviews }} AS
{% include "session_pageviews.sql" %};
