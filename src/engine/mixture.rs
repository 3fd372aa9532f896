//! Two kinds of pauses: a mixture of two log-normal distributions. Engine floor.
//!
//! Knows numbers only; that they are pauses is `study`'s.

/// One kind of pause: normal in the logarithm of its length.
#[derive(Clone, Copy, Debug)]
pub(super) struct LogNormal {
    /// Share of all pauses, 0 to 1.
    pub(super) weight: f64,
    /// Mean of the logarithm.
    pub(super) mean: f64,
    /// Standard deviation of the logarithm.
    pub(super) deviation: f64,
}

impl LogNormal {
    fn log_density(&self, x: f64) -> f64 {
        let z = (x - self.mean) / self.deviation;
        self.weight.ln() - self.deviation.ln() - z * z / 2.0
    }

    /// Share of this kind that is longer than `exp(x)`.
    pub(super) fn above(&self, x: f64) -> f64 {
        // Abramowitz and Stegun 7.1.26; the error is below 1.5e-7.
        let z = (x - self.mean) / (self.deviation * std::f64::consts::SQRT_2);
        let t = 1.0 / (1.0 + 0.327_591_1 * z.abs());
        let poly =
            ((((1.061_405_429 * t - 1.453_152_027) * t + 1.421_413_741) * t - 0.284_496_736) * t
                + 0.254_829_592)
                * t;
        let tail = poly * (-z * z).exp() / 2.0;
        if z >= 0.0 { tail } else { 1.0 - tail }
    }

    /// Where `other`, whose mean is larger, becomes the likelier one; `None` unless that lies between
    /// the two means and these are at least as far apart as their deviations.
    pub(super) fn crossing_before(&self, other: &LogNormal) -> Option<f64> {
        let apart = (other.mean - self.mean) / (self.deviation + other.deviation);
        let likelier = |x: f64| other.log_density(x) - self.log_density(x);
        let (mut low, mut high) = (self.mean, other.mean);
        let crosses = likelier(low) < 0.0 && likelier(high) > 0.0;
        if apart.is_nan() || apart < 1.0 || !crosses || self.weight.min(other.weight) < 0.01 {
            return None;
        }
        for _ in 0..60 {
            let middle = (low + high) / 2.0;
            if likelier(middle) < 0.0 {
                low = middle
            } else {
                high = middle
            }
        }
        Some(low)
    }
}

/// Expectation and maximisation over weighted points (x, count), from the lower and upper half of the
/// range; the result's first has the smaller mean.
pub(super) fn fit_two_normals(points: &[(f64, f64)], total: f64) -> [LogNormal; 2] {
    const ROUNDS: usize = 300;
    let (lowest, highest) = (points[0].0, points[points.len() - 1].0);
    let quarter = (highest - lowest) / 4.0;
    let start = |mean| LogNormal {
        weight: 0.5,
        mean,
        deviation: quarter.max(0.05),
    };
    let mut kinds = [start(lowest + quarter), start(highest - quarter)];
    for _ in 0..ROUNDS {
        let mut sums = [[0.0; 3]; 2];
        for &(x, count) in points {
            let odds = (kinds[1].log_density(x) - kinds[0].log_density(x)).exp();
            let second = if odds.is_finite() {
                odds / (1.0 + odds)
            } else {
                1.0
            };
            for (sum, share) in sums.iter_mut().zip([1.0 - second, second]) {
                let share = share * count;
                sum[0] += share;
                sum[1] += share * x;
                sum[2] += share * x * x;
            }
        }
        for (kind, [count, x, xx]) in kinds.iter_mut().zip(sums) {
            let count = count.max(1e-9);
            kind.weight = (count / total).clamp(1e-9, 1.0);
            kind.mean = x / count;
            kind.deviation = (xx / count - kind.mean * kind.mean).max(0.0025).sqrt();
        }
    }
    if kinds[0].mean > kinds[1].mean {
        kinds.swap(0, 1);
    }
    kinds
}
