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
    /// A duration within that many sessions may share, as bounces share 0: counted, not collected.
    common: i64,
}

impl DurationWindow {
    /// Every duration there can be.
    const ALL: DurationWindow = DurationWindow {
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
) -> DurationWindow {
    /// Words of rows that are looked at, of eight times as many: some ten thousand sessions.
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
    // Sessions of neighbouring rows are often one user's and alike: as if a tenth of them had been looked
    // at, whose middle is off by one percent of the ranks. Four times that to both sides.
    let mut at_share = |percent: usize| {
        let place = sample_us.len() * percent / 100;
        (!sample_us.is_empty()).then(|| *sample_us.select_nth_unstable(place).1)
    };
    match (at_share(46), at_share(50), at_share(54)) {
        (Some(low), Some(common), Some(high)) => DurationWindow { low, high, common },
        _ => DurationWindow::ALL,
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
mod tests;
