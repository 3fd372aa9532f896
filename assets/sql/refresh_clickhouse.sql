{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}
{%- import "touched.sql" as touched -%}
{%- import "shards_clickhouse.sql" as shards -%}
{%- set of_touched = "stored.user_id " ~ ("GLOBAL IN" if cluster else "IN") ~ " (SELECT user_id FROM " ~ touched_table ~ ")" -%}
{%- set own_user = "any(pageviews." ~ user ~ ") AS own_user" -%}
{%- set of_users = "pageviews." ~ user ~ (" GLOBAL IN" if cluster else " IN") ~ " (SELECT own_user FROM " ~ touched_table ~ ")" -%}
{%- set first = "(SELECT MIN(first_at) FROM to_recompute)" -%}
{%- set last = "(SELECT MAX(last_at) FROM to_recompute)" -%}
{%- set since_first -%}
{{ engine.since("stored.started_at", first) }}
  AND {{ engine.until("stored.started_at", last) }}
{%- endset -%}
{%- set a_gap = "SELECT gap_us FROM " ~ (stored_local if cluster else stored_table) ~ " LIMIT 1" -%}
{%- set a_gap = "SELECT gap_us FROM cluster(" ~ cluster ~ ", view(" ~ a_gap ~ "))" if cluster else a_gap -%}
{#- On a cluster, shards give no more than this to the server that the refresh runs on. -#}
{%- macro stored(condition="") -%}
{% if cluster %}(SELECT * FROM {{ stored_table }} AS stored WHERE {{ of_touched }}{{ "
  AND " ~ condition if condition }}){% else %}{{ stored_table }}{% endif %}
{%- endmacro -%}
{%- set viewed -%}
{% if cluster %}(SELECT * FROM {{ pageviews_table }} AS pageviews WHERE {{ of_users }}
    AND {{ engine.since("pageviews." ~ time, first) }}
    AND {{ engine.until("pageviews." ~ time, last) }}) AS pageviews{% endif %}
{%- endset -%}
-- The sessions that the pageviews of a time window touch, anew, at a gap of {{ gap }}.
--
-- The window is half-open: it includes from and excludes to, both UTC as 2020-02-02T12:55:16Z.
-- Where they were not given when this statement was made, two query parameters stand for them.
--
-- Once every pageview has been in the window of some refresh after its arrival, in whatever order and
-- however often, the sessions are what rebuild gives at the same gap. A refresh at another gap than the
-- table has is refused: rebuild it at that gap.
--
-- What is to be recomputed is put into two tables, so that it is found once: {{ touched_table }} and
-- {{ recompute_table }}, which are dropped again. The sessions change with one INSERT, as ClickHouse has no transaction:
-- who reads while it runs may see a session before or beside what takes its place. Cut short, it is made whole by
-- running it again. Only one at a time.
{%- if cluster %}

--
-- Run it on one server of the cluster, which gets what is recomputed from the shards, and where the two tables are.
{%- endif %}


{{ engine.check_time() }}
{% if cluster %}
SYSTEM FLUSH DISTRIBUTED ON CLUSTER {{ cluster }} {{ pageviews_table }};
SYSTEM SYNC REPLICA ON CLUSTER {{ cluster }} {{ pageviews_local }};
SYSTEM SYNC REPLICA ON CLUSTER {{ cluster }} {{ stored_local }};
{% endif %}

SELECT
  throwIf({{ engine.first(from) }} >= {{ engine.end(to) }}, 'the window is empty'),
  throwIf((SELECT count() FROM ({{ a_gap }}) WHERE gap_us != {{ gap_us }}) > 0, 'the gap is not that of the sessions: rebuild them')
FORMAT Null;

{%- if cluster %}

{{ shards.check(touched.in_window()) }}
{%- endif %}


-- The users with pageviews in the window, as text and as they are stored, which is what the table is ordered by.
CREATE OR REPLACE TABLE {{ touched_table }} ENGINE = MergeTree ORDER BY user_id AS
{% if cluster %}
SELECT user_id, any(own_user) AS own_user, MIN(first_at) AS first_at, MAX(last_at) AS last_at
FROM (SELECT * FROM cluster({{ cluster }}, view(
{{ touched.touched(touched.in_window(), own_user, source=pageviews_local ~ " AS pageviews") }}
)))
GROUP BY user_id;
{%- else %}
{{ touched.touched(touched.in_window(), own_user) }};
{%- endif %}


-- Stored sessions that end later than first - gap and start earlier than last + gap are taken whole:
-- what is recomputed thereby lies a gap or more from every session that is kept.
CREATE OR REPLACE TABLE {{ recompute_table }} ENGINE = MergeTree ORDER BY user_id AS
WITH touched AS (SELECT user_id, first_at, last_at FROM {{ touched_table }})
{{ touched.around(stored(touched.near_window()), of_touched ~ "\n      AND " ~ touched.near_window()) }};

INSERT INTO {{ stored_table }} (session_id, user_id, started_at, ended_at, pageviews, landing_page, exit_page{{ rule.also() }}, gap_us, version, is_deleted)
SETTINGS max_partitions_per_insert_block = 0{{ ", distributed_foreground_insert = 1" if cluster }}
WITH
-- Even for what is no more, odd for what is: of two rows about one session, that one wins. Later than any before of
-- these users, also where the clock went back.
(
  SELECT greatest(toUInt64(toUnixTimestamp64Micro(now64(6))), intDiv(MAX(stored.version), 2) + 1) * 2
  FROM {{ stored() }} AS stored
  WHERE {{ of_touched }}
) AS tick,
to_recompute AS (SELECT user_id, first_at, last_at FROM {{ recompute_table }}),
{{ touched.viewed(of_users=of_users, source=viewed) }},
{{ rule.cut(gap_us) }}
SELECT {{ rule.facts() }},
  {{ gap_us }} AS gap_us, tick + 1 AS version, 0 AS is_deleted
FROM cut
UNION ALL
SELECT stored.session_id, stored.user_id, stored.started_at, stored.ended_at, stored.pageviews, stored.landing_page, stored.exit_page{{ rule.also("stored") }},
  {{ gap_us }} AS gap_us, tick AS version, 1 AS is_deleted
FROM {{ stored(since_first) }} AS stored INNER JOIN to_recompute ON stored.user_id = to_recompute.user_id
WHERE {{ of_touched }}
  AND {{ engine.instant("stored.started_at") }} >= to_recompute.first_at
  AND {{ engine.instant("stored.started_at") }} <= to_recompute.last_at
  AND {{ since_first }};

DROP TABLE {{ recompute_table }};
DROP TABLE {{ touched_table }};
