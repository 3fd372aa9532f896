{#- What the statements for a cluster of ClickHouse share. -#}
{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}

{%- macro slot(user) -%}
  {#- Users who share it share a shard: as many slots as the weights of all shards together. Where a
      statement is only looked at, not run, the sum is 0. -#}
  cityHash64({{ user }}) % greatest(1, (SELECT SUM(shard_weight) FROM (SELECT DISTINCT shard_num, shard_weight FROM system.clusters WHERE cluster = {{ cluster }})))
{%- endmacro -%}

{%- macro check(condition="", beside="") -%}
{{ apart(condition, beside) }}
FORMAT Null;
{%- endmacro -%}

{%- macro apart(condition="", beside="") -%}
{#- Refuses pageviews that lie on other shards than the sessions of their users would: a slot is on one shard only. -#}
SELECT throwIf(COUNT(*) > 1, {{ (pageviews_table ~ ": the pageviews of a user must be on the shard that cityHash64 of the user chooses. Insert them into " ~ pageviews_table ~ ", made by the schema") | text }}) AS is_apart
FROM (SELECT slot FROM cluster({{ cluster }}, view(
  SELECT DISTINCT {{ slot(engine.text("pageviews." ~ user)) }} AS slot
  FROM {{ pageviews_local }} AS pageviews
  WHERE {{ rule.is_pageview() }}{{ "
    AND " ~ condition if condition }}
{%- if beside %}

  UNION DISTINCT
  SELECT DISTINCT {{ slot("stored.user_id") }} AS slot
  FROM {{ beside }} AS stored
{%- endif %}

)))
GROUP BY slot
{%- endmacro -%}

{%- macro together() -%}
COALESCE((SELECT MAX(is_apart) FROM (
{{ apart() }}
)), 0) = 0
{%- endmacro -%}
