{#- The rule of a session and what follows from it, for every engine and statement. -#}
{%- import "engine.sql" as engine -%}

{%- macro is_pageview() -%}
{#- What dwell rejects is no pageview here either. -#}
{{ engine.text("pageviews." ~ user) }} <> '' AND {{ engine.is_instant("pageviews." ~ time) }}
{%- endmacro -%}

{%- macro page_text() -%}
{{ engine.text("COALESCE(pageviews." ~ page ~ ", '')") }}
{%- endmacro -%}

{%- macro columns() -%}
{#- The columns of viewed. Without an arrival column, page decides between pageviews in one instant. -#}
{{ engine.text("pageviews." ~ user) }} AS user_id, {{ engine.instant("pageviews." ~ time) }} AS page_view_at,
    {{ "pageviews." ~ arrival if arrival else "0" }} AS arrival, {{ page_text() }} AS page{{ carried_texts() }}
{%- endmacro -%}

{%- macro carried_texts() -%}
{#- What a pageview carries. In between it is a text that may be empty, so that every engine orders it alike. -#}
{% for column in carried %},
    CASE WHEN pageviews.{{ column }} IS NULL THEN '' ELSE {{ engine.text("pageviews." ~ column) }} END AS carried_{{ loop.index }}{% endfor %}
{%- endmacro -%}

{%- macro through() -%}
{% for column in carried %}, carried_{{ loop.index }}{% endfor %}
{%- endmacro -%}

{%- macro tied(table) -%}
{% for column in carried %}, {{ table }}.carried_{{ loop.index }}{% endfor %}
{%- endmacro -%}

{%- macro landed(table) -%}
{#- The carried columns at the end: an empty text is nothing. -#}
{% for column in carried %}, NULLIF({{ table }}.carried_{{ loop.index }}, '') AS {{ column }}{% endfor %}
{%- endmacro -%}

{%- macro also(table="") -%}
{#- The carried columns of a table of ours. -#}
{% for column in carried %}, {{ table ~ "." if table }}{{ column }}{% endfor %}
{%- endmacro -%}

{%- macro declared(type) -%}
{% for column in carried %},
  {{ column }} {{ type }}{% endfor %}
{%- endmacro -%}

{%- macro viewed() -%}
viewed AS (
  SELECT {{ columns() }}
  FROM {{ pageviews }}
  WHERE {{ is_pageview() }}
)
{%- endmacro -%}

{%- macro order() -%}
PARTITION BY user_id ORDER BY page_view_at, arrival{{ ", page" ~ through() if not arrival_is_unique }}
{%- endmacro -%}

{%- macro cut(gap_us) -%}
neighbours AS (
  -- Time alone would leave the order within a tie open and cut sessions in the middle of it.
  SELECT user_id, page_view_at, arrival, page{{ through() }},
    {{ engine.previous("page_view_at", order()) }} AS previous,
    {{ engine.next("page_view_at", order()) }} AS next
  FROM viewed
),
-- A pageview starts a session if it is its user's first, or if page_view_at - previous >= gap.
marked AS (
  SELECT user_id, page_view_at, arrival, page{{ through() }},
    CASE WHEN previous IS NULL OR page_view_at - previous >= {{ engine.span(gap_us) }} THEN 1 ELSE 0 END AS starts,
    CASE WHEN next IS NULL OR next - page_view_at >= {{ engine.span(gap_us) }} THEN 1 ELSE 0 END AS ends
  FROM neighbours
),
-- The sum is over all that is not later: pageviews equal in everything stay in one session.
numbered AS (
  SELECT user_id, page_view_at, arrival, page{{ through() }}, starts, ends,
    SUM(starts) OVER ({{ order() }}) AS session
  FROM marked
),
-- Exactly one pageview of a session starts it and one ends it: MAX takes the page of the only one.
cut AS (
  SELECT user_id, MIN(page_view_at) AS started_at, MAX(page_view_at) AS ended_at, COUNT(*) AS pageviews,
    MAX(CASE WHEN starts = 1 THEN page END) AS landing_page,
    MAX(CASE WHEN ends = 1 THEN page END) AS exit_page
{%- for column in carried %},
    MAX(CASE WHEN starts = 1 THEN carried_{{ loop.index }} END) AS carried_{{ loop.index }}
{%- endfor %}

  FROM numbered
  GROUP BY user_id, session
)
{%- endmacro -%}

{%- macro facts() -%}
{#- Qualified: ClickHouse would take a plain name for the column made here. -#}
{{ engine.concat("cut.user_id", engine.microseconds("cut.started_at")) }} AS session_id, cut.user_id AS user_id,
  {{ engine.stored("cut.started_at") }} AS started_at,
  {{ engine.stored("cut.ended_at") }} AS ended_at,
  cut.pageviews AS pageviews, cut.landing_page AS landing_page, cut.exit_page AS exit_page{{ landed("cut") }}
{%- endmacro -%}

{%- macro derived(session) -%}
{#- What follows from a session, as the exports have it. -#}
{{ engine.duration_s(session ~ ".started_at", session ~ ".ended_at") }} AS duration_s, {{ engine.is_bounce(session ~ ".pageviews") }} AS is_bounce
{%- endmacro -%}

{%- macro sessions(gap_us) -%}
{{ cut(gap_us) }}
SELECT {{ facts() }}
FROM cut
{%- endmacro -%}
