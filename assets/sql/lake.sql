{#- What the tables of Delta and Iceberg have in common, on Spark. -#}
{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}

{%- set own = ["session_id", "user_id", "started_at", "ended_at", "duration_s", "pageviews", "landing_page", "exit_page", "is_bounce"] -%}

{%- macro columns() -%}
{{ own | join(", ") }}{{ rule.also() }}, gap_us{{ ", started_on" if table_format == "delta" }}
{%- endmacro -%}

{#- The sessions as the table has them. -#}
{%- macro fresh() -%}
fresh AS (
  SELECT {{ rule.facts() }}, {{ rule.derived("cut") }},
    CAST({{ gap_us }} AS BIGINT) AS gap_us{{ ", " ~ engine.day("cut.started_at") ~ " AS started_on" if table_format == "delta" }}
  FROM cut
)
{%- endmacro -%}

{%- macro same(a, b) -%}
{{ a }}.ended_at = {{ b }}.ended_at AND {{ a }}.pageviews = {{ b }}.pageviews AND {{ a }}.landing_page = {{ b }}.landing_page
    AND {{ a }}.exit_page = {{ b }}.exit_page AND {{ a }}.gap_us = {{ b }}.gap_us
{%- for column in carried %} AND {{ a }}.{{ column }} <=> {{ b }}.{{ column }}{% endfor %}
{%- endmacro -%}

{#- A text that is another one if the sessions are. -#}
{%- macro fingerprint(condition="") -%}
SELECT CONCAT_WS(' ', CAST(COUNT(*) AS STRING),
  CAST(BIT_XOR(XXHASH64(session_id, ended_at, pageviews, landing_page, exit_page{{ rule.also() }}, gap_us)) AS STRING),
  CAST((SELECT MAX(gap_us) FROM {{ sessions_table }}) AS STRING))
FROM {{ sessions_table }} AS stored
{%- if condition %}

WHERE {{ condition }}
{%- endif %}
{%- endmacro -%}

{#- What another writer committed since the fingerprint was taken is seen here, and what it commits from here on by the
    table format, as the statement that asks writes into the same table. -#}
{%- macro is_alone(condition="") -%}
CASE WHEN dwell_before = (
{{ fingerprint(condition) }}
) THEN TRUE ELSE CAST(raise_error('other sessions were written meanwhile: run it again') AS BOOLEAN) END
{%- endmacro -%}

{#- Each column once: what is written is the same as in columns(). -#}
{%- macro set(from) -%}
{% for column in own %}{{ column }} = {{ from }}.{{ column }}, {% endfor %}
{%- for column in carried %}{{ column }} = {{ from }}.{{ column }}, {% endfor %}
gap_us = {{ from }}.gap_us{{ ", started_on = " ~ from ~ ".started_on" if table_format == "delta" }}
{%- endmacro -%}

{%- macro values(from) -%}
{% for column in own %}{{ from }}.{{ column }}, {% endfor %}
{%- for column in carried %}{{ from }}.{{ column }}, {% endfor %}
{{ from }}.gap_us{{ ", " ~ from ~ ".started_on" if table_format == "delta" }}
{%- endmacro -%}
