{#- Spark 4.0 and later: what it writes differently from the other engines. Every engine has the same
    macros. Inside a statement an instant is its microseconds since the epoch, a BIGINT, which does
    not depend on the time zone of the session. -#}

{%- from "standard.sql" import greatest, is_bounce, microseconds, next, previous, span -%}

{%- macro text(column) -%}
  CAST({{ column }} AS STRING)
{%- endmacro -%}

{%- macro no_instant() -%}
  {{ (time_name ~ ": expected TIMESTAMP") | text }}
{%- endmacro -%}

{%- macro check_time() -%}
SELECT assert_true(typeof(MAX(checked)) = 'timestamp', {{ no_instant() }})
FROM (SELECT {{ time }} AS checked FROM {{ pageviews_table }} LIMIT 0);
{%- endmacro -%}

{%- macro is_instant(column) -%}
  {#- Another type of time would be cast by the time zone of the session. -#}
  (typeof({{ column }}) = 'timestamp' OR CAST(raise_error({{ no_instant() }}) AS BOOLEAN))
    AND unix_micros({{ column }}) BETWEEN {{ first_us }} AND {{ last_us }}
{%- endmacro -%}

{%- macro instant(column) -%}
  unix_micros({{ column }})
{%- endmacro -%}

{%- macro first(value) -%}
  unix_micros(CAST({{ value }} AS TIMESTAMP))
{%- endmacro -%}

{%- macro end(value) -%}
  {{ first(value) }}{{ " + CAST(" ~ value ~ " RLIKE '[.][0-9]{6}[0-9]*[1-9]' AS BIGINT)" if end_is_open }}
{%- endmacro -%}

{%- macro stored(at) -%}
  timestamp_micros({{ at }})
{%- endmacro -%}

{%- macro duration_s(from, to) -%}
  ({{ to }} - {{ from }}) / CAST(1000000 AS DOUBLE)
{%- endmacro -%}

{%- macro concat(user_id, us) -%}
  {{ user_id }} || '@' || CAST({{ us }} AS STRING)
{%- endmacro -%}

{%- macro since(column, at) -%}
  {#- A condition on the column as it is stored, which statistics of files are about. -#}
  {{ column }} >= timestamp_micros({{ at }})
{%- endmacro -%}

{%- macro until(column, at) -%}
  {{ column }} <= timestamp_micros({{ at }})
{%- endmacro -%}

{%- macro bucket(us) -%}
  {#- The lower end of a sixteenth of a doubling. The logarithm is taken a trifle too small: what
      rounding could put wrongly then lands on the same end. -#}
  {{ us }} - {{ us }} % SHIFTLEFT(CAST(1 AS BIGINT), CAST(FLOOR(LOG2(GREATEST({{ us }}, 32)) - 1e-9) AS INT) - 4)
{%- endmacro -%}

{%- macro part(user_id) -%}
  CAST(PMOD(XXHASH64({{ user_id }}), {{ parts }}) AS BIGINT)
{%- endmacro -%}

{%- macro steps(steps) -%}
  steps (gap, gap_us) AS (
  VALUES
{% for step in steps %}
    ({{ step.gap | text }}, {{ step.us }}){{ "," if not loop.last }}
{% endfor %}
)
{%- endmacro -%}

{%- macro day(at) -%}
  DATE_FROM_UNIX_DATE(CAST(({{ at }} - PMOD({{ at }}, 86400000000)) DIV 86400000000 AS INT))
{%- endmacro -%}

{%- macro digits_of_md5(text) -%}
  CAST(CONV(SUBSTR(MD5({{ text }}), 1, 8), 16, 10) AS BIGINT)
{%- endmacro -%}

{%- macro written(at) -%}
  {#- By a type without a zone, so that the session's has no part in it. -#}
  CAST(TIMESTAMP_NTZ '1970-01-01 00:00:00' + viewed.{{ at }} * INTERVAL '0.000001' SECOND AS STRING) || 'Z'
{%- endmacro -%}

{%- macro before_writing(mode) -%}
  -- Parquet has statistics of times only if they are counted so. By them, files are passed over.
SET spark.sql.parquet.outputTimestampType = TIMESTAMP_MICROS;
SET spark.sql.sources.partitionOverwriteMode = {{ mode }};
{%- endmacro -%}

{%- macro after_writing() -%}
  RESET spark.sql.sources.partitionOverwriteMode;
RESET spark.sql.parquet.outputTimestampType;
{%- endmacro -%}
