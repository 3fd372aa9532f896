//! The ladder of gaps that a person steps through. Answers floor.

use crate::words::gap::Gap;

const MS: i64 = 1_000;
const SECOND: i64 = 1_000 * MS;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// The customary gaps between 1 and 240 minutes, and on both sides of them the round lengths of the
/// units people speak in. Microseconds, ascending.
const STEPS_US: [i64; 51] = [
    1,
    10,
    100,
    MS,
    2 * MS,
    5 * MS,
    10 * MS,
    20 * MS,
    50 * MS,
    100 * MS,
    200 * MS,
    500 * MS,
    SECOND,
    2 * SECOND,
    5 * SECOND,
    10 * SECOND,
    15 * SECOND,
    20 * SECOND,
    30 * SECOND,
    45 * SECOND,
    MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    20 * MINUTE,
    30 * MINUTE,
    45 * MINUTE,
    60 * MINUTE,
    90 * MINUTE,
    120 * MINUTE,
    240 * MINUTE,
    6 * HOUR,
    8 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    3 * DAY,
    4 * DAY,
    7 * DAY,
    10 * DAY,
    14 * DAY,
    30 * DAY,
    45 * DAY,
    60 * DAY,
    90 * DAY,
    120 * DAY,
    180 * DAY,
    365 * DAY,
    730 * DAY,
    1_825 * DAY,
    3_650 * DAY,
];

/// Every gap of the ladder, ascending.
pub(crate) fn steps() -> impl Iterator<Item = Gap> {
    STEPS_US.into_iter().filter_map(Gap::from_us)
}

/// The gaps of the ladder table, ascending.
pub(crate) fn table() -> impl Iterator<Item = Gap> {
    STEPS_US
        .into_iter()
        .filter(|us| (MINUTE..=DAY).contains(us))
        .filter_map(Gap::from_us)
}

/// The next longer step; the gap itself at and beyond the end, ten years.
pub(crate) fn longer(gap: Gap) -> Gap {
    let next = STEPS_US.iter().find(|&&us| us > gap.as_us());
    next.and_then(|&us| Gap::from_us(us)).unwrap_or(gap)
}

/// The next shorter step; the gap itself at the end, one microsecond.
pub(crate) fn shorter(gap: Gap) -> Gap {
    let next = STEPS_US.iter().rev().find(|&&us| us < gap.as_us());
    next.and_then(|&us| Gap::from_us(us)).unwrap_or(gap)
}

/// The gap moved by `percent` hundredths and rounded to whole seconds, milliseconds or microseconds,
/// whichever is the longest unit that fits into it a hundred times; moved by at least that unit.
pub(crate) fn nudged(gap: Gap, percent: i64) -> Gap {
    let us = gap.as_us();
    let unit = [SECOND, MS, 1]
        .into_iter()
        .find(|unit| us / unit >= 100)
        .unwrap_or(1);
    let step = (us / 100).saturating_mul(percent) / unit;
    let step = if step == 0 { percent.signum() } else { step };
    let moved = (us / unit).saturating_add(step).saturating_mul(unit);
    Gap::from_us(moved).unwrap_or(Gap::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn gap(text: &str) -> Gap {
        text.parse().unwrap()
    }

    #[test]
    fn steps_lead_through_the_customary_gaps() {
        let mut steps = vec![gap("1m")];
        while steps[steps.len() - 1] < gap("240m") {
            steps.push(longer(steps[steps.len() - 1]));
        }
        let minutes: Vec<i64> = steps.iter().map(|gap| gap.as_us() / MINUTE).collect();
        assert_eq!(minutes, [1, 5, 10, 15, 20, 30, 45, 60, 90, 120, 240]);
    }

    #[test]
    fn a_gap_beside_the_ladder_steps_onto_it() {
        assert_eq!(longer(gap("37m")), gap("45m"));
        assert_eq!(shorter(gap("37m")), gap("30m"));
    }

    #[test]
    fn the_ends_hold() {
        assert_eq!(shorter(Gap::MIN), Gap::MIN);
        assert_eq!(longer(gap("3650d")), gap("3650d"));
        assert_eq!(longer(Gap::MAX), Gap::MAX);
    }

    #[test]
    fn a_nudge_moves_by_a_hundredth_in_whole_units() {
        assert_eq!(nudged(gap("30m"), 1), gap("30m18s"));
        assert_eq!(nudged(gap("30m18s"), 1), gap("30m36s"));
        assert_eq!(nudged(gap("30m"), -1), gap("29m42s"));
        assert_eq!(nudged(gap("5us"), 1), gap("6us"));
        assert_eq!(nudged(Gap::MIN, -1), Gap::MIN);
    }

    proptest! {
        #[test]
        fn a_nudge_moves_in_its_direction(us in 2..i64::MAX / 2) {
            let gap = Gap::from_us(us).unwrap();
            prop_assert!(nudged(gap, 1) > gap);
            prop_assert!(nudged(gap, -1) < gap);
        }
    }
}
