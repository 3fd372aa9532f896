//! Dates like 13/04/2024 and 3/13/24, whose order of day and month has to be settled. Source floor.

use crate::source::time::calendar::WallClock;
use crate::source::time::calendar::days;
use crate::source::time::written::Scan;
use crate::source::time::written::WrittenTime;

/// Which of the first two numbers of a date is the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DateOrder {
    DayFirst,
    MonthFirst,
}

impl DateOrder {
    /// In the order of their numbers.
    pub(super) const BOTH: [DateOrder; 2] = [DateOrder::DayFirst, DateOrder::MonthFirst];

    /// Its name in messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            DateOrder::DayFirst => "day/month/year",
            DateOrder::MonthFirst => "month/day/year",
        }
    }
}

/// A date whose first two numbers may be day and month or month and day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slashed {
    /// Read as day, month, year; `None` if there is no such date.
    day_first: Option<WrittenTime>,
    /// Read as month, day, year; `None` if there is no such date.
    month_first: Option<WrittenTime>,
    /// The order that the way of writing suggests: dots put the day first, AM and PM the month.
    customary: Option<DateOrder>,
    /// The first number and the year, if the year has two digits: then the two could also be swapped.
    pub(super) first_and_short_year: Option<(u32, u32)>,
}

impl Slashed {
    /// Reads `13/04/2024 10:00:00`, `3/1/24 1:00 PM`, `13.04.2024 10:00`, `13-04-2024`; `None` for anything else,
    /// `13-04-24` included, which may as well begin with the year.
    pub(super) fn read(text: &[u8]) -> Option<Slashed> {
        let mut scan = Scan::new(text);
        let first = scan.number(1, 2)?;
        let separator = scan.pass(b"/.-")?;
        let second = scan.number(1, 2)?;
        scan.pass(&[separator])?;
        let before_year = scan.rest.len();
        let year = scan.year()?;
        let is_short_year = before_year - scan.rest.len() == 2;
        if is_short_year && separator == b'-' {
            return None;
        }
        if scan.pass(b"T").is_none() {
            scan.pass_to_time();
        }
        let before_time = scan.rest;
        let time = match scan.rest.first() {
            Some(b'0'..=b'9') => Some(scan.time_of_day()?),
            _ => None,
        };
        let written_time = &before_time[..before_time.len() - scan.rest.len()];
        let has_half = written_time.iter().any(|byte| matches!(byte, b'm' | b'M'));
        let place = scan.place()?;
        let written = |month, day| {
            Some(WrittenTime {
                clock: WallClock::new(days(year, month, day)?, time.unwrap_or_default())?,
                place,
                has_time: time.is_some(),
            })
        };
        Some(Slashed {
            day_first: written(second, first),
            month_first: written(first, second),
            customary: match separator {
                b'.' => Some(DateOrder::DayFirst),
                _ if has_half => Some(DateOrder::MonthFirst),
                _ => None,
            },
            first_and_short_year: is_short_year.then_some((first, year)),
        })
    }

    /// The date in that order; `None` if there is no such date.
    pub(super) fn in_order(&self, order: DateOrder) -> Option<WrittenTime> {
        match order {
            DateOrder::DayFirst => self.day_first,
            DateOrder::MonthFirst => self.month_first,
        }
    }

    /// The only order in which it is a date, if there is only one.
    pub(super) fn only_order(&self) -> Option<DateOrder> {
        match (self.day_first, self.month_first) {
            (Some(_), None) => Some(DateOrder::DayFirst),
            (None, Some(_)) => Some(DateOrder::MonthFirst),
            _ => None,
        }
    }

    /// The order that the writing itself says.
    pub(super) fn customary(&self) -> Option<DateOrder> {
        self.customary
    }

    /// The order that this date settles by itself.
    pub(super) fn settles(&self) -> Option<DateOrder> {
        self.only_order().or(self.customary)
    }

    /// Whether the order does not matter, as in 03/03/2024.
    pub(super) fn is_same_in_both(&self) -> bool {
        self.day_first == self.month_first
    }

    /// Whether it is a date in either order.
    pub(super) fn is_date(&self) -> bool {
        self.day_first.or(self.month_first).is_some()
    }
}
