{#- BigQuery: what it writes differently from the other engines. Every engine has the same macros. Inside a statement an
    instant is its microseconds since the epoch, an INT64. A text in quotes holds no name: a quote is escaped by a
    backslash here. -#}

{%- from "standard.sql" import greatest, is_bounce, microseconds, next, previous, span -%}

{%- macro text(column) -%}
  {#- Compared byte by byte, whatever collation the column or its dataset has. -#}
  COLLATE(CAST({{ column }} AS STRING), '')
{%- endmacro -%}

{%- macro text_type() -%}
  STRING COLLATE ''
{%- endmacro -%}

{%- macro check_time() -%}
-- Fails unless it is a TIMESTAMP.
SELECT UNIX_MICROS({{ time }}) AS expected_timestamp FROM {{ pageviews_table }} LIMIT 0;
{%- endmacro -%}

{%- macro is_instant(column) -%}
  {#- No other type of time has UNIX_MICROS. -#}
  UNIX_MICROS({{ column }}) BETWEEN {{ first_us }} AND {{ last_us }}
{%- endmacro -%}

{%- macro instant(column) -%}
  UNIX_MICROS({{ column }})
{%- endmacro -%}

{%- macro first(value) -%}
  {%- if first_is_open -%}
  {{ rounded_down(value) }}
  {%- else -%}
  UNIX_MICROS(TIMESTAMP({{ value }}))
  {%- endif -%}
{%- endmacro -%}

{%- macro end(value) -%}
  {%- if end_is_open -%}
  {{ rounded_down(value) }} + CAST(REGEXP_CONTAINS({{ value }}, '[.][0-9]{6}[0-9]*[1-9]') AS INT64)
  {%- else -%}
  UNIX_MICROS(TIMESTAMP({{ value }}))
  {%- endif -%}
{%- endmacro -%}

{%- macro rounded_down(value) -%}
  UNIX_MICROS(TIMESTAMP(REGEXP_REPLACE({{ value }}, '([.][0-9]{6})[0-9]+', r'\1')))
{%- endmacro -%}

{%- macro stored(at) -%}
  TIMESTAMP_MICROS({{ at }})
{%- endmacro -%}

{%- macro duration_s(from, to) -%}
  ({{ to }} - {{ from }}) / 1000000
{%- endmacro -%}

{%- macro concat(user_id, us) -%}
  CONCAT({{ user_id }}, '@', CAST({{ us }} AS STRING))
{%- endmacro -%}

{%- macro since(column, at) -%}
  {#- A condition on the column as it is stored, by a constant: so partitions are passed over. -#}
  {{ column }} >= TIMESTAMP_MICROS(GREATEST({{ at }}, {{ first_us }}))
{%- endmacro -%}

{%- macro until(column, at) -%}
  {{ column }} <= TIMESTAMP_MICROS(LEAST({{ at }}, {{ last_us }}))
{%- endmacro -%}

{%- macro bucket(us) -%}
  {#- The lower end of a sixteenth of a doubling. The logarithm is taken a trifle too small: what
      rounding could put wrongly then lands on the same end. -#}
  {{ us }} - MOD({{ us }}, 1 << (CAST(FLOOR(LOG(GREATEST({{ us }}, 32), 2) - 1e-9) AS INT64) - 4))
{%- endmacro -%}

{%- macro part(user_id) -%}
  ABS(MOD(FARM_FINGERPRINT({{ user_id }}), {{ parts }}))
{%- endmacro -%}

{%- macro steps(steps) -%}
  steps AS (
{% for step in steps %}
  SELECT {{ step.gap | text }} AS gap, {{ step.us }} AS gap_us{{ " UNION ALL" if not loop.last }}
{% endfor %}
)
{%- endmacro -%}

{%- macro begin_writing() -%}
  -- Of two writers at once the second fails at the row of the gap, which is there from the schema on.
BEGIN TRANSACTION;

IF (SELECT COUNT(*) FROM {{ sessions_gap }}) <> 1 THEN
  SELECT ERROR('the table of the gap has not one row: run the schema');
END IF;
{%- endmacro -%}

{%- macro digits_of_md5(text) -%}
  CAST(CONCAT('0x', SUBSTR(TO_HEX(MD5({{ text }})), 1, 8)) AS INT64)
{%- endmacro -%}

{%- macro written(at) -%}
  FORMAT_TIMESTAMP('%Y-%m-%dT%H:%M:%E6SZ', TIMESTAMP_MICROS(viewed.{{ at }}), 'UTC')
{%- endmacro -%}
