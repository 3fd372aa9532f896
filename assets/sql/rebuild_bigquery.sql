{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}
-- All sessions anew from all pageviews, at a gap of {{ gap }}.
--
-- One transaction: who reads the table sees the old sessions or the new ones. Run it once before the
-- first refresh, and whenever the gap is to change.

{{ engine.begin_writing() }}

UPDATE {{ sessions_gap }} SET gap_us = {{ gap_us }} WHERE TRUE;

DELETE FROM {{ sessions_table }} WHERE TRUE;

INSERT INTO {{ sessions_table }} (session_id, user_id, started_at, ended_at, pageviews, landing_page, exit_page{{ rule.also() }}, duration_s, is_bounce)
WITH
{{ rule.viewed() }},
{{ rule.cut(gap_us) }}
SELECT {{ rule.facts() }},
  {{ rule.derived("cut") }}
FROM cut;

COMMIT TRANSACTION;
