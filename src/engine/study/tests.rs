use super::*;
use crate::engine::study::thresholds::studied;
use crate::words::timestamp::Timestamp;
use proptest::prelude::*;
use rand::RngExt;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::Distribution;
use rand_distr::LogNormal;

/// Users with geometric numbers of pauses, about `per_user` each, that `draw` makes, in seconds.
fn users(
    seed: u64,
    n: usize,
    per_user: f64,
    mut draw: impl FnMut(&mut ChaCha8Rng) -> f64,
) -> Vec<Vec<i64>> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..n)
        .map(|_| {
            let mut pauses = Vec::new();
            loop {
                pauses.push((draw(&mut rng) * 1e6) as i64);
                if rng.random_bool(1.0 / per_user) {
                    return pauses;
                }
            }
        })
        .collect()
}

/// A pause of one of several kinds: (weight, median in seconds, deviation of the logarithm).
fn of_kinds(kinds: &'static [(f64, f64, f64)]) -> impl FnMut(&mut ChaCha8Rng) -> f64 {
    |rng| {
        let mut at = rng.random::<f64>();
        let kind = kinds.iter().find(|(weight, ..)| {
            at -= weight;
            at < 0.0
        });
        let &(_, median_s, deviation) = kind.unwrap_or(&kinds[0]);
        LogNormal::new(median_s.ln(), deviation)
            .unwrap()
            .sample(rng)
    }
}

/// A minute's work and the next day's visit.
const CLEAR_KINDS: &[(f64, f64, f64)] = &[(0.8, 40.0, 1.3), (0.2, 72_000.0, 1.2)];

pub(super) fn dataset_of(users: &[Vec<i64>]) -> Dataset {
    let mut rows = Vec::new();
    for (user, pauses) in users.iter().enumerate() {
        let mut at = 1_700_000_000_000_000;
        for pause in std::iter::once(&0).chain(pauses) {
            at += pause;
            rows.push((format!("{user:06}"), Timestamp::from_us(at).unwrap(), "/"));
        }
    }
    Dataset::of_rows(rows)
}

fn study_of(users: &[Vec<i64>]) -> ValleyStudy {
    ValleyStudy::of(&dataset_of(users), Gap::DEFAULT, &|| true).unwrap()
}

fn best_min(study: &ValleyStudy) -> f64 {
    study.found.as_ref().unwrap().best_us as f64 / 60e6
}

/// Users whose clock shows whole units only.
fn on_clock(users: &[Vec<i64>], unit_us: i64) -> Vec<Vec<i64>> {
    let tick = |pauses: &Vec<i64>| {
        let (mut at, mut shown) = (1_700_000_000_123_457, 1_700_000_000_123_457 / unit_us);
        let tick = |pause: &i64| {
            at += pause;
            let before = std::mem::replace(&mut shown, at / unit_us);
            (shown - before) * unit_us
        };
        pauses.iter().map(tick).collect()
    };
    users.iter().map(tick).collect()
}

#[test]
fn two_kinds_of_pauses_give_a_clear_gap_between_them() {
    let study = study_of(&users(1, 2_000, 20.0, of_kinds(CLEAR_KINDS)));
    assert_eq!(
        (study.grade, study.keep),
        (Grade::Clear, Some(Gap::DEFAULT))
    );
    // The gap that misplaces fewest is 50 minutes.
    assert!(
        (30.0..70.0).contains(&best_min(&study)),
        "{}",
        best_min(&study)
    );
    let found = study.found.unwrap();
    assert!(found.good_us.0 < found.best_us && found.best_us < found.good_us.1);
    assert!(found.misplaced_of_pauses.0 <= found.misplaced_of_pauses.1);
    assert!(found.misplaced_of_pauses.1 < 0.01);
}

#[test]
fn every_pause_is_of_one_kind_or_the_other_and_they_cross_at_the_best_gap() {
    let dataset = dataset_of(&users(1, 2_000, 20.0, of_kinds(CLEAR_KINDS)));
    let study = ValleyStudy::of(&dataset, Gap::DEFAULT, &|| true).unwrap();
    let found = study.found.unwrap();
    let pauses: f64 = found.kinds.iter().map(|at| at.within + at.between).sum();
    assert!(
        (pauses - PauseHistogram::of(&dataset).pauses as f64).abs() < 1e-3,
        "{pauses}"
    );
    let best_us = found.best_us as f64;
    for at in &found.kinds {
        let is_near = (at.from_us / best_us).ln().abs() < 0.3;
        if is_near && at.to_us < best_us {
            assert!(at.within >= at.between, "{at:?}");
        } else if is_near && at.from_us > best_us {
            assert!(at.within <= at.between, "{at:?}");
        }
    }
}

#[test]
fn the_gap_in_use_is_kept_only_if_it_is_good() {
    let dataset = dataset_of(&users(1, 2_000, 20.0, of_kinds(CLEAR_KINDS)));
    let kept = |minutes: i64| {
        let in_use = Gap::from_us(minutes * 60_000_000).unwrap();
        ValleyStudy::of(&dataset, in_use, &|| true)
            .unwrap()
            .keep
            .unwrap()
            .as_us()
            / 60_000_000
    };
    assert_eq!((kept(45), kept(1), kept(3_000)), (45, 30, 30));
}

#[test]
fn one_kind_of_pauses_gives_none() {
    for deviation in [1.5, 2.5] {
        let kind = LogNormal::new(60f64.ln(), deviation).unwrap();
        let study = study_of(&users(2, 2_000, 20.0, |rng| kind.sample(rng)));
        assert_eq!(
            (study.grade, study.keep),
            (Grade::None, None),
            "{deviation}"
        );
        assert!(study.reason.is_some());
    }
}

#[test]
fn pauses_spread_over_all_lengths_give_none() {
    let study = study_of(&users(3, 2_000, 20.0, |rng| {
        rng.random_range(0.0..86_400f64.ln()).exp()
    }));
    assert_eq!(study.grade, Grade::None);
}

#[test]
fn a_valley_between_users_is_told_from_one_within_them() {
    let mut two_sorts = users(4, 300, 40.0, of_kinds(&[(1.0, 8.0, 0.6)]));
    two_sorts.extend(users(5, 300, 40.0, of_kinds(&[(1.0, 2_400.0, 0.6)])));
    let study = study_of(&two_sorts);
    assert!(
        matches!(study.reason, Some(NoValley::BetweenUsers { sides, .. }) if sides.users < 30),
        "{study:?}"
    );
}

#[test]
fn a_machine_is_named_and_left_out() {
    let mut people = users(6, 1_000, 20.0, of_kinds(CLEAR_KINDS));
    let without = best_min(&study_of(&people));
    people.push(vec![300_000_000; 3_000]);
    let study = study_of(&people);
    assert!(
        study
            .notes
            .iter()
            .any(|note| matches!(note, StudyNote::Machine { spike, .. }
        if (spike.pause_us as f64 / 300e6).ln().abs() < 0.05))
    );
    assert!((best_min(&study) / without).ln().abs() < 0.05);
}

#[test]
fn too_few_pauses_are_said_to_be_too_few() {
    for n in [0, 1, 99] {
        let study = study_of(&[vec![60_000_000; n]]);
        assert_eq!(
            study.reason,
            Some(NoValley::TooFewPauses { pauses: n as u64 })
        );
    }
    assert_eq!(
        study_of(&[]).reason,
        Some(NoValley::TooFewPauses { pauses: 0 })
    );
}

#[test]
fn one_user_is_studied_by_stretches_of_time() {
    let pauses = users(7, 500, 10.0, of_kinds(CLEAR_KINDS)).concat();
    let study = study_of(&[pauses]);
    assert_eq!(study.grade, Grade::Clear);
    assert!(study.found.unwrap().interval_us.is_some());
}

#[test]
fn coarse_clocks_are_seen_and_hardly_move_the_gap() {
    let people = users(8, 2_000, 20.0, of_kinds(CLEAR_KINDS));
    let fine = best_min(&study_of(&people));
    for (unit_us, name) in [(1_000_000, "1 s"), (60_000_000, "1 min")] {
        let study = study_of(&on_clock(&people, unit_us));
        assert_eq!(study.resolution_us, unit_us, "{name}");
        assert!(
            (best_min(&study) / fine).ln().abs() < 0.25,
            "{name}: {} and {fine}",
            best_min(&study)
        );
    }
    let hours = study_of(&on_clock(&people, 3_600_000_000));
    assert_eq!(hours.keep, None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.min(12), ..ProptestConfig::default() })]

    #[test]
    fn one_odd_row_hardly_moves_the_gap(seed in 0u64..1_000, odd in prop_oneof![Just(1i64), Just(1_600_000_000_000_000)]) {
        let mut people = users(seed, 500, 20.0, of_kinds(CLEAR_KINDS));
        let before = study_of(&people);
        people[0].push(odd);
        let after = study_of(&people);
        prop_assert_eq!(before.grade, after.grade);
        prop_assert!((best_min(&after) / best_min(&before)).ln().abs() < 0.05);
    }

    #[test]
    fn ten_times_the_counts_hardly_move_the_gap(seed in 0u64..1_000) {
        let people = users(seed, 500, 20.0, of_kinds(CLEAR_KINDS));
        let mut ten = Vec::new();
        for _ in 0..10 {
            ten.extend(people.iter().cloned());
        }
        let (once, ten) = (best_min(&study_of(&people)), best_min(&study_of(&ten)));
        prop_assert!((ten / once).ln().abs() < 0.1, "{once} {ten}");
    }

    #[test]
    fn no_pauses_make_it_panic(pauses in proptest::collection::vec(proptest::collection::vec(0i64..=100_000_000_000_000, 0..150), 0..6)) {
        let study = study_of(&pauses);
        prop_assert_eq!(study.keep.is_some(), matches!(study.grade, Grade::Clear | Grade::Fair));
    }
}

#[test]
fn classes_are_studied_as_if_each_were_all_there_is() {
    let slow: &[(f64, f64, f64)] = &[(0.8, 400.0, 0.8), (0.2, 200_000.0, 0.8)];
    let mut all = users(1, 900, 20.0, of_kinds(CLEAR_KINDS));
    all.extend(users(2, 700, 20.0, of_kinds(slow)));
    let dataset = dataset_of(&all);
    let is_slow = |row: usize| u8::from(dataset.user_of(row) >= 900);
    let classes: Vec<u8> = (0..dataset.n_rows()).map(is_slow).collect();
    let found = study_classes(&dataset, &classes, 2, Gap::DEFAULT, &|| true).unwrap();
    for (class, of_class) in found.iter().zip([&all[..900], &all[900..]]) {
        let alone = study_of(of_class);
        assert_eq!(
            (class.users, class.study.grade),
            (of_class.len() as u64, alone.grade)
        );
        let (best, of_alone) = (best_min(&class.study), best_min(&alone));
        assert!((best / of_alone).ln().abs() < 1e-9, "{best} and {of_alone}");
    }
    assert_eq!(
        found.iter().map(|class| class.pauses).sum::<u64>(),
        PauseHistogram::of(&dataset).pauses
    );
}

#[test]
fn classes_are_apart_if_no_gap_is_good_by_both() {
    let class = |median_s: f64| {
        let kinds = [(0.8, median_s, 0.5), (0.2, median_s * 100.0, 0.5)];
        let mut pick = 0;
        let draw = move |rng: &mut ChaCha8Rng| {
            pick += 1;
            let (_, median_s, deviation) = kinds[usize::from(pick % 5 == 0)];
            LogNormal::new(median_s.ln(), deviation)
                .unwrap()
                .sample(rng)
        };
        let study = study_of(&users(3, 500, 20.0, draw));
        ClassStudy {
            users: 500,
            pauses: 10_000,
            study,
        }
    };
    let (quick, slow) = (class(15.0), class(1_500.0));
    assert!(quick.is_apart_from(&slow) && slow.is_apart_from(&quick));
    assert!(!quick.is_apart_from(&quick));
    let none = ClassStudy {
        study: study_of(&[]),
        ..quick.clone()
    };
    assert!(!quick.is_apart_from(&none) && !none.is_apart_from(&quick));
}

/// Counts of pauses of two kinds, one group.
fn counted_together() -> GroupedPauses {
    let grouped = GroupedPauses::of(&dataset_of(&users(1, 500, 20.0, of_kinds(CLEAR_KINDS))));
    GroupedPauses::of_histograms(vec![grouped.total()])
}

#[test]
fn pauses_of_all_users_together_give_a_gap_without_an_interval() {
    let study = ValleyStudy::of_groups(
        &counted_together(),
        &studied(500, None, None),
        Gap::DEFAULT,
        &|| true,
    )
    .unwrap();
    assert_eq!(study.notes, [StudyNote::NoGroups, StudyNote::NoUsers]);
    assert_eq!(study.grade, Grade::Clear);
    assert_eq!(study.found.unwrap().interval_us, None);
}

#[test]
fn of_one_user_nothing_needs_to_be_known_of_users() {
    let study = ValleyStudy::of_groups(
        &counted_together(),
        &studied(1, None, None),
        Gap::DEFAULT,
        &|| true,
    )
    .unwrap();
    assert_eq!(study.notes, [StudyNote::NoGroups]);
}

#[test]
fn pauses_of_no_length_are_not_enough() {
    let study = study_of(&[[vec![0; 50], vec![60_000_000; 99]].concat()]);
    assert_eq!(study.reason, Some(NoValley::TooFewPauses { pauses: 99 }));
}

#[test]
fn a_hill_rises_by_as_many_deviations_as_counts_and_groups_say() {
    let grouped = counted_together();
    let clear = Spreading::new(1).cells(&grouped.total());
    let mut fit = Fit::of(&clear, 0.2, RightFlank::Bent).unwrap();
    let (mut counts, bottom, hill) = ([1_000.0; CELLS], 300, 310);
    counts[bottom - 5..bottom + 5].fill(4.0);
    counts[hill - 5..hill + 5].fill(9.0);
    (fit.valley.bottom, fit.valley.lower_hill) = (bottom, hill);
    let by_counts = (90.0 - 40.0) / f64::sqrt(90.0 + 40.0);
    assert!((rise(&counts, &[], &fit) - by_counts).abs() < 1e-9);
    let groups = [0.9, 0.1].map(|share| counts.map(|n| n * share));
    // The hill rises by 45 and 5 in these, by 25 in the mean.
    let by_groups = 50.0 / f64::sqrt(2.0 * (20.0f64.powi(2) + 20.0f64.powi(2)));
    assert!((rise(&counts, &groups, &fit) - by_groups).abs() < 1e-9);
}

#[test]
fn one_user_is_parted_into_stretches_of_as_many_pauses() {
    let grouped = GroupedPauses::of(&dataset_of(&[vec![60_000_000; 6_400]]));
    let pauses: Vec<u64> = grouped.groups().iter().map(|group| group.pauses).collect();
    assert_eq!(pauses, [100; 64]);
}

#[test]
fn users_without_a_pause_are_not_counted_among_those_who_have_half() {
    let dataset = dataset_of(&[vec![5, 5, 5], vec![], vec![7], vec![7]]);
    assert_eq!(sides::users_with_half(&dataset, |_| true), (3, 1));
    assert_eq!(sides::users_with_half(&dataset, |row| row > 2), (2, 1));
}
