//! Days, months and wall clocks, checked. Source floor.
//!
//! Knows the proleptic Gregorian calendar, years 1 to 9999; nothing about time zones or text.

use crate::words::timestamp::US_PER_DAY;
use crate::words::timestamp::US_PER_S;

/// What a local clock shows: microseconds since 1970-01-01 00:00:00 on that clock.
///
/// It is not an instant until the clock's zone is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WallClock {
    pub(super) us: i64,
    /// Whether it showed second 60, which is kept as second 0 of the next minute.
    pub(super) is_leap_second: bool,
}

/// A time of day: hour, minute, second, microsecond.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct TimeOfDay {
    pub(super) hour: u32,
    pub(super) minute: u32,
    pub(super) second: u32,
    pub(super) us: u32,
}

impl WallClock {
    /// The clock at a time of the day `days` after 1970-01-01; `None` if there is no such time.
    pub(super) fn new(days: i64, time: TimeOfDay) -> Option<WallClock> {
        if time.hour > 23 || time.minute > 59 || time.second > 60 {
            return None;
        }
        let second = time.hour * 3600 + time.minute * 60 + time.second;
        Some(WallClock {
            us: days * US_PER_DAY + i64::from(second) * US_PER_S + i64::from(time.us),
            is_leap_second: time.second == 60,
        })
    }
}

/// Days from 1970-01-01 to a date; `None` if there is no such date in the years 1 to 9999.
///
/// The algorithm is Howard Hinnant's `days_from_civil`
/// (<https://howardhinnant.github.io/date_algorithms.html>): years start in March, so that the leap
/// day is the last of its year.
#[inline]
pub(super) fn days(year: u32, month: u32, day: u32) -> Option<i64> {
    const DAYS_IN_MONTH: [u8; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || day == 0 {
        return None;
    }
    let is_leap_year =
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let leap_day = u32::from(month == 2 && is_leap_year);
    if day > u32::from(DAYS_IN_MONTH[month as usize - 1]) + leap_day {
        return None;
    }
    let year_from_march = year - u32::from(month <= 2);
    let era = year_from_march / 400;
    let year_of_era = year_from_march % 400;
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(i64::from(era) * 146_097 + i64::from(day_of_era) - 719_468)
}

/// The number that two digits are.
#[inline]
pub(super) fn two_digits(digits: [u8; 2]) -> Option<i64> {
    let [tens, ones] = digits.map(|digit| digit.wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| i64::from(tens) * 10 + i64::from(ones))
}

/// The second of the day at which a clock shows `HH:MM:SS`; `None` for anything else, second 60 included.
#[inline]
pub(super) fn second_of_day(text: [u8; 8]) -> Option<i64> {
    let [h1, h2, b':', m1, m2, b':', s1, s2] = text else {
        return None;
    };
    let hour = two_digits([h1, h2])?;
    let minute = two_digits([m1, m2])?;
    let second = two_digits([s1, s2])?;
    (hour < 24 && minute < 60 && second < 60).then_some(hour * 3600 + minute * 60 + second)
}

/// The day of the week of the day `days` after 1970-01-01; Monday is 0.
pub(super) fn weekday(days: i64) -> usize {
    (days + 3).rem_euclid(7) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Datelike;
    use chrono::NaiveDate;

    #[test]
    fn the_calendar_is_chronos_from_year_1_to_9999() {
        let mut expected = NaiveDate::from_ymd_opt(1, 1, 1).unwrap();
        let epoch = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();
        while expected.year() < 10_000 {
            let days = days(expected.year() as u32, expected.month(), expected.day()).unwrap();
            assert_eq!(days, (expected - epoch).num_days());
            assert_eq!(
                weekday(days),
                expected.weekday().num_days_from_monday() as usize
            );
            expected = expected.succ_opt().unwrap();
        }
    }

    #[test]
    fn days_that_do_not_exist_are_none() {
        for (year, month, day) in [(2023, 2, 29), (1900, 2, 29), (2024, 13, 1), (2024, 0, 1)] {
            assert_eq!(days(year, month, day), None);
        }
        for (year, month, day) in [(2024, 4, 31), (2024, 1, 0), (0, 1, 1), (10_000, 1, 1)] {
            assert_eq!(days(year, month, day), None);
        }
        assert!(days(2000, 2, 29).is_some());
    }
}
