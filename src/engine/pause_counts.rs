//! Pauses that were counted elsewhere: how many there are from each length up to the next. Engine floor.
//!
//! What an engine counts over any number of pageviews is a small table, and it is all that choosing a
//! gap needs. Knows no pageview, and no file that the counts may come from.

use crate::engine::study::PauseHistogram;
use crate::words::gap::Gap;

/// Pauses by length, of how many users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PauseCounts {
    /// (from, pauses): pauses of at least `from` microseconds and shorter than the next row's. Ascending,
    /// each `from` once, none negative.
    rows: Vec<(i64, u64)>,
    /// Pauses of at least the `from` of the row, and in the end 0; one longer than `rows`.
    at_least: Vec<u64>,
    /// Whether each pause is exactly the `from` of its row.
    lengths_are_exact: bool,
    users: u64,
}

/// How many sessions a gap gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionCount {
    /// Users and pauses of at least the gap.
    pub sessions: u64,
    /// Whether that is known. If not, the pauses from the length below the gap to the one above were
    /// taken as spread evenly.
    pub is_exact: bool,
}

impl PauseCounts {
    /// Counts in any order, those of one length added up. `None` if a length is negative or the pageviews
    /// that they make do not fit into 64 bits.
    pub fn new(
        mut rows: Vec<(i64, u64)>,
        lengths_are_exact: bool,
        users: u64,
    ) -> Option<PauseCounts> {
        rows.sort_unstable();
        let pauses = rows
            .iter()
            .try_fold(0u64, |sum, &(_, count)| sum.checked_add(count))?;
        pauses.checked_add(users)?;
        if rows.first().is_some_and(|&(from, _)| from < 0) {
            return None;
        }
        rows.dedup_by(|next, row| {
            let is_same = next.0 == row.0;
            row.1 += if is_same { next.1 } else { 0 };
            is_same
        });
        let mut at_least = vec![0; rows.len() + 1];
        for (row, &(_, count)) in rows.iter().enumerate().rev() {
            at_least[row] = at_least[row + 1] + count;
        }
        Some(PauseCounts {
            rows,
            at_least,
            lengths_are_exact,
            users,
        })
    }

    /// How many users.
    pub fn users(&self) -> u64 {
        self.users
    }

    /// How many pauses.
    pub fn pauses(&self) -> u64 {
        self.at_least[0]
    }

    /// How many pageviews: each but its user's first follows a pause.
    pub fn pageviews(&self) -> u64 {
        self.users + self.pauses()
    }

    /// How many sessions a gap gives.
    pub fn sessions_at(&self, gap: Gap) -> SessionCount {
        let gap_us = gap.as_us();
        let next = self.rows.partition_point(|&(from, _)| from < gap_us);
        let known = SessionCount {
            sessions: self.users + self.at_least[next],
            is_exact: true,
        };
        let is_at_row = self.rows.get(next).is_some_and(|&(from, _)| from == gap_us);
        // The row below may hold pauses longer than the gap.
        let Some(&(from, count)) = next.checked_sub(1).and_then(|row| self.rows.get(row)) else {
            return known;
        };
        if is_at_row || self.lengths_are_exact || count == 0 {
            return known;
        }
        // Above the last row there is no end: as many are taken for longer as if it were twice as long.
        let end = self.rows.get(next).map_or_else(
            || from.saturating_mul(2).max(from.saturating_add(1)),
            |&(end, _)| end,
        );
        let share = (end.saturating_sub(gap_us)) as f64 / (end - from) as f64;
        SessionCount {
            sessions: known.sessions + (count as f64 * share.clamp(0.0, 1.0)).round() as u64,
            is_exact: false,
        }
    }

    /// The counts as the gap study takes them.
    pub fn histogram(&self) -> PauseHistogram {
        PauseHistogram::of_counts(self.users, &self.rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn gap(us: i64) -> Gap {
        Gap::from_us(us).unwrap()
    }

    fn count(sessions: u64, is_exact: bool) -> SessionCount {
        SessionCount { sessions, is_exact }
    }

    #[test]
    fn at_the_lower_end_of_a_row_the_sessions_are_known() {
        let counts = PauseCounts::new(vec![(0, 1), (100, 8), (200, 2)], false, 3).unwrap();
        assert_eq!(counts.sessions_at(gap(100)), count(13, true));
        assert_eq!(counts.sessions_at(gap(200)), count(5, true));
        assert_eq!(counts.sessions_at(gap(150)), count(9, false));
        assert_eq!(counts.sessions_at(gap(300)), count(4, false));
        assert_eq!(counts.sessions_at(Gap::MAX), count(3, false));
        assert_eq!((counts.pauses(), counts.pageviews()), (11, 14));
    }

    #[test]
    fn rows_that_hold_no_pause_leave_nothing_open() {
        let counts = PauseCounts::new(vec![(0, 0), (100, 0), (200, 2)], false, 3).unwrap();
        assert_eq!(counts.sessions_at(gap(150)), count(5, true));
        let nobody = PauseCounts::new(Vec::new(), false, 0).unwrap();
        assert_eq!(nobody.sessions_at(gap(1)), count(0, true));
    }

    #[test]
    fn what_cannot_be_counted_is_refused() {
        assert_eq!(PauseCounts::new(vec![(-1, 1)], true, 1), None);
        assert_eq!(PauseCounts::new(vec![(1, u64::MAX), (2, 1)], true, 0), None);
        assert_eq!(PauseCounts::new(vec![(1, u64::MAX)], true, 1), None);
    }

    proptest! {
        #[test]
        fn exact_lengths_give_the_sessions_of_every_gap(
            pauses in proptest::collection::vec(0i64..500, 0..60), users in 0u64..9, at in 1i64..600,
        ) {
            let rows = pauses.iter().map(|&pause| (pause, 1)).collect();
            let counts = PauseCounts::new(rows, true, users).unwrap();
            let longer = pauses.iter().filter(|&&pause| pause >= at).count() as u64;
            prop_assert_eq!(counts.sessions_at(gap(at)), count(users + longer, true));
        }

        #[test]
        fn no_counts_make_it_panic(
            rows in proptest::collection::vec((0i64..=i64::MAX, 0u64..=u64::MAX / 64), 0..20),
            users: u32, at in 1i64..=i64::MAX,
        ) {
            let counts = PauseCounts::new(rows, false, u64::from(users)).unwrap();
            let sessions = counts.sessions_at(gap(at)).sessions;
            prop_assert!(sessions >= u64::from(users) && sessions <= counts.pageviews());
            let _ = counts.histogram().axis_us();
        }
    }
}
