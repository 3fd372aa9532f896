{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}
-- All sessions anew from all pageviews, at a gap of {{ gap }}.
--
-- One transaction: who reads the table sees the old sessions or the new ones. Run it once before the
-- first refresh, and whenever the gap is to change.

{{ engine.begin_writing() }}

DELETE FROM {{ sessions_gap }};
INSERT INTO {{ sessions_gap }} (gap_us) VALUES ({{ gap_us }});

DELETE FROM {{ sessions_table }};

INSERT INTO {{ sessions_table }} (session_id, user_id, started_at, ended_at, pageviews, landing_page, exit_page{{ rule.also() }})
WITH
{{ rule.viewed() }},
{{ rule.sessions(gap_us) }}
{%- if dialect == "duckdb" %}

-- In this order, a refresh can pass over most of them.
ORDER BY cut.started_at
{%- endif %};

COMMIT;
{{ engine.analyze(pageviews_table) }}
{{ engine.analyze(sessions_table) }}
