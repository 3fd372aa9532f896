{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}
{%- import "touched.sql" as touched -%}
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

SET VARIABLE dwell_may_go_on = (
  SELECT CASE
    WHEN ({{ engine.first(from) }} < {{ engine.end(to) }}) IS NOT TRUE THEN error('the window is empty')
    WHEN gap_us <> {{ gap_us }} THEN error('the gap is not that of the sessions: rebuild them')
    ELSE true END
  FROM {{ sessions_gap }}
);

-- Of each user with a pageview in the window: the first and last instant to recompute.
CREATE OR REPLACE TEMPORARY TABLE to_recompute AS
WITH
{{ touched.to_recompute(sessions_table, touched.in_window(), touched.near_window()) }}
SELECT user_id, first_at, last_at FROM to_recompute;

-- As variables they are known before the pageviews are read.
SET VARIABLE dwell_first_us = (SELECT MIN(first_at) FROM to_recompute);
SET VARIABLE dwell_last_us = (SELECT MAX(last_at) FROM to_recompute);

DELETE FROM {{ sessions_table }} AS sessions
USING to_recompute
WHERE {{ engine.text("sessions.user_id") }} = to_recompute.user_id
  AND {{ engine.instant("sessions.started_at") }} >= to_recompute.first_at
  AND {{ engine.instant("sessions.started_at") }} <= to_recompute.last_at;

INSERT INTO {{ sessions_table }} (session_id, user_id, started_at, ended_at, pageviews, landing_page, exit_page{{ rule.also() }})
WITH
{{ touched.viewed("CAST(getvariable('dwell_first_us') AS BIGINT)", "CAST(getvariable('dwell_last_us') AS BIGINT)") }},
{{ rule.sessions(gap_us) }};

DROP TABLE to_recompute;

COMMIT;
