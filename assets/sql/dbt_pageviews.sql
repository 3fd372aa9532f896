{%- import "engine.sql" as engine -%}
{%- import "rule.sql" as rule -%}
-- Every pageview that a run of the model sessions has covered, with its session, as a view.
--
-- session_id, user_id, session_number among its user's and pageview_number within the session, both from 1,
-- page_view_at, page{{ rule.also() }}

<< config(materialized='view') >>

{% set sessions = "(SELECT * FROM << ref('sessions') >> WHERE session_id IS NOT NULL) AS sessions" %}
{% include "session_pageviews.sql" %}
