//! The time of access logs, `10/Oct/2000:13:55:36 -0700`, by position. Source floor.
//!
//! The lines of a log cover few days, so the last day is remembered. What this does not read, second 60 included, is
//! left to [`month_name`](super::month_name), which can also say what is wrong.

use crate::source::time::calendar::days;
use crate::source::time::calendar::second_of_day;
use crate::source::time::calendar::two_digits;
use crate::source::time::month_name::MONTHS;
use crate::words::timestamp::US_PER_DAY;
use crate::words::timestamp::US_PER_S;

/// Reads the times of one log.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LogTimes {
    /// The last day: its text, and its days since 1970-01-01.
    day: Option<([u8; 11], i64)>,
}

impl LogTimes {
    /// Microseconds since the epoch; `None` for any other form.
    #[inline]
    pub(super) fn read(&mut self, text: &[u8; 26]) -> Option<i64> {
        let (day, rest) = text.split_first_chunk()?;
        let (clock, zone) = rest.strip_prefix(b":")?.split_first_chunk()?;
        let [b' ', sign @ (b'+' | b'-'), zh1, zh2, zm1, zm2] = zone else {
            return None;
        };
        let days = match self.day {
            Some((known, days)) if known == *day => days,
            _ => self.read_day(day)?,
        };
        let second = second_of_day(*clock)?;
        let (zone_hour, zone_minute) = (two_digits([*zh1, *zh2])?, two_digits([*zm1, *zm2])?);
        if zone_hour > 23 || zone_minute > 59 {
            return None;
        }
        let ahead_s = zone_hour * 3600 + zone_minute * 60;
        let ahead_s = if *sign == b'-' { -ahead_s } else { ahead_s };
        Some(days * US_PER_DAY + (second - ahead_s) * US_PER_S)
    }

    #[inline(never)]
    fn read_day(&mut self, text: &[u8; 11]) -> Option<i64> {
        let [d1, d2, b'/', month @ .., b'/', y1, y2, y3, y4] = text else {
            return None;
        };
        let month: &[u8; 3] = month;
        let month = MONTHS
            .iter()
            .position(|name| name.as_bytes()[..3].eq_ignore_ascii_case(month))?;
        let year = two_digits([*y1, *y2])? * 100 + two_digits([*y3, *y4])?;
        let days = days(
            year as u32,
            month as u32 + 1,
            two_digits([*d1, *d2])? as u32,
        )?;
        self.day = Some((*text, days));
        Some(days)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::time::month_name;
    use crate::source::time::written::WrittenZone;
    use proptest::prelude::*;

    fn read(times: &mut LogTimes, text: &str) -> Option<i64> {
        times.read(text.as_bytes().try_into().ok()?)
    }

    #[test]
    fn the_day_is_remembered_and_not_mistaken() {
        let mut times = LogTimes::default();
        let first = read(&mut times, "10/Oct/2000:13:55:36 -0700");
        assert_eq!(first, Some(971_211_336 * US_PER_S));
        assert_eq!(read(&mut times, "10/Oct/2000:20:55:36 +0000"), first);
        assert_eq!(read(&mut times, "11/oct/2000:00:25:36 +0330"), first);
        for other in [
            "31/Feb/2024:10:00:00 +0000",
            "10/Oct/2000:13:55:60 -0700",
            "10/Oct/2000 13:55:36 -0700",
        ] {
            assert_eq!(read(&mut times, other), None);
        }
    }

    proptest! {
        #[test]
        fn it_reads_what_the_slower_reader_reads(
            texts in proptest::collection::vec(
                "[0-3][0-9]/(Jan|Feb|Mar|dec|Xyz)/(2024|2023|0000|9999):[0-2][0-9]:[0-6][0-9]:[0-6][0-9] [+-][0-2][0-9][0-6][0-9]", 1..20)
        ) {
            let mut times = LogTimes::default();
            for text in texts {
                let expected = month_name::read(text.as_bytes()).and_then(|written| match written.place {
                    WrittenZone::Offset(offset) if !written.clock.is_leap_second => Some(written.clock.us - offset),
                    _ => None,
                });
                prop_assert_eq!(read(&mut times, &text), expected, "{}", text);
            }
        }
    }
}
