{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}
{%- import "days_spark.sql" as days -%}
-- All sessions anew from all pageviews, at a gap of {{ gap }}.
--
-- Overwrites the table. Run it once before the first refresh, and whenever the gap is to change. Two settings of the
-- session are as they were at its beginning afterwards.

-- What other programs wrote since this session read the table is seen.
REFRESH TABLE {{ pageviews_table }};

{{ engine.before_writing("static") }}

INSERT OVERWRITE TABLE {{ stored_table }}
WITH
{{ rule.viewed() }},
{{ rule.cut(gap_us) }},
fresh AS (
{{ days.fresh() }}
)
SELECT /*+ REBALANCE(started_on) */ * FROM fresh;

{{ engine.after_writing() }}
