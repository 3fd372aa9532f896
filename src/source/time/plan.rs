//! How to read all times of a column, judged by its first rows. Source floor.
//!
//! Most values are unambiguous by themselves. For some, only the column tells: which number of `05/03/2024` is the
//! day, whether `2024030509` is an hour or a second, whether numbers are counted since 1970 at all.

use std::collections::HashSet;

use crate::source::time::number::Number;
use crate::source::time::options::TimeOptions;
use crate::source::time::shown::quoted;
use crate::source::time::slashed::DateOrder;
use crate::source::time::slashed::Slashed;
use crate::words::timestamp::US_PER_DAY;
use crate::words::timestamp::US_PER_S;

/// Seconds since 1970. Smaller numbers are not times of today's kind: March 1973.
const LEAST_S: u128 = 100_000_000;

/// 1990 and 2100 in seconds: there are no pageviews before or after.
const S_OF_1990: u128 = 631_152_000;
const S_OF_2101: u128 = 4_133_980_800;

/// With this many numbers, this share before 1990 is more than a slip of a clock.
const MANY: usize = 20;
const EARLY_SHARE: usize = 4;

/// With this many numbers, it is not chance that all of them end in zeros.
const COARSE_THAT_TELL: usize = 3;

/// An order is taken if days in the other order are at least this many times as far apart.
const TIMES_APART: i64 = 7;

/// What the first rows tell about all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::source) struct TimePlan {
    /// Whether digits are a minute or an hour.
    pub(super) compact: Option<Compact>,
    /// The order of day and month.
    pub(super) order: Option<SettledOrder>,
    /// Whether all numbers with an exponent lack digits that a second needs.
    pub(super) are_all_coarse: bool,
}

/// Digits that are not a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compact {
    /// `202403050900`
    Minutes,
    /// `2024030509`
    Hours,
}

/// An order of day and month, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SettledOrder {
    pub(super) order: DateOrder,
    /// `as "13/04/2024" settles`
    pub(super) reason: String,
}

impl Compact {
    fn n_digits(self) -> u32 {
        match self {
            Compact::Minutes => 12,
            Compact::Hours => 10,
        }
    }

    /// The digits as year, month, day, hour and minute, if the year is 1990 to 2100.
    pub(super) fn parts(self, number: Number) -> Option<[u32; 5]> {
        let digits = number.whole(self.n_digits())?;
        let digits = match self {
            Compact::Minutes => digits,
            Compact::Hours => digits * 100,
        };
        let two = |power: u32| (digits / 10u64.pow(power) % 100) as u32;
        let parts = [
            (digits / 100_000_000) as u32,
            two(6),
            two(4),
            two(2),
            two(0),
        ];
        let [year, month, day, hour, minute] = parts;
        let is_time = (1990..=2100).contains(&year)
            && (1..=12).contains(&month)
            && (1..=31).contains(&day)
            && hour < 24
            && minute < 60;
        is_time.then_some(parts)
    }

    pub(super) const fn words(self) -> &'static str {
        match self {
            Compact::Minutes => "minutes written as YYYYMMDDHHMM",
            Compact::Hours => "hours written as YYYYMMDDHH",
        }
    }
}

impl TimePlan {
    /// Looks at a column's first values. Empty ones must be left out before.
    ///
    /// Errors if they do not tell how to read them.
    pub(in crate::source) fn of<'v>(
        values: impl Iterator<Item = &'v [u8]>,
        options: &TimeOptions,
    ) -> Result<TimePlan, String> {
        let mut plan = TimePlan::default();
        if options.format.is_some() {
            return Ok(plan);
        }
        let (mut numbers, mut dates) = (Numbers::default(), Dates::default());
        let mut n_values = 0;
        for value in values {
            n_values += 1;
            let value = value.trim_ascii();
            if let Some(number) = Number::read(value) {
                numbers.add(number, value);
            } else if let Some(date) = Slashed::read(value).filter(Slashed::is_date) {
                dates.add(date, value);
            }
        }
        plan.order = dates.order()?;
        plan.are_all_coarse =
            numbers.n_coarse >= COARSE_THAT_TELL && numbers.n_coarse == numbers.n_with_exponent;
        let is_said = options.origin.is_some() || options.unit.is_some();
        if !is_said {
            plan.compact = numbers.compact();
        }
        // A number here and there is that row's fault.
        let are_numbers = numbers.all.len() * 2 > n_values;
        if plan.compact.is_none() && options.origin.is_none() && are_numbers {
            numbers.check(options)?;
        }
        Ok(plan)
    }
}

/// Numbers of the sample.
#[derive(Default)]
struct Numbers<'v> {
    first: Option<&'v [u8]>,
    all: Vec<Number>,
    n_with_exponent: usize,
    n_coarse: usize,
}

impl<'v> Numbers<'v> {
    fn add(&mut self, number: Number, value: &'v [u8]) {
        self.first = self.first.or(Some(value));
        self.n_with_exponent += usize::from(number.has_exponent());
        self.n_coarse += usize::from(number.is_coarse());
        self.all.push(number);
    }

    /// The kind of all of them, if they are minutes or hours.
    fn compact(&self) -> Option<Compact> {
        let kinds = [Compact::Minutes, Compact::Hours];
        kinds.into_iter().find(|kind| {
            let is_one = |number: &Number| kind.parts(*number).is_some();
            !self.all.is_empty() && self.all.iter().all(is_one)
        })
    }

    /// Whether seconds are not counted since 1970: all of them, or a good part of many, lie before there were
    /// pageviews, and some long before.
    fn are_relative(&self, seconds: impl Iterator<Item = u128>) -> bool {
        let (mut n, mut n_early, mut has_least) = (0, 0, false);
        for s in seconds {
            n += 1;
            n_early += usize::from(s < S_OF_1990);
            has_least |= s < LEAST_S;
        }
        let is_good_part = n >= MANY && n_early * EARLY_SHARE >= n;
        has_least && (n_early == n || is_good_part)
    }

    /// Errors if they are not counted since 1970.
    fn check(&self, options: &TimeOptions) -> Result<(), String> {
        let Some(first) = self.first.map(quoted) else {
            return Ok(());
        };
        let seconds = |number: &Number| {
            let (us, _) = match options.unit {
                Some(unit) => number.in_unit(unit)?,
                None => number.as_us().map(|(us, _, exact)| (us, exact))?,
            };
            Some(u128::from(us.unsigned_abs() / US_PER_S as u64))
        };
        let seconds = || self.all.iter().filter_map(seconds);
        let is_spreadsheet = self
            .all
            .iter()
            .all(|number| number.looks_like_spreadsheet_days());
        let others = match seconds().all(|s| s < S_OF_1990) {
            true => "the others",
            false => "many others",
        };
        match () {
            () if options.unit.is_none() && is_spreadsheet => Err(format!(
                "timestamp {first} looks like a spreadsheet's serial date: \
                 --time-origin 1899-12-30 --time-unit d reads it as one; or format the column as \
                 YYYY-MM-DD HH:MM:SS before exporting it"
            )),
            () if self.are_relative(seconds()) => Err(format!(
                "timestamp {first} is too small to count from 1970, and so are {others}: \
                     --time-origin says since when, such as 2024-03-05T00:00:00Z, with --time-unit s, ms, us, ns or d"
            )),
            () if seconds().next().is_some() && seconds().all(|s| s >= S_OF_2101) => Err(format!(
                "timestamp {first} would be after the year 2100, as would the others: \
                 --time-origin says since when they count, such as 1601-01-01, with --time-unit s, ms, us, ns or d"
            )),
            () => Ok(()),
        }
    }
}

/// Dates of the sample in which either number may be the day.
#[derive(Default)]
struct Dates {
    /// For each order, the first date that is valid only in this order.
    settling: [Option<String>; 2],
    customary: Option<(DateOrder, String)>,
    /// A date that is a different one in the other order.
    open: Option<String>,
    /// For each order, the days of the dates, since 1970.
    days: [HashSet<i64>; 2],
    /// The first numbers and the years of dates with years of two digits.
    firsts: HashSet<u32>,
    short_years: HashSet<u32>,
}

impl Dates {
    fn add(&mut self, date: Slashed, value: &[u8]) {
        for order in DateOrder::BOTH {
            if let Some(written) = date.in_order(order) {
                self.days[order as usize].insert(written.clock.us.div_euclid(US_PER_DAY));
            }
        }
        if let Some((first, year)) = date.first_and_short_year {
            self.firsts.insert(first);
            self.short_years.insert(year);
        }
        if let Some(order) = date.only_order() {
            self.settling[order as usize].get_or_insert_with(|| quoted(value));
        } else if !date.is_same_in_both() {
            self.open.get_or_insert_with(|| quoted(value));
        }
        if let Some(order) = date.customary() {
            self.customary.get_or_insert_with(|| (order, quoted(value)));
        }
    }

    /// The order by a date that settles it, or else by how close together the dates are, or else by custom.
    fn order(self) -> Result<Option<SettledOrder>, String> {
        let settled = |order, reason| Ok(Some(SettledOrder { order, reason }));
        let [day_first, month_first] = &self.settling;
        let either = [day_first, month_first, &self.open]
            .into_iter()
            .flatten()
            .next();
        if let (1, 2.., Some(date)) = (self.firsts.len(), self.short_years.len(), either) {
            return Err(format!(
                "timestamp {date} could begin with the year, as could the others: say so with --time-format, such as \
                %d/%m/%y %H:%M or %y/%m/%d %H:%M"
            ));
        }
        match (day_first, month_first) {
            (Some(day_first), Some(month_first)) => {
                return Err(format!(
                    "timestamp {day_first} has the day first and {month_first} the month: \
                     say which is right with --time-format, such as %d/%m/%Y %H:%M:%S, and the others are rejected"
                ));
            }
            (Some(date), None) => {
                return settled(DateOrder::DayFirst, format!("as {date} settles"));
            }
            (None, Some(date)) => {
                return settled(DateOrder::MonthFirst, format!("as {date} settles"));
            }
            (None, None) => {}
        }
        let Some(open) = &self.open else {
            return Ok(None);
        };
        // With dots, nobody puts the month first. With AM and PM, both orders are in use.
        if let Some((order @ DateOrder::DayFirst, date)) = self.customary {
            return settled(order, format!("as is customary for {date}"));
        }
        let spans = self.days.each_ref().map(|days| {
            let (first, last) = (days.iter().min(), days.iter().max());
            last.zip(first).map_or(0, |(last, first)| last - first)
        });
        for order in DateOrder::BOTH {
            let (span, other) = (spans[order as usize], spans[1 - order as usize]);
            if span > 0 && other >= span * TIMES_APART {
                let reason = format!(
                    "in which they lie within {} days and not {}; --time-format says otherwise",
                    span + 1,
                    other + 1
                );
                return settled(order, reason);
            }
        }
        match self.customary {
            Some((order, date)) => settled(order, format!("as is customary for {date}")),
            None => Err(format!(
                "timestamp {open} could be day/month or month/day, and none of the first rows settles which: \
                 say so with --time-format, such as %d/%m/%Y %H:%M:%S or %m/%d/%Y %H:%M:%S"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plan(values: &[&str]) -> Result<TimePlan, String> {
        let values = values.iter().map(|value| value.as_bytes());
        TimePlan::of(values, &TimeOptions::default())
    }

    fn order(values: &[&str]) -> Option<DateOrder> {
        plan(values).unwrap().order.map(|settled| settled.order)
    }

    fn refusal(values: &[&str]) -> String {
        plan(values).unwrap_err()
    }

    #[test]
    fn digits_are_minutes_or_hours_if_all_of_them_are() {
        let compact = |values: &[&str]| plan(values).unwrap().compact;
        assert_eq!(
            compact(&["202403050900", "210012312359"]),
            Some(Compact::Minutes)
        );
        assert_eq!(compact(&["2024030509", "2024030600"]), Some(Compact::Hours));
        assert_eq!(compact(&["2024030509", "2024030524"]), None);
        assert_eq!(compact(&["1709629200"]), None);
        assert_eq!(compact(&["1709629200000"]), None);
        assert_eq!(compact(&["2024-03-05"]), None);
    }

    #[test]
    fn the_order_of_day_and_month_is_settled_by_all() {
        assert_eq!(
            order(&["03/04/2024", "13/04/2024"]),
            Some(DateOrder::DayFirst)
        );
        assert_eq!(
            order(&["3/4/24", "4/13/24 9:00"]),
            Some(DateOrder::MonthFirst)
        );
        assert_eq!(
            order(&["03-04-2024", "13-04-2024"]),
            Some(DateOrder::DayFirst)
        );
        assert_eq!(order(&["03/03/2024"]), None);
        let short = refusal(&["24/03/05", "24/03/06"]);
        assert!(short.contains("could begin with the year"), "{short}");
        let both = refusal(&["13/04/2024", "04/13/2024"]);
        assert!(
            both.contains("the day first and \"04/13/2024\" the month"),
            "{both}"
        );
    }

    #[test]
    fn dates_that_no_day_settles_are_read_as_lie_close_together() {
        assert_eq!(
            order(&["05/03/2024", "06/03/2024"]),
            Some(DateOrder::DayFirst)
        );
        assert_eq!(
            order(&["3/5/24 9:00", "3/6/24 0:10"]),
            Some(DateOrder::MonthFirst)
        );
        assert_eq!(order(&["3/5/2024 9:00 AM"]), Some(DateOrder::MonthFirst));
        assert_eq!(order(&["5.3.2024", "5.4.2024"]), Some(DateOrder::DayFirst));
        for open in [&["05/03/2024"][..], &["05/03/2024", "06/04/2024"]] {
            assert!(refusal(open).contains("could be day/month or month/day"));
        }
    }

    #[test]
    fn numbers_that_do_not_count_from_1970_are_refused() {
        assert!(refusal(&["0", "5", "86400"]).contains("--time-origin"));
        assert!(refusal(&["0", "259200000"]).contains("--time-origin"));
        assert!(refusal(&["45356.375", "45356.4"]).contains("--time-unit d"));
        assert!(refusal(&["13354099200000000"]).contains("1601-01-01"));
        assert!(plan(&["0", "1709629200"]).is_ok());
        // Milliseconds of two weeks. As seconds, they would reach the years of today.
        let spread: Vec<String> = (1..=40u64).map(|n| (n * 32_000_000).to_string()).collect();
        let spread: Vec<&str> = spread.iter().map(String::as_str).collect();
        assert!(refusal(&spread).contains("and so are many others"));
        let mostly_right = [&["7"; 5][..], &["1709629200"; 35]].concat();
        assert!(plan(&mostly_right).is_ok());
        assert!(plan(&["100000000"]).is_ok());
        assert!(plan(&["n/a", ""]).is_ok());
    }

    proptest! {
        #[test]
        fn days_that_follow_one_another_are_read_in_the_order_they_were_written(
            month in 1u32..=12,
            first in 1u32..11,
            n_days in 2u32..4,
            is_day_first in any::<bool>(),
        ) {
            let values: Vec<String> = (first..first + n_days)
                .map(|day| match is_day_first {
                    true => format!("{day:02}/{month:02}/2024 10:00"),
                    false => format!("{month}/{day}/24 10:00"),
                })
                .collect();
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            let expected = if is_day_first { DateOrder::DayFirst } else { DateOrder::MonthFirst };
            prop_assert_eq!(order(&values), Some(expected));
        }
    }
}
