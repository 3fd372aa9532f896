//! Figures of all sessions at a gap. Engine floor.

use std::ops::Range;

use crate::engine::dataset::Dataset;
use crate::engine::marks::Marks;
use crate::engine::marks::WORD;
use crate::engine::parallel;
use crate::engine::sessionize::Sessions;
use crate::words::gap::Gap;

/// The figures at one gap. Figures over no session are `None`.
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
    /// Median duration in microseconds. With an even number of sessions, the mean of the two middle ones, cut off to
    /// whole microseconds.
    pub median_duration_us: Option<i64>,
}

impl Summary {
    /// The summary of no sessions.
    pub fn of_nothing(gap: Gap) -> Summary {
        Summary {
            gap,
            users: 0,
            pageviews: 0,
            sessions: 0,
            bounces: 0,
            total_duration_us: 0,
            median_duration_us: None,
        }
    }

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

/// Makes summaries, and keeps its memory from one gap to the next.
#[derive(Clone, Debug, Default)]
pub struct Summarizer {
    sample_us: Vec<i64>,
    /// By part, the durations near the median.
    near_us: Vec<Vec<i64>>,
}

/// Rows that a thread handles at a time.
const PART: usize = 1 << 18;

impl Summarizer {
    /// The summary of `sessions`, which were cut from `dataset` at `gap`. Cannot fail; linear.
    ///
    /// A sample of the sessions says about where the median is. One pass over all sessions then collects the durations
    /// near it, and the exact median is selected from these. If the sample misled, a second pass collects all
    /// durations.
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

    /// The median duration of the sessions of two pageviews or more. [`Summary::median_duration_us`] covers all
    /// sessions, and says little if most are bounces. `None` if all are bounces. Costs as much as a summary.
    pub fn median_without_bounces(
        &mut self,
        dataset: &Dataset,
        sessions: &Sessions,
    ) -> Option<i64> {
        self.measure::<false>(dataset, sessions).1
    }

    /// The counts of the sessions, and the median of their durations, with or without bounces.
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
            tally = self.tally::<WITH_BOUNCES>(at, starts, &DurationWindow::ALL);
            median_us = self.median(n(&tally), &DurationWindow::ALL, &tally);
        }
        (tally, median_us)
    }

    fn tally<const WITH_BOUNCES: bool>(
        &mut self,
        at: &[i64],
        starts: &Marks,
        window: &DurationWindow,
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
    fn median(&mut self, n: u64, window: &DurationWindow, tally: &FigureTally) -> Option<i64> {
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
struct DurationWindow {
    low: i64,
    high: i64,
    /// A duration in the window that many sessions may share, as bounces share 0. It is counted, not collected.
    common: i64,
}

impl DurationWindow {
    /// All possible durations.
    const ALL: DurationWindow = DurationWindow {
        low: 0,
        high: i64::MAX,
        common: 0,
    };

    /// The duration at `rank`, from 0, in ascending order; `None` if it lies outside this window.
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

/// Samples sessions everywhere, and says between which durations the median of all will lie.
fn sample<const WITH_BOUNCES: bool>(
    at: &[i64],
    starts: &Marks,
    sample_us: &mut Vec<i64>,
) -> DurationWindow {
    /// Words of rows in the sample: about ten thousand sessions. A dataset of less than eight times as many words is
    /// not sampled.
    const WORDS: usize = 1 << 10;
    if at.len() < 8 * WORDS * WORD {
        return DurationWindow::ALL;
    }
    sample_us.clear();
    for row in (0..at.len()).step_by(at.len() / WORDS) {
        let spans = starts.spans(row..row + WORD);
        let spans = spans.filter(|rows| WITH_BOUNCES || rows.len() > 1);
        sample_us.extend(spans.map(|rows| at[rows.end - 1] - at[rows.start]));
    }
    // Sessions of neighbouring rows often belong to one user and are alike, so the sample is only as good as one of a
    // tenth. Its middle is off by one percent of the ranks. The window is four times that to both sides.
    let mut at_share = |percent: usize| {
        let place = sample_us.len() * percent / 100;
        (!sample_us.is_empty()).then(|| *sample_us.select_nth_unstable(place).1)
    };
    match (at_share(46), at_share(50), at_share(54)) {
        (Some(low), Some(common), Some(high)) => DurationWindow { low, high, common },
        _ => DurationWindow::ALL,
    }
}

/// Counts of some sessions.
#[derive(Clone, Copy, Debug, Default)]
struct FigureTally {
    bounces: u64,
    total_us: u128,
    /// Durations below the window.
    below: u64,
    /// Durations equal to the window's common one.
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

/// Counts the sessions that start in these rows, and collects the durations within the window; those of bounces only
/// if wanted.
fn tally<const WITH_BOUNCES: bool>(
    at: &[i64],
    starts: &Marks,
    rows: Range<usize>,
    window: &DurationWindow,
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
        // Always written to the next free place, and kept only if it is near. A branch would be hard to predict, and a
        // write costs less than a wrong guess.
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
mod tests;
