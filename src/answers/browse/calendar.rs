//! Instants as people read and type them, in the display zone. Answers floor.
//!
//! Knows no clock, and never asks what "today" is.

use std::ops::Range;

use chrono::DateTime;
use chrono::Datelike;
use chrono::NaiveDate;
use chrono::NaiveDateTime;
use chrono::TimeDelta;
use chrono::TimeZone;
use chrono_tz::Tz;

use crate::answers::browse::offsets::ZoneOffsets;
use crate::words::timestamp::Timestamp;

/// A zone of display, and whether dates need their year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Calendar {
    zone: Tz,
    with_year: bool,
}

/// The forms that the error for an unreadable moment proposes.
pub(crate) const ACCEPTED_FORMS: &str = "2020-02-02, 2020-02-02 12:55 or 2020-02-02 12:55:16";

impl Calendar {
    /// A calendar for instants between the two; years are left out if all lie in one.
    pub(crate) fn new(zone: Tz, span: Option<(Timestamp, Timestamp)>) -> Calendar {
        let mut calendar = Calendar {
            zone,
            with_year: false,
        };
        calendar.with_year = span.is_some_and(|(first, last)| {
            calendar.local(first).year() != calendar.local(last).year()
        });
        calendar
    }

    /// The calendar of UTC, with years.
    #[cfg(test)]
    pub(crate) fn utc() -> Calendar {
        Calendar {
            zone: Tz::UTC,
            with_year: true,
        }
    }

    /// The zone.
    pub(crate) fn zone(&self) -> Tz {
        self.zone
    }

    /// The zone's name, `Europe/Berlin`.
    pub(crate) fn zone_name(&self) -> &'static str {
        self.zone.name()
    }

    fn local(&self, at: Timestamp) -> DateTime<Tz> {
        let utc = DateTime::from_timestamp_micros(at.as_us()).unwrap_or_default();
        utc.with_timezone(&self.zone)
    }

    /// The date and time that clocks show.
    pub(crate) fn local_time(&self, at: Timestamp) -> NaiveDateTime {
        self.local(at).naive_local()
    }

    /// The day as a running number; instants of one day share it.
    pub(crate) fn day(&self, at: Timestamp) -> i32 {
        self.local(at).num_days_from_ce()
    }

    /// The beginning of each day with these numbers, microseconds; never descending. A day that the zone leaves out
    /// begins with the next one.
    pub(crate) fn day_starts_us(&self, days: Range<i32>) -> Vec<i64> {
        let mut next_us = i64::MAX;
        let starts = days.rev().map(|day| {
            let midnight = NaiveDate::from_num_days_from_ce_opt(day);
            let start_us = midnight.and_then(|day| self.instant(day.into()));
            next_us = start_us.unwrap_or(next_us).min(next_us);
            next_us
        });
        let mut starts: Vec<i64> = starts.collect();
        starts.reverse();
        starts
    }

    /// The day of this number, `Sun 2 Feb 2020`.
    pub(crate) fn day_name(&self, day: i32) -> String {
        let date = NaiveDate::from_num_days_from_ce_opt(day).unwrap_or_default();
        date.format("%a %-d %b %Y").to_string()
    }

    /// The day of this number, as [`Calendar::read`] reads it: `2020-02-02`.
    pub(crate) fn day_typed(&self, day: i32) -> String {
        let date = NaiveDate::from_num_days_from_ce_opt(day).unwrap_or_default();
        date.format("%Y-%m-%d").to_string()
    }

    /// The month of the day with this number: its year, and the month in the year, from 0.
    pub(crate) fn month(&self, day: i32) -> (i32, u32) {
        let date = NaiveDate::from_num_days_from_ce_opt(day).unwrap_or_default();
        (date.year(), date.month0())
    }

    /// The zone's offsets between two instants.
    pub(crate) fn offsets(&self, first: Timestamp, last: Timestamp) -> ZoneOffsets {
        ZoneOffsets::of(self.zone, first, last)
    }

    /// `12:55:16`.
    pub(crate) fn time(&self, at: Timestamp) -> String {
        self.local(at).format("%H:%M:%S").to_string()
    }

    /// `12:55:16.25`: the time with its fraction.
    pub(crate) fn exact_time(&self, at: Timestamp) -> String {
        let text = self.local(at).format("%H:%M:%S%.6f").to_string();
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }

    /// `2 Feb 2020`, always with the year.
    pub(crate) fn date(&self, at: Timestamp) -> String {
        self.local(at).format("%-d %b %Y").to_string()
    }

    /// `7 – 22 Jan 2014`: from one day to another, without repeating the month or the year.
    pub(crate) fn days(&self, first: Timestamp, last: Timestamp) -> String {
        let (from, to) = (self.local(first), self.local(last));
        let form = match () {
            _ if from.date_naive() == to.date_naive() => return self.date(last),
            _ if from.year() != to.year() => "%-d %b %Y",
            _ if from.month() != to.month() => "%-d %b",
            _ => "%-d",
        };
        format!("{} – {}", from.format(form), self.date(last))
    }

    /// `Sun 2 Feb 2020`, always with the year.
    pub(crate) fn weekday(&self, at: Timestamp) -> String {
        self.local(at).format("%a %-d %b %Y").to_string()
    }

    /// `2020-02-02`, as [`Calendar::read`] reads it.
    pub(crate) fn typed_day(&self, at: Timestamp) -> String {
        self.local(at).format("%Y-%m-%d").to_string()
    }

    /// `2 Feb 12:55`, or `2 Feb 2020 12:55` if the years differ. As wide as
    /// [`Calendar::moment_width`] if padded on the left.
    pub(crate) fn moment(&self, at: Timestamp) -> String {
        let form = if self.with_year {
            "%-d %b %Y %H:%M"
        } else {
            "%-d %b %H:%M"
        };
        self.local(at).format(form).to_string()
    }

    /// `2 Feb`, or `2 Feb 2020` if the years differ.
    pub(crate) fn day_text(&self, at: Timestamp) -> String {
        let form = if self.with_year {
            "%-d %b %Y"
        } else {
            "%-d %b"
        };
        self.local(at).format(form).to_string()
    }

    /// Columns that the widest [`Calendar::day_text`] takes.
    pub(crate) fn day_width(&self) -> u16 {
        if self.with_year { 11 } else { 6 }
    }

    /// Columns that the widest [`Calendar::moment`] takes.
    pub(crate) fn moment_width(&self) -> u16 {
        if self.with_year { 17 } else { 12 }
    }

    /// Reads a day, a minute or a second in the zone of display: the half-open range of microseconds
    /// that it covers. Errors with the accepted forms.
    pub(crate) fn read(&self, text: &str) -> Result<Range<i64>, String> {
        let text = text.trim();
        let wrong = || format!("\"{text}\" is not a date or time such as {ACCEPTED_FORMS}");
        let (from, length) = if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
            (day.into(), TimeDelta::days(1))
        } else {
            let text = text.replacen('T', " ", 1);
            let read = |form, length| {
                NaiveDateTime::parse_from_str(&text, form)
                    .ok()
                    .map(|from| (from, length))
            };
            read("%Y-%m-%d %H:%M:%S", TimeDelta::seconds(1))
                .or_else(|| read("%Y-%m-%d %H:%M", TimeDelta::minutes(1)))
                .ok_or_else(wrong)?
        };
        let to = from.checked_add_signed(length).ok_or_else(wrong)?;
        let (from, to) = (
            self.instant(from).ok_or_else(wrong)?,
            self.instant(to).ok_or_else(wrong)?,
        );
        Ok(from..to.max(from + 1))
    }

    /// The instant of a local time. If it exists twice, the earlier one; within a skipped hour, the instant after the
    /// skip.
    pub(crate) fn instant(&self, local: NaiveDateTime) -> Option<i64> {
        (0..=4)
            .filter_map(|quarters| local.checked_add_signed(TimeDelta::minutes(30 * quarters)))
            .find_map(|local| self.zone.from_local_datetime(&local).earliest())
            .and_then(|at| Timestamp::from_us(at.timestamp_micros()))
            .map(Timestamp::as_us)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(us: i64) -> Timestamp {
        Timestamp::from_us(us).unwrap()
    }

    const SEED: i64 = 1_580_648_116_000_000;

    #[test]
    fn instants_show_in_the_zone_of_display() {
        let berlin = Calendar::new(Tz::Europe__Berlin, None);
        assert_eq!(berlin.time(at(SEED)), "13:55:16");
        assert_eq!(berlin.moment(at(SEED)), "2 Feb 13:55");
        let day = 86_400_000_000;
        for (days, text) in [
            (0, "2 Feb 2020"),
            (9, "2 – 11 Feb 2020"),
            (40, "2 Feb – 13 Mar 2020"),
            (400, "2 Feb 2020 – 8 Mar 2021"),
        ] {
            assert_eq!(berlin.days(at(SEED), at(SEED + days * day)), text);
        }
        assert_eq!(berlin.exact_time(at(SEED)), "13:55:16");
        assert_eq!(berlin.exact_time(at(SEED + 250_000)), "13:55:16.25");
        assert_eq!(berlin.weekday(at(SEED)), "Sun 2 Feb 2020");
    }

    #[test]
    fn the_year_shows_when_the_span_needs_it() {
        let year = 365 * 86_400_000_000;
        let calendar = Calendar::new(Tz::UTC, Some((at(SEED), at(SEED + year))));
        assert_eq!(calendar.moment(at(SEED)), "2 Feb 2020 12:55");
        let calendar = Calendar::new(Tz::UTC, Some((at(SEED), at(SEED))));
        assert_eq!(calendar.moment(at(SEED)), "2 Feb 12:55");
    }

    #[test]
    fn a_moment_is_read_as_all_that_it_covers() {
        let utc = Calendar::utc();
        let minute = utc.read("2020-02-02 12:55").unwrap();
        assert_eq!(
            (minute.start, minute.end - minute.start),
            (SEED - 16_000_000, 60_000_000)
        );
        assert_eq!(
            utc.read("2020-02-02T12:55:16").unwrap(),
            SEED..SEED + 1_000_000
        );
        assert!(utc.read("yesterday").is_err());
        assert!(utc.read("2020-02-30").is_err());
    }

    #[test]
    fn an_hour_that_the_clocks_skip_is_the_one_after_it() {
        let berlin = Calendar::new(Tz::Europe__Berlin, None);
        let skipped = berlin.read("2020-03-29 02:30").unwrap();
        assert_eq!(
            skipped.start,
            berlin.read("2020-03-29 03:00").unwrap().start
        );
    }

    #[test]
    fn the_ends_of_time_show_in_every_zone() {
        for zone in [Tz::UTC, Tz::Pacific__Kiritimati, Tz::Pacific__Niue] {
            let calendar = Calendar::new(zone, Some((Timestamp::MIN, Timestamp::MAX)));
            assert!(!calendar.moment(Timestamp::MIN).is_empty());
            assert!(!calendar.weekday(Timestamp::MAX).is_empty());
        }
    }
}
