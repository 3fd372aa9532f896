{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}
-- The sessions that the pageviews of a time window touch, anew, at a gap of {{ gap }}.
--
-- The window is half-open: it includes from and excludes to, both UTC as 2020-02-02T12:55:16Z.
-- Where they were not given when this statement was made, two named parameters stand for them.
--
-- Reads the window, and of its users the sessions and pageviews around it, by index, never all.
-- Once every pageview has been in the window of some refresh after its arrival, in whatever
-- order and however often, sessions equals what rebuild gives at the same gap. A refresh at
-- another gap than the table has is refused: rebuild it at that gap.
--
-- One transaction: all of it or nothing. Inside a transaction of your own, leave out its first and
-- last statement, but keep a lock as the first thing that your transaction does.

{{ engine.begin_writing() }}
{{ engine.read_by_index() }}

INSERT INTO {{ sessions_gap }} (gap_us)
SELECT {{ gap_us }} WHERE NOT EXISTS (SELECT gap_us FROM {{ sessions_gap }});

CREATE TEMPORARY TABLE to_refresh (
  from_at {{ engine.instant_type() }} NOT NULL,
  to_at {{ engine.instant_type() }} NOT NULL,
  gap_us BIGINT NOT NULL,
  sessions_gap_us BIGINT NOT NULL,
  CONSTRAINT the_window_is_not_empty CHECK (from_at < to_at),
  CONSTRAINT the_gap_is_that_of_the_table_sessions CHECK (gap_us = sessions_gap_us)
);
INSERT INTO to_refresh (from_at, to_at, gap_us, sessions_gap_us)
VALUES (
  {{ engine.first(from) }},
  {{ engine.end(to) }},
  {{ gap_us }},
  (SELECT gap_us FROM {{ sessions_gap }})
);
{{ engine.analyze("to_refresh") }}

-- Of each user with a pageview in the window: the first and last instant to recompute.
CREATE TEMPORARY TABLE to_recompute (
  user_id {{ engine.text_type() }} NOT NULL,
  first_at {{ engine.instant_type() }} NOT NULL,
  last_at {{ engine.instant_type() }} NOT NULL
);

-- Stored sessions that end later than from - gap and start earlier than to + gap are taken whole.
-- Sessions of a user neither overlap nor lie closer than the gap. So of those that start before
-- the window only the latest can reach into it, and of all that are taken the latest to start is
-- the last to end. What is recomputed thereby lies a gap or more from every session that is kept.
INSERT INTO to_recompute (user_id, first_at, last_at)
WITH
viewed AS (
  SELECT {{ engine.text("pageviews." ~ user) }} AS user_id,
    MIN({{ engine.instant("pageviews." ~ time) }}) AS first_at,
    MAX({{ engine.instant("pageviews." ~ time) }}) AS last_at
  FROM to_refresh CROSS JOIN {{ pageviews }}
  WHERE {{ engine.instant("pageviews." ~ time) }} >= to_refresh.from_at
    AND {{ engine.instant("pageviews." ~ time) }} < to_refresh.to_at
    AND {{ rule.is_pageview() }}
  GROUP BY {{ engine.text("pageviews." ~ user) }}
),
around AS (
  SELECT viewed.user_id, viewed.first_at, viewed.last_at, (
      SELECT MIN(latest.started_at)
      FROM (
        SELECT
          {{ engine.instant("sessions.started_at") }} AS started_at,
          {{ engine.instant("sessions.ended_at") }} AS ended_at
        FROM {{ sessions }}
        WHERE sessions.user_id = viewed.user_id
          AND {{ engine.instant("sessions.started_at") }} < to_refresh.from_at
        ORDER BY {{ engine.instant("sessions.started_at") }} DESC
        LIMIT 1
      ) AS latest
      WHERE to_refresh.from_at - latest.ended_at < {{ engine.span(gap_us) }}
    ) AS session_started_at, (
      SELECT {{ engine.instant("sessions.ended_at") }}
      FROM {{ sessions }}
      WHERE sessions.user_id = viewed.user_id
        AND {{ engine.instant("sessions.started_at") }} < to_refresh.to_at + {{ engine.span(gap_us) }}
      ORDER BY {{ engine.instant("sessions.started_at") }} DESC
      LIMIT 1
    ) AS session_ended_at
  FROM to_refresh CROSS JOIN viewed
)
SELECT user_id, COALESCE(session_started_at, first_at),
  {{ engine.greatest("COALESCE(session_ended_at, last_at)", "last_at") }}
FROM around;
{{ engine.analyze("to_recompute") }}

CREATE TEMPORARY TABLE recomputed (
  session_id {{ engine.text_type() }} PRIMARY KEY,
  user_id {{ engine.text_type() }} NOT NULL,
  started_at {{ engine.stored_type() }} NOT NULL,
  ended_at {{ engine.stored_type() }} NOT NULL,
  pageviews BIGINT NOT NULL,
  landing_page TEXT NOT NULL,
  exit_page TEXT NOT NULL{{ rule.declared("TEXT") }}
);
INSERT INTO recomputed (session_id, user_id, started_at, ended_at, pageviews, landing_page, exit_page{{ rule.also() }})
WITH
viewed AS (
  SELECT {{ rule.columns() }}
  FROM to_recompute CROSS JOIN {{ pageviews }}
  WHERE {{ engine.text("pageviews." ~ user) }} = to_recompute.user_id
    AND {{ rule.is_pageview() }}
    AND {{ engine.instant("pageviews." ~ time) }} >= to_recompute.first_at
    AND {{ engine.instant("pageviews." ~ time) }} <= to_recompute.last_at
),
{{ rule.sessions(gap_us) }};
{{ engine.analyze("recomputed") }}

-- A session that is as it was is left alone.
DELETE FROM {{ sessions_table }}
WHERE session_id IN (
  SELECT sessions.session_id
  FROM to_recompute CROSS JOIN {{ sessions }}
  WHERE sessions.user_id = to_recompute.user_id
    AND {{ engine.instant("sessions.started_at") }} >= to_recompute.first_at
    AND {{ engine.instant("sessions.started_at") }} <= to_recompute.last_at
    AND NOT EXISTS (
      SELECT recomputed.session_id
      FROM recomputed
      WHERE recomputed.session_id = sessions.session_id
        AND recomputed.ended_at = sessions.ended_at
        AND recomputed.pageviews = sessions.pageviews
        AND {{ engine.text("recomputed.landing_page") }} = {{ engine.text("sessions.landing_page") }}
        AND {{ engine.text("recomputed.exit_page") }} = {{ engine.text("sessions.exit_page") }}
{% for column in carried %}
        AND {{ engine.text("COALESCE(recomputed." ~ column ~ ", '')") }} = {{ engine.text("COALESCE(sessions." ~ column ~ ", '')") }}
{% endfor %}
    )
);

INSERT INTO {{ sessions_table }} (session_id, user_id, started_at, ended_at, pageviews, landing_page, exit_page{{ rule.also() }})
SELECT session_id, user_id, started_at, ended_at, pageviews, landing_page, exit_page{{ rule.also() }}
FROM recomputed
WHERE NOT EXISTS (SELECT sessions.session_id FROM {{ sessions }} WHERE sessions.session_id = recomputed.session_id);

DROP TABLE recomputed;
DROP TABLE to_recompute;
DROP TABLE to_refresh;

COMMIT;
