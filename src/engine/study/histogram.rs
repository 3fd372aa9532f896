//! The pauses by length, and the sessions that each gap gives. Engine floor.

use crate::engine::dataset::Dataset;
use crate::words::gap::Gap;

/// Buckets per doubling of the pause. A power of two, so that a bucket is found by shifting.
const PER_OCTAVE: u32 = 16;
const OCTAVES: u32 = 63;

/// How often pauses of each length occur, in buckets on a logarithmic axis, with an exact count for each bucket.
///
/// Bucket `b` holds the pauses in `lower_us(b)..lower_us(b + 1)`; sixteen buckets double the length, so a
/// bucket is about 4 % wide. Pauses of 0 are counted apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PauseHistogram {
    buckets: Vec<u64>,
    /// Pauses of 0: pageviews of one user at the same instant.
    pub zeros: u64,
    /// All pauses, zeros included. Users plus pauses is the number of pageviews.
    pub pauses: u64,
    /// How many users. With an endless gap there are as many sessions.
    pub users: u64,
}

impl PauseHistogram {
    /// The histogram of all pauses. One pass; does not depend on a gap.
    pub fn of(dataset: &Dataset) -> PauseHistogram {
        let mut histogram = PauseHistogram {
            buckets: vec![0; (OCTAVES * PER_OCTAVE) as usize],
            zeros: 0,
            pauses: (dataset.n_rows() - dataset.n_users()) as u64,
            users: dataset.n_users() as u64,
        };
        for user in 0..dataset.n_users() {
            for pair in dataset.at_us()[dataset.rows_of(user)].windows(2) {
                match bucket_of(pair[1] - pair[0]) {
                    Some(bucket) => histogram.buckets[bucket] += 1,
                    None => histogram.zeros += 1,
                }
            }
        }
        histogram
    }

    /// The histogram of pauses counted elsewhere: (shortest pause in microseconds, pauses) in any order. Counts over
    /// exactly one bucket are as good as counted here.
    pub(crate) fn of_counts(users: u64, counts: &[(i64, u64)]) -> PauseHistogram {
        let mut histogram = PauseHistogram {
            buckets: vec![0; (OCTAVES * PER_OCTAVE) as usize],
            zeros: 0,
            pauses: counts.iter().map(|&(_, count)| count).sum(),
            users,
        };
        for &(from_us, count) in counts {
            match bucket_of(from_us) {
                Some(bucket) => histogram.buckets[bucket] += count,
                None => histogram.zeros += count,
            }
        }
        histogram
    }

    /// Counts one more pause, in microseconds.
    pub(super) fn add(&mut self, pause_us: i64) {
        self.pauses += 1;
        match bucket_of(pause_us) {
            Some(bucket) => self.buckets[bucket] += 1,
            None => self.zeros += 1,
        }
    }

    /// Adds the counts of another histogram, of other users.
    pub(super) fn merge(&mut self, other: &PauseHistogram) {
        for (sum, n) in self.buckets.iter_mut().zip(&other.buckets) {
            *sum += n;
        }
        self.zeros += other.zeros;
        self.pauses += other.pauses;
        self.users += other.users;
    }

    /// Buckets with a pause, ascending: the shortest pause in microseconds, the upper end (not included), and the
    /// number of pauses.
    pub fn buckets(&self) -> impl Iterator<Item = (i64, i64, u64)> {
        let counted = self.buckets.iter().enumerate();
        counted
            .filter(|&(_, &count)| count > 0)
            .map(|(bucket, &count)| (lower_us(bucket), lower_us(bucket + 1), count))
    }

    /// The ends of an axis that shows the pauses, microseconds: from a second to thirty days, or as far as
    /// the pauses reach, on round lengths.
    pub fn axis_us(&self) -> (i64, i64) {
        const ENDS_S: [f64; 12] = [
            1e-6,
            1e-3,
            1e-1,
            1.0,
            86_400.0,
            7.0 * 86_400.0,
            30.0 * 86_400.0,
            90.0 * 86_400.0,
            365.0 * 86_400.0,
            3_650.0 * 86_400.0,
            36_500.0 * 86_400.0,
            3_650_000.0 * 86_400.0,
        ];
        let ends_us = ENDS_S.map(|s| (s * 1e6) as i64);
        let (shortest, longest) = (
            self.quantile_us(0.005).unwrap_or(1_000_000),
            self.quantile_us(0.999).unwrap_or(0),
        );
        let from = ends_us[..4].iter().rev().find(|&&end| end <= shortest);
        let to = ends_us[4..].iter().find(|&&end| end >= longest);
        (
            from.copied().unwrap_or(ends_us[0]),
            to.copied().unwrap_or(ends_us[11]),
        )
    }

    /// The counts in `n_columns` columns of equal width on a logarithmic axis from `from_us` to `to_us`. A bucket on
    /// the border of two columns is divided by its overlap. What lies beyond either end is left out.
    pub fn resampled(&self, from_us: i64, to_us: i64, n_columns: usize) -> Vec<f64> {
        let mut columns = vec![0.0; n_columns];
        let axis = LogAxis {
            from_us,
            to_us,
            length: n_columns as f64,
        };
        for (bucket, &count) in self
            .buckets
            .iter()
            .enumerate()
            .filter(|&(_, &count)| count > 0)
        {
            let start = axis.position(lower_us(bucket));
            let end = axis
                .position(lower_us(bucket + 1))
                .max(start + f64::EPSILON);
            let (first, last) = (
                start.floor().max(0.0) as usize,
                end.ceil().max(0.0) as usize,
            );
            for (column, value) in columns.iter_mut().enumerate().take(last).skip(first) {
                let overlap = end.min(column as f64 + 1.0) - start.max(column as f64);
                *value += count as f64 * (overlap / (end - start)).clamp(0.0, 1.0);
            }
        }
        columns
    }

    /// The quantile of the pauses at this share (0 to 1), in microseconds, as the lower end of its bucket. Pauses of 0
    /// do not count. `None` without pauses.
    pub fn quantile_us(&self, share: f64) -> Option<i64> {
        let total: u64 = self.buckets.iter().sum();
        let wanted = ((total as f64 * share).ceil() as u64).clamp(1, total.max(1));
        let mut seen = 0;
        let bucket = self.buckets.iter().position(|&count| {
            seen += count;
            seen >= wanted
        })?;
        Some(lower_us(bucket))
    }

    /// How many sessions a gap makes: users plus pauses of at least the gap. Exact if the gap is the lower end of a
    /// bucket. In between, the bucket's pauses are assumed to be spread evenly.
    pub fn sessions_at(&self, gap: Gap) -> f64 {
        let Some(bucket) = bucket_of(gap.as_us()) else {
            return (self.users + self.pauses) as f64;
        };
        let above: u64 = self.buckets[bucket + 1..].iter().sum();
        let (start, end) = (lower_us(bucket) as f64, lower_us(bucket + 1) as f64);
        let kept = (end - gap.as_us() as f64) / (end - start);
        (self.users + above) as f64 + self.buckets[bucket] as f64 * kept
    }
}

/// How many pauses are at least as long as the gap: the sessions at that gap minus the users. One pass.
pub fn pauses_at_least(dataset: &Dataset, gap: Gap) -> u64 {
    let gap_us = gap.as_us();
    (0..dataset.n_users())
        .map(|user| {
            let at = &dataset.at_us()[dataset.rows_of(user)];
            at.windows(2)
                .map(|pair| u64::from(pair[1] - pair[0] >= gap_us))
                .sum::<u64>()
        })
        .sum()
}

/// A logarithmic axis of time, `length` columns long.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogAxis {
    /// Left end, microseconds, at least 1.
    pub from_us: i64,
    /// Right end, microseconds, more than `from_us`.
    pub to_us: i64,
    /// Dataset from end to end.
    pub length: f64,
}

impl LogAxis {
    /// Where a duration lies, in columns from the left end; outside 0..=length beyond the ends.
    pub fn position(&self, us: i64) -> f64 {
        let (from, to) = (
            (self.from_us.max(1) as f64).ln(),
            (self.to_us.max(2) as f64).ln(),
        );
        ((us.max(1) as f64).ln() - from) / (to - from) * self.length
    }

    /// The duration at a position, microseconds; the inverse of [`LogAxis::position`].
    pub fn us_at(&self, position: f64) -> i64 {
        let (from, to) = (
            (self.from_us.max(1) as f64).ln(),
            (self.to_us.max(2) as f64).ln(),
        );
        (from + position / self.length * (to - from)).exp() as i64
    }
}

/// The bucket of a pause; `None` for a pause of 0. Within an octave the sixteen buckets are equally
/// wide, as in a high dynamic range histogram; below sixteen microseconds some stay empty.
fn bucket_of(pause_us: i64) -> Option<usize> {
    if pause_us <= 0 {
        return None;
    }
    let octave = pause_us.ilog2();
    let bits = PER_OCTAVE.ilog2();
    let within = if octave >= bits {
        pause_us >> (octave - bits)
    } else {
        pause_us << (bits - octave)
    };
    Some((octave * PER_OCTAVE) as usize + (within as usize & (PER_OCTAVE as usize - 1)))
}

/// The shortest pause of a bucket, microseconds (rounded up where buckets are narrower than one).
pub(super) fn lower_us(bucket: usize) -> i64 {
    let (octave, within) = (
        bucket as u32 / PER_OCTAVE,
        bucket as i128 % i128::from(PER_OCTAVE),
    );
    if octave >= OCTAVES {
        return i64::MAX;
    }
    let start = 1i128 << octave;
    (start + (start * within + i128::from(PER_OCTAVE) - 1) / i128::from(PER_OCTAVE)) as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::sessionize::sessionize;
    use crate::words::timestamp::Timestamp;
    use proptest::prelude::*;

    /// One user with these pauses, in order.
    fn dataset_of(pauses_us: &[i64]) -> Dataset {
        let mut at = 0;
        Dataset::of_rows(std::iter::once(&0).chain(pauses_us).map(|pause| {
            at += pause;
            ("u", Timestamp::from_us(at).unwrap(), "/")
        }))
    }

    #[test]
    fn buckets_follow_each_other_without_a_hole() {
        for bucket in 64..(OCTAVES * PER_OCTAVE) as usize - 1 {
            assert_eq!(bucket_of(lower_us(bucket)), Some(bucket));
            assert_eq!(bucket_of(lower_us(bucket + 1) - 1), Some(bucket));
        }
        assert_eq!(bucket_of(0), None);
        assert_eq!(bucket_of(1), Some(0));
        assert!(bucket_of(i64::MAX).unwrap() < (OCTAVES * PER_OCTAVE) as usize);
    }

    #[test]
    fn below_sixteen_microseconds_each_length_has_a_bucket_of_its_own() {
        for us in 1..16 {
            assert_eq!(lower_us(bucket_of(us).unwrap()), us);
        }
    }

    #[test]
    fn buckets_without_a_pause_are_left_out() {
        let histogram = PauseHistogram::of(&dataset_of(&[0, 0, 64, 65, 1 << 20]));
        assert_eq!(histogram.zeros, 2);
        let buckets: Vec<_> = histogram.buckets().collect();
        assert_eq!(buckets, [(64, 68, 2), (1 << 20, 17 << 16, 1)]);
    }

    #[test]
    fn within_a_bucket_its_pauses_are_spread_evenly() {
        let histogram = PauseHistogram::of(&dataset_of(&[1_024, 1_030, 1_050, 1_087, 5_000]));
        let sessions = |us| histogram.sessions_at(Gap::from_us(us).unwrap());
        let (start, end) = (1_024, 1_088);
        assert_eq!(
            [sessions(start), sessions(1_056), sessions(end)],
            [6.0, 4.0, 2.0]
        );
    }

    #[test]
    fn an_axis_goes_from_a_second_to_a_day_or_as_far_as_the_pauses_do() {
        let day = 86_400_000_000;
        for (pauses_us, expected) in [
            (&[][..], (1_000_000, day)),
            (&[60_000_000, 3_600_000_000], (1_000_000, day)),
            (&[200_000, 60_000_000], (100_000, day)),
            (&[2_000, 60_000_000], (1_000, day)),
            (&[1, 60_000_000], (1, day)),
            (&[60_000_000, 2 * day], (1_000_000, 7 * day)),
            (&[60_000_000, 40 * day], (1_000_000, 90 * day)),
            (&[60_000_000, 20_000 * day], (1_000_000, 36_500 * day)),
        ] {
            assert_eq!(
                PauseHistogram::of(&dataset_of(pauses_us)).axis_us(),
                expected,
                "{pauses_us:?}"
            );
        }
    }

    #[test]
    fn an_axis_is_even_in_the_logarithm() {
        let axis = LogAxis {
            from_us: 1_000,
            to_us: 1_000_000,
            length: 6.0,
        };
        for (us, position) in [(1_000, 0.0), (10_000, 2.0), (1_000_000, 6.0), (100, -2.0)] {
            assert!((axis.position(us) - position).abs() < 1e-9);
            assert!(
                (axis.us_at(position) - us).abs() <= 1,
                "{us} {}",
                axis.us_at(position)
            );
        }
    }

    #[test]
    fn a_bucket_is_shared_out_over_the_columns_it_lies_in() {
        let histogram = PauseHistogram::of(&dataset_of(&[1 << 30; 8]));
        let columns = histogram.resampled(1 << 30, 17 << 26, 4);
        assert!(
            columns.iter().all(|n| (n - 2.0).abs() < 1e-9),
            "{columns:?}"
        );
    }

    #[test]
    fn quantiles_of_the_pauses_are_those_of_their_buckets() {
        let histogram = PauseHistogram::of(&dataset_of(&[0, 1 << 20, 1 << 21, 1 << 22, 1 << 30]));
        assert_eq!(histogram.quantile_us(0.5), Some(1 << 21));
        assert_eq!(histogram.quantile_us(0.0), Some(1 << 20));
        assert_eq!(histogram.quantile_us(1.0), Some(1 << 30));
        assert_eq!(PauseHistogram::of(&dataset_of(&[])).quantile_us(0.5), None);
    }

    proptest! {
        #[test]
        fn the_session_curve_meets_the_sessions(pauses in proptest::collection::vec(0i64..5_000_000_000, 0..60)) {
            let dataset = dataset_of(&pauses);
            let histogram = PauseHistogram::of(&dataset);
            for bucket in (0..700).step_by(7) {
                let gap = Gap::from_us(lower_us(bucket)).unwrap();
                let sessions = sessionize(&dataset, gap).len();
                prop_assert_eq!(dataset.n_users() + pauses_at_least(&dataset, gap) as usize, sessions);
                if bucket >= 64 {
                    prop_assert_eq!(histogram.sessions_at(gap), sessions as f64);
                }
            }
        }

        #[test]
        fn resampling_loses_no_pause_within_the_axis(pauses in proptest::collection::vec(1i64..5_000_000_000, 0..60), width in 1usize..200) {
            let histogram = PauseHistogram::of(&dataset_of(&pauses));
            let total: f64 = histogram.resampled(1, 1 << 40, width).iter().sum();
            prop_assert!((total - pauses.len() as f64).abs() < 1e-6);
        }
    }
}
