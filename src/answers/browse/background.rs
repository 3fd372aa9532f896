//! What the explorer needs that takes long to compute and does not depend on the gap. Answers floor.
//!
//! Computed once, in the background. Lists work without it, but gain from it: the order of texts, the dwell times of
//! pages, the ladder of gaps.

use crate::answers::browse::text_facts::TextFacts;
use crate::answers::browse::text_facts::ranks;
use crate::answers::gaps::Machines;
use crate::engine::dataset::Dataset;
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
    /// The order of the pages and their dwell times.
    pub pages: TextFacts,
    /// For each carried column, and for each of its texts by index, its place in byte order.
    pub carried_rank: Vec<Vec<u32>>,
    /// How often each page, by index, was seen.
    pub page_views: Vec<u32>,
    /// Users who pause like machines.
    pub machines: Machines,
    /// The figures at the gaps asked for and at the gap to keep, ascending.
    pub ladder: Vec<GapFigures>,
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
        let pages = TextFacts::of(dataset, dataset.page_values(), keep_going)?;
        let carried_rank = dataset.carried().map(|column| ranks(column.texts));
        let carried_rank = carried_rank.collect();
        let mut page_views = vec![0; dataset.pages().len()];
        for &page in dataset.page() {
            page_views[page as usize] += 1;
        }
        Some(Background {
            machines: Machines::of(dataset),
            page_views,
            valley,
            user_rank,
            pages,
            carried_rank,
            ladder,
        })
    }
}
