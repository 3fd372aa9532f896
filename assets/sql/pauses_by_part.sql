{%- import "engine.sql" as engine -%}
{%- import "paused.sql" as paused -%}
{%- import "shards_clickhouse.sql" as shards -%}
{%- set items -%}
{{ engine.steps(steps) }},
{{ paused.viewed() }},
-- The pageview that is its user's first has no pause, and there is one a user.
paused AS (
  SELECT user_id, {{ engine.part("user_id") }} AS part,
    at_us - {{ engine.previous("at_us", "PARTITION BY user_id ORDER BY at_us") }} AS pause_us
  FROM viewed
),
of_users AS (
  SELECT paused.part AS part, CAST(COUNT(paused.pause_us) AS {{ bigint }}) AS n,
    MIN(paused.pause_us) AS shortest_us, MAX(paused.pause_us) AS longest_us
  FROM paused
  GROUP BY paused.user_id, paused.part
),
parts AS (
  SELECT DISTINCT part FROM of_users
),
-- A user whose longest pause is of at least the gap, and whose shortest is not, has pauses on both sides.
items AS (
  SELECT steps.gap AS gap, steps.gap_us AS gap_us, parts.part AS part, 0 AS pauses, 0 AS lone, 0 AS crossing, 0 AS users
  FROM steps CROSS JOIN parts
  UNION ALL
  SELECT '' AS gap, {{ paused.step("pause_us") }} AS gap_us, part, 1 AS pauses, 0 AS lone, 0 AS crossing, 0 AS users
  FROM paused WHERE pause_us IS NOT NULL
  UNION ALL
  SELECT '' AS gap, {{ paused.step("longest_us") }} AS gap_us, part, 0 AS pauses, CASE WHEN n = 1 THEN 1 ELSE 0 END AS lone,
    1 AS crossing, 0 AS users
  FROM of_users WHERE n > 0
  UNION ALL
  SELECT '' AS gap, {{ paused.step("shortest_us") }} AS gap_us, part, 0 AS pauses, 0 AS lone, -1 AS crossing, 0 AS users
  FROM of_users WHERE n > 0
  UNION ALL
  SELECT '' AS gap, {{ paused.step("n") }} AS gap_us, part, 0 AS pauses, 0 AS lone, 0 AS crossing, 1 AS users
  FROM of_users
)
{%- endset -%}
{%- set of_items -%}
  SELECT MAX(items.gap) AS gap, items.gap_us AS gap_us, items.part AS part, SUM(items.pauses) AS pauses,
    SUM(items.lone) AS lone, SUM(items.crossing) AS crossing, SUM(items.users) AS users
  FROM items
  GROUP BY items.gap_us, items.part
{%- endset -%}
-- How long users pause between two pageviews, counted in {{ parts }} groups of users: so that it can be told how much of
-- the answer is chance, and whether the same users have short and long pauses.
--
-- Reads pageviews only{{ ", of the window that includes from and excludes to" if windowed }}. For each group that has a user a row for each customary gap and for {{ gap }}, and
-- between them one for each sixteenth of a doubling in which there is something to count, by part and gap_us:
--   gap                        the step in words, empty for a step that is no customary gap
--   gap_us                     the step in microseconds, of which the first is 0, which is no gap
--   part                       the group of users, from 0
--   pauses                     pauses of at least this step and shorter than the next
--   sessions                   sessions of the group at this gap: users and pauses of at least the gap, together
--   lone_pauses                of the pauses, those of users who have no other
--   users_on_both_sides        users of the group with pauses shorter than the gap, and of at least the gap
--   users_of_as_many_pauses    users of the group who have gap_us pauses, and fewer than the next step says
-- Saved as CSV with its header line, dwell gaps --pauses reads it, from whichever engine.
{% if dialect == "mysql" %}

{{ engine.begin() }}
{{ engine.check_columns() }}
{% endif %}

WITH
{% if cluster %}
-- Each shard counts its own.
items AS (
  SELECT * FROM cluster({{ cluster }}, view(
WITH
{{ items }}
  {{ of_items }}
  ))
),
counted AS (
  {{ of_items }}
)
{% else %}
{{ items }},
counted AS (
  {{ of_items }}
)
{% endif %}
SELECT counted.gap AS gap, counted.gap_us AS gap_us, counted.part AS part, CAST(counted.pauses AS {{ bigint }}) AS pauses,
  CAST(
    SUM(counted.users) OVER (PARTITION BY counted.part)
      + SUM(counted.pauses) OVER (PARTITION BY counted.part ORDER BY counted.gap_us DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
    AS {{ bigint }}
  ) AS sessions,
  CAST(counted.lone AS {{ bigint }}) AS lone_pauses,
  CAST(
    SUM(counted.crossing) OVER (PARTITION BY counted.part ORDER BY counted.gap_us DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
    AS {{ bigint }}
  ) AS users_on_both_sides,
  CAST(counted.users AS {{ bigint }}) AS users_of_as_many_pauses
FROM counted
{% if cluster %}
WHERE {{ shards.together() }}
{% endif %}
ORDER BY counted.part, counted.gap_us;
{% if dialect == "mysql" %}

{{ engine.finish() }}
{% endif %}
