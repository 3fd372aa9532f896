//! The integration tests, by what they are about.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]
#![expect(clippy::print_stdout, reason = "a test that is skipped says so")]

mod access_logs;
mod attack;
mod bad_inputs;
mod carried;
mod cli;
mod compare;
mod completions;
mod config;
mod conformance;
mod cookbook;
mod crash;
mod damage;
mod dbt_package;
mod direct;
#[cfg(feature = "generate")]
mod documents;
mod faults;
mod features;
mod field_logs;
mod field_tables;
mod filters;
mod floors;
mod folder;
mod follow;
mod foreign;
mod formats;
mod gap_report;
mod gap_study;
mod gaps;
mod growing_log;
mod help;
#[cfg(feature = "archives")]
mod inputs;
mod inspect;
mod layouts;
mod limited;
mod loading;
mod man;
mod once;
#[cfg(feature = "parquet")]
mod parquet;
mod paths;
mod pictures;
mod places;
#[cfg(feature = "generate")]
mod postgres_server;
mod real_data;
mod regressions;
mod roles;
#[cfg(feature = "generate")]
mod sample;
mod sampled;
mod sharing;
mod shown;
#[cfg(feature = "generate")]
mod sql_cases;
#[cfg(feature = "generate")]
mod sql_postgres;
#[cfg(feature = "generate")]
mod sql_sqlite;
mod store;
mod support;
mod terminal;
mod terminal_citizen;
mod terminal_config;
mod terminal_ends;
mod terminal_follow;
mod terminal_keys;
mod terminal_screens;
mod terminal_sources;
mod times;
