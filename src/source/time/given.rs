//! Times in the format that a person gave. Source floor.
//!
//! The conversions are strftime's, as chrono reads them (<https://docs.rs/chrono/latest/chrono/format/strftime>).

use std::str::FromStr;

use chrono::NaiveDateTime;
use chrono::NaiveTime;
use chrono::format::Item;
use chrono::format::Parsed;
use chrono::format::StrftimeItems;
use chrono::format::parse;

use crate::source::time::calendar::WallClock;
use crate::source::time::written::WrittenTime;
use crate::source::time::written::WrittenZone;
use crate::words::timestamp::US_PER_S;

/// How every timestamp is written: `%d/%m/%Y %H:%M`.
#[derive(Clone, Debug)]
pub struct TimeFormat {
    text: String,
    items: Vec<Item<'static>>,
}

impl TimeFormat {
    /// The format as it was given.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The time that is written; `None` if it does not have this format.
    pub(super) fn read(&self, value: &str) -> Option<WrittenTime> {
        let mut parsed = Parsed::new();
        parse(&mut parsed, value, self.items.iter()).ok()?;
        if let Some(seconds) = parsed.timestamp() {
            let us = i64::from(parsed.nanosecond().unwrap_or(0) / 1_000);
            return Some(WrittenTime {
                clock: wall_clock(seconds.checked_mul(US_PER_S)?.checked_add(us)?),
                place: WrittenZone::Offset(0),
                has_time: true,
            });
        }
        let date = parsed.to_naive_date().ok()?;
        let has_time = parsed.hour_mod_12().is_some();
        let time = match has_time {
            true => with_minutes(&mut parsed)?,
            false => NaiveTime::MIN,
        };
        Some(WrittenTime {
            clock: wall_clock(NaiveDateTime::new(date, time).and_utc().timestamp_micros()),
            place: match parsed.offset() {
                Some(seconds) => WrittenZone::Offset(i64::from(seconds) * US_PER_S),
                None => WrittenZone::Unsaid,
            },
            has_time,
        })
    }
}

/// The time of day, on the hour if there are no minutes.
fn with_minutes(parsed: &mut Parsed) -> Option<NaiveTime> {
    if parsed.minute().is_none() {
        parsed.set_minute(0).ok()?;
    }
    parsed.to_naive_time().ok()
}

fn wall_clock(us: i64) -> WallClock {
    WallClock {
        us,
        is_leap_second: false,
    }
}

impl FromStr for TimeFormat {
    type Err = String;

    /// The error says what is wrong with the format.
    fn from_str(text: &str) -> Result<TimeFormat, String> {
        const EXPECTED: &str =
            "expected conversions such as %d/%m/%Y %H:%M:%S, or %s for seconds since 1970";
        let items = StrftimeItems::new(text)
            .parse_to_owned()
            .map_err(|_| format!("\"{text}\" has an unknown conversion: {EXPECTED}"))?;
        let is_literal = |item: &Item<'_>| {
            matches!(
                item,
                Item::Literal(_) | Item::OwnedLiteral(_) | Item::Space(_) | Item::OwnedSpace(_)
            )
        };
        if items.iter().all(is_literal) {
            return Err(format!("\"{text}\" has no conversion: {EXPECTED}"));
        }
        Ok(TimeFormat {
            text: text.to_owned(),
            items,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(format: &str, value: &str, expected: Option<(i64, WrittenZone)>) {
        let format: TimeFormat = format.parse().unwrap();
        let read = format
            .read(value)
            .map(|written| (written.clock.us, written.place));
        assert_eq!(read, expected, "{value}");
    }

    #[test]
    fn a_given_format_is_read_as_strftime_writes_it() {
        let ten = 1_709_287_200_000_000;
        check(
            "%d/%m/%Y %H:%M:%S",
            "01/03/2024 10:00:00",
            Some((ten, WrittenZone::Unsaid)),
        );
        check(
            "%m/%d/%Y %I:%M %p",
            "03/01/2024 10:00 AM",
            Some((ten, WrittenZone::Unsaid)),
        );
        check(
            "%d.%m.%Y %H:%M:%S%.f %z",
            "01.03.2024 10:00:00.5 +0100",
            Some((ten + 500_000, WrittenZone::Offset(3_600_000_000))),
        );
        check("%s", "1709287200", Some((ten, WrittenZone::Offset(0))));
        check(
            "%Y-%m-%d",
            "2024-03-01",
            Some((ten - 36_000_000_000, WrittenZone::Unsaid)),
        );
        check("%Y%m%d%H", "2024030110", Some((ten, WrittenZone::Unsaid)));
        check("%d/%m/%Y", "2024-03-01", None);
        check("%d/%m/%Y", "31/02/2024", None);
    }

    #[test]
    fn a_format_without_a_conversion_that_is_known_is_refused() {
        for format in ["", "YYYY-MM-DD", "%Q", "%"] {
            assert!(format.parse::<TimeFormat>().is_err(), "{format}");
        }
    }
}
