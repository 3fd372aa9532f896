//! Finds the valley between two hills in the counts. Engine floor.

use crate::engine::study::grid::CELLS;
use crate::engine::study::grid::Cells;
use crate::engine::study::grid::STEP;
use crate::engine::study::grid::first_from;
use crate::engine::study::grid::middle;

/// The range in which gaps are looked for, seconds.
pub(super) const SHORTEST_GAP_S: f64 = 60.0;
pub(super) const LONGEST_GAP_S: f64 = 36_000.0;
/// The gap that everybody uses, seconds. Of two valleys about as deep, the one nearer to it is taken.
pub(super) const CUSTOMARY_GAP_S: f64 = 1_800.0;

/// A valley shallower than this does not count.
pub(super) const SHALLOWEST: f64 = 0.95;

/// How wide the counts of `pauses` are smoothed: the standard deviation of a normal curve, in ln.
pub(super) fn bandwidth(pauses: f64) -> f64 {
    (0.95 * pauses.max(1.0).powf(-0.2)).max(0.15)
}

/// The counts smoothed with a normal curve of that deviation. Beyond both ends the counts are 0.
pub(super) fn smooth(cells: &Cells, bandwidth: f64) -> Cells {
    let reach = (4.0 * bandwidth / STEP) as usize + 1;
    let weight = |away: usize| (-(away as f64 * STEP / bandwidth).powi(2) / 2.0).exp();
    let weights: Vec<f64> = (0..=reach).map(weight).collect();
    let total = 2.0 * weights.iter().sum::<f64>() - weights[0];
    std::array::from_fn(|cell| {
        let around = cell.saturating_sub(reach)..(cell + reach + 1).min(CELLS);
        let sum: f64 = around
            .map(|at| cells[at] * weights[at.abs_diff(cell)])
            .sum();
        sum / total
    })
}

/// A valley of smoothed counts, by cells.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Valley {
    pub(super) bottom: usize,
    /// The hills on both sides.
    pub(super) left: usize,
    pub(super) right: usize,
    /// The lower of the two.
    pub(super) lower_hill: usize,
    /// The count at the bottom divided by that of the lower hill: 0 is as deep as possible, 1 is no valley.
    pub(super) depth: f64,
    /// The bottoms of the valleys that were not chosen.
    pub(super) others: Vec<usize>,
}

impl Valley {
    /// The deepest valley among the gaps that are looked for, with a preference for those near half an hour.
    pub(super) fn of(smoothed: &Cells) -> Option<Valley> {
        let range = first_from(SHORTEST_GAP_S.ln())..=first_from(LONGEST_GAP_S.ln());
        let is_low = |&cell: &usize| {
            smoothed[cell] <= smoothed[cell - 1] && smoothed[cell] <= smoothed[cell + 1]
        };
        let rank = |cell: usize| {
            let away = (middle(cell) - CUSTOMARY_GAP_S.ln()).abs();
            depth_below_highest(smoothed, cell) * (away / 2.0).exp()
        };
        let lows: Vec<usize> = range.filter(is_low).collect();
        let &bottom = lows.iter().min_by(|&&a, &&b| rank(a).total_cmp(&rank(b)))?;
        let lower = highest(smoothed, 0..=bottom).min(highest(smoothed, bottom..=CELLS - 1));
        let [left, right] =
            [Side::Left, Side::Right].map(|side| hill(smoothed, bottom, lower, side));
        // A hill right next to the bottom does not count.
        if left + 4 >= bottom || right <= bottom + 4 {
            return None;
        }
        let lower_hill = if smoothed[left] <= smoothed[right] {
            left
        } else {
            right
        };
        let others = lows
            .chunk_by(|a, b| a + 1 == *b)
            .map(|flat| flat[flat.len() / 2]);
        Some(Valley {
            bottom,
            left,
            right,
            lower_hill,
            depth: smoothed[bottom] / smoothed[lower_hill],
            others: others
                .filter(|&cell| !(left..=right).contains(&cell))
                .filter(|&cell| depth_below_highest(smoothed, cell) <= SHALLOWEST)
                .collect(),
        })
    }
}

fn highest(smoothed: &Cells, cells: std::ops::RangeInclusive<usize>) -> f64 {
    smoothed[cells].iter().copied().fold(0.0, f64::max)
}

/// A cell's count, divided by the lower of the highest counts on its two sides; 1 if one side is empty.
fn depth_below_highest(smoothed: &Cells, cell: usize) -> f64 {
    let lower = highest(smoothed, 0..=cell).min(highest(smoothed, cell..=CELLS - 1));
    if lower > 0.0 {
        smoothed[cell] / lower
    } else {
        1.0
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// The hill next to a valley: going up from its bottom, the highest cell before the counts fall by 30 % of their rise.
/// Small bumps, of less than 30 % of the valley's own height `lower`, are ignored.
fn hill(smoothed: &Cells, bottom: usize, lower: f64, side: Side) -> usize {
    const KEPT: f64 = 0.7;
    const BUMP: f64 = 0.3;
    let floor = smoothed[bottom];
    let (mut top, mut at) = (floor, bottom);
    for away in 1..CELLS {
        let cell = match side {
            Side::Left if away <= bottom => bottom - away,
            Side::Right if bottom + away < CELLS => bottom + away,
            _ => break,
        };
        if smoothed[cell] > top {
            (top, at) = (smoothed[cell], cell);
        } else if smoothed[cell] < floor + KEPT * (top - floor)
            && top - floor > BUMP * (lower - floor)
        {
            break;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::study::grid::cell_of;

    fn hills(hills: &[(f64, f64, f64)]) -> Cells {
        std::array::from_fn(|cell| {
            let at = middle(cell);
            let height = |&(median_s, deviation, top): &(f64, f64, f64)| {
                top * (-((at - median_s.ln()) / deviation).powi(2) / 2.0).exp()
            };
            hills.iter().map(height).sum()
        })
    }

    #[test]
    fn the_valley_lies_between_its_hills() {
        let valley = Valley::of(&hills(&[(30.0, 1.0, 900.0), (72_000.0, 1.0, 300.0)])).unwrap();
        assert_eq!(valley.left, cell_of(30f64.ln()));
        assert_eq!(valley.right, cell_of(72_000f64.ln()));
        assert!(valley.left < valley.bottom && valley.bottom < valley.right && valley.depth < 0.02);
    }

    #[test]
    fn one_hill_has_no_valley() {
        assert_eq!(Valley::of(&hills(&[(600.0, 1.5, 900.0)])), None);
        assert_eq!(Valley::of(&[0.0; CELLS]), None);
    }

    #[test]
    fn of_two_valleys_the_one_passed_over_is_listed() {
        let three = hills(&[
            (5.0, 0.5, 900.0),
            (300.0, 0.5, 800.0),
            (40_000.0, 0.6, 900.0),
        ]);
        let valley = Valley::of(&three).unwrap();
        assert_eq!(
            (valley.left, valley.right),
            (cell_of(300f64.ln()), cell_of(40_000f64.ln()))
        );
        let four = hills(&[
            (20.0, 0.4, 900.0),
            (300.0, 0.4, 800.0),
            (9_000.0, 0.4, 800.0),
            (90_000.0, 0.4, 900.0),
        ]);
        assert!(!Valley::of(&four).unwrap().others.is_empty());
    }

    #[test]
    fn smoothing_keeps_the_pauses() {
        let mut cells = [0.0; CELLS];
        cells[300] = 50.0;
        let smoothed = smooth(&cells, 0.3);
        assert!((smoothed.iter().sum::<f64>() - 50.0).abs() < 1e-9);
        assert_eq!(smoothed[290], smoothed[310]);
    }
}
