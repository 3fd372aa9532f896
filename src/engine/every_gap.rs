//! What is known of every gap of whole seconds up to 18 hours, computed once. Engine floor.
//!
//! Most figures are sums over pauses: there are as many sessions as pauses of at least the gap, they last as long as the
//! pauses below it, and a pageview between two pauses of at least the gap is a bounce. The median is looked for by
//! `medians`. They take three megabytes, however many pageviews there are.

use std::ops::Range;

use crate::engine::dataset::Dataset;
use crate::engine::lifetimes;
use crate::engine::measure::Summary;
use crate::engine::medians::MeasuredRows;
use crate::engine::medians::medians;
use crate::engine::parallel;
use crate::engine::pauses::GAPS;
use crate::engine::pauses::Pauses;
use crate::engine::rows_by_pause::RowsByPause;
use crate::words::gap::Gap;
use crate::words::timestamp::US_PER_S;

/// The most parts that a dataset is cut into. Each needs a few megabytes.
const PARTS: usize = 16;

/// Rows that are worth a thread.
const PART: usize = 1 << 16;

/// The figures of a dataset at every gap of whole seconds that 16 bits hold, and the rows that change between gaps.
#[derive(Clone, Debug, PartialEq)]
pub struct EveryGap {
    rows: RowsByPause,
    users: u64,
    pageviews: u64,
    /// By gap, seconds.
    figures: Vec<FiguresOfGap>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct FiguresOfGap {
    total_us: i128,
    /// `None` if finding it would have cost too much.
    median_us: Option<i64>,
    sessions: u32,
    bounces: u32,
}

impl EveryGap {
    /// The figures of a dataset. Linear: a few passes. Asks `keep_going` now and then, and returns `None` as soon as the
    /// answer is no.
    pub fn of(dataset: &Dataset, keep_going: &(dyn Fn() -> bool + Sync)) -> Option<EveryGap> {
        let pauses = Pauses::of(dataset);
        let pauses_s = &pauses.by_row()[..dataset.n_rows()];
        let n_parts = pauses_s.len().div_ceil(PART).clamp(1, PARTS);
        let parts = lifetimes::parts(pauses_s, n_parts);
        keep_going().then_some(())?;
        let counts = parallel::each(parts.iter().cloned(), |rows| match keep_going() {
            true => PauseSums::of(dataset, pauses_s, rows),
            false => PauseSums::of_nothing(),
        });
        let sums = counts.into_iter().reduce(PauseSums::plus);
        let sums = sums.unwrap_or_else(PauseSums::of_nothing);
        let (sessions, bounces) = (from_end(&sums.pauses), from_end(&sums.bounces));
        keep_going().then_some(())?;
        let rows = MeasuredRows {
            at: dataset.at_us(),
            pauses_s,
            parts: &parts,
            sessions: &sessions,
            bounces: &bounces,
            keep_going,
        };
        let medians = medians(rows)?;
        keep_going().then_some(())?;
        let mut total_us = 0;
        let figures = (0..GAPS).map(|gap_s| {
            let at_gap = FiguresOfGap {
                total_us,
                median_us: medians[gap_s],
                sessions: sessions[gap_s],
                bounces: bounces[gap_s],
            };
            total_us += sums.total_us(gap_s);
            at_gap
        });
        Some(EveryGap {
            rows: RowsByPause::of(pauses_s, &sums.pauses),
            users: dataset.n_users() as u64,
            pageviews: dataset.n_rows() as u64,
            figures: figures.collect(),
        })
    }

    /// The rows that start a session at only one of two gaps; `None` if they are not known.
    pub(super) fn rows_between(&self, one: Gap, other: Gap) -> Option<&[u32]> {
        let [one_s, other_s] = [one, other].map(Pauses::whole_s_of);
        self.rows.between(one_s?, other_s?)
    }

    /// The figures at a gap: those that a [`Summarizer`](crate::engine::measure::Summarizer) gives. `None` if they are
    /// not known: for a gap that is not of whole seconds or too long, and where the median would have cost too much.
    pub fn at(&self, gap: Gap) -> Option<Summary> {
        let figures = self.figures[usize::from(Pauses::whole_s_of(gap)?)];
        Some(Summary {
            gap,
            users: self.users,
            pageviews: self.pageviews,
            sessions: u64::from(figures.sessions),
            bounces: u64::from(figures.bounces),
            total_duration_us: figures.total_us,
            median_duration_us: Some(figures.median_us?),
        })
    }
}

/// Sums by whole seconds of a pause.
struct PauseSums {
    /// How many pauses.
    pauses: Vec<u32>,
    /// How much longer they are than their whole seconds, microseconds; not of the longest ones.
    rests_us: Vec<u64>,
    /// By the shorter of the pauses around it, how many pageviews.
    bounces: Vec<u32>,
}

impl PauseSums {
    fn of_nothing() -> PauseSums {
        PauseSums {
            pauses: vec![0; GAPS],
            rests_us: vec![0; GAPS],
            bounces: vec![0; GAPS],
        }
    }

    fn of(dataset: &Dataset, pauses_s: &[u16], rows: Range<usize>) -> PauseSums {
        let at = dataset.at_us();
        let mut sums = PauseSums::of_nothing();
        // A part begins and ends with an endless pause.
        let mut before_s = u16::MAX;
        for row in rows.clone() {
            let after_s = match row + 1 == rows.end {
                true => u16::MAX,
                false => pauses_s[row + 1],
            };
            sums.pauses[usize::from(before_s)] += 1;
            sums.bounces[usize::from(before_s.min(after_s))] += 1;
            if before_s < u16::MAX {
                let pause_us = at[row] - at[row - 1];
                sums.rests_us[usize::from(before_s)] +=
                    (pause_us - i64::from(before_s) * US_PER_S) as u64;
            }
            before_s = after_s;
        }
        sums
    }

    fn plus(mut self, other: PauseSums) -> PauseSums {
        add(&mut self.pauses, &other.pauses);
        add(&mut self.rests_us, &other.rests_us);
        add(&mut self.bounces, &other.bounces);
        self
    }

    /// How long the pauses of these whole seconds are together.
    fn total_us(&self, whole_s: usize) -> i128 {
        let whole_us = whole_s as i128 * i128::from(US_PER_S);
        i128::from(self.pauses[whole_s]) * whole_us + i128::from(self.rests_us[whole_s])
    }
}

fn add<T: Copy + std::ops::AddAssign>(sums: &mut [T], others: &[T]) {
    sums.iter_mut()
        .zip(others)
        .for_each(|(sum, &other)| *sum += other);
}

/// By place, the sum from there to the end.
fn from_end(counts: &[u32]) -> Vec<u32> {
    let mut sums = counts.to_vec();
    for place in (0..sums.len() - 1).rev() {
        sums[place] += sums[place + 1];
    }
    sums
}

#[cfg(test)]
mod tests;
