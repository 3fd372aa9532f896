//! Whether a text is a time, wherever it comes from. Source floor.

use crate::source::rows::tally::Unit;
use crate::source::time::TimeFormat;
use crate::source::time::TimeOptions;
use crate::source::time::TimeReader;
use crate::source::time::Unreadable;
use crate::words::timestamp::Timestamp;
use crate::words::timestamp::US_PER_S;

/// Tells times, in the format that the person named or in any.
#[derive(Clone, Debug, Default)]
pub(in crate::source::access_log) struct FoundTimes {
    format: Option<TimeFormat>,
}

/// The longest that is tried.
const LONGEST: usize = 64;

impl FoundTimes {
    pub(in crate::source::access_log) fn new(format: Option<TimeFormat>) -> FoundTimes {
        FoundTimes { format }
    }

    fn reader(&self) -> TimeReader {
        TimeReader::new(
            TimeOptions::default().written(self.format.clone()),
            Unit::Line,
        )
    }

    /// Whether a word at the beginning of a text could begin a written time.
    pub(in crate::source::access_log) fn may_begin(&self, text: &[u8]) -> bool {
        const NAMES: &[&[u8]] = &[
            b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun", b"Jan", b"Feb", b"Mar", b"Apr",
            b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
        ];
        match text {
            [b'0'..=b'9', b'0'..=b'9', ..] => true,
            [b'0'..=b'9', b'/' | b'-' | b'.', ..] => true,
            _ => self.format.is_some() || NAMES.iter().any(|name| text.starts_with(name)),
        }
    }

    /// Whether a text is a whole time, day and hour, in writing.
    pub(in crate::source::access_log) fn is_time(&self, text: &[u8]) -> bool {
        let is_long = (10..=LONGEST).contains(&text.len());
        let is_written = self.format.is_some() || memchr::memchr(b':', text).is_some();
        is_long && is_written && !matches!(self.reader().read(text, 1), Err(Unreadable::Value(_)))
    }

    /// The instant that one value says, in writing or as a number.
    pub(super) fn instant(&self, value: &[u8]) -> Option<Timestamp> {
        self.written(&[value])[0].or(self.counted(&[value])[0])
    }

    /// The instants of a column, read by the rules for a column; `None` for values that are not times.
    pub(in crate::source::access_log) fn written(
        &self,
        values: &[&[u8]],
    ) -> Vec<Option<Timestamp>> {
        let mut reader = self.reader();
        values
            .iter()
            .map(|value| match self.is_time(value) {
                true => reader.read(value, 1).ok(),
                false => None,
            })
            .collect()
    }

    /// The instants of a column of numbers since the epoch: ten digits and maybe a fraction, 13, 16 or 19.
    pub(in crate::source::access_log) fn counted(
        &self,
        values: &[&[u8]],
    ) -> Vec<Option<Timestamp>> {
        let mut reader = self.reader();
        values
            .iter()
            .map(|value| {
                let digits = value
                    .iter()
                    .take_while(|byte| byte.is_ascii_digit())
                    .count();
                let rest = &value[digits..];
                let is_fraction = matches!(rest, [b'.', rest @ ..] if (1..=9).contains(&rest.len())
                    && rest.iter().all(u8::is_ascii_digit));
                let is_epoch = match digits {
                    10 => rest.is_empty() || is_fraction,
                    13 | 16 | 19 => rest.is_empty(),
                    _ => false,
                };
                match is_epoch && self.format.is_none() {
                    true => reader.read(value, 1).ok().filter(|at| {
                        // 1995 to 2100: there were no logs before, and this one is not from after.
                        (788_918_400..4_102_444_800).contains(&(at.as_us() / US_PER_S))
                    }),
                    false => None,
                }
            })
            .collect()
    }
}

/// Whether two times of a line are the same one: some are written without a fraction.
pub(super) fn is_same(one: Timestamp, other: Timestamp) -> bool {
    one.as_us().abs_diff(other.as_us()) <= US_PER_S as u64
}

/// The share of neighbours, in hundredths, of which the later line is not earlier by more than a minute.
pub(in crate::source::access_log) fn order(times: &[Option<Timestamp>]) -> usize {
    const SLACK_US: i64 = 60 * US_PER_S;
    let known: Vec<i64> = times.iter().flatten().map(|at| at.as_us()).collect();
    let n_in_order = known
        .windows(2)
        .filter(|pair| pair[1] >= pair[0] - SLACK_US)
        .count();
    match known.len() {
        0 | 1 => 100,
        n => n_in_order * 100 / (n - 1),
    }
}

/// The date of the first time in a line that is written as servers write theirs: `05/Mar/2024`, before a colon.
pub(super) fn servers_date(line: &[u8]) -> Option<&[u8]> {
    const LENGTH: usize = 11;
    memchr::memchr_iter(b':', line)
        .filter_map(|at| line.get(at.checked_sub(LENGTH)?..at))
        .find(|date| {
            date.iter().enumerate().all(|(place, byte)| match place {
                2 | 6 => *byte == b'/',
                3..=5 => byte.is_ascii_alphabetic(),
                _ => byte.is_ascii_digit(),
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_servers_date_is_found_wherever_it_stands() {
        assert_eq!(
            servers_date(b"a:b [05/Mar/2024:10:00:00 +0000]"),
            Some(&b"05/Mar/2024"[..])
        );
        assert_eq!(servers_date(b"2024-03-05T10:00:00Z 05/03/2024:10"), None);
    }
}
