//! Answers floor: answers to what a person asks about pageviews, computed or as a SQL statement. Also makes pageviews
//! up.
//!
//! Pure: knows nothing about the terminal, or about where the pageviews came from.

pub(crate) mod breakdown;
pub(crate) mod browse;
pub(crate) mod compare;
pub mod export;
pub(crate) mod filter;
pub(crate) mod gaps;
#[cfg(feature = "generate")]
pub mod generate;
pub(crate) mod pauses_file;
mod quote;
pub(crate) mod report;
pub(crate) mod ribbon;
pub mod sql;
pub(crate) mod tables;
mod template;
pub(crate) mod valley;
