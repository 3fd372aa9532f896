{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}
-- The tables that sessions are derived in, as tables of {{ format_name }}. Changes nothing that is there already. A table
-- of pageviews made without this statement is taken as it is, whatever its format, where the time must be a TIMESTAMP.
--
-- {{ pageviews_table }} ({{ user }}, {{ time }}, {{ page }}{{ ", " ~ arrival if arrival }}): append to it.{{ "
--   " ~ arrival_name ~ " is a number that grows, such as a load's number or an offset, to tell pageviews in the same
--   instant apart. What is equal in it, or null, is told apart by page." if arrival }}
-- {{ sessions_table }}: the sessions, apart by the day (UTC) on which they start. A session_id is its user, an @,
--   and its start in microseconds since the epoch. Of two that write into it at once, the second fails.
-- {{ session_pageviews }}: every pageview that a rebuild or refresh has covered, with its session_id, the
--   session_number among its user's and the pageview_number within the session, both from 1. It comes last,
--   as some catalogs have no views. Nothing else needs it.

CREATE TABLE IF NOT EXISTS {{ pageviews_table }} (
  {{ user }} STRING,
  {{ time }} TIMESTAMP,
  {{ page }} STRING{{ rule.declared("STRING") }}
{%- if arrival %},
  {{ arrival }} BIGINT
{%- endif %}

) USING {{ table_format | upper }}{{ " PARTITIONED BY (days(" ~ time ~ "))" if table_format == "iceberg" }};

{{ engine.check_time() }}

CREATE TABLE IF NOT EXISTS {{ sessions_table }} (
  session_id STRING,
  user_id STRING,
  started_at TIMESTAMP,
  ended_at TIMESTAMP,
  duration_s DOUBLE,
  pageviews BIGINT,
  landing_page STRING,
  exit_page STRING,
  is_bounce BOOLEAN{{ rule.declared("STRING") }},
  gap_us BIGINT
{%- if table_format == "delta" %},
  started_on DATE
) USING DELTA PARTITIONED BY (started_on)
TBLPROPERTIES ('delta.isolationLevel' = 'Serializable');
{%- else %}

) USING ICEBERG PARTITIONED BY (days(started_at))
TBLPROPERTIES ('write.merge.isolation-level' = 'serializable');
{%- endif %}


CREATE OR REPLACE VIEW {{ session_pageviews }} AS
{% include "session_pageviews.sql" %};
