//! Dates that start with the year: ISO 8601, RFC 3339, SQL. Source floor.
//!
//! The forms that nearly every file has are read by position, byte by byte; the rest by a scan.

use crate::source::time::calendar::TimeOfDay;
use crate::source::time::calendar::WallClock;
use crate::source::time::calendar::days;
use crate::source::time::calendar::second_of_day;
use crate::source::time::written::Scan;
use crate::source::time::written::WrittenTime;
use crate::words::timestamp::US_PER_DAY;
use crate::words::timestamp::US_PER_S;

/// Reads what [`read_plain`] reads, and remembers the day: the one before is often the same.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct PlainTimes {
    /// The last day: its text, and its days since 1970-01-01.
    day: Option<([u8; 10], i64)>,
}

impl PlainTimes {
    /// Microseconds since 1970-01-01T00:00:00 on the clock.
    #[inline]
    pub(super) fn read(&mut self, text: &[u8; 19]) -> Option<i64> {
        let (day, [b' ' | b'T', clock @ ..]) = text.split_first_chunk()? else {
            return None;
        };
        match self.day {
            Some((known, days)) if known == *day => {
                let clock: [u8; 8] = clock.try_into().ok()?;
                Some(days * US_PER_DAY + second_of_day(clock)? * US_PER_S)
            }
            _ => self.read_first(text, *day),
        }
    }

    #[inline(never)]
    fn read_first(&mut self, text: &[u8; 19], day: [u8; 10]) -> Option<i64> {
        let us = read_plain(text)?.us;
        self.day = Some((day, us.div_euclid(US_PER_DAY)));
        Some(us)
    }
}

/// Reads `YYYY-MM-DD HH:MM:SS`, or with a `T`; `None` for anything else, second 60 included.
#[inline]
fn read_plain(text: &[u8; 19]) -> Option<WallClock> {
    const ZEROS: [u8; 19] = *b"0000-00-00T00:00:00";
    let mut digits = [0u8; 19];
    let mut is_other = false;
    for i in 0..19 {
        digits[i] = text[i].wrapping_sub(ZEROS[i]);
        is_other |= match ZEROS[i] {
            b'0' => digits[i] > 9,
            b'T' => text[i] != b' ' && text[i] != b'T',
            _ => digits[i] != 0,
        };
    }
    if is_other {
        return None;
    }
    let two = |at: usize| u32::from(digits[at]) * 10 + u32::from(digits[at + 1]);
    let days = days(two(0) * 100 + two(2), two(5), two(8))?;
    let time = TimeOfDay {
        hour: two(11),
        minute: two(14),
        second: two(17),
        us: 0,
    };
    WallClock::new(days, time).filter(|clock| !clock.is_leap_second)
}

/// Reads every date that starts with the year: `2024-03-01T10:00:00.123+01:00`, `2024/3/1 9:05`,
/// `20240301T100000Z`, `20240301100000`, `20240301100000123`, `2024-03-01`, DB2's `2024-03-01-10.00.00.000000`.
pub(super) fn read(text: &[u8]) -> Option<WrittenTime> {
    if let Some((beginning, rest)) = text.split_first_chunk()
        && let Some(mut clock) = read_plain(beginning)
    {
        let mut scan = Scan::new(rest);
        clock.us += i64::from(scan.fraction()?);
        let half = scan.letters_ahead();
        if !half.eq_ignore_ascii_case(b"am") && !half.eq_ignore_ascii_case(b"pm") {
            let place = scan.place()?;
            return Some(WrittenTime {
                clock,
                place,
                has_time: true,
            });
        }
    }
    let mut scan = Scan::new(text);
    let n_digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (days, time) = match n_digits {
        4 => (read_date(&mut scan)?, read_time(&mut scan)?),
        8 => (read_basic_date(&mut scan)?, read_basic_time(&mut scan)?),
        14 => {
            let days = read_basic_date(&mut scan)?;
            (days, Some(read_six_digits(&mut scan)?))
        }
        17 => {
            let days = read_basic_date(&mut scan)?;
            let mut time = read_six_digits(&mut scan)?;
            time.us = scan.number(3, 3)? * 1_000;
            (days, Some(time))
        }
        _ => return None,
    };
    Some(WrittenTime {
        clock: WallClock::new(days, time.unwrap_or_default())?,
        place: scan.place()?,
        has_time: time.is_some(),
    })
}

/// `2024-03-01`, `2024/3/1`, `2024.03.01`.
fn read_date(scan: &mut Scan<'_>) -> Option<i64> {
    let year = scan.number(4, 4)?;
    let separator = scan.pass(b"-/.")?;
    let month = scan.number(1, 2)?;
    scan.pass(&[separator])?;
    days(year, month, scan.number(1, 2)?)
}

/// `T10:00:00`, ` 10:00`, `, 10:00`, `-10.00`; `Some(None)` if there is no time of day.
fn read_time(scan: &mut Scan<'_>) -> Option<Option<TimeOfDay>> {
    let mut ahead = *scan;
    // With a colon it is an offset.
    if let [b'-', _, _, b'.', ..] = ahead.rest {
        ahead.pass(b"-");
    } else if ahead.pass(b"Tt_:").is_none() {
        ahead.pass_to_time();
    }
    if ahead.rest.len() == scan.rest.len() || !matches!(ahead.rest.first(), Some(b'0'..=b'9')) {
        return Some(None);
    }
    *scan = ahead;
    scan.time_of_day().map(Some)
}

/// `20240301`.
fn read_basic_date(scan: &mut Scan<'_>) -> Option<i64> {
    let year = scan.two_digits()? * 100 + scan.two_digits()?;
    days(year, scan.two_digits()?, scan.two_digits()?)
}

/// `T100000`, `T1000`, `T10:00`, ` 10:00`; `Some(None)` if there is no time of day.
fn read_basic_time(scan: &mut Scan<'_>) -> Option<Option<TimeOfDay>> {
    let has_mark = scan.pass(b"Tt").is_some();
    if !has_mark && !matches!(scan.rest, [b' ', b'0'..=b'9', ..]) {
        return Some(None);
    }
    scan.pass_blanks();
    if memchr::memchr(b':', &scan.rest[..scan.rest.len().min(3)]).is_some() {
        return scan.time_of_day().map(Some);
    }
    if scan.rest.get(4).is_some_and(u8::is_ascii_digit) {
        return read_six_digits(scan).map(Some);
    }
    let (hour, minute) = (scan.two_digits()?, scan.two_digits()?);
    Some(Some(TimeOfDay {
        hour,
        minute,
        ..TimeOfDay::default()
    }))
}

/// `100000`, with a fraction.
fn read_six_digits(scan: &mut Scan<'_>) -> Option<TimeOfDay> {
    Some(TimeOfDay {
        hour: scan.two_digits()?,
        minute: scan.two_digits()?,
        second: scan.two_digits()?,
        us: scan.fraction()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_day_that_is_remembered_changes_no_time(
            texts in proptest::collection::vec(
                "(2024|0000|9999|1969)-(0[0-9]|12)-[0-3][0-9][ T:][0-2][0-9]:[0-6][0-9][:.][0-6][0-9]", 1..40),
        ) {
            let mut times = PlainTimes::default();
            for text in texts.iter().chain(&texts).flat_map(|text| [text, text]) {
                let text = text.as_bytes().first_chunk().unwrap();
                prop_assert_eq!(times.read(text), read_plain(text).map(|clock| clock.us));
            }
        }
    }
}
