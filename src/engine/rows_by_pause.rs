//! The rows in the order of the pauses before them. Engine floor.
//!
//! A gap that moves finds the rows here that begin to start a session, or cease to. A gap of less than 100 seconds
//! moves by fractions of seconds, so shorter pauses than a minute have no place here. Neither have the longest ones.
//! Takes four bytes for each of the others.

use crate::engine::pauses::GAPS;

/// The shortest pauses that are ordered, in seconds.
const SHORTEST_S: u16 = 60;

/// Rows ordered by the whole seconds of the pause before them, then by row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RowsByPause {
    /// By whole seconds, where the rows with pauses of at least that begin.
    starts: Vec<u32>,
    rows: Vec<u32>,
}

impl RowsByPause {
    /// Orders the rows; `counts` has how many there are, by whole seconds. One pass.
    pub(super) fn of(pauses_s: &[u16], counts: &[u32]) -> RowsByPause {
        let mut starts = vec![0; GAPS];
        for pause_s in usize::from(SHORTEST_S)..GAPS - 1 {
            starts[pause_s + 1] = starts[pause_s] + counts[pause_s];
        }
        let mut rows = vec![0; starts[GAPS - 1] as usize];
        let mut next = starts.clone();
        for (row, &pause_s) in (0..).zip(pauses_s) {
            if (SHORTEST_S..u16::MAX).contains(&pause_s) {
                let next = &mut next[usize::from(pause_s)];
                rows[*next as usize] = row;
                *next += 1;
            }
        }
        RowsByPause { starts, rows }
    }

    /// The rows that start a session at only one of two gaps, in seconds; `None` if pauses between them are not
    /// ordered.
    pub(super) fn between(&self, one_s: u16, other_s: u16) -> Option<&[u32]> {
        let (shorter, longer) = (one_s.min(other_s), one_s.max(other_s));
        let place = |gap_s: u16| self.starts[usize::from(gap_s)] as usize;
        (shorter >= SHORTEST_S).then(|| &self.rows[place(shorter)..place(longer)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn between_two_gaps_lie_the_rows_that_only_one_of_them_cuts(
            pauses_s in proptest::collection::vec(prop_oneof![0u16..90, 0..=u16::MAX, Just(u16::MAX)], 0..60),
            one in prop_oneof![1u16..90, Just(u16::MAX)],
            other in 1..=u16::MAX,
        ) {
            let gaps = [one, other];
            let mut counts = vec![0; GAPS];
            pauses_s.iter().for_each(|&s| counts[usize::from(s)] += 1);
            let order = RowsByPause::of(&pauses_s, &counts);
            let cut_by_one = (0..pauses_s.len()).filter(|&row| (pauses_s[row] >= gaps[0]) != (pauses_s[row] >= gaps[1]));
            let expected: Vec<u32> = cut_by_one.map(|row| row as u32).collect();
            let found = order.between(gaps[0], gaps[1]).map(|rows| {
                let mut rows = rows.to_vec();
                rows.sort_unstable();
                rows
            });
            prop_assert_eq!(found, (*gaps.iter().min().unwrap() >= SHORTEST_S).then_some(expected));
        }
    }
}
