{#- DuckDB 1.2 and later: what it writes differently from the other engines. Every engine has the
    same macros. Inside a statement an instant is its microseconds since the epoch, a BIGINT, which
    does not depend on the time zone of the session. -#}

{%- macro text(column) -%}
  CAST({{ column }} AS VARCHAR)
{%- endmacro -%}

{%- macro instant(column) -%}
  epoch_us({{ column }})
{%- endmacro -%}

{%- macro bound(value) -%}
  epoch_us(CAST({{ value }} AS TIMESTAMP WITH TIME ZONE))
{%- endmacro -%}

{%- macro stored(at) -%}
  make_timestamptz({{ at }})
{%- endmacro -%}

{%- macro microseconds(at) -%}
  {{ at }}
{%- endmacro -%}

{%- macro span(us) -%}
  {{ us }}
{%- endmacro -%}

{%- macro previous(column, order) -%}
  LAG({{ column }}) OVER ({{ order }})
{%- endmacro -%}

{%- macro next(column, order) -%}
  LEAD({{ column }}) OVER ({{ order }})
{%- endmacro -%}

{%- macro in_bytes(column) -%}
  {{ column }}
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

{%- macro bucket(us) -%}
  {#- The lower end of a sixteenth of a doubling. The logarithm is taken a trifle too small: what
      rounding could put wrongly then lands on the same end. -#}
  {{ us }} - {{ us }} % (CAST(1 AS BIGINT) << (CAST(floor(log2(GREATEST({{ us }}, 32)) - 1e-9) AS INTEGER) - 4))
{%- endmacro -%}

{%- macro greatest(a, b) -%}
  GREATEST({{ a }}, {{ b }})
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
  -- Of two writers at once the second fails here, rather than miss what the first one does.
BEGIN TRANSACTION;
UPDATE {{ sessions_gap }} SET gap_us = gap_us;
{%- endmacro -%}
