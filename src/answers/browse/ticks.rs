//! The labels of a stretch of time: round times of the clock and days of the calendar. Answers floor.

use chrono::Datelike;
use chrono::Months;
use chrono::NaiveDate;
use chrono::NaiveDateTime;
use chrono::NaiveTime;
use chrono::TimeDelta;
use chrono::Timelike;

use crate::answers::browse::calendar::Calendar;
use crate::words::timestamp::Timestamp;

/// Columns that a label takes with the blanks around it.
const LABEL: u16 = 10;

/// Steps within a day, in seconds.
const CLOCK_S: [u32; 11] = [1, 5, 15, 60, 300, 900, 1_800, 3_600, 10_800, 21_600, 43_200];
const DAYS: [u32; 4] = [1, 2, 7, 14];
const MONTHS: [u32; 9] = [1, 3, 6, 12, 24, 60, 120, 600, 1_200];

/// What lies between one label and the next.
#[derive(Clone, Copy, Debug)]
enum Step {
    Clock(u32),
    Days(u32),
    Months(u32),
}

/// Instants between the two, microseconds, with their labels: `06:00`, `7 Jan`, `Mar 2020`. As many as there is room
/// for, ascending.
pub(crate) fn ticks(
    calendar: &Calendar,
    from_us: i64,
    to_us: i64,
    n_columns: u16,
) -> Vec<(i64, String)> {
    let at_most = i64::from((n_columns / LABEL).max(1));
    let least_s = (to_us - from_us) / 1_000_000 / at_most;
    let Some(step) = step_of(least_s) else {
        return Vec::new();
    };
    let mut local = begin(calendar.local_time(Timestamp::clamped(from_us)), step);
    let mut ticks = Vec::new();
    // One more on each side, in case the clocks change.
    for _ in 0..at_most + 3 {
        let Some(at) = local.and_then(|local| Some((local, calendar.instant(local)?))) else {
            break;
        };
        if at.1 >= to_us {
            break;
        }
        if at.1 >= from_us {
            ticks.push((at.1, label(at.0, step)));
        }
        local = next(at.0, step);
    }
    ticks.dedup_by_key(|tick| tick.0);
    ticks
}

fn step_of(least_s: i64) -> Option<Step> {
    const DAY_S: i64 = 86_400;
    let clock = CLOCK_S.iter().find(|&&s| i64::from(s) >= least_s);
    let days = || DAYS.iter().find(|&&n| i64::from(n) * DAY_S >= least_s);
    let months = || {
        MONTHS
            .iter()
            .find(|&&n| i64::from(n) * 28 * DAY_S >= least_s)
    };
    (clock.map(|&s| Step::Clock(s)))
        .or_else(|| days().map(|&n| Step::Days(n)))
        .or_else(|| months().map(|&n| Step::Months(n)))
}

/// The last round time that is not later.
fn begin(local: NaiveDateTime, step: Step) -> Option<NaiveDateTime> {
    match step {
        Step::Clock(s) => {
            let of_day = local.num_seconds_from_midnight() / s * s;
            let time = NaiveTime::from_num_seconds_from_midnight_opt(of_day, 0)?;
            Some(local.date().and_time(time))
        }
        Step::Days(n) => {
            let day = local.num_days_from_ce().div_euclid(n as i32) * n as i32;
            let day = NaiveDate::from_num_days_from_ce_opt(day)?;
            Some(day.into())
        }
        Step::Months(n) => {
            let month = local.year() * 12 + local.month0() as i32;
            let month = month.div_euclid(n as i32) * n as i32;
            let day =
                NaiveDate::from_ymd_opt(month.div_euclid(12), month.rem_euclid(12) as u32 + 1, 1)?;
            Some(day.into())
        }
    }
}

fn next(local: NaiveDateTime, step: Step) -> Option<NaiveDateTime> {
    match step {
        Step::Clock(s) => local.checked_add_signed(TimeDelta::seconds(s.into())),
        Step::Days(n) => local.checked_add_signed(TimeDelta::days(n.into())),
        Step::Months(n) => local.checked_add_months(Months::new(n)),
    }
}

fn label(local: NaiveDateTime, step: Step) -> String {
    let form = match step {
        Step::Clock(_) if local.num_seconds_from_midnight() == 0 => "%-d %b",
        Step::Clock(s) if s < 60 => "%H:%M:%S",
        Step::Clock(_) => "%H:%M",
        Step::Days(_) => "%-d %b",
        Step::Months(n) if n.is_multiple_of(12) => "%Y",
        Step::Months(_) => "%b %Y",
    };
    local.format(form).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Tz;
    use proptest::prelude::*;

    fn labels(zone: Tz, from: &str, to: &str, n_columns: u16) -> Vec<String> {
        let calendar = Calendar::new(zone, None);
        let at = |text| calendar.read(text).unwrap().start;
        let ticks = ticks(&calendar, at(from), at(to), n_columns);
        ticks.into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn labels_are_round_times_days_and_months() {
        let labels = |from, to, n_columns| labels(Tz::UTC, from, to, n_columns).join(", ");
        assert_eq!(
            labels("2014-01-07 22:10", "2014-01-08 03:00", 60),
            "23:00, 8 Jan, 01:00, 02:00"
        );
        assert_eq!(
            labels("2014-01-07 06:44", "2014-01-12", 50),
            "8 Jan, 9 Jan, 10 Jan, 11 Jan"
        );
        assert_eq!(
            labels("2014-01-20", "2014-07-02", 70),
            "Feb 2014, Mar 2014, Apr 2014, May 2014, Jun 2014, Jul 2014"
        );
        assert_eq!(
            labels("2011-05-01", "2020-01-02", 100),
            "2012, 2013, 2014, 2015, 2016, 2017, 2018, 2019, 2020"
        );
    }

    #[test]
    fn days_begin_at_midnight_of_the_zone_when_the_clocks_change_too() {
        let days = labels(Tz::Europe__Berlin, "2020-03-28", "2020-03-31", 30);
        assert_eq!(days, ["28 Mar", "29 Mar", "30 Mar"]);
    }

    proptest! {
        #[test]
        fn labels_ascend_within_the_stretch_and_have_room(
            from_us in i64::MIN / 4..i64::MAX / 4,
            length_us in 1i64..1 << 60,
            n_columns in 1u16..300,
        ) {
            let from_us = Timestamp::clamped(from_us).as_us();
            let to_us = Timestamp::clamped(from_us.saturating_add(length_us)).as_us().max(from_us + 1);
            let ticks = ticks(&Calendar::utc(), from_us, to_us, n_columns);
            prop_assert!(ticks.windows(2).all(|pair| pair[0].0 < pair[1].0));
            prop_assert!(ticks.iter().all(|(at, _)| (from_us..to_us).contains(at)));
            prop_assert!(ticks.len() <= usize::from(n_columns / LABEL).max(1) + 1);
        }
    }
}
