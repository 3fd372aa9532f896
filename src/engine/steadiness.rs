//! How far the gap can move before a figure does. Engine floor.
//!
//! A figure may rise and fall as the gap grows: joining two sessions can lower the bounce rate or raise it. So gaps
//! are tried outwards from the one in use until the figure has changed too much. Then the place is narrowed down.

use crate::engine::dataset::Dataset;
use crate::engine::probe::Figure;
use crate::engine::probe::Probe;
use crate::words::gap::Gap;
use crate::words::timestamp::US_PER_S;

/// A figure holds as long as it differs by at most this share from its value now.
pub(crate) const HOLDS_WITHIN: f64 = 0.01;
/// Gaps that are tried for each doubling.
const PER_OCTAVE: f64 = 8.0;
/// The end of a range is known when the next gap tried beyond it differs by at most this share.
const NARROW: f64 = 0.001;

/// The range of gaps in which a figure holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Steadiness {
    /// Which figure.
    pub figure: Figure,
    /// What it is now.
    pub now: f64,
    /// The shortest gap at which it still holds. If it always holds, the shortest gap there is.
    pub from: Gap,
    /// The longest gap at which it still holds; `None` if it holds for all longer gaps.
    pub to: Option<Gap>,
}

/// The range in which each known figure holds, around the gap in use. `None` once `keep_going` says no.
pub(crate) fn steadiness(
    probe: &mut Probe<'_>,
    in_use: Gap,
    keep_going: &dyn Fn() -> bool,
) -> Option<Vec<Steadiness>> {
    let here = probe.at(in_use);
    let figures = Figure::ALL.into_iter();
    let figures: Vec<(Figure, f64)> = figures
        .filter_map(|figure| Some((figure, figure.of(&here)?)))
        .collect();
    let (shortest_us, longest_us) = pause_ends(probe.dataset());
    // All gaps up to the shortest pause cut alike, and so do all gaps beyond the longest.
    let shorter = outwards(in_use, 1.0 / PER_OCTAVE, shortest_us);
    let longer = outwards(in_use, -1.0 / PER_OCTAVE, longest_us.saturating_add(1));
    let from = ends(probe, in_use, &figures, &shorter, keep_going)?;
    let to = ends(probe, in_use, &figures, &longer, keep_going)?;
    let found = figures.into_iter().zip(from.into_iter().zip(to));
    let found = found.map(|((figure, now), (from, to))| Steadiness {
        figure,
        now,
        from: from.unwrap_or(Gap::MIN),
        to,
    });
    Some(found.collect())
}

/// For each figure the last of these gaps, from the nearest on, at which it holds; `None` if it holds at all of them.
fn ends(
    probe: &mut Probe<'_>,
    in_use: Gap,
    figures: &[(Figure, f64)],
    gaps: &[Gap],
    keep_going: &dyn Fn() -> bool,
) -> Option<Vec<Option<Gap>>> {
    let mut left: Vec<Option<(Gap, Gap)>> = vec![None; figures.len()];
    let mut before = in_use;
    for &gap in gaps {
        keep_going().then_some(())?;
        for (&figure, left) in figures.iter().zip(&mut left) {
            if left.is_none() && !holds(probe, figure, gap) {
                *left = Some((before, gap));
            }
        }
        if left.iter().all(Option::is_some) {
            break;
        }
        before = gap;
    }
    let mut ends = Vec::with_capacity(figures.len());
    for (&figure, left) in figures.iter().zip(left) {
        keep_going().then_some(())?;
        ends.push(left.map(|(holding, gone)| narrowed(probe, figure, holding, gone)));
    }
    Some(ends)
}

fn holds(probe: &mut Probe<'_>, (figure, now): (Figure, f64), gap: Gap) -> bool {
    let there = probe.figure(figure, gap);
    there.is_some_and(|there| (there - now).abs() <= HOLDS_WITHIN * now.abs())
}

/// Between a gap at which a figure holds and one at which it does not, the gap where it ceases to hold.
fn narrowed(probe: &mut Probe<'_>, figure: (Figure, f64), mut holding: Gap, mut gone: Gap) -> Gap {
    loop {
        let (low, high) = (holding.min(gone).as_us(), holding.max(gone).as_us());
        let middle = low + (high - low) / 2;
        let is_narrow = (high - low) as f64 <= NARROW * low as f64 || middle == low;
        let Some(middle) = Gap::from_us(middle).filter(|_| !is_narrow) else {
            return holding;
        };
        match holds(probe, figure, middle) {
            true => holding = middle,
            false => gone = middle,
        }
    }
}

/// Gaps from next to the one in use to `end_us`, at least 1 us. Each is `octaves` shorter than the one before, or
/// longer if that is negative. Long gaps are whole seconds, which are fastest to cut by.
fn outwards(in_use: Gap, octaves: f64, end_us: i64) -> Vec<Gap> {
    let is_before_end = |us: i64| {
        if octaves > 0.0 {
            us > end_us
        } else {
            us < end_us
        }
    };
    let us_at = |step: i32| {
        let us = in_use.as_us() as f64 * (-octaves * f64::from(step)).exp2();
        let unit_us = match us >= 120e6 {
            true => US_PER_S as f64,
            false => 1.0,
        };
        ((us / unit_us).round() * unit_us) as i64
    };
    let steps = (1..).map(us_at).take_while(|&us| is_before_end(us));
    let last = is_before_end(in_use.as_us()).then_some(end_us);
    let mut gaps: Vec<Gap> = steps.chain(last).filter_map(Gap::from_us).collect();
    gaps.dedup();
    gaps.retain(|&gap| gap != in_use);
    gaps
}

/// The shortest pause that is not 0, and the longest, microseconds, at least 1 us.
fn pause_ends(dataset: &Dataset) -> (i64, i64) {
    let (mut shortest_us, mut longest_us) = (i64::MAX, 1);
    for user in 0..dataset.n_users() {
        for pair in dataset.at_us()[dataset.rows_of(user)].windows(2) {
            let pause_us = pair[1] - pair[0];
            shortest_us = if pause_us > 0 {
                shortest_us.min(pause_us)
            } else {
                shortest_us
            };
            longest_us = longest_us.max(pause_us);
        }
    }
    (shortest_us.min(longest_us), longest_us)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::timestamp::Timestamp;
    use proptest::prelude::*;

    fn dataset_of(rows: &[(u32, i64, u32)]) -> Dataset {
        Dataset::of_rows(rows.iter().map(|&(user, ms, page)| {
            let at = Timestamp::from_us(ms * 1_000).unwrap();
            (format!("u{user}"), at, format!("/{page}"))
        }))
    }

    fn gap(us: i64) -> Gap {
        Gap::from_us(us).unwrap()
    }

    #[test]
    fn a_figure_holds_up_to_the_pauses_that_change_it() {
        // Pauses of 10 s, 60 s and 600 s.
        let dataset = dataset_of(&[(0, 0, 0), (0, 10_000, 0), (0, 70_000, 0), (0, 670_000, 0)]);
        let mut probe = Probe::new(&dataset, None);
        let found = steadiness(&mut probe, gap(30_000_000), &|| true).unwrap();
        let sessions = found[0];
        assert_eq!((sessions.figure, sessions.now), (Figure::Sessions, 3.0));
        let is_just = |us: i64, end_us: i64| (us - end_us).abs() as f64 <= NARROW * end_us as f64;
        assert!(is_just(sessions.from.as_us(), 10_000_000), "{sessions:?}");
        assert!(
            is_just(sessions.to.unwrap().as_us(), 60_000_000),
            "{sessions:?}"
        );
        assert_eq!(found.len(), 5, "without a goal nothing is said of it");
    }

    /// Pauses of 10 s within pairs, with `far_s` between these; two pageviews `near_s` apart; two users of one pageview.
    /// The bounce rate is 4 in 8 where both cut, and 2 in 4 where none does.
    fn leaves_and_returns(near_s: i64, far_s: i64) -> Dataset {
        let pairs = (0..4)
            .flat_map(|pair| [0, 10_000].map(|ms| (0, pair * (10_000 + far_s * 1_000) + ms, 0)));
        let others = [(1, 0, 0), (1, near_s * 1_000, 0), (2, 0, 0), (3, 0, 0)];
        dataset_of(&pairs.chain(others).collect::<Vec<_>>())
    }

    #[test]
    fn a_figure_that_comes_back_holds_up_to_where_it_left() {
        let bounce_rate = |dataset: &Dataset| {
            let found =
                steadiness(&mut Probe::new(dataset, None), gap(60_000_000), &|| true).unwrap();
            found[1]
        };
        let longer = bounce_rate(&leaves_and_returns(70, 90));
        assert_eq!((longer.figure, longer.now), (Figure::BounceRate, 0.5));
        let to_us = longer.to.unwrap().as_us();
        assert!((69_000_000..=70_000_000).contains(&to_us), "{longer:?}");
        let shorter = bounce_rate(&leaves_and_returns(50, 40));
        assert!(
            (50_000_001..=51_000_000).contains(&shorter.from.as_us()),
            "{shorter:?}"
        );
    }

    #[test]
    fn a_figure_holds_while_it_moves_by_a_hundredth_at_most() {
        for (n_users, holds) in [(98, false), (100, true), (300, true)] {
            let mut rows: Vec<_> = (0..n_users).map(|user| (user, 0, 0)).collect();
            rows.push((0, 70_000, 0));
            let dataset = dataset_of(&rows);
            let found =
                steadiness(&mut Probe::new(&dataset, None), gap(60_000_000), &|| true).unwrap();
            assert_eq!(found[0].to.is_none(), holds, "{n_users}");
        }
    }

    #[test]
    fn gaps_are_tried_in_whole_seconds_from_two_minutes_on() {
        let tried = outwards(gap(100_000_000), -1.0, 1_000_000_000);
        let seconds = [200.0, 400.0, 800.0, 1_000.0];
        assert_eq!(tried, seconds.map(|s: f64| gap((s * 1e6) as i64)));
        let tried = outwards(gap(1_000), 1.0 / PER_OCTAVE, 800);
        assert_eq!(tried, [917, 841, 800].map(gap));
        let tried = outwards(gap(200_000_000), -1.0 / PER_OCTAVE, 240_000_000);
        assert_eq!(tried, [218, 238, 240].map(|s| gap(s * 1_000_000)));
    }

    #[test]
    fn pauses_of_no_length_are_not_the_shortest() {
        let dataset = dataset_of(&[(0, 0, 0), (0, 0, 0), (0, 5, 0), (1, 0, 0), (1, 9, 0)]);
        assert_eq!(pause_ends(&dataset), (5_000, 9_000));
        assert_eq!(pause_ends(&Dataset::default()), (1, 1));
    }

    #[test]
    fn what_no_gap_changes_holds_at_any() {
        let dataset = dataset_of(&[(0, 0, 0), (1, 0, 0)]);
        let mut probe = Probe::new(&dataset, Some(0));
        for found in steadiness(&mut probe, Gap::DEFAULT, &|| true).unwrap() {
            assert_eq!(
                (found.from, found.to),
                (Gap::MIN, None),
                "{:?}",
                found.figure
            );
        }
        let nobody = Dataset::default();
        let found = steadiness(&mut Probe::new(&nobody, None), Gap::DEFAULT, &|| true).unwrap();
        assert_eq!(found.len(), 1, "of no session only their number is known");
        assert!(steadiness(&mut probe, Gap::DEFAULT, &|| true).is_some());
    }

    #[test]
    fn who_is_asked_to_stop_stops() {
        let dataset = dataset_of(&[(0, 0, 0), (0, 10_000, 0)]);
        assert_eq!(
            steadiness(&mut Probe::new(&dataset, None), Gap::DEFAULT, &|| false),
            None
        );
    }

    proptest! {
        #[test]
        fn sessions_hold_within_the_range_and_not_beyond_it(
            rows in proptest::collection::vec((0u32..3, 0i64..9_000_000, 0u32..3), 2..200), gap_s in 1i64..9_000,
        ) {
            let dataset = dataset_of(&rows);
            let mut probe = Probe::new(&dataset, Some(1));
            let in_use = gap(gap_s * 1_000_000);
            let found = steadiness(&mut probe, in_use, &|| true).unwrap();
            for each in &found {
                prop_assert!(each.from <= in_use && each.to.is_none_or(|to| to >= in_use));
                let figure = (each.figure, each.now);
                prop_assert!(holds(&mut probe, figure, each.from));
                prop_assert!(holds(&mut probe, figure, each.to.unwrap_or(Gap::MAX)));
            }
            // The number of sessions only falls as the gap grows, so it never holds again beyond an end.
            let sessions = (found[0].figure, found[0].now);
            if found[0].from > Gap::MIN {
                let beyond = found[0].from.as_us() as f64 * (1.0 - 2.0 * NARROW) - 1.0;
                prop_assert!(!holds(&mut probe, sessions, gap(beyond.max(1.0) as i64)));
            }
            if let Some(to) = found[0].to {
                let beyond = to.as_us() as f64 * (1.0 + 2.0 * NARROW) + 1.0;
                prop_assert!(!holds(&mut probe, sessions, gap(beyond as i64)));
            }
        }
    }
}
