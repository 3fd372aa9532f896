{#- DuckDB 1.2 and later: what it writes differently from the other engines. Every engine has the
    same macros. Inside a statement an instant is its microseconds since the epoch, a BIGINT, which
    does not depend on the time zone of the session. -#}

{%- from "standard.sql" import greatest, is_bounce, microseconds, next, previous, span -%}

{%- macro text(column) -%}
  {#- Compared byte by byte, whatever collation the column or the session has. -#}
  CAST({{ column }} AS VARCHAR) COLLATE C
{%- endmacro -%}

{%- macro no_instant() -%}
  {{ (time_name ~ ": expected TIMESTAMP or TIMESTAMP WITH TIME ZONE") | text }}
{%- endmacro -%}

{%- macro check_time() -%}
SET VARIABLE dwell_may_go_on = (
  SELECT CASE WHEN typeof(MAX(checked)) LIKE 'TIMESTAMP%' THEN true ELSE error({{ no_instant() }}) END
  FROM (SELECT {{ time }} AS checked FROM {{ pageviews_table }} LIMIT 0)
);
{%- endmacro -%}

{%- macro is_instant(column) -%}
  (typeof({{ column }}) LIKE 'TIMESTAMP%' OR error({{ no_instant() }})) AND epoch_us({{ column }}) BETWEEN {{ first_us }} AND {{ last_us }}
{%- endmacro -%}

{%- macro instant(column) -%}
  epoch_us({{ column }})
{%- endmacro -%}

{%- macro first(value) -%}
  epoch_us(CAST({{ value }} AS TIMESTAMP WITH TIME ZONE))
{%- endmacro -%}

{%- macro end(value) -%}
  {{ first(value) }}{{ " + CAST(regexp_matches(" ~ value ~ ", '[.][0-9]{6}[0-9]*[1-9]') AS BIGINT)" if end_is_open }}
{%- endmacro -%}

{%- macro stored(at) -%}
  make_timestamptz({{ at }})
{%- endmacro -%}

{%- macro duration_s(from, to) -%}
  ({{ to }} - {{ from }}) / CAST(1000000 AS DOUBLE)
{%- endmacro -%}

{%- macro concat(user_id, us) -%}
  {{ user_id }} || '@' || CAST({{ us }} AS VARCHAR)
{%- endmacro -%}

{%- macro since(column, at) -%}
  {#- A condition on the column as it is stored, which is what zone maps are about. Compared with a
      column of the other type of time, the time is shifted by the session's zone: a day is more. -#}
  {{ column }} >= make_timestamp({{ at }}) - INTERVAL 1 DAY
{%- endmacro -%}

{%- macro until(column, at) -%}
  {{ column }} <= make_timestamp({{ at }}) + INTERVAL 1 DAY
{%- endmacro -%}

{%- macro set_anchor() -%}
  {#- An instant in the type of the pageviews' time: the type is not known when the statement is made. -#}
SET VARIABLE dwell_anchor = (
  SELECT COALESCE(MAX(viewed_at), TIMESTAMP '1970-01-01') FROM (SELECT {{ time }} AS viewed_at FROM {{ pageviews_table }} LIMIT 0)
);
{%- endmacro -%}

{%- macro as_viewed(at) -%}
  {#- An instant in this type, which zone maps can be compared with exactly. Nanoseconds go less far than the years that
      pageviews may have. -#}
  getvariable('dwell_anchor') + to_microseconds(
  CASE WHEN typeof(getvariable('dwell_anchor')) <> 'TIMESTAMP_NS' THEN {{ at }}
    ELSE GREATEST(LEAST({{ at }}, 9223372036000000), -9223372036000000) END
  - epoch_us(getvariable('dwell_anchor'))
)
{%- endmacro -%}

{%- macro bucket(us) -%}
  {#- The lower end of a sixteenth of a doubling. The logarithm is taken a trifle too small: what
      rounding could put wrongly then lands on the same end. -#}
  {{ us }} - {{ us }} % (CAST(1 AS BIGINT) << (CAST(floor(log2(GREATEST({{ us }}, 32)) - 1e-9) AS INTEGER) - 4))
{%- endmacro -%}

{%- macro part(user_id) -%}
  CAST(HASH({{ user_id }}) % {{ parts }} AS BIGINT)
{%- endmacro -%}

{%- macro steps(steps) -%}
  steps (gap, gap_us) AS (
  VALUES
{% for step in steps %}
    ({{ step.gap | text }}, {{ step.us }}){{ "," if not loop.last }}
{% endfor %}
)
{%- endmacro -%}

{%- macro begin_writing() -%}
  -- Of two writers at once the second fails here, rather than miss what the first one does. The row is
-- there from the schema on, without a gap until there are sessions.
BEGIN TRANSACTION;
UPDATE {{ sessions_gap }} SET gap_us = COALESCE(gap_us, {{ gap_us }});
SET VARIABLE dwell_may_go_on = (
  SELECT CASE WHEN COUNT(*) = 1 THEN true ELSE error({{ (sessions_gap ~ " has not one row: run the schema") | text }}) END
  FROM {{ sessions_gap }}
);
{%- endmacro -%}

{%- macro analyze(table) -%}
{%- endmacro -%}

{%- macro digits_of_md5(text) -%}
  CAST('0x' || LEFT(MD5({{ text }}), 8) AS BIGINT)
{%- endmacro -%}

{%- macro written(at) -%}
  CAST(make_timestamp(viewed.{{ at }}) AS VARCHAR) || 'Z'
{%- endmacro -%}
