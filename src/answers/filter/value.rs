//! The values of the filter language: numbers, durations, days of the week, hours. Answers floor.
//!
//! A value means the half-open range of everything that it can stand for. So `time:2020-02-02` is the whole day.

use std::ops::Range;

use crate::words::gap::Gap;

/// The half-open range that an operator and a value mean; both ends of `a..b` are included.
pub(super) fn bounds(
    operator: &str,
    value: &str,
    read: impl Fn(&str) -> Result<Range<i64>, String>,
) -> Result<Range<i64>, String> {
    if let (":" | "=", Some((from, to))) = (operator, value.split_once("..")) {
        let from = match from {
            "" => i64::MIN,
            from => read(from)?.start,
        };
        let to = match to {
            "" => i64::MAX,
            to => read(to)?.end,
        };
        return Ok(from..to);
    }
    let Range { start, end } = read(value)?;
    Ok(match operator {
        ">" => end..i64::MAX,
        ">=" => start..i64::MAX,
        "<" => i64::MIN..start,
        "<=" => i64::MIN..end,
        _ => start..end,
    })
}

/// A duration, microseconds.
pub(super) fn duration_us(text: &str) -> Result<Range<i64>, String> {
    if text == "0" || text == "0s" {
        return Ok(0..1);
    }
    let us = text
        .parse::<Gap>()
        .map_err(|_| format!("\"{text}\" is not a duration such as 5m or 90s"))?
        .as_us();
    Ok(us..us.saturating_add(1))
}

/// A count, with or without separators.
pub(super) fn whole_number(text: &str) -> Result<Range<i64>, String> {
    let n: u32 = text.replace(',', "").parse().map_err(|_| {
        format!("\"{text}\" is not a whole number; 2..5 is a range with both ends in it")
    })?;
    Ok(i64::from(n)..i64::from(n) + 1)
}

/// Days of the week in the order of their numbers.
pub(super) const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// `mon`, `mon-fri`, `sat,sun`, `fri-mon` as bits, Monday the lowest.
pub(super) fn weekdays(text: &str) -> Result<u32, String> {
    let day = |text: &str| {
        let text = text.to_ascii_lowercase();
        let is_meant = |day: &&str| text.len() >= 2 && day.starts_with(&text);
        WEEKDAYS.iter().position(is_meant)
    };
    members(text, 7, day).ok_or_else(|| {
        format!("\"{text}\" is not a day of the week such as mon, mon-fri or sat,sun")
    })
}

/// `9`, `9-17`, `9-11,14`, `22-3` as bits, hour 0 the lowest. The hour 17 ends at 18:00.
pub(super) fn hours(text: &str) -> Result<u32, String> {
    let hour = |text: &str| text.parse().ok().filter(|&hour: &usize| hour < 24);
    members(text, 24, hour)
        .ok_or_else(|| format!("\"{text}\" is not an hour from 0 to 23 such as 9, 9-17 or 22-3"))
}

/// Reads a list of members, and of ranges of members, on a circle of `n`.
fn members(text: &str, n: usize, member: impl Fn(&str) -> Option<usize>) -> Option<u32> {
    let mut bits = 0;
    for part in text.split(',') {
        let range = part.split_once("..").or_else(|| part.split_once('-'));
        let (from, to) = range.unwrap_or((part, part));
        let (from, to) = (member(from.trim())?, member(to.trim())?);
        let length = (to + n - from) % n;
        for step in 0..=length {
            bits |= 1 << ((from + step) % n);
        }
    }
    Some(bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(members: &[u32]) -> u32 {
        members.iter().map(|member| 1 << member).sum()
    }

    #[test]
    fn days_and_hours_are_ranges_that_may_go_around() {
        assert_eq!(weekdays("mon").unwrap(), set(&[0]));
        assert_eq!(weekdays("Mon-Fri").unwrap(), set(&[0, 1, 2, 3, 4]));
        assert_eq!(weekdays("sat,sunday").unwrap(), set(&[5, 6]));
        assert_eq!(weekdays("fri-mon").unwrap(), set(&[4, 5, 6, 0]));
        assert_eq!(hours("9").unwrap(), set(&[9]));
        assert_eq!(hours("09-11,14").unwrap(), set(&[9, 10, 11, 14]));
        assert_eq!(hours("22..1").unwrap(), set(&[22, 23, 0, 1]));
    }

    #[test]
    fn what_is_no_day_and_no_hour_is_said() {
        for text in ["", "m", "today", "mon-", "t"] {
            assert!(weekdays(text).is_err(), "{text}");
        }
        for text in ["", "24", "9:00", "9-", "-1"] {
            assert!(hours(text).is_err(), "{text}");
        }
    }
}
