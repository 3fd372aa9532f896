//! Typed values of a row -> a pageview or a reject: for formats whose columns have types. Source floor.
//!
//! Knows what a value may be and which words it makes; nothing about where it was stored.

use std::io::Write;

use crate::source::input::Input;
use crate::source::intake::Intake;
use crate::source::intake::Manner;
use crate::source::names;
use crate::source::options::ReadOptions;
use crate::source::sink::Sink;
use crate::source::tally::Unit;
use crate::source::understood::Understood;
use crate::source::understood::quoted_name;
use crate::words::error::Result;
use crate::words::timestamp::US_PER_DAY;

/// Rows between two reports of progress.
const ROWS_A_REPORT: u64 = 4096;

/// What stands in one cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// Nothing.
    Null,
    /// Text, or bytes that may be text.
    Text(&'a [u8]),
    /// A whole number.
    Integer(i64),
    /// A whole number that is never negative.
    Unsigned(u64),
    /// A number with a fraction. One that is none (NaN) counts as null.
    Real(f64),
    /// True or false.
    Boolean(bool),
    /// An instant: microseconds since the epoch.
    Instant(i64),
    /// What a wall clock shows: microseconds since 1970-01-01T00:00:00 on it.
    WallClock(i64),
    /// A day: days since 1970-01-01.
    Day(i64),
}

/// Rows of typed values, in order.
pub trait Table {
    /// What it is, in the words of [`Understood`]: `SQLite, table "events"`.
    fn format(&self) -> String;

    /// The names of its columns.
    fn columns(&self) -> Result<Vec<String>>;

    /// Reads it to its end: of each row the values in the columns of these names (user, time, page), to
    /// `take`, whose errors end it.
    fn rows(
        &mut self,
        columns: [&str; 3],
        take: &mut dyn FnMut([Value<'_>; 3]) -> Result<()>,
    ) -> Result<()>;

    /// What is to be said of it beside its rows.
    fn notes(&self) -> Vec<String>;
}

/// Reads a table to its end and gives every row to the sink, as a pageview or as a reject. The input is the one that
/// the table stands in; after success its digest is that of its whole content.
///
/// Errors if the table has not the columns, or has rows of which none is a pageview; and with whatever the table or
/// the sink error with.
pub fn read_table<S: Sink + ?Sized>(
    input: &mut Input,
    options: &ReadOptions,
    sink: &mut S,
    table: &mut dyn Table,
) -> Result<Understood> {
    let columns = table.columns()?;
    let places = names::find(&columns, options, input.name())?;
    let places = [places.user, places.time, places.page];
    let mut rows = TypedRows::new(Intake::new(input.name(), Unit::Row, options, sink));
    let names = places.map(|place| columns[place].as_str());
    table.rows(names, &mut |values| {
        if rows.row.is_multiple_of(ROWS_A_REPORT) {
            rows.intake.progress(0)?;
        }
        rows.take(values)
    })?;
    let [user, time, page] = places.map(|place| quoted_name(&columns[place], place));
    let manner = Manner {
        format: table.format(),
        user,
        time,
        page,
        notes: table.notes(),
        left_out: Vec::new(),
    };
    let understood = rows.intake.finish(manner)?;
    input.drain()?;
    Ok(understood)
}

/// Takes rows of typed values to the intake.
pub(super) struct TypedRows<'a, S: ?Sized> {
    pub(super) intake: Intake<'a, S>,
    /// The number of the row that was taken last, from 1.
    pub(super) row: u64,
    user: Vec<u8>,
    time: Vec<u8>,
    page: Vec<u8>,
}

impl<'a, S: Sink + ?Sized> TypedRows<'a, S> {
    pub(super) fn new(intake: Intake<'a, S>) -> Self {
        TypedRows {
            intake,
            row: 0,
            user: Vec::new(),
            time: Vec::new(),
            page: Vec::new(),
        }
    }

    /// Takes the next row: user, time, page.
    pub(super) fn take(&mut self, [user, time, page]: [Value<'_>; 3]) -> Result<()> {
        self.row += 1;
        let row = self.row;
        let Some(user) = user.text(&mut self.user) else {
            return self.intake.reject(row, "the user is null".to_owned());
        };
        let times = &mut self.intake.times;
        let at = match time {
            Value::Instant(us) => times.read_instant(us, row),
            Value::WallClock(us) => times.read_wall_clock(us, true, row),
            Value::Day(days) => times.read_wall_clock(days.saturating_mul(US_PER_DAY), false, row),
            _ => match time.text(&mut self.time) {
                Some(text) => times.read(text, row),
                None => {
                    let reason = "the timestamp is null".to_owned();
                    return self.intake.reject(row, reason);
                }
            },
        };
        let at = match at {
            Ok(at) => at,
            Err(unreadable) => return self.intake.reject_time(unreadable, row),
        };
        match page.text(&mut self.page) {
            Some(page) => self.intake.placed_row(user, at, page, row),
            None => self.intake.reject(row, "the page is null".to_owned()),
        }
    }
}

impl Value<'_> {
    /// The value as text, kept in `digits` if it is none; `None` if there is nothing.
    fn text<'t>(&'t self, digits: &'t mut Vec<u8>) -> Option<&'t [u8]> {
        digits.clear();
        let mut buffer = itoa::Buffer::new();
        match *self {
            Value::Null => return None,
            Value::Text(text) => return Some(text),
            Value::Boolean(true) => return Some(b"true"),
            Value::Boolean(false) => return Some(b"false"),
            Value::Real(number) if number.is_nan() => return None,
            // Writing to memory does not fail.
            Value::Real(number) => drop(write!(digits, "{number}")),
            Value::Unsigned(number) => digits.extend(buffer.format(number).as_bytes()),
            Value::Integer(number)
            | Value::Instant(number)
            | Value::WallClock(number)
            | Value::Day(number) => digits.extend(buffer.format(number).as_bytes()),
        }
        Some(digits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::heard::Heard;

    fn check(values: [Value<'_>; 3], expected: &str) {
        let mut heard = Heard::default();
        let options = ReadOptions::default();
        let mut rows = TypedRows::new(Intake::new("in", Unit::Row, &options, &mut heard));
        // So that a time of a kind that cannot be read is a reject and not the end.
        let at = rows.intake.times.read(b"2024-03-01", 1).unwrap();
        rows.intake.pageview("a", at, "/").unwrap();
        rows.take(values).unwrap();
        assert_eq!(heard.0[1], expected);
    }

    const PAGE: Value<'_> = Value::Text(b"/a");
    const TIME: Value<'_> = Value::Integer(1_709_287_200);

    #[test]
    fn numbers_as_ids_keep_every_digit() {
        let at = "2024-03-01T10:00:00Z /a";
        check(
            [Value::Integer(i64::MIN), TIME, PAGE],
            &format!("-9223372036854775808 {at}"),
        );
        check(
            [Value::Unsigned(u64::MAX), TIME, PAGE],
            &format!("18446744073709551615 {at}"),
        );
        check([Value::Real(12.0), TIME, PAGE], &format!("12 {at}"));
        check([Value::Boolean(true), TIME, PAGE], &format!("true {at}"));
    }

    #[test]
    fn times_are_read_by_their_type() {
        let ten = 1_709_287_200_000_000;
        let user = Value::Text(b"u");
        for time in [
            Value::Instant(ten),
            Value::WallClock(ten),
            Value::Real(1_709_287_200.0),
            Value::Integer(1_709_287_200_000),
            Value::Text(b"2024-03-01 10:00:00"),
        ] {
            check([user, time, PAGE], "u 2024-03-01T10:00:00Z /a");
        }
        check(
            [user, Value::Day(19_783), PAGE],
            "u 2024-03-01T00:00:00Z /a",
        );
        check(
            [user, Value::Day(i64::MAX), PAGE],
            "1: timestamp \"9223372036854775807\" is not a date",
        );
    }

    #[test]
    fn what_is_null_is_a_reject_that_says_so() {
        let user = Value::Text(b"u");
        check([Value::Null, TIME, PAGE], "1: the user is null");
        check([Value::Text(b""), TIME, PAGE], "1: the user is empty");
        check([Value::Real(f64::NAN), TIME, PAGE], "1: the user is null");
        check([user, Value::Null, PAGE], "1: the timestamp is null");
        check([user, TIME, Value::Null], "1: the page is null");
    }
}
