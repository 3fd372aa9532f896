//! How often something happened, and where first. Source floor.

use crate::words::figure;

/// A count with the line of the first occurrence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) count: u64,
    pub(super) first_line: u64,
}

impl Tally {
    /// Counts one more, which is at `line`.
    #[inline]
    pub(super) fn add(&mut self, line: u64) {
        if self.count == 0 {
            self.first_line = line;
        }
        self.count += 1;
    }

    /// `3 pages <what> (the first at line 2)`, unless there was none. The plural is the noun with an s.
    pub(super) fn note(&self, noun: &str, what: &str) -> Option<String> {
        (self.count > 0).then(|| {
            let counted = figure::counted(self.count, noun);
            match self.count {
                1 => format!("{counted} {what} (line {})", self.first_line),
                _ => format!("{counted} {what} (the first at line {})", self.first_line),
            }
        })
    }
}
