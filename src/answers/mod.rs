//! Answers floor: what a person asks of pageviews, made from columns and a gap or put as a
//! statement; and pageviews made up.
//!
//! Pure: knows nothing of the terminal, and nothing of where the pageviews came from.

pub mod browse;
pub mod compare;
pub mod export;
pub mod gaps;
pub mod generate;
pub mod pauses_file;
mod quote;
pub mod report;
pub(crate) mod ribbon;
pub mod sql;
mod template;
pub mod valley;
