//! The day, weekday and hour of millions of instants, in the zone of display. Answers floor.
//!
//! A day is what `time:2020-02-02` is, from one midnight to the next: 23, 24 or 25 hours.

use crate::answers::browse::calendar::Calendar;
use crate::answers::browse::offsets::ZoneOffsets;
use crate::words::timestamp::Timestamp;

const US_PER_DAY: i64 = 86_400_000_000;
const US_PER_HOUR: i64 = 3_600_000_000;

/// The clock of a zone, within a stretch of time.
#[derive(Debug)]
pub(crate) struct LocalClock {
    /// The number of the first day, as [`Calendar::day`] counts.
    pub first_day: i32,
    /// Where each day begins, and the one after the last.
    starts_us: Vec<i64>,
    offsets: ZoneOffsets,
}

impl LocalClock {
    /// The clock between two instants, both included.
    pub(crate) fn of(calendar: &Calendar, first: Timestamp, last: Timestamp) -> LocalClock {
        let first_day = calendar.day(first);
        LocalClock {
            first_day,
            // Where clocks go back over midnight, the last instant may lie in the day after the one it shows.
            starts_us: calendar.day_starts_us(first_day..calendar.day(last) + 2),
            offsets: calendar.offsets(first, last),
        }
    }

    /// How many days there can be.
    pub(crate) fn n_days(&self) -> usize {
        self.starts_us.len() - 1
    }

    /// The number of the day in which an instant lies.
    pub(crate) fn day(&self, at_us: i64) -> i32 {
        // Almost all days have 24 hours, so the guess is right or nearly right.
        let guess = at_us.saturating_sub(self.starts_us[0]) / US_PER_DAY;
        let last = self.n_days() - 1;
        let mut day = (guess.max(0) as usize).min(last);
        while day > 0 && at_us < self.starts_us[day] {
            day -= 1;
        }
        while day < last && at_us >= self.starts_us[day + 1] {
            day += 1;
        }
        self.first_day + day as i32
    }

    /// The weekday, Monday is 0.
    pub(crate) fn weekday(&self, at_us: i64) -> u32 {
        // The epoch was a Thursday.
        (self.local_us(at_us).div_euclid(US_PER_DAY) + 3).rem_euclid(7) as u32
    }

    /// The hour of the day, 0 to 23.
    pub(crate) fn hour(&self, at_us: i64) -> u32 {
        (self.local_us(at_us).rem_euclid(US_PER_DAY) / US_PER_HOUR) as u32
    }

    fn local_us(&self, at_us: i64) -> i64 {
        at_us + self.offsets.at_us(at_us)
    }
}
