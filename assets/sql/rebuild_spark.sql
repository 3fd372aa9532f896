{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}
{%- import "days_spark.sql" as days -%}
-- All sessions anew from all pageviews, at a gap of {{ gap }}.
--
-- Overwrites the table. Run it once before the first refresh, and whenever the gap is to change.

SET spark.sql.sources.partitionOverwriteMode = static;

INSERT OVERWRITE TABLE {{ stored_table }}
WITH
{{ rule.viewed() }},
{{ rule.cut(gap_us) }}
{{ days.fresh() }}
DISTRIBUTE BY started_on;
