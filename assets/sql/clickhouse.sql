{#- ClickHouse 24.8 and later: what it writes differently from the other engines. Every engine has the
    same macros. Inside a statement an instant is its microseconds since the epoch, an Int64, which
    does not depend on the time zone of the server. DateTime64 holds the years 1900 to 2299. -#}

{%- from "standard.sql" import greatest, microseconds, span -%}

{%- macro text(column) -%}
  assumeNotNull(toString({{ column }}))
{%- endmacro -%}

{%- macro is_instant(column) -%}
  {{ column }} IS NOT NULL
{%- endmacro -%}

{%- macro instant(column) -%}
  {#- Rounded down before 1970, too, where the cast rounds up. Only times have a time zone: a number,
      which the cast takes for seconds, is refused. -#}
  assumeNotNull(toUnixTimestamp64Micro(toDateTime64(toTimeZone({{ column }}, 'UTC'), 6, 'UTC')) - (toDateTime64({{ column }}, 6, 'UTC') > {{ column }}))
{%- endmacro -%}

{%- macro check_time() -%}
SELECT throwIf(NOT match(toTypeName(any(checked)), 'DateTime'), {{ (time_name ~ ": expected DateTime or DateTime64, such as fromUnixTimestamp64Milli makes of an Int64 in milliseconds") | text }})
FROM (SELECT {{ time }} AS checked FROM {{ pageviews_table }} LIMIT 0)
FORMAT Null;
{%- endmacro -%}

{%- macro first(value) -%}
  toUnixTimestamp64Micro(parseDateTime64BestEffort({{ value }}, 6, 'UTC'))
{%- endmacro -%}

{%- macro end(value) -%}
  {{ first(value) }}{{ " + match(" ~ value ~ ", '[.][0-9]{6}[0-9]*[1-9]')" if end_is_open }}
{%- endmacro -%}

{%- macro stored(at) -%}
  fromUnixTimestamp64Micro({{ at }}, 'UTC')
{%- endmacro -%}

{%- macro duration_s(from, to) -%}
  ({{ to }} - {{ from }}) / 1000000
{%- endmacro -%}

{%- macro is_bounce(pageviews) -%}
  CAST({{ pageviews }} = 1 AS Bool)
{%- endmacro -%}

{%- macro previous(column, order) -%}
  {#- LAG is younger than this, and neither has null for what is not there unless the column may. -#}
  lagInFrame(toNullable({{ column }})) OVER ({{ order }} ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
{%- endmacro -%}

{%- macro next(column, order) -%}
  leadInFrame(toNullable({{ column }})) OVER ({{ order }} ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
{%- endmacro -%}

{%- macro concat(user_id, us) -%}
  concat({{ user_id }}, '@', toString({{ us }}))
{%- endmacro -%}

{%- macro since(column, at) -%}
  {#- A condition on the column as it is stored, which partitions are about, and which may be finer. -#}
  {{ column }} > fromUnixTimestamp64Micro({{ at }} - 1, 'UTC')
{%- endmacro -%}

{%- macro until(column, at) -%}
  {{ column }} < fromUnixTimestamp64Micro({{ at }} + 1, 'UTC')
{%- endmacro -%}

{%- macro bucket(us) -%}
  {#- The lower end of a sixteenth of a doubling. The logarithm is taken a trifle too small: what
      rounding could put wrongly then lands on the same end. -#}
  {{ us }} - {{ us }} % bitShiftLeft(toInt64(1), toUInt8(floor(log2(greatest({{ us }}, 32)) - 1e-9) - 4))
{%- endmacro -%}

{%- macro part(user_id) -%}
  CAST(cityHash64({{ user_id }}) % {{ parts }} AS Int64)
{%- endmacro -%}

{%- macro steps(steps) -%}
  steps AS (
  SELECT gap, gap_us FROM values(
    'gap String, gap_us Int64',
{% for step in steps %}
    ({{ step.gap | text }}, {{ step.us }}){{ "," if not loop.last }}
{% endfor %}
  )
)
{%- endmacro -%}

{%- macro digits_of_md5(text) -%}
  reinterpretAsUInt32(reverse(substring(MD5({{ text }}), 1, 4)))
{%- endmacro -%}

{%- macro written(at) -%}
  concat(toString({{ stored("viewed." ~ at) }}), 'Z')
{%- endmacro -%}
