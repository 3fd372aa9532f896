{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}
-- All sessions anew from all pageviews, at a gap of {{ gap }}.
--
-- One transaction: who reads the table sees the old sessions or the new ones. Run it once before the
-- first refresh, and whenever the gap is to change.

{{ engine.begin() }}
{{ engine.check_columns() }}

{{ engine.begin_writing() }}
SET @dwell_problem = CASE WHEN @dwell_rows IS NULL THEN {{ ("no row in " ~ sessions_gap_name ~ ": run the schema again") | text }} END;
{{ engine.refuse() }}

UPDATE {{ sessions_gap }} SET gap_us = {{ gap_us }} WHERE only_row = 1;

DELETE FROM {{ sessions_table }};

INSERT INTO {{ sessions_table }} (session_id, user_id, started_at, ended_at, pageviews, landing_page, exit_page{{ rule.also() }})
WITH
{{ rule.viewed() }},
{{ rule.sessions(gap_us) }};

COMMIT;

{{ engine.finish() }}
