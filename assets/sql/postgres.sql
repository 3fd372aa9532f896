{#- PostgreSQL 12 and later: what it writes differently from the other engines. Every engine has the
    same macros. Inside a statement an instant is a TIMESTAMP WITH TIME ZONE, which holds whole
    microseconds, and the difference of two is an INTERVAL, which compares exactly. -#}

{%- macro instant(column) -%}
  {{ column }}
{%- endmacro -%}

{%- macro bound(value) -%}
  CAST({{ value }} AS TIMESTAMP WITH TIME ZONE)
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
  CAST({{ column }} AS TEXT)
{%- endmacro -%}

{%- macro previous(column, order) -%}
  LAG({{ column }}) OVER ({{ order }})
{%- endmacro -%}

{%- macro next(column, order) -%}
  LEAD({{ column }}) OVER ({{ order }})
{%- endmacro -%}

{%- macro in_bytes(column) -%}
  {{ column }} COLLATE "C"
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

{%- macro greatest(a, b) -%}
  GREATEST({{ a }}, {{ b }})
{%- endmacro -%}

{%- macro instant_type() -%}
  TIMESTAMP WITH TIME ZONE
{%- endmacro -%}

{%- macro stored_type() -%}
  TIMESTAMP WITH TIME ZONE
{%- endmacro -%}

{%- macro begin_writing() -%}
  -- The lock lets readers go on and makes other writers wait. It is taken before the first snapshot,
-- so that whoever waited sees what the other one did, at every isolation level.
BEGIN;
LOCK TABLE {{ sessions_table }} IN SHARE ROW EXCLUSIVE MODE;
{%- endmacro -%}

{%- macro analyze(table) -%}
  {#- A temporary table has no statistics of its own accord, and is then taken for thousands of rows. -#}
  ANALYZE {{ table }};
{%- endmacro -%}

{%- macro create_view(name) -%}
  CREATE OR REPLACE VIEW {{ name }} AS
{%- endmacro -%}

{%- macro give_arrival() -%}
{% if arrival %}
-- The order of arrival is an identity column. Pageviews that are there already are numbered as they
-- lie in the table, from its beginning: without the setting, where an earlier scan stopped.
DO $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM pg_attribute
    WHERE attrelid = {{ pageviews_table | text }}::regclass AND attname = {{ arrival_name | text }} AND NOT attisdropped
  ) THEN
    SET LOCAL synchronize_seqscans = off;
    ALTER TABLE {{ pageviews_table }} ADD COLUMN {{ arrival }} BIGINT GENERATED ALWAYS AS IDENTITY;
  END IF;
END
$$;
{% else %}
-- There is no order of arrival: of pageviews in the same instant, the page decides.
{% endif %}
{%- endmacro -%}
