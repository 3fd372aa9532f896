{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}
-- The tables that sessions are derived in. Changes nothing that is there already. A table of pageviews
-- made without this statement is taken as it is, where a time without a zone is taken for UTC. One
-- transaction: all of it or nothing.
--
-- {{ pageviews_table }} ({{ user }}, {{ time }}, {{ page }}): insert in order of arrival, which is DuckDB's rowid
--   unless another column was named when this statement was made.
-- {{ sessions_table }} (session_id, user_id, started_at, ended_at, duration_s, pageviews, landing_page, exit_page,
--   is_bounce):
--   written by the statements rebuild and refresh only. A session_id is its user, an @, and its start in
--   microseconds since the epoch.
-- {{ sessions_gap }} (gap_us): the gap of the table of sessions in microseconds, once it has one.
-- {{ session_pageviews }}: every pageview that a rebuild or refresh has covered, with its session_id, the
--   session_number among its user's and the pageview_number within the session, both from 1.

BEGIN TRANSACTION;

CREATE TABLE IF NOT EXISTS {{ pageviews_table }} (
  {{ user }} VARCHAR NOT NULL,
  {{ time }} TIMESTAMP WITH TIME ZONE NOT NULL,
  {{ page }} VARCHAR NOT NULL{{ rule.declared("VARCHAR") }}
{%- if arrival and arrival_name != "rowid" %},
  {{ arrival }} BIGINT NOT NULL
{%- endif %}

);

{{ engine.check_time() }}

CREATE TABLE IF NOT EXISTS {{ sessions_table }} (
  session_id VARCHAR COLLATE C NOT NULL,
  user_id VARCHAR COLLATE C NOT NULL,
  started_at TIMESTAMP WITH TIME ZONE NOT NULL,
  ended_at TIMESTAMP WITH TIME ZONE NOT NULL,
  duration_s DOUBLE GENERATED ALWAYS AS (
    {{ engine.duration_s(engine.instant("started_at"), engine.instant("ended_at")) }}
  ) VIRTUAL,
  pageviews BIGINT NOT NULL,
  landing_page VARCHAR NOT NULL,
  exit_page VARCHAR NOT NULL,
  is_bounce BOOLEAN GENERATED ALWAYS AS ({{ engine.is_bounce("pageviews") }}) VIRTUAL{{ rule.declared("VARCHAR") }}
);

CREATE TABLE IF NOT EXISTS {{ sessions_gap }} (
  gap_us BIGINT
);
INSERT INTO {{ sessions_gap }} (gap_us)
SELECT NULL WHERE NOT EXISTS (SELECT * FROM {{ sessions_gap }});

CREATE OR REPLACE VIEW {{ session_pageviews }} AS
{% include "session_pageviews.sql" %};

COMMIT;
