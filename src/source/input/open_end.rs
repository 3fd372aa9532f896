//! The end of an input that may not be its end: the rest of a record may come later. Source floor.
//!
//! Whoever follows a file or a pipe gives it to the input. The reader says up to where records are whole.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

/// Shared by whoever follows an input and by its reader.
#[derive(Debug, Default)]
pub(in crate::source) struct OpenEnd {
    /// Whether more may come behind the end of the input.
    is_open: AtomicBool,
    /// How many lines are known to be whole records.
    whole_lines: AtomicU64,
    /// The line that the record begins on whose rest is to come; 0 without one.
    unfinished: AtomicU64,
}

impl OpenEnd {
    /// An end behind which more may come.
    pub(in crate::source) fn open() -> OpenEnd {
        let end = OpenEnd::default();
        end.set_open();
        end
    }

    /// From now on, more may come.
    pub(in crate::source) fn set_open(&self) {
        self.is_open.store(true, Ordering::Release);
    }

    /// Whether more may come.
    pub(in crate::source) fn is_open(&self) -> bool {
        self.is_open.load(Ordering::Acquire)
    }

    /// Notes that so many lines are whole records.
    pub(in crate::source) fn pass(&self, n_lines: u64) {
        self.whole_lines.store(n_lines, Ordering::Relaxed);
    }

    /// How many lines need not be kept, since they are whole records.
    pub(in crate::source) fn whole_lines(&self) -> u64 {
        self.whole_lines.load(Ordering::Relaxed)
    }

    /// Leaves the record that begins on `line` for later, if its rest may come; returns whether.
    pub(in crate::source) fn leave(&self, line: u64) -> bool {
        let is_open = self.is_open();
        if is_open {
            self.unfinished.store(line, Ordering::Release);
        }
        is_open
    }

    /// The line of the record that was left, counted from 1.
    pub(in crate::source) fn unfinished(&self) -> Option<u64> {
        Some(self.unfinished.load(Ordering::Acquire)).filter(|line| *line > 0)
    }

    /// Nothing was read yet.
    pub(in crate::source) fn begin(&self) {
        self.pass(0);
        self.unfinished.store(0, Ordering::Release);
    }
}
