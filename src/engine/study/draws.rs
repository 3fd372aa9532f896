//! How far the crossing would move with other users. Engine floor.

use rand::RngExt;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::engine::study::fit::Fit;
use crate::engine::study::flanks::RightFlank;
use crate::engine::study::grid::CELLS;
use crate::engine::study::grid::Cells;
use crate::engine::study::spikes::quantile;
use crate::engine::study::valley::SHALLOWEST;

/// Enough for quantiles of 5 and 95 %. Each draw costs a whole fit.
const DRAWS: usize = 60;

/// The result of drawing the groups anew.
#[derive(Clone, Copy, Debug)]
pub(super) struct Redrawn {
    /// Share of the draws that have a valley.
    pub(super) share_with_valley: f64,
    /// 5 % and 95 % quantiles of the crossing, ln seconds; `None` without any.
    pub(super) crossing: Option<(f64, f64)>,
}

/// Draws as many groups as there are, with replacement, and looks for the valley in each draw from scratch. A fit that
/// began at the result for all groups would stop near it in a flat valley, and promise too much. `None` when
/// `keep_going` says no. The same groups give the same answer.
pub(super) fn redraw(
    groups: &[Cells],
    bandwidth: f64,
    keep_going: &dyn Fn() -> bool,
) -> Option<Redrawn> {
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let mut crossings = Vec::new();
    for _ in 0..DRAWS {
        keep_going().then_some(())?;
        let mut counts = [0.0; CELLS];
        for _ in groups {
            let group = &groups[rng.random_range(0..groups.len())];
            for (sum, n) in counts.iter_mut().zip(group) {
                *sum += n;
            }
        }
        let fit = Fit::of(&counts, bandwidth, RightFlank::Bent);
        crossings.extend(
            fit.filter(|fit| fit.valley.depth < SHALLOWEST)
                .map(|fit| fit.crossing),
        );
    }
    crossings.sort_unstable_by(f64::total_cmp);
    let ends = (quantile(&crossings, 0.05), quantile(&crossings, 0.95));
    Some(Redrawn {
        share_with_valley: crossings.len() as f64 / DRAWS as f64,
        crossing: (!crossings.is_empty()).then_some(ends),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::study::grid::middle;

    #[test]
    fn draws_without_the_users_who_make_the_valley_have_none() {
        let hill =
            |cell: usize, median_s: f64| (-(middle(cell) - median_s.ln()).powi(2) / 2.0).exp();
        let with: Cells =
            std::array::from_fn(|cell| 900.0 * hill(cell, 30.0) + 300.0 * hill(cell, 72_000.0));
        let of_all = Fit::of(&with, 0.2, RightFlank::Bent).unwrap();
        let redrawn = redraw(&[with, [0.0; CELLS]], 0.2, &|| true).unwrap();
        // Of two groups that are drawn, neither is the first in a quarter of all draws.
        assert!(
            (0.6..0.9).contains(&redrawn.share_with_valley),
            "{redrawn:?}"
        );
        let (low, high) = redrawn.crossing.unwrap();
        assert!(
            low <= high
                && (low - of_all.crossing).abs() < 0.1
                && (high - of_all.crossing).abs() < 0.1
        );
        let none = redraw(&[[0.0; CELLS]], 0.2, &|| true).unwrap();
        assert_eq!((none.share_with_valley, none.crossing), (0.0, None));
        assert!(redraw(&[with], 0.2, &|| false).is_none());
    }
}
