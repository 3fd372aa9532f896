//! The table beside the plain cut, which is its oracle.

use std::sync::Arc;

use super::*;
use crate::engine::cut::Cut;
use crate::words::timestamp::Timestamp;
use proptest::prelude::*;

/// Pageviews (user, microseconds).
fn dataset_of(pageviews: &[(u32, i64)]) -> Arc<Dataset> {
    let rows = pageviews.iter().map(|&(user, us)| {
        let at = Timestamp::from_us(us).unwrap();
        (format!("u{user}"), at, "/")
    });
    Arc::new(Dataset::of_rows(rows))
}

fn gap_of(s: i64) -> Gap {
    Gap::from_us(s * US_PER_S).unwrap()
}

/// Gaps at which something changes, and some others.
fn telling_gaps(dataset: &Dataset) -> Vec<Gap> {
    let pauses = dataset
        .at_us()
        .windows(2)
        .map(|pair| (pair[1] - pair[0]) / US_PER_S);
    let near = pauses
        .flat_map(|s| [s, s + 1])
        .chain([1, 2, 1_800, 65_534, 65_535]);
    let mut gaps: Vec<i64> = near.filter(|s| (1..=65_535).contains(s)).collect();
    gaps.sort_unstable();
    gaps.dedup();
    gaps.into_iter().map(gap_of).collect()
}

/// Compares the table with cuts at these gaps. Returns at how many the table knows the figures.
fn compare(dataset: &Arc<Dataset>, gaps: &[Gap]) -> usize {
    let table = EveryGap::of(dataset, &|| true).unwrap();
    let mut cut = Cut::new(Arc::clone(dataset), Gap::DEFAULT);
    let known = gaps.iter().filter(|&&gap| {
        cut.recut(gap);
        let summary = table.at(gap);
        assert!(
            summary.is_none() || summary.as_ref() == Some(cut.summary()),
            "{summary:?} is not {:?}",
            cut.summary()
        );
        summary.is_some()
    });
    known.count()
}

proptest! {
    #[test]
    fn the_figures_are_those_of_a_cut(
        rows in proptest::collection::vec((0u32..5, 0i64..1_000_000), 1..200),
        unit in prop_oneof![Just(1i64), Just(999), Just(700_001), Just(1_000_000), Just(90_000_000)],
        spread in 1i64..1_000_000,
    ) {
        let rows: Vec<_> = rows.into_iter().map(|(user, at)| (user, at % spread * unit)).collect();
        let dataset = dataset_of(&rows);
        let gaps = telling_gaps(&dataset);
        prop_assert_eq!(compare(&dataset, &gaps), gaps.len());
    }
}

/// Pageviews of many users: in one pause of eight a long one, in microseconds that look random.
fn many(n: i64, unit: i64, with: impl Fn(i64) -> i64) -> Arc<Dataset> {
    let (mut random, mut at) = (7u64, 0);
    let rows: Vec<(u32, i64)> = (0..n)
        .map(|row| {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let dice = (random >> 33) as i64;
            let most = [40_000, 400, 90, 30][dice as usize % 8 / 2 % 4];
            at = if row % 9 == 0 {
                0
            } else {
                at + with(dice / 8 % (most * US_PER_S) / unit * unit)
            };
            ((row / 9) as u32, at)
        })
        .collect();
    dataset_of(&rows)
}

#[test]
fn medians_of_many_sessions_are_found_where_they_should_be() {
    let gaps: Vec<Gap> = (1..200)
        .map(|n| gap_of(n * n))
        .chain([gap_of(65_535)])
        .collect();
    for unit in [1, US_PER_S] {
        let known = compare(&many(90_000, unit, |pause_us| pause_us), &gaps);
        assert!(
            known > gaps.len() * 9 / 10,
            "only {known} of {}",
            gaps.len()
        );
    }
}

#[test]
fn figures_of_sessions_that_are_all_alike_are_right_or_unknown() {
    let gaps: Vec<Gap> = [1, 2, 59, 60, 61, 1_800, 65_535].map(gap_of).to_vec();
    compare(&many(90_000, 1, |_| 0), &gaps);
    compare(&many(90_000, 1, |_| 60 * US_PER_S), &gaps);
    compare(&many(90_000, 1, |us| 60 * US_PER_S + us % 2_000), &gaps);
    // Most sessions come and go within one band of gaps.
    let gaps: Vec<Gap> = (1_020..1_290).step_by(9).map(gap_of).collect();
    compare(
        &many(90_000, 1, |us| 1_024 * US_PER_S + us % (256 * US_PER_S)),
        &gaps,
    );
}

#[test]
fn gaps_that_are_not_in_the_table_and_no_pageviews_are_unknown() {
    let table = EveryGap::of(&dataset_of(&[(0, 5)]), &|| true).unwrap();
    for gap in ["1us", "1s1us", "65536s", "30d"] {
        assert_eq!(table.at(gap.parse().unwrap()), None);
    }
    assert_eq!(
        EveryGap::of(&Dataset::default(), &|| true)
            .unwrap()
            .at(Gap::DEFAULT),
        None
    );
}

#[test]
fn it_stops_when_told_to() {
    assert_eq!(EveryGap::of(&dataset_of(&[(0, 5)]), &|| false), None);
}
