{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}
-- The sessions that the pageviews of a time window touch, anew, at a gap of {{ gap }}.
--
-- The window is half-open: it includes from and excludes to, both UTC as 2020-02-02T12:55:16Z.
{% if first_is_open or end_is_open %}
-- Two variables stand for them, set before as in SET @refresh_from = '2020-02-02T00:00:00Z', @refresh_to = '2020-02-03T00:00:00Z'
{% endif %}
--
-- Reads the window, and of its users the sessions and pageviews around it, by index, never all.
-- Once every pageview has been in the window of some refresh after its arrival, in whatever
-- order and however often, sessions equals what rebuild gives at the same gap. A refresh at
-- another gap than the table has is refused: rebuild it at that gap.
--
-- One transaction: all of it or nothing. It cannot be part of a transaction of your own.

{{ engine.begin() }}
{{ engine.check_columns() }}
SET @dwell_from_us = {{ engine.first(from) }};
SET @dwell_to_us = {{ engine.end(to) }};

{{ engine.begin_writing() }}
SET @dwell_problem = CASE
  WHEN @dwell_rows IS NULL THEN {{ ("no row in " ~ sessions_gap_name ~ ": run the schema again") | text }}
  WHEN @dwell_from_us IS NULL OR @dwell_to_us IS NULL OR @dwell_from_us >= @dwell_to_us THEN 'the window is empty'
  WHEN @dwell_gap_us <> {{ gap_us }} THEN 'the gap is not that of the sessions: rebuild them'
END;
{{ engine.refuse() }}
UPDATE {{ sessions_gap }} SET gap_us = {{ gap_us }} WHERE only_row = 1 AND gap_us IS NULL;

-- The first and last instant of the window as the tables have them, and the last at which a session starts that is
-- within the gap of it.
SET @dwell_first = {{ engine.stored("@dwell_from_us") }};
SET @dwell_last = {{ engine.stored("@dwell_to_us - 1") }};
SET @dwell_reach = {{ engine.stored("LEAST(@dwell_to_us + " ~ gap_us ~ " - 1, " ~ last_us ~ ")") }};

-- Of each user with a pageview in the window: the first and last instant to recompute. A user stands there twice: as
-- bytes, and as its own column has it, whose index is looked up by that.
DROP TEMPORARY TABLE IF EXISTS {{ touched_table }}, {{ rebuilt_table }};
CREATE TEMPORARY TABLE {{ touched_table }} (
  user_id {{ engine.user_type() }} NOT NULL PRIMARY KEY,
  first_at DATETIME(6) NOT NULL,
  last_at DATETIME(6) NOT NULL
) ENGINE = InnoDB
SELECT {{ engine.text("pageviews." ~ user) }} AS user_id, MIN(pageviews.{{ user }}) AS own_user,
  MIN(pageviews.{{ time }}) AS first_at, MAX(pageviews.{{ time }}) AS last_at
FROM {{ pageviews }} FORCE INDEX ({{ pageviews_by_time }})
WHERE {{ rule.is_pageview() }}
  AND pageviews.{{ time }} >= @dwell_first
  AND pageviews.{{ time }} <= @dwell_last
GROUP BY {{ engine.text("pageviews." ~ user) }};

-- Stored sessions that end later than from - gap and start earlier than to + gap are taken whole.
-- Sessions of a user neither overlap nor lie closer than the gap. So of those that start before
-- the window only the latest can reach into it, and of all that are taken the latest to start is
-- the last to end. What is recomputed thereby lies a gap or more from every session that is kept.
UPDATE {{ touched_table }} AS touched
SET touched.first_at = COALESCE((
    SELECT CASE WHEN @dwell_from_us - {{ engine.instant("sessions.ended_at") }} < {{ gap_us }} THEN sessions.started_at END
    FROM {{ sessions }} FORCE INDEX ({{ sessions_by_user }})
    WHERE sessions.user_id = touched.user_id AND sessions.started_at < @dwell_first
    ORDER BY sessions.started_at DESC
    LIMIT 1
  ), touched.first_at),
  touched.last_at = GREATEST(touched.last_at, COALESCE((
    SELECT sessions.ended_at
    FROM {{ sessions }} FORCE INDEX ({{ sessions_by_user }})
    WHERE sessions.user_id = touched.user_id AND sessions.started_at <= @dwell_reach
    ORDER BY sessions.started_at DESC
    LIMIT 1
  ), touched.last_at));

CREATE TEMPORARY TABLE {{ rebuilt_table }} (
  session_id {{ engine.id_type() }} NOT NULL PRIMARY KEY,
  user_id {{ engine.user_type() }} NOT NULL,
  started_at DATETIME(6) NOT NULL,
  ended_at DATETIME(6) NOT NULL,
  pageviews BIGINT NOT NULL,
  landing_page {{ engine.text_type() }} NOT NULL,
  exit_page {{ engine.text_type() }} NOT NULL{{ rule.declared(engine.text_type()) }}
) ENGINE = InnoDB;
INSERT INTO {{ rebuilt_table }} (session_id, user_id, started_at, ended_at, pageviews, landing_page, exit_page{{ rule.also() }})
WITH
viewed AS (
  SELECT {{ rule.columns() }}
  FROM {{ touched_table }} AS touched
    -- Two bounds, as an equation would make the engine look through all pageviews of a user.
    STRAIGHT_JOIN {{ pageviews }} FORCE INDEX ({{ pageviews_by_user }}) ON pageviews.{{ user }} >= touched.own_user
      AND pageviews.{{ user }} <= touched.own_user
      AND pageviews.{{ time }} >= touched.first_at
      AND pageviews.{{ time }} <= touched.last_at
  WHERE {{ rule.is_pageview() }}
    AND {{ engine.text("pageviews." ~ user) }} = {{ engine.text("touched.user_id") }}
),
{{ rule.sessions(gap_us) }};

-- A session that is as it was is left alone.
DELETE sessions
FROM {{ touched_table }} AS touched
  STRAIGHT_JOIN {{ sessions_table }} AS sessions FORCE INDEX ({{ sessions_by_user }}) ON sessions.user_id >= touched.user_id
    AND sessions.user_id <= touched.user_id
    AND sessions.started_at >= touched.first_at
    AND sessions.started_at <= touched.last_at
  LEFT JOIN {{ rebuilt_table }} AS rebuilt ON rebuilt.session_id = sessions.session_id
    AND rebuilt.ended_at = sessions.ended_at
    AND rebuilt.pageviews = sessions.pageviews
    AND rebuilt.landing_page = sessions.landing_page
    AND rebuilt.exit_page = sessions.exit_page
{% for column in carried %}
    AND rebuilt.{{ column }} <=> sessions.{{ column }}
{% endfor %}
WHERE rebuilt.session_id IS NULL;

INSERT INTO {{ sessions_table }} (session_id, user_id, started_at, ended_at, pageviews, landing_page, exit_page{{ rule.also() }})
SELECT rebuilt.session_id, rebuilt.user_id, rebuilt.started_at, rebuilt.ended_at, rebuilt.pageviews, rebuilt.landing_page, rebuilt.exit_page{{ rule.also("rebuilt") }}
FROM {{ rebuilt_table }} AS rebuilt
  LEFT JOIN {{ sessions_table }} AS there ON there.session_id = rebuilt.session_id
WHERE there.session_id IS NULL;

COMMIT;

DROP TEMPORARY TABLE {{ touched_table }}, {{ rebuilt_table }};
{{ engine.finish() }}
