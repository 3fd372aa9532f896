{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}
-- All sessions anew from all pageviews, at a gap of {{ gap }}.
--
-- One transaction: who reads the table sees the old sessions or the new ones. Run it once before the
-- first refresh, and whenever the gap is to change.

{{ engine.begin_writing("sessions") }}

DELETE FROM sessions_gap;
INSERT INTO sessions_gap (gap_us) VALUES ({{ gap_us }});

DELETE FROM sessions;

INSERT INTO sessions (session_id, user_id, started_at, ended_at, pageviews, landing_page, exit_page)
WITH
viewed AS (
  SELECT user_id, {{ engine.instant("pageviews.page_view_at") }} AS page_view_at, {{ engine.arrival() }} AS arrival, page
  FROM pageviews
),
{{ rule.sessions("viewed", gap_us) }};

COMMIT;
