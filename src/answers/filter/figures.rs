//! The figures of the sessions that a filter keeps, of all or group by group. Answers floor.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::answers::browse::groups::median;
use crate::answers::filter::session_filter::SessionFilter;
use crate::answers::filter::session_filter::USERS_A_PART;
use crate::engine::cut::Cut;
use crate::engine::measure::Summary;
use crate::engine::parallel;

/// The counts of some sessions.
#[derive(Debug, Default)]
struct KeptTally {
    users: u64,
    last_user: Option<usize>,
    pageviews: u64,
    bounces: u64,
    durations_us: Vec<i64>,
}

impl KeptTally {
    fn add(&mut self, user: usize, rows: &Range<usize>, at_us: &[i64]) {
        self.users += u64::from(self.last_user.replace(user) != Some(user));
        self.pageviews += rows.len() as u64;
        self.bounces += u64::from(rows.len() == 1);
        self.durations_us
            .push(at_us[rows.end - 1] - at_us[rows.start]);
    }

    /// Adds what was counted of other users.
    fn join(&mut self, other: KeptTally) {
        self.users += other.users;
        self.pageviews += other.pageviews;
        self.bounces += other.bounces;
        self.durations_us.extend(other.durations_us);
    }

    fn summary(mut self, cut: &Cut) -> Summary {
        let durations = self.durations_us.iter();
        Summary {
            gap: cut.gap(),
            users: self.users,
            pageviews: self.pageviews,
            sessions: self.durations_us.len() as u64,
            bounces: self.bounces,
            total_duration_us: durations.map(|&us| i128::from(us)).sum(),
            median_duration_us: median(&mut self.durations_us),
        }
    }
}

impl SessionFilter {
    /// The figures of the sessions that are kept: users with one of them, pageviews in them. One pass, on every core.
    pub(crate) fn summary(&self, cut: &Cut) -> Summary {
        if self.is_empty() {
            return *cut.summary();
        }
        let mut one = self.summaries(cut, |_| 0);
        one.remove(&0)
            .unwrap_or_else(|| Summary::of_nothing(cut.gap()))
    }

    /// The same of each group of sessions that has one; the group is told from the row of a session's landing pageview.
    /// Users are counted in each group that they have a session in. One pass, on every core.
    pub(crate) fn summaries(
        &self,
        cut: &Cut,
        group_of: impl Fn(usize) -> i32 + Sync,
    ) -> BTreeMap<i32, Summary> {
        let at = cut.dataset().at_us();
        let parts = parallel::ranges(cut.dataset().n_users(), USERS_A_PART);
        let tallied = parallel::each(parts, |users| {
            let mut tallies: BTreeMap<i32, KeptTally> = BTreeMap::new();
            self.for_each_kept(cut, users, |user, _, rows| {
                let tally = tallies.entry(group_of(rows.start)).or_default();
                tally.add(user, &rows, at);
            });
            tallies
        });
        let mut all: BTreeMap<i32, KeptTally> = BTreeMap::new();
        for (group, tally) in tallied.into_iter().flatten() {
            all.entry(group).or_default().join(tally);
        }
        let summaries = all.into_iter();
        summaries
            .map(|(group, tally)| (group, tally.summary(cut)))
            .collect()
    }
}
