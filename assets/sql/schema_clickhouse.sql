{%- import "engine.sql" as engine -%}
{%- import "tables_clickhouse.sql" as tables -%}
-- The tables that sessions are derived in. Changes nothing that is there already. A table of pageviews
-- made without this statement is taken as it is.
--
-- {{ pageviews_table }} ({{ user }}, {{ time }}, {{ page }}): insert into these columns{{ ", in order of arrival" if arrival }}.
-- {{ stored_table }}: what rebuild and refresh write. A refresh adds newer rows, and rows that say
--   that a session is no more. ClickHouse drops what they replace in time.
-- {{ sessions_table }} (session_id, user_id, started_at, ended_at, duration_s, pageviews, landing_page, exit_page,
--   is_bounce): the sessions. A session_id is its user, an @, and its start in microseconds since the epoch.
-- {{ session_pageviews }}: every pageview that a rebuild or refresh has covered, with its session_id, the
--   session_number among its user's and the pageview_number within the session, both from 1.

CREATE TABLE IF NOT EXISTS {{ pageviews_table }} {{ tables.pageviews() }} ENGINE = MergeTree {{ tables.pageviews_order() }};

{{ engine.check_time() }}

CREATE TABLE IF NOT EXISTS {{ stored_table }} {{ tables.stored() }} ENGINE = ReplacingMergeTree(version, is_deleted) {{ tables.stored_order() }};

CREATE OR REPLACE VIEW {{ sessions_table }} AS
{{ tables.sessions(stored_table) }};

CREATE OR REPLACE VIEW {{ session_pageviews }} AS
{% include "session_pageviews.sql" %};
