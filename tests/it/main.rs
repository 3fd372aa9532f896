//! The integration tests, by what they are about.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]
#![expect(clippy::print_stdout, reason = "a test that is skipped says so")]

mod access_logs;
mod attack;
mod bad_inputs;
mod cli;
mod compare;
mod config;
mod conformance;
mod cookbook;
mod crash;
mod damage;
mod direct;
mod docs_postgres;
mod faults;
mod field_logs;
mod field_tables;
mod filters;
mod floors;
mod folder;
mod foreign;
mod formats;
mod gap_report;
mod gap_study;
mod gaps;
mod inputs;
mod inspect;
mod layouts;
mod limited;
mod loading;
mod once;

mod parquet;
mod paths;
mod places;
mod postgres_server;
mod readme;
mod real_data;
mod roles;
mod sample;
mod sharing;
mod shown;
mod sql_cases;
mod sql_postgres;
mod sql_sqlite;
mod store;
mod support;
mod terminal;
mod terminal_citizen;
mod terminal_config;
mod terminal_screens;
mod times;
