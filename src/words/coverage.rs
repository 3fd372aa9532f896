//! How much of its inputs a dataset holds. Words floor.

use std::fmt;

use crate::words::figure::bytes;
use crate::words::pageview::Reject;

/// How much of its inputs a dataset holds, and which of their rows are no pageviews of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Whether the inputs were read to their end.
    pub extent: Extent,
    /// Rows that should be pageviews and cannot be.
    pub rejects: u64,
    /// The first few of them.
    pub first_rejects: Vec<Reject>,
    /// Rows that are not meant to count, by reason, with how many.
    pub left_out: Vec<(String, u64)>,
    /// How the inputs were understood, a sentence each, not made safe.
    pub notes: Vec<String>,
}

/// Whether the inputs of a dataset were read to their end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Extent {
    /// They were.
    #[default]
    Whole,
    /// The reading stopped early, or goes on.
    Partial {
        /// Bytes that were read.
        read_bytes: u64,
        /// Bytes that there are, where that is known.
        of: Option<u64>,
    },
}

impl Extent {
    /// Whether the inputs were read to their end.
    pub fn is_whole(self) -> bool {
        self == Extent::Whole
    }
}

impl fmt::Display for Extent {
    /// `all of the input`, `the first 12 MB of 380 MB`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Extent::Whole => f.write_str("all of the input"),
            Extent::Partial {
                read_bytes,
                of: Some(of),
            } => write!(f, "the first {} of {}", bytes(read_bytes), bytes(of)),
            Extent::Partial {
                read_bytes,
                of: None,
            } => write!(f, "the first {}", bytes(read_bytes)),
        }
    }
}
