{#- Which stretch of each user's time a refresh recomputes, for engines that join rather than look up. -#}
{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}

{#- The ends of the window are the parameters, unless the statement has them as variables. -#}
{%- macro in_window(first="", end="") -%}
{{ engine.instant("pageviews." ~ time) }} >= {{ first or engine.first(from) }}
    AND {{ engine.instant("pageviews." ~ time) }} < {{ end or engine.end(to) }}
    AND {{ engine.since("pageviews." ~ time, first or engine.first(from)) }}
    AND {{ engine.until("pageviews." ~ time, end or engine.end(to)) }}
{%- endmacro -%}

{%- macro near_window(first="", end="") -%}
{{ engine.since("stored.ended_at", (first or engine.first(from)) ~ " - " ~ engine.span(gap_us)) }}
      AND {{ engine.until("stored.started_at", (end or engine.end(to)) ~ " + " ~ engine.span(gap_us)) }}
{%- endmacro -%}

{%- macro touched(condition, own_user="", source="") -%}
  SELECT {{ engine.text("pageviews." ~ user) }} AS user_id,{{ " " ~ own_user ~ "," if own_user }}
    MIN({{ engine.instant("pageviews." ~ time) }}) AS first_at,
    MAX({{ engine.instant("pageviews." ~ time) }}) AS last_at
  FROM {{ source or pageviews }}
  WHERE {{ rule.is_pageview() }}
    AND {{ condition }}
  GROUP BY {{ engine.text("pageviews." ~ user) }}
{%- endmacro -%}

{%- macro to_recompute(stored, condition, near="") -%}
touched AS (
{{ touched(condition) }}
),
-- Stored sessions that end later than first - gap and start earlier than last + gap are taken whole:
-- what is recomputed thereby lies a gap or more from every session that is kept.
to_recompute AS (
{{ around(stored, near) }}
)
{%- endmacro -%}

{%- macro around(stored, near="") -%}
  SELECT around.user_id AS user_id, MIN(around.first_at) AS first_at, MAX(around.last_at) AS last_at
  FROM (
    SELECT user_id, first_at, last_at FROM touched
    UNION ALL
    SELECT touched.user_id AS user_id, {{ engine.instant("stored.started_at") }} AS first_at, {{ engine.instant("stored.ended_at") }} AS last_at
    FROM touched INNER JOIN {{ stored }} AS stored ON {{ engine.text("stored.user_id") }} = touched.user_id
    WHERE touched.first_at - {{ engine.instant("stored.ended_at") }} < {{ engine.span(gap_us) }}
      AND {{ engine.instant("stored.started_at") }} - touched.last_at < {{ engine.span(gap_us) }}
{%- if near %}

      AND {{ near }}
{%- endif %}

  ) AS around
  GROUP BY around.user_id
{%- endmacro -%}

{%- macro viewed(earliest="(SELECT MIN(first_at) FROM to_recompute)", latest="(SELECT MAX(last_at) FROM to_recompute)", of_users="", within="", source="") -%}
viewed AS (
  SELECT {{ rule.columns() }}
  FROM {{ source or pageviews }} INNER JOIN to_recompute ON {{ engine.text("pageviews." ~ user) }} = to_recompute.user_id
  WHERE {{ rule.is_pageview() }}{{ "
    AND " ~ of_users if of_users }}
    AND {{ engine.instant("pageviews." ~ time) }} >= to_recompute.first_at
    AND {{ engine.instant("pageviews." ~ time) }} <= to_recompute.last_at
    -- The same for all users at once, so that the engine can leave out what it stores apart by time.
    AND {{ within or engine.since("pageviews." ~ time, earliest) ~ "\n    AND " ~ engine.until("pageviews." ~ time, latest) }}
)
{%- endmacro -%}
