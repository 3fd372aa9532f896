//! A line of blank-separated fields -> the fields. Source floor.
//!
//! Knows quotes and brackets around fields with blanks in them; nothing about what fields mean.

/// The fields of a line, in order, without their quotes or brackets. A field that is opened and never closed ends at
/// the next blank.
pub(super) struct Fields<'a> {
    rest: &'a [u8],
    /// Marks that close no field in the rest of the line, so that they are not looked for again and again.
    unclosed: [bool; 2],
}

impl<'a> Fields<'a> {
    pub(super) fn new(line: &'a [u8]) -> Fields<'a> {
        Fields {
            rest: line.trim_ascii(),
            unclosed: [false; 2],
        }
    }

    /// The end of a field that the mark opened, within its mark; `None` if it is never closed.
    fn closed(&mut self, text: &[u8], mark: u8) -> Option<usize> {
        let unclosed = &mut self.unclosed[usize::from(mark == b']')];
        if *unclosed {
            return None;
        }
        let end = memchr::memchr_iter(mark, text)
            .find(|&at| matches!(text.get(at + 1), None | Some(b' ')));
        *unclosed = end.is_none();
        end
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let text = self.rest;
        let mark = match text.first()? {
            b'"' => Some(b'"'),
            b'[' => Some(b']'),
            _ => None,
        };
        if let Some(mark) = mark
            && let Some(end) = self.closed(&text[1..], mark)
        {
            self.rest = text[end + 2..].trim_ascii_start();
            return Some(&text[1..=end]);
        }
        let end = memchr::memchr(b' ', text).unwrap_or(text.len());
        self.rest = text[end..].trim_ascii_start();
        Some(&text[..end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(line: &str, expected: &[&str]) {
        let fields = Fields::new(line.as_bytes()).map(String::from_utf8_lossy);
        assert_eq!(fields.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn fields_are_between_blanks_quotes_or_brackets() {
        check("a bc  d", &["a", "bc", "d"]);
        check("a \"b c\" [d e] f", &["a", "b c", "d e", "f"]);
        check("\"a \"b\" c\" \"\" -", &["a \"b", "c\"", "", "-"]);
        check("\"a\"b c\" d", &["a\"b c", "d"]);
        check("\"a b", &["\"a", "b"]);
        check("[::1]:443 a", &["[::1]:443", "a"]);
        check("", &[]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_split_and_never_panic(bytes in proptest::collection::vec(
            prop_oneof![any::<u8>(), proptest::sample::select(b"\" []".to_vec())], 0..60)) {
            prop_assert!(Fields::new(&bytes).count() <= bytes.len());
        }
    }
}
