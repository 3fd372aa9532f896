{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}
-- The tables that sessions are derived in. Changes nothing that is there already. A table of pageviews
-- made without this statement is taken as it is, where a time without a zone is taken for UTC.
--
-- {{ pageviews_table }} ({{ user }}, {{ time }}, {{ page }}{{ ", " ~ arrival if arrival }}): the pageviews.
{% if arrival %}
--   {{ arrival }} grows from load to load by itself. Within one load, rows are numbered in no certain order: fill it
--   where it matters, with the number of the row in its file or an offset.
{% endif %}
-- {{ stored_table }}: what rebuild and refresh write.
-- {{ sessions_table }} (session_id, user_id, started_at, ended_at, duration_s, pageviews, landing_page, exit_page,
--   is_bounce): the sessions. A session_id is its user, an @, and its start in microseconds since the epoch.
-- {{ sessions_gap }} (gap_us, writer): the gap of the sessions in microseconds, once there is one, and who wrote last.
-- {{ session_pageviews }}: every pageview that a rebuild or refresh has covered, with its session_id, the
--   session_number among its user's and the pageview_number within the session, both from 1.

CREATE TABLE IF NOT EXISTS {{ pageviews_table }} (
  {{ user }} VARCHAR NOT NULL,
  {{ time }} TIMESTAMP_TZ NOT NULL,
  {{ page }} VARCHAR NOT NULL{{ rule.declared("VARCHAR") }}
{%- if arrival %},
  {{ arrival }} NUMBER(38, 0) NOT NULL IDENTITY START 1 INCREMENT 1 ORDER
{%- endif %}

);

{{ engine.check_time() }}

CREATE TABLE IF NOT EXISTS {{ stored_table }} (
  session_id VARCHAR NOT NULL COLLATE 'utf8',
  user_id VARCHAR NOT NULL COLLATE 'utf8',
  started_at TIMESTAMP_TZ NOT NULL,
  ended_at TIMESTAMP_TZ NOT NULL,
  pageviews BIGINT NOT NULL,
  landing_page VARCHAR NOT NULL COLLATE 'utf8',
  exit_page VARCHAR NOT NULL COLLATE 'utf8'{{ rule.declared("VARCHAR COLLATE 'utf8'") }}
);

CREATE TABLE IF NOT EXISTS {{ sessions_gap }} (
  gap_us BIGINT,
  writer VARCHAR NOT NULL
);
INSERT INTO {{ sessions_gap }} (gap_us, writer)
SELECT NULL, 'nobody' FROM (SELECT COUNT(*) AS n FROM {{ sessions_gap }}) AS there WHERE there.n = 0;

CREATE OR REPLACE VIEW {{ sessions_table }} AS
SELECT session_id, user_id, started_at, ended_at,
  {{ engine.duration_s(engine.instant("started_at"), engine.instant("ended_at")) }} AS duration_s,
  pageviews, landing_page, exit_page, {{ engine.is_bounce("pageviews") }} AS is_bounce{{ rule.also() }}
FROM {{ stored_table }};

CREATE OR REPLACE VIEW {{ session_pageviews }} AS
{% include "session_pageviews.sql" %};
