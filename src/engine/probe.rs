//! A dataset measured at one gap after another. Engine floor.

use crate::engine::dataset::Dataset;
use crate::engine::measure::Summarizer;
use crate::engine::measure::Summary;
use crate::engine::pauses::Pauses;
use crate::engine::sessionize::Sessions;
use crate::words::gap::Gap;

/// Measures a dataset at any gap, in memory that it keeps.
#[derive(Debug)]
pub(crate) struct Probe<'d> {
    dataset: &'d Dataset,
    pauses: Pauses,
    sessions: Sessions,
    summarizer: Summarizer,
    /// The rows of the page to reach, ascending.
    goal: Option<Vec<usize>>,
}

/// The figures at a gap, and those that cost more than moving it may.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct GapFigures {
    /// The figures that follow the gap everywhere.
    pub summary: Summary,
    /// Median duration of the sessions of two pageviews or more, microseconds.
    pub median_without_bounces_us: Option<i64>,
    /// How many sessions reach the goal; `None` without a goal.
    pub reach_goal: Option<u64>,
}

impl<'d> Probe<'d> {
    /// A probe of this dataset; `goal` is the index of the page that sessions are to reach.
    pub(crate) fn new(dataset: &'d Dataset, goal: Option<u32>) -> Probe<'d> {
        let rows_of = |goal| {
            let rows = dataset.page().iter().enumerate();
            rows.filter(|row| *row.1 == goal).map(|row| row.0).collect()
        };
        Probe {
            dataset,
            pauses: Pauses::of(dataset),
            sessions: Sessions::default(),
            summarizer: Summarizer::default(),
            goal: goal.map(rows_of),
        }
    }

    /// The figures at a gap. As costly as moving the gap twice.
    pub(crate) fn at(&mut self, gap: Gap) -> GapFigures {
        let (dataset, sessions) = (self.dataset, &mut self.sessions);
        sessions.recut_by(dataset, &self.pauses, gap);
        GapFigures {
            summary: self.summarizer.summarize(dataset, sessions, gap),
            median_without_bounces_us: self.summarizer.median_without_bounces(dataset, sessions),
            reach_goal: self.goal.as_ref().map(|rows| {
                let mut last = None;
                let reached = rows.iter().filter(|&&row| {
                    let session = Some(sessions.containing(row));
                    std::mem::replace(&mut last, session) != session
                });
                reached.count() as u64
            }),
        }
    }

    /// The pageviews.
    pub(crate) fn dataset(&self) -> &'d Dataset {
        self.dataset
    }
}

impl GapFigures {
    /// Share of the sessions that reach the goal, 0 to 1.
    pub(crate) fn goal_rate(&self) -> Option<f64> {
        let sessions = self.summary.sessions;
        let reached = self.reach_goal.filter(|_| sessions > 0)?;
        Some(reached as f64 / sessions as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::timestamp::Timestamp;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn a_session_that_sees_the_goal_many_times_reaches_it_once(
            rows in proptest::collection::vec((0u32..4, 0i64..900, 0u32..3), 1..120), gap_s in 1i64..60,
        ) {
            let dataset = Dataset::of_rows(rows.iter().map(|&(user, s, page)| {
                (format!("u{user}"), Timestamp::from_us(s * 1_000_000).unwrap(), format!("/{page}"))
            }));
            let gap = Gap::from_us(gap_s * 1_000_000).unwrap();
            let figures = Probe::new(&dataset, Some(0)).at(gap);
            let sessions = crate::engine::sessionize::sessionize(&dataset, gap);
            let rows = (0..dataset.n_rows()).filter(|&row| dataset.page()[row] == 0);
            let reached: BTreeSet<usize> = rows.map(|row| sessions.containing(row)).collect();
            prop_assert_eq!(figures.reach_goal, Some(reached.len() as u64));
            prop_assert_eq!(figures.goal_rate(), Some(reached.len() as f64 / sessions.len() as f64));
        }
    }

    #[test]
    fn without_a_goal_or_a_session_no_share_reaches_it() {
        let empty = Dataset::default();
        assert_eq!(Probe::new(&empty, None).at(Gap::DEFAULT).goal_rate(), None);
        assert_eq!(
            Probe::new(&empty, Some(0)).at(Gap::DEFAULT).goal_rate(),
            None
        );
    }
}
