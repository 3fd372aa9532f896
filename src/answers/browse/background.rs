//! What the explorer needs that takes long to compute and does not depend on the gap. Answers floor.
//!
//! Computed once, in the background. Lists work without it, but gain from it: the order of texts, the dwell times of
//! pages, the ladder of gaps.

use crate::answers::gaps::Machines;
use crate::engine::dataset::Dataset;
use crate::engine::dictionary::Dictionary;
use crate::engine::probe::GapFigures;
use crate::engine::probe::Probe;
use crate::engine::study::ValleyStudy;
use crate::words::gap::Gap;

/// Facts about all pageviews at every gap.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Background {
    /// What the pauses say about the gap to choose.
    pub valley: ValleyStudy,
    /// For each user, by index, the place of its id in byte order.
    pub user_rank: Vec<u32>,
    /// For each page, by index, its place in byte order.
    pub page_rank: Vec<u32>,
    /// How often each page, by index, was seen.
    pub page_views: Vec<u32>,
    /// Users who pause like machines.
    pub machines: Machines,
    /// The figures at the gaps asked for and at the gap to keep, ascending.
    pub ladder: Vec<GapFigures>,
    dwell: Dwell,
}

impl Background {
    /// Computes everything for `dataset`, with the figures at `gaps`; `in_use` is kept if it is good. Asks
    /// `keep_going` now and then, and returns `None` as soon as the answer is no.
    pub(crate) fn of(
        dataset: &Dataset,
        gaps: &[Gap],
        in_use: Gap,
        keep_going: &dyn Fn() -> bool,
    ) -> Option<Background> {
        let valley = ValleyStudy::of(dataset, in_use, keep_going)?;
        let mut gaps: Vec<Gap> = gaps.iter().copied().chain(valley.keep).collect();
        gaps.sort_unstable();
        gaps.dedup();
        let mut probe = Probe::new(dataset, None);
        let mut ladder = Vec::with_capacity(gaps.len());
        for gap in gaps {
            keep_going().then_some(())?;
            ladder.push(probe.at(gap));
        }
        drop(probe);
        keep_going().then_some(())?;
        let user_rank = ranks(dataset.users());
        keep_going().then_some(())?;
        let page_rank = ranks(dataset.pages());
        let dwell = Dwell::of(dataset, keep_going)?;
        let mut page_views = vec![0; dataset.pages().len()];
        for &page in dataset.page() {
            page_views[page as usize] += 1;
        }
        Some(Background {
            machines: Machines::of(dataset),
            page_views,
            valley,
            user_rank,
            page_rank,
            ladder,
            dwell,
        })
    }

    /// The median of a page's known dwell times at a gap, microseconds: of its pauses shorter than the gap. With an
    /// even number, the mean of the two middle ones. `None` if every view was an exit.
    pub(crate) fn median_dwell_us(&self, page: u32, gap: Gap) -> Option<i64> {
        self.dwell.median_us(page as usize, gap)
    }
}

/// By index, the place in byte order.
fn ranks(texts: &Dictionary) -> Vec<u32> {
    let mut ranks = vec![0; texts.len()];
    for (rank, index) in (0..).zip(texts.in_text_order()) {
        ranks[index as usize] = rank;
    }
    ranks
}

/// The pause after each pageview, by page and ascending.
///
/// Microseconds as `f32`: four bytes a pageview and seven digits, of which a screen shows four.
#[derive(Clone, Debug, Default, PartialEq)]
struct Dwell {
    /// First pause of each page, and one more entry: the number of pauses.
    starts: Vec<u32>,
    pauses_us: Vec<f32>,
}

impl Dwell {
    fn of(dataset: &Dataset, keep_going: &dyn Fn() -> bool) -> Option<Dwell> {
        let n_pages = dataset.pages().len();
        let mut starts = vec![0u32; n_pages + 1];
        for_each_pause(dataset, |page, _| starts[page + 1] += 1);
        for page in 0..n_pages {
            starts[page + 1] += starts[page];
        }
        keep_going().then_some(())?;
        let mut next = starts.clone();
        let mut pauses_us = vec![0f32; starts[n_pages] as usize];
        for_each_pause(dataset, |page, pause_us| {
            pauses_us[next[page] as usize] = pause_us as f32;
            next[page] += 1;
        });
        for ends in starts.windows(2) {
            keep_going().then_some(())?;
            pauses_us[ends[0] as usize..ends[1] as usize].sort_unstable_by(f32::total_cmp);
        }
        Some(Dwell { starts, pauses_us })
    }

    fn median_us(&self, page: usize, gap: Gap) -> Option<i64> {
        let pauses = &self.pauses_us[self.starts[page] as usize..self.starts[page + 1] as usize];
        let known = pauses.partition_point(|&pause_us| pause_us < gap.as_us() as f32);
        let (low, high) = (known.checked_sub(1)? / 2, known / 2);
        Some(((f64::from(pauses[low]) + f64::from(pauses[high])) / 2.0) as i64)
    }
}

/// Every pageview that is followed by another of its user: its page and the pause after it.
fn for_each_pause(dataset: &Dataset, mut with: impl FnMut(usize, i64)) {
    let (at, page) = (dataset.at_us(), dataset.page());
    for user in 0..dataset.n_users() {
        let rows = dataset.rows_of(user);
        for row in rows.start..rows.end - 1 {
            with(page[row] as usize, at[row + 1] - at[row]);
        }
    }
}
