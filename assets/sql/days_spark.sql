{#- What the partitions of the days that a refresh touches hold after it, on Spark. -#}
{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}

{%- macro fresh(model=false, watermark=false) -%}
SELECT {{ rule.facts() }}{{ ", " ~ rule.derived("cut") if model }},
  {{ gap_us }} AS gap_us{{ ", watermark.watermark" if watermark }}, {{ engine.day("cut.started_at") }} AS started_on
FROM cut{{ " CROSS JOIN watermark" if watermark }}
{%- endmacro -%}

{%- macro kept(stored, model=false, watermark=false) -%}
UNION ALL
SELECT kept.session_id, kept.user_id, kept.started_at, kept.ended_at, kept.pageviews, kept.landing_page, kept.exit_page{{ rule.also("kept") }}{{ ", kept.duration_s, kept.is_bounce" if model }},
  kept.gap_us{{ ", kept.watermark" if watermark }}, kept.started_on
FROM {{ stored }} AS kept
  LEFT SEMI JOIN ({{ days() }}) AS days ON days.started_on = kept.started_on
  LEFT ANTI JOIN to_recompute ON to_recompute.user_id = kept.user_id
    AND {{ engine.instant("kept.started_at") }} >= to_recompute.first_at
    AND {{ engine.instant("kept.started_at") }} <= to_recompute.last_at
WHERE kept.session_id IS NOT NULL
UNION ALL
-- Without a row, a partition that loses all of its sessions would not be overwritten.
SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, {{ "NULL, " * carried | length }}{{ "NULL, NULL, " if model }}{{ gap_us }}{{ ", NULL" if watermark }}, started_on FROM ({{ days() }}) AS days
{%- endmacro -%}

{%- macro days() -%}
SELECT DISTINCT {{ engine.day("viewed.page_view_at") }} AS started_on FROM viewed
{%- endmacro -%}
