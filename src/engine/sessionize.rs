//! The rule, and the sessions of a dataset at a gap. Engine floor.

use std::ops::Range;

use crate::engine::dataset::Dataset;
use crate::engine::marks::Marks;
use crate::engine::marks::WORD;
use crate::engine::pauses::Pauses;
use crate::engine::pauses::user_starts;
use crate::words::gap::Gap;

/// The boundaries of sessions: a mark on each row that starts a session.
///
/// Sessions are numbered from 0 in row order, that is by user and start. They cover every row exactly
/// once. Holds no facts; a [`Cut`](crate::engine::cut::Cut)
/// derives them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sessions {
    starts: Marks,
}

/// Splits a dataset into sessions: one span per session in row order, covering every row exactly once.
/// A pageview starts a session if it is its user's first, or if `page_view_at - previous >= gap`.
/// Cannot fail; one pass.
pub fn sessionize(dataset: &Dataset, gap: Gap) -> Sessions {
    let mut sessions = Sessions::default();
    sessions.recut(dataset, gap);
    sessions
}

impl Sessions {
    /// Cuts anew, as [`sessionize`] does, and reuses the memory.
    pub fn recut(&mut self, dataset: &Dataset, gap: Gap) {
        let (at, gap_us) = (dataset.at_us(), gap.as_us());
        self.starts.set(at.len(), |first_row, words| {
            let rows = first_row..(first_row + words.len() * WORD).min(at.len());
            // Nothing lies before the very first row, which is marked as its user's first below.
            let mut previous = rows.start.checked_sub(1).map_or(0, |row| at[row]);
            for (word, at) in words.iter_mut().zip(at[rows.clone()].chunks(WORD)) {
                *word = 0;
                for (bit, &at) in at.iter().enumerate() {
                    *word |= u64::from(at - previous >= gap_us) << bit;
                    previous = at;
                }
            }
            for start in user_starts(dataset, rows) {
                words[(start - first_row) / WORD] |= 1 << (start % WORD);
            }
        });
    }

    /// The same as [`Sessions::recut`], but uses the pauses, which are several times as fast for gaps of whole
    /// seconds.
    pub fn recut_by(&mut self, dataset: &Dataset, pauses: &Pauses, gap: Gap) {
        let Some(gap_s) = Pauses::whole_s_of(gap) else {
            return self.recut(dataset, gap);
        };
        self.starts.set(dataset.n_rows(), |first_row, words| {
            let pauses = &pauses.words()[first_row / WORD..];
            for (word, pauses) in words.iter_mut().zip(pauses) {
                *word = pack(&pauses.map(|pause_s| u8::from(pause_s >= gap_s)));
            }
        });
    }

    /// Starts a session at each of these rows that starts none, and none at the others. Costs a little for each row,
    /// and a pass over the marks.
    pub(super) fn flip(&mut self, rows: &[u32]) {
        self.starts.flip(rows);
    }

    /// How many sessions.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether there is no session, that is, no pageview.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows of a session, at least one. This is a search; for many sessions in turn, [`Sessions::spans`] is
    /// faster.
    pub fn rows_of(&self, session: usize) -> Range<usize> {
        let start = self.starts.row(session);
        start..self.starts.next(start + 1)
    }

    /// The rows of each session that starts in `rows`, in order.
    pub fn spans(&self, rows: Range<usize>) -> impl Iterator<Item = Range<usize>> {
        self.starts.spans(rows)
    }

    /// The sessions that start in `rows`: those of a user if these are the user's rows.
    pub fn within(&self, rows: Range<usize>) -> Range<usize> {
        self.starts.before(rows.start)..self.starts.before(rows.end)
    }

    /// How many sessions each of these users has, in their order.
    pub(crate) fn counts(
        &self,
        dataset: &Dataset,
        users: Range<usize>,
    ) -> impl Iterator<Item = usize> {
        let first_row = users.clone().next().map(|user| dataset.rows_of(user).start);
        let mut before = first_row.map_or(0, |row| self.starts.before(row));
        users.map(move |user| {
            let up_to = self.starts.before(dataset.rows_of(user).end);
            up_to - std::mem::replace(&mut before, up_to)
        })
    }

    /// The session that covers a row.
    pub fn containing(&self, row: usize) -> usize {
        self.starts.before(row + 1) - 1
    }

    /// The marks on the rows that start a session.
    pub(super) fn starts(&self) -> &Marks {
        &self.starts
    }
}

/// Turns bytes that are 0 or 1 into bits: bit `i` of the result is byte `i`.
fn pack(bytes: &[u8; WORD]) -> u64 {
    // Multiplied by this, a byte of 0 or 1 at place `i` of eight adds bit `56 + i`, and no sum carries.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let eights = bytes.as_chunks::<8>().0;
    (0..)
        .step_by(8)
        .zip(eights)
        .fold(0, |word, (shift, eight)| {
            let bits = u64::from_le_bytes(*eight).wrapping_mul(GATHER) >> 56;
            word | bits << shift
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::timestamp::Timestamp;
    use proptest::prelude::*;

    const MINUTE: i64 = 60_000_000;

    /// Dataset of pageviews (user, microseconds); users come by their
    /// numbers, the page is the number of arrival.
    pub(crate) fn dataset_of(pageviews: &[(u32, i64)]) -> Dataset {
        let mut rows: Vec<_> = pageviews.iter().zip(0..).collect();
        rows.sort_by_key(|row| row.0.0);
        Dataset::of_rows(rows.into_iter().map(|(&(user, at), page)| {
            let at = Timestamp::from_us(at).unwrap();
            (format!("u{user}"), at, format!("/{page}"))
        }))
    }

    /// The first row of each session, and one more entry: the number of rows.
    fn starts_of(dataset: &Dataset, sessions: &Sessions) -> Vec<usize> {
        let spans = sessions.spans(0..dataset.n_rows());
        spans
            .map(|rows| rows.start)
            .chain([dataset.n_rows()])
            .collect()
    }

    fn starts(pageviews: &[(u32, i64)], gap_us: i64) -> Vec<usize> {
        let dataset = dataset_of(pageviews);
        let sessions = sessionize(&dataset, Gap::from_us(gap_us).unwrap());
        starts_of(&dataset, &sessions)
    }

    /// The rule, row by row.
    fn plainly(dataset: &Dataset, gap: Gap) -> Vec<usize> {
        let starts = (0..dataset.n_users()).flat_map(|user| {
            let rows = dataset.rows_of(user);
            rows.clone().filter(move |&row| {
                row == rows.start || dataset.at_us()[row] - dataset.at_us()[row - 1] >= gap.as_us()
            })
        });
        starts.chain([dataset.n_rows()]).collect()
    }

    #[test]
    fn exactly_the_gap_starts_a_new_session() {
        assert_eq!(starts(&[(0, 0), (0, 30 * MINUTE)], 30 * MINUTE), [0, 1, 2]);
    }

    #[test]
    fn a_microsecond_less_than_the_gap_stays_together() {
        assert_eq!(starts(&[(0, 0), (0, 30 * MINUTE - 1)], 30 * MINUTE), [0, 2]);
        assert_eq!(starts(&[(0, 0), (0, 30 * MINUTE)], 30 * MINUTE + 1), [0, 2]);
    }

    #[test]
    fn each_user_starts_with_a_session_of_their_own() {
        assert_eq!(starts(&[(0, 0), (1, 1), (2, 2)], MINUTE), [0, 1, 2, 3]);
    }

    #[test]
    fn no_pageviews_are_no_session() {
        assert!(sessionize(&Dataset::default(), Gap::DEFAULT).is_empty());
        assert!(!sessionize(&dataset_of(&[(0, 0)]), Gap::DEFAULT).is_empty());
    }

    #[test]
    fn a_user_without_end_is_one_session() {
        let pageviews: Vec<(u32, i64)> = (0..10_000).map(|i| (0, i * 7_000_000)).collect();
        assert_eq!(starts(&pageviews, 8_000_000), [0, 10_000]);
    }

    #[test]
    fn the_widest_span_of_time_does_not_overflow() {
        let ends = [(0, Timestamp::MIN.as_us()), (0, Timestamp::MAX.as_us())];
        assert_eq!(starts(&ends, i64::MAX), [0, 2]);
        assert_eq!(starts(&ends, Gap::DEFAULT.as_us()), [0, 1, 2]);
    }

    /// Few users, few instants a small grid apart: ties and exact gaps are common.
    fn pageviews() -> impl Strategy<Value = Vec<(u32, i64)>> {
        proptest::collection::vec((0u32..4, (0i64..40).prop_map(|t| t * MINUTE)), 0..80)
    }

    fn gaps() -> impl Strategy<Value = i64> {
        prop_oneof![
            (1i64..45).prop_map(|m| m * MINUTE),
            (1i64..45).prop_map(|m| m * MINUTE + 1),
            Just(1)
        ]
    }

    proptest! {
        #[test]
        fn every_pageview_is_in_exactly_one_session_of_its_user(rows in pageviews(), gap in gaps()) {
            let dataset = dataset_of(&rows);
            let sessions = sessionize(&dataset, Gap::from_us(gap).unwrap());
            let mut next_row = 0;
            for session in 0..sessions.len() {
                let rows = sessions.rows_of(session);
                prop_assert_eq!(rows.start, next_row);
                prop_assert!(!rows.is_empty());
                let user = dataset.user_of(rows.start);
                prop_assert!(sessions.within(dataset.rows_of(user)).contains(&session));
                for row in rows.clone() {
                    prop_assert_eq!(dataset.user_of(row), user);
                    prop_assert_eq!(sessions.containing(row), session);
                }
                next_row = rows.end;
            }
            prop_assert_eq!(next_row, dataset.n_rows());
        }

        #[test]
        fn sessions_are_users_plus_pauses_of_at_least_the_gap(rows in pageviews(), gap in gaps()) {
            let dataset = dataset_of(&rows);
            let pauses = (0..dataset.n_users())
                .flat_map(|user| dataset.at_us()[dataset.rows_of(user)].windows(2))
                .filter(|pair| pair[1] - pair[0] >= gap)
                .count();
            let sessions = sessionize(&dataset, Gap::from_us(gap).unwrap());
            prop_assert_eq!(sessions.len(), dataset.n_users() + pauses);
        }

        #[test]
        fn a_larger_gap_only_merges_neighbours(rows in pageviews(), gap in gaps(), more in gaps()) {
            let dataset = dataset_of(&rows);
            let fine = sessionize(&dataset, Gap::from_us(gap).unwrap());
            let coarse = sessionize(&dataset, Gap::from_us(gap + more).unwrap());
            let fine = starts_of(&dataset, &fine);
            prop_assert!(starts_of(&dataset, &coarse).iter().all(|start| fine.binary_search(start).is_ok()));
        }

        #[test]
        fn a_recut_equals_a_first_cut(rows in pageviews(), gap in gaps(), before in gaps(), other in pageviews()) {
            let dataset = dataset_of(&rows);
            let mut reused = sessionize(&dataset_of(&other), Gap::from_us(before).unwrap());
            reused.recut(&dataset, Gap::from_us(gap).unwrap());
            let fresh = sessionize(&dataset, Gap::from_us(gap).unwrap());
            prop_assert_eq!(reused, fresh);
        }

        #[test]
        fn the_order_of_rows_does_not_matter_beyond_ties(
            rows in proptest::collection::hash_set((0u32..4, (0i64..40).prop_map(|t| t * MINUTE)), 0..60),
            seed in any::<u64>(),
            gap in gaps(),
        ) {
            // A set has no ties, so any order of arrival gives the same dataset.
            let mut one: Vec<_> = rows.into_iter().collect();
            one.sort_unstable();
            let mut other = one.clone();
            other.sort_by_key(|&(user, at)| (at ^ i64::from(user)).wrapping_mul(seed as i64 | 1));
            let gap = Gap::from_us(gap).unwrap();
            let (a, b) = (dataset_of(&one), dataset_of(&other));
            prop_assert_eq!(a.at_us(), b.at_us());
            prop_assert_eq!(sessionize(&a, gap), sessionize(&b, gap));
        }

        #[test]
        fn sessions_start_where_the_rule_says(
            rows in proptest::collection::vec((0u32..9, 0i64..4_000_000), 0..400),
            unit in prop_oneof![Just(1i64), Just(999), Just(1_000_000), Just(86_400_000_000)],
            gap in prop_oneof![1i64..100_000, (1i64..70_000).prop_map(|s| s * 1_000_000), Just(i64::MAX)],
        ) {
            let rows: Vec<_> = rows.into_iter().map(|(user, at)| (user, at % (8_000_000_000_000 / unit) * unit)).collect();
            let (dataset, gap) = (dataset_of(&rows), Gap::from_us(gap).unwrap());
            let plain = plainly(&dataset, gap);
            prop_assert_eq!(starts_of(&dataset, &sessionize(&dataset, gap)), plain.clone());
            let mut by_pauses = Sessions::default();
            by_pauses.recut_by(&dataset, &Pauses::of(&dataset), gap);
            prop_assert_eq!(starts_of(&dataset, &by_pauses), plain);
        }
    }

    #[test]
    fn rows_of_several_threads_are_cut_as_one() {
        // More rows than one thread takes at a time, users across the borders of what it takes and from one on,
        // and pauses of half seconds and about whole ones, in no order that a shift by some rows would keep.
        let border = 1 << 19;
        let rows: Vec<(u32, i64)> = (0..1_200_000i64)
            .map(|row| {
                let user = row / 150_001 + i64::from(row >= border);
                (user as u32, row * 1_500_000 + row * row % 7 % 3 * 500_001)
            })
            .collect();
        let dataset = dataset_of(&rows);
        for gap in ["1s", "2s", "1s1us", "1s3us", "500ms", "20h"] {
            let gap = gap.parse().unwrap();
            let plain = plainly(&dataset, gap);
            assert_eq!(starts_of(&dataset, &sessionize(&dataset, gap)), plain);
            let mut by_pauses = Sessions::default();
            by_pauses.recut_by(&dataset, &Pauses::of(&dataset), gap);
            assert_eq!(starts_of(&dataset, &by_pauses), plain);
            assert_eq!(by_pauses.len() + 1, plain.len());
        }
    }
}
