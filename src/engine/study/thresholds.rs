//! Tests from which threshold on something is said, and which grade and gap follow from a finding.

use super::*;

/// What the study says about these users besides the gap.
fn noted(users: &StudiedUsers<'_>, resolution_us: i64, spikes: &[Spike]) -> Vec<StudyNote> {
    let pauses = [(0, 100), (60_000_000, 1_000)];
    notes(
        &PauseHistogram::of_counts(10, &pauses),
        users,
        resolution_us,
        spikes,
    )
}

pub(super) fn studied(
    users: u64,
    span_us: Option<i64>,
    half: Option<u64>,
) -> StudiedUsers<'static> {
    StudiedUsers {
        users,
        span_us,
        half,
        sides: &|_| None,
    }
}

#[test]
fn clocks_of_more_than_a_second_are_noted() {
    let nothing = studied(10, None, None);
    assert_eq!(noted(&nothing, US_PER_S, &[]), []);
    assert_eq!(
        noted(&nothing, 10 * US_PER_S, &[]),
        [StudyNote::CoarseClock(10 * US_PER_S)]
    );
}

#[test]
fn less_than_two_days_are_noted() {
    let two_days = 172_800 * US_PER_S;
    assert_eq!(noted(&studied(10, Some(two_days), None), 1, &[]), []);
    let short = studied(10, Some(two_days - 1), None);
    assert_eq!(noted(&short, 1, &[]), [StudyNote::ShortSpan(two_days - 1)]);
}

#[test]
fn five_users_with_half_of_the_pauses_are_noted_if_there_are_more() {
    assert_eq!(noted(&studied(5, None, Some(5)), 1, &[]), []);
    assert_eq!(noted(&studied(60, None, Some(6)), 1, &[]), []);
    let few = StudyNote::FewUsers { half: 5, of: 6 };
    assert_eq!(noted(&studied(6, None, Some(5)), 1, &[]), [few]);
}

#[test]
fn up_to_three_machines_with_more_than_a_hundredth_of_the_pauses_are_noted() {
    let spike = |pauses| Spike {
        pause_us: 300_000_000,
        pauses,
    };
    let spikes = [spike(10.0), spike(11.0), spike(500.0), spike(600.0)];
    let found = noted(&studied(10, None, None), 1, &spikes);
    let machine = |pauses: f64| StudyNote::Machine {
        spike: spike(pauses),
        share: pauses / 1_000.0,
    };
    assert_eq!(found, [machine(11.0), machine(500.0)]);
}

/// A valley with only the values that decide the grade and the gap.
fn valley_of(misplaced: f64, depth: f64, best_s: i64, good_s: (i64, i64)) -> FoundValley {
    FoundValley {
        best_us: best_s * US_PER_S,
        interval_us: None,
        good_us: (good_s.0 * US_PER_S, good_s.1 * US_PER_S),
        misplaced_of_pauses: (0.0, 0.0),
        misplaced_of_sessions: (0.0, misplaced),
        split: (0.0, 0.0),
        merged: (0.0, 0.0),
        sessions_lost_by_doubling: 0.0,
        depth,
        kinds: Vec::new(),
        other_valleys_us: Vec::new(),
    }
}

#[test]
fn kinds_and_good_gaps_are_known_where_a_valley_parts_the_pauses() {
    let kind = PausesByKind {
        from_us: 1.0,
        to_us: 2.0,
        within: 3.0,
        between: 4.0,
    };
    let valley = FoundValley {
        kinds: vec![kind],
        ..valley_of(0.1, 0.1, 1_800, (600, 7_200))
    };
    let known = ValleyStudy {
        grade: Grade::Clear,
        reason: None,
        found: Some(valley),
        keep: Some(Gap::DEFAULT),
        resolution_us: 1,
        spikes: Vec::new(),
        notes: Vec::new(),
    };
    assert_eq!(known.kinds(), Some(&[kind][..]));
    assert_eq!(known.good_us(), Some((600 * US_PER_S, 7_200 * US_PER_S)));
    let dismissed = ValleyStudy {
        reason: Some(NoValley::Chance),
        keep: None,
        ..known
    };
    assert_eq!((dismissed.kinds(), dismissed.good_us()), (None, None));
}

#[test]
fn a_grade_takes_few_misplaced_sessions_and_a_deep_valley() {
    let graded = |misplaced, depth, is_certain| {
        grade(&valley_of(misplaced, depth, 1_800, (1, 1)), is_certain)
    };
    assert_eq!(graded(0.1, 0.5, true), Grade::Clear);
    assert_eq!(graded(0.1, 0.5, false), Grade::Fair);
    assert_eq!(graded(0.11, 0.5, true), Grade::Fair);
    assert_eq!(graded(0.1, 0.51, true), Grade::Fair);
    assert_eq!(graded(0.3, 0.7, true), Grade::Fair);
    assert_eq!(graded(0.31, 0.1, true), Grade::Weak);
    assert_eq!(graded(0.1, 0.71, true), Grade::Weak);
}

#[test]
fn the_gap_to_keep_is_in_use_or_half_an_hour_or_customary_or_short_to_write() {
    for (best_s, good_s, in_use, expected) in [
        (1_900, (1_800, 2_000), "1999s", "1999s"),
        (1_900, (1_800, 2_000), "2000s", "2000s"),
        (1_900, (1_800, 2_000), "2001s", "30m"),
        (1_900, (1_700, 1_800), "1h", "30m"),
        (2_200, (1_801, 9_000), "1m", "45m"),
        (3_500, (1_801, 9_000), "1m", "1h"),
        (95, (91, 99), "1m", "95s"),
    ] {
        let kept = kept(
            &valley_of(0.0, 0.0, best_s, good_s),
            in_use.parse().unwrap(),
        );
        assert_eq!(kept, expected.parse().unwrap(), "{best_s} {in_use}");
    }
}

#[test]
fn a_gap_that_nobody_uses_is_on_two_digits() {
    for (best_s, expected) in [
        (0.4, "1s"),
        (7.4, "7s"),
        (94.6, "95s"),
        (599.4, "600s"),
        (600.0, "10m"),
        (667.0, "11m"),
        (7_433.0, "120m"),
        (7_531.0, "130m"),
        (36_000.0, "600m"),
    ] {
        let found = on_two_digits((best_s * 1e6) as i64);
        assert_eq!(found, expected.parse().unwrap(), "{best_s}");
    }
}

#[test]
fn spikes_are_taken_off_each_group_by_their_share() {
    let [mut group, mut raw, mut counts] = [[0.0; CELLS]; 3];
    (group[3], raw[3], counts[3]) = (5.0, 20.0, 4.0);
    group[4] = 7.0;
    let left = without_spikes(group, &raw, &counts);
    assert_eq!((left[3], left[4]), (1.0, 7.0));
}
