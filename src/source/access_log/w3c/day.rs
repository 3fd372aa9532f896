//! The day of a log that has only times. Source floor.
//!
//! `#Date` tells when the log was begun. A time that is clearly earlier than the last one belongs to the next day.

use chrono::Days;
use chrono::NaiveDate;
use chrono::NaiveTime;
use chrono::Timelike;

/// Servers write a request down when it is done, so that times may go back a little.
const SLACK_S: u32 = 10 * 60;

const S_PER_DAY: u32 = 24 * 60 * 60;

/// The day of the last line.
#[derive(Clone, Debug, Default)]
pub(super) struct LogDay {
    date: Option<NaiveDate>,
    /// The day as text; empty if it is not known.
    text: String,
    /// The day before, if a midnight has passed since `#Date`.
    before: Option<String>,
    /// The time of the last line, since midnight.
    last_s: u32,
}

impl LogDay {
    /// Takes `2000-10-09 16:44:49`, or a date alone. Anything else changes nothing.
    pub(super) fn set(&mut self, date: &[u8]) {
        let text = String::from_utf8_lossy(date);
        let mut words = text.split_ascii_whitespace();
        if let Some(date) = words
            .next()
            .and_then(|date| NaiveDate::parse_from_str(date, "%Y-%m-%d").ok())
        {
            self.begin(date);
            self.before = None;
            self.last_s = words
                .next()
                .and_then(|time| seconds_of(time.as_bytes()))
                .unwrap_or(0);
        }
    }

    /// The day of a line at `time`, which comes after all lines before. Errors with a reason if no `#Date` came
    /// before. An unreadable time belongs to the day of the last line.
    pub(super) fn of(&mut self, time: &[u8]) -> Result<&[u8], String> {
        let Some(date) = self.date else {
            return Err("a time without a date: no #Date line before it".to_owned());
        };
        if let Some(at_s) = seconds_of(time) {
            if at_s + SLACK_S < self.last_s {
                self.before = Some(self.text.clone());
                self.begin(date.checked_add_days(Days::new(1)).unwrap_or(date));
                self.last_s = at_s;
            } else if let Some(before) = &self.before
                && at_s.saturating_sub(self.last_s) > S_PER_DAY - SLACK_S
            {
                return Ok(before.as_bytes());
            }
            self.last_s = self.last_s.max(at_s);
        }
        Ok(self.text.as_bytes())
    }

    fn begin(&mut self, date: NaiveDate) {
        self.date = Some(date);
        self.text = date.to_string();
    }
}

/// Seconds since midnight.
fn seconds_of(time: &[u8]) -> Option<u32> {
    let text = std::str::from_utf8(time).ok()?;
    let time = NaiveTime::parse_from_str(text, "%H:%M:%S%.f").ok()?;
    Some(time.num_seconds_from_midnight())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(date: &str, times: &[(&str, &str)]) {
        let mut day = LogDay::default();
        day.set(date.as_bytes());
        for (time, expected) in times {
            let found = day.of(time.as_bytes()).unwrap();
            assert_eq!(String::from_utf8_lossy(found), *expected, "{time}");
        }
    }

    #[test]
    fn a_time_before_the_last_is_of_the_next_day() {
        check(
            "2000-12-31 16:44:49",
            &[
                ("16:44:49", "2000-12-31"),
                ("00:03:00", "2001-01-01"),
                ("12:00:00", "2001-01-01"),
                ("11:00:00", "2001-01-02"),
            ],
        );
    }

    #[test]
    fn times_may_go_back_a_little() {
        check(
            "2000-10-09",
            &[
                ("10:00:05", "2000-10-09"),
                ("10:00:01", "2000-10-09"),
                ("never", "2000-10-09"),
                ("23:59:58", "2000-10-09"),
                ("00:00:01", "2000-10-10"),
                ("23:59:59", "2000-10-09"),
                ("00:00:02", "2000-10-10"),
            ],
        );
    }

    #[test]
    fn without_a_date_there_is_no_day() {
        let mut day = LogDay::default();
        day.set(b"yesterday");
        assert!(day.of(b"10:00:00").is_err());
    }
}
