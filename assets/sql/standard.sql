{#- What most engines write alike. An engine that writes one of these differently has its own. -#}

{%- macro microseconds(at) -%}
  {{ at }}
{%- endmacro -%}

{%- macro span(us) -%}
  {{ us }}
{%- endmacro -%}

{%- macro is_bounce(pageviews) -%}
  {{ pageviews }} = 1
{%- endmacro -%}

{%- macro previous(column, order) -%}
  LAG({{ column }}) OVER ({{ order }})
{%- endmacro -%}

{%- macro next(column, order) -%}
  LEAD({{ column }}) OVER ({{ order }})
{%- endmacro -%}

{%- macro greatest(a, b) -%}
  GREATEST({{ a }}, {{ b }})
{%- endmacro -%}
