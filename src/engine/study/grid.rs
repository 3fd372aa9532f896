//! The working grid: pauses counted by the logarithm of their length, independent of the clock's unit. Engine floor.
//!
//! The buckets of the histogram are narrower than the ticks of a coarse clock. So some are empty and others full only
//! because of the clock. The grid spreads each bucket over the lengths that it stands for.

use std::f64::consts::LN_2;

use crate::engine::study::histogram::PauseHistogram;
use crate::words::timestamp::US_PER_S;

/// Width of a cell: sixteen double the length. In ln seconds, as all positions here.
pub(super) const STEP: f64 = LN_2 / 16.0;
/// Lower end of the first cell: 1/1024 s.
const ORIGIN: f64 = -10.0 * LN_2;
/// Up to 400 days.
pub(super) const CELLS: usize = 561;

/// Pauses by cell. Parts of a pause are spread over cells, so these are not whole numbers.
pub(super) type Cells = [f64; CELLS];

/// What the clocks of log files tick in, microseconds, from the coarsest.
pub(super) const UNITS_US: [i64; 13] = [
    86_400 * US_PER_S,
    3_600 * US_PER_S,
    900 * US_PER_S,
    300 * US_PER_S,
    60 * US_PER_S,
    10 * US_PER_S,
    US_PER_S,
    100_000,
    10_000,
    1_000,
    100,
    10,
    1,
];

/// The middle of a cell, ln seconds.
pub(super) fn middle(cell: usize) -> f64 {
    ORIGIN + STEP * (cell as f64 + 0.5)
}

/// Where a length (ln seconds) lies, in cells from the lower end of the first.
pub(super) fn position(ln_s: f64) -> f64 {
    (ln_s - ORIGIN) / STEP
}

/// The cell of a length (ln seconds). A length beyond either end is in the last cell there.
pub(super) fn cell_of(ln_s: f64) -> usize {
    (position(ln_s).max(0.0) as usize).min(CELLS - 1)
}

/// The first cell whose middle is at least so long (ln seconds); [`CELLS`] if there is none.
pub(super) fn first_from(ln_s: f64) -> usize {
    ((position(ln_s) - 0.5).ceil().max(0.0) as usize).min(CELLS)
}

/// The coarsest customary unit, microseconds, that (almost) every pause is a multiple of. Only buckets much shorter
/// than sixteen units can tell. If these have too few pauses, a finer unit is tried.
pub(super) fn resolution_us(histogram: &PauseHistogram) -> i64 {
    let counted: u64 = histogram.buckets().map(|(.., pauses)| pauses).sum();
    let enough = (counted as f64 * 0.001).max(20.0);
    let is_unit = |unit_us: i64| {
        let (mut seen, mut off) = (0, 0);
        for (from_us, to_us, pauses) in histogram.buckets() {
            if from_us >= unit_us.saturating_mul(16) {
                break;
            }
            seen += pauses;
            let multiple = ((from_us - 1) / unit_us + 1).saturating_mul(unit_us);
            off += if multiple < to_us { 0 } else { pauses };
        }
        seen as f64 >= enough && off as f64 <= 0.001 * seen as f64
    };
    UNITS_US
        .into_iter()
        .find(|&unit_us| is_unit(unit_us))
        .unwrap_or(1)
}

/// How buckets of a histogram are spread over the cells, for a clock with a certain unit.
pub(super) struct Spreading {
    resolution_s: f64,
}

impl Spreading {
    /// For a clock that ticks in units of `resolution_us`.
    pub(super) fn new(resolution_us: i64) -> Spreading {
        Spreading {
            resolution_s: resolution_us as f64 / US_PER_S as f64,
        }
    }

    /// The pauses of a histogram by cell. Pauses of 500 days and more are left out.
    pub(super) fn cells(&self, histogram: &PauseHistogram) -> Cells {
        let mut cells = [0.0; CELLS];
        // A length of 0 stands for less than half a unit.
        let (from, to) = self.ends(1.0 / 16.0, 0.5);
        share_out(
            histogram.zeros as f64,
            from.floor(),
            to.ceil().max(1.0),
            &mut cells,
        );
        for (from_us, to_us, pauses) in histogram.buckets() {
            let (from_s, to_s) = (seconds(from_us), seconds(to_us));
            if to_s > 500.0 * 86_400.0 {
                break;
            }
            let (from, to) = match from_s < 32.0 * self.resolution_s {
                true => {
                    // A pause that the clock shows as k units was between k - 1/2 and k + 1/2 units long.
                    let first = (from_s / self.resolution_s - 1e-9).ceil();
                    let last = ((to_s / self.resolution_s - 1e-9).ceil() - 1.0).max(first);
                    self.ends((first - 0.5).max(0.5), last + 0.5)
                }
                false => (position(from_s.ln()), position(to_s.ln())),
            };
            match to > 0.0 {
                true => share_out(pauses as f64, from, to, &mut cells),
                false => cells[0] += pauses as f64,
            }
        }
        cells
    }

    /// Positions of lengths that are given in units of the clock.
    fn ends(&self, from: f64, to: f64) -> (f64, f64) {
        let at = |units: f64| position((units * self.resolution_s).ln());
        (at(from), at(to))
    }
}

/// Adds `pauses` evenly to the cells between two positions. What would lie before the first cell goes into it.
fn share_out(pauses: f64, from: f64, to: f64, cells: &mut Cells) {
    let from = from.max(0.0);
    let (first, end) = (from as usize, (to.ceil().max(0.0) as usize).min(CELLS));
    for (cell, sum) in cells.iter_mut().enumerate().take(end).skip(first) {
        let overlap = to.min(cell as f64 + 1.0) - from.max(cell as f64);
        *sum += pauses * overlap.max(0.0) / (to - from).max(1e-9);
    }
}

fn seconds(us: i64) -> f64 {
    us as f64 / US_PER_S as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn histogram(pauses_us: &[i64]) -> PauseHistogram {
        let counts: Vec<(i64, u64)> = pauses_us.iter().map(|&pause_us| (pause_us, 1)).collect();
        PauseHistogram::of_counts(1, &counts)
    }

    #[test]
    fn the_grid_goes_to_four_hundred_days() {
        let end_s = (ORIGIN + STEP * CELLS as f64).exp();
        assert!(end_s >= 400.0 * 86_400.0 && middle(CELLS - 2).exp() < 400.0 * 86_400.0);
    }

    #[test]
    fn positions_cells_and_middles_agree() {
        for cell in 0..CELLS {
            assert_eq!(cell_of(middle(cell)), cell);
            assert_eq!(first_from(middle(cell) - 1e-9), cell);
            assert_eq!(first_from(middle(cell) + 1e-9), cell + 1);
        }
        assert_eq!((cell_of(-99.0), cell_of(99.0)), (0, CELLS - 1));
        assert_eq!((first_from(-99.0), first_from(99.0)), (0, CELLS));
    }

    #[test]
    fn the_clock_is_the_coarsest_unit_that_the_pauses_keep_to() {
        for (unit_us, expected_us) in [
            (1, 1),
            (1_000, 1_000),
            (US_PER_S, US_PER_S),
            (2 * US_PER_S, US_PER_S),
            (60 * US_PER_S, 60 * US_PER_S),
            (3_600 * US_PER_S, 3_600 * US_PER_S),
        ] {
            let pauses: Vec<i64> = (0..1_600).map(|k| (k / 4 + 1) * unit_us).collect();
            assert_eq!(resolution_us(&histogram(&pauses)), expected_us);
        }
        assert_eq!(resolution_us(&histogram(&[])), 1);
    }

    #[test]
    fn sharing_out_loses_no_pause() {
        let pauses: Vec<i64> = (0..5_000).map(|k| k * k * 1_003).collect();
        for resolution_us in [1, 1_000, US_PER_S, 60 * US_PER_S] {
            let cells = Spreading::new(resolution_us).cells(&histogram(&pauses));
            let total: f64 = cells.iter().sum();
            assert!((total - 5_000.0).abs() < 1e-6, "{total}");
        }
        // Shorter pauses go into the first cell.
        let cells = Spreading::new(1).cells(&histogram(&[5, 6, 300]));
        assert_eq!((cells[0], cells.iter().sum::<f64>()), (3.0, 3.0));
    }
}
