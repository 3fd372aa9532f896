//! A JSON string with escapes -> its text. Source floor.
//!
//! Knows only escapes. The string was scanned before, so every escape in it is valid.

/// A `\u` escape that is half a character: a UTF-16 surrogate without its pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LoneSurrogate(pub(super) u16);

/// Replaces `out` by the text of `raw`. Bytes that are not UTF-8 stay as they are.
pub(super) fn unescape(raw: &[u8], out: &mut Vec<u8>) -> Result<(), LoneSurrogate> {
    out.clear();
    let mut rest = raw;
    while let Some(backslash) = memchr::memchr(b'\\', rest) {
        out.extend_from_slice(&rest[..backslash]);
        let from = &rest[backslash..];
        let length = match from.get(1) {
            // A byte, as nginx writes it.
            Some(b'x') => {
                out.push(hexadecimal(from.get(2..4)) as u8);
                4
            }
            _ => {
                let (said, length) = escape(from)?;
                out.extend_from_slice(said.encode_utf8(&mut [0; 4]).as_bytes());
                length
            }
        };
        rest = rest.get(backslash + length..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    Ok(())
}

/// The character of the escape at the beginning, and how many bytes the escape takes.
fn escape(bytes: &[u8]) -> Result<(char, usize), LoneSurrogate> {
    let said = match bytes.get(1).copied().unwrap_or(b'\\') {
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return code_unit(bytes),
        other => char::from(other),
    };
    Ok((said, 2))
}

fn code_unit(bytes: &[u8]) -> Result<(char, usize), LoneSurrogate> {
    let first = hexadecimal(bytes.get(2..6));
    if let Some(said) = char::from_u32(first.into()) {
        return Ok((said, 6));
    }
    let second = match bytes.get(6..8) {
        Some(b"\\u") => hexadecimal(bytes.get(8..12)),
        _ => 0,
    };
    match char::decode_utf16([first, second]).next() {
        Some(Ok(said)) => Ok((said, 12)),
        _ => Err(LoneSurrogate(first)),
    }
}

fn hexadecimal(digits: Option<&[u8]>) -> u16 {
    digits.unwrap_or_default().iter().fold(0, |n, &digit| {
        let digit = char::from(digit).to_digit(16).unwrap_or(0) as u16;
        n << 4 | digit
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(raw: &str, expected: Result<&str, LoneSurrogate>) {
        let mut out = b"left over".to_vec();
        let said = unescape(raw.as_bytes(), &mut out);
        assert_eq!(said.map(|()| std::str::from_utf8(&out).unwrap()), expected);
    }

    #[test]
    fn every_escape_says_its_character() {
        check("a\\u0000b", Ok("a\0b"));
        check("\\\"\\\\\\/\\b\\f\\n\\r\\t", Ok("\"\\/\u{8}\u{c}\n\r\t"));
        check("\\u00e9\\ud83d\\ude00é", Ok("é😀é"));
        check("\\xC3\\xa9", Ok("é"));
    }

    #[test]
    fn half_a_character_is_none() {
        check("a\\ud800", Err(LoneSurrogate(0xd800)));
        check("\\ude00\\ud83d", Err(LoneSurrogate(0xde00)));
        check("\\ud83dx\\ude00", Err(LoneSurrogate(0xd83d)));
        check("\\ud83d\\u0041", Err(LoneSurrogate(0xd83d)));
    }

    proptest! {
        #[test]
        fn what_serde_json_writes_is_what_it_was(text in any::<String>()) {
            let written = serde_json::to_string(&text).unwrap();
            let mut out = Vec::new();
            prop_assert_eq!(unescape(&written.as_bytes()[1..written.len() - 1], &mut out), Ok(()));
            prop_assert_eq!(out, text.into_bytes());
        }
    }
}
