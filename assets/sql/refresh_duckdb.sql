{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}
{%- import "touched.sql" as touched -%}
{%- set viewed_at = "pageviews." ~ time -%}
{%- set first = "CAST(getvariable('dwell_first_us') AS BIGINT)" -%}
{%- set last = "CAST(getvariable('dwell_last_us') AS BIGINT)" -%}
{%- set in_window -%}
{{ engine.instant(viewed_at) }} >= {{ engine.first(from) }}
    AND {{ engine.instant(viewed_at) }} < {{ engine.end(to) }}
    AND {{ viewed_at }} >= getvariable('dwell_since')
    AND {{ viewed_at }} <= getvariable('dwell_until')
{%- endset -%}
{%- set near_window -%}
stored.ended_at >= {{ engine.stored(engine.first(from) ~ " - " ~ gap_us) }}
      AND stored.started_at <= {{ engine.stored(engine.end(to) ~ " + " ~ gap_us) }}
{%- endset -%}
-- The sessions that the pageviews of a time window touch, anew, at a gap of {{ gap }}.
--
-- The window is half-open: it includes from and excludes to, both UTC as 2020-02-02T12:55:16Z.
-- Where they were not given when this statement was made, two variables stand for them, set before as
-- in SET VARIABLE refresh_from = '2020-02-02T00:00:00Z'
--
-- Once every pageview has been in the window of some refresh after its arrival, in whatever order and
-- however often, the sessions are what rebuild gives at the same gap. A refresh at another gap than the
-- table has is refused: rebuild it at that gap. One transaction: all of it or nothing.

{{ engine.begin_writing() }}

{{ engine.check_time() }}

SET VARIABLE dwell_may_go_on = (
  SELECT CASE
    WHEN ({{ engine.first(from) }} < {{ engine.end(to) }}) IS NOT TRUE THEN error('the window is empty')
    WHEN gap_us <> {{ gap_us }} THEN error('the gap is not that of the sessions: rebuild them')
    ELSE true END
  FROM {{ sessions_gap }}
);

-- What is compared with these is passed over where all is earlier or later: as they lie in the order of their arrival,
-- that is most of the pageviews.
{{ engine.set_anchor() }}
SET VARIABLE dwell_since = {{ engine.as_viewed(engine.first(from)) }};
SET VARIABLE dwell_until = {{ engine.as_viewed(engine.end(to)) }};

-- Of each user with a pageview in the window: the first and last instant to recompute.
CREATE OR REPLACE TEMPORARY TABLE to_recompute AS
WITH
{{ touched.to_recompute(sessions_table, in_window, near_window) }}
SELECT user_id, first_at, last_at FROM to_recompute;

-- As variables they are known before the tables are read.
SET VARIABLE dwell_first_us = (SELECT MIN(first_at) FROM to_recompute);
SET VARIABLE dwell_last_us = (SELECT MAX(last_at) FROM to_recompute);
SET VARIABLE dwell_since = {{ engine.as_viewed(first) }};
SET VARIABLE dwell_until = {{ engine.as_viewed(last ~ " + 1") }};

DELETE FROM {{ sessions_table }} AS sessions
USING to_recompute
WHERE {{ engine.text("sessions.user_id") }} = to_recompute.user_id
  AND {{ engine.instant("sessions.started_at") }} >= to_recompute.first_at
  AND {{ engine.instant("sessions.started_at") }} <= to_recompute.last_at
  AND sessions.started_at >= {{ engine.stored(first) }}
  AND sessions.started_at <= {{ engine.stored(last) }};

INSERT INTO {{ sessions_table }} (session_id, user_id, started_at, ended_at, pageviews, landing_page, exit_page{{ rule.also() }})
WITH
{{ touched.viewed(within=viewed_at ~ " >= getvariable('dwell_since')\n    AND " ~ viewed_at ~ " <= getvariable('dwell_until')") }},
{{ rule.sessions(gap_us) }};

DROP TABLE to_recompute;

COMMIT;
