//! The steps in which a statement counts pauses. Answers floor.
//!
//! A statement counts in the buckets of the gap study. It splits them at every gap that a person is likely to ask for,
//! so that the sessions at these gaps are exact.

use std::collections::BTreeSet;

use crate::answers::browse::ladder;
use crate::words::gap::Gap;
use crate::words::timestamp::Timestamp;
use crate::words::timestamp::US_PER_S;

/// A pause cannot be longer than the years 1 to 9999, so every longer gap means the same as this one. With this limit,
/// the sum of an instant and a gap is in the range of every engine.
const NO_PAUSE_IS_SO_LONG_US: i64 = Timestamp::MAX.as_us() - Timestamp::MIN.as_us() + 1;

/// Gaps of two and three minutes are not on the ladder, but customary all the same.
const BESIDE_THE_LADDER_US: [i64; 2] = [120 * US_PER_S, 180 * US_PER_S];

/// The gap in microseconds as a statement compares with it.
pub(super) fn gap_us(gap: Gap) -> i64 {
    gap.as_us().min(NO_PAUSE_IS_SO_LONG_US)
}

/// Zero, the ladder and the gap, ascending, in microseconds, each with its words.
pub(super) fn steps(gap: Gap) -> Vec<(i64, String)> {
    let steps: BTreeSet<i64> = ladder::steps()
        .map(Gap::as_us)
        .chain(BESIDE_THE_LADDER_US)
        .chain([0, gap_us(gap)])
        .collect();
    let in_words = |us| Gap::from_us(us).map_or("0s".to_owned(), |gap| gap.to_string());
    steps.into_iter().map(|us| (us, in_words(us))).collect()
}

/// For each doubling of the pause its start and a sixteenth of it, in microseconds, descending, from the
/// longest pause there can be down to where a sixteenth is a microsecond.
pub(super) fn octaves() -> impl Iterator<Item = (i64, i64)> {
    let longest = NO_PAUSE_IS_SO_LONG_US.ilog2();
    (5..=longest).rev().map(|bits| (1 << bits, 1 << (bits - 4)))
}

/// A span as `hours:minutes:seconds` with the fraction only when there is one, exact: `0:30:00`.
pub(super) fn clock(us: i64) -> String {
    let (s, us) = (us / US_PER_S, us % US_PER_S);
    let clock = format!("{}:{:02}:{:02}", s / 3_600, s / 60 % 60, s % 60);
    match us {
        0 => clock,
        us => format!("{clock}.{us:06}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_exact_on_the_clock() {
        assert_eq!(clock(1_800_000_000), "0:30:00");
        assert_eq!(clock(1), "0:00:00.000001");
        assert_eq!(clock(100 * 3_600_000_000 + 59_999_999), "100:00:59.999999");
    }

    #[test]
    fn every_gap_of_the_ladder_is_a_step_and_the_asked_one_too() {
        let asked = "37m".parse().unwrap();
        let steps = steps(asked);
        assert!(steps.is_sorted());
        for gap in ladder::steps().chain([asked]) {
            assert!(steps.contains(&(gap.as_us(), gap.to_string())));
        }
    }
}
