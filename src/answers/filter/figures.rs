//! The figures of the sessions that a filter keeps. Answers floor.

use std::ops::Range;

use crate::answers::filter::session_filter::SessionFilter;
use crate::answers::filter::session_filter::USERS_A_PART;
use crate::engine::cut::Cut;
use crate::engine::measure::Summary;
use crate::engine::parallel;

/// The counts of some users' sessions.
#[derive(Debug, Default)]
struct KeptTally {
    users: u64,
    pageviews: u64,
    bounces: u64,
    durations_us: Vec<i64>,
}

impl KeptTally {
    fn of(filter: &SessionFilter, cut: &Cut, users: Range<usize>) -> KeptTally {
        let at = cut.dataset().at_us();
        let mut tally = KeptTally::default();
        let mut last_user = None;
        filter.for_each_kept(cut, users, |user, _, rows| {
            tally.users += u64::from(last_user.replace(user) != Some(user));
            tally.pageviews += rows.len() as u64;
            tally.bounces += u64::from(rows.len() == 1);
            tally.durations_us.push(at[rows.end - 1] - at[rows.start]);
        });
        tally
    }

    fn plus(mut self, other: KeptTally) -> KeptTally {
        self.users += other.users;
        self.pageviews += other.pageviews;
        self.bounces += other.bounces;
        self.durations_us.extend(other.durations_us);
        self
    }
}

impl SessionFilter {
    /// The figures of the sessions that are kept: users with one of them, pageviews in them. One pass, on every core.
    pub(crate) fn summary(&self, cut: &Cut) -> Summary {
        if self.is_empty() {
            return *cut.summary();
        }
        let parts = parallel::ranges(cut.dataset().n_users(), USERS_A_PART);
        let tallies = parallel::each(parts, |users| KeptTally::of(self, cut, users));
        let tallies = tallies.into_iter();
        let mut tally = tallies.fold(KeptTally::default(), KeptTally::plus);
        let durations = tally.durations_us.iter();
        Summary {
            gap: cut.gap(),
            users: tally.users,
            pageviews: tally.pageviews,
            sessions: tally.durations_us.len() as u64,
            bounces: tally.bounces,
            total_duration_us: durations.map(|&us| i128::from(us)).sum(),
            median_duration_us: median(&mut tally.durations_us),
        }
    }
}

/// With an even number, the mean of the two middle ones, as in [`Summary::median_duration_us`].
fn median(durations_us: &mut [i64]) -> Option<i64> {
    let n = durations_us.len();
    let (below, &mut upper, _) = (n > 0).then(|| durations_us.select_nth_unstable(n / 2))?;
    let lower = match n % 2 {
        0 => *below.iter().max()?,
        _ => upper,
    };
    Some(lower + (upper - lower) / 2)
}
