{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}
{%- macro in_session() -%}
PARTITION BY user_id, session_number ORDER BY page_view_at, is_pageview
{%- endmacro -%}
{#- A page by its first 8,000 bytes: a view cannot set max_sort_length, which is 1,024 for each thing to sort by. -#}
{%- macro pieces() -%}
{% for piece in range(8) %}, SUBSTR(covered.page, {{ piece * 1000 + 1 }}, 1000){% endfor %}
{%- endmacro -%}
-- The tables that sessions are derived in. A table of pageviews that is there already is checked first, and taken as it
-- is, but for its order of arrival and two indexes. MySQL and MariaDB commit after each change of a table: if this fails
-- on the way, run it again.
--
-- {{ pageviews_table }} ({{ user }}, {{ time }}, {{ page }}): insert into these three columns, in order of arrival. {{ time }} is
--   in UTC.
-- {{ sessions_table }} (session_id, user_id, started_at, ended_at, duration_s, pageviews, landing_page, exit_page,
--   is_bounce):
--   written by the statements rebuild and refresh only. A session_id is its user, an @, and its start in
--   microseconds since the epoch. A user_id has at most 255 characters. Times are in UTC.
-- {{ sessions_gap }} (gap_us): the gap of the table sessions in microseconds, once it has one.
-- {{ session_pageviews }}: every pageview with its session_id, the session_number among its user's and
--   the pageview_number within the session, both from 1. All three are null for a pageview that no
--   refresh has covered yet.

{{ engine.begin() }}

{{ engine.check_columns(true) }}
{% if arrival_is_unique %}

-- The order of arrival is a column that counts by itself, of which a table has one.
SET @dwell_problem = (
  SELECT CASE
    WHEN COUNT(*) = 0 THEN NULL
    WHEN {{ engine.type_of(arrival_name) }} IS NULL
      THEN CONCAT(MAX(CASE WHEN extra LIKE '%auto_increment%' THEN column_name END), ' counts already: name it as the arrival column')
    WHEN NOT EXISTS (
      SELECT index_name FROM information_schema.statistics
      WHERE {{ engine.of_pageviews() }} AND non_unique = 0
      GROUP BY index_name
      HAVING COUNT(*) = 1 AND MAX(column_name) = {{ arrival_name | text }}
    ) THEN {{ (arrival_name ~ " is not unique: name it as the arrival column") | text }}
  END
  FROM information_schema.columns
  WHERE {{ engine.of_pageviews() }}
);
{{ engine.refuse() }}
{% endif %}

CREATE TABLE IF NOT EXISTS {{ pageviews_table }} (
  {{ user }} {{ engine.user_type() }} NOT NULL,
  {{ time }} DATETIME(6) NOT NULL,
  {{ page }} {{ engine.text_type() }} NOT NULL{{ rule.declared(engine.text_type()) }}
{%- if arrival_is_unique %},
  {{ arrival }} BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY
{%- elif arrival %},
  {{ arrival }} BIGINT NOT NULL
{%- endif %}

) ENGINE = InnoDB;

-- What the table lacks: the order of arrival, for which it is written anew, and indexes, which are made while others
-- read and write. A long user is in them by its beginning.
SET @dwell_prefix = (
  SELECT CASE
    WHEN MAX(data_type) IN ('tinytext', 'text', 'mediumtext', 'longtext') OR MAX(character_octet_length) > 1020 THEN '(191)'
    ELSE ''
  END
  FROM information_schema.columns
  WHERE {{ engine.of_pageviews() }} AND column_name = {{ user_name | text }}
);
SET @dwell_sql = COALESCE(CONCAT({{ ("ALTER TABLE " ~ pageviews_table ~ " ") | text }}, NULLIF(CONCAT_WS(', ',
{% if arrival_is_unique %}
  CASE WHEN NOT EXISTS (SELECT column_name FROM information_schema.columns WHERE {{ engine.of_pageviews() }} AND column_name = {{ arrival_name | text }})
    THEN {{ ("ADD COLUMN " ~ arrival ~ " BIGINT UNSIGNED NOT NULL AUTO_INCREMENT UNIQUE") | text }} END,
{% endif %}
  CASE WHEN NOT {{ engine.has_index(pageviews_by_user_name) }}
    THEN CONCAT({{ ("ADD INDEX " ~ pageviews_by_user ~ " (" ~ user) | text }}, @dwell_prefix, {{ (", " ~ time ~ ")") | text }}) END,
  CASE WHEN NOT {{ engine.has_index(pageviews_by_time_name) }}
    THEN CONCAT({{ ("ADD INDEX " ~ pageviews_by_time ~ " (" ~ time ~ ", " ~ user) | text }}, @dwell_prefix, ')') END
), '')), 'DO 0');
{{ engine.execute() }}

CREATE TABLE IF NOT EXISTS {{ sessions_table }} (
  session_id {{ engine.id_type() }} NOT NULL PRIMARY KEY,
  user_id {{ engine.user_type() }} NOT NULL,
  started_at DATETIME(6) NOT NULL,
  ended_at DATETIME(6) NOT NULL,
  duration_s DOUBLE GENERATED ALWAYS AS (TIMESTAMPDIFF(MICROSECOND, started_at, ended_at) / 1e6) VIRTUAL,
  pageviews BIGINT NOT NULL,
  landing_page {{ engine.text_type() }} NOT NULL,
  exit_page {{ engine.text_type() }} NOT NULL,
  is_bounce BOOLEAN GENERATED ALWAYS AS ({{ engine.is_bounce("pageviews") }}) VIRTUAL{{ rule.declared(engine.text_type()) }},
  UNIQUE INDEX {{ sessions_by_user }} (user_id, started_at)
) ENGINE = InnoDB;

-- One row, which writers lock.
CREATE TABLE IF NOT EXISTS {{ sessions_gap }} (
  only_row TINYINT NOT NULL PRIMARY KEY,
  gap_us BIGINT
) ENGINE = InnoDB;
INSERT IGNORE INTO {{ sessions_gap }} (only_row, gap_us) VALUES (1, NULL);

CREATE OR REPLACE VIEW {{ session_pageviews }} AS
WITH
-- Pageviews and starts of sessions in one order: the latest start so far is that of the pageview's session.
-- MariaDB computes SUM and FIRST_VALUE in one pass, while MAX would look at all that is before, for each row.
events AS (
  SELECT {{ engine.key("pageviews." ~ user) }} AS user_id, pageviews.{{ time }} AS page_view_at, 1 AS is_pageview,
    {{ "pageviews." ~ arrival if arrival else "0" }} AS arrival, {{ rule.page_text() }} AS page{{ rule.carried_texts() }},
    CAST(NULL AS DATETIME(6)) AS started_at, CAST(NULL AS DATETIME(6)) AS ended_at
  FROM {{ pageviews }}
  WHERE {{ rule.is_pageview() }}
  UNION ALL
  SELECT sessions.user_id, sessions.started_at, 0, NULL, NULL{{ ", NULL" * carried | length }}, sessions.started_at, sessions.ended_at
  FROM {{ sessions }}
),
numbered AS (
  SELECT user_id, page_view_at, is_pageview, arrival, page{{ rule.through() }}, started_at, ended_at,
    SUM(1 - is_pageview) OVER (PARTITION BY user_id ORDER BY page_view_at, is_pageview ROWS UNBOUNDED PRECEDING) AS session_number
  FROM events
),
placed AS (
  SELECT user_id, page_view_at, is_pageview, arrival, page{{ rule.through() }}, session_number,
    FIRST_VALUE(started_at) OVER ({{ in_session() }}) AS started_at,
    FIRST_VALUE(ended_at) OVER ({{ in_session() }}) AS ended_at
  FROM numbered
),
-- A pageview behind the end of the session is in none.
covered AS (
  SELECT user_id, page_view_at, arrival, page{{ rule.through() }},
    CASE WHEN ended_at >= page_view_at THEN started_at END AS started_at,
    CASE WHEN ended_at >= page_view_at THEN session_number END AS session_number
  FROM placed
  WHERE is_pageview = 1
)
SELECT {{ engine.concat("covered.user_id", engine.instant("covered.started_at")) }} AS session_id, covered.user_id AS user_id,
  CAST(covered.session_number AS SIGNED) AS session_number,
  CASE WHEN covered.started_at IS NOT NULL THEN ROW_NUMBER() OVER (
    PARTITION BY covered.user_id, covered.started_at
    ORDER BY covered.page_view_at, covered.arrival{{ pieces() ~ rule.tied("covered") if not arrival_is_unique }}
  ) END AS pageview_number,
  covered.page_view_at AS page_view_at, {{ engine.shown("covered.page") }} AS page
{%- for column in carried %}, {{ engine.shown("NULLIF(covered.carried_" ~ loop.index ~ ", '')") }} AS {{ column }}{% endfor %}

FROM covered;

{{ engine.finish() }}
