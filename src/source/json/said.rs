//! The text of a picked value. Source floor.

use crate::source::json::grammar::ValueKind;
use crate::source::json::unescape::LoneSurrogate;
use crate::source::json::unescape::unescape;
use crate::source::rows::cell::Value;
use crate::words::error::Result;

/// The value at a path.
#[inline]
pub(super) fn value<'v>(
    value: Option<(ValueKind, &'v [u8])>,
    scratch: &'v mut Vec<u8>,
) -> Value<'v> {
    let Some((kind, raw)) = value else {
        return Value::Missing;
    };
    match kind {
        ValueKind::Plain | ValueKind::Number | ValueKind::Boolean => Value::Text(raw),
        ValueKind::Null => Value::Null,
        ValueKind::Array => Value::Odd("is an array"),
        ValueKind::Object => Value::Odd("is an object"),
        ValueKind::Several => Value::Odd("is one of several in an array"),
        ValueKind::Escaped => match unescape(raw, scratch) {
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

/// Replaces `out` by the text of a value.
pub(super) fn said(value: Option<(ValueKind, &[u8])>, out: &mut Vec<u8>) -> Result<(), Silence> {
    out.clear();
    let (kind, raw) = value.ok_or(Silence)?;
    match kind {
        ValueKind::Plain | ValueKind::Number | ValueKind::Boolean => {
            out.extend_from_slice(raw);
            Ok(())
        }
        ValueKind::Escaped => unescape(raw, out).map_err(|LoneSurrogate(_)| Silence),
        ValueKind::Null | ValueKind::Array | ValueKind::Object | ValueKind::Several => Err(Silence),
    }
}

/// Says that the value at a path is one of several in an array, and what to do. `rows` says how its elements become
/// rows, if they can.
pub(super) fn several(path: &str, array: &str, rows: Option<&str>) -> String {
    let inner = path
        .strip_prefix(array)
        .and_then(|rest| rest.strip_prefix('.'));
    let index = inner.map(|inner| format!("{array}.0.{inner} takes the first"));
    let rows = rows.map(|rows| format!("{rows} makes each of them a row"));
    let ways: Vec<String> = rows.into_iter().chain(index).collect();
    format!(
        "\"{path}\" is in an array of several elements: {}",
        match ways.is_empty() {
            true => "name another column".to_owned(),
            false => ways.join(", and "),
        }
    )
}
