{#- MySQL 8.0.17 and later, and MariaDB 10.5 and later: what they write differently from the other engines, in words that
    both have. Every engine has the same macros. Inside a statement an instant is its microseconds since the epoch, a
    BIGINT. It is counted from a DATETIME, which no time zone of a session changes. -#}

{%- from "standard.sql" import greatest, is_bounce, microseconds, next, previous, span -%}

{%- macro epoch() -%}
  TIMESTAMP'1970-01-01 00:00:00.000000'
{%- endmacro -%}

{%- macro instant(column) -%}
  TIMESTAMPDIFF(MICROSECOND, {{ epoch() }}, {{ column }})
{%- endmacro -%}

{%- macro is_instant(column) -%}
  {#- The year 0, and dates without a day, are none. -#}
  {{ instant(column) }} >= {{ first_us }}
{%- endmacro -%}

{%- macro text(column) -%}
  {#- Bytes of UTF-8: no collation takes two of them for one, with blanks at the end or without. -#}
  CAST(CONVERT({{ column }} USING utf8mb4) AS BINARY)
{%- endmacro -%}

{%- macro byte_order() -%}
  {#- The collation that compares byte by byte and does not ignore blanks at the end has two names. Each engine reads its
      own comment only. -#}
  COLLATE /*M!100500 utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */
{%- endmacro -%}

{%- macro key(column) -%}
  {#- The same as text, by which the index of the table of sessions is looked up. -#}
  CONVERT({{ column }} USING utf8mb4) {{ byte_order() }}
{%- endmacro -%}

{%- macro shown(column) -%}
  CONVERT({{ column }} USING utf8mb4)
{%- endmacro -%}

{%- macro id_type() -%}
  VARCHAR(276) CHARACTER SET utf8mb4 {{ byte_order() }}
{%- endmacro -%}

{%- macro user_type() -%}
  {#- 1,020 bytes at most: so an index and a sort take them whole. -#}
  VARCHAR(255) CHARACTER SET utf8mb4 {{ byte_order() }}
{%- endmacro -%}

{%- macro text_type() -%}
  TEXT CHARACTER SET utf8mb4 {{ byte_order() }}
{%- endmacro -%}

{%- macro moment(value) -%}
  {{ instant("CAST(LEFT(REPLACE(REPLACE(" ~ value ~ ", 'T', ' '), 'Z', ''), 26) AS DATETIME(6))") }}
{%- endmacro -%}

{%- macro checked_moment(value) -%}
  CASE WHEN {{ value }} REGEXP '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?Z?$' THEN {{ moment(value) }} END
{%- endmacro -%}

{%- macro first(value) -%}
  {{ checked_moment(value) if first_is_open else moment(value) }}
{%- endmacro -%}

{%- macro end(value) -%}
  {{ checked_moment(value) ~ " + (" ~ value ~ " REGEXP '[.][0-9]{6}[0-9]*[1-9]')" if end_is_open else moment(value) }}
{%- endmacro -%}

{%- macro stored(at) -%}
  TIMESTAMPADD(MICROSECOND, {{ at }}, {{ epoch() }})
{%- endmacro -%}

{%- macro duration_s(from, to) -%}
  ({{ to }} - {{ from }}) / 1e6
{%- endmacro -%}

{%- macro concat(user_id, us) -%}
  CONCAT({{ user_id }}, '@', {{ us }})
{%- endmacro -%}

{%- macro since(column, at) -%}
  {#- A condition on the column itself, which an index is about. -#}
  {{ column }} >= {{ stored(at) }}
{%- endmacro -%}

{%- macro until(column, at) -%}
  {{ column }} <= {{ stored(at) }}
{%- endmacro -%}

{%- macro bucket(us) -%}
  {#- The lower end of a sixteenth of a doubling. The logarithm is taken a trifle too small: what
      rounding could put wrongly then lands on the same end. -#}
  CAST({{ us }} - {{ us }} % (1 << CAST(FLOOR(LOG2(GREATEST({{ us }}, 32)) - 1e-9) - 4 AS SIGNED)) AS SIGNED)
{%- endmacro -%}

{%- macro part(user_id) -%}
  CAST(CRC32({{ user_id }}) % {{ parts }} AS SIGNED)
{%- endmacro -%}

{%- macro steps(steps) -%}
steps AS (
{% for step in steps %}
  SELECT {{ step.gap | text }} AS gap, {{ step.us }} AS gap_us{{ " UNION ALL" if not loop.last }}
{% endfor %}
)
{%- endmacro -%}

{%- macro digits_of_md5(text) -%}
  CAST(CONV(SUBSTR(MD5({{ text }}), 1, 8), 16, 10) AS SIGNED)
{%- endmacro -%}

{%- macro written(at) -%}
  DATE_FORMAT({{ stored("viewed." ~ at) }}, '%Y-%m-%dT%H:%i:%s.%fZ')
{%- endmacro -%}

{#- How every script begins. -#}
{%- macro begin() -%}
-- Values that do not fit are refused, and long ones are ordered by all of their bytes, whatever the session says. The
-- end of this script sets the session back.
SET @dwell_sql_mode = @@SESSION.sql_mode, @dwell_max_sort_length = @@SESSION.max_sort_length,
  @dwell_sort_buffer_size = @@SESSION.sort_buffer_size;
SET SESSION sql_mode = 'STRICT_ALL_TABLES';
SET SESSION max_sort_length = 65535;
SET SESSION sort_buffer_size = GREATEST(@@SESSION.sort_buffer_size, 16777216);
{%- endmacro -%}

{%- macro finish() -%}
SET SESSION sql_mode = @dwell_sql_mode;
SET SESSION max_sort_length = @dwell_max_sort_length;
SET SESSION sort_buffer_size = @dwell_sort_buffer_size;
{%- endmacro -%}

{#- Fails with the problem as the name of a column that there is not, if there is a problem. -#}
{%- macro refuse() -%}
SET @dwell_sql = COALESCE(CONCAT('SELECT `', REPLACE(@dwell_problem, '`', '``'), '`'), 'DO 0');
{{ execute() }}
{%- endmacro -%}

{%- macro execute() -%}
PREPARE dwell_sql FROM @dwell_sql;
EXECUTE dwell_sql;
DEALLOCATE PREPARE dwell_sql;
{%- endmacro -%}

{#- Rows of a table of INFORMATION_SCHEMA about the table of pageviews. Names of tables differ by case where the system of
    files lets them. -#}
{%- macro of_pageviews() -%}
{%- set schema = pageviews_schema | text if pageviews_schema else "DATABASE()" -%}
table_schema = {{ schema }} AND table_name = {{ pageviews_name | text }}
    AND (@@lower_case_table_names > 0 OR (
      CAST(table_schema AS BINARY) = CAST({{ schema }} AS BINARY) AND CAST(table_name AS BINARY) = CAST({{ pageviews_name | text }} AS BINARY)
    ))
{%- endmacro -%}

{%- macro type_of(name, which="data_type") -%}
MAX(CASE WHEN column_name = {{ name | text }} THEN {{ which }} END)
{%- endmacro -%}

{%- macro has_index(name) -%}
EXISTS (SELECT index_name FROM information_schema.statistics WHERE {{ of_pageviews() }} AND index_name = {{ name | text }})
{%- endmacro -%}

{#- Sets the problem, if the columns of pageviews hold something else than a user, an instant and a page. -#}
{%- macro check_columns(may_be_missing=false) -%}
-- A TIMESTAMP is read by the time zone of the session, and bytes may be no text.
SET @dwell_problem = (
  SELECT CASE
    WHEN COUNT(*) = 0 THEN {{ "NULL" if may_be_missing else ("no table " ~ pageviews_name ~ ", or a temporary one") | text }}
    WHEN {{ type_of(time_name) }} IS NULL THEN {{ (time_name ~ ": expected such a column") | text }}
    WHEN {{ type_of(time_name) }} <> 'datetime' THEN CONCAT({{ (time_name ~ ": expected DATETIME(6) in UTC, not ") | text }}, {{ type_of(time_name, "column_type") }})
{% for name in [user_name, page_name] + carried_names %}
    WHEN {{ type_of(name) }} IN ('bit', 'binary', 'varbinary', 'tinyblob', 'blob', 'mediumblob', 'longblob') THEN CONCAT({{ (name ~ ": expected text, not ") | text }}, {{ type_of(name, "column_type") }})
{% endfor %}
  END
  FROM information_schema.columns
  WHERE {{ of_pageviews() }}
);
{{ refuse() }}
{%- endmacro -%}

{#- The order in which writers come. -#}
{%- macro begin_writing() -%}
-- What is not committed yet is committed here. Each statement sees what was committed before it, and locks no pageview,
-- so loads go on. The row of the gap is locked first: other writers of sessions wait, readers do not.
COMMIT;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
START TRANSACTION;
SET @dwell_rows = NULL, @dwell_gap_us = NULL;
SELECT 1, gap_us INTO @dwell_rows, @dwell_gap_us FROM {{ sessions_gap }} WHERE only_row = 1 FOR UPDATE;
{%- endmacro -%}
