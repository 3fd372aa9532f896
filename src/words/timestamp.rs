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

    /// Appends the instant as RFC 3339 in UTC, with a fraction only when there is one and then
    /// without trailing zeros: `2020-02-02T12:55:16Z`, `2020-02-02T12:55:16.5Z`.
    pub fn write_rfc3339(self, out: &mut Vec<u8>) {
        let days = self.0.div_euclid(US_PER_DAY);
        let us_of_day = self.0.rem_euclid(US_PER_DAY) as u64;
        let (year, month, day) = civil_from_days(days);
        let (second_of_day, us) = (us_of_day / 1_000_000, us_of_day % 1_000_000);

        digits(out, year as u64, 4);
        out.push(b'-');
        digits(out, month, 2);
        out.push(b'-');
        digits(out, day, 2);
        out.push(b'T');
        digits(out, second_of_day / 3600, 2);
        out.push(b':');
        digits(out, second_of_day / 60 % 60, 2);
        out.push(b':');
        digits(out, second_of_day % 60, 2);
        write_fraction(out, us);
        out.push(b'Z');
    }
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
