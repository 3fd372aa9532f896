{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}
{%- import "touched.sql" as touched -%}
-- The sessions that the pageviews of a time window touch, anew, at a gap of {{ gap }}.
--
-- The window is half-open: it includes from and excludes to, both UTC as 2020-02-02T12:55:16Z.
-- Where they were not given when this statement was made, two parameters of type STRING stand for them.
--
-- Once every pageview has been in the window of some refresh after its arrival, in whatever order and
-- however often, the sessions are what rebuild gives at the same gap. A refresh at another gap than the
-- table has is refused: rebuild it at that gap. One transaction: all of it or nothing.

-- As variables they are known before the tables are read, so that partitions are passed over.
DECLARE dwell_from_us INT64 DEFAULT {{ engine.first(from) }};
DECLARE dwell_to_us INT64 DEFAULT {{ engine.end(to) }};
DECLARE dwell_first_us INT64;
DECLARE dwell_last_us INT64;

IF NOT COALESCE(dwell_from_us < dwell_to_us, FALSE) THEN
  SELECT ERROR('the window is empty');
END IF;

{{ engine.begin_writing() }}

IF (SELECT COALESCE(MAX(gap_us), {{ gap_us }}) FROM {{ sessions_gap }}) <> {{ gap_us }} THEN
  SELECT ERROR('the gap is not that of the sessions: rebuild them');
END IF;

UPDATE {{ sessions_gap }} SET gap_us = {{ gap_us }} WHERE TRUE;

-- Of each user with a pageview in the window: the first and last instant to recompute.
CREATE OR REPLACE TEMP TABLE dwell_to_recompute AS
WITH
{{ touched.to_recompute(sessions_table, touched.in_window("dwell_from_us", "dwell_to_us"), touched.near_window("dwell_from_us", "dwell_to_us")) }}
SELECT user_id, first_at, last_at FROM to_recompute;

SET dwell_first_us = (SELECT COALESCE(MIN(first_at), 0) FROM dwell_to_recompute);
SET dwell_last_us = (SELECT COALESCE(MAX(last_at), 0) FROM dwell_to_recompute);

DELETE FROM {{ sessions_table }}
WHERE session_id IN (
    SELECT stored.session_id
    FROM {{ sessions_table }} AS stored INNER JOIN dwell_to_recompute AS to_recompute ON {{ engine.text("stored.user_id") }} = to_recompute.user_id
    WHERE {{ engine.instant("stored.started_at") }} >= to_recompute.first_at
      AND {{ engine.instant("stored.started_at") }} <= to_recompute.last_at
      AND {{ engine.since("stored.started_at", "dwell_first_us") }}
      AND {{ engine.until("stored.started_at", "dwell_last_us") }}
  )
  AND {{ engine.since("started_at", "dwell_first_us") }}
  AND {{ engine.until("started_at", "dwell_last_us") }};

INSERT INTO {{ sessions_table }} (session_id, user_id, started_at, ended_at, pageviews, landing_page, exit_page{{ rule.also() }}, duration_s, is_bounce)
WITH
to_recompute AS (SELECT user_id, first_at, last_at FROM dwell_to_recompute),
{{ touched.viewed("dwell_first_us", "dwell_last_us") }},
{{ rule.cut(gap_us) }}
SELECT {{ rule.facts() }},
  {{ rule.derived("cut") }}
FROM cut;

DROP TABLE dwell_to_recompute;

COMMIT TRANSACTION;
