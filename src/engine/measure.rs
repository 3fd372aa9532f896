//! Figures of all sessions at a gap. Engine floor.

use crate::engine::columns::Columns;
use crate::engine::sessionize::Sessions;
use crate::words::gap::Gap;

/// One row per gap: what changes when the gap moves. Figures over no session are `None`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// The gap at which the sessions were cut.
    pub gap: Gap,
    /// How many users.
    pub users: u64,
    /// How many pageviews.
    pub pageviews: u64,
    /// How many sessions.
    pub sessions: u64,
    /// How many sessions of one pageview.
    pub bounces: u64,
    /// Sum of all durations, microseconds.
    pub total_duration_us: i128,
    /// Median duration in microseconds; of an even number of sessions the mean of the two middle ones,
    /// cut off to whole microseconds.
    pub median_duration_us: Option<i64>,
}

impl Summary {
    /// Bounces per session, 0 to 1.
    pub fn bounce_rate(&self) -> Option<f64> {
        self.per_session(self.bounces as f64)
    }

    /// Mean duration in seconds.
    pub fn mean_duration_s(&self) -> Option<f64> {
        self.per_session(self.total_duration_us as f64 / 1e6)
    }

    /// Pageviews per session.
    pub fn pageviews_per_session(&self) -> Option<f64> {
        self.per_session(self.pageviews as f64)
    }

    fn per_session(&self, total: f64) -> Option<f64> {
        (self.sessions > 0).then(|| total / self.sessions as f64)
    }
}

/// Makes summaries, in memory that it keeps from one gap to the next.
#[derive(Clone, Debug, Default)]
pub struct Summarizer {
    durations_us: Vec<i64>,
}

impl Summarizer {
    /// The summary of `sessions`, which were cut from `columns` at `gap`. Cannot fail; linear.
    pub fn summarize(&mut self, columns: &Columns, sessions: &Sessions, gap: Gap) -> Summary {
        let at = columns.at_us();
        let mut bounces = 0;
        let mut total_duration_us = 0i128;
        self.durations_us.clear();
        self.durations_us
            .extend(sessions.starts().windows(2).map(|ends| {
                let duration_us = at[ends[1] as usize - 1] - at[ends[0] as usize];
                bounces += u64::from(ends[1] - ends[0] == 1);
                total_duration_us += i128::from(duration_us);
                duration_us
            }));
        Summary {
            gap,
            users: columns.n_users() as u64,
            pageviews: columns.n_rows() as u64,
            sessions: sessions.len() as u64,
            bounces,
            total_duration_us,
            median_duration_us: median(&mut self.durations_us),
        }
    }
}

/// The median; of an even number of values the mean of the two middle ones, cut off. `None` of no
/// values. Reorders them; linear.
pub fn median(values: &mut [i64]) -> Option<i64> {
    let half = values.len() / 2;
    if values.is_empty() {
        return None;
    }
    let odd = values.len() % 2 == 1;
    let (below, &mut middle, _) = values.select_nth_unstable(half);
    let lower = if odd {
        middle
    } else {
        below.iter().copied().max().unwrap_or(middle)
    };
    Some(lower + (middle - lower) / 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::columns::Arrival;
    use crate::engine::dictionary::Dictionary;
    use crate::engine::sessionize::sessionize;
    use crate::words::timestamp::Timestamp;
    use proptest::prelude::*;

    fn summary_of(pageviews: &[(u32, i64)]) -> Summary {
        let users: Dictionary = ["a", "b", "c"].into_iter().collect();
        let pages: Dictionary = ["/"].into_iter().collect();
        let arrivals: Vec<Arrival> = pageviews
            .iter()
            .map(|&(user, s)| Arrival {
                user,
                page: 0,
                at: Timestamp::from_us(s * 1_000_000).unwrap(),
            })
            .collect();
        let columns = Columns::from_arrivals(&users, pages, &arrivals);
        let sessions = sessionize(&columns, Gap::DEFAULT);
        Summarizer::default().summarize(&columns, &sessions, Gap::DEFAULT)
    }

    #[test]
    fn the_seed_example_is_three_sessions_and_one_bounce() {
        let summary = summary_of(&[(0, 0), (0, 2), (1, 15_721), (1, 15_721), (2, 26_704)]);
        assert_eq!(
            (
                summary.users,
                summary.pageviews,
                summary.sessions,
                summary.bounces
            ),
            (3, 5, 3, 1)
        );
        assert_eq!(summary.total_duration_us, 2_000_000);
        assert_eq!(summary.median_duration_us, Some(0));
        assert_eq!(summary.bounce_rate(), Some(1.0 / 3.0));
        assert_eq!(summary.pageviews_per_session(), Some(5.0 / 3.0));
    }

    #[test]
    fn no_sessions_have_no_rates() {
        let summary = summary_of(&[]);
        assert_eq!(summary.sessions, 0);
        assert_eq!(summary.bounce_rate(), None);
        assert_eq!(summary.mean_duration_s(), None);
        assert_eq!(summary.median_duration_us, None);
    }

    proptest! {
        #[test]
        fn the_median_stands_in_the_middle_of_the_sorted_values(values in proptest::collection::vec(0i64..100, 1..50)) {
            let mut sorted = values.clone();
            sorted.sort_unstable();
            let (low, high) = (sorted[(sorted.len() - 1) / 2], sorted[sorted.len() / 2]);
            prop_assert_eq!(median(&mut values.clone()), Some((low + high) / 2));
        }
    }
}
