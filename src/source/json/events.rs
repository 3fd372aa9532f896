//! JSON objects that are events -> pageviews and rejects. Source floor.
//!
//! Knows which values make a pageview; nothing about how objects are found.

use crate::source::cell::Value;
use crate::source::json::grammar::Kind;
use crate::source::json::grammar::Scalar;
use crate::source::json::pick::Picker;
use crate::source::json::rows::Rows;
use crate::source::json::unescape::LoneSurrogate;
use crate::source::json::unescape::unescape;
use crate::source::sink::Sink;
use crate::source::understood::Understood;
use crate::source::value::TypedRows;
use crate::words::error::Result;

/// Values of a row for which no memory is asked.
const MOST_AT_ONCE: usize = 24;

/// Takes events to the intake.
pub(super) struct Events<'a, S: ?Sized> {
    rows: TypedRows<'a, S>,
    /// By path, room for a value that does not stand in the file as it is.
    scratch: Vec<Vec<u8>>,
}

impl<'a, S: Sink + ?Sized> Events<'a, S> {
    /// Takes objects of which the parts of the roles have been picked, in their order.
    pub(super) fn new(rows: TypedRows<'a, S>) -> Self {
        let scratch = vec![Vec::new(); rows.roles.parts.len()];
        Events { rows, scratch }
    }
}

impl<S: Sink + ?Sized> Rows for Events<'_, S> {
    #[inline]
    fn object(&mut self, bytes: &[u8], picker: &Picker<'_>, line: u64) -> Result<()> {
        let value = |path, scratch| value(bytes, picker.value(path), scratch);
        match &mut self.scratch[..] {
            // The usual three, without a list of their values.
            [a, b, c] => self
                .rows
                .take(&[value(0, a), value(1, b), value(2, c)], line),
            scratch if scratch.len() <= MOST_AT_ONCE => {
                let n = scratch.len();
                let mut values = [Value::Missing; MOST_AT_ONCE];
                for ((path, to), scratch) in values.iter_mut().enumerate().zip(scratch) {
                    *to = value(path, scratch);
                }
                self.rows.take(&values[..n], line)
            }
            scratch => {
                let values = scratch.iter_mut().enumerate();
                let values = values.map(|(path, scratch)| value(path, scratch));
                self.rows.take(&values.collect::<Vec<_>>(), line)
            }
        }
    }

    fn bad(&mut self, line: u64, reason: String, is_of_another_kind: bool) -> Result<()> {
        match is_of_another_kind {
            true => self.rows.pass(line, reason),
            false => self.rows.intake.reject(line, reason),
        }
    }

    fn progress(&mut self, bytes_read: u64) -> Result<()> {
        self.rows.intake.progress(bytes_read)
    }

    fn finish(self, format: String) -> Result<Understood> {
        self.rows.finish(format, Vec::new())
    }
}

/// What stands at a path.
#[inline]
fn value<'v>(bytes: &'v [u8], value: Option<Scalar>, scratch: &'v mut Vec<u8>) -> Value<'v> {
    let Some(scalar) = value else {
        return Value::Missing;
    };
    match scalar.kind {
        Kind::Plain | Kind::Number | Kind::Boolean => Value::Text(&bytes[scalar.start..scalar.end]),
        Kind::Null => Value::Null,
        Kind::Array => Value::Odd("is an array"),
        Kind::Object => Value::Odd("is an object"),
        Kind::Escaped => match unescape(&bytes[scalar.start..scalar.end], scratch) {
            Ok(()) => Value::Text(scratch),
            Err(LoneSurrogate(unit)) => {
                *scratch =
                    format!("has half a character: \\u{unit:04x} without its other surrogate")
                        .into_bytes();
                Value::Odd(std::str::from_utf8(scratch).unwrap_or_default())
            }
        },
    }
}

/// That a value says nothing.
pub(super) struct Silence;

/// Writes what a value says over `out`.
pub(super) fn said(bytes: &[u8], value: Option<Scalar>, out: &mut Vec<u8>) -> Result<(), Silence> {
    out.clear();
    let value = value.ok_or(Silence)?;
    match value.kind {
        Kind::Plain | Kind::Number | Kind::Boolean => {
            out.extend_from_slice(&bytes[value.start..value.end]);
            Ok(())
        }
        Kind::Escaped => {
            unescape(&bytes[value.start..value.end], out).map_err(|LoneSurrogate(_)| Silence)
        }
        Kind::Null | Kind::Array | Kind::Object => Err(Silence),
    }
}
