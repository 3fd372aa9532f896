{#- PostgreSQL 12 and later: what it writes differently from the other engines. Every engine has the
    same macros. Inside a statement an instant is a TIMESTAMP WITH TIME ZONE, which holds whole
    microseconds, and the difference of two is an INTERVAL, which compares exactly. -#}

{%- from "standard.sql" import greatest, is_bounce, next, previous -%}

{%- macro instant(column) -%}
  {{ column }}
{%- endmacro -%}

{%- macro is_instant(column) -%}
  {#- A time without a zone would be cast by the time zone of the session. -#}
  CASE WHEN pg_typeof({{ column }}) = CAST('timestamptz' AS regtype)
    THEN {{ column }} >= {{ earliest() }} AND {{ column }} < {{ after_all() }}
    ELSE CAST({{ (time_name ~ ": expected TIMESTAMP WITH TIME ZONE, not ") | text }} || pg_typeof({{ column }}) AS BOOLEAN) END
{%- endmacro -%}

{%- macro earliest() -%}
  TIMESTAMP WITH TIME ZONE '0001-01-01 00:00:00Z'
{%- endmacro -%}

{%- macro after_all() -%}
  TIMESTAMP WITH TIME ZONE '10000-01-01 00:00:00Z'
{%- endmacro -%}

{%- macro check_time() -%}
{%- set block -%}
DECLARE
  type regtype := (SELECT pg_typeof(MAX(checked)) FROM (SELECT {{ time }} AS checked FROM {{ pageviews_table }} LIMIT 0) AS pageviews);
BEGIN
  IF type <> CAST('timestamptz' AS regtype) THEN
    RAISE EXCEPTION '%: expected TIMESTAMP WITH TIME ZONE, not %', {{ time_name | text }}, type
      USING HINT = {{ ("If its times are in UTC: ALTER TABLE " ~ pageviews_table ~ " ALTER COLUMN " ~ time ~ " TYPE TIMESTAMP WITH TIME ZONE USING " ~ time ~ " AT TIME ZONE 'UTC'") | text }};
  END IF;
END
{%- endset -%}
DO {{ block | text }};
{%- endmacro -%}

{%- macro first(value) -%}
  {#- A cast would round to the nearest microsecond, and no interval reaches an infinity. -#}
  {%- if first_is_open -%}
  GREATEST({{ rounded_down(value) }}, {{ earliest() }})
  {%- else -%}
  CAST({{ value }} AS TIMESTAMP WITH TIME ZONE)
  {%- endif -%}
{%- endmacro -%}

{%- macro end(value) -%}
  {%- if end_is_open -%}
  LEAST({{ rounded_down(value) }} + CASE WHEN CAST({{ value }} AS TEXT) ~ '[.][0-9]{6}[0-9]*[1-9]' THEN INTERVAL '1 microsecond' ELSE INTERVAL '0' END, {{ after_all() }})
  {%- else -%}
  CAST({{ value }} AS TIMESTAMP WITH TIME ZONE)
  {%- endif -%}
{%- endmacro -%}

{%- macro rounded_down(value) -%}
  CAST(REGEXP_REPLACE(CAST({{ value }} AS TEXT), '([.][0-9]{6})[0-9]+', '\1') AS TIMESTAMP WITH TIME ZONE)
{%- endmacro -%}

{%- macro stored(at) -%}
  {{ at }}
{%- endmacro -%}

{%- macro microseconds(at) -%}
  {#- EXTRACT gives a double before PostgreSQL 14. Whole seconds, and microseconds within a minute,
      are exact in one; seconds since the epoch with a fraction are not. -#}
  CAST(EXTRACT(EPOCH FROM DATE_TRUNC('second', {{ at }})) AS BIGINT) * 1000000
    + MOD(CAST(EXTRACT(MICROSECONDS FROM {{ at }}) AS BIGINT), 1000000)
{%- endmacro -%}

{%- macro span(us) -%}
  INTERVAL {{ us | clock | text }}
{%- endmacro -%}

{%- macro text(column) -%}
  {#- Compared byte by byte, whatever collation the column has. -#}
  CAST({{ column }} AS TEXT) COLLATE "C"
{%- endmacro -%}

{%- macro text_type() -%}
  TEXT COLLATE "C"
{%- endmacro -%}

{%- macro duration_s(from, to) -%}
  CAST(EXTRACT(EPOCH FROM {{ to }} - {{ from }}) AS DOUBLE PRECISION)
{%- endmacro -%}

{%- macro concat(user_id, us) -%}
  {{ user_id }} || '@' || ({{ us }})
{%- endmacro -%}

{%- macro since(column, at) -%}
  {{ column }} >= {{ at }}
{%- endmacro -%}

{%- macro until(column, at) -%}
  {{ column }} <= {{ at }}
{%- endmacro -%}

{%- macro bucket(us) -%}
  {#- The lower end of a sixteenth of a doubling. The logarithm is taken a trifle too small: what
      rounding could put wrongly then lands on the same end. -#}
  {{ us }} - {{ us }} % (CAST(1 AS BIGINT) << (CAST(FLOOR(LN(CAST(GREATEST({{ us }}, 32) AS DOUBLE PRECISION)) / LN(CAST(2 AS DOUBLE PRECISION)) - 1e-9) AS INTEGER) - 4))
{%- endmacro -%}

{%- macro steps(steps) -%}
steps (gap, gap_us) AS (
  VALUES
{% for step in steps %}
    ({{ step.gap | text }}, {{ step.us }}){{ "," if not loop.last }}
{% endfor %}
)
{%- endmacro -%}

{%- macro part(user_id) -%}
  MOD(ABS(CAST(HASHTEXT({{ user_id }}) AS BIGINT)), {{ parts }})
{%- endmacro -%}

{%- macro instant_type() -%}
  TIMESTAMP WITH TIME ZONE
{%- endmacro -%}

{%- macro stored_type() -%}
  TIMESTAMP WITH TIME ZONE
{%- endmacro -%}

{%- macro begin_writing() -%}
  -- The lock makes other writers wait, not readers, nor a vacuum of the table of sessions. It is taken before the first snapshot,
-- so that whoever waited sees what the other one did, at every isolation level.
BEGIN;
LOCK TABLE {{ sessions_gap }} IN SHARE ROW EXCLUSIVE MODE;
{%- endmacro -%}

{%- macro analyze(table) -%}
  {#- Without statistics a table is planned for by a guess; a temporary one gets none of its own accord. -#}
  ANALYZE {{ table }};
{%- endmacro -%}

{%- macro read_by_index() -%}
  -- What is looked up row by row is looked up by index, also while a table has no statistics.
SET LOCAL enable_hashjoin = off;
SET LOCAL enable_mergejoin = off;
{%- endmacro -%}

{%- macro create_view(name) -%}
  CREATE OR REPLACE VIEW {{ name }} AS
{%- endmacro -%}

{%- macro give_arrival() -%}
{% if arrival %}
-- The order of arrival is an identity column. Pageviews that are there already get a 0, which a constant
-- default gives without rewriting the table: of those in the same instant, the page decides. It comes last,
-- as nobody else can read the table from here on to the end.
{% set block %}
BEGIN
  IF NOT EXISTS (
    SELECT FROM pg_attribute
    WHERE attrelid = {{ pageviews_table | text }}::regclass AND attname = {{ arrival_name | text }} AND NOT attisdropped
  ) THEN
    ALTER TABLE {{ pageviews_table }} ADD COLUMN {{ arrival }} BIGINT NOT NULL DEFAULT 0;
    ALTER TABLE {{ pageviews_table }} ALTER COLUMN {{ arrival }} DROP DEFAULT;
    ALTER TABLE {{ pageviews_table }} ALTER COLUMN {{ arrival }} ADD GENERATED BY DEFAULT AS IDENTITY;
    IF EXISTS (SELECT FROM {{ pageviews_table }}) THEN
      RAISE NOTICE '% counts from 1; pageviews that were there before have 0: of those in the same instant, the page decides', {{ arrival_name | text }};
    END IF;
  END IF;
END
{% endset %}
DO {{ block | text }};
{% else %}
-- There is no order of arrival: of pageviews in the same instant, the page decides.
{% endif %}
{%- endmacro -%}

{%- macro digits_of_md5(text) -%}
  CAST(CAST('x00000000' || SUBSTR(MD5(CONVERT_TO({{ text }}, 'UTF8')), 1, 8) AS BIT(64)) AS BIGINT)
{%- endmacro -%}

{%- macro written(at) -%}
  TO_CHAR(viewed.{{ at }} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
{%- endmacro -%}
