//! A quoted field -> its text. Source floor.
//!
//! Follows the rules by which [`split`](super::split) found where the field ends.

use crate::source::delimited::split::QUOTE;

/// The text of a field.
pub(super) struct Said<'a> {
    pub(super) bytes: &'a [u8],
    /// Whether it was not quoted as in RFC 4180: with backslashes, or with text after the closing quote.
    pub(super) is_irregular: bool,
}

/// The text of a field: the field itself, or the text in its quotes. `scratch` is used only if that is not one piece
/// of the field.
pub(super) fn read<'a>(field: &'a [u8], scratch: &'a mut Vec<u8>) -> Said<'a> {
    let Some((&QUOTE, inner)) = field.split_first() else {
        return Said {
            bytes: field,
            is_irregular: false,
        };
    };
    let first = memchr::memchr(QUOTE, inner).unwrap_or(inner.len());
    if first + 1 == inner.len() {
        return Said {
            bytes: &inner[..first],
            is_irregular: false,
        };
    }
    scratch.clear();
    let is_irregular = unquote(inner, scratch);
    Said {
        bytes: scratch,
        is_irregular,
    }
}

/// Appends the text inside quotes and after them. `rest` starts after the opening quote. Returns whether something was
/// irregular.
fn unquote(mut rest: &[u8], said: &mut Vec<u8>) -> bool {
    let mut is_irregular = false;
    while let Some(at) = memchr::memchr(QUOTE, rest) {
        let is_escaped = at > 0 && rest[at - 1] == b'\\';
        let after = &rest[at + 1..];
        match after {
            [] => {
                said.extend_from_slice(&rest[..at]);
                return is_irregular;
            }
            [QUOTE] | [QUOTE, ..] if !(is_escaped && after.len() == 1) => {
                said.extend_from_slice(&rest[..=at]);
                rest = &after[1..];
            }
            _ if is_escaped && memchr::memchr(QUOTE, after).is_some() => {
                is_irregular = true;
                said.extend_from_slice(&rest[..at - 1]);
                said.push(QUOTE);
                rest = after;
            }
            _ => {
                said.extend_from_slice(&rest[..at]);
                said.extend_from_slice(after);
                return true;
            }
        }
    }
    said.extend_from_slice(rest);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(field: &str, expected: &str, irregular: bool) {
        let mut scratch = Vec::new();
        let said = read(field.as_bytes(), &mut scratch);
        assert_eq!(String::from_utf8_lossy(said.bytes), expected, "{field}");
        assert_eq!(said.is_irregular, irregular, "{field}");
    }

    #[test]
    fn quotes_around_a_field_are_not_part_of_it() {
        check("plain", "plain", false);
        check("\"a,b\"", "a,b", false);
        check("\"\"", "", false);
        check("\"say \"\"hi\"\"\"", "say \"hi\"", false);
        check("\"\"\"\"", "\"", false);
    }

    #[test]
    fn a_quote_that_does_not_open_the_field_is_text() {
        check("/say\"hi\"", "/say\"hi\"", false);
        check("\"/a\"b", "/ab", true);
        check("\"/a\"b\"c\"", "/ab\"c\"", true);
    }

    #[test]
    fn a_backslash_before_a_quote_may_stand_for_another_quote() {
        check(r#""/a\"b""#, "/a\"b", true);
        check(r#""/a\"""#, "/a\"", true);
        check(r#""C:\""#, "C:\\", false);
    }
}
