{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}
{%- import "touched.sql" as touched -%}
{%- import "days_spark.sql" as days -%}
-- The sessions that the pageviews of a time window touch, anew, at a gap of {{ gap }}.
--
-- The window is half-open: it includes from and excludes to, both UTC as 2020-02-02T12:55:16Z.
-- Where they were not given when this statement was made, two named parameters stand for them.
--
-- Once every pageview has been in the window of some refresh after its arrival, in whatever order and
-- however often, the sessions are what rebuild gives at the same gap. A refresh at another gap than the
-- table has is refused: rebuild it at that gap.
--
-- Overwrites the partitions of the days on which there are pageviews of a session touched, as Spark alone
-- cannot delete rows. Whether who reads meanwhile sees some days before and some after is up to the
-- format of the table. Cut short on one that is written day by day, as Parquet is, it
-- calls for a rebuild. Only one at a time.

SET spark.sql.sources.partitionOverwriteMode = dynamic;

SELECT
  assert_true({{ engine.first(from) }} < {{ engine.end(to) }}, 'the window is empty'),
  assert_true(COALESCE((SELECT gap_us FROM {{ stored_table }} LIMIT 1), {{ gap_us }}) = {{ gap_us }}, 'the gap is not that of the sessions: rebuild them');

INSERT OVERWRITE TABLE {{ stored_table }}
WITH
{{ touched.to_recompute(stored_table, touched.in_window(), touched.near_window()) }},
{{ touched.viewed() }},
{{ rule.cut(gap_us) }}
{{ days.fresh() }}
{{ days.kept(stored_table) }}
DISTRIBUTE BY started_on;
