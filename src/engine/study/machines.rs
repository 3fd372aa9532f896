//! Finds users who come back after the same time again and again, as machines do. Engine floor.

use crate::engine::dataset::Dataset;
use crate::engine::study::grid::UNITS_US;

/// Users with fewer pauses than this are not judged.
const FEWEST_PAUSES: usize = 20;
/// Pauses are of one length if they are within 2 % of it. The longest is then this many times the shortest.
const ALIKE: f64 = 1.02 / 0.98;
/// Below this many ticks of the clock, people's pauses share a length, too.
const FEWEST_TICKS: i64 = 5;

/// A user most of whose pauses are of one length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Machine {
    /// Index of the user.
    pub user: u32,
    /// The length, microseconds: the middle one of those that are alike.
    pub pause_us: i64,
    /// Pauses within 2 % of one length.
    pub alike: u64,
    /// All pauses of the user.
    pub pauses: u64,
}

/// The users with 20 pauses or more of which more than half are within 2 % of one length, those with the most pauses
/// first, then by id.
pub fn machines(dataset: &Dataset) -> Vec<Machine> {
    let shortest_us = FEWEST_TICKS * clock_us(dataset.at_us());
    let mut found = Vec::new();
    let mut pauses_us = Vec::new();
    for user in 0..dataset.n_users() {
        let rows = dataset.rows_of(user);
        if rows.len() <= FEWEST_PAUSES {
            continue;
        }
        pauses_us.clear();
        let pairs = dataset.at_us()[rows].windows(2);
        pauses_us.extend(pairs.map(|pair| pair[1] - pair[0]));
        if let Some((pause_us, alike)) = common_length(&mut pauses_us)
            && pause_us >= shortest_us
        {
            found.push(Machine {
                user: user as u32,
                pause_us,
                alike,
                pauses: pauses_us.len() as u64,
            });
        }
    }
    let id = |machine: &Machine| dataset.users().text(machine.user);
    found.sort_by(|a, b| b.pauses.cmp(&a.pauses).then_with(|| id(a).cmp(id(b))));
    found
}

/// The coarsest customary unit, microseconds, of which (almost) every time is a multiple. Pauses cannot tell the unit
/// if machines make most of them.
fn clock_us(at_us: &[i64]) -> i64 {
    let most_off = at_us.len() / 1_000;
    let is_unit = |&unit_us: &i64| {
        let off = at_us.iter().filter(|&&us| us % unit_us != 0);
        off.take(most_off + 1).count() <= most_off
    };
    UNITS_US.into_iter().find(is_unit).unwrap_or(1)
}

/// The length within 2 % of which more than half of the pauses lie, and how many do.
fn common_length(pauses_us: &mut [i64]) -> Option<(i64, u64)> {
    let half = pauses_us.len() / 2;
    // If more than half lie side by side in order, the median is one of them. So most users can be ruled out without
    // sorting.
    let median_us = *pauses_us.select_nth_unstable(half).1 as f64;
    let about = median_us / ALIKE..=median_us * ALIKE;
    let near = pauses_us.iter().filter(|&&us| about.contains(&(us as f64)));
    if near.count() <= half {
        return None;
    }
    pauses_us.sort_unstable();
    let mut first = 0;
    let (mut best, mut most) = (0, 0);
    for (last, &longest_us) in pauses_us.iter().enumerate() {
        while pauses_us[first] as f64 * ALIKE < longest_us as f64 {
            first += 1;
        }
        if last + 1 - first > most {
            (best, most) = (first, last + 1 - first);
        }
    }
    (most > half).then(|| (pauses_us[best + most / 2], most as u64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::timestamp::Timestamp;
    use crate::words::timestamp::US_PER_S;
    use proptest::prelude::*;

    fn machines_of(users: &[&[i64]]) -> Vec<Machine> {
        let mut rows = Vec::new();
        for (user, pauses_s) in users.iter().enumerate() {
            // Not on a whole minute: the clock shows seconds.
            let mut at = US_PER_S;
            for pause in std::iter::once(&0).chain(*pauses_s) {
                at += pause * US_PER_S;
                rows.push((format!("u{user}"), Timestamp::from_us(at).unwrap(), "/"));
            }
        }
        machines(&Dataset::of_rows(rows))
    }

    #[test]
    fn a_user_of_one_pause_is_a_machine_and_people_are_none() {
        let monitor: Vec<i64> = (0..40).map(|n| 300 + n % 3).chain(0..30).collect();
        let person: Vec<i64> = (0..60).map(|n| 3 + n * n).collect();
        let machine = Machine {
            user: 1,
            pause_us: 301 * US_PER_S,
            alike: 40,
            pauses: 70,
        };
        assert_eq!(machines_of(&[&person, &monitor]), [machine]);
    }

    #[test]
    fn twenty_pauses_are_judged_and_nineteen_are_not() {
        assert_eq!(machines_of(&[&[60; 20]]).len(), 1);
        assert_eq!(machines_of(&[&[60; 19]]), []);
    }

    #[test]
    fn half_is_not_most() {
        let mut pauses = [60; 20];
        for (n, pause) in pauses[..10].iter_mut().enumerate() {
            *pause = 100 + 10 * n as i64;
        }
        assert_eq!(machines_of(&[&pauses]), []);
        pauses[0] = 60;
        assert_eq!(machines_of(&[&pauses])[0].alike, 11);
    }

    #[test]
    fn two_percent_to_both_sides_are_alike_and_more_are_not() {
        assert_eq!(machines_of(&[&[[980, 1_020]; 10].concat()]).len(), 1);
        assert_eq!(machines_of(&[&[[980, 1_021]; 10].concat()]), []);
    }

    #[test]
    fn what_a_coarse_clock_shows_alike_is_no_machine() {
        assert_eq!(machines_of(&[&[4; 50], &[0; 50]]), []);
        assert_eq!(machines_of(&[&[5; 50]]).len(), 1);
    }

    #[test]
    fn the_busiest_come_first() {
        let found = machines_of(&[&[60; 20], &[60; 30], &[60; 20]]);
        let users: Vec<u32> = found.iter().map(|machine| machine.user).collect();
        assert_eq!(users, [1, 0, 2]);
    }

    proptest! {
        #[test]
        fn the_length_is_the_one_that_trying_all_finds(pauses in proptest::collection::vec(0i64..200, 20..60)) {
            let most = pauses.iter().map(|&from| {
                let alike = |&&us: &&i64| us >= from && us as f64 <= from as f64 * ALIKE;
                pauses.iter().filter(alike).count()
            }).max().unwrap();
            let found = common_length(&mut pauses.clone());
            prop_assert_eq!(found.map(|found| found.1), (most > pauses.len() / 2).then_some(most as u64));
        }
    }
}
