{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}
-- The tables that sessions are derived in. Changes nothing that is there already. A table
-- of pageviews made without this statement is taken as it is and given its order of arrival. One
-- transaction: all of it or nothing.
--
-- {{ pageviews_table }} ({{ user }}, {{ time }}, {{ page }}): insert into these three columns, in order of arrival.
-- {{ sessions_table }} (session_id, user_id, started_at, ended_at, duration_s, pageviews, landing_page, exit_page,
--   is_bounce):
--   written by the statements rebuild and refresh only. A session_id is its user, an @, and its start in
--   microseconds since the epoch.
-- {{ sessions_gap }} (gap_us): the gap of the table sessions in microseconds, once it has one.
-- {{ session_pageviews }}: every pageview with its session_id, the session_number among its user's and
--   the pageview_number within the session, both from 1. All three are null for a pageview that no
--   refresh has covered yet.

BEGIN;

CREATE TABLE IF NOT EXISTS {{ pageviews_table }} (
  {{ user }} TEXT NOT NULL,
  {{ time }} TIMESTAMP WITH TIME ZONE NOT NULL,
  {{ page }} TEXT NOT NULL{{ rule.declared("TEXT") }}
);

{{ engine.check_time() }}

CREATE INDEX IF NOT EXISTS {{ pageviews_by_user }} ON {{ pageviews_table }} (
  ({{ engine.text(user) }}), ({{ engine.instant(time) }})
);
CREATE INDEX IF NOT EXISTS {{ pageviews_by_time }} ON {{ pageviews_table }} (
  ({{ engine.instant(time) }}), ({{ engine.text(user) }})
);

CREATE TABLE IF NOT EXISTS {{ sessions_table }} (
  session_id {{ engine.text_type() }} PRIMARY KEY,
  user_id {{ engine.text_type() }} NOT NULL,
  started_at {{ engine.stored_type() }} NOT NULL,
  ended_at {{ engine.stored_type() }} NOT NULL,
  duration_s DOUBLE PRECISION GENERATED ALWAYS AS (
    {{ engine.duration_s(engine.instant("started_at"), engine.instant("ended_at")) }}
  ) STORED,
  pageviews BIGINT NOT NULL,
  landing_page TEXT NOT NULL,
  exit_page TEXT NOT NULL,
  is_bounce BOOLEAN GENERATED ALWAYS AS ({{ engine.is_bounce("pageviews") }}) STORED{{ rule.declared("TEXT") }}
);
CREATE UNIQUE INDEX IF NOT EXISTS {{ sessions_by_user }} ON {{ sessions_table }} (
  user_id, ({{ engine.instant("started_at") }})
);

CREATE TABLE IF NOT EXISTS {{ sessions_gap }} (
  gap_us BIGINT NOT NULL
);

{{ engine.give_arrival() }}

{{ engine.create_view(session_pageviews) }}
WITH
started AS (
  -- The latest session that starts at or before the pageview.
  SELECT {{ engine.text("pageviews." ~ user) }} AS user_id, pageviews.{{ time }} AS page_view_at,
    {{ "pageviews." ~ arrival if arrival else "0" }} AS arrival, {{ rule.page_text() }} AS page{{ rule.carried_texts() }}, (
      SELECT {{ engine.instant("sessions.started_at") }}
      FROM {{ sessions }}
      WHERE sessions.user_id = {{ engine.text("pageviews." ~ user) }}
        AND {{ engine.instant("sessions.started_at") }} <= {{ engine.instant("pageviews." ~ time) }}
      ORDER BY {{ engine.instant("sessions.started_at") }} DESC
      LIMIT 1
    ) AS started_at
  FROM {{ pageviews }}
  WHERE {{ rule.is_pageview() }}
),
numbered AS (
  SELECT session_id, user_id,
    {{ engine.instant("sessions.started_at") }} AS started_at,
    {{ engine.instant("sessions.ended_at") }} AS ended_at,
    ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY {{ engine.instant("sessions.started_at") }}) AS session_number
  FROM {{ sessions }}
)
SELECT numbered.session_id, started.user_id, numbered.session_number,
  CASE WHEN numbered.session_id IS NOT NULL THEN ROW_NUMBER() OVER (
    PARTITION BY started.user_id, numbered.session_id
    ORDER BY {{ engine.instant("started.page_view_at") }}, started.arrival, started.page{{ rule.tied("started") }}
  ) END AS pageview_number,
  started.page_view_at, started.page{{ rule.landed("started") }}
FROM started
LEFT JOIN numbered ON numbered.user_id = started.user_id
  AND numbered.started_at = started.started_at
  AND numbered.ended_at >= {{ engine.instant("started.page_view_at") }};

COMMIT;
