//! Where the two kinds of pauses cross, and how many pauses each gap puts on the wrong side. Engine floor.

use crate::engine::study::flanks;
use crate::engine::study::flanks::RightFlank;
use crate::engine::study::grid::CELLS;
use crate::engine::study::grid::Cells;
use crate::engine::study::grid::STEP;
use crate::engine::study::grid::cell_of;
use crate::engine::study::grid::middle;
use crate::engine::study::grid::position;
use crate::engine::study::kinds::PausesByKind;
use crate::engine::study::valley::Valley;
use crate::engine::study::valley::smooth;

/// Seconds. Longer pauses are shaped by the hours of the day, so they are ignored unless the valley is near.
const DAY_SHAPES_S: f64 = 8.0 * 3_600.0;
/// In a deep valley only this lower part of the left hill is fitted: the hill itself may have several kinds.
const LEFT_PART: f64 = 0.6;

/// Two kinds of pauses on both sides of a valley.
#[derive(Clone, Debug)]
pub(super) struct Fit {
    pub(super) valley: Valley,
    /// The gap at which a pause is as likely to lie within a session as between two, ln seconds.
    pub(super) crossing: f64,
    /// For each cell, pauses within sessions of at least its lower end. A gap there would cut them.
    split: Cells,
    /// For each cell, pauses between sessions shorter than that. A gap there would not cut them.
    merged: Cells,
}

impl Fit {
    /// `None` without a valley between two hills, or where the curves do not cross in it.
    pub(super) fn of(counts: &Cells, bandwidth: f64, right: RightFlank) -> Option<Fit> {
        let smoothed = smooth(counts, bandwidth);
        let valley = Valley::of(&smoothed)?;
        let (first, last) = looked_at(counts, &smoothed, &valley);
        let curves = flanks::fit(counts, first..=last, valley.bottom, right);
        let [mut within, mut between] = curves.each_ref().map(flanks::heights);
        // Outside the fitted range, what the other curve does not explain counts as of the own kind.
        for cell in 0..first {
            within[cell] = within[cell].max(counts[cell] - between[cell]);
        }
        for cell in last + 1..CELLS {
            between[cell] = between[cell].max(counts[cell] - within[cell]);
        }
        let parts = |cell: usize| match cell {
            _ if cell < valley.left => {
                let tail = between[cell].min(counts[cell]);
                (counts[cell] - tail, tail)
            }
            _ if cell > valley.right => {
                let tail = within[cell].min(counts[cell]);
                (tail, counts[cell] - tail)
            }
            _ => {
                let within = counts[cell] * within[cell] / (within[cell] + between[cell]);
                (within, counts[cell] - within)
            }
        };
        let (mut split, mut merged) = ([0.0; CELLS], [0.0; CELLS]);
        for cell in (0..CELLS).rev() {
            split[cell] = parts(cell).0 + split.get(cell + 1).copied().unwrap_or(0.0);
        }
        for cell in 1..CELLS {
            merged[cell] = parts(cell - 1).1 + merged[cell - 1];
        }
        let odds = |cell: usize| between[cell].ln() - within[cell].ln();
        let crossing_cell = (valley.left..valley.right)
            .filter(|&cell| odds(cell) < 0.0 && odds(cell + 1) >= 0.0)
            .min_by(|&a, &b| {
                (split[a + 1] + merged[a + 1]).total_cmp(&(split[b + 1] + merged[b + 1]))
            })?;
        let along = -odds(crossing_cell) / (odds(crossing_cell + 1) - odds(crossing_cell));
        Some(Fit {
            crossing: middle(crossing_cell) + along * STEP,
            valley,
            split,
            merged,
        })
    }

    /// How many pauses a gap (ln seconds) cuts within sessions, and how many it leaves between them.
    pub(super) fn misplaced(&self, gap: f64) -> (f64, f64) {
        let at = position(gap).clamp(0.0, CELLS as f64 - 1.001);
        let (cell, along) = (at as usize, at.fract());
        let between = |counts: &Cells| (1.0 - along) * counts[cell] + along * counts[cell + 1];
        (between(&self.split), between(&self.merged))
    }

    /// The pauses of each cell by kind.
    pub(super) fn kinds(&self) -> Vec<PausesByKind> {
        let end_us = |cell: usize| (middle(cell) - STEP / 2.0).exp() * 1e6;
        let kinds = (0..CELLS - 1).map(|cell| PausesByKind {
            from_us: end_us(cell),
            to_us: end_us(cell + 1),
            within: self.split[cell] - self.split[cell + 1],
            between: self.merged[cell + 1] - self.merged[cell],
        });
        kinds.collect()
    }
}

/// First and last cell that the curves are fitted to.
fn looked_at(counts: &Cells, smoothed: &Cells, valley: &Valley) -> (usize, usize) {
    /// A valley up to this depth is deep.
    const DEEP: f64 = 0.6;
    let mut first = valley.left;
    if valley.depth <= DEEP {
        let floor = smoothed[valley.bottom];
        let wanted = floor + LEFT_PART * (smoothed[valley.left] - floor);
        while first + 16 < valley.bottom && smoothed[first] > wanted {
            first += 1;
        }
    }
    let mut last = valley.right;
    if middle(valley.bottom) <= (DAY_SHAPES_S / 2.0).ln() {
        let day = valley.right.min(cell_of(DAY_SHAPES_S.ln()));
        let pauses: f64 = counts[valley.bottom..=day].iter().sum();
        let above: f64 = counts[valley.bottom..].iter().sum();
        if pauses >= 30.0 && pauses >= 0.02 * above {
            last = day;
        }
    }
    (first, last)
}
