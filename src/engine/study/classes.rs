//! Studies classes of pauses: is one gap good for all of them? Engine floor.
//!
//! Knows nothing of what the classes are.

use crate::engine::dataset::Dataset;
use crate::engine::parallel;
use crate::engine::study::StudiedUsers;
use crate::engine::study::ValleyStudy;
use crate::engine::study::groups::GroupedPauses;
use crate::engine::study::sides::BothSides;
use crate::engine::study::sides::users_with_half;
use crate::words::gap::Gap;

/// What the pauses of a class say.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassStudy {
    /// Users who have such a pause.
    pub users: u64,
    /// How many there are.
    pub pauses: u64,
    /// What these pauses say about the gap.
    pub study: ValleyStudy,
}

impl ClassStudy {
    /// Whether both have good gaps, but none in common.
    pub fn is_apart_from(&self, other: &ClassStudy) -> bool {
        let good = |class: &ClassStudy| class.study.good_us();
        let both = good(self).zip(good(other));
        both.is_some_and(|(a, b)| a.1 < b.0 || b.1 < a.0)
    }
}

/// Studies the pauses of each class, on every core. `classes` has the class of each row, all below `n_classes`; the
/// pause after the row belongs to it. `None` once `keep_going` says no.
pub fn study_classes(
    dataset: &Dataset,
    classes: &[u8],
    n_classes: usize,
    in_use: Gap,
    keep_going: &(dyn Fn() -> bool + Sync),
) -> Option<Vec<ClassStudy>> {
    let grouped = GroupedPauses::of_classes(dataset, n_classes, |row| usize::from(classes[row]));
    let study = |(class, grouped): (usize, &GroupedPauses)| {
        let taken = |row: usize| usize::from(classes[row]) == class;
        let (n_users, half) = users_with_half(dataset, taken);
        let users = StudiedUsers {
            users: n_users as u64,
            span_us: None,
            half: Some(half as u64),
            sides: &|gap_us| Some(BothSides::at(dataset, gap_us, taken)),
        };
        Some(ClassStudy {
            users: n_users as u64,
            pauses: grouped.total().pauses,
            study: ValleyStudy::of_groups(grouped, &users, in_use, keep_going)?,
        })
    };
    let studies = parallel::each(grouped.iter().enumerate(), study);
    studies.into_iter().collect()
}
