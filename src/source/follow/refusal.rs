//! Why a file cannot be followed, by how it begins. Source floor.

use crate::source::input::decode::Compression;

/// Why a file that begins like this cannot be followed.
pub(super) fn refusal(head: &[u8]) -> Option<String> {
    if let Some(compression) = Compression::of(head) {
        let name = compression.name();
        return Some(format!(
            "it is compressed with {name}, and what is compressed cannot be followed: follow the file before it is \
            compressed"
        ));
    }
    let is_wide = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
    if is_wide {
        return Some("it is UTF-16 text, and only UTF-8 text can be followed".to_owned());
    }
    let returns = memchr::memchr_iter(b'\r', head).take(3).count();
    if returns == 3 && !head.contains(&b'\n') {
        return Some(
            "its lines end in a carriage return, and only lines that end in a line feed can be followed"
                .to_owned(),
        );
    }
    let is_packed = [&b"PAR1"[..], b"PK\x03\x04", b"SQLite format 3\0"]
        .iter()
        .any(|magic| head.starts_with(magic));
    is_packed.then(|| {
        "only text can be followed, and this is not text with a row on each line".to_owned()
    })
}

/// Why JSON that begins like this cannot be followed, if an object does not end on its line.
pub(super) fn several_lines_an_object(head: &[u8]) -> Option<&'static str> {
    const PROBLEM: &str = "its JSON does not have one object on each line, and so cannot be followed: write it as JSON \
                           Lines, such as with jq -c";
    let start = head.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let rest = &head[start..];
    let end = memchr::memchr(b'\n', rest)?;
    let line = rest[..end].trim_ascii();
    let is_open = match line.first() {
        Some(b'{') => !line.ends_with(b"}"),
        Some(b'[') => line == b"[" || line.starts_with(b"[{") || line.starts_with(b"[ {"),
        _ => false,
    };
    is_open.then_some(PROBLEM)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_row_on_each_line_cannot_be_followed() {
        let said = |head: &[u8]| refusal(head).unwrap_or_default();
        assert!(said(b"\x1f\x8b\x08\0").contains("compressed with gzip"));
        assert!(said(b"PAR1").contains("only text"));
        assert!(said(b"\xff\xfea\0").contains("UTF-16"));
        assert!(said(b"user,ts,page\ra,1,/\rb,2,/\r").contains("carriage return"));
        assert_eq!(refusal(b"user,ts,page\n"), None);
        assert_eq!(refusal(b"user,ts,page\r\na,1,/\r\nb,2,/\r\n"), None);
    }

    #[test]
    fn objects_over_several_lines_cannot_be_followed() {
        for head in ["{\n  \"a\": 1\n}\n", "[\n{\"a\": 1}\n", "[{\"a\": 1},\n"] {
            assert!(several_lines_an_object(head.as_bytes()).is_some(), "{head}");
        }
        for head in ["{\"a\": 1}\n", "[12/Mar/2024] GET\n", "{\"a\":"] {
            assert!(several_lines_an_object(head.as_bytes()).is_none(), "{head}");
        }
    }
}
