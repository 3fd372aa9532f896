//! Dates like 13/04/2024, whose order of day and month has to be settled. Source floor.

use crate::source::time::calendar::WallClock;
use crate::source::time::calendar::days;
use crate::source::time::written::Scan;
use crate::source::time::written::Written;

/// Which of the first two numbers of a date is the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    DayFirst,
    MonthFirst,
}

impl Order {
    /// What it is called in messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Order::DayFirst => "day/month/year",
            Order::MonthFirst => "month/day/year",
        }
    }
}

/// A date whose first two numbers may be day and month or month and day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slashed {
    /// Read as day, month, year; `None` if there is no such date.
    day_first: Option<Written>,
    /// Read as month, day, year; `None` if there is no such date.
    month_first: Option<Written>,
    /// What the writing itself says: dots put the day first, AM and PM the month.
    customary: Option<Order>,
}

impl Slashed {
    /// Reads `13/04/2024 10:00:00`, `3/1/2024 1:00 PM`, `13.04.2024 10:00`; `None` for anything else.
    pub(super) fn read(text: &[u8]) -> Option<Slashed> {
        let mut scan = Scan::new(text);
        let first = scan.number(1, 2)?;
        let separator = scan.pass(b"/.")?;
        let second = scan.number(1, 2)?;
        scan.pass(&[separator])?;
        let year = scan.number(4, 4)?;
        scan.pass(b",");
        scan.pass_blanks();
        let time = match scan.rest.first() {
            Some(b'0'..=b'9') => Some(scan.time_of_day()?),
            _ => None,
        };
        let place = scan.place()?;
        let written = |month, day| {
            Some(Written {
                clock: WallClock::new(days(year, month, day)?, time.unwrap_or_default())?,
                place,
                has_time: time.is_some(),
            })
        };
        let has_half = text
            .last()
            .is_some_and(|byte| byte.eq_ignore_ascii_case(&b'm'));
        Some(Slashed {
            day_first: written(second, first),
            month_first: written(first, second),
            customary: match separator {
                b'.' => Some(Order::DayFirst),
                _ if has_half => Some(Order::MonthFirst),
                _ => None,
            },
        })
    }

    /// The date in that order; `None` if there is no such date.
    pub(super) fn in_order(&self, order: Order) -> Option<Written> {
        match order {
            Order::DayFirst => self.day_first,
            Order::MonthFirst => self.month_first,
        }
    }

    /// The order that this date settles: the only one in which it is a date, or the customary one.
    pub(super) fn settles(&self) -> Option<Order> {
        match (self.day_first, self.month_first) {
            (Some(_), None) => Some(Order::DayFirst),
            (None, Some(_)) => Some(Order::MonthFirst),
            _ => self.customary,
        }
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
