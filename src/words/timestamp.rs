//! An instant: whole microseconds since the Unix epoch, UTC. Words floor.
//!
//! Knows how an instant is written (RFC 3339), not how the many forms in users' files are read;
//! that is `source::time`.

use std::fmt;

/// Microseconds in a second.
pub const US_PER_S: i64 = 1_000_000;
/// Microseconds in a day. Days are 86,400 s: neither Unix time nor SQL timestamps count leap seconds.
pub const US_PER_DAY: i64 = 86_400 * US_PER_S;

/// An instant in microseconds since 1970-01-01T00:00:00Z, between the years 1 and 9999.
///
/// The range is that of RFC 3339, and keeps the difference of any two instants within an `i64`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// 0001-01-01T00:00:00Z.
    pub const MIN: Timestamp = Timestamp(-62_135_596_800 * US_PER_S);
    /// 9999-12-31T23:59:59.999999Z.
    pub const MAX: Timestamp = Timestamp(253_402_300_800 * US_PER_S - 1);

    /// The instant `us` microseconds after the epoch; `None` outside the years 1 to 9999.
    pub const fn from_us(us: i64) -> Option<Timestamp> {
        if us < Self::MIN.0 || us > Self::MAX.0 {
            None
        } else {
            Some(Timestamp(us))
        }
    }

    /// The instant nearest to `us` that lies within the years 1 to 9999.
    pub const fn clamped(us: i64) -> Timestamp {
        if us < Self::MIN.0 {
            Self::MIN
        } else if us > Self::MAX.0 {
            Self::MAX
        } else {
            Timestamp(us)
        }
    }

    /// Microseconds since the epoch; negative before 1970.
    pub const fn as_us(self) -> i64 {
        self.0
    }

    /// Appends the instant as [`Rfc3339`] writes it, for one that is written alone.
    pub fn write_rfc3339(self, out: &mut Vec<u8>) {
        let day = self.0.div_euclid(US_PER_DAY);
        write_time_of_day(out, date(day), self.0.rem_euclid(US_PER_DAY) as u64);
    }
}

/// Writes instants as RFC 3339 in UTC, with a fraction only when there is one and then without trailing
/// zeros: `2020-02-02T12:55:16Z`, `2020-02-02T12:55:16.5Z`.
///
/// Remembers the dates of the latest days: most instants share their date with an earlier one.
#[derive(Clone, Debug)]
pub struct Rfc3339 {
    /// Days since the epoch, with their `2020-02-02T`. The last bits of a day are its place.
    dates: [(i64, [u8; 11]); Rfc3339::DATES],
}

impl Default for Rfc3339 {
    fn default() -> Rfc3339 {
        Rfc3339 {
            // No instant has this day.
            dates: [(i64::MIN, [0; 11]); Rfc3339::DATES],
        }
    }
}

impl Rfc3339 {
    const DATES: usize = 64;

    /// Appends an instant.
    pub fn write(&mut self, out: &mut Vec<u8>, at: Timestamp) {
        let day = at.0.div_euclid(US_PER_DAY);
        let known = &mut self.dates[day as usize % Rfc3339::DATES];
        if known.0 != day {
            *known = (day, date(day));
        }
        write_time_of_day(out, known.1, at.0.rem_euclid(US_PER_DAY) as u64);
    }
}

/// Appends a date and the time on it.
fn write_time_of_day(out: &mut Vec<u8>, date: [u8; 11], us_of_day: u64) {
    let (second_of_day, us) = (us_of_day / 1_000_000, us_of_day % 1_000_000);
    let mut text = *b"0000-00-00T00:00:00Z";
    text[..11].copy_from_slice(&date);
    text[11..13].copy_from_slice(&pair(second_of_day / 3600));
    text[14..16].copy_from_slice(&pair(second_of_day / 60 % 60));
    text[17..19].copy_from_slice(&pair(second_of_day % 60));
    if us == 0 {
        out.extend_from_slice(&text);
    } else {
        out.extend_from_slice(&text[..19]);
        write_fraction(out, us);
        out.push(b'Z');
    }
}

/// `2020-02-02T`.
fn date(day: i64) -> [u8; 11] {
    let (year, month, day) = civil_from_days(day);
    let mut text = *b"0000-00-00T";
    text[..2].copy_from_slice(&pair(year as u64 / 100));
    text[2..4].copy_from_slice(&pair(year as u64 % 100));
    text[5..7].copy_from_slice(&pair(month));
    text[8..10].copy_from_slice(&pair(day));
    text
}

/// The two digits of a number less than a hundred.
fn pair(value: u64) -> [u8; 2] {
    [b'0' + (value / 10) as u8, b'0' + (value % 10) as u8]
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = Vec::with_capacity(27);
        self.write_rfc3339(&mut out);
        f.write_str(std::str::from_utf8(&out).expect("RFC 3339 is ASCII"))
    }
}

/// Appends a span of `us` microseconds (not negative) as plain decimal seconds, without trailing
/// zeros: `2`, `0.5`, `1800.000001`.
pub fn write_seconds(out: &mut Vec<u8>, us: i64) {
    let us = us.max(0) as u64;
    out.extend_from_slice(itoa::Buffer::new().format(us / 1_000_000).as_bytes());
    write_fraction(out, us % 1_000_000);
}

/// Appends `.` and the digits of `us` millionths up to the last that is not zero; nothing for 0.
fn write_fraction(out: &mut Vec<u8>, us: u64) {
    if us == 0 {
        return;
    }
    out.push(b'.');
    digits(out, us, 6);
    while out.last() == Some(&b'0') {
        out.pop();
    }
}

/// Appends the last `width` decimal digits of `value`, zero-padded.
fn digits(out: &mut Vec<u8>, value: u64, width: u32) {
    let mut unit = 10u64.pow(width - 1);
    for _ in 0..width {
        out.push(b'0' + (value / unit % 10) as u8);
        unit /= 10;
    }
}

/// Year, month (1..=12) and day (1..=31) of a day counted from 1970-01-01, in the proleptic
/// Gregorian calendar. The algorithm is Howard Hinnant's `civil_from_days`
/// (<https://howardhinnant.github.io/date_algorithms.html>): years start in March, so that the leap
/// day is the last of its year.
const fn civil_from_days(days: i64) -> (i64, u64, u64) {
    const DAYS_PER_ERA: i64 = 146_097;
    let shifted = days + 719_468;
    let era = shifted.div_euclid(DAYS_PER_ERA);
    let day_of_era = shifted.rem_euclid(DAYS_PER_ERA) as u64;
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era as i64 + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, SecondsFormat};
    use proptest::prelude::*;

    fn seconds(us: i64) -> String {
        let mut out = Vec::new();
        write_seconds(&mut out, us);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_fraction_is_written_only_when_there_is_one() {
        assert_eq!(
            Timestamp(1_580_648_116_000_000).to_string(),
            "2020-02-02T12:55:16Z"
        );
        assert_eq!(
            Timestamp(1_580_648_116_500_000).to_string(),
            "2020-02-02T12:55:16.5Z"
        );
        assert_eq!(Timestamp(-1).to_string(), "1969-12-31T23:59:59.999999Z");
        assert_eq!(Timestamp::MIN.to_string(), "0001-01-01T00:00:00Z");
        assert_eq!(Timestamp::MAX.to_string(), "9999-12-31T23:59:59.999999Z");
    }

    #[test]
    fn spans_are_plain_decimal_seconds() {
        assert_eq!(seconds(0), "0");
        assert_eq!(seconds(2_000_000), "2");
        assert_eq!(seconds(500_000), "0.5");
        assert_eq!(seconds(1_800_000_001), "1800.000001");
    }

    #[test]
    fn instants_outside_the_years_1_to_9999_do_not_exist() {
        assert_eq!(Timestamp::from_us(Timestamp::MAX.0 + 1), None);
        assert_eq!(Timestamp::from_us(Timestamp::MIN.0 - 1), None);
        assert_eq!(Timestamp::clamped(i64::MAX), Timestamp::MAX);
        assert_eq!(Timestamp::clamped(i64::MIN), Timestamp::MIN);
    }

    proptest! {
        #[test]
        fn remembered_dates_do_not_change_what_is_written(days in proptest::collection::vec(-300i64..300, 1..50)) {
            let mut remembering = Rfc3339::default();
            for day in days {
                let at = Timestamp(day * US_PER_DAY + day * 7_654_321);
                let mut out = Vec::new();
                remembering.write(&mut out, at);
                prop_assert_eq!(String::from_utf8(out).unwrap(), at.to_string());
            }
        }

        #[test]
        fn every_instant_is_written_as_chrono_reads_it(us in Timestamp::MIN.0..=Timestamp::MAX.0) {
            let written = Timestamp(us).to_string();
            let read = DateTime::parse_from_rfc3339(&written).unwrap();
            prop_assert_eq!(read.timestamp_micros(), us);
            if us % US_PER_S == 0 {
                prop_assert_eq!(written, read.to_utc().to_rfc3339_opts(SecondsFormat::Secs, true));
            }
        }
    }
}
