{#- SQLite 3.31 and later: what it writes differently from the other engines. Every engine has the
    same macros. Inside a statement an instant is its microseconds since the epoch, an INTEGER;
    SQLite has no type for it, and text would not sort: '16Z' comes after '16.5Z'. -#}

{%- from "standard.sql" import is_bounce, microseconds, next, previous, span -%}

{%- macro instant(column) -%}
  {#- The instant of a stored column: RFC 3339 in UTC, or the same with a space and without the Z.
      Without the cast around all of it no index on it would be used: its affinity must be INTEGER. -#}
  CAST(strftime('%s', substr({{ column }}, 1, 19)) * 1000000 + substr(rtrim(substr({{ column }}, 21), 'Z') || '000000', 1, 6) AS INTEGER)
{%- endmacro -%}

{%- macro is_instant(column) -%}
  {#- As text: the year 0 is none. -#}
  {{ column }} >= '0001'
{%- endmacro -%}

{%- macro no_instant() -%}
  {{ time_name }}: expected UTC as 2020-02-02T12:55:16Z or 2020-02-02 12:55:16, to the microsecond at most
{%- endmacro -%}

{%- macro is_in_utc(column) -%}
(
  {{ column }} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9][T ][0-9][0-9]:[0-9][0-9]:[0-9][0-9]*'
  AND strftime('%Y-%m-%d', substr({{ column }}, 1, 10)) = substr({{ column }}, 1, 10)
  AND strftime('%s', substr({{ column }}, 1, 19)) IS NOT NULL
  AND (
    substr({{ column }}, 20) IN ('', 'Z')
    OR (
      substr({{ column }}, 20, 1) = '.'
      AND length(rtrim(substr({{ column }}, 21), 'Z')) BETWEEN 1 AND 6
      AND rtrim(substr({{ column }}, 21), 'Z') NOT GLOB '*[^0-9]*'
    )
  )
)
{%- endmacro -%}

{%- macro check_time() -%}
CREATE TEMPORARY TABLE to_check (
  found TEXT,
  CONSTRAINT "{{ no_instant() | replace('"', '""') }}" CHECK (found IS NULL)
);
INSERT INTO to_check (found)
SELECT {{ time }} FROM {{ pageviews_table }} WHERE {{ time }} IS NOT NULL AND NOT {{ is_in_utc(time) }} LIMIT 1;
DROP TABLE to_check;
{%- endmacro -%}

{%- macro first(value) -%}
  {{ instant(value) }}
{%- endmacro -%}

{%- macro end(value) -%}
  {{ instant(value) }}{{ " + (substr(rtrim(" ~ value ~ ", 'Z'), 27) GLOB '*[1-9]*')" if end_is_open }}
{%- endmacro -%}

{%- macro stored(at) -%}
  {#- An instant as it is stored; the remainder is made positive so that 1969 works too. -#}
  strftime('%Y-%m-%dT%H:%M:%S', ({{ at }} - ({{ at }} % 1000000 + 1000000) % 1000000) / 1000000, 'unixepoch')
    || rtrim(rtrim(printf('.%06d', ({{ at }} % 1000000 + 1000000) % 1000000), '0'), '.') || 'Z'
{%- endmacro -%}

{%- macro text(column) -%}
  {#- Compared byte by byte, whatever collation the column has. -#}
  CAST({{ column }} AS TEXT) COLLATE BINARY
{%- endmacro -%}

{%- macro text_type() -%}
  TEXT
{%- endmacro -%}

{%- macro duration_s(from, to) -%}
  ({{ to }} - {{ from }}) / 1000000.0
{%- endmacro -%}

{%- macro concat(user_id, us) -%}
  {{ user_id }} || '@' || {{ us }}
{%- endmacro -%}

{%- macro since(column, at) -%}
  {#- The condition on the instant is the one that the index is about. -#}
  {{ instant(column) }} >= {{ at }}
{%- endmacro -%}

{%- macro until(column, at) -%}
  {{ instant(column) }} <= {{ at }}
{%- endmacro -%}

{%- macro bucket(us) -%}
  {#- The lower end of a sixteenth of a doubling, without logarithms: not every SQLite has them. -#}
  {{ us }} - {{ us }} % CASE
{% for octave in octaves %}
      WHEN {{ us }} >= {{ octave.us }} THEN {{ octave.width }}
{% endfor %}
      ELSE 1 END
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
  {#- There is no hash: users are dealt in the order of their ids. -#}
  DENSE_RANK() OVER (ORDER BY {{ user_id }}) % {{ parts }}
{%- endmacro -%}

{%- macro greatest(a, b) -%}
  MAX({{ a }}, {{ b }})
{%- endmacro -%}

{%- macro instant_type() -%}
  INTEGER
{%- endmacro -%}

{%- macro stored_type() -%}
  TEXT
{%- endmacro -%}

{%- macro begin_writing() -%}
  -- The write lock is taken before anything is read. Readers see what was committed before.
BEGIN IMMEDIATE;
{%- endmacro -%}

{%- macro analyze(table) -%}
{%- endmacro -%}

{%- macro read_by_index() -%}
{%- endmacro -%}

{%- macro create_view(name) -%}
  DROP VIEW IF EXISTS {{ name }};
CREATE VIEW {{ name }} AS
{%- endmacro -%}

{%- macro give_arrival() -%}
-- The order of arrival is SQLite's rowid. A time is text. What could not be read back as an instant
-- to the microsecond is refused when it comes in.
{% for event in ["INSERT ON", "UPDATE OF " ~ time ~ " ON"] %}
CREATE TRIGGER IF NOT EXISTS {{ insert_trigger if loop.first else update_trigger }}
BEFORE {{ event }} {{ pageviews_table }}
WHEN NEW.{{ time }} IS NOT NULL AND NOT {{ is_in_utc("NEW." ~ time) }}
BEGIN
  SELECT RAISE(ABORT, {{ no_instant() | text }});
END;
{% endfor %}
{%- endmacro -%}
