{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}
-- The tables that sessions are derived in. Changes nothing that is there already. A table of pageviews
-- made without this statement is taken as it is.
--
-- {{ pageviews_table }} ({{ user }}, {{ time }}, {{ page }}{{ ", " ~ arrival if arrival }}): the pageviews, by days and users.
{% if arrival %}
--   {{ arrival }} is a number that grows from one pageview to the next in order of arrival. Your load fills it.
{% endif %}
-- {{ sessions_table }} (session_id, user_id, started_at, ended_at, duration_s, pageviews, landing_page, exit_page,
--   is_bounce): written by the statements rebuild and refresh only. A session_id is its user, an @, and its start in
--   microseconds since the epoch.
-- {{ sessions_gap }} (gap_us): the gap of the sessions in microseconds, once there is one.
-- {{ session_pageviews }}: every pageview that a rebuild or refresh has covered, with its session_id, the
--   session_number among its user's and the pageview_number within the session, both from 1.

CREATE TABLE IF NOT EXISTS {{ pageviews_table }} (
  {{ user }} STRING NOT NULL,
  {{ time }} TIMESTAMP NOT NULL,
  {{ page }} STRING NOT NULL{{ rule.declared("STRING") }}
{%- if arrival %},
  {{ arrival }} INT64 NOT NULL
{%- endif %}

) PARTITION BY DATE({{ time }}) CLUSTER BY {{ user }};

{{ engine.check_time() }}

CREATE TABLE IF NOT EXISTS {{ sessions_table }} (
  session_id {{ engine.text_type() }} NOT NULL,
  user_id {{ engine.text_type() }} NOT NULL,
  started_at TIMESTAMP NOT NULL,
  ended_at TIMESTAMP NOT NULL,
  duration_s FLOAT64 NOT NULL,
  pageviews INT64 NOT NULL,
  landing_page {{ engine.text_type() }} NOT NULL,
  exit_page {{ engine.text_type() }} NOT NULL,
  is_bounce BOOL NOT NULL{{ rule.declared(engine.text_type()) }}
) PARTITION BY DATE(started_at) CLUSTER BY user_id;

CREATE TABLE IF NOT EXISTS {{ sessions_gap }} (
  gap_us INT64
);
INSERT INTO {{ sessions_gap }} (gap_us)
SELECT CAST(NULL AS INT64) FROM (SELECT COUNT(*) AS n FROM {{ sessions_gap }}) AS there WHERE there.n = 0;

CREATE OR REPLACE VIEW {{ session_pageviews }} AS
{% include "session_pageviews.sql" %};
