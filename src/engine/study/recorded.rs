//! Compares studies of pauses made without chance with what they said when a person had checked them: `recorded.txt`.

use std::fmt::Write;

use super::*;
use crate::engine::study::tests::dataset_of;

/// Pauses of one kind: how many, their median in seconds, and how widely their logarithms spread.
type Spread = (usize, f64, f64);

/// A minute's work and the next day's visit.
const CLEAR_KINDS: &[Spread] = &[(2_400, 40.0, 0.7), (600, 72_000.0, 0.6)];

/// Pauses whose logarithms are at the quantiles of a logistic curve.
fn pauses(kinds: &[Spread]) -> Vec<i64> {
    let quantiles = |&(n, median_s, spread): &Spread| {
        (0..n).map(move |i| {
            let below = (i as f64 + 0.5) / n as f64;
            (median_s * (below / (1.0 - below)).powf(spread) * 1e6) as i64
        })
    };
    kinds.iter().flat_map(quantiles).collect()
}

/// As many users as that, who have pauses of all lengths.
fn dealt(pauses: &[i64], n_users: usize) -> Vec<Vec<i64>> {
    let mut users = vec![Vec::new(); n_users];
    for i in 0..pauses.len() {
        users[i % n_users].push(pauses[i * 7_919 % pauses.len()]);
    }
    users
}

fn cases() -> Vec<(&'static str, Vec<Vec<i64>>)> {
    let clear = pauses(CLEAR_KINDS);
    let on_minutes = |pauses: &Vec<i64>| {
        pauses
            .iter()
            .map(|us| us / 60_000_000 * 60_000_000)
            .collect()
    };
    let with_a_machine = |n: usize| [dealt(&clear, 30), vec![vec![300_000_000; n]]].concat();
    let spread = (0..3_000).map(|i| (f64::from(i) / 3_000.0 * 86_400f64.ln()).exp() * 1e6);
    vec![
        (
            "hardly any shorter ones",
            dealt(&pauses(&[(15, 40.0, 0.3), (3_000, 72_000.0, 0.4)]), 30),
        ),
        (
            "few longer ones far away",
            dealt(&pauses(&[(3_000, 10.0, 0.5), (60, 72_000.0, 0.4)]), 30),
        ),
        (
            "whole minutes, few of them",
            dealt(&pauses(&[(2_000, 60.0, 0.4), (900, 4_000.0, 0.4)]), 30)
                .iter()
                .map(on_minutes)
                .collect(),
        ),
        (
            "many of two kinds that hardly differ",
            dealt(&pauses(&[(8_000, 200.0, 0.6), (3_600, 2_700.0, 0.5)]), 30),
        ),
        ("two kinds", dealt(&clear, 30)),
        ("two kinds of one user", dealt(&clear, 1)),
        ("two kinds of two users", dealt(&clear, 2)),
        (
            "two kinds that overlap",
            dealt(&pauses(&[(2_000, 100.0, 0.7), (700, 14_000.0, 0.6)]), 30),
        ),
        (
            "two kinds that overlap more",
            dealt(&pauses(&[(2_000, 200.0, 0.6), (900, 5_000.0, 0.5)]), 30),
        ),
        (
            "two kinds that hardly differ",
            dealt(&pauses(&[(2_000, 300.0, 0.6), (900, 2_500.0, 0.5)]), 30),
        ),
        (
            "two kinds within an hour",
            dealt(&pauses(&[(2_000, 5.0, 0.4), (900, 900.0, 0.4)]), 30),
        ),
        (
            "two kinds, the longer by the day",
            dealt(&pauses(&[(2_000, 600.0, 0.6), (900, 200_000.0, 0.3)]), 30),
        ),
        (
            "three kinds",
            dealt(
                &pauses(&[
                    (2_000, 5.0, 0.3),
                    (1_500, 400.0, 0.3),
                    (900, 50_000.0, 0.35),
                ]),
                30,
            ),
        ),
        (
            "four kinds",
            dealt(
                &pauses(&[
                    (900, 20.0, 0.2),
                    (800, 300.0, 0.2),
                    (800, 9_000.0, 0.2),
                    (900, 90_000.0, 0.2),
                ]),
                30,
            ),
        ),
        (
            "few longer ones",
            dealt(&pauses(&[(3_000, 40.0, 0.7), (45, 72_000.0, 0.4)]), 30),
        ),
        (
            "hardly any longer ones",
            dealt(&pauses(&[(3_000, 10.0, 0.5), (15, 72_000.0, 0.4)]), 30),
        ),
        ("one kind", dealt(&pauses(&[(3_000, 60.0, 1.0)]), 30)),
        (
            "lengths of all sizes",
            dealt(&spread.map(|us| us as i64).collect::<Vec<_>>(), 30),
        ),
        (
            "whole minutes",
            dealt(&clear, 30).iter().map(on_minutes).collect(),
        ),
        ("a machine", with_a_machine(500)),
        ("a machine that hardly shows", with_a_machine(40)),
        (
            "two sorts of users",
            [
                dealt(&pauses(&[(2_000, 8.0, 0.4)]), 30),
                dealt(&pauses(&[(1_000, 2_400.0, 0.4)]), 30),
            ]
            .concat(),
        ),
        (
            "a hundred pauses",
            dealt(&pauses(&[(80, 40.0, 0.4), (20, 72_000.0, 0.4)]), 10),
        ),
    ]
}

/// A number to three digits; what is almost 0 is 0.
fn digits(number: f64) -> String {
    match number < 1e-4 {
        true => "0".to_owned(),
        false => format!("{number:.2e}"),
    }
}

/// What a study says, lengths in seconds.
fn said(study: &ValleyStudy) -> String {
    let s = |us: i64| format!("{:.2e}", us as f64 / 1e6);
    let both = |(a, b): (f64, f64)| format!("{} to {}", digits(a), digits(b));
    let mut said = format!(
        "  {:?}, keep {}, clock {}",
        study.grade,
        study.keep.map_or("none".to_owned(), |gap| gap.to_string()),
        s(study.resolution_us)
    );
    let _ = match &study.reason {
        None => writeln!(said),
        Some(NoValley::BetweenUsers { sides, .. }) => {
            writeln!(
                said,
                ", between users: {} of {}, expected {:.2e}",
                sides.users, sides.of, sides.expected
            )
        }
        Some(reason) => writeln!(
            said,
            ", {}",
            format!("{reason:?}").split(' ').next().unwrap_or_default()
        ),
    };
    for note in &study.notes {
        let _ = match note {
            StudyNote::Machine { spike, share } => {
                writeln!(
                    said,
                    "  machine of {}: {:.2e}, share {share:.2e}",
                    s(spike.pause_us),
                    spike.pauses
                )
            }
            note => writeln!(said, "  {note:?}"),
        };
    }
    let Some(found) = &study.found else {
        return said;
    };
    let best_us = found.best_us as f64;
    let (mut within, mut between, mut far_within, mut far_between) = (0.0, 0.0, 0.0, 0.0);
    for at in &found.kinds {
        within += at.within;
        between += at.between;
        far_within += if at.from_us >= 2.0 * best_us {
            at.within
        } else {
            0.0
        };
        far_between += if at.to_us <= best_us / 2.0 {
            at.between
        } else {
            0.0
        };
    }
    let lines = [
        format!(
            "best {}, good {} to {}",
            s(found.best_us),
            s(found.good_us.0),
            s(found.good_us.1)
        ),
        found
            .interval_us
            .map_or("no interval".to_owned(), |(low, high)| {
                format!("interval {} to {}", s(low), s(high))
            }),
        format!(
            "misplaced of pauses {}, of sessions {}",
            both(found.misplaced_of_pauses),
            both(found.misplaced_of_sessions)
        ),
        format!("split {}, merged {}", both(found.split), both(found.merged)),
        format!(
            "lost by doubling {}, depth {}",
            digits(found.sessions_lost_by_doubling),
            digits(found.depth)
        ),
        format!(
            "within {}, of these at least twice the best {}",
            digits(within),
            digits(far_within)
        ),
        format!(
            "between {}, of these at most half the best {}",
            digits(between),
            digits(far_between)
        ),
        format!(
            "other valleys {:?}",
            found
                .other_valleys_us
                .iter()
                .map(|&us| s(us))
                .collect::<Vec<_>>()
        ),
    ];
    for line in lines {
        let _ = writeln!(said, "  {line}");
    }
    said
}

#[test]
fn studies_say_what_was_found() {
    let mut all = String::new();
    for (name, users) in cases() {
        let study = ValleyStudy::of(&dataset_of(&users), Gap::DEFAULT, &|| true).unwrap();
        let _ = writeln!(all, "{name}\n{}", said(&study));
    }
    assert!(all == include_str!("recorded.txt"), "{all}");
}
