{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}
-- All sessions anew from all pageviews, at a gap of {{ gap }}.
--
-- Made beside the old ones and exchanged: who reads sees the old sessions or the new ones. Run it once
-- before the first refresh, and whenever the gap is to change. No refresh may run at the same time.

{{ engine.check_time() }}

CREATE OR REPLACE TABLE {{ rebuilt_table }} AS {{ stored_table }};

INSERT INTO {{ rebuilt_table }} (session_id, user_id, started_at, ended_at, pageviews, landing_page, exit_page{{ rule.also() }}, gap_us, version, is_deleted)
SETTINGS max_partitions_per_insert_block = 0
WITH
{{ rule.viewed() }},
{{ rule.cut(gap_us) }}
SELECT {{ rule.facts() }},
  {{ gap_us }} AS gap_us, 0 AS version, 0 AS is_deleted
FROM cut;

EXCHANGE TABLES {{ rebuilt_table }} AND {{ stored_table }};

DROP TABLE {{ rebuilt_table }};
