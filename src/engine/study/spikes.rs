//! Removes pauses of one length, such as a machine makes, from the counts. Engine floor.

use crate::engine::study::grid::CELLS;
use crate::engine::study::grid::Cells;
use crate::engine::study::grid::cell_of;
use crate::engine::study::grid::middle;

/// How many cells on each side a cell is compared with (0.55 in ln), and how many next to it may be its own slopes.
const SURROUNDINGS: usize = 13;
const SLOPES: usize = 3;
/// Below this many seconds, or units of the clock, there are too few neighbouring lengths to recognise a spike.
const SHORTEST_S: f64 = 20.0;
const SHORTEST_UNITS: f64 = 16.0;

/// Pauses of about one length that stand out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spike {
    /// The length, microseconds, to 4 %.
    pub pause_us: i64,
    /// How many pauses there are beyond what the neighbouring lengths suggest.
    pub pauses: f64,
}

/// Removes narrow spikes from `cells`, and returns them by length. A cell is a spike if it has more than three times
/// the upper quartile of its surroundings, and more than chance would add to that.
pub(super) fn take_off(cells: &mut Cells, resolution_s: f64) -> Vec<Spike> {
    let before = *cells;
    let shortest = cell_of((SHORTEST_UNITS * resolution_s).max(SHORTEST_S).ln());
    // Last cell, cell with the largest surplus, that surplus, surplus of all.
    let mut found: Vec<(usize, usize, f64, f64)> = Vec::new();
    for cell in shortest..CELLS - 1 {
        let below = cell.saturating_sub(SURROUNDINGS)..cell.saturating_sub(SLOPES);
        let above = (cell + SLOPES + 1).min(CELLS)..(cell + SURROUNDINGS + 1).min(CELLS);
        let mut around = [&before[below], &before[above]].concat();
        around.sort_unstable_by(f64::total_cmp);
        let (median, upper) = (quantile(&around, 0.5), quantile(&around, 0.75));
        let surplus = before[cell] - upper;
        if before[cell] <= 3.0 * upper + 8.0 || surplus <= 8.0 * (upper + 1.0).sqrt() {
            continue;
        }
        let taken = before[cell] - median;
        cells[cell] = median;
        match found.last_mut() {
            // The same spike, over several cells.
            Some((last, most, most_taken, all)) if cell - *last < 4 => {
                *last = cell;
                *all += taken;
                if taken > *most_taken {
                    (*most, *most_taken) = (cell, taken);
                }
            }
            _ => found.push((cell, cell, taken, taken)),
        }
    }
    let spike = |(_, most, _, pauses): (usize, usize, f64, f64)| Spike {
        pause_us: (middle(most).exp() * 1e6) as i64,
        pauses,
    };
    found.into_iter().map(spike).collect()
}

/// The quantile of ascending values at this share (0 to 1), interpolated between two of them. 0 without values.
pub(super) fn quantile(ascending: &[f64], share: f64) -> f64 {
    let Some(last) = ascending.len().checked_sub(1) else {
        return 0.0;
    };
    let at = share * last as f64;
    let (low, high) = (at.floor() as usize, at.ceil() as usize);
    ascending[low] + (ascending[high] - ascending[low]) * (at - low as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::study::grid::STEP;

    #[test]
    fn a_machine_of_one_pause_is_taken_off_and_named() {
        let mut cells = [20.0; CELLS];
        let five_minutes = cell_of(300f64.ln());
        cells[five_minutes] += 900.0;
        cells[five_minutes + 1] += 300.0;
        let spikes = take_off(&mut cells, 1.0);
        assert_eq!(spikes.len(), 1);
        assert!((spikes[0].pause_us as f64 / 300e6).ln().abs() < STEP);
        assert_eq!(spikes[0].pauses, 1_200.0);
        assert!(cells.iter().all(|&n| n == 20.0));
    }

    #[test]
    fn hills_and_short_pauses_are_left_alone() {
        let hill = |cell: usize| 500.0 * (-(cell as f64 - 300.0).powi(2) / 2_000.0).exp();
        let mut cells: Cells = std::array::from_fn(hill);
        cells[cell_of(5f64.ln())] += 900.0;
        let before = cells;
        assert_eq!(take_off(&mut cells, 1.0), []);
        assert_eq!(cells, before);
    }

    /// How many spikes there are if these cells stand out from others of `level`.
    fn n_spikes(level: f64, peaks: &[(usize, f64)], resolution_s: f64) -> usize {
        let mut cells = [level; CELLS];
        for &(cell, n) in peaks {
            cells[cell] = n;
        }
        take_off(&mut cells, resolution_s).len()
    }

    #[test]
    fn a_spike_is_three_times_its_surroundings_and_more_than_chance_makes() {
        let at = cell_of(300f64.ln());
        for (level, most, least) in [(20.0, 68.0, 68.1), (0.0, 8.0, 8.1), (3.0, 19.0, 19.1)] {
            assert_eq!(n_spikes(level, &[(at, most)], 1.0), 0, "{level}");
            assert_eq!(n_spikes(level, &[(at, least)], 1.0), 1, "{level}");
        }
    }

    #[test]
    fn spikes_four_cells_apart_are_two() {
        let at = cell_of(300f64.ln());
        assert_eq!(n_spikes(20.0, &[(at, 900.0), (at + 3, 900.0)], 1.0), 1);
        assert_eq!(n_spikes(20.0, &[(at, 900.0), (at + 4, 900.0)], 1.0), 2);
    }

    #[test]
    fn below_sixteen_units_of_the_clock_there_are_no_spikes() {
        for (s, resolution_s, n) in [
            (300.0, 60.0, 0),
            (1_100.0, 60.0, 1),
            (19.0, 1.0, 0),
            (21.0, 1.0, 1),
        ] {
            let peak = (cell_of(f64::ln(s)), 900.0);
            assert_eq!(
                n_spikes(20.0, &[peak], resolution_s),
                n,
                "{s} {resolution_s}"
            );
        }
    }

    #[test]
    fn quantiles_lie_between_neighbours() {
        assert_eq!(quantile(&[1.0, 2.0, 4.0], 0.5), 2.0);
        assert_eq!(quantile(&[1.0, 2.0, 4.0], 0.75), 3.0);
        assert_eq!(quantile(&[], 0.75), 0.0);
    }
}
