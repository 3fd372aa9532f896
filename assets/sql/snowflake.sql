{#- Snowflake: what it writes differently from the other engines. Every engine has the same macros. Inside a statement
    an instant is its microseconds since the epoch, a NUMBER, which does not depend on the time zone of the session. -#}

{%- from "standard.sql" import greatest, is_bounce, microseconds, next, previous, span -%}

{%- macro text(column) -%}
  {#- Compared byte by byte, whatever collation the column, its schema or the session has. -#}
  CAST({{ column }} AS VARCHAR) COLLATE 'utf8'
{%- endmacro -%}

{%- macro no_instant() -%}
  {{ (time_name ~ ": expected TIMESTAMP_TZ or TIMESTAMP_LTZ, or TIMESTAMP_NTZ in UTC") | text }}
{%- endmacro -%}

{%- macro check_time() -%}
SELECT CAST(CASE WHEN SYSTEM$TYPEOF(MAX(checked)) LIKE 'TIMESTAMP%' THEN '0' ELSE {{ no_instant() }} END AS INTEGER) AS may_go_on
FROM (SELECT {{ time }} AS checked FROM {{ pageviews_table }} LIMIT 0) AS pageviews;
{%- endmacro -%}

{%- macro is_instant(column) -%}
  {#- A text that is no truth value fails with the text: there is no function that raises an error. -#}
  CAST(CASE WHEN SYSTEM$TYPEOF({{ column }}) LIKE 'TIMESTAMP%' THEN 'true' ELSE {{ no_instant() }} END AS BOOLEAN)
    AND {{ instant(column) }} BETWEEN {{ first_us }} AND {{ last_us }}
{%- endmacro -%}

{%- macro instant(column) -%}
  {#- Cut off to the microsecond first, which rounds down before 1970, too. -#}
  DATE_PART(EPOCH_MICROSECOND, DATE_TRUNC(MICROSECOND, {{ column }}))
{%- endmacro -%}

{%- macro first(value) -%}
  {{ instant("TO_TIMESTAMP_TZ(" ~ value ~ ")") }}
{%- endmacro -%}

{%- macro end(value) -%}
  {{ first(value) }}{{ " + CASE WHEN REGEXP_LIKE(" ~ value ~ ", '.*[.][0-9]{6}[0-9]*[1-9].*') THEN 1 ELSE 0 END" if end_is_open }}
{%- endmacro -%}

{%- macro stored(at) -%}
  DATEADD(MICROSECOND, {{ at }}, TO_TIMESTAMP_TZ('1970-01-01T00:00:00Z'))
{%- endmacro -%}

{%- macro duration_s(from, to) -%}
  ({{ to }} - {{ from }}) / CAST(1000000 AS DOUBLE)
{%- endmacro -%}

{%- macro concat(user_id, us) -%}
  {{ user_id }} || '@' || CAST({{ us }} AS VARCHAR)
{%- endmacro -%}

{%- macro since(column, at) -%}
  {#- A condition on the column as it is stored, which micro-partitions are passed over by. A time without a zone is
      compared by the session's: a day is more. -#}
  {{ column }} >= {{ stored("GREATEST(" ~ at ~ " - 86400000000, " ~ first_us ~ ")") }}
{%- endmacro -%}

{%- macro until(column, at) -%}
  {{ column }} <= {{ stored("LEAST(" ~ at ~ " + 86400000000, " ~ last_us ~ ")") }}
{%- endmacro -%}

{%- macro bucket(us) -%}
  {#- The lower end of a sixteenth of a doubling. The logarithm is taken a trifle too small: what
      rounding could put wrongly then lands on the same end. -#}
  {{ us }} - {{ us }} % CAST(POWER(2, FLOOR(LOG(2, GREATEST({{ us }}, 32)) - 1e-9) - 4) AS BIGINT)
{%- endmacro -%}

{%- macro part(user_id) -%}
  MOD(ABS(HASH({{ user_id }})), {{ parts }})
{%- endmacro -%}

{%- macro steps(steps) -%}
  steps AS (
  SELECT gap, gap_us
  FROM (
    VALUES
{% for step in steps %}
      ({{ step.gap | text }}, {{ step.us }}){{ "," if not loop.last }}
{% endfor %}
  ) AS listed (gap, gap_us)
)
{%- endmacro -%}

{%- macro digits_of_md5(text) -%}
  TO_NUMBER(UPPER(LEFT(MD5({{ text }}), 8)), 'XXXXXXXX')
{%- endmacro -%}

{%- macro written(at) -%}
  {#- By a type without a zone, so that the session's has no part in it. -#}
  TO_CHAR(DATEADD(MICROSECOND, viewed.{{ at }}, TO_TIMESTAMP_NTZ('1970-01-01T00:00:00')), 'YYYY-MM-DD HH24:MI:SS.FF6') || 'Z'
{%- endmacro -%}
