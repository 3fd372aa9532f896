//! Texts that stand for nothing: what databases and programs write if they have no value. Source floor.

/// Whether a text is one of those that programs write if there is no user.
#[inline]
fn is_customary(text: &[u8]) -> bool {
    // Nearly all users have another first byte or another length, which is a fast test.
    let may_be = matches!(text, [b'N' | b'n' | b'u' | b'(' | b'<' | b'-' | b'0', ..])
        && matches!(text.len(), 1..=9 | 36);
    may_be && is_listed(text)
}

#[inline(never)]
fn is_listed(text: &[u8]) -> bool {
    matches!(
        text,
        b"NULL"
            | b"null"
            | b"NaN"
            | b"nan"
            | b"None"
            | b"none"
            | b"undefined"
            | b"NA"
            | b"N/A"
            | b"(not set)"
            | b"(none)"
            | b"(null)"
            | b"<null>"
            | b"-"
            | b"00000000-0000-0000-0000-000000000000"
    )
}

/// Which texts are nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::source) struct Nothing {
    /// The texts that a person named, in place of the customary ones.
    named: Option<Vec<Vec<u8>>>,
}

impl Nothing {
    /// The customary texts, unless others were named.
    pub(in crate::source) fn new(named: Option<&[String]>) -> Nothing {
        let bytes = |texts: &[String]| texts.iter().map(|text| text.clone().into_bytes()).collect();
        Nothing {
            named: named.map(bytes),
        }
    }

    /// Whether a text means nothing in any column: a database's mark for null, or a text that a person named.
    #[inline]
    pub(in crate::source) fn is_mark(&self, text: &[u8]) -> bool {
        text == b"\\N" || self.named.is_some() && self.is_named(text)
    }

    /// Whether a text means nothing in the time column, where it may also be blank.
    #[inline]
    pub(in crate::source) fn is_nothing(&self, text: &[u8]) -> bool {
        match text {
            [] => true,
            [b' ' | b'\t' | b'\r' | b'\n', ..] if self.named.is_none() => {
                text.trim_ascii().is_empty()
            }
            _ => self.is_mark(text),
        }
    }

    /// Whether a text means nothing in the user column.
    #[inline]
    pub(in crate::source) fn is_no_user(&self, text: &[u8]) -> bool {
        self.is_nothing(text) || self.named.is_none() && is_customary(text)
    }

    fn is_named(&self, text: &[u8]) -> bool {
        self.named.iter().flatten().any(|nothing| nothing == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_and_the_marks_of_databases_are_nothing() {
        let nothing = Nothing::new(None);
        for text in ["", " ", "\t ", "\\N"] {
            assert!(nothing.is_nothing(text.as_bytes()), "{text:?}");
        }
        for text in ["NULL", "-", "x", " x", "\\n"] {
            assert!(!nothing.is_nothing(text.as_bytes()), "{text:?}");
        }
        assert!(nothing.is_mark(b"\\N") && !nothing.is_mark(b" "));
    }

    #[test]
    fn some_words_are_nothing_as_a_user() {
        let nothing = Nothing::new(None);
        let zeros = "00000000-0000-0000-0000-000000000000";
        for text in [
            "NULL",
            "nan",
            "None",
            "undefined",
            "N/A",
            "(not set)",
            "-",
            zeros,
        ] {
            assert!(nothing.is_no_user(text.as_bytes()), "{text:?}");
        }
        for text in ["Null", "0", "nobody", "--", "undefined1"] {
            assert!(!nothing.is_no_user(text.as_bytes()), "{text:?}");
        }
    }

    #[test]
    fn texts_that_a_person_names_stand_in_place_of_the_others() {
        let named = Nothing::new(Some(&["anonymous".to_owned(), String::new()]));
        assert!(named.is_no_user(b"anonymous") && named.is_nothing(b"anonymous"));
        assert!(named.is_no_user(b"") && named.is_no_user(b"\\N"));
        assert!(!named.is_no_user(b"NULL") && !named.is_no_user(b" "));
    }
}
