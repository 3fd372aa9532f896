{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}
-- All sessions anew from all pageviews, at a gap of {{ gap }}.
--
-- One transaction: who reads the table sees the old sessions or the new ones. Run it once before the
-- first refresh, and whenever the gap is to change.

{{ engine.check_time() }}

-- The row is there from the schema on. Of two writers at once, the second waits here.
BEGIN TRANSACTION;
UPDATE {{ sessions_gap }} SET gap_us = {{ gap_us }}, writer = UUID_STRING();

SELECT CAST(CASE WHEN COUNT(*) = 1 THEN '0' ELSE {{ (sessions_gap ~ " has not one row: run the schema") | text }} END AS INTEGER) AS may_go_on
FROM {{ sessions_gap }};

DELETE FROM {{ stored_table }};

-- In order of time, so that micro-partitions are of different times.
INSERT INTO {{ stored_table }} (session_id, user_id, started_at, ended_at, pageviews, landing_page, exit_page{{ rule.also() }})
WITH
{{ rule.viewed() }},
{{ rule.sessions(gap_us) }}
ORDER BY cut.started_at;

COMMIT;
