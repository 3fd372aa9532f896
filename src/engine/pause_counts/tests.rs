//! Compares the study of counts with the study of the pauses themselves.

use super::*;
use crate::engine::dataset::Dataset;
use crate::words::timestamp::Timestamp;
use proptest::prelude::*;
use std::cmp::Reverse;
use std::collections::BTreeMap;

fn gap(us: i64) -> Gap {
    Gap::from_us(us).unwrap()
}

fn count(sessions: u64, is_exact: bool) -> SessionCount {
    SessionCount { sessions, is_exact }
}

#[test]
fn at_the_lower_end_of_a_row_the_sessions_are_known() {
    let counts = PauseCounts::new(vec![(0, 1), (100, 8), (200, 2)], false, 3).unwrap();
    assert_eq!(counts.sessions_at(gap(100)), count(13, true));
    assert_eq!(counts.sessions_at(gap(200)), count(5, true));
    assert_eq!(counts.sessions_at(gap(150)), count(9, false));
    assert_eq!(counts.sessions_at(gap(300)), count(4, false));
    assert_eq!(counts.sessions_at(Gap::MAX), count(3, false));
    assert_eq!((counts.pauses(), counts.pageviews()), (11, 14));
}

#[test]
fn rows_that_hold_no_pause_leave_nothing_open() {
    let counts = PauseCounts::new(vec![(0, 0), (100, 0), (200, 2)], false, 3).unwrap();
    assert_eq!(counts.sessions_at(gap(150)), count(5, true));
    let nobody = PauseCounts::new(Vec::new(), false, 0).unwrap();
    assert_eq!(nobody.sessions_at(gap(1)), count(0, true));
}

#[test]
fn what_cannot_be_counted_is_refused() {
    assert_eq!(PauseCounts::new(vec![(-1, 1)], true, 1), None);
    assert_eq!(PauseCounts::new(vec![(1, u64::MAX), (2, 1)], true, 0), None);
    assert_eq!(PauseCounts::new(vec![(1, u64::MAX)], true, 1), None);
}

#[test]
fn what_stands_for_numbers_that_are_counted_together_is_their_mean() {
    let mut together = BTreeMap::<(u32, u64), Vec<u64>>::new();
    for n in 1..4_096u64 {
        let sixteenths = n.ilog2().saturating_sub(4);
        together
            .entry((sixteenths, n >> sixteenths))
            .or_default()
            .push(n);
    }
    for numbers in together.values() {
        let mean = numbers.iter().sum::<u64>() as f64 / numbers.len() as f64;
        for &n in numbers {
            assert_eq!(middle(n), mean, "{n}");
        }
    }
    assert_eq!(middle(0), 0.0);
}

#[test]
fn users_are_those_of_all_numbers_of_pauses() {
    let pauses = [vec![], vec![1, 2], vec![3]];
    assert_eq!(owners_of(&pauses).users(), 3);
    assert_eq!(counts_of(&pauses).users(), 3);
}

/// Pauses by user, fewer than are counted together with other numbers.
fn pauses_of_users() -> impl Strategy<Value = Vec<Vec<i64>>> {
    proptest::collection::vec(proptest::collection::vec(0i64..40, 0..9), 1..20)
}

fn dataset_of(pauses: &[Vec<i64>]) -> Dataset {
    let rows = pauses.iter().enumerate().flat_map(|(user, pauses)| {
        let ends = pauses.iter().scan(0, |at, pause| {
            *at += pause;
            Some(*at)
        });
        let rows = [0].into_iter().chain(ends);
        rows.map(move |at| (format!("{user:03}"), Timestamp::clamped(at), "/"))
    });
    Dataset::of_rows(rows)
}

fn counts_of(pauses: &[Vec<i64>]) -> PauseCounts {
    let rows = pauses.iter().flatten().map(|&pause| (pause, 1)).collect();
    PauseCounts::new(rows, true, pauses.len() as u64).unwrap()
}

fn owners_of(pauses: &[Vec<i64>]) -> PauseOwners {
    let mut by_length = BTreeMap::<i64, OwnersOfLength>::new();
    let mut by_number = BTreeMap::<u64, u64>::new();
    for of_user in pauses {
        *by_number.entry(of_user.len() as u64).or_default() += 1;
        let (Some(&shortest), Some(&longest)) = (of_user.iter().min(), of_user.iter().max()) else {
            continue;
        };
        by_length.entry(longest).or_default().crossing += 1;
        by_length.entry(shortest).or_default().crossing -= 1;
        by_length.entry(longest).or_default().lone += u64::from(of_user.len() == 1);
    }
    let of_length = |(from_us, row)| OwnersOfLength { from_us, ..row };
    PauseOwners {
        by_length: by_length.into_iter().map(of_length).collect(),
        by_number: by_number.into_iter().collect(),
    }
}

proptest! {
    #[test]
    fn exact_lengths_give_the_sessions_of_every_gap(
        pauses in proptest::collection::vec(0i64..500, 0..60), users in 0u64..9, at in 1i64..600,
    ) {
        let rows = pauses.iter().map(|&pause| (pause, 1)).collect();
        let counts = PauseCounts::new(rows, true, users).unwrap();
        let longer = pauses.iter().filter(|&&pause| pause >= at).count() as u64;
        prop_assert_eq!(counts.sessions_at(gap(at)), count(users + longer, true));
    }

    #[test]
    fn who_has_pauses_on_both_sides_is_what_the_pageviews_say(pauses in pauses_of_users(), at in 1i64..40) {
        let sides = counts_of(&pauses).sides(&owners_of(&pauses), at);
        let expected = BothSides::at(&dataset_of(&pauses), at, |_| true);
        prop_assert_eq!((sides.users, sides.of), (expected.users, expected.of));
        prop_assert!((sides.expected - expected.expected).abs() < 1e-9, "{sides:?} {expected:?}");
    }

    #[test]
    fn half_of_the_pauses_are_those_of_the_busiest_users(pauses in pauses_of_users()) {
        let mut numbers: Vec<usize> = pauses.iter().map(Vec::len).collect();
        numbers.sort_unstable_by_key(|&n| Reverse(n));
        let of_first = |n: usize| numbers[..n].iter().sum::<usize>();
        let few = (0..=numbers.len()).find(|&few| 2 * of_first(few) >= of_first(numbers.len()));
        prop_assert_eq!(owners_of(&pauses).users_with_half() as usize, few.unwrap());
    }

    #[test]
    fn no_counts_make_it_panic(
        rows in proptest::collection::vec((0i64..=i64::MAX, 0u64..=u64::MAX / 64), 0..20),
        users: u32, at in 1i64..=i64::MAX,
    ) {
        let counts = PauseCounts::new(rows, false, u64::from(users)).unwrap();
        let sessions = counts.sessions_at(gap(at)).sessions;
        prop_assert!(sessions >= u64::from(users) && sessions <= counts.pageviews());
        let _ = counts.histogram().axis_us();
    }
}
