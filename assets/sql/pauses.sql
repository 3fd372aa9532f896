{%- import "engine.sql" as engine -%}
{%- import "paused.sql" as paused -%}
{%- import "shards_clickhouse.sql" as shards -%}
{%- set stepped -%}
{{ paused.viewed() }},
-- The pageview that is its user's first has no pause, and there is one a user.
paused AS (
  SELECT at_us - {{ engine.previous("at_us", "PARTITION BY user_id ORDER BY at_us") }} AS pause_us
  FROM viewed
),
stepped AS (
  SELECT CASE WHEN pause_us IS NULL THEN -1 ELSE {{ paused.step("pause_us") }} END AS gap_us
  FROM paused
)
{%- endset -%}
{%- set of_steps = "SELECT gap_us, COUNT(*) AS pauses FROM stepped GROUP BY gap_us" -%}
-- How long users pause between two pageviews, and how many sessions each gap would give.
--
-- Reads pageviews only{{ ", of the window that includes from and excludes to" if windowed }}. A row for each customary gap and for {{ gap }}, and between them one for
-- each sixteenth of a doubling in which there are pauses, by gap_us:
--   gap        the step in words, empty for a step that is no customary gap
--   gap_us     the step in microseconds, of which the first is 0, which is no gap
--   pauses     pauses of at least this step and shorter than the next
--   sessions   sessions at this gap: users and pauses of at least the gap, together
-- Saved as CSV with its header line, dwell gaps --pauses reads it, from whichever engine.
{% if dialect == "mysql" %}

{{ engine.begin() }}
{{ engine.check_columns() }}
{% endif %}

WITH
{{ engine.steps(steps) }},
{% if cluster %}
-- Each shard counts its own.
counted AS (
  SELECT gap_us, SUM(pauses) AS pauses FROM (SELECT * FROM cluster({{ cluster }}, view(
WITH
{{ stepped }}
{{ of_steps }}
  ))) GROUP BY gap_us
),
{% else %}
{{ stepped }},
counted AS (
  {{ of_steps }}
),
{% endif %}
users AS (
  SELECT COALESCE(MAX(counted.pauses), 0) AS users FROM counted WHERE counted.gap_us = -1
),
merged AS (
  SELECT MAX(all_steps.gap) AS gap, all_steps.gap_us AS gap_us, SUM(all_steps.pauses) AS pauses
  FROM (
    SELECT gap, gap_us, 0 AS pauses FROM steps
    UNION ALL
    SELECT '' AS gap, gap_us, pauses FROM counted WHERE gap_us >= 0
  ) AS all_steps
  GROUP BY all_steps.gap_us
)
SELECT merged.gap AS gap, merged.gap_us AS gap_us, CAST(merged.pauses AS {{ bigint }}) AS pauses,
  CAST(
    users.users + SUM(merged.pauses) OVER (ORDER BY merged.gap_us DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
    AS {{ bigint }}
  ) AS sessions
FROM merged CROSS JOIN users
{% if cluster %}
WHERE {{ shards.together() }}
{% endif %}
ORDER BY merged.gap_us;
{% if dialect == "mysql" %}

{{ engine.finish() }}
{% endif %}
