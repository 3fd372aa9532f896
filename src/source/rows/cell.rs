//! The content of one cell of a table, whatever the format. Source floor.

use std::io::Write;

use crate::words::timestamp::Timestamp;
use crate::words::timestamp::US_PER_DAY;

/// The content of one cell.
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
    /// A number with a fraction. NaN counts as null.
    Real(f64),
    /// True or false.
    Boolean(bool),
    /// An instant: microseconds since the epoch.
    Instant(i64),
    /// What a local clock shows: microseconds since 1970-01-01T00:00:00 on it.
    WallClock(i64),
    /// A day: days since 1970-01-01.
    Day(i64),
    /// The row has no such place.
    Missing,
    /// Something that is not a value, in words such as `is an object`.
    Odd(&'a str),
}

impl Value<'_> {
    /// Why a row lacks the value that should be here, in the words of the role and the part.
    pub(in crate::source) fn lack(self, role: &str, part: &str) -> String {
        match self {
            Value::Missing => format!("there is no {part}"),
            Value::Odd(words) => format!("the {role} {words}"),
            _ => format!("the {role} is null"),
        }
    }

    /// A time as text; `None` for other values.
    pub(in crate::source) fn written(self) -> Option<String> {
        let us = match self {
            Value::Instant(us) | Value::WallClock(us) => us,
            Value::Day(days) => days.saturating_mul(US_PER_DAY),
            _ => return None,
        };
        Timestamp::from_us(us).map(|at| at.to_string())
    }

    /// The value as a carried column has it, written to `digits` if it is not text already: a time as RFC 3339, a day
    /// as its date. `None` if there is no value.
    pub(in crate::source) fn carried<'t>(&'t self, digits: &'t mut Vec<u8>) -> Option<&'t [u8]> {
        let Some(written) = self.written() else {
            return self.text(digits);
        };
        let written = match (self, written.split_once('T')) {
            (Value::Day(_), Some((day, _))) => day,
            _ => &written,
        };
        digits.clear();
        digits.extend_from_slice(written.as_bytes());
        Some(digits)
    }

    /// The value as text, written to `digits` if it is not text already; `None` if there is no value.
    pub(in crate::source) fn text<'t>(&'t self, digits: &'t mut Vec<u8>) -> Option<&'t [u8]> {
        digits.clear();
        let mut buffer = itoa::Buffer::new();
        match *self {
            Value::Null | Value::Missing | Value::Odd(_) => return None,
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
