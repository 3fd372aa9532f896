{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}
-- The pageviews of 1 in {{ one_in }} users, the same users on every engine.
--
-- A user is in it if the first eight hexadecimal digits of md5(user_id), of its UTF-8 bytes, are a number that
-- {{ one_in }} divides. Reads pageviews only. A row for each pageview, by user_id and in order of arrival within an instant:
--   user_id, page
--   page_view_at   the time in UTC as text, to the microsecond, however a client writes times
--   one_in         {{ one_in }} in every row: dwell says with every figure that it is of a sample
-- Saved as CSV with its header line, or as Parquet, dwell reads it, from whichever engine.

SELECT user_id, {{ engine.written("page_view_at") }} AS page_view_at, page, {{ one_in }} AS one_in
FROM (
  SELECT {{ rule.columns() }}
  FROM {{ pageviews }}
  WHERE {{ rule.is_pageview() }}
    AND MOD({{ engine.digits_of_md5(engine.text("pageviews." ~ user)) }}, {{ one_in }}) = 0
{% if windowed %}
    AND {{ engine.instant("pageviews." ~ time) }} >= {{ engine.first(from) }}
    AND {{ engine.instant("pageviews." ~ time) }} < {{ engine.end(to) }}
    AND {{ engine.since("pageviews." ~ time, engine.first(from)) }}
    AND {{ engine.until("pageviews." ~ time, engine.end(to)) }}
{% endif %}
) AS viewed
ORDER BY user_id, viewed.page_view_at, arrival, page;
