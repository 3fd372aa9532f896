//! How much of its inputs a dataset holds. Words floor.

use std::fmt;

use crate::words::figure::bytes;
use crate::words::figure::count;
use crate::words::pageview::Reject;
use crate::words::pageview::RejectedAlike;

/// How much of its inputs a dataset holds, and which of their rows did not become pageviews.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Whether the inputs were read to their end.
    pub extent: Extent,
    /// Which part of all users the inputs hold; `None` if they do not say that it is a part.
    pub sample: Option<UserSample>,
    /// Rows that should be pageviews but cannot be read as such.
    pub rejects: u64,
    /// The first few of them.
    pub first_rejects: Vec<Reject>,
    /// Their reasons, from inputs that were read to their end. There may be further rejects without a reason here.
    pub reject_reasons: Vec<RejectedAlike>,
    /// Rows that are not meant to count: each reason, and how many.
    pub left_out: Vec<(String, u64)>,
    /// How the inputs were understood, one sentence each; not yet made safe for a terminal.
    pub notes: Vec<String>,
    /// Why dwell may have misunderstood the inputs. Shown with a mark; not yet made safe for a terminal.
    pub warnings: Vec<String>,
    /// Some of these in a word or two: `dates only`.
    pub marks: Vec<String>,
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

/// A part of all users, whom a hash of their ids has chosen. Displays as `1 in 1,000 users`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserSample {
    /// One in so many users is in it, two or more.
    one_in: u32,
}

impl UserSample {
    /// The name of the column by which a file says of how many users one is in it.
    pub(crate) const COLUMN: &str = "one_in";

    /// The sample of one in so many users; `None` if that is none or all of them.
    pub fn of(one_in: u32) -> Option<UserSample> {
        (one_in > 1).then_some(UserSample { one_in })
    }

    /// In how many users there is one of the sample, two or more.
    pub fn one_in(self) -> u32 {
        self.one_in
    }

    /// Why pageviews of the first sample cannot come to those of the second, which are in `place` already; `None` are
    /// those of all users.
    pub(crate) fn mixed([sample, there]: [Option<UserSample>; 2], place: &str) -> String {
        let words = |sample: Option<UserSample>| {
            sample.map_or_else(|| "all users".to_owned(), |sample| sample.to_string())
        };
        format!(
            "it holds {}, but {place} holds {}: keep different samples apart",
            words(sample),
            words(there)
        )
    }

    /// What it means for figures.
    pub(crate) fn sentence(self) -> String {
        format!("{self}: every figure is of this sample, which has whole users")
    }
}

impl fmt::Display for UserSample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1 in {} users", count(self.one_in.into()))
    }
}

impl Coverage {
    /// How many rows are not meant to count.
    pub fn n_left_out(&self) -> u64 {
        self.left_out.iter().map(|(_, n)| n).sum()
    }

    /// Adds a warning that has a mark, unless it is there already.
    pub(crate) fn warn(&mut self, mark: &str, sentence: String) {
        if !self.marks.iter().any(|known| known == mark) {
            self.marks.push(mark.to_owned());
        }
        self.warnings.push(sentence);
    }

    /// Adds the reasons of another input's rejects. Equal reasons are added up.
    pub(crate) fn reject(&mut self, reasons: &[RejectedAlike]) {
        for reason in reasons {
            let form = reason.first.form();
            let mut known = self.reject_reasons.iter_mut();
            match known.find(|known| known.first.form() == form) {
                Some(known) => known.count += reason.count,
                None => self.reject_reasons.push(reason.clone()),
            }
        }
    }

    /// Adds the rows that another input left out. Equal reasons are added up.
    pub(crate) fn leave_out(&mut self, left_out: &[(String, u64)]) {
        for (reason, n) in left_out {
            match self.left_out.iter_mut().find(|(known, _)| known == reason) {
                Some((_, sum)) => *sum += n,
                None => self.left_out.push((reason.clone(), *n)),
            }
        }
    }
}

impl Extent {
    /// Whether the inputs were read to their end.
    pub fn is_whole(self) -> bool {
        self == Extent::Whole
    }

    /// What a part is marked with: `PARTIAL 12 %`, or `PARTIAL` where the size of the inputs is not known.
    pub fn mark(self) -> Option<String> {
        let Extent::Partial { read_bytes, of } = self else {
            return None;
        };
        let percent = of.and_then(|of| (u128::from(read_bytes) * 100).checked_div(of.into()));
        Some(match percent {
            None => "PARTIAL".to_owned(),
            Some(0) => "PARTIAL <1 %".to_owned(),
            // A part never says 100 %, even if all bytes were read: some of their rows are not here yet.
            Some(percent) => format!("PARTIAL {} %", percent.min(99)),
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_inputs_leave_out_for_one_reason_is_one_number() {
        let mut coverage = Coverage::default();
        let of = |reason: &str, n| (reason.to_owned(), n);
        coverage.leave_out(&[of("scroll", 3), of("click", 1)]);
        coverage.leave_out(&[of("click", 4)]);
        assert_eq!(coverage.left_out, [of("scroll", 3), of("click", 5)]);
        assert_eq!(coverage.n_left_out(), 8);
    }

    #[test]
    fn a_part_says_so_and_how_large_it_is_and_is_never_all() {
        let mark = |read_bytes, of| Extent::Partial { read_bytes, of }.mark();
        assert_eq!(Extent::Whole.mark(), None);
        assert_eq!(mark(12, None).as_deref(), Some("PARTIAL"));
        assert_eq!(mark(0, Some(0)).as_deref(), Some("PARTIAL"));
        assert_eq!(mark(129, Some(1_000)).as_deref(), Some("PARTIAL 12 %"));
        assert_eq!(mark(1, Some(1_000)).as_deref(), Some("PARTIAL <1 %"));
        assert_eq!(mark(1_000, Some(1_000)).as_deref(), Some("PARTIAL 99 %"));
    }
}
