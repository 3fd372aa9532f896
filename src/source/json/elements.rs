//! The elements of an array within an object, or the object there, as rows of their own. Source floor.
//!
//! Knows where rows are; nothing about what they hold.

use crate::source::json::grammar::Kind;
use crate::source::json::grammar::Text;
use crate::source::json::grammar::Visit;
use crate::source::json::grammar::scan;
use crate::source::json::unescape::unescape;
use crate::words::error::Result;

/// What stands where rows should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Rows, or an array without any, or null.
    Rows,
    /// Something else, or nothing.
    None,
}

/// Listens to each row of a value with `visit`, and calls `take` after each with the bytes that were scanned. `text` is
/// room for a value that is a text itself. Errors when `take` does.
pub(super) fn each<V: Visit>(
    value: Option<(Kind, &[u8])>,
    text: &mut Vec<u8>,
    visit: &mut V,
    take: &mut dyn FnMut(&mut V, &[u8]) -> Result<()>,
) -> Result<Found> {
    let value = match value {
        Some((Kind::Plain | Kind::Escaped, raw)) => match unescape(raw, text) {
            Ok(()) => text.trim_ascii(),
            Err(_) => return Ok(Found::None),
        },
        Some((Kind::Array | Kind::Object, value)) => value,
        Some((Kind::Null, _)) => return Ok(Found::Rows),
        _ => return Ok(Found::None),
    };
    let json = Text {
        bytes: value,
        is_end: true,
        terminator: b'\n',
    };
    let mut at = match value.first() {
        Some(b'{') => {
            return match scan(json, 0, visit).end {
                Ok(end) if end == value.len() => take(visit, value).map(|()| Found::Rows),
                _ => Ok(Found::None),
            };
        }
        Some(b'[') => 1,
        _ => return Ok(Found::None),
    };
    loop {
        let is_between = |byte: &u8| byte.is_ascii_whitespace() || *byte == b',';
        at += value[at..]
            .iter()
            .take_while(|byte| is_between(byte))
            .count();
        match value.get(at) {
            Some(b']') => return Ok(Found::Rows),
            None => return Ok(Found::None),
            Some(_) => {}
        }
        let Ok(end) = scan(json, at, visit).end else {
            return Ok(Found::None);
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

    fn check(kind: Kind, value: &str, expected: &[&str], found: Found) {
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
            Kind::Array,
            "[{\"a\":1}, {\"b\":2},3]",
            &["1", "", ""],
            Found::Rows,
        );
        check(Kind::Array, "[ ]", &[], Found::Rows);
        check(Kind::Object, "{\"a\":1}", &["1"], Found::Rows);
        check(Kind::Escaped, "[{\\\"a\\\":1}]", &["1"], Found::Rows);
        check(Kind::Null, "null", &[], Found::Rows);
        check(Kind::Number, "7", &[], Found::None);
        check(Kind::Plain, "text", &[], Found::None);
    }
}
