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

{%- macro arrival() -%}
  arrival
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

{%- macro begin_writing(table) -%}
  -- The lock lets readers go on and makes other writers wait. It is taken before the first snapshot,
-- so that whoever waited sees what the other one did, at every isolation level.
BEGIN;
LOCK TABLE {{ table }} IN SHARE ROW EXCLUSIVE MODE;
{%- endmacro -%}

{%- macro analyze(table) -%}
  {#- A temporary table has no statistics of its own accord, and is then taken for thousands of rows. -#}
  ANALYZE {{ table }};
{%- endmacro -%}

{%- macro create_view(name) -%}
  CREATE OR REPLACE VIEW {{ name }} AS
{%- endmacro -%}

{%- macro give_arrival() -%}
-- The order of arrival is an identity column. Pageviews that are there already are numbered as they
-- lie in the table, from its beginning: without the setting, where an earlier scan stopped.
DO $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM pg_attribute
    WHERE attrelid = 'pageviews'::regclass AND attname = 'arrival' AND NOT attisdropped
  ) THEN
    SET LOCAL synchronize_seqscans = off;
    ALTER TABLE pageviews ADD COLUMN arrival BIGINT GENERATED ALWAYS AS IDENTITY;
  END IF;
END
$$;
{%- endmacro -%}
