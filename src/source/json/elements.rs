//! Makes rows of the elements of an array inside an object, or of an object inside it. Source floor.
//!
//! Knows where rows are; nothing about what they hold.

use crate::source::json::grammar::JsonText;
use crate::source::json::grammar::ValueKind;
use crate::source::json::grammar::Visit;
use crate::source::json::grammar::scan;
use crate::source::json::unescape::unescape;
use crate::words::error::Result;

/// The value where rows should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FoundRows {
    /// Rows, or an array without any, or null.
    Rows,
    /// Something else, or nothing.
    None,
}

/// Lets `visit` listen to each row of a value, and calls `take` after each with the bytes that were scanned. `text` is
/// memory for a value that is a text itself. Errors when `take` does.
pub(super) fn each<V: Visit>(
    value: Option<(ValueKind, &[u8])>,
    text: &mut Vec<u8>,
    visit: &mut V,
    take: &mut dyn FnMut(&mut V, &[u8]) -> Result<()>,
) -> Result<FoundRows> {
    let value = match value {
        Some((ValueKind::Plain | ValueKind::Escaped, raw)) => match unescape(raw, text) {
            Ok(()) => text.trim_ascii(),
            Err(_) => return Ok(FoundRows::None),
        },
        Some((ValueKind::Array | ValueKind::Object, value)) => value,
        Some((ValueKind::Null, _)) => return Ok(FoundRows::Rows),
        _ => return Ok(FoundRows::None),
    };
    let json = JsonText {
        bytes: value,
        is_end: true,
        terminator: b'\n',
    };
    let mut at = match value.first() {
        Some(b'{') => {
            return match scan(json, 0, visit).end {
                Ok(end) if end == value.len() => take(visit, value).map(|()| FoundRows::Rows),
                _ => Ok(FoundRows::None),
            };
        }
        Some(b'[') => 1,
        _ => return Ok(FoundRows::None),
    };
    loop {
        let is_between = |byte: &u8| byte.is_ascii_whitespace() || *byte == b',';
        at += value[at..]
            .iter()
            .take_while(|byte| is_between(byte))
            .count();
        match value.get(at) {
            Some(b']') => return Ok(FoundRows::Rows),
            None => return Ok(FoundRows::None),
            Some(_) => {}
        }
        let Ok(end) = scan(json, at, visit).end else {
            return Ok(FoundRows::None);
        };
        take(visit, value)?;
        at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::json::pick::Picker;
    use crate::source::json::wanted::Wanted;

    fn check(kind: ValueKind, value: &str, expected: &[&str], found: FoundRows) {
        let wanted = Wanted::dotted(&["a"]);
        let mut rows = Vec::new();
        let mut take = |picker: &mut Picker<'_>, bytes: &[u8]| {
            let value = picker.value(bytes, 0);
            rows.push(value.map_or_else(String::new, |(_, raw)| {
                String::from_utf8_lossy(raw).into_owned()
            }));
            Ok(())
        };
        let value = Some((kind, value.as_bytes()));
        let mut picker = Picker::new(&wanted);
        assert_eq!(
            each(value, &mut Vec::new(), &mut picker, &mut take).unwrap(),
            found
        );
        assert_eq!(rows, expected);
    }

    #[test]
    fn each_element_is_a_row_and_so_is_an_object() {
        check(
            ValueKind::Array,
            "[{\"a\":1}, {\"b\":2},3]",
            &["1", "", ""],
            FoundRows::Rows,
        );
        check(ValueKind::Array, "[ ]", &[], FoundRows::Rows);
        check(ValueKind::Object, "{\"a\":1}", &["1"], FoundRows::Rows);
        check(
            ValueKind::Escaped,
            "[{\\\"a\\\":1}]",
            &["1"],
            FoundRows::Rows,
        );
        check(ValueKind::Null, "null", &[], FoundRows::Rows);
        check(ValueKind::Number, "7", &[], FoundRows::None);
        check(ValueKind::Plain, "text", &[], FoundRows::None);
    }
}
