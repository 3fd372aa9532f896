//! The pauses of all users, counted in groups of users. Engine floor.
//!
//! That a few hundred users were seen and not others is chance; how much it matters shows when the groups are drawn
//! anew. Counts of 64 groups tell that as well as the pauses themselves would, and cost one pass.

use crate::engine::dataset::Dataset;
use crate::engine::study::histogram::PauseHistogram;

/// Groups of users; stretches of time where there is one user only.
const GROUPS: usize = 64;

/// The pauses counted in groups of users.
#[derive(Clone, Debug)]
pub struct GroupedPauses {
    groups: Vec<PauseHistogram>,
}

impl GroupedPauses {
    /// The pauses of all pageviews: users are dealt to at most 64 groups, always in the same way.
    pub fn of(dataset: &Dataset) -> GroupedPauses {
        let (n_users, n_rows) = (dataset.n_users(), dataset.n_rows());
        let mut groups = vec![PauseHistogram::of_counts(0, &[]); GROUPS.min(n_users)];
        if n_users == 1 {
            groups.resize(GROUPS, PauseHistogram::of_counts(0, &[]));
            groups[0].users = 1;
            for (pair, pause) in dataset.at_us().windows(2).zip(0..) {
                groups[pause * GROUPS / (n_rows - 1)].add(pair[1] - pair[0]);
            }
            return GroupedPauses { groups };
        }
        for user in 0..n_users {
            let group = &mut groups[group_of(user) % GROUPS.min(n_users)];
            group.users += 1;
            for pair in dataset.at_us()[dataset.rows_of(user)].windows(2) {
                group.add(pair[1] - pair[0]);
            }
        }
        GroupedPauses { groups }
    }

    /// Pauses that were counted elsewhere, a histogram a group; of one group nothing can be drawn anew.
    pub fn of_histograms(groups: Vec<PauseHistogram>) -> GroupedPauses {
        GroupedPauses { groups }
    }

    /// The histograms of the groups.
    pub fn groups(&self) -> &[PauseHistogram] {
        &self.groups
    }

    /// All pauses together.
    pub fn total(&self) -> PauseHistogram {
        let mut total = PauseHistogram::of_counts(0, &[]);
        for group in &self.groups {
            total.merge(group);
        }
        total
    }
}

/// Spreads neighbouring numbers (multiplicative hashing by the golden ratio, Knuth vol. 3, 6.4).
fn group_of(user: usize) -> usize {
    ((user as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as usize
}
