//! What was understood of an input, to be said to the person. Source floor.

use std::fmt;

use crate::source::options::InputFormat;
use crate::words::figure;
use crate::words::text::safe;

/// How an input was read, and what came of it. Displays as one line without the notes, safe for a
/// terminal: `CSV with ',': user from "user_id", time from "ts" (epoch seconds), page from "page"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Understood {
    /// The format that was found; never [`InputFormat::Auto`].
    pub format: InputFormat,
    /// The delimiter, if the format has one.
    pub delimiter: Option<char>,
    /// The user's column.
    pub user: Column,
    /// The time's column.
    pub time: Column,
    /// The page's column.
    pub page: Column,
    /// What the time column holds and in what zone it was read; empty if there was no row.
    pub time_form: String,
    /// What happened to data or would surprise, each said once with the first line; safe for a terminal.
    pub notes: Vec<String>,
    /// Rows that are pageviews.
    pub pageviews: u64,
    /// Rows that are none.
    pub rejects: u64,
}

/// A column of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name as the header has it, without blanks around it; not yet made safe for a terminal.
    pub name: String,
    /// Its place, from 0.
    pub position: usize,
}

impl fmt::Display for Understood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.format.name())?;
        match self.delimiter {
            Some('\t') if self.format != InputFormat::Tsv => write!(f, " with tabs")?,
            Some(delimiter) if delimiter != '\t' => write!(f, " with '{delimiter}'")?,
            _ => {}
        }
        write!(
            f,
            ": user from {}, time from {}",
            self.user.shown(),
            self.time.shown()
        )?;
        if !self.time_form.is_empty() {
            write!(f, " ({})", self.time_form)?;
        }
        write!(f, ", page from {}", self.page.shown())
    }
}

impl Column {
    /// The name in quotes, or the place of a column that has none; safe for a terminal.
    fn shown(&self) -> String {
        match self.name.as_str() {
            "" => format!("column {}", figure::count(self.position as u64 + 1)),
            name => format!("\"{}\"", safe(name)),
        }
    }
}
