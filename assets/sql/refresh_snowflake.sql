{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}
{%- import "touched.sql" as touched -%}
-- The sessions that the pageviews of a time window touch, anew, at a gap of {{ gap }}.
--
-- The window is half-open: it includes from and excludes to, both UTC as 2020-02-02T12:55:16Z.
-- Where they were not given when this statement was made, two session variables stand for them, set before as
-- in SET refresh_from = '2020-02-02T00:00:00Z'
--
-- Once every pageview has been in the window of some refresh after its arrival, in whatever order and
-- however often, the sessions are what rebuild gives at the same gap. A refresh at another gap than the
-- table has is refused: rebuild it at that gap.
--
-- The sessions change in one transaction: all of it or nothing. What is to be recomputed is found before it, as a
-- transaction holds no CREATE: {{ recompute_table }}, a temporary table. If another writer commits in between, this
-- refresh is refused: run it again.

{{ engine.check_time() }}

SET dwell_last_writer = (SELECT MAX(writer) FROM {{ sessions_gap }});
SET dwell_writer = (SELECT UUID_STRING());

SELECT CAST(CASE
    WHEN COUNT(*) <> 1 THEN {{ (sessions_gap ~ " has not one row: run the schema") | text }}
    WHEN MAX(gap_us) <> {{ gap_us }} THEN 'the gap is not that of the sessions: rebuild them'
    WHEN {{ engine.first(from) }} < {{ engine.end(to) }} THEN '0'
    ELSE 'the window is empty' END AS INTEGER) AS may_go_on
FROM {{ sessions_gap }};

-- Of each user with a pageview in the window: the first and last instant to recompute.
CREATE OR REPLACE TEMPORARY TABLE {{ recompute_table }} AS
WITH
{{ touched.to_recompute(stored_table, touched.in_window(), touched.near_window()) }}
SELECT user_id, first_at, last_at FROM to_recompute;

-- As variables they are known before the tables are read, so that micro-partitions are passed over.
SET dwell_first_us = (SELECT COALESCE(MIN(first_at), 0) FROM {{ recompute_table }});
SET dwell_last_us = (SELECT COALESCE(MAX(last_at), 0) FROM {{ recompute_table }});

-- Of two writers at once, the second waits here, and then finds that the first one has written. Nothing is written
-- below unless this row was, also by a client that goes on after an error.
BEGIN TRANSACTION;
UPDATE {{ sessions_gap }} SET gap_us = {{ gap_us }}, writer = $dwell_writer
WHERE writer = $dwell_last_writer AND COALESCE(gap_us, {{ gap_us }}) = {{ gap_us }};

SELECT CAST(CASE WHEN COUNT(*) = 1 THEN '0' ELSE 'another refresh or rebuild has written meanwhile: run this one again' END AS INTEGER) AS may_go_on
FROM {{ sessions_gap }} WHERE writer = $dwell_writer;

DELETE FROM {{ stored_table }}
WHERE session_id IN (
    SELECT stored.session_id
    FROM {{ stored_table }} AS stored INNER JOIN {{ recompute_table }} AS to_recompute ON stored.user_id = to_recompute.user_id
    WHERE {{ engine.instant("stored.started_at") }} >= to_recompute.first_at
      AND {{ engine.instant("stored.started_at") }} <= to_recompute.last_at
      AND {{ engine.since("stored.started_at", "$dwell_first_us") }}
      AND {{ engine.until("stored.started_at", "$dwell_last_us") }}
  )
  AND {{ engine.since("started_at", "$dwell_first_us") }}
  AND {{ engine.until("started_at", "$dwell_last_us") }}
  AND EXISTS (SELECT * FROM {{ sessions_gap }} WHERE writer = $dwell_writer);

INSERT INTO {{ stored_table }} (session_id, user_id, started_at, ended_at, pageviews, landing_page, exit_page{{ rule.also() }})
WITH
to_recompute AS (
  SELECT user_id, first_at, last_at
  FROM {{ recompute_table }}
  WHERE EXISTS (SELECT * FROM {{ sessions_gap }} WHERE writer = $dwell_writer)
),
{{ touched.viewed("$dwell_first_us", "$dwell_last_us") }},
{{ rule.sessions(gap_us) }};

COMMIT;

DROP TABLE {{ recompute_table }};
