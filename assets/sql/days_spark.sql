{#- What the partitions of the days that a refresh touches hold after it, on Spark. -#}
{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}
{%- import "touched.sql" as touched -%}

{%- macro fresh(model=false, watermark=false) -%}
SELECT {{ rule.facts() }}{{ ", " ~ rule.derived("cut") if model }},
  CAST({{ gap_us }} AS BIGINT) AS gap_us{{ ", watermark.watermark" if watermark }}, {{ engine.day("cut.started_at") }} AS started_on
FROM cut{{ " CROSS JOIN watermark" if watermark }}
{%- endmacro -%}

{#- With the first and last instant to recompute, where they are known as numbers: no session outside of them is touched. -#}
{%- macro kept(stored, model=false, watermark=false, first="", last="") -%}
UNION ALL
SELECT kept.session_id, kept.user_id, kept.started_at, kept.ended_at, kept.pageviews, kept.landing_page, kept.exit_page{{ rule.also("kept") }}{{ ", kept.duration_s, kept.is_bounce" if model }},
  kept.gap_us{{ ", kept.watermark" if watermark }}, kept.started_on
FROM {{ stored }} AS kept
  LEFT SEMI JOIN ({{ days(stored, model, first, last) }}) AS days ON days.started_on = kept.started_on
  LEFT ANTI JOIN to_recompute ON to_recompute.user_id = kept.user_id
    AND {{ engine.instant("kept.started_at") }} >= to_recompute.first_at
    AND {{ engine.instant("kept.started_at") }} <= to_recompute.last_at
WHERE kept.session_id IS NOT NULL{{ between("kept.started_on", first, last) }}
UNION ALL
-- Without a row, a partition that loses all of its sessions would not be overwritten.
SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, {{ "NULL, " * carried | length }}{{ "NULL, NULL, " if model }}CAST({{ gap_us }} AS BIGINT){{ ", NULL" if watermark }}, started_on FROM ({{ days(stored, model, first, last) }}) AS days
{%- endmacro -%}

{#- The days on which the sessions start, and those on which the sessions started that they replace. -#}
{%- macro days(stored, model, first, last) -%}
{{ "SELECT " ~ engine.day("cut.started_at") ~ " AS started_on FROM cut" if model else "SELECT started_on FROM recomputed" }}
  UNION
  SELECT stored.started_on
  FROM {{ stored }} AS stored
    LEFT SEMI JOIN to_recompute ON to_recompute.user_id = stored.user_id
      AND {{ engine.instant("stored.started_at") }} >= to_recompute.first_at
      AND {{ engine.instant("stored.started_at") }} <= to_recompute.last_at
  WHERE stored.session_id IS NOT NULL{{ between("stored.started_on", first, last) }}
{%- endmacro -%}

{%- macro between(day, first, last) -%}
{% if first %}

    AND {{ day }} >= {{ engine.day(first) }} AND {{ day }} <= {{ engine.day(last) }}
{%- endif %}
{%- endmacro -%}

{#- A session that started before the window may reach into it, but none that starts later. -#}
{%- macro near_window(first, end) -%}
{{ touched.near_window(first, end) }}
      AND stored.started_on <= {{ engine.day("(" ~ end ~ " + " ~ engine.span(gap_us) ~ ")") }}
{%- endmacro -%}
