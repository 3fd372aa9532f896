//! What dwell understood about an input, to tell a person. Source floor.

use std::fmt;

use crate::source::roles::Settled;
use crate::words::coverage::UserSample;
use crate::words::pageview::RejectedAlike;

/// How an input was read, and the result. Displays as one line without the notes, safe for a terminal:
/// `CSV with ',': user from "user_id", time from "ts" (epoch seconds), page from "page"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Understood {
    /// The format and its dialect: `CSV with ','`, `JSON Lines, gzip`, `access log (Combined)`.
    pub format: String,
    /// The source of the user: a column or key in quotes, or words.
    pub user: String,
    /// Where the time is from.
    pub time: String,
    /// Where the page is from.
    pub page: String,
    /// The sources of the carried columns, in quotes; empty if nothing is carried.
    pub carried: String,
    /// What the times are like, and in which zone they were read; empty if there were none.
    pub time_form: String,
    /// What happened to data or may surprise, each said once with the first line; safe for a terminal.
    pub notes: Vec<String>,
    /// Why dwell may have misunderstood the input. Said last and with a mark. Not safe for a terminal.
    pub warnings: Vec<String>,
    /// Rows that are pageviews.
    pub pageviews: u64,
    /// Rows that were rejected.
    pub rejects: u64,
    /// Their common reasons, the most frequent first. If there are many, only the first ones.
    pub reject_reasons: Vec<RejectedAlike>,
    /// Requests of an access log that are not page views, by reason, the most frequent first. They are not rejects.
    pub left_out: Vec<(String, u64)>,
    /// The sample of users that all of it is of, if it says so.
    pub sample: Option<UserSample>,
    /// How the next inputs with the same layout or header are read, see
    /// [`ReadOptions::settle`](crate::source::options::ReadOptions::settle).
    pub settled: Option<Settled>,
    /// How it is written, if a record may go over several lines.
    pub(in crate::source) form: Option<RecordForm>,
}

/// How records are written that may go over several lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) enum RecordForm {
    Table(TableForm),
    /// JSON with blanks between objects, or between rows that are arrays.
    Objects {
        of_rows: bool,
    },
}

/// How delimited text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) struct TableForm {
    /// Between fields.
    pub(in crate::source) delimiter: u8,
    /// After a record.
    pub(in crate::source) terminator: u8,
    /// How many lines there are up to the names of the columns; 0 without a header.
    pub(in crate::source) header_lines: u64,
}

impl Understood {
    /// How many rows were left out because they are not page views.
    pub fn n_left_out(&self) -> u64 {
        self.left_out.iter().map(|(_, n)| n).sum()
    }
}

impl fmt::Display for Understood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Understood {
            format,
            user,
            time,
            page,
            carried,
            time_form,
            ..
        } = self;
        write!(f, "{format}: user from {user}, time from {time}")?;
        if !time_form.is_empty() {
            write!(f, " ({time_form})")?;
        }
        write!(f, ", page from {page}")?;
        if !carried.is_empty() {
            write!(f, ", carried {carried}")?;
        }
        Ok(())
    }
}
