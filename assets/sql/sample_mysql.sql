{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}
-- The pageviews of 1 in {{ one_in }} users, the same users on every engine.
--
-- A user is in it if the first eight hexadecimal digits of md5(user_id), of its UTF-8 bytes, are a number that
-- {{ one_in }} divides. Reads pageviews only. A row for each pageview, by user_id and in order of arrival within an instant:
--   user_id, page
--   page_view_at   the time in UTC as text, to the microsecond, however a client writes times
--   one_in         {{ one_in }} in every row: dwell says with every figure that it is of a sample
-- Saved with its header line, with tabs or as CSV, dwell reads it.

{{ engine.begin() }}
{{ engine.check_columns() }}

-- A client of another character set would be given question marks.
SET @dwell_problem = CASE WHEN @@SESSION.character_set_results NOT IN ('utf8mb4', 'binary')
  THEN 'the client reads another character set than utf8mb4' END;
{{ engine.refuse() }}

SELECT {{ engine.shown("user_id") }} AS user_id, {{ engine.written("page_view_at") }} AS page_view_at, {{ engine.shown("page") }} AS page, {{ one_in }} AS one_in
FROM (
  SELECT {{ rule.columns() }}
  FROM {{ pageviews }}
  WHERE {{ rule.is_pageview() }}
    AND {{ engine.digits_of_md5(engine.text("pageviews." ~ user)) }} % {{ one_in }} = 0
{% if windowed %}
    AND {{ engine.instant("pageviews." ~ time) }} >= {{ engine.first(from) }}
    AND {{ engine.instant("pageviews." ~ time) }} < {{ engine.end(to) }}
    AND {{ engine.since("pageviews." ~ time, engine.first(from)) }}
    AND {{ engine.until("pageviews." ~ time, engine.end(to)) }}
{% endif %}
) AS viewed
ORDER BY viewed.user_id, viewed.page_view_at, viewed.arrival{{ ", viewed.page" if not arrival_is_unique }};

{{ engine.finish() }}
