//! Bytes -> pageviews and rejects. Source floor.
//!
//! Knows files, text formats and the many ways to write a time; nothing about stores or sessions.
//! A row that is no pageview is a [`Reject`](crate::words::pageview::Reject) and reading goes on; an input that cannot be taken for
//! pageviews at all is an error.
//!
//! ```text
//! Input (raw bytes, digest) -> window (bytes in memory) -> split (records) -> csv (columns, time) -> Sink
//! ```
//!
//! A further format is a further reader beside `csv`, which [`read`] chooses by the first bytes.

mod columns;
mod csv;
mod header;
mod input;
mod options;
mod quoted;
mod row;
mod sink;
mod sniff;
mod split;
mod tally;
mod time;
mod understood;
mod window;

pub use crate::source::columns::PAGE_NAMES;
pub use crate::source::columns::TIME_NAMES;
pub use crate::source::columns::USER_NAMES;
pub use crate::source::input::Input;
pub use crate::source::options::InputFormat;
pub use crate::source::options::ReadOptions;
pub use crate::source::sink::Sink;
pub use crate::source::understood::Column;
pub use crate::source::understood::Understood;
use crate::source::window::Capacity;
use crate::source::window::Window;
use crate::words::error::Result;

/// Reads an input to its end and gives every row to the sink, as a pageview or as a reject.
///
/// Memory is bounded whatever the input: a row, a quoted field over many lines included, may take
/// 256 MiB. After success the input's digest is that of its whole content.
///
/// Errors if the input cannot be read, is empty, is no text, has no header with the columns, has a
/// quote that is never closed, has rows of another width from some line to the end, or has rows of
/// which none is a pageview; and with whatever the sink errors with. What the sink took until then
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
    let understood = csv::read(&mut Window::new(input, capacity), options, sink)?;
    input.drain()?;
    Ok(understood)
}

#[cfg(test)]
mod tests;
