//! When users come and how long they stay on a page. Answers floor.
//!
//! Pauses have two modes with the customary thirty minutes in the valley between them: about a
//! minute within a visit, about a day between visits. All results are whole numbers, rounded from
//! random floats, so that the last bit in which mathematical libraries differ does not show.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::Distribution;
use rand_distr::LogNormal;
use rand_distr::Pareto;

use super::GeneratedRow;
use super::shop::Shop;

const S_PER_DAY: u64 = 86_400;

/// How busy the hours of a day are, from midnight UTC: quiet nights, a lunch break, busy evenings.
const BUSY_HOURS: [u64; 24] = [
    20, 14, 10, 8, 8, 10, 18, 30, 42, 52, 56, 58, 60, 56, 54, 54, 56, 58, 62, 68, 72, 66, 48, 30,
];

/// Above this many pageviews a day, nobody's share grows much: four visits of five pages.
const BUSY_USER_PAGEVIEWS_A_DAY: f64 = 20.0;

/// The shape of the Pareto distribution of pageviews over users; 1.16 would be "80 % by 20 %".
const USER_SHAPE: f64 = 1.15;

/// How `pageviews` are shared among `users`: one number a user, each at least 1, summing exactly to
/// `pageviews`. Heavy-tailed. There are at least as many pageviews as users, and at least one user.
pub(super) fn shares(rng: &mut ChaCha8Rng, pageviews: u64, users: u32, days: u32) -> Vec<u64> {
    let spare = pageviews - u64::from(users);
    let pareto = Pareto::new(1.0, USER_SHAPE).expect("its parameters are positive");
    let mean_share = pageviews as f64 / f64::from(users);
    let mean_weight = USER_SHAPE / (USER_SHAPE - 1.0);
    let most = (f64::from(days) * BUSY_USER_PAGEVIEWS_A_DAY / mean_share).max(2.0) * mean_weight;

    let mut shares: Vec<u64> = (0..users)
        .map(|_| (pareto.sample(rng).min(most) * 1_024.0) as u64)
        .collect();
    let weights: u64 = shares.iter().sum();
    let mut left = spare;
    for share in &mut shares {
        let part = (u128::from(spare) * u128::from(*share) / u128::from(weights)) as u64;
        left -= part;
        *share = 1 + part;
    }
    // Rounding down left fewer than one for each user; users are in no order, so the first take them.
    for share in shares.iter_mut().take(left as usize) {
        *share += 1;
    }
    shares
}

/// The pauses and the clock of all users, over a span of whole days.
pub(super) struct Visits {
    span_s: u64,
    shop: Shop,
    on_a_page_s: LogNormal<f64>,
    away_s: LogNormal<f64>,
    walk: Vec<u16>,
    visits: Vec<GeneratedVisit>,
}

/// A visit whose place in time is not known yet.
struct GeneratedVisit {
    pageviews: usize,
    duration_s: u64,
    away_after_s: u64,
}

impl Visits {
    pub(super) fn new(days: u32) -> Visits {
        let log_normal = |median_s: f64, sigma| {
            LogNormal::new(median_s.ln(), sigma).expect("its parameters are finite")
        };
        Visits {
            span_s: u64::from(days) * S_PER_DAY,
            shop: Shop::new(),
            on_a_page_s: log_normal(60.0, 1.1),
            away_s: log_normal(86_400.0, 1.2),
            walk: Vec::new(),
            visits: Vec::new(),
        }
    }

    /// Appends the `pageviews` of one user, in the order of the walk, with times within the span.
    ///
    /// The span is a circle: a visit that would run past its end goes on at its beginning, so that
    /// the first and last hours are as busy as the others and both have visits cut off.
    pub(super) fn append(
        &mut self,
        rng: &mut ChaCha8Rng,
        user: u32,
        pageviews: u64,
        rows: &mut Vec<GeneratedRow>,
    ) {
        let first_row = rows.len();
        self.append_walks(rng, user, pageviews, rows);

        let on_site_s: u64 = self.visits.iter().map(|visit| visit.duration_s).sum();
        let away_s: u64 = self.visits.iter().map(|visit| visit.away_after_s).sum();
        // Users with more visits than the span has room for come back sooner.
        let room_s = self.span_s.saturating_sub(on_site_s).min(away_s);
        let mut clock_s = rng.random_range(0..self.span_s);
        let mut rows = rows[first_row..].iter_mut();
        for visit in &self.visits {
            let start_s = in_the_rhythm_of_a_day(clock_s % self.span_s);
            for row in rows.by_ref().take(visit.pageviews) {
                row.at_s = ((start_s + u64::from(row.at_s)) % self.span_s) as u32;
            }
            let shortened =
                u128::from(visit.away_after_s) * u128::from(room_s) / u128::from(away_s.max(1));
            clock_s += visit.duration_s + shortened as u64;
        }
    }

    /// Appends the walks of a user's visits, with times counted from the start of each visit, and
    /// notes the visits.
    fn append_walks(
        &mut self,
        rng: &mut ChaCha8Rng,
        user: u32,
        pageviews: u64,
        rows: &mut Vec<GeneratedRow>,
    ) {
        self.visits.clear();
        let mut left = pageviews as usize;
        while left > 0 {
            self.shop.walk(rng, &mut self.walk);
            self.walk.truncate(left);
            left -= self.walk.len();
            let mut at_s = 0;
            for (i, &page) in self.walk.iter().enumerate() {
                if i > 0 {
                    at_s += self.pause_s(rng);
                }
                let at_s = at_s as u32;
                rows.push(GeneratedRow {
                    arrives_s: 0,
                    at_s,
                    user,
                    page,
                });
            }
            self.visits.push(GeneratedVisit {
                pageviews: self.walk.len(),
                duration_s: at_s,
                away_after_s: self.away_s.sample(rng).min(1e9) as u64,
            });
        }
    }

    /// Seconds on a page. A few are 0: a double click, a forwarding page.
    fn pause_s(&self, rng: &mut ChaCha8Rng) -> u64 {
        if rng.random_range(0..100) < 3 {
            rng.random_range(0..3)
        } else {
            // A day at most, which keeps the longest visit far below the range of `at_s`.
            self.on_a_page_s.sample(rng).min(86_400.0) as u64
        }
    }
}

/// Moves a second within its day so that evenly spread seconds become a day with busy and quiet
/// hours. Keeps the order.
fn in_the_rhythm_of_a_day(at_s: u64) -> u64 {
    const BUSY: u64 = {
        let (mut sum, mut hour) = (0, 0);
        while hour < 24 {
            sum += BUSY_HOURS[hour];
            hour += 1;
        }
        sum
    };
    // In units of 1 / S_PER_DAY of the whole day's weight, so that nothing is rounded on the way.
    let mut reached = at_s % S_PER_DAY * BUSY;
    for (hour, busy) in (0u64..).zip(BUSY_HOURS) {
        let of_hour = busy * S_PER_DAY;
        if reached < of_hour {
            return at_s - at_s % S_PER_DAY + hour * 3_600 + reached * 3_600 / of_hour;
        }
        reached -= of_hour;
    }
    at_s
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand::SeedableRng;

    #[test]
    fn the_rhythm_keeps_the_order_and_the_day() {
        let moved: Vec<u64> = (0..2 * S_PER_DAY).map(in_the_rhythm_of_a_day).collect();
        assert!(moved.is_sorted());
        assert!(
            (0u64..)
                .zip(&moved)
                .all(|(s, m)| s / S_PER_DAY == m / S_PER_DAY)
        );
        let in_hour = |hour: u64| moved.iter().filter(|&m| m / 3_600 == hour).count();
        assert!(in_hour(20) > 5 * in_hour(3));
    }

    proptest! {
        #[test]
        fn shares_sum_to_the_pageviews_and_leave_nobody_out(
            users in 1u32..200, more in 0u64..100_000, days in 1u32..400, seed: u64,
        ) {
            let pageviews = u64::from(users) + more;
            let shares = shares(&mut ChaCha8Rng::seed_from_u64(seed), pageviews, users, days);
            prop_assert_eq!(shares.len(), users as usize);
            prop_assert_eq!(shares.iter().sum::<u64>(), pageviews);
            prop_assert!(shares.iter().all(|&share| share >= 1));
        }
    }

    #[test]
    fn a_fifth_of_the_users_make_most_of_the_pageviews() {
        let mut shares = shares(&mut ChaCha8Rng::seed_from_u64(1), 200_000, 10_000, 30);
        shares.sort_unstable();
        let heavy: u64 = shares[8_000..].iter().sum();
        assert!(heavy > 110_000, "{heavy}");
    }
}
