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
-- Overwrites the partitions of the days on which sessions that are touched start or started, as Spark alone
-- cannot delete rows. Whether who reads meanwhile sees some days before and some after is up to the
-- format of the table. Cut short on one that is written day by day, as Parquet is, it
-- calls for a rebuild. Only one at a time. Two settings of the session are as they were at its beginning afterwards.

-- What other programs wrote since this session read the tables is seen.
REFRESH TABLE {{ stored_table }};
REFRESH TABLE {{ pageviews_table }};
-- As variables they are known when it is chosen which files are read.
DECLARE OR REPLACE VARIABLE dwell_from_us BIGINT;
SET VARIABLE dwell_from_us = (SELECT {{ engine.first(from) }});
DECLARE OR REPLACE VARIABLE dwell_to_us BIGINT;
SET VARIABLE dwell_to_us = (SELECT {{ engine.end(to) }});

SELECT
  assert_true(dwell_from_us < dwell_to_us, 'the window is empty'),
  assert_true(COALESCE((SELECT gap_us FROM {{ stored_table }} LIMIT 1), {{ gap_us }}) = {{ gap_us }}, 'the gap is not that of the sessions: rebuild them');

-- Of each user with a pageview in the window: the first and last instant to recompute. Kept, so that it is made once.
CREATE OR REPLACE TEMPORARY VIEW to_recompute AS
WITH
{{ touched.to_recompute(stored_table, touched.in_window("dwell_from_us", "dwell_to_us"), days.near_window("dwell_from_us", "dwell_to_us")) }}
SELECT user_id, first_at, last_at FROM to_recompute;
-- What an earlier run that failed has left in memory is not taken for it.
UNCACHE TABLE to_recompute;
CACHE TABLE to_recompute;

DECLARE OR REPLACE VARIABLE dwell_first_us BIGINT;
SET VARIABLE dwell_first_us = (SELECT MIN(first_at) FROM to_recompute);
DECLARE OR REPLACE VARIABLE dwell_last_us BIGINT;
SET VARIABLE dwell_last_us = (SELECT MAX(last_at) FROM to_recompute);

CREATE OR REPLACE TEMPORARY VIEW recomputed AS
WITH
{{ touched.viewed("dwell_first_us", "dwell_last_us") }},
{{ rule.cut(gap_us) }}
{{ days.fresh() }};
UNCACHE TABLE recomputed;
CACHE TABLE recomputed;

{{ engine.before_writing("dynamic") }}

INSERT OVERWRITE TABLE {{ stored_table }}
WITH
fresh AS (
SELECT * FROM recomputed
{{ days.kept(stored_table, first="dwell_first_us", last="dwell_last_us") }}
)
SELECT /*+ REBALANCE(started_on) */ * FROM fresh;

{{ engine.after_writing() }}

DROP VIEW recomputed;
DROP VIEW to_recompute;
{% for name in ["from", "to", "first", "last"] %}
DROP TEMPORARY VARIABLE dwell_{{ name }}_us;
{% endfor %}
