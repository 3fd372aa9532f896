{#- The rule of a session and what follows from it, for every engine and statement. -#}
{%- import "engine.sql" as engine -%}

{%- macro paused(viewed) -%}
paused AS (
  -- Time alone would leave the order within a tie open and cut sessions in the middle of it.
  SELECT user_id, page_view_at, arrival, page,
    LAG(page_view_at) OVER (PARTITION BY user_id ORDER BY page_view_at, arrival) AS previous
  FROM {{ viewed }}
)
{%- endmacro -%}

{%- macro sessions(viewed, gap_us) -%}
{{ paused(viewed) }},
-- A pageview starts a session if it is its user's first, or if page_view_at - previous >= gap.
marked AS (
  SELECT user_id, page_view_at, arrival, page,
    CASE WHEN previous IS NULL OR page_view_at - previous >= {{ engine.span(gap_us) }} THEN 1 ELSE 0 END AS starts
  FROM paused
),
numbered AS (
  SELECT user_id, page_view_at, page, starts,
    LEAD(starts, 1, 1) OVER (PARTITION BY user_id ORDER BY page_view_at, arrival) AS ends,
    SUM(starts) OVER (PARTITION BY user_id ORDER BY page_view_at, arrival ROWS UNBOUNDED PRECEDING) AS session
  FROM marked
),
-- Exactly one pageview of a session starts it and one ends it: MAX takes the page of the only one.
cut AS (
  SELECT user_id, MIN(page_view_at) AS started_at, MAX(page_view_at) AS ended_at, COUNT(*) AS pageviews,
    MAX(CASE WHEN starts = 1 THEN page END) AS landing_page,
    MAX(CASE WHEN ends = 1 THEN page END) AS exit_page
  FROM numbered
  GROUP BY user_id, session
)
SELECT user_id || '@' || ({{ engine.microseconds("started_at") }}), user_id,
  {{ engine.stored("started_at") }},
  {{ engine.stored("ended_at") }},
  pageviews, landing_page, exit_page
FROM cut
{%- endmacro -%}
