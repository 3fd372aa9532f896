//! Bytes -> pageviews and rejects. Source floor.
//!
//! Knows files, formats and the many ways to write a time; nothing about stores or sessions. A row that is no
//! pageview is a [`Reject`](crate::words::pageview::Reject) and reading goes on; an input that cannot be taken
//! for pageviews at all is an error.
//!
//! ```text
//! input (raw bytes) -> decode (compression, content, encoding) -> window (text in memory) -> sniff (which format)
//!     -> delimited | json | access_log | ...  (rows, values) -> intake (times, pageview or reject) -> sink
//! ```
//!
//! A further format is a further reader beside `delimited`, which [`read`] chooses by what `sniff` finds.

mod access_log;
#[cfg(test)]
mod alike;
mod cell;
mod content;
mod decode;
mod delimited;
mod feed;
#[cfg(test)]
mod heard;
mod input;
mod intake;
mod json;
mod line_end;
mod once;
mod options;
mod parquet;
mod rejects;
mod roles;
mod sink;
mod sniff;
mod tally;
mod time;
mod understood;
mod value;
mod window;

use chrono_tz::Tz;

pub use crate::source::cell::Value;
pub use crate::source::content::Comparison;
pub use crate::source::content::Fingerprint;
pub use crate::source::content::Prefix;
pub use crate::source::input::Input;
pub use crate::source::options::InputFormat;
pub use crate::source::options::LayoutChoice;
pub use crate::source::options::LogOptions;
pub use crate::source::options::LogUser;
pub use crate::source::options::ReadOptions;
pub use crate::source::options::RowFilter;
pub use crate::source::roles::Layout;
pub use crate::source::roles::PAGE_NAMES;
pub use crate::source::roles::Settled;
pub use crate::source::roles::TIME_NAMES;
pub use crate::source::roles::USER_NAMES;
pub use crate::source::roles::layouts;
pub use crate::source::sink::Sink;
use crate::source::sniff::Found;
pub use crate::source::time::TimeFormat;
use crate::source::time::TimeReader;
use crate::source::time::Unreadable;
pub use crate::source::understood::Understood;
pub use crate::source::value::Table;
pub use crate::source::value::read_table;
use crate::source::window::Capacity;
use crate::source::window::Window;
use crate::words::error::Result;
use crate::words::timestamp::Timestamp;

/// Reads an input to its end and gives every row to the sink, as a pageview or as a reject.
///
/// Memory is bounded whatever the input: a row, a quoted field over many lines included, may take
/// 256 MiB. After success the input's fingerprint is that of its whole content.
///
/// Errors if the input cannot be read, is empty, is in no format that is known, has not the columns, has a
/// quote that is never closed, has rows of another width from some line to the end, or has rows of
/// which none is a pageview or too many are rejected; and with whatever the sink errors with. What the sink took until then
/// is then to be forgotten.
pub fn read<S: Sink + ?Sized>(
    input: &mut Input,
    options: &ReadOptions,
    sink: &mut S,
) -> Result<Understood> {
    read_within(input, options, sink, Capacity::DEFAULT)
}

/// [`read`] with a given buffer.
fn read_within<S: Sink + ?Sized>(
    input: &mut Input,
    options: &ReadOptions,
    sink: &mut S,
    capacity: Capacity,
) -> Result<Understood> {
    let mut window = Window::open(input, options.encoding, capacity)?;
    let mut understood = match sniff::format(&mut window, options)? {
        Found::Delimited => delimited::read(&mut window, options, sink)?,
        Found::Parquet => parquet::read(&mut window, options, sink)?,
        Found::Json => json::read(&mut window, options, sink)?,
        Found::AccessLog(layout) => access_log::read(&mut window, layout, options, sink)?,
    };
    window.drain()?;
    understood.notes.extend(window.notes());
    drop(window);
    input.finish()?;
    Ok(understood)
}

/// Reads one timestamp, in any form that files may have; one without an offset in `time_zone`. Errors
/// with the reason why the text is none.
pub fn timestamp(text: &str, time_zone: Tz) -> std::result::Result<Timestamp, String> {
    match TimeReader::new(time_zone, None, tally::Unit::Line).read(text.as_bytes(), 1) {
        Ok(at) => Ok(at),
        Err(Unreadable::Kind(reason) | Unreadable::Value(reason)) => Err(reason),
    }
}

#[cfg(test)]
mod tests;
