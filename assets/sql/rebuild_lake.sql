{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}
{%- import "lake.sql" as lake -%}
-- All sessions anew from all pageviews, at a gap of {{ gap }}.
--
-- One commit to a table of {{ format_name }}: who reads the table sees the old sessions or the new ones, and what is not
-- as it should be leaves the old ones. Run it once before the first refresh, and whenever the gap is to change. If
-- another one writes sessions at the same time, this one fails or that one: run it again then.

-- The sessions first: no pageviews that they were made from may be missing in what is read after them.
REFRESH TABLE {{ sessions_table }};
DECLARE OR REPLACE VARIABLE dwell_before STRING;
SET VARIABLE dwell_before = (
{{ lake.fingerprint() }}
);
REFRESH TABLE {{ pageviews_table }};

MERGE INTO {{ sessions }}
USING (
WITH
{{ rule.viewed() }},
{{ rule.cut(gap_us) }},
{{ lake.fresh() }}
SELECT * FROM fresh
WHERE {{ lake.is_alone() }}
) AS fresh
ON sessions.session_id = fresh.session_id
WHEN MATCHED AND NOT ({{ lake.same("sessions", "fresh") }})
  THEN UPDATE SET {{ lake.set("fresh") }}
WHEN NOT MATCHED THEN INSERT ({{ lake.columns() }})
  VALUES ({{ lake.values("fresh") }})
WHEN NOT MATCHED BY SOURCE THEN DELETE;

DROP TEMPORARY VARIABLE dwell_before;
