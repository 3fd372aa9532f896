//! Answers floor: what a person asks of pageviews, made from columns and a gap, or as a statement.
//!
//! Pure: knows nothing of the terminal, and nothing of where the pageviews came from.

pub mod browse;
pub mod export;
pub mod generate;
pub mod quote;
