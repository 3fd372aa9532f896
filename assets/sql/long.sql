{%- import "engine.sql" as engine -%}
-- Users with sessions longer than a day: bots and monitors for the most part, which cost the most to recompute.
--
-- Reads {{ sessions_table }} only. A row for each such user, the longest session first:
--   user_id         the user
--   long_sessions   sessions that last longer than a day
--   pageviews       pageviews in these, together
--   longest_s       the longest of them in seconds
--   first_at        when the first of them started
--   last_at         when the last of them ended

SELECT user_id, COUNT(*) AS long_sessions, CAST(SUM(pageviews) AS {{ bigint }}) AS pageviews,
  MAX(lasted_s) AS longest_s, MIN(started_at) AS first_at, MAX(ended_at) AS last_at
FROM (
  SELECT sessions.user_id AS user_id, sessions.pageviews AS pageviews,
    sessions.started_at AS started_at, sessions.ended_at AS ended_at,
    {{ engine.duration_s(engine.instant("sessions.started_at"), engine.instant("sessions.ended_at")) }} AS lasted_s
  FROM {{ sessions }}
  WHERE {{ engine.instant("sessions.ended_at") }} - {{ engine.instant("sessions.started_at") }} > {{ engine.span(86400000000) }}
) AS long_ones
GROUP BY user_id
ORDER BY longest_s DESC, user_id;
