{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}
{%- import "touched.sql" as touched -%}
{%- import "lake.sql" as lake -%}
{%- macro near_window() -%}
{{ touched.near_window("dwell_from_us", "dwell_to_us") }}
{%- endmacro -%}
-- The sessions that the pageviews of a time window touch, anew, at a gap of {{ gap }}.
--
-- The window is half-open: it includes from and excludes to, both UTC as 2020-02-02T12:55:16Z.
-- Where they were not given when this statement was made, two named parameters stand for them.
--
-- Once every pageview has been in the window of some refresh after its arrival, in whatever order and
-- however often, the sessions are what rebuild gives at the same gap. A refresh at another gap than the
-- table has is refused: rebuild it at that gap.
--
-- One commit to a table of {{ format_name }}: who reads the table sees the sessions before it or after it. It writes the
-- sessions that changed, and no file if none did. If another one writes sessions near the window at the same time, this
-- one fails or that one: run it again then.

-- The sessions first: no pageviews that they were made from may be missing in what is read after them.
REFRESH TABLE {{ sessions_table }};
-- As variables they are known when it is chosen which files are read.
DECLARE OR REPLACE VARIABLE dwell_from_us BIGINT;
SET VARIABLE dwell_from_us = (SELECT {{ engine.first(from) }});
DECLARE OR REPLACE VARIABLE dwell_to_us BIGINT;
SET VARIABLE dwell_to_us = (SELECT {{ engine.end(to) }});
DECLARE OR REPLACE VARIABLE dwell_before STRING;
SET VARIABLE dwell_before = (
{{ lake.fingerprint(near_window()) }}
);
REFRESH TABLE {{ pageviews_table }};

SELECT
  assert_true(dwell_from_us < dwell_to_us, 'the window is empty'),
  assert_true(COALESCE((SELECT MAX(gap_us) FROM {{ sessions_table }}), {{ gap_us }}) = {{ gap_us }}, 'the gap is not that of the sessions: rebuild them');

-- Of each user with a pageview in the window: the first and last instant to recompute. Kept, so that it is made once.
CREATE OR REPLACE TEMPORARY VIEW to_recompute AS
WITH
{{ touched.to_recompute(sessions_table, touched.in_window("dwell_from_us", "dwell_to_us"), near_window()) }}
SELECT user_id, first_at, last_at FROM to_recompute;
-- What an earlier run that failed has left in memory is not taken for it.
UNCACHE TABLE to_recompute;
CACHE TABLE to_recompute;

DECLARE OR REPLACE VARIABLE dwell_first_us BIGINT;
SET VARIABLE dwell_first_us = (SELECT MIN(first_at) FROM to_recompute);
DECLARE OR REPLACE VARIABLE dwell_last_us BIGINT;
SET VARIABLE dwell_last_us = (SELECT MAX(last_at) FROM to_recompute);

-- The sessions that are new or other than before, and those that are none any more.
CREATE OR REPLACE TEMPORARY VIEW changed AS
WITH
{{ touched.viewed("dwell_first_us", "dwell_last_us") }},
{{ rule.cut(gap_us) }},
{{ lake.fresh() }},
replaced AS (
  SELECT stored.*
  FROM {{ sessions_table }} AS stored
    LEFT SEMI JOIN to_recompute ON to_recompute.user_id = stored.user_id
      AND {{ engine.instant("stored.started_at") }} >= to_recompute.first_at
      AND {{ engine.instant("stored.started_at") }} <= to_recompute.last_at
  WHERE {{ engine.since("stored.started_at", "dwell_first_us") }}
    AND {{ engine.until("stored.started_at", "dwell_last_us") }}
)
SELECT {{ lake.values("fresh") }}, FALSE AS is_gone
FROM fresh LEFT ANTI JOIN replaced ON replaced.session_id = fresh.session_id
    AND {{ lake.same("replaced", "fresh") }}
UNION ALL
SELECT {{ lake.values("replaced") }}, TRUE AS is_gone
FROM replaced LEFT ANTI JOIN fresh ON fresh.session_id = replaced.session_id;
UNCACHE TABLE changed;
CACHE TABLE changed;

-- The conditions on time leave files out, and are what a commit of another writer must not have touched meanwhile: all
-- within a gap of what is recomputed.
MERGE INTO {{ sessions }}
USING (
SELECT * FROM changed
WHERE {{ lake.is_alone(near_window()) }}
) AS changed
ON sessions.session_id = changed.session_id
  AND {{ engine.since("sessions.ended_at", "dwell_first_us - " ~ engine.span(gap_us)) }}
  AND {{ engine.until("sessions.started_at", "dwell_last_us + " ~ engine.span(gap_us)) }}
{%- if table_format == "delta" %}

  AND sessions.started_on <= {{ engine.day("(dwell_last_us + " ~ engine.span(gap_us) ~ ")") }}
{%- endif %}

WHEN MATCHED AND changed.is_gone THEN DELETE
WHEN MATCHED THEN UPDATE SET {{ lake.set("changed") }}
WHEN NOT MATCHED AND NOT changed.is_gone THEN INSERT ({{ lake.columns() }})
  VALUES ({{ lake.values("changed") }});

DROP VIEW changed;
DROP VIEW to_recompute;
{% for name in ["from_us", "to_us", "first_us", "last_us", "before"] %}
DROP TEMPORARY VARIABLE dwell_{{ name }};
{% endfor %}
