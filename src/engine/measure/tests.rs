//! Compares figures with a simple count, and shows what a sample is good for.

use super::*;
use crate::engine::sessionize::sessionize;
use crate::words::timestamp::Timestamp;
use proptest::prelude::*;

fn summary_of(pageviews: &[(u32, i64)]) -> Summary {
    let seconds = pageviews.iter().map(|&(user, s)| (user, s * 1_000_000));
    let dataset = dataset_of(seconds);
    let sessions = sessionize(&dataset, Gap::DEFAULT);
    Summarizer::default().summarize(&dataset, &sessions, Gap::DEFAULT)
}

#[test]
fn the_seed_example_is_three_sessions_and_one_bounce() {
    let summary = summary_of(&[(0, 0), (0, 2), (1, 15_721), (1, 15_721), (2, 26_704)]);
    assert_eq!(
        (
            summary.users,
            summary.pageviews,
            summary.sessions,
            summary.bounces
        ),
        (3, 5, 3, 1)
    );
    assert_eq!(summary.total_duration_us, 2_000_000);
    assert_eq!(summary.median_duration_us, Some(0));
    assert_eq!(summary.bounce_rate(), Some(1.0 / 3.0));
    assert_eq!(summary.mean_duration_s(), Some(2.0 / 3.0));
    assert_eq!(summary.pageviews_per_session(), Some(5.0 / 3.0));
}

#[test]
fn no_sessions_have_no_rates() {
    let summary = summary_of(&[]);
    assert_eq!(summary.sessions, 0);
    assert_eq!(summary.bounce_rate(), None);
    assert_eq!(summary.mean_duration_s(), None);
    assert_eq!(summary.median_duration_us, None);
}

/// The figures session by session, all durations sorted.
fn plainly(dataset: &Dataset, sessions: &Sessions, gap: Gap) -> Summary {
    let spans: Vec<_> = sessions.spans(0..dataset.n_rows()).collect();
    let mut durations_us: Vec<i64> = spans
        .iter()
        .map(|rows| dataset.at_us()[rows.end - 1] - dataset.at_us()[rows.start])
        .collect();
    durations_us.sort_unstable();
    let (lower, upper) = (
        durations_us.len().saturating_sub(1) / 2,
        durations_us.len() / 2,
    );
    Summary {
        gap,
        users: dataset.n_users() as u64,
        pageviews: dataset.n_rows() as u64,
        sessions: spans.len() as u64,
        bounces: spans.iter().filter(|rows| rows.len() == 1).count() as u64,
        total_duration_us: durations_us.iter().map(|&us| i128::from(us)).sum(),
        median_duration_us: durations_us
            .get(upper)
            .map(|upper| (durations_us[lower] + upper) / 2),
    }
}

fn median_without_bounces(dataset: &Dataset, sessions: &Sessions) -> Option<i64> {
    let spans = sessions.spans(0..dataset.n_rows());
    let mut durations_us: Vec<i64> = spans
        .filter(|rows| rows.len() > 1)
        .map(|rows| dataset.at_us()[rows.end - 1] - dataset.at_us()[rows.start])
        .collect();
    durations_us.sort_unstable();
    let upper = durations_us.get(durations_us.len() / 2)?;
    Some((durations_us[(durations_us.len() - 1) / 2] + upper) / 2)
}

/// Dataset of some users with these times, and no page.
fn dataset_of(rows: impl Iterator<Item = (u32, i64)>) -> Dataset {
    Dataset::of_rows(rows.map(|(user, us)| {
        let at = Timestamp::from_us(us).unwrap();
        (format!("u{user:02}"), at, "/")
    }))
}

proptest! {
    #[test]
    fn a_summary_is_what_one_would_count(
        rows in proptest::collection::vec((0u32..9, 0i64..4_000), 0..400),
        gap_s in 1i64..100,
    ) {
        let dataset = dataset_of(rows.into_iter().map(|(user, s)| (user, s * 1_000_000)));
        let gap = Gap::from_us(gap_s * 1_000_000).unwrap();
        let sessions = sessionize(&dataset, gap);
        let summary = Summarizer::default().summarize(&dataset, &sessions, gap);
        prop_assert_eq!(summary, plainly(&dataset, &sessions, gap));
        prop_assert_eq!(
            Summarizer::default().median_without_bounces(&dataset, &sessions),
            median_without_bounces(&dataset, &sessions)
        );
    }

    #[test]
    fn what_lies_in_a_window_is_collected_and_what_is_common_or_below_counted(
        rows in proptest::collection::vec((0u32..9, 0i64..200), 0..200),
        (low, common, high) in (0i64..40, 0i64..20, 0i64..20).prop_map(|(low, a, b)| (low, low + a, low + a + b)),
        gap in 1i64..30,
    ) {
        let dataset = dataset_of(rows.into_iter());
        let sessions = sessionize(&dataset, Gap::from_us(gap).unwrap());
        let window = DurationWindow { low, high, common };
        let all = 0..dataset.n_rows();
        let mut durations_us: Vec<i64> = sessions
            .spans(all.clone())
            .map(|rows| dataset.at_us()[rows.end - 1] - dataset.at_us()[rows.start])
            .collect();
        let mut near_us = Vec::new();
        let tally = tally::<true>(dataset.at_us(), sessions.starts(), all, &window, &mut near_us);
        prop_assert_eq!(tally.below, durations_us.iter().filter(|&&us| us < low).count() as u64);
        prop_assert_eq!(tally.common, durations_us.iter().filter(|&&us| us == common).count() as u64);
        durations_us.retain(|us| (low..=high).contains(us) && *us != common);
        prop_assert_eq!(near_us, durations_us);
    }

    #[test]
    fn the_median_is_exact_wherever_the_sample_looked(
        durations_us in proptest::collection::vec(0i64..50, 1..60),
        low in 0i64..50,
        width in 0i64..50,
        within in any::<prop::sample::Index>(),
    ) {
        let common = low + within.index(width as usize + 1) as i64;
        let window = DurationWindow { low, high: low + width, common };
        let mut sorted = durations_us.clone();
        sorted.sort_unstable();
        let tally = FigureTally {
            below: sorted.iter().filter(|&&us| us < low).count() as u64,
            common: sorted.iter().filter(|&&us| us == common).count() as u64,
            ..FigureTally::default()
        };
        let mut near_us: Vec<i64> = durations_us
            .into_iter()
            .filter(|us| (window.low..=window.high).contains(us) && *us != common)
            .collect();
        for (rank, us) in sorted.into_iter().enumerate() {
            let expected = (window.low..=window.high).contains(&us).then_some(us);
            prop_assert_eq!(window.nth(rank as u64, &tally, &mut near_us), expected);
        }
    }
}

/// Sessions of three pageviews and bounces, in turn; the durations of the former are spread evenly.
fn mixed(n_rows: i64) -> Dataset {
    let mut at = 0;
    dataset_of((0..n_rows).map(|row| {
        at += match row % 4 {
            1 => row * 7_919 % 100_003,
            2 => row * 104_729 % 50_021,
            _ => 1_000_000,
        };
        ((row / 100_000) as u32, at)
    }))
}

#[test]
fn a_sample_leaves_few_durations_to_select_the_median_from() {
    let dataset = mixed(600_000);
    let sessions = sessionize(&dataset, Gap::from_us(500_000).unwrap());
    let mut durations_us: Vec<i64> = sessions
        .spans(0..dataset.n_rows())
        .filter(|rows| rows.len() > 1)
        .map(|rows| dataset.at_us()[rows.end - 1] - dataset.at_us()[rows.start])
        .collect();
    durations_us.sort_unstable();
    let mut sample_us = Vec::new();
    let window = sample::<false>(dataset.at_us(), sessions.starts(), &mut sample_us);
    let share = |us: i64| {
        durations_us.partition_point(|&other| other < us) as f64 / durations_us.len() as f64
    };
    assert!((0.43..0.49).contains(&share(window.low)), "{window:?}");
    assert!((0.47..0.53).contains(&share(window.common)), "{window:?}");
    assert!((0.51..0.57).contains(&share(window.high)), "{window:?}");
    // A thousand words of 64 rows, which have 16 sessions of several pageviews each.
    assert!(
        (16_000..17_000).contains(&sample_us.len()),
        "{}",
        sample_us.len()
    );

    let tally = Summarizer::default().tally::<false>(dataset.at_us(), sessions.starts(), &window);
    let below = durations_us.partition_point(|&us| us < window.low);
    assert_eq!(tally.below as usize, below, "over all parts");
}

#[test]
fn a_median_that_is_selected_from_few_durations_is_exact() {
    let dataset = mixed(600_000);
    let mut summarizer = Summarizer::default();
    for gap in ["20ms", "500ms"] {
        let gap = gap.parse().unwrap();
        let sessions = sessionize(&dataset, gap);
        let summary = summarizer.summarize(&dataset, &sessions, gap);
        assert_eq!(summary, plainly(&dataset, &sessions, gap), "{gap}");
        assert_eq!(
            summarizer.median_without_bounces(&dataset, &sessions),
            median_without_bounces(&dataset, &sessions),
            "{gap}"
        );
    }
}

#[test]
fn a_sample_that_misleads_does_not_change_the_median() {
    // Enough rows for a sample, which looks at every so many rows; there are the long sessions.
    let step = |row: i64| {
        if row / 64 % 8 == 0 {
            1_000_000
        } else {
            3_000_000
        }
    };
    let mut at = 0;
    let rows: Vec<(u32, i64)> = (0..600_000)
        .map(|row| {
            at += step(row);
            ((row / 40_000) as u32, at)
        })
        .collect();
    let dataset = dataset_of(rows.into_iter());
    let mut summarizer = Summarizer::default();
    for gap in ["1s", "2s", "3s", "1h"] {
        let gap = gap.parse().unwrap();
        let sessions = sessionize(&dataset, gap);
        let summary = summarizer.summarize(&dataset, &sessions, gap);
        assert_eq!(summary, plainly(&dataset, &sessions, gap), "{gap}");
        assert_eq!(
            summarizer.median_without_bounces(&dataset, &sessions),
            median_without_bounces(&dataset, &sessions),
            "{gap}"
        );
    }
}
