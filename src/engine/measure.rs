//! Figures of all sessions at a gap. Engine floor.

use std::ops::Range;

use crate::engine::dataset::Dataset;
use crate::engine::marks::Marks;
use crate::engine::marks::WORD;
use crate::engine::parallel;
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
    sample_us: Vec<i64>,
    /// By part, the durations near the median.
    near_us: Vec<Vec<i64>>,
}

/// Rows that a thread takes at a time.
const PART: usize = 1 << 18;

impl Summarizer {
    /// The summary of `sessions`, which were cut from `dataset` at `gap`. Cannot fail; linear.
    ///
    /// One pass over the sessions, which collects the durations near the median for the exact one to be
    /// selected from them; where that is, a sample of the sessions says beforehand. A sample that misled
    /// costs a second pass, which collects all.
    pub fn summarize(&mut self, dataset: &Dataset, sessions: &Sessions, gap: Gap) -> Summary {
        let (tally, median_us) = self.measure::<true>(dataset, sessions);
        Summary {
            gap,
            users: dataset.n_users() as u64,
            pageviews: dataset.n_rows() as u64,
            sessions: sessions.len() as u64,
            bounces: tally.bounces,
            total_duration_us: tally.total_us as i128,
            median_duration_us: median_us,
        }
    }

    /// The median duration of the sessions of two pageviews or more, as [`Summary::median_duration_us`] is that of
    /// all, which says nothing where most are bounces. `None` if all are. Costs as much as a summary.
    pub fn median_without_bounces(
        &mut self,
        dataset: &Dataset,
        sessions: &Sessions,
    ) -> Option<i64> {
        self.measure::<false>(dataset, sessions).1
    }

    /// What is counted of the sessions, and the median of their durations, with or without those of bounces.
    fn measure<const WITH_BOUNCES: bool>(
        &mut self,
        dataset: &Dataset,
        sessions: &Sessions,
    ) -> (FigureTally, Option<i64>) {
        let (at, starts) = (dataset.at_us(), sessions.starts());
        let n = |tally: &FigureTally| {
            let bounces = if WITH_BOUNCES { 0 } else { tally.bounces };
            sessions.len() as u64 - bounces
        };
        let window = sample::<WITH_BOUNCES>(at, starts, &mut self.sample_us);
        let mut tally = self.tally::<WITH_BOUNCES>(at, starts, &window);
        let mut median_us = self.median(n(&tally), &window, &tally);
        if median_us.is_none() && n(&tally) > 0 {
            tally = self.tally::<WITH_BOUNCES>(at, starts, &Window::ALL);
            median_us = self.median(n(&tally), &Window::ALL, &tally);
        }
        (tally, median_us)
    }

    fn tally<const WITH_BOUNCES: bool>(
        &mut self,
        at: &[i64],
        starts: &Marks,
        window: &Window,
    ) -> FigureTally {
        let parts = parallel::ranges(at.len(), PART);
        self.near_us.resize_with(parts.len(), Vec::new);
        let tallies = parallel::each(parts.zip(&mut self.near_us), |(rows, near_us)| {
            near_us.clear();
            tally::<WITH_BOUNCES>(at, starts, rows, window, near_us)
        });
        tallies
            .into_iter()
            .fold(FigureTally::default(), FigureTally::plus)
    }

    /// The median of `n` durations; `None` without any, or if it does not lie within the window.
    fn median(&mut self, n: u64, window: &Window, tally: &FigureTally) -> Option<i64> {
        let (near_us, others) = self.near_us.split_first_mut()?;
        others
            .iter()
            .for_each(|other| near_us.extend_from_slice(other));
        let mut nth = |rank: u64| window.nth(rank, tally, near_us);
        let (lower, upper) = (nth(n.checked_sub(1)? / 2)?, nth(n / 2)?);
        Some(lower + (upper - lower) / 2)
    }
}

/// Durations between which the median is looked for, microseconds, both ends included.
#[derive(Clone, Copy, Debug)]
struct Window {
    low: i64,
    high: i64,
    /// A duration within that many sessions may share, as bounces share 0: counted, not collected.
    common: i64,
}

impl Window {
    /// Every duration there can be.
    const ALL: Window = Window {
        low: 0,
        high: i64::MAX,
        common: 0,
    };

    /// The duration that `rank` others are shorter than or equal to, of those that were tallied and
    /// collected in this window; `None` if it lies outside.
    fn nth(&self, rank: u64, tally: &FigureTally, near_us: &mut [i64]) -> Option<i64> {
        let rank = usize::try_from(rank.checked_sub(tally.below)?).ok()?;
        let common = tally.common as usize;
        let shorter = near_us.iter().filter(|&&us| us < self.common).count();
        let place = match rank {
            _ if rank < shorter => rank,
            _ if rank < shorter + common => return Some(self.common),
            _ => rank - common,
        };
        (place < near_us.len()).then(|| *near_us.select_nth_unstable(place).1)
    }
}

/// Looks at sessions all over, and says between which durations the median of all will lie.
fn sample<const WITH_BOUNCES: bool>(
    at: &[i64],
    starts: &Marks,
    sample_us: &mut Vec<i64>,
) -> Window {
    /// Words of rows that are looked at, of eight times as many: some ten thousand sessions.
    const WORDS: usize = 1 << 10;
    if at.len() < 8 * WORDS * WORD {
        return Window::ALL;
    }
    sample_us.clear();
    for row in (0..at.len()).step_by(at.len() / WORDS) {
        let spans = starts.spans(row..row + WORD);
        let spans = spans.filter(|rows| WITH_BOUNCES || rows.len() > 1);
        sample_us.extend(spans.map(|rows| at[rows.end - 1] - at[rows.start]));
    }
    // Sessions of neighbouring rows are often one user's and alike: as if a tenth of them had been looked
    // at, whose middle is off by one percent of the ranks. Four times that to both sides.
    let mut at_share = |percent: usize| {
        let place = sample_us.len() * percent / 100;
        (!sample_us.is_empty()).then(|| *sample_us.select_nth_unstable(place).1)
    };
    match (at_share(46), at_share(50), at_share(54)) {
        (Some(low), Some(common), Some(high)) => Window { low, high, common },
        _ => Window::ALL,
    }
}

/// What is counted of some sessions.
#[derive(Clone, Copy, Debug, Default)]
struct FigureTally {
    bounces: u64,
    total_us: u128,
    /// Durations below the window.
    below: u64,
    /// Durations that are the window's common one.
    common: u64,
}

impl FigureTally {
    fn plus(self, other: FigureTally) -> FigureTally {
        FigureTally {
            bounces: self.bounces + other.bounces,
            total_us: self.total_us + other.total_us,
            below: self.below + other.below,
            common: self.common + other.common,
        }
    }
}

/// Tallies the sessions that start in these rows, and collects the durations within the window, those of bounces only
/// if they are wanted.
fn tally<const WITH_BOUNCES: bool>(
    at: &[i64],
    starts: &Marks,
    rows: Range<usize>,
    window: &Window,
    near_us: &mut Vec<i64>,
) -> FigureTally {
    let mut tally = FigureTally::default();
    let width = (window.high - window.low) as u64;
    let mut n_near = 0;
    starts.spans(rows).for_each(|rows| {
        let us = at[rows.end - 1] - at[rows.start];
        tally.bounces += u64::from(rows.len() == 1);
        tally.total_us += us as u128;
        let counts = WITH_BOUNCES || rows.len() > 1;
        tally.below += u64::from(counts & (us < window.low));
        let is_common = counts & (us == window.common);
        tally.common += u64::from(is_common);
        // Written to the next free place and kept only if it is near: whether it is, is hard to predict,
        // and a store costs less than a wrong guess.
        if n_near == near_us.len() {
            near_us.resize((2 * n_near).max(WORD), 0);
        }
        near_us[n_near] = us;
        n_near += usize::from((us.wrapping_sub(window.low) as u64 <= width) & !is_common & counts);
    });
    near_us.truncate(n_near);
    tally
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::sessionize::sessionize;
    use crate::words::timestamp::Timestamp;
    use proptest::prelude::*;

    fn summary_of(pageviews: &[(u32, i64)]) -> Summary {
        let seconds = pageviews.iter().map(|&(user, s)| (user, s * 1_000_000));
        let dataset = dataset_of(seconds);
        let sessions = sessionize(&dataset, Gap::DEFAULT);
        Summarizer::default().summarize(&dataset, &sessions, Gap::DEFAULT)
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
        assert_eq!(summary.mean_duration_s(), Some(2.0 / 3.0));
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

    /// The figures session by session, all durations sorted.
    fn plainly(dataset: &Dataset, sessions: &Sessions, gap: Gap) -> Summary {
        let spans: Vec<_> = sessions.spans(0..dataset.n_rows()).collect();
        let mut durations_us: Vec<i64> = spans
            .iter()
            .map(|rows| dataset.at_us()[rows.end - 1] - dataset.at_us()[rows.start])
            .collect();
        durations_us.sort_unstable();
        let (lower, upper) = (
            durations_us.len().saturating_sub(1) / 2,
            durations_us.len() / 2,
        );
        Summary {
            gap,
            users: dataset.n_users() as u64,
            pageviews: dataset.n_rows() as u64,
            sessions: spans.len() as u64,
            bounces: spans.iter().filter(|rows| rows.len() == 1).count() as u64,
            total_duration_us: durations_us.iter().map(|&us| i128::from(us)).sum(),
            median_duration_us: durations_us
                .get(upper)
                .map(|upper| (durations_us[lower] + upper) / 2),
        }
    }

    fn median_without_bounces(dataset: &Dataset, sessions: &Sessions) -> Option<i64> {
        let spans = sessions.spans(0..dataset.n_rows());
        let mut durations_us: Vec<i64> = spans
            .filter(|rows| rows.len() > 1)
            .map(|rows| dataset.at_us()[rows.end - 1] - dataset.at_us()[rows.start])
            .collect();
        durations_us.sort_unstable();
        let upper = durations_us.get(durations_us.len() / 2)?;
        Some((durations_us[(durations_us.len() - 1) / 2] + upper) / 2)
    }

    /// Dataset of some users with these times, and no page.
    fn dataset_of(rows: impl Iterator<Item = (u32, i64)>) -> Dataset {
        Dataset::of_rows(rows.map(|(user, us)| {
            let at = Timestamp::from_us(us).unwrap();
            (format!("u{user:02}"), at, "/")
        }))
    }

    proptest! {
        #[test]
        fn a_summary_is_what_one_would_count(
            rows in proptest::collection::vec((0u32..9, 0i64..4_000), 0..400),
            gap_s in 1i64..100,
        ) {
            let dataset = dataset_of(rows.into_iter().map(|(user, s)| (user, s * 1_000_000)));
            let gap = Gap::from_us(gap_s * 1_000_000).unwrap();
            let sessions = sessionize(&dataset, gap);
            let summary = Summarizer::default().summarize(&dataset, &sessions, gap);
            prop_assert_eq!(summary, plainly(&dataset, &sessions, gap));
            prop_assert_eq!(
                Summarizer::default().median_without_bounces(&dataset, &sessions),
                median_without_bounces(&dataset, &sessions)
            );
        }

        #[test]
        fn what_lies_in_a_window_is_collected_and_what_is_common_or_below_counted(
            rows in proptest::collection::vec((0u32..9, 0i64..200), 0..200),
            (low, common, high) in (0i64..40, 0i64..20, 0i64..20).prop_map(|(low, a, b)| (low, low + a, low + a + b)),
            gap in 1i64..30,
        ) {
            let dataset = dataset_of(rows.into_iter());
            let sessions = sessionize(&dataset, Gap::from_us(gap).unwrap());
            let window = Window { low, high, common };
            let all = 0..dataset.n_rows();
            let mut durations_us: Vec<i64> = sessions
                .spans(all.clone())
                .map(|rows| dataset.at_us()[rows.end - 1] - dataset.at_us()[rows.start])
                .collect();
            let mut near_us = Vec::new();
            let tally = tally::<true>(dataset.at_us(), sessions.starts(), all, &window, &mut near_us);
            prop_assert_eq!(tally.below, durations_us.iter().filter(|&&us| us < low).count() as u64);
            prop_assert_eq!(tally.common, durations_us.iter().filter(|&&us| us == common).count() as u64);
            durations_us.retain(|us| (low..=high).contains(us) && *us != common);
            prop_assert_eq!(near_us, durations_us);
        }

        #[test]
        fn the_median_is_exact_wherever_the_sample_looked(
            durations_us in proptest::collection::vec(0i64..50, 1..60),
            low in 0i64..50,
            width in 0i64..50,
            within in any::<prop::sample::Index>(),
        ) {
            let common = low + within.index(width as usize + 1) as i64;
            let window = Window { low, high: low + width, common };
            let mut sorted = durations_us.clone();
            sorted.sort_unstable();
            let tally = FigureTally {
                below: sorted.iter().filter(|&&us| us < low).count() as u64,
                common: sorted.iter().filter(|&&us| us == common).count() as u64,
                ..FigureTally::default()
            };
            let mut near_us: Vec<i64> = durations_us
                .into_iter()
                .filter(|us| (window.low..=window.high).contains(us) && *us != common)
                .collect();
            for (rank, us) in sorted.into_iter().enumerate() {
                let expected = (window.low..=window.high).contains(&us).then_some(us);
                prop_assert_eq!(window.nth(rank as u64, &tally, &mut near_us), expected);
            }
        }
    }

    /// Sessions of three pageviews and bounces, in turn; the durations of the former are spread evenly.
    fn mixed(n_rows: i64) -> Dataset {
        let mut at = 0;
        dataset_of((0..n_rows).map(|row| {
            at += match row % 4 {
                1 => row * 7_919 % 100_003,
                2 => row * 104_729 % 50_021,
                _ => 1_000_000,
            };
            ((row / 100_000) as u32, at)
        }))
    }

    #[test]
    fn a_sample_leaves_few_durations_to_select_the_median_from() {
        let dataset = mixed(600_000);
        let sessions = sessionize(&dataset, Gap::from_us(500_000).unwrap());
        let mut durations_us: Vec<i64> = sessions
            .spans(0..dataset.n_rows())
            .filter(|rows| rows.len() > 1)
            .map(|rows| dataset.at_us()[rows.end - 1] - dataset.at_us()[rows.start])
            .collect();
        durations_us.sort_unstable();
        let mut sample_us = Vec::new();
        let window = sample::<false>(dataset.at_us(), sessions.starts(), &mut sample_us);
        let share = |us: i64| {
            durations_us.partition_point(|&other| other < us) as f64 / durations_us.len() as f64
        };
        assert!((0.43..0.49).contains(&share(window.low)), "{window:?}");
        assert!((0.47..0.53).contains(&share(window.common)), "{window:?}");
        assert!((0.51..0.57).contains(&share(window.high)), "{window:?}");
        assert!(
            (5_000..50_000).contains(&sample_us.len()),
            "{}",
            sample_us.len()
        );
    }

    #[test]
    fn a_median_that_is_selected_from_few_durations_is_exact() {
        let dataset = mixed(600_000);
        let mut summarizer = Summarizer::default();
        for gap in ["20ms", "500ms"] {
            let gap = gap.parse().unwrap();
            let sessions = sessionize(&dataset, gap);
            let summary = summarizer.summarize(&dataset, &sessions, gap);
            assert_eq!(summary, plainly(&dataset, &sessions, gap), "{gap}");
            assert_eq!(
                summarizer.median_without_bounces(&dataset, &sessions),
                median_without_bounces(&dataset, &sessions),
                "{gap}"
            );
        }
    }

    #[test]
    fn a_sample_that_misleads_does_not_change_the_median() {
        // Enough rows for a sample, which looks at every so many rows; there are the long sessions.
        let step = |row: i64| {
            if row / 64 % 8 == 0 {
                1_000_000
            } else {
                3_000_000
            }
        };
        let mut at = 0;
        let rows: Vec<(u32, i64)> = (0..600_000)
            .map(|row| {
                at += step(row);
                ((row / 40_000) as u32, at)
            })
            .collect();
        let dataset = dataset_of(rows.into_iter());
        let mut summarizer = Summarizer::default();
        for gap in ["1s", "2s", "3s", "1h"] {
            let gap = gap.parse().unwrap();
            let sessions = sessionize(&dataset, gap);
            let summary = summarizer.summarize(&dataset, &sessions, gap);
            assert_eq!(summary, plainly(&dataset, &sessions, gap), "{gap}");
            assert_eq!(
                summarizer.median_without_bounces(&dataset, &sessions),
                median_without_bounces(&dataset, &sessions),
                "{gap}"
            );
        }
    }
}
