{#- What models of dbt share. -#}

{%- macro gap() -%}
<% set gap_us = var('dwell_gap_us', {{ default_gap_us }}) | int %>
<% if gap_us < 1 %>
<%   do exceptions.raise_compiler_error('dwell_gap_us: expected a number of microseconds, such as 1800000000') %>
<% endif %>
{%- endmacro -%}
