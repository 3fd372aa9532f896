//! The pause before each pageview, in two bytes, which decide most gaps. Engine floor.
//!
//! Derived from the dataset once. Moving the gap then reads two bytes a pageview instead of the eight of its time.
//! Whole seconds are enough if the gap has whole seconds: a pause is at least `n` seconds long iff its whole seconds
//! are at least `n`.

use std::ops::Range;

use crate::engine::dataset::Dataset;
use crate::engine::marks::WORD;
use crate::engine::parallel;
use crate::words::gap::Gap;
use crate::words::timestamp::US_PER_S;

/// Rows that a thread handles at a time.
const PART: usize = WORD << 13;

/// As many gaps have whole seconds that 16 bits hold, with that of none.
pub(super) const GAPS: usize = 1 << 16;

/// The whole seconds of the pause before each row. [`u16::MAX`] stands for every pause of at least that, and for the
/// endless pause before a user's first pageview.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pauses {
    /// By row, and filled up to whole words of [`WORD`] rows.
    whole_s: Vec<u16>,
}

impl Pauses {
    /// The pauses of a dataset. One pass.
    pub fn of(dataset: &Dataset) -> Pauses {
        let at = dataset.at_us();
        let mut whole_s = vec![u16::MAX; at.len().next_multiple_of(WORD)];
        parallel::each(whole_s.chunks_mut(PART).enumerate(), |(part, whole_s)| {
            let rows = part * PART..(part * PART + whole_s.len()).min(at.len());
            let from = rows.start.saturating_sub(1);
            let first = rows.start - from;
            // The very first row has no row before it, and keeps the endless pause.
            let places = whole_s[1 - first..].iter_mut();
            for (place, pair) in places.zip(at[from..rows.end].windows(2)) {
                *place = u16::try_from((pair[1] - pair[0]) / US_PER_S).unwrap_or(u16::MAX);
            }
            for start in user_starts(dataset, rows.clone()) {
                whole_s[start - rows.start] = u16::MAX;
            }
        });
        Pauses { whole_s }
    }

    /// The whole seconds by row, in words. Values after the last row mean nothing.
    pub(super) fn words(&self) -> &[[u16; WORD]] {
        self.whole_s.as_chunks().0
    }

    /// The whole seconds by row. Values after the last row mean nothing.
    pub(super) fn by_row(&self) -> &[u16] {
        &self.whole_s
    }

    /// The whole seconds that a pause of at least the gap has; `None` if whole seconds cannot tell.
    pub(super) fn whole_s_of(gap: Gap) -> Option<u16> {
        let whole_s = u16::try_from(gap.as_us() / US_PER_S).ok()?;
        (gap.as_us() % US_PER_S == 0).then_some(whole_s)
    }
}

/// The first rows of the users whose first row is among `rows`.
pub(super) fn user_starts(dataset: &Dataset, rows: Range<usize>) -> impl Iterator<Item = usize> {
    (dataset.user_of(rows.start)..dataset.n_users())
        .map(|user| dataset.rows_of(user).start)
        .skip_while(move |&start| start < rows.start)
        .take_while(move |&start| start < rows.end)
}
