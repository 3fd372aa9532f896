//! Counts how often something happened, and where it happened first. Source floor.

use crate::words::figure;

/// A count with the line (or row) of the first occurrence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::source) struct Tally {
    pub(in crate::source) count: u64,
    pub(in crate::source) first_line: u64,
}

impl Tally {
    /// Counts one more, which is at `line`.
    #[inline]
    pub(in crate::source) fn add(&mut self, line: u64) {
        if self.count == 0 {
            self.first_line = line;
        }
        self.count += 1;
    }

    /// `3 pages <what> (the first on line 2)`, unless there was none. The plural is the noun with an s.
    pub(in crate::source) fn note(&self, unit: Unit, noun: &str, what: &str) -> Option<String> {
        (self.count > 0).then(|| {
            let counted = figure::counted(self.count, noun);
            let first = unit.at(self.first_line);
            match self.count {
                1 => format!("{counted} {what} ({first})"),
                _ => format!("{counted} {what} (the first {first})"),
            }
        })
    }
}

/// The unit in which places in an input are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::source) enum Unit {
    /// Lines of text.
    #[default]
    Line,
    /// Rows of a table that has no lines.
    Row,
}

impl Unit {
    /// `on line 12`, `in row 12`.
    pub(in crate::source) fn at(self, number: u64) -> String {
        match self {
            Unit::Line => format!("on line {number}"),
            Unit::Row => format!("in row {number}"),
        }
    }
}
