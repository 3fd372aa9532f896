//! Measures a dataset at one gap after another. Engine floor.

use crate::engine::dataset::Dataset;
use crate::engine::measure::Summarizer;
use crate::engine::measure::Summary;
use crate::engine::pauses::Pauses;
use crate::engine::sessionize::Sessions;
use crate::words::gap::Gap;

/// Measures a dataset at any gap, and keeps its memory.
#[derive(Debug)]
pub(crate) struct Probe<'d> {
    dataset: &'d Dataset,
    pauses: Pauses,
    sessions: Sessions,
    summarizer: Summarizer,
    /// The rows with the goal's page, ascending.
    goal: Option<Vec<usize>>,
    /// The gap that the sessions are cut at.
    cut_at: Option<Gap>,
    /// Their summary, once it is computed.
    summary: Option<Summary>,
}

/// A figure that follows the gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Figure {
    /// How many sessions.
    Sessions,
    /// Bounces per session.
    BounceRate,
    /// Pageviews per session.
    ViewsASession,
    /// Median duration of all sessions.
    MedianDuration,
    /// Median duration of the sessions of two pageviews or more.
    MedianWithoutBounces,
    /// Share of the sessions that reach the goal.
    GoalRate,
}

impl Figure {
    /// Every figure, in the order in which they are shown.
    pub(crate) const ALL: [Figure; 6] = [
        Figure::Sessions,
        Figure::BounceRate,
        Figure::ViewsASession,
        Figure::MedianDuration,
        Figure::MedianWithoutBounces,
        Figure::GoalRate,
    ];

    /// The figure as it was measured: durations in microseconds, shares from 0 to 1.
    pub(crate) fn of(self, at: &GapFigures) -> Option<f64> {
        let summary = &at.summary;
        match self {
            Figure::Sessions => Some(summary.sessions as f64),
            Figure::BounceRate => summary.bounce_rate(),
            Figure::ViewsASession => summary.pageviews_per_session(),
            Figure::MedianDuration => summary.median_duration_us.map(|us| us as f64),
            Figure::MedianWithoutBounces => at.median_without_bounces_us.map(|us| us as f64),
            Figure::GoalRate => at.goal_rate(),
        }
    }
}

/// The figures at a gap, and some that cost too much to compute whenever the gap moves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct GapFigures {
    /// The figures that are computed whenever the gap moves.
    pub summary: Summary,
    /// Median duration of the sessions of two pageviews or more, microseconds.
    pub median_without_bounces_us: Option<i64>,
    /// How many sessions reach the goal; `None` without a goal.
    pub reach_goal: Option<u64>,
}

impl<'d> Probe<'d> {
    /// A probe of this dataset; `goal` is the index of the page that sessions should reach.
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
            cut_at: None,
            summary: None,
        }
    }

    /// The figures at a gap. Costs as much as moving the gap twice.
    pub(crate) fn at(&mut self, gap: Gap) -> GapFigures {
        self.cut(gap);
        GapFigures {
            summary: self.summary(gap),
            median_without_bounces_us: self.median_without_bounces_us(),
            reach_goal: self.reach_goal(),
        }
    }

    /// One figure at a gap, as [`Figure::of`] gives it. Costs only what that figure does.
    pub(crate) fn figure(&mut self, figure: Figure, gap: Gap) -> Option<f64> {
        self.cut(gap);
        let n_sessions = Some(self.sessions.len() as f64).filter(|&n| n > 0.0);
        match figure {
            Figure::Sessions => Some(self.sessions.len() as f64),
            Figure::ViewsASession => n_sessions.map(|n| self.dataset.n_rows() as f64 / n),
            Figure::BounceRate => self.summary(gap).bounce_rate(),
            Figure::MedianDuration => self.summary(gap).median_duration_us.map(|us| us as f64),
            Figure::MedianWithoutBounces => self.median_without_bounces_us().map(|us| us as f64),
            Figure::GoalRate => Some(self.reach_goal()? as f64 / n_sessions?),
        }
    }

    fn cut(&mut self, gap: Gap) {
        if self.cut_at != Some(gap) {
            self.sessions.recut_by(self.dataset, &self.pauses, gap);
            (self.cut_at, self.summary) = (Some(gap), None);
        }
    }

    fn summary(&mut self, gap: Gap) -> Summary {
        let make = || self.summarizer.summarize(self.dataset, &self.sessions, gap);
        *self.summary.get_or_insert_with(make)
    }

    fn median_without_bounces_us(&mut self) -> Option<i64> {
        self.summarizer
            .median_without_bounces(self.dataset, &self.sessions)
    }

    /// How many sessions have a row with the goal's page.
    fn reach_goal(&self) -> Option<u64> {
        let rows = self.goal.as_ref()?;
        let mut last = None;
        let reached = rows.iter().filter(|&&row| {
            let session = Some(self.sessions.containing(row));
            std::mem::replace(&mut last, session) != session
        });
        Some(reached.count() as u64)
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

    proptest! {
        #[test]
        fn a_figure_alone_is_what_it_is_among_all(
            rows in proptest::collection::vec((0u32..4, 0i64..900, 0u32..3), 0..120), gaps in [1i64..900, 1i64..900],
        ) {
            let dataset = Dataset::of_rows(rows.iter().map(|&(user, s, page)| {
                (format!("u{user}"), Timestamp::from_us(s * 1_000_000).unwrap(), format!("/{page}"))
            }));
            let goal = (dataset.n_rows() > 0).then_some(0);
            let mut alone = Probe::new(&dataset, goal);
            for gap in gaps.map(|s| Gap::from_us(s * 1_000_000).unwrap()) {
                let all = Probe::new(&dataset, goal).at(gap);
                for figure in Figure::ALL {
                    prop_assert_eq!(alone.figure(figure, gap), figure.of(&all), "{:?}", figure);
                }
            }
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
