{%- import "engine.sql" as engine -%}
{%- import "tables_clickhouse.sql" as tables -%}
-- The tables that sessions are derived in, on every server of a cluster. Changes nothing that is there already, but makes
-- the views, and the tables that read them, anew. Run it on one server. Servers must have the macros shard and replica.
--
-- Each table and view is there twice: {{ pageviews_local }} and the like hold what is on one shard, and those without
-- the ending stand for all shards. All pageviews and sessions of a user are on one shard, by the hash of the user.
--
-- {{ pageviews_table }} ({{ user }}, {{ time }}, {{ page }}): insert into these columns{{ ", in order of arrival" if arrival }}.
-- {{ stored_table }}: what rebuild and refresh write. A refresh adds newer rows, and rows that say
--   that a session is no more. ClickHouse drops what they replace in time.
-- {{ sessions_table }} (session_id, user_id, started_at, ended_at, duration_s, pageviews, landing_page, exit_page,
--   is_bounce): the sessions. A session_id is its user, an @, and its start in microseconds since the epoch.
-- {{ session_pageviews }}: every pageview that a rebuild or refresh has covered, with its session_id, the
--   session_number among its user's and the pageview_number within the session, both from 1.
--
-- Tested on two shards of one server each, where it is run without ON CLUSTER and without replicas. Not run on a cluster
-- with replicas.

CREATE TABLE IF NOT EXISTS {{ pageviews_local }} ON CLUSTER {{ cluster }} {{ tables.pageviews() }} ENGINE = ReplicatedMergeTree {{ tables.pageviews_order() }};

CREATE TABLE IF NOT EXISTS {{ pageviews_table }} ON CLUSTER {{ cluster }} AS {{ pageviews_local }}
ENGINE = Distributed({{ cluster }}, {{ pageviews_local_in }}, cityHash64({{ user }}));

{{ engine.check_time() }}

CREATE TABLE IF NOT EXISTS {{ stored_local }} ON CLUSTER {{ cluster }} {{ tables.stored() }} ENGINE = ReplicatedReplacingMergeTree(version, is_deleted) {{ tables.stored_order() }};

CREATE TABLE IF NOT EXISTS {{ stored_table }} ON CLUSTER {{ cluster }} AS {{ stored_local }}
ENGINE = Distributed({{ cluster }}, {{ stored_local_in }}, cityHash64(user_id));

CREATE OR REPLACE VIEW {{ sessions_local }} ON CLUSTER {{ cluster }} AS
{{ tables.sessions(stored_local) }};

CREATE OR REPLACE TABLE {{ sessions_table }} ON CLUSTER {{ cluster }} AS {{ sessions_local }}
ENGINE = Distributed({{ cluster }}, {{ sessions_local_in }}, cityHash64(user_id));

CREATE OR REPLACE VIEW {{ session_pageviews_local }} ON CLUSTER {{ cluster }} AS
{% include "session_pageviews.sql" %};

CREATE OR REPLACE TABLE {{ session_pageviews }} ON CLUSTER {{ cluster }} AS {{ session_pageviews_local }}
ENGINE = Distributed({{ cluster }}, {{ session_pageviews_local_in }}, cityHash64(user_id));
