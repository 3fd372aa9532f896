//! Two kinds of pauses that overlap in a valley: each a curve that falls towards the other. Engine floor.
//!
//! The logarithm of each curve is a parabola that opens downwards, or a line. They are fitted to the counts by
//! expectation and maximisation, each maximisation a Poisson regression by Newton's method. Only the range between the
//! hills is used. What a whole kind looks like does not matter.

use std::ops::RangeInclusive;

use crate::engine::study::grid::Cells;
use crate::engine::study::grid::middle;
use crate::engine::study::valley::CUSTOMARY_GAP_S;

/// Coefficients of 1, x and x^2 of the logarithm of a curve; x is the distance from half an hour in ln.
pub(super) type Curve = [f64; 3];

/// A parabola that bends less than this counts as a line.
const LEAST_BEND: f64 = -0.002;
const MAX_ROUNDS: usize = 400;
/// Fitting goes on while a round gains this log likelihood.
const LEAST_GAIN: f64 = 1e-3;

/// The form of the right flank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RightFlank {
    /// A parabola, as the left one.
    Bent,
    /// A line, which falls only as fast as the counts show.
    Straight,
}

/// The curves of both kinds: pauses within sessions, and between them.
pub(super) type Curves = [Curve; 2];

/// The distance of a cell from half an hour, in ln: the variable of the curves.
fn x(cell: usize) -> f64 {
    middle(cell) - CUSTOMARY_GAP_S.ln()
}

/// Fits two curves to the counts in `cells`, which begin as the sides of the valley.
pub(super) fn fit(
    counts: &Cells,
    cells: RangeInclusive<usize>,
    valley: usize,
    right: RightFlank,
) -> Curves {
    let at: Vec<f64> = cells.clone().map(x).collect();
    let counts = &counts[cells];
    let mut curves: Option<Curves> = None;
    // At first, each side of the valley is of one kind, except for a little.
    let mut shares: [Vec<f64>; 2] = [false, true].map(|is_right| {
        let share = |(&n, &at): (&f64, &f64)| {
            let is_own = (at >= x(valley)) == is_right;
            let part = if is_own { 1.05 } else { 0.05 };
            part * n + 1e-3
        };
        counts.iter().zip(&at).map(share).collect()
    });
    let may_bend = [true, right == RightFlank::Bent];
    let mut likelihood = f64::NEG_INFINITY;
    for _ in 0..MAX_ROUNDS {
        let next = [0, 1].map(|kind| {
            let before = curves.map(|curves| curves[kind]);
            regress(&at, &shares[kind], before, may_bend[kind])
        });
        curves = Some(next);
        let now;
        (shares, now) = by_curves(counts, &at, &next);
        if (now - likelihood).abs() < LEAST_GAIN {
            break;
        }
        likelihood = now;
    }
    curves.unwrap_or_default()
}

/// The counts divided between the curves by what these expect, and how likely the curves make the counts.
fn by_curves(counts: &[f64], at: &[f64], curves: &Curves) -> ([Vec<f64>; 2], f64) {
    let mut shares = [Vec::with_capacity(at.len()), Vec::with_capacity(at.len())];
    let mut likelihood = 0.0;
    for (&n, &x) in counts.iter().zip(at) {
        let heights = curves.map(|curve| height(&curve, x));
        let both = heights[0] + heights[1];
        likelihood += n * both.ln() - both;
        for (share, height) in shares.iter_mut().zip(heights) {
            share.push(n * height / both);
        }
    }
    (shares, likelihood)
}

/// What a curve expects in every cell.
pub(super) fn heights(curve: &Curve) -> Cells {
    std::array::from_fn(|cell| height(curve, x(cell)))
}

fn height([a, b, c]: &Curve, x: f64) -> f64 {
    (a + b * x + c * x * x).clamp(-60.0, 60.0).exp()
}

/// The curve that makes `counts` at `x` likeliest. A parabola if that is allowed and it bends downwards, else a line.
fn regress(x: &[f64], counts: &[f64], start: Option<Curve>, may_bend: bool) -> Curve {
    if may_bend {
        let curve = regress_with::<3>(x, counts, start);
        if curve[2] <= LEAST_BEND {
            return curve;
        }
    }
    regress_with::<2>(x, counts, start)
}

/// The likeliest curve with the first `N` coefficients, by Newton's method. A step that makes it less likely is
/// halved.
fn regress_with<const N: usize>(x: &[f64], counts: &[f64], start: Option<Curve>) -> Curve {
    const MAX_STEPS: usize = 30;
    let mean = counts.iter().sum::<f64>() / counts.len().max(1) as f64;
    let mut curve: Curve = start.unwrap_or([mean.max(1e-6).ln(), 0.0, 0.0]);
    curve[N..].fill(0.0);
    let likelihood = |curve: &Curve| -> f64 {
        let [a, b, c] = *curve;
        let terms = x.iter().zip(counts).map(|(&x, &n)| {
            let log = (a + b * x + c * x * x).clamp(-50.0, 50.0);
            n * log - log.exp()
        });
        terms.sum()
    };
    let mut before = f64::NEG_INFINITY;
    for _ in 0..MAX_STEPS {
        let mut gradient = [0.0; N];
        let mut hessian = [[0.0; N]; N];
        for (&x, &n) in x.iter().zip(counts) {
            let mu = (curve[0] + curve[1] * x + curve[2] * x * x)
                .clamp(-50.0, 50.0)
                .exp();
            let powers: [f64; N] = std::array::from_fn(|k| x.powi(k as i32));
            for row in 0..N {
                gradient[row] += powers[row] * (n - mu);
                for column in 0..N {
                    hessian[row][column] += powers[row] * powers[column] * mu;
                }
            }
        }
        for (k, row) in hessian.iter_mut().enumerate() {
            row[k] += 1e-8;
        }
        let step = solve(hessian, gradient);
        let mut length = 1.0;
        let mut next;
        let mut now;
        loop {
            next = curve;
            for (place, step) in next.iter_mut().zip(step) {
                *place += length * step;
            }
            now = likelihood(&next);
            if now >= before - 1e-9 || length / 2.0 <= 1e-4 {
                break;
            }
            length /= 2.0;
        }
        curve = next;
        if (now - before).abs() < 1e-7 * (now.abs() + 1.0) {
            break;
        }
        before = now;
    }
    curve
}

/// Solves `matrix` x = `right`, the matrix symmetric and positive, by elimination.
fn solve<const N: usize>(mut matrix: [[f64; N]; N], mut right: [f64; N]) -> [f64; N] {
    for pivot in 0..N {
        let above = matrix[pivot];
        for row in pivot + 1..N {
            let factor = matrix[row][pivot] / above[pivot];
            for (value, above) in matrix[row].iter_mut().zip(above) {
                *value -= factor * above;
            }
            right[row] -= factor * right[pivot];
        }
    }
    for row in (0..N).rev() {
        let known: f64 = (row + 1..N)
            .map(|column| matrix[row][column] * right[column])
            .sum();
        right[row] = (right[row] - known) / matrix[row][row];
    }
    right
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::study::grid::CELLS;
    use crate::engine::study::grid::cell_of;

    fn sum_of(curves: &Curves) -> Cells {
        std::array::from_fn(|cell| curves.iter().map(|curve| height(curve, x(cell))).sum())
    }

    #[test]
    fn two_parabolas_are_found_again() {
        let valley = cell_of(1_800f64.ln());
        let truth = [[4.0, -1.2, -0.1], [3.0, 1.5, -0.2]];
        let found = fit(
            &sum_of(&truth),
            valley - 60..=valley + 60,
            valley,
            RightFlank::Bent,
        );
        for (truth, found) in truth.iter().zip(&found) {
            for cell in [valley - 20, valley, valley + 20] {
                let ratio = heights(found)[cell] / heights(truth)[cell];
                assert!((0.85..1.15).contains(&ratio), "{cell} {ratio}");
            }
        }
    }

    #[test]
    fn a_straight_right_flank_lies_above_a_bent_one_far_to_the_left() {
        let valley = cell_of(1_800f64.ln());
        let counts = sum_of(&[[4.0, -1.2, -0.1], [3.0, 1.5, -0.3]]);
        let [bent, straight] = [RightFlank::Bent, RightFlank::Straight]
            .map(|right| fit(&counts, valley - 60..=valley + 40, valley, right)[1]);
        assert!(heights(&straight)[valley - 60] > heights(&bent)[valley - 60]);
        assert_eq!(straight[2], 0.0);
    }

    #[test]
    fn no_counts_give_finite_curves() {
        let curves = fit(&[0.0; CELLS], 100..=200, 150, RightFlank::Bent);
        assert!(curves.iter().flat_map(heights).all(f64::is_finite));
    }

    #[test]
    fn equations_are_solved() {
        let solution = solve([[4.0, 1.0], [1.0, 3.0]], [1.0, 2.0]);
        assert!(
            (solution[0] - 1.0 / 11.0).abs() < 1e-12 && (solution[1] - 7.0 / 11.0).abs() < 1e-12
        );
    }
}
