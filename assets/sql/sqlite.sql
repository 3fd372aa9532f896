{#- SQLite 3.30 and later: what it writes differently from the other engines. Every engine has the
    same macros. Inside a statement an instant is its microseconds since the epoch, an INTEGER;
    SQLite has no type for it, and text would not sort: '16Z' comes after '16.5Z'. -#}

{%- macro instant(column) -%}
  {#- The instant of a stored column: RFC 3339 in UTC, or the same with a space and without the Z.
      Without the cast around all of it no index on it would be used: its affinity must be INTEGER. -#}
  CAST(strftime('%s', substr({{ column }}, 1, 19)) * 1000000 + substr(rtrim(substr({{ column }}, 21), 'Z') || '000000', 1, 6) AS INTEGER)
{%- endmacro -%}

{%- macro bound(value) -%}
  {#- The instant of a parameter of the statement. -#}
  {{ instant(value) }}
{%- endmacro -%}

{%- macro stored(at) -%}
  {#- An instant as it is stored; the remainder is made positive so that 1969 works too. -#}
  strftime('%Y-%m-%dT%H:%M:%S', ({{ at }} - ({{ at }} % 1000000 + 1000000) % 1000000) / 1000000, 'unixepoch')
    || rtrim(rtrim(printf('.%06d', ({{ at }} % 1000000 + 1000000) % 1000000), '0'), '.') || 'Z'
{%- endmacro -%}

{%- macro microseconds(at) -%}
  {{ at }}
{%- endmacro -%}

{%- macro span(us) -%}
  {{ us }}
{%- endmacro -%}

{%- macro arrival() -%}
  rowid
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

{%- macro begin_writing(table) -%}
  -- The write lock is taken before anything is read. Readers see what was committed before.
BEGIN IMMEDIATE;
{%- endmacro -%}

{%- macro analyze(table) -%}
{%- endmacro -%}

{%- macro create_view(name) -%}
  DROP VIEW IF EXISTS {{ name }};
CREATE VIEW {{ name }} AS
{%- endmacro -%}

{%- macro give_arrival() -%}
-- The order of arrival is SQLite's rowid. A time is text. What could not be read back as an instant
-- to the microsecond is refused when it comes in.
{% for event in ["INSERT ON", "UPDATE OF page_view_at ON"] %}
CREATE TRIGGER IF NOT EXISTS pageviews_are_in_utc_on_{{ "insert" if loop.first else "update" }}
BEFORE {{ event }} pageviews
WHEN NOT (
  NEW.page_view_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9][T ][0-9][0-9]:[0-9][0-9]:[0-9][0-9]*'
  AND strftime('%Y-%m-%d', substr(NEW.page_view_at, 1, 10)) = substr(NEW.page_view_at, 1, 10)
  AND strftime('%s', substr(NEW.page_view_at, 1, 19)) IS NOT NULL
  AND (
    substr(NEW.page_view_at, 20) IN ('', 'Z')
    OR (
      substr(NEW.page_view_at, 20, 1) = '.'
      AND length(rtrim(substr(NEW.page_view_at, 21), 'Z')) BETWEEN 1 AND 6
      AND rtrim(substr(NEW.page_view_at, 21), 'Z') NOT GLOB '*[^0-9]*'
    )
  )
)
BEGIN
  SELECT RAISE(ABORT, 'page_view_at: expected UTC as 2020-02-02T12:55:16Z or 2020-02-02 12:55:16, to the microsecond at most');
END;
{% endfor %}
{%- endmacro -%}
