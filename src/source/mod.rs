//! Bytes -> pageviews and rejects. Source floor.
//!
//! Knows files, formats and the many ways to write a time; nothing about stores or sessions. A row that cannot be read
//! as a pageview is a [`Reject`](crate::words::pageview::Reject), and reading goes on. An input that cannot be read as
//! pageviews at all is an error.
//!
//! ```text
//! input/ (locate: folders, patterns, archives, sheets -> raw: bytes -> decode: compression, encoding -> window: text in memory)
//!     -> sniff (which format) -> delimited | json | access_log | parquet  (rows, values; roles: what they mean)
//!     -> rows/ (intake: times, pageview or reject -> sink)
//! ```
//!
//! A further format is a further reader beside `delimited`, which [`read`] chooses by what `sniff` finds.

mod access_log;
#[cfg(feature = "parquet")]
#[cfg(test)]
mod alike;
mod delimited;
mod follow;
#[cfg(any(feature = "parquet", feature = "workbooks"))]
mod guard;
mod input;
mod json;
mod lacking;
mod late;
mod options;
#[cfg(feature = "parquet")]
mod parquet;
#[cfg(not(feature = "parquet"))]
#[path = "parquet/absent.rs"]
mod parquet;
mod reading;
mod roles;
mod rows;
mod sniff;
mod time;
mod trial;
mod value;

use chrono_tz::Tz;

pub(crate) use crate::source::follow::Appended;
pub(crate) use crate::source::follow::Follower;
pub(crate) use crate::source::follow::Look;
pub(crate) use crate::source::follow::PipeFollower;
pub use crate::source::input::Input;
pub(crate) use crate::source::input::content::ContentComparison;
pub(crate) use crate::source::input::content::Fingerprint;
pub(crate) use crate::source::input::content::HEAD_BYTES;
pub use crate::source::input::locate::Located;
pub use crate::source::input::locate::Location;
pub use crate::source::input::locate::locate;
pub(crate) use crate::source::lacking::carrying_of_any;
pub use crate::source::options::CarriedPart;
pub use crate::source::options::InputFormat;
pub use crate::source::options::LogOptions;
pub use crate::source::options::LogUser;
pub use crate::source::options::ReadOptions;
pub use crate::source::reading::read;
pub(crate) use crate::source::roles::FirstRows;
pub(crate) use crate::source::roles::Inspection;
pub(crate) use crate::source::roles::Inspector;
pub(crate) use crate::source::roles::Layout;
pub use crate::source::roles::LayoutChoice;
pub use crate::source::roles::NamedColumns;
pub use crate::source::roles::PAGE_NAMES;
pub use crate::source::roles::RowFilter;
pub(crate) use crate::source::roles::Settled;
pub use crate::source::roles::TIME_NAMES;
pub use crate::source::roles::USER_NAMES;
pub(crate) use crate::source::roles::add_layouts;
pub(crate) use crate::source::roles::layouts;
pub(crate) use crate::source::rows::cell::Value;
pub use crate::source::rows::sink::Sink;
use crate::source::rows::tally::Unit;
pub(crate) use crate::source::rows::understood::Understood;
pub use crate::source::time::TimeFormat;
pub use crate::source::time::TimeOptions;
use crate::source::time::TimeReader;
pub use crate::source::time::TimeUnit;
use crate::source::time::Unreadable;
pub(crate) use crate::source::trial::read_first_rows;
pub(crate) use crate::source::value::Table;
pub(crate) use crate::source::value::read_table;
use crate::words::timestamp::Timestamp;

/// Reads one timestamp, in any form that files may have; one without an offset in `time_zone`. Errors with the reason
/// if the text is not a timestamp, or is finer than a microsecond.
pub fn timestamp(text: &str, time_zone: Tz) -> std::result::Result<Timestamp, String> {
    let options = TimeOptions {
        zone: time_zone,
        ..TimeOptions::default()
    };
    let mut reader = TimeReader::new(options, Unit::Line);
    match reader.read(text.as_bytes(), 1) {
        Ok(_) if reader.column().has_finer() => {
            Err(format!("timestamp \"{text}\" is finer than a microsecond"))
        }
        read => read.map_err(Unreadable::into_reason),
    }
}

#[cfg(test)]
mod tests;
