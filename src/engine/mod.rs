//! Engine floor: pageviews in memory, cut into sessions, measured.
//!
//! Pure: no files, no clock, no database. Its input is well-formed by construction, so nothing here can fail.

pub(crate) mod compare;
pub mod cut;
pub mod dataset;
pub mod dictionary;
pub mod every_gap;
pub(crate) mod guards;
pub mod interner;
mod lifetimes;
mod marks;
pub mod measure;
mod medians;
mod newer;
pub(crate) mod parallel;
pub(crate) mod pause_counts;
pub mod pauses;
pub(crate) mod probe;
mod ranked;
pub(crate) mod relay;
mod rows_by_pause;
pub mod sessionize;
pub(crate) mod steadiness;
pub mod study;
