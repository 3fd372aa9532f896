//! Bytes -> pageviews and rejects. Source floor.
//!
//! Knows files, text formats and the many ways to write a time; nothing about stores or sessions.
//! A row that is no pageview is a [`Reject`] and reading goes on; an input that cannot be taken for
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
mod quoted;
mod row;
mod sniff;
mod split;
mod tally;
mod time;
mod understood;
mod window;

use chrono_tz::Tz;

pub use crate::source::columns::PAGE_NAMES;
pub use crate::source::columns::TIME_NAMES;
pub use crate::source::columns::USER_NAMES;
pub use crate::source::input::Input;
pub use crate::source::understood::Column;
pub use crate::source::understood::Understood;
use crate::source::window::Capacity;
use crate::source::window::Window;
use crate::words::error::Result;
use crate::words::pageview::Pageview;
use crate::words::pageview::Reject;

/// Formats that pageviews come in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum InputFormat {
    /// Found out by the content; names are not trusted.
    #[default]
    Auto,
    /// Delimited text with a header; the delimiter (`,` tab `;` or `|`) is found out.
    Csv,
    /// Delimited text with a header and tabs.
    Tsv,
}

impl InputFormat {
    /// What it is called in messages.
    pub fn name(self) -> &'static str {
        match self {
            InputFormat::Auto => "auto",
            InputFormat::Csv => "CSV",
            InputFormat::Tsv => "TSV",
        }
    }
}

/// How to read inputs; the default finds everything out and takes times without an offset as UTC.
#[derive(Clone, Debug)]
pub struct ReadOptions {
    /// The format, if it is not to be found out.
    pub format: InputFormat,
    /// The user's column, if it is not to be found by [`USER_NAMES`].
    pub user_column: Option<String>,
    /// The time's column, if it is not to be found by [`TIME_NAMES`].
    pub time_column: Option<String>,
    /// The page's column, if it is not to be found by [`PAGE_NAMES`].
    pub page_column: Option<String>,
    /// The zone of times that are written without an offset.
    pub time_zone: Tz,
}

impl Default for ReadOptions {
    fn default() -> ReadOptions {
        ReadOptions {
            format: InputFormat::Auto,
            user_column: None,
            time_column: None,
            page_column: None,
            time_zone: Tz::UTC,
        }
    }
}

/// Where pageviews and rejects go, in the order of their rows. An error stops the reading at once
/// and is what [`read`] returns.
pub trait Sink {
    /// Takes a pageview.
    fn pageview(&mut self, pageview: Pageview<'_>) -> Result<()>;

    /// Takes a row that is none.
    fn reject(&mut self, reject: Reject) -> Result<()>;

    /// Hears how many raw bytes were read so far, about once for each buffer.
    /// [`Error::Interrupted`](crate::words::error::Error::Interrupted) cancels.
    fn progress(&mut self, bytes_read: u64) -> Result<()> {
        let _ = bytes_read;
        Ok(())
    }
}

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
