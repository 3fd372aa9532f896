{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}
-- How long users pause between two pageviews, and how many sessions each gap would give.
--
-- Reads pageviews only. A row for each step of customary gaps and for {{ gap }}, by gap_us:
--   gap        the step in words
--   gap_us     the step in microseconds, of which the first is 0, which is no gap
--   pauses     pauses of at least this step and shorter than the next
--   sessions   sessions at this gap: users and pauses of at least the gap, together

WITH
steps (gap, gap_us) AS (
  VALUES
{% for step in steps %}
    ({{ step.gap | text }}, {{ step.us }}){{ "," if not loop.last }}
{% endfor %}
),
viewed AS (
  SELECT user_id, {{ engine.instant("pageviews.page_view_at") }} AS page_view_at, {{ engine.arrival() }} AS arrival, page
  FROM pageviews
),
{{ rule.paused("viewed") }},
-- The pageview that is its user's first has no pause: its step is null, and there is one a user.
counted AS (
  SELECT gap_us, COUNT(*) AS pauses
  FROM (
    SELECT CASE
        WHEN previous IS NULL THEN NULL
{% for step in steps | reverse %}
        WHEN page_view_at - previous >= {{ engine.span(step.us) }} THEN {{ step.us }}
{% endfor %}
      END AS gap_us
    FROM paused
  ) AS stepped
  GROUP BY gap_us
),
users AS (
  SELECT COALESCE(MAX(pauses), 0) AS users FROM counted WHERE gap_us IS NULL
)
SELECT steps.gap, steps.gap_us, COALESCE(counted.pauses, 0) AS pauses,
  CAST(
    users.users + SUM(COALESCE(counted.pauses, 0)) OVER (ORDER BY steps.gap_us DESC ROWS UNBOUNDED PRECEDING)
    AS BIGINT
  ) AS sessions
FROM steps CROSS JOIN users LEFT JOIN counted ON counted.gap_us = steps.gap_us
ORDER BY steps.gap_us;
