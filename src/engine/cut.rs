//! A dataset at one gap: its sessions and their figures. Engine floor.

use std::ops::Range;
use std::sync::Arc;

use crate::engine::dataset::Dataset;
use crate::engine::every_gap::EveryGap;
use crate::engine::measure::Summarizer;
use crate::engine::measure::Summary;
use crate::engine::pauses::Pauses;
use crate::engine::sessionize::Sessions;
use crate::words::gap::Gap;
use crate::words::session::Session;

/// A dataset at one gap. What it holds always belongs together.
#[derive(Clone, Debug)]
pub struct Cut {
    dataset: Arc<Dataset>,
    /// Shared, so that a copy of a cut costs an eighth of a byte a row.
    pauses: Arc<Pauses>,
    sessions: Sessions,
    summary: Summary,
    summarizer: Summarizer,
    /// What is known of other gaps, once it is computed.
    every_gap: Option<Arc<EveryGap>>,
}

impl Cut {
    /// Cuts a dataset into its sessions at `gap`. Cannot fail; linear.
    pub fn new(dataset: Arc<Dataset>, gap: Gap) -> Cut {
        let pauses = Pauses::of(&dataset);
        let mut sessions = Sessions::default();
        sessions.recut_by(&dataset, &pauses, gap);
        let mut summarizer = Summarizer::default();
        Cut {
            summary: summarizer.summarize(&dataset, &sessions, gap),
            dataset,
            pauses: Arc::new(pauses),
            sessions,
            summarizer,
            every_gap: None,
        }
    }

    /// Moves the gap: the same as [`Cut::new`], but reuses the memory. What is known of every gap is looked up, and
    /// only the rows that change are visited if they are few.
    pub fn recut(&mut self, gap: Gap) {
        /// Of so many rows, one may change. With more, reading the pauses of all takes no longer.
        const ONE_IN: usize = 64;
        let known = self.every_gap.as_deref();
        let changes = known.and_then(|known| known.rows_between(self.summary.gap, gap));
        match changes {
            Some(rows) if rows.len() <= self.dataset.n_rows() / ONE_IN => self.sessions.flip(rows),
            _ => self.sessions.recut_by(&self.dataset, &self.pauses, gap),
        }
        let summarize = || {
            self.summarizer
                .summarize(&self.dataset, &self.sessions, gap)
        };
        self.summary = known
            .and_then(|known| known.at(gap))
            .unwrap_or_else(summarize);
    }

    /// Takes in what is known of this dataset at every gap. From now on, moving the gap costs what changes.
    pub fn know(&mut self, every_gap: Arc<EveryGap>) {
        self.every_gap = Some(every_gap);
    }

    /// The pageviews.
    pub fn dataset(&self) -> &Arc<Dataset> {
        &self.dataset
    }

    /// The gap.
    pub fn gap(&self) -> Gap {
        self.summary.gap
    }

    /// Where the sessions begin and end.
    pub fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    /// The figures of all sessions.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// The facts of session number `session`, from 0 in row order.
    pub fn session(&self, session: usize) -> Session<'_> {
        let rows = self.sessions.rows_of(session);
        let user = self.dataset.user_of(rows.start);
        let first = self.sessions.within(self.dataset.rows_of(user)).start;
        self.session_of_rows(user, session - first, rows)
    }

    /// The facts of the session of `user` that covers `rows`. It is the session at `place`, from 0, among the user's.
    pub fn session_of_rows(&self, user: usize, place: usize, rows: Range<usize>) -> Session<'_> {
        let dataset = &self.dataset;
        let (started_at, ended_at) = (dataset.at(rows.start), dataset.at(rows.end - 1));
        Session {
            user_id: dataset.users().text(user as u32),
            session_number: (place + 1) as u64,
            started_at,
            ended_at,
            pageviews: rows.len() as u64,
            landing_page: dataset.page_text(rows.start),
            exit_page: dataset.page_text(rows.end - 1),
            is_open: self.is_open(ended_at.as_us()),
            starts_at_edge: self.starts_at_edge(started_at.as_us()),
        }
    }

    /// Whether a session that ended then may go on: the latest pageview of all users is less than a gap later.
    pub fn is_open(&self, ended_at_us: i64) -> bool {
        let watermark = self.dataset.watermark();
        watermark.is_some_and(|watermark| watermark.as_us() - ended_at_us < self.gap().as_us())
    }

    /// Whether a session that started then may have begun before: the first pageview of all users is less than a gap
    /// earlier.
    pub fn starts_at_edge(&self, started_at_us: i64) -> bool {
        let first = self.dataset.span().map(|(first, _)| first);
        first.is_some_and(|first| started_at_us - first.as_us() < self.gap().as_us())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::timestamp::Timestamp;
    use proptest::prelude::*;

    const MINUTE: i64 = 60_000_000;

    /// The epoch of the rows below.
    const START: i64 = 1_704_067_200_000_000;

    /// Pageviews (user, microseconds); the page is the number of arrival.
    fn cut_of(pageviews: &[(u32, i64)], gap: Gap) -> Cut {
        let rows = pageviews.iter().zip(0..);
        let rows = rows.map(|(&(user, at), page)| {
            let at = Timestamp::from_us(START + at).unwrap();
            (format!("u{user}"), at, format!("/{page}"))
        });
        Cut::new(Arc::new(Dataset::of_rows(rows)), gap)
    }

    #[test]
    fn ties_are_one_session_in_order_of_arrival() {
        let cut = cut_of(&[(0, 5), (0, 5), (0, 5)], Gap::MIN);
        let facts = cut.session(0);
        assert_eq!(
            (facts.pageviews, facts.landing_page, facts.exit_page),
            (3, "/0", "/2")
        );
        assert_eq!(facts.duration_us(), 0);
        assert!(!facts.is_bounce());
    }

    #[test]
    fn a_session_is_open_until_a_whole_gap_has_been_observed() {
        let cut = cut_of(
            &[(0, 0), (1, 30 * MINUTE - 1), (2, 30 * MINUTE)],
            Gap::DEFAULT,
        );
        let open = |n| cut.session(n).is_open;
        let edge = |n| cut.session(n).starts_at_edge;
        assert_eq!([open(0), open(1), open(2)], [false, true, true]);
        assert_eq!([edge(0), edge(1), edge(2)], [true, true, false]);
    }

    #[test]
    fn each_user_has_their_sessions_numbered_from_one() {
        let cut = cut_of(
            &[(0, 0), (0, MINUTE), (0, 2 * MINUTE), (1, 0), (1, MINUTE)],
            Gap::MIN,
        );
        let numbers = (0..5).map(|session| cut.session(session).session_number);
        assert_eq!(numbers.collect::<Vec<_>>(), [1, 2, 3, 1, 2]);
    }

    /// A few users with ties, pauses of microseconds, minutes and days.
    fn pageviews() -> impl Strategy<Value = Vec<(u32, i64)>> {
        let unit = prop_oneof![Just(1i64), Just(999), Just(MINUTE / 6), Just(60 * MINUTE)];
        proptest::collection::vec(
            (0u32..3, (unit, 0i64..60).prop_map(|(unit, n)| unit * n)),
            1..80,
        )
    }

    fn gaps() -> impl Strategy<Value = Gap> {
        let us = prop_oneof![
            1i64..3_000,
            1i64..200_000_000_000,
            (1i64..90_000).prop_map(|s| s * 1_000_000)
        ];
        us.prop_map(|us| Gap::from_us(us).unwrap())
    }

    proptest! {
        #[test]
        fn wherever_the_gap_goes_it_gives_the_cut_of_that_gap(
            rows in pageviews(), walk in proptest::collection::vec(gaps(), 1..12), known_from in 0usize..6,
        ) {
            let mut moved = cut_of(&rows, Gap::DEFAULT);
            for (step, gap) in walk.into_iter().enumerate() {
                if step == known_from {
                    let table = EveryGap::of(moved.dataset(), &|| true).unwrap();
                    moved.know(Arc::new(table));
                }
                moved.recut(gap);
                let fresh = cut_of(&rows, gap);
                prop_assert_eq!(moved.summary(), fresh.summary());
                prop_assert_eq!(moved.sessions(), fresh.sessions());
            }
        }
    }
}
