//! Answers floor: what a person asks of pageviews, made from columns and a gap or put as a
//! statement; and pageviews made up.
//!
//! Pure: knows nothing of the terminal, and nothing of where the pageviews came from.

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
