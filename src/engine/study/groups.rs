//! The pauses of all users, counted in groups of users. Engine floor.
//!
//! Which users were seen is partly chance. Drawing the groups anew shows how much that matters. Counts of 64 groups
//! tell it as well as the pauses themselves, and cost one pass.

use crate::engine::dataset::Dataset;
use crate::engine::study::histogram::PauseHistogram;

/// Groups of users, or stretches of time if there is only one user.
const GROUPS: usize = 64;

/// The pauses counted in groups of users.
#[derive(Clone, Debug)]
pub struct GroupedPauses {
    groups: Vec<PauseHistogram>,
}

impl GroupedPauses {
    /// The pauses of all pageviews. Users are divided into at most 64 groups, always in the same way.
    pub fn of(dataset: &Dataset) -> GroupedPauses {
        let mut all = GroupedPauses::of_classes(dataset, 1, |_| 0);
        all.pop().expect("there is one class")
    }

    /// The same for each class of pauses. The row before a pause tells its class. A user counts in the class of the
    /// last pageview, so the sessions of a class are those that end in it.
    pub(super) fn of_classes(
        dataset: &Dataset,
        n_classes: usize,
        class_of: impl Fn(usize) -> usize,
    ) -> Vec<GroupedPauses> {
        let (n_users, n_rows) = (dataset.n_users(), dataset.n_rows());
        let n_groups = match n_users {
            1 => GROUPS,
            n => GROUPS.min(n),
        };
        let none = GroupedPauses {
            groups: vec![PauseHistogram::of_counts(0, &[]); n_groups],
        };
        let mut classes = vec![none; n_classes];
        for user in 0..n_users {
            let (of_user, rows) = (group_of(user) % n_groups, dataset.rows_of(user));
            let pairs = dataset.at_us()[rows.clone()].windows(2);
            for (row, pair) in rows.clone().zip(pairs) {
                let group = match n_users {
                    1 => row * GROUPS / (n_rows - 1),
                    _ => of_user,
                };
                classes[class_of(row)].groups[group].add(pair[1] - pair[0]);
            }
            classes[class_of(rows.end - 1)].groups[of_user].users += 1;
        }
        classes
    }

    /// Pauses that were counted elsewhere, with one histogram for each group. One group alone cannot be drawn anew.
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
