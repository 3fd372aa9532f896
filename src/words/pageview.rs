//! A pageview, and a row that cannot be one. Words floor.

use std::fmt;

use crate::words::timestamp::Timestamp;

/// The most columns that pageviews can carry besides their page.
pub const MOST_CARRIED: usize = 16;

/// One page seen by one user at one instant, as read from a source. Borrows the source's buffer.
///
/// `user_id` is not empty. Arrival, the third part of a pageview's place, is the order of reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pageview<'a> {
    /// Who saw the page; text, kept verbatim.
    pub user_id: &'a str,
    /// When.
    pub page_view_at: Timestamp,
    /// What was seen; text, kept verbatim, may be empty.
    pub page: &'a str,
    /// The values of the carried columns, in their order; an empty text is nothing.
    pub carried: &'a [&'a str],
}

/// An input row that cannot be read as a pageview. Data, not an error: reading goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// The input's name as the user gave it, not yet made safe for a terminal.
    pub input: String,
    /// Where it is.
    pub place: RejectPlace,
    /// Why, in the form `timestamp "2024-13-01" is not a date`; not yet made safe for a terminal.
    pub reason: String,
}

/// Rejects whose reasons differ only in their values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedAlike {
    /// How many.
    pub count: u64,
    /// The first of them.
    pub first: Reject,
}

impl Reject {
    /// The reason without its values, which are texts in quotes, and digits.
    pub(crate) fn form(&self) -> String {
        let mut is_quoted = false;
        let mut is_form = |c: &char| {
            is_quoted ^= *c == '"';
            !is_quoted && !c.is_ascii_digit()
        };
        self.reason.chars().filter(|c| is_form(c)).collect()
    }
}

impl fmt::Display for Reject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            RejectPlace::Line(line) => write!(f, "{}:{line}: {}", self.input, self.reason),
            RejectPlace::Row(_) => write!(f, "{}: {}: {}", self.input, self.place, self.reason),
        }
    }
}

/// Where a row is in its input, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RejectPlace {
    /// The line of a text on which it starts.
    Line(u64),
    /// The row, in a table that has no lines.
    Row(u64),
}

impl RejectPlace {
    /// The number of the line or row.
    pub fn number(self) -> u64 {
        match self {
            RejectPlace::Line(number) | RejectPlace::Row(number) => number,
        }
    }
}

impl fmt::Display for RejectPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RejectPlace::Line(line) => write!(f, "line {line}"),
            RejectPlace::Row(row) => write!(f, "row {row}"),
        }
    }
}
