//! Facts about the texts of a column, the pages or what is carried, that do not depend on the gap. Answers floor.

use crate::engine::dataset::Dataset;
use crate::engine::dataset::TextValues;
use crate::engine::dictionary::Dictionary;
use crate::words::gap::Gap;

/// The order of a column's texts, and the dwell times of the pageviews that have them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TextFacts {
    /// For each text, by index, its place in byte order.
    pub rank: Vec<u32>,
    dwell: Dwell,
}

impl TextFacts {
    /// Computes them. Asks `keep_going` now and then, and returns `None` as soon as the answer is no.
    pub(crate) fn of(
        dataset: &Dataset,
        column: TextValues<'_>,
        keep_going: &dyn Fn() -> bool,
    ) -> Option<TextFacts> {
        keep_going().then_some(())?;
        let rank = ranks(column.texts);
        keep_going().then_some(())?;
        let dwell = Dwell::of(dataset, column, keep_going)?;
        Some(TextFacts { rank, dwell })
    }

    /// The median of the known dwell times on pageviews with a text, by its index, at a gap; microseconds: of their
    /// pauses shorter than the gap. With an even number, the mean of the two middle ones. `None` if every view was an
    /// exit.
    pub(crate) fn median_dwell_us(&self, text: u32, gap: Gap) -> Option<i64> {
        self.dwell.median_us(text as usize, gap)
    }
}

/// By index, the place in byte order.
pub(super) fn ranks(texts: &Dictionary) -> Vec<u32> {
    let mut ranks = vec![0; texts.len()];
    for (rank, index) in (0..).zip(texts.in_text_order()) {
        ranks[index as usize] = rank;
    }
    ranks
}

/// The pause after each pageview, by text and ascending.
///
/// Microseconds as `f32`: four bytes a pageview and seven digits, of which a screen shows four.
#[derive(Clone, Debug, Default, PartialEq)]
struct Dwell {
    /// First pause of each text, and one more entry: the number of pauses.
    starts: Vec<u32>,
    pauses_us: Vec<f32>,
}

impl Dwell {
    fn of(
        dataset: &Dataset,
        column: TextValues<'_>,
        keep_going: &dyn Fn() -> bool,
    ) -> Option<Dwell> {
        let n_texts = column.texts.len();
        let mut starts = vec![0u32; n_texts + 1];
        for_each_pause(dataset, column.by_row, |text, _| starts[text + 1] += 1);
        for text in 0..n_texts {
            starts[text + 1] += starts[text];
        }
        keep_going().then_some(())?;
        let mut next = starts.clone();
        let mut pauses_us = vec![0f32; starts[n_texts] as usize];
        for_each_pause(dataset, column.by_row, |text, pause_us| {
            pauses_us[next[text] as usize] = pause_us as f32;
            next[text] += 1;
        });
        for ends in starts.windows(2) {
            keep_going().then_some(())?;
            pauses_us[ends[0] as usize..ends[1] as usize].sort_unstable_by(f32::total_cmp);
        }
        Some(Dwell { starts, pauses_us })
    }

    fn median_us(&self, text: usize, gap: Gap) -> Option<i64> {
        let pauses = &self.pauses_us[self.starts[text] as usize..self.starts[text + 1] as usize];
        let known = pauses.partition_point(|&pause_us| pause_us < gap.as_us() as f32);
        let (low, high) = (known.checked_sub(1)? / 2, known / 2);
        Some(((f64::from(pauses[low]) + f64::from(pauses[high])) / 2.0) as i64)
    }
}

/// Every pageview that is followed by another of its user: its text and the pause after it.
fn for_each_pause(dataset: &Dataset, by_row: &[u32], mut with: impl FnMut(usize, i64)) {
    let at = dataset.at_us();
    for user in 0..dataset.n_users() {
        let rows = dataset.rows_of(user);
        for row in rows.start..rows.end - 1 {
            with(by_row[row] as usize, at[row + 1] - at[row]);
        }
    }
}
