//! The rule, and the sessions of some columns at a gap. Engine floor.

use std::ops::Range;

use crate::engine::columns::Columns;
use crate::words::gap::Gap;
use crate::words::session::Session;

/// The boundaries of sessions: which rows each one covers and whose it is.
///
/// Sessions are numbered from 0 in row order, that is by user and start. They cover every row exactly
/// once. Holds no facts; [`session`] derives them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sessions {
    /// First row of each session, and one more entry: the number of rows. What lies behind `n` is
    /// room kept for a smaller gap.
    starts: Vec<u32>,
    /// How many sessions.
    n: usize,
    /// First session of each user, and one more entry: the number of sessions.
    first_of_user: Vec<u32>,
}

/// Splits columns into sessions: one span per session in row order, covering every row exactly once.
/// A pageview starts a session if it is its user's first, or if `page_view_at - previous >= gap`.
/// Cannot fail; one pass.
pub fn sessionize(columns: &Columns, gap: Gap) -> Sessions {
    let mut sessions = Sessions::default();
    sessions.recut(columns, gap);
    sessions
}

impl Sessions {
    /// Cuts anew, as [`sessionize`] does, in the memory that the cut before took.
    pub fn recut(&mut self, columns: &Columns, gap: Gap) {
        let at = columns.at_us();
        let gap_us = gap.as_us();
        // Every row is written to the next free place and kept only if it starts a session: whether it
        // does is hard to predict, and a store costs less than a wrong guess.
        self.starts.resize(at.len() + 1, 0);
        self.first_of_user.clear();
        self.first_of_user.reserve(columns.n_users() + 1);
        let mut n = 0;
        for user in 0..columns.n_users() {
            let rows = columns.rows_of(user);
            self.first_of_user.push(n as u32);
            self.starts[n] = rows.start as u32;
            n += 1;
            for (row, pair) in (rows.start as u32 + 1..).zip(at[rows].windows(2)) {
                self.starts[n] = row;
                n += usize::from(pair[1] - pair[0] >= gap_us);
            }
        }
        self.first_of_user.push(n as u32);
        self.starts[n] = at.len() as u32;
        self.n = n;
    }

    /// How many sessions.
    pub fn len(&self) -> usize {
        self.n
    }

    /// Whether there is no session, which is whether there is no pageview.
    pub fn is_empty(&self) -> bool {
        self.n == 0
    }

    /// First row of each session, ascending, and one more entry: the number of rows.
    pub fn starts(&self) -> &[u32] {
        &self.starts[..=self.n.min(self.starts.len().saturating_sub(1))]
    }

    /// The rows of a session, at least one.
    pub fn rows_of(&self, session: usize) -> Range<usize> {
        self.starts[session] as usize..self.starts[session + 1] as usize
    }

    /// The sessions of a user, at least one.
    pub fn of_user(&self, user: usize) -> Range<usize> {
        self.first_of_user[user] as usize..self.first_of_user[user + 1] as usize
    }

    /// The user whose session this is.
    pub fn user_of(&self, session: usize) -> usize {
        self.first_of_user
            .partition_point(|&first| first as usize <= session)
            - 1
    }

    /// The session that covers a row.
    pub fn containing(&self, row: usize) -> usize {
        self.starts[..self.n].partition_point(|&start| start as usize <= row) - 1
    }
}

/// The facts of session number `session` of `sessions`, which were cut from `columns` at `gap`.
pub fn session<'a>(
    columns: &'a Columns,
    sessions: &Sessions,
    gap: Gap,
    session: usize,
) -> Session<'a> {
    let user = sessions.user_of(session);
    session_of_user(columns, sessions, gap, user, session)
}

/// The same as [`session`] where the user is known already, without looking for it.
pub fn session_of_user<'a>(
    columns: &'a Columns,
    sessions: &Sessions,
    gap: Gap,
    user: usize,
    session: usize,
) -> Session<'a> {
    let rows = sessions.rows_of(session);
    let (started_at, ended_at) = (columns.at(rows.start), columns.at(rows.end - 1));
    let (first, watermark) = columns
        .span()
        .expect("columns with a session have a pageview");
    Session {
        user_id: columns.users().text(user as u32),
        session_number: (session - sessions.of_user(user).start + 1) as u64,
        started_at,
        ended_at,
        pageviews: rows.len() as u64,
        landing_page: columns.page_text(rows.start),
        exit_page: columns.page_text(rows.end - 1),
        is_open: watermark.as_us() - ended_at.as_us() < gap.as_us(),
        starts_at_edge: started_at.as_us() - first.as_us() < gap.as_us(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::columns::Arrival;
    use crate::engine::dictionary::Dictionary;
    use crate::words::timestamp::Timestamp;
    use proptest::prelude::*;

    const MINUTE: i64 = 60_000_000;

    /// Columns of pageviews (user, microseconds); the page is the number of arrival.
    pub(crate) fn columns_of(pageviews: &[(u32, i64)]) -> Columns {
        let users: Dictionary = (0..10).map(|user| format!("u{user}")).collect();
        let pages: Dictionary = (0..pageviews.len())
            .map(|page| format!("/{page}"))
            .collect();
        let arrivals: Vec<Arrival> = pageviews
            .iter()
            .zip(0..)
            .map(|(&(user, at), page)| Arrival {
                user,
                page,
                at: Timestamp::from_us(at).unwrap(),
            })
            .collect();
        Columns::from_arrivals(&users, pages, &arrivals)
    }

    fn starts(pageviews: &[(u32, i64)], gap_us: i64) -> Vec<u32> {
        let columns = columns_of(pageviews);
        sessionize(&columns, Gap::from_us(gap_us).unwrap())
            .starts()
            .to_vec()
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
    fn ties_are_one_session_in_order_of_arrival() {
        let columns = columns_of(&[(0, 5), (0, 5), (0, 5)]);
        let sessions = sessionize(&columns, Gap::MIN);
        let facts = session(&columns, &sessions, Gap::MIN, 0);
        assert_eq!(
            (facts.pageviews, facts.landing_page, facts.exit_page),
            (3, "/0", "/2")
        );
        assert_eq!(facts.duration_us(), 0);
        assert!(!facts.is_bounce());
    }

    #[test]
    fn a_session_is_open_until_a_whole_gap_has_been_observed() {
        let columns = columns_of(&[(0, 0), (1, 30 * MINUTE - 1), (2, 30 * MINUTE)]);
        let sessions = sessionize(&columns, Gap::DEFAULT);
        let open = |n| session(&columns, &sessions, Gap::DEFAULT, n).is_open;
        let edge = |n| session(&columns, &sessions, Gap::DEFAULT, n).starts_at_edge;
        assert_eq!([open(0), open(1), open(2)], [false, true, true]);
        assert_eq!([edge(0), edge(1), edge(2)], [true, true, false]);
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
            let columns = columns_of(&rows);
            let sessions = sessionize(&columns, Gap::from_us(gap).unwrap());
            let mut next_row = 0;
            for session in 0..sessions.len() {
                let rows = sessions.rows_of(session);
                prop_assert_eq!(rows.start, next_row);
                prop_assert!(!rows.is_empty());
                let user = sessions.user_of(session);
                prop_assert!(sessions.of_user(user).contains(&session));
                for row in rows.clone() {
                    prop_assert_eq!(columns.user_of(row), user);
                    prop_assert_eq!(sessions.containing(row), session);
                }
                next_row = rows.end;
            }
            prop_assert_eq!(next_row, columns.n_rows());
        }

        #[test]
        fn sessions_are_users_plus_pauses_of_at_least_the_gap(rows in pageviews(), gap in gaps()) {
            let columns = columns_of(&rows);
            let pauses = (0..columns.n_users())
                .flat_map(|user| columns.at_us()[columns.rows_of(user)].windows(2))
                .filter(|pair| pair[1] - pair[0] >= gap)
                .count();
            let sessions = sessionize(&columns, Gap::from_us(gap).unwrap());
            prop_assert_eq!(sessions.len(), columns.n_users() + pauses);
        }

        #[test]
        fn a_larger_gap_only_merges_neighbours(rows in pageviews(), gap in gaps(), more in gaps()) {
            let columns = columns_of(&rows);
            let fine = sessionize(&columns, Gap::from_us(gap).unwrap());
            let coarse = sessionize(&columns, Gap::from_us(gap + more).unwrap());
            prop_assert!(coarse.starts().iter().all(|start| fine.starts().binary_search(start).is_ok()));
        }

        #[test]
        fn a_recut_equals_a_first_cut(rows in pageviews(), gap in gaps(), before in gaps(), other in pageviews()) {
            let columns = columns_of(&rows);
            let mut reused = sessionize(&columns_of(&other), Gap::from_us(before).unwrap());
            reused.recut(&columns, Gap::from_us(gap).unwrap());
            let fresh = sessionize(&columns, Gap::from_us(gap).unwrap());
            prop_assert_eq!(reused.starts(), fresh.starts());
            prop_assert_eq!(reused.first_of_user, fresh.first_of_user);
        }

        #[test]
        fn the_order_of_rows_does_not_matter_beyond_ties(
            rows in proptest::collection::hash_set((0u32..4, (0i64..40).prop_map(|t| t * MINUTE)), 0..60),
            seed in any::<u64>(),
            gap in gaps(),
        ) {
            // A set holds no ties, so that any order of arrival means the same pageviews.
            let mut one: Vec<_> = rows.into_iter().collect();
            one.sort_unstable();
            let mut other = one.clone();
            other.sort_by_key(|&(user, at)| (at ^ i64::from(user)).wrapping_mul(seed as i64 | 1));
            let gap = Gap::from_us(gap).unwrap();
            let (a, b) = (columns_of(&one), columns_of(&other));
            prop_assert_eq!(a.at_us(), b.at_us());
            prop_assert_eq!(sessionize(&a, gap), sessionize(&b, gap));
        }
    }
}
