//! Reading timestamps in the forms users' files have. Source floor.
//!
//! The common forms are read byte by byte; nothing is allocated unless a value is refused.

use chrono::NaiveDate;
use chrono::NaiveDateTime;
use chrono::TimeZone;
use chrono_tz::Tz;

use crate::words::timestamp::Timestamp;
use crate::words::timestamp::US_PER_DAY;
use crate::words::timestamp::US_PER_S;

/// In what form a timestamp was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A date and a time with an offset or `Z`.
    WithOffset,
    /// A date and a time without an offset, taken to be in the zone asked for.
    Local,
    /// A date alone, taken to be midnight.
    Date,
    /// A number of seconds since the epoch.
    Seconds,
    /// A number of milliseconds since the epoch.
    Milliseconds,
    /// A number of microseconds since the epoch.
    Microseconds,
    /// A number of nanoseconds since the epoch, cut off to microseconds.
    Nanoseconds,
}

impl Form {
    /// All forms, in the order of their declaration.
    pub const ALL: [Form; 7] = [
        Form::WithOffset,
        Form::Local,
        Form::Date,
        Form::Seconds,
        Form::Milliseconds,
        Form::Microseconds,
        Form::Nanoseconds,
    ];

    /// The form in words.
    pub fn name(self) -> &'static str {
        match self {
            Form::WithOffset => "date and time with an offset",
            Form::Local => "date and time without an offset",
            Form::Date => "date without a time of day",
            Form::Seconds => "epoch seconds",
            Form::Milliseconds => "epoch milliseconds",
            Form::Microseconds => "epoch microseconds",
            Form::Nanoseconds => "epoch nanoseconds",
        }
    }
}

/// What was read, and what had to be decided for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Read {
    pub(super) at: Timestamp,
    pub(super) form: Form,
    /// Whether the local time does not exist or exists twice, see [`Clock::utc_us`].
    pub(super) adjusted: bool,
}

/// Why a text is no timestamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The text has no form that is known.
    Unknown,
    /// It has the form of a date, but there is no such day or time of day.
    NoSuchDate,
    /// It lies outside the years 1 to 9999.
    OutOfRange,
}

impl Refusal {
    pub(super) fn reason(self, text: &str) -> String {
        let shown: String = text.chars().take(60).collect();
        match self {
            Refusal::Unknown => {
                format!("timestamp \"{shown}\" is not a date and time or an epoch number")
            }
            Refusal::NoSuchDate => format!("timestamp \"{shown}\" is not a date"),
            Refusal::OutOfRange => {
                format!("timestamp \"{shown}\" is not between the years 1 and 9999")
            }
        }
    }
}

/// Reads timestamps; those without an offset in its time zone.
#[derive(Clone, Debug)]
pub(super) struct Clock {
    zone: Tz,
    /// Offset in microseconds of the local hour (counted from the epoch) converted last: a named zone is
    /// asked once an hour of data. Hours in which the offset changes are not kept.
    cached: Option<(i64, i64)>,
}

impl Clock {
    pub(super) fn new(zone: Tz) -> Clock {
        Clock { zone, cached: None }
    }

    /// Reads a timestamp, with blanks around it.
    pub(super) fn read(&mut self, text: &str) -> Result<Read, Refusal> {
        let text = text.trim_ascii().as_bytes();
        match civil(text) {
            Some(civil) => self.place(civil?),
            None => epoch(text),
        }
    }

    fn place(&mut self, civil: Civil) -> Result<Read, Refusal> {
        let (us, form, adjusted) = match civil.offset_us {
            Some(offset_us) => (civil.local_us - offset_us, Form::WithOffset, false),
            None => {
                let (us, adjusted) = self.utc_us(civil.local_us);
                (
                    us,
                    if civil.has_time {
                        Form::Local
                    } else {
                        Form::Date
                    },
                    adjusted,
                )
            }
        };
        let at = Timestamp::from_us(us).ok_or(Refusal::OutOfRange)?;
        Ok(Read { at, form, adjusted })
    }

    /// Local microseconds to UTC. A local time that exists twice is the earlier one; one that does not
    /// exist is moved forward by the length of the jump: the rule of RFC 5545, section 3.3.5.
    fn utc_us(&mut self, local_us: i64) -> (i64, bool) {
        if self.zone == Tz::UTC {
            return (local_us, false);
        }
        const US_PER_HOUR: i64 = 3_600 * US_PER_S;
        let hour = local_us.div_euclid(US_PER_HOUR);
        if let Some((cached_hour, offset_us)) = self.cached
            && cached_hour == hour
        {
            return (local_us - offset_us, false);
        }
        let offset = |local_us: i64| self.offset_us(local_us);
        let (offset_us, adjusted) = offset(local_us);
        // Only an hour that has one offset from end to end is kept.
        let ends = (
            offset(hour * US_PER_HOUR),
            offset((hour + 1) * US_PER_HOUR - 1),
        );
        self.cached =
            (ends == ((offset_us, false), (offset_us, false))).then_some((hour, offset_us));
        (local_us - offset_us, adjusted)
    }

    /// The offset from UTC at a local time, and whether that time is not exactly one instant.
    fn offset_us(&self, local_us: i64) -> (i64, bool) {
        use chrono::offset::LocalResult;
        let Some(local) = naive(local_us) else {
            return (0, false);
        };
        let offset = |utc: chrono::DateTime<Tz>| local_us - utc.timestamp_micros();
        match self.zone.from_local_datetime(&local) {
            LocalResult::Single(utc) => (offset(utc), false),
            LocalResult::Ambiguous(earlier, _) => (offset(earlier), true),
            // The offset in force before the jump; no zone has jumped by more than a day.
            LocalResult::None => (
                naive(local_us - US_PER_DAY)
                    .and_then(|before| self.zone.from_local_datetime(&before).earliest())
                    .map_or(0, |utc| local_us - US_PER_DAY - utc.timestamp_micros()),
                true,
            ),
        }
    }
}

fn naive(local_us: i64) -> Option<NaiveDateTime> {
    chrono::DateTime::from_timestamp_micros(local_us).map(|at| at.naive_utc())
}

/// A date and time as written.
#[derive(Clone, Copy)]
struct Civil {
    local_us: i64,
    offset_us: Option<i64>,
    has_time: bool,
}

/// Reads `YYYY-MM-DD`, then optionally `T` or a blank and `HH:MM[:SS[.fraction]]`, then optionally `Z`,
/// `UTC`, `GMT` or an offset; and the same in the basic form without `-` and `:`. `None` if the text does
/// not begin as such a date does.
fn civil(text: &[u8]) -> Option<Result<Civil, Refusal>> {
    let extended = text.len() >= 10 && text[4] == b'-' && text[7] == b'-';
    let (year, month, day, rest) = if extended {
        (
            number(&text[..4])?,
            number(&text[5..7])?,
            number(&text[8..10])?,
            &text[10..],
        )
    } else if is_basic(text) {
        (
            number(&text[..4])?,
            number(&text[4..6])?,
            number(&text[6..8])?,
            &text[8..],
        )
    } else {
        return None;
    };
    Some(civil_of(year, month, day, rest, extended))
}

/// Whether the text is `YYYYMMDDHHMMSS`, or `YYYYMMDD` and `T`: other runs of digits are epoch numbers.
fn is_basic(text: &[u8]) -> bool {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (digits == 8 && text.get(8) == Some(&b'T'))
        || (digits == 14 && text.len() == 14 && matches!(&text[..2], b"19" | b"20"))
}

fn civil_of(
    year: i64,
    month: i64,
    day: i64,
    rest: &[u8],
    extended: bool,
) -> Result<Civil, Refusal> {
    let date = NaiveDate::from_ymd_opt(year as i32, month as u32, day as u32);
    let days = if let (1970..=2099, 1..=12, 1..=28) = (year, month, day) {
        days_from_civil(year, month, day)
    } else {
        date.filter(|_| year >= 1)
            .map(|_| days_from_civil(year, month, day))
            .ok_or(Refusal::NoSuchDate)?
    };
    let midnight_us = days * US_PER_DAY;
    if rest.is_empty() {
        return Ok(Civil {
            local_us: midnight_us,
            offset_us: None,
            has_time: false,
        });
    }
    let rest = match rest[0] {
        b'T' | b't' | b' ' => &rest[1..],
        b'0'..=b'9' if !extended => rest,
        _ => return Err(Refusal::Unknown),
    };
    let (time_us, rest) = time_of_day(rest)?;
    let offset_us = offset(rest.trim_ascii())?;
    Ok(Civil {
        local_us: midnight_us + time_us,
        offset_us,
        has_time: true,
    })
}

/// Reads `HH:MM[:SS[.fraction]]` or `HHMM[SS]`; returns microseconds and what follows. A leap second, 60,
/// is the first moment of the next minute, as POSIX time has it.
fn time_of_day(text: &[u8]) -> Result<(i64, &[u8]), Refusal> {
    let two = |text: &[u8]| text.get(..2).and_then(number).ok_or(Refusal::Unknown);
    let hour = two(text)?;
    let colon = usize::from(text.get(2) == Some(&b':'));
    let text = &text[2 + colon..];
    let minute = two(text)?;
    let mut text = &text[2..];
    let mut second = 0;
    let has_second = match text.first() {
        Some(b':') if colon == 1 => true,
        Some(b'0'..=b'9') => colon == 0,
        _ => false,
    };
    if has_second {
        text = &text[colon..];
        second = two(text)?;
        text = &text[2..];
    }
    if hour > 23 || minute > 59 || second > 60 {
        return Err(Refusal::NoSuchDate);
    }
    let mut us = 0;
    if let [b'.' | b',', b'0'..=b'9', ..] = text {
        let digits = text[1..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let mut unit = US_PER_S;
        for digit in &text[1..=digits.min(6)] {
            unit /= 10;
            us += i64::from(digit - b'0') * unit;
        }
        text = &text[1 + digits..];
    }
    Ok((((hour * 60 + minute) * 60 + second) * US_PER_S + us, text))
}

/// Reads what stands behind the time of day; `Ok(None)` if that is nothing.
fn offset(text: &[u8]) -> Result<Option<i64>, Refusal> {
    let sign = match text {
        [] => return Ok(None),
        b"Z" | b"z" | b"UTC" | b"GMT" => return Ok(Some(0)),
        [b'+', ..] => 1,
        [b'-', ..] => -1,
        _ => return Err(Refusal::Unknown),
    };
    let (hours, minutes) = match &text[1..] {
        [_, _] => (number(&text[1..3]), Some(0)),
        [_, _, b':', _, _] => (number(&text[1..3]), number(&text[4..6])),
        [_, _, _, _] => (number(&text[1..3]), number(&text[3..5])),
        _ => return Err(Refusal::Unknown),
    };
    match (hours, minutes) {
        (Some(hours @ 0..=23), Some(minutes @ 0..=59)) => {
            Ok(Some(sign * (hours * 60 + minutes) * 60 * US_PER_S))
        }
        _ => Err(Refusal::Unknown),
    }
}

/// Reads an epoch number. Its unit goes by its magnitude: below 1e11 seconds, below 1e14 milliseconds,
/// below 1e17 microseconds, else nanoseconds.
fn epoch(text: &[u8]) -> Result<Read, Refusal> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let read = |us: i64, form| {
        Timestamp::from_us(us).map(|at| Read {
            at,
            form,
            adjusted: false,
        })
    };
    if !digits.is_empty() && digits.len() <= 19 && digits.iter().all(u8::is_ascii_digit) {
        let magnitude = digits.iter().try_fold(0i64, |n, digit| {
            n.checked_mul(10)?.checked_add(i64::from(digit - b'0'))
        });
        let magnitude = magnitude.ok_or(Refusal::OutOfRange)?;
        let number = if digits.len() < text.len() {
            -magnitude
        } else {
            magnitude
        };
        let (us, form) = match magnitude {
            0..100_000_000_000 => (number * 1_000_000, Form::Seconds),
            100_000_000_000..100_000_000_000_000 => (number * 1_000, Form::Milliseconds),
            100_000_000_000_000..100_000_000_000_000_000 => (number, Form::Microseconds),
            _ => (number.div_euclid(1_000), Form::Nanoseconds),
        };
        return read(us, form).ok_or(Refusal::OutOfRange);
    }
    // A fraction or an exponent: a number all the same. Words that `f64` knows (inf, nan) are none.
    let is_numeric = |byte: &u8| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-');
    let text = std::str::from_utf8(text)
        .ok()
        .filter(|text| text.bytes().all(|byte| is_numeric(&byte)));
    let number: f64 = text
        .and_then(|text| text.parse().ok())
        .ok_or(Refusal::Unknown)?;
    let (us_per_unit, form) = match number.abs() {
        n if n < 1e11 => (1e6, Form::Seconds),
        n if n < 1e14 => (1e3, Form::Milliseconds),
        n if n < 1e17 => (1.0, Form::Microseconds),
        _ => (1e-3, Form::Nanoseconds),
    };
    read((number * us_per_unit).round() as i64, form).ok_or(Refusal::OutOfRange)
}

/// A number of nothing but digits.
fn number(text: &[u8]) -> Option<i64> {
    text.iter().try_fold(0, |n, byte| {
        byte.is_ascii_digit()
            .then(|| n * 10 + i64::from(byte - b'0'))
    })
}

/// Days from 1970-01-01 to a date of the proleptic Gregorian calendar; the inverse of the algorithm that
/// `words::timestamp` writes dates with, and from the same source.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(zone: Tz, text: &str, expect: &str) {
        let read = Clock::new(zone).read(text).map(|read| read.at.to_string());
        assert_eq!(
            read.unwrap_or_else(|refusal| refusal.reason(text)),
            expect,
            "{text}"
        );
    }

    #[test]
    fn dates_with_times_are_read() {
        for text in [
            "2020-02-02 12:55:16",
            "2020-02-02T12:55:16",
            "2020-02-02T12:55:16Z",
            "2020-02-02T13:55:16+01:00",
            "2020-02-02T13:55:16+0100",
            "2020-02-02 07:25:16-05:30",
            "2020-02-02T13:55:16+01",
            "20200202T125516Z",
            "20200202125516",
            "2020-02-02 12:55:16 UTC",
            " 2020-02-02 12:55:16.000 ",
            "1580648116",
            "1580648116000",
            "1580648116000000",
            "1580648116000000000",
            "1.580648116e9",
            "1580648116.0",
        ] {
            check(Tz::UTC, text, "2020-02-02T12:55:16Z");
        }
        check(
            Tz::UTC,
            "2020-02-02T12:55:16.1234567Z",
            "2020-02-02T12:55:16.123456Z",
        );
        check(Tz::UTC, "2020-02-02 12:55", "2020-02-02T12:55:00Z");
        check(Tz::UTC, "2020-02-02", "2020-02-02T00:00:00Z");
        check(Tz::UTC, "-1", "1969-12-31T23:59:59Z");
        check(Tz::UTC, "2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z");
    }

    #[test]
    fn what_is_no_date_is_refused_with_its_value() {
        for text in [
            "2024-13-01",
            "2023-02-29 10:00:00",
            "2024-03-01T24:00:00Z",
            "2024-03-01 10:61:00",
            "0000-01-01",
        ] {
            check(
                Tz::UTC,
                text,
                &format!("timestamp \"{text}\" is not a date"),
            );
        }
        for text in [
            "",
            "yesterday",
            "2024-03-01 10",
            "2024-03-01X10:00:00",
            "nan",
            "inf",
            "2024-03-01 10:00:00 EST",
        ] {
            check(
                Tz::UTC,
                text,
                &format!("timestamp \"{text}\" is not a date and time or an epoch number"),
            );
        }
        for text in ["1e30", "9999999999999999999", "9999-12-31T23:59:59-01:00"] {
            check(
                Tz::UTC,
                text,
                &format!("timestamp \"{text}\" is not between the years 1 and 9999"),
            );
        }
    }

    #[test]
    fn local_times_that_do_not_exist_move_forward_and_double_ones_are_the_earlier() {
        let berlin = Tz::Europe__Berlin;
        check(berlin, "2024-03-31 01:59:59", "2024-03-31T00:59:59Z");
        check(berlin, "2024-03-31 02:30:00", "2024-03-31T01:30:00Z");
        check(berlin, "2024-10-27 02:30:00", "2024-10-27T00:30:00Z");
        check(berlin, "2024-10-27 03:00:00", "2024-10-27T02:00:00Z");
        assert!(
            Clock::new(berlin)
                .read("2024-03-31 02:30:00")
                .unwrap()
                .adjusted
        );
        assert!(
            Clock::new(berlin)
                .read("2024-10-27 02:30:00")
                .unwrap()
                .adjusted
        );
    }

    proptest! {
        #[test]
        fn every_instant_is_read_as_it_is_written(us in Timestamp::MIN.as_us()..=Timestamp::MAX.as_us()) {
            let at = Timestamp::from_us(us).unwrap();
            prop_assert_eq!(Clock::new(Tz::UTC).read(&at.to_string()).unwrap().at, at);
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "[-+0-9:.TZe ]{0,40}|.*") {
            let _ = Clock::new(Tz::America__New_York).read(&text);
        }

        #[test]
        fn the_hour_kept_gives_what_the_zone_says(minutes in proptest::collection::vec(28_500_000i64..28_530_000, 1..40)) {
            let mut kept = Clock::new(Tz::America__St_Johns);
            for minute in minutes {
                let local = minute * 60_000_000;
                prop_assert_eq!(kept.utc_us(local), Clock::new(Tz::America__St_Johns).utc_us(local));
            }
        }
    }
}
