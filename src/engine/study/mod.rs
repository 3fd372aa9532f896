//! Which gap the pauses suggest and how sure that is, or why they suggest none. Engine floor.
//!
//! A good gap lies where there are few pauses: in the valley between the pauses within sessions and those between
//! them. The study counts the pauses on a logarithmic grid, removes spikes that machines make, and looks for the
//! valley between a minute and ten hours. It fits the two flanks of the valley, which tells how many pauses a gap puts
//! on the wrong side. This is a range, since nobody can see how the longer kind goes on below the valley. Then it
//! draws groups of users anew to see how far chance moves the answer, and checks whether the valley lies within users.
//!
//! That pauses have a valley is an old observation (Halfaker et al., "User Session Identification Based on Strong
//! Regularities in Inter-activity Time", WWW 2015, arXiv 1411.2878); here only its surroundings are fitted.

mod classes;
mod draws;
mod findings;
mod fit;
mod flanks;
mod grid;
mod groups;
mod histogram;
mod kinds;
mod machines;
mod sides;
mod spikes;
mod valley;

pub use crate::engine::study::classes::ClassStudy;
pub use crate::engine::study::classes::study_classes;
pub use crate::engine::study::findings::FoundValley;
pub use crate::engine::study::findings::Grade;
pub use crate::engine::study::findings::NoValley;
pub use crate::engine::study::findings::StudyNote;
pub use crate::engine::study::findings::ValleyStudy;
pub use crate::engine::study::groups::GroupedPauses;
pub use crate::engine::study::histogram::LogAxis;
pub use crate::engine::study::histogram::PauseHistogram;
pub use crate::engine::study::histogram::pauses_at_least;
pub use crate::engine::study::kinds::PausesByKind;
pub(crate) use crate::engine::study::kinds::kinds_in_columns;
pub use crate::engine::study::machines::Machine;
pub use crate::engine::study::machines::machines;
pub use crate::engine::study::sides::BothSides;
pub use crate::engine::study::spikes::Spike;

use crate::engine::dataset::Dataset;
use crate::engine::study::fit::Fit;
use crate::engine::study::flanks::RightFlank;
use crate::engine::study::grid::CELLS;
use crate::engine::study::grid::Cells;
use crate::engine::study::grid::STEP;
use crate::engine::study::grid::Spreading;
use crate::engine::study::grid::first_from;
use crate::engine::study::grid::middle;
use crate::engine::study::valley::LONGEST_GAP_S;
use crate::engine::study::valley::SHALLOWEST;
use crate::engine::study::valley::SHORTEST_GAP_S;
use crate::words::gap::Gap;
use crate::words::timestamp::US_PER_S;

/// Fewer pauses than this tell nothing.
const FEWEST_PAUSES: u64 = 100;
/// With fewer pauses than the first number on one side of the gap there is no valley; with fewer than the second, no
/// clear one.
const FEWEST_ON_A_SIDE: f64 = 20.0;
const FEWEST_FOR_CLEAR: f64 = 50.0;
/// A gap of fewer units of the clock than this cannot be found.
const FEWEST_UNITS: f64 = 16.0;
/// A gap is as good as the best if it misplaces at most this many more pauses, as a share of the sessions.
const AS_GOOD: f64 = 0.01;
/// The lower hill must rise above the valley by this many standard deviations, or chance could have made the valley.
const LEAST_Z: f64 = 3.5;
/// This share of the draws must have a valley.
const LEAST_DRAWS: f64 = 0.8;
/// Users with pauses on both sides, divided by the number expected. Below this, the valley lies between users.
const LEAST_PURITY: f64 = 0.5;
/// Most sessions misplaced, and greatest depth, of a clear and of a fair valley.
const CLEAR: (f64, f64) = (0.10, 0.5);
const FAIR: (f64, f64) = (0.30, 0.7);
/// A clear valley's interval has ends within this factor.
const CLEAR_FACTOR: f64 = 4.0;
/// Gaps that people use, seconds.
const CUSTOMARY_S: [i64; 17] = [
    60, 120, 180, 300, 600, 900, 1_200, 1_800, 2_700, 3_600, 5_400, 7_200, 10_800, 14_400, 21_600,
    28_800, 36_000,
];

/// What is known about the users besides their pauses.
pub struct StudiedUsers<'a> {
    /// How many have a pause, or may have a pause.
    pub users: u64,
    /// From the first pageview to the last, microseconds.
    pub span_us: Option<i64>,
    /// How few users have half of the pauses.
    pub half: Option<u64>,
    /// Who has pauses on both sides of a gap, microseconds.
    pub sides: &'a dyn Fn(i64) -> Option<BothSides>,
}

impl ValleyStudy {
    /// Studies pageviews. `in_use` is kept if it is good. `None` once `keep_going` says no.
    pub fn of(
        dataset: &Dataset,
        in_use: Gap,
        keep_going: &dyn Fn() -> bool,
    ) -> Option<ValleyStudy> {
        let grouped = GroupedPauses::of(dataset);
        let sides = |gap_us| Some(BothSides::at(dataset, gap_us, |_| true));
        let (_, half) = sides::users_with_half(dataset, |_| true);
        let users = StudiedUsers {
            users: dataset.n_users() as u64,
            span_us: dataset
                .span()
                .map(|(first, last)| last.as_us() - first.as_us()),
            half: Some(half as u64),
            sides: &sides,
        };
        ValleyStudy::of_groups(&grouped, &users, in_use, keep_going)
    }

    /// Studies counts of groups of users.
    pub fn of_groups(
        grouped: &GroupedPauses,
        users: &StudiedUsers<'_>,
        in_use: Gap,
        keep_going: &dyn Fn() -> bool,
    ) -> Option<ValleyStudy> {
        let total = grouped.total();
        let resolution_us = grid::resolution_us(&total);
        let spreading = Spreading::new(resolution_us);
        let raw = spreading.cells(&total);
        let mut counts = raw;
        let spikes = spikes::take_off(&mut counts, seconds(resolution_us));
        let mut study = ValleyStudy {
            grade: Grade::None,
            reason: None,
            found: None,
            keep: None,
            resolution_us,
            notes: notes(&total, users, resolution_us, &spikes),
            spikes,
        };
        if grouped.groups().len() == 1 {
            study.notes.push(StudyNote::NoGroups);
        }
        let timed = total.pauses - total.zeros;
        if timed < FEWEST_PAUSES {
            study.reason = Some(NoValley::TooFewPauses { pauses: timed });
            return Some(study);
        }
        let all: f64 = counts.iter().sum();
        let bandwidth = valley::bandwidth(all);
        let Some(fit) = Fit::of(&counts, bandwidth, RightFlank::Bent) else {
            study.reason = Some(NoValley::NoDip);
            return Some(study);
        };
        let above: f64 = counts[first_from(fit.crossing)..].iter().sum();
        let mut found = found(&counts, &fit, bandwidth, total.users as f64 + above);
        let groups: Vec<Cells> = if grouped.groups().len() < 2 {
            Vec::new()
        } else {
            let cells = |group| without_spikes(spreading.cells(group), &raw, &counts);
            grouped.groups().iter().map(cells).collect()
        };
        let redrawn = match groups.len() {
            0 => None,
            _ => Some(draws::redraw(&groups, bandwidth, keep_going)?),
        };
        let interval = redrawn.and_then(|redrawn| redrawn.crossing);
        found.interval_us =
            interval.map(|(low, high)| (us(low.min(fit.crossing)), us(high.max(fit.crossing))));
        let sides = (users.users > 1)
            .then(|| (users.sides)(found.best_us))
            .flatten();
        if users.users > 1 && sides.is_none() {
            study.notes.push(StudyNote::NoUsers);
        }
        let fewest = above.min(all - above);
        let best_s = fit.crossing.exp();
        study.reason = if best_s < FEWEST_UNITS * seconds(resolution_us) {
            Some(NoValley::CoarseClock {
                resolution_us,
                best_us: found.best_us,
            })
        } else if !(SHORTEST_GAP_S..=LONGEST_GAP_S).contains(&best_s) {
            Some(NoValley::NoDip)
        } else if fewest < FEWEST_ON_A_SIDE {
            Some(NoValley::OneSided {
                pauses: fewest as u64,
                best_us: found.best_us,
            })
        } else if let Some(sides) = sides.filter(|sides| sides.purity() < LEAST_PURITY) {
            Some(NoValley::BetweenUsers {
                best_us: found.best_us,
                sides,
            })
        } else if rise(&counts, &groups, &fit) < LEAST_Z {
            Some(NoValley::Chance)
        } else if found.depth > SHALLOWEST
            || redrawn.is_some_and(|redrawn| redrawn.share_with_valley < LEAST_DRAWS)
        {
            Some(NoValley::NotHeld)
        } else {
            None
        };
        if study.reason.is_none() {
            let is_certain = fewest >= FEWEST_FOR_CLEAR
                && interval.is_none_or(|(low, high)| high - low <= CLEAR_FACTOR.ln());
            study.grade = grade(&found, is_certain);
            study.keep = (study.grade != Grade::Weak).then(|| kept(&found, in_use));
        }
        study.found = Some(found);
        Some(study)
    }
}

fn seconds(us: i64) -> f64 {
    us as f64 / US_PER_S as f64
}

/// Microseconds of ln seconds.
fn us(ln_s: f64) -> i64 {
    (ln_s.exp() * US_PER_S as f64).round() as i64
}

fn notes(
    total: &PauseHistogram,
    users: &StudiedUsers<'_>,
    resolution_us: i64,
    spikes: &[Spike],
) -> Vec<StudyNote> {
    /// If fewer users than this have half of the pauses, the study says so.
    const FEW: u64 = 5;
    const MACHINE: f64 = 0.01;
    let mut notes = Vec::new();
    if resolution_us > US_PER_S {
        notes.push(StudyNote::CoarseClock(resolution_us));
    }
    if let Some(span_us) = users
        .span_us
        .filter(|&span_us| span_us < 2 * 86_400 * US_PER_S)
    {
        notes.push(StudyNote::ShortSpan(span_us));
    }
    if let Some(half) = users.half.filter(|&half| half <= FEW && users.users > FEW) {
        notes.push(StudyNote::FewUsers {
            half,
            of: users.users,
        });
    }
    let timed = (total.pauses - total.zeros) as f64;
    let machines = spikes.iter().take(3).map(|&spike| StudyNote::Machine {
        spike,
        share: spike.pauses / timed.max(1.0),
    });
    notes.extend(
        machines
            .filter(|note| matches!(note, StudyNote::Machine { share, .. } if *share > MACHINE)),
    );
    notes
}

/// What a gap at the crossing does, without the interval.
fn found(counts: &Cells, fit: &Fit, bandwidth: f64, sessions: f64) -> FoundValley {
    let all: f64 = counts.iter().sum();
    let least = fit.misplaced(fit.crossing);
    // Nobody can see how the longer kind goes on below the valley. A line is the most that it can be.
    let straight = Fit::of(counts, bandwidth, RightFlank::Straight);
    let most = straight.map_or(least, |straight| straight.misplaced(fit.crossing));
    let (low, high) = (least.0 + least.1, (most.0 + most.1).max(least.0 + least.1));
    let half_octave = 2f64.ln() / 2.0;
    let about = first_from(fit.crossing - half_octave)..first_from(fit.crossing + half_octave);
    FoundValley {
        best_us: us(fit.crossing),
        interval_us: None,
        good_us: as_good(fit, sessions),
        misplaced_of_pauses: (low / all, high / all),
        misplaced_of_sessions: (low / sessions, high / sessions),
        split: (least.0.min(most.0), least.0.max(most.0)),
        merged: (least.1.min(most.1), least.1.max(most.1)),
        sessions_lost_by_doubling: counts[about].iter().sum::<f64>() / sessions,
        depth: fit.valley.depth,
        kinds: fit.kinds(),
        other_valleys_us: fit
            .valley
            .others
            .iter()
            .map(|&cell| us(middle(cell)))
            .collect(),
    }
}

/// The shortest and longest gap around the crossing that misplace hardly more pauses than it does.
fn as_good(fit: &Fit, sessions: f64) -> (i64, i64) {
    let gaps: Vec<f64> = (0..)
        .map(|step| SHORTEST_GAP_S.ln() + STEP * f64::from(step))
        .take_while(|&gap| gap < LONGEST_GAP_S.ln())
        .collect();
    let misplaced = |gap: f64| {
        let (split, merged) = fit.misplaced(gap);
        split + merged
    };
    let steps = ((fit.crossing - SHORTEST_GAP_S.ln()) / STEP)
        .round()
        .max(0.0) as usize;
    let best = steps.min(gaps.len() - 1);
    let most = misplaced(gaps[best]) + AS_GOOD * sessions;
    let is_good = |&&gap: &&f64| misplaced(gap) <= most;
    let shorter = gaps[..best].iter().rev().take_while(is_good).count();
    let longer = gaps[best + 1..].iter().take_while(is_good).count();
    (us(gaps[best - shorter]), us(gaps[best + longer]))
}

/// A group's pauses minus its part of the spikes, cell by cell.
fn without_spikes(mut group: Cells, raw: &Cells, counts: &Cells) -> Cells {
    for (cell, n) in group.iter_mut().enumerate() {
        if raw[cell] > 0.0 {
            *n *= counts[cell] / raw[cell];
        }
    }
    group
}

/// How far the lower hill rises above the valley, in standard deviations: of the groups, or of the counts alone if
/// that is more.
fn rise(counts: &Cells, groups: &[Cells], fit: &Fit) -> f64 {
    let (bottom, hill) = (fit.valley.bottom, fit.valley.lower_hill);
    let width = hill.abs_diff(bottom).clamp(3, 24);
    let about = |cell: usize| {
        let from = cell as isize - (width / 2) as isize;
        from.max(0) as usize..((from + width as isize).max(0) as usize).min(CELLS)
    };
    let sum = |cells: &Cells, about: std::ops::Range<usize>| cells[about].iter().sum::<f64>();
    let difference = |cells: &Cells| sum(cells, about(hill)) - sum(cells, about(bottom));
    let by_counts = (sum(counts, about(hill)) + sum(counts, about(bottom))).sqrt();
    let n = groups.len() as f64;
    let differences: Vec<f64> = groups.iter().map(difference).collect();
    let mean = differences.iter().sum::<f64>() / n.max(1.0);
    let squares: f64 = differences.iter().map(|each| (each - mean).powi(2)).sum();
    let by_groups = (n * squares / (n - 1.0).max(1.0)).sqrt();
    difference(counts) / by_groups.max(by_counts).max(1e-9)
}

fn grade(found: &FoundValley, is_certain: bool) -> Grade {
    let is_within = |(misplaced, depth): (f64, f64)| {
        found.misplaced_of_sessions.1 <= misplaced && found.depth <= depth
    };
    match (is_within(CLEAR), is_within(FAIR)) {
        (true, _) if is_certain => Grade::Clear,
        (true, _) | (_, true) => Grade::Fair,
        _ => Grade::Weak,
    }
}

/// The gap to keep.
fn kept(found: &FoundValley, in_use: Gap) -> Gap {
    let is_good = |gap: &Gap| (found.good_us.0..=found.good_us.1).contains(&gap.as_us());
    let away = |gap: &Gap| (gap.as_us() as f64 / found.best_us as f64).ln().abs();
    let customary = CUSTOMARY_S
        .into_iter()
        .filter_map(|s| Gap::from_us(s * US_PER_S));
    let nearest = customary
        .filter(is_good)
        .min_by(|a, b| away(a).total_cmp(&away(b)));
    [in_use, Gap::DEFAULT]
        .into_iter()
        .find(|gap| is_good(gap))
        .or(nearest)
        .unwrap_or_else(|| on_two_digits(found.best_us))
}

/// A gap rounded to two digits of minutes, or of seconds below ten minutes.
fn on_two_digits(best_us: i64) -> Gap {
    let unit_us = if best_us >= 600 * US_PER_S {
        60 * US_PER_S
    } else {
        US_PER_S
    };
    let units = best_us as f64 / unit_us as f64;
    let digit = 10f64.powi((units.max(1.0).log10() as i32 - 1).max(0));
    let units = ((units / digit).round() * digit).max(1.0) as i64;
    Gap::from_us(units * unit_us).unwrap_or_default()
}

#[cfg(test)]
mod recorded;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod thresholds;
