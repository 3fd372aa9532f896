//! Source floor: bytes become pageviews or rejects.
//!
//! Knows formats and timestamps, and nothing of the store that takes the pageviews.

mod csv;
mod feed;
mod header;
mod input;
mod sniff;
mod split;
mod time;
mod understood;

use chrono_tz::Tz;

pub use header::PAGE_NAMES;
pub use header::TIME_NAMES;
pub use header::USER_NAMES;
pub use input::Input;
pub use input::Prefix;
pub use time::Form;
pub use understood::Understood;

use crate::words::error::Result;
use crate::words::pageview::Pageview;
use crate::words::pageview::Reject;
use crate::words::timestamp::Timestamp;

/// In which format an input is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InputFormat {
    /// Found by looking at the content.
    #[default]
    Auto,
    /// Values separated by commas, semicolons, tabs or bars, with a header line.
    Csv,
    /// The same, separated by tabs.
    Tsv,
}

/// How inputs are read.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// The format.
    pub format: InputFormat,
    /// Name of the user column; without it a customary one is looked for.
    pub user_column: Option<String>,
    /// Name of the time column.
    pub time_column: Option<String>,
    /// Name of the page column.
    pub page_column: Option<String>,
    /// The zone of timestamps without an offset. UTC by default.
    pub time_zone: Tz,
}

/// Takes what is read. Any error stops the reading and is returned from it.
pub trait Sink {
    /// Takes a pageview; they come in order of arrival.
    fn pageview(&mut self, pageview: Pageview<'_>) -> Result<()>;

    /// Takes a row that is no pageview.
    fn reject(&mut self, reject: Reject) -> Result<()>;

    /// Hears how many bytes of the input have been read, about every quarter of a megabyte.
    fn progress(&mut self, bytes_read: u64) -> Result<()>;
}

/// Reads one timestamp, in any form that files may have; one without an offset in `time_zone`. Errors
/// with the reason why the text is none.
pub fn timestamp(text: &str, time_zone: Tz) -> std::result::Result<Timestamp, String> {
    time::Clock::new(time_zone)
        .read(text)
        .map(|read| read.at)
        .map_err(|refusal| refusal.reason(text))
}

/// Reads an input to its end and hands its pageviews and rejects to `sink`.
///
/// Errors when the input cannot be read, is empty or is not text, when a column is not found, when a quote
/// is never closed, and when `sink` does.
pub fn read(input: &mut Input, options: &ReadOptions, sink: &mut dyn Sink) -> Result<Understood> {
    csv::read(input, options, sink, csv::BUFFER_BYTES)
}
