{#- What the statements about pauses share: which pageviews there are, and the step that a pause is counted at. -#}
{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}

{%- macro step(us) -%}
  {#- The lower end of a sixteenth of a doubling, or the customary gap above it. -#}
  {{ engine.greatest(engine.bucket(us), "CAST(" ~ rung(us) ~ " AS " ~ bigint ~ ")") }}
{%- endmacro -%}

{%- macro rung(us) -%}
CASE
{% for step in steps | reverse if step.us > 0 %}
      WHEN {{ us }} >= {{ step.us }} THEN {{ step.us }}
{% endfor %}
      ELSE 0 END
{%- endmacro -%}

{%- macro viewed() -%}
viewed AS (
  SELECT {{ engine.text("pageviews." ~ user) }} AS user_id, {{ engine.microseconds(engine.instant("pageviews." ~ time)) }} AS at_us
  FROM {{ pageviews }}
  WHERE {{ rule.is_pageview() }}
{% if windowed %}
    AND {{ engine.instant("pageviews." ~ time) }} >= {{ engine.first(from) }}
    AND {{ engine.instant("pageviews." ~ time) }} < {{ engine.end(to) }}
    AND {{ engine.since("pageviews." ~ time, engine.first(from)) }}
    AND {{ engine.until("pageviews." ~ time, engine.end(to)) }}
{% endif %}
)
{%- endmacro -%}
