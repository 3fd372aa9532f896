{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}
{%- import "tables_clickhouse.sql" as tables -%}
{%- import "shards_clickhouse.sql" as shards -%}
-- All sessions anew from all pageviews, at a gap of {{ gap }}, on every shard of a cluster at once.
--
-- Made beside the old ones and exchanged, one shard after the other: who reads sees the old sessions of a user or the new
-- ones. Run it on one server, once before the first refresh, and whenever the gap is to change. No refresh may run at
-- the same time.

{{ engine.check_time() }}

SYSTEM FLUSH DISTRIBUTED ON CLUSTER {{ cluster }} {{ pageviews_table }};
SYSTEM SYNC REPLICA ON CLUSTER {{ cluster }} {{ pageviews_local }};

DROP TABLE IF EXISTS {{ rebuilt_table }} ON CLUSTER {{ cluster }} SYNC;
DROP TABLE IF EXISTS {{ rebuilt_local }} ON CLUSTER {{ cluster }} SYNC;
CREATE TABLE {{ rebuilt_local }} ON CLUSTER {{ cluster }} {{ tables.stored() }} ENGINE = ReplicatedReplacingMergeTree(version, is_deleted) {{ tables.stored_order() }};
CREATE TABLE {{ rebuilt_table }} ON CLUSTER {{ cluster }} AS {{ rebuilt_local }}
ENGINE = Distributed({{ cluster }}, {{ rebuilt_local_in }}, cityHash64(user_id));

-- Each shard reads its own pageviews.
INSERT INTO {{ rebuilt_table }} (session_id, user_id, started_at, ended_at, pageviews, landing_page, exit_page{{ rule.also() }}, gap_us, version, is_deleted)
SETTINGS max_partitions_per_insert_block = 0, parallel_distributed_insert_select = 1, distributed_foreground_insert = 1
SELECT * FROM cluster({{ cluster }}, view(
WITH
{{ rule.viewed() }},
{{ rule.cut(gap_us) }}
SELECT {{ rule.facts() }},
  {{ gap_us }} AS gap_us, 0 AS version, 0 AS is_deleted
FROM cut
));

{{ shards.check(beside=rebuilt_local) }}

SYSTEM SYNC REPLICA ON CLUSTER {{ cluster }} {{ rebuilt_local }};
EXCHANGE TABLES {{ rebuilt_local }} AND {{ stored_local }} ON CLUSTER {{ cluster }};

DROP TABLE {{ rebuilt_table }} ON CLUSTER {{ cluster }} SYNC;
DROP TABLE {{ rebuilt_local }} ON CLUSTER {{ cluster }} SYNC;
