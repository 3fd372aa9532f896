//! The bytes of a row, as CSV or JSON Lines. Answers floor.
//!
//! Fields are appended in the order of the header, straight into one buffer.

use std::borrow::Cow;

use crate::answers::export::Format;
use crate::words::session::write_session_id;
use crate::words::timestamp::Timestamp;
use crate::words::timestamp::write_seconds;

/// How the bytes of a row are arranged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Csv,
    Jsonl,
}

/// Writes rows of the same columns.
#[derive(Debug)]
pub(super) struct Encoder {
    form: Form,
    /// Whether a spreadsheet is to find no formula.
    is_safe: bool,
    names: &'static [&'static str],
    next: usize,
    /// What has been encoded; whoever writes it out clears it.
    pub(super) bytes: Vec<u8>,
}

impl Encoder {
    /// An encoder of rows with columns of these names. CSV begins with them.
    pub(super) fn new(format: Format, names: &'static [&'static str]) -> Encoder {
        let form = match format {
            Format::Csv | Format::CsvSafe => Form::Csv,
            Format::Jsonl | Format::Parquet => Form::Jsonl,
        };
        let bytes = match form {
            Form::Csv => (names.join(",") + "\n").into_bytes(),
            Form::Jsonl => Vec::new(),
        };
        Encoder {
            form,
            is_safe: format == Format::CsvSafe,
            names,
            next: 0,
            bytes,
        }
    }

    /// A field of any text.
    pub(super) fn text(&mut self, text: &str) -> &mut Encoder {
        self.begin_field();
        let text = match self.is_safe {
            true => without_formula(text),
            false => Cow::Borrowed(text),
        };
        match self.form {
            Form::Csv
                if text
                    .bytes()
                    .any(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n')) =>
            {
                self.bytes.push(b'"');
                self.bytes
                    .extend_from_slice(text.replace('"', "\"\"").as_bytes());
                self.bytes.push(b'"');
            }
            Form::Csv => self.bytes.extend_from_slice(text.as_bytes()),
            Form::Jsonl => {
                serde_json::to_writer(&mut self.bytes, &text).expect("a text is written to memory");
            }
        }
        self
    }

    /// The identity of a session.
    pub(super) fn session_id(&mut self, user_id: &str, started_at: Timestamp) -> &mut Encoder {
        let mut id = Vec::with_capacity(user_id.len() + 20);
        write_session_id(&mut id, user_id, started_at);
        self.text(std::str::from_utf8(&id).expect("an id is a text and digits"))
    }

    /// An instant.
    pub(super) fn time(&mut self, at: Timestamp) -> &mut Encoder {
        self.begin_field();
        self.quote();
        at.write_rfc3339(&mut self.bytes);
        self.quote();
        self
    }

    /// A count.
    pub(super) fn count(&mut self, n: u64) -> &mut Encoder {
        self.begin_field();
        self.bytes
            .extend_from_slice(itoa::Buffer::new().format(n).as_bytes());
        self
    }

    /// A duration in seconds; unknown is empty in CSV and `null` in JSON.
    pub(super) fn seconds(&mut self, us: Option<i64>) -> &mut Encoder {
        self.begin_field();
        match (us, self.form) {
            (Some(us), _) => write_seconds(&mut self.bytes, us),
            (None, Form::Csv) => {}
            (None, Form::Jsonl) => self.bytes.extend_from_slice(b"null"),
        }
        self
    }

    /// `true` or `false`.
    pub(super) fn boolean(&mut self, value: bool) -> &mut Encoder {
        self.begin_field();
        self.bytes
            .extend_from_slice(if value { b"true" } else { b"false" });
        self
    }

    /// Ends the row.
    pub(super) fn end_row(&mut self) {
        debug_assert_eq!(
            self.next,
            self.names.len(),
            "a row has a field for every column"
        );
        self.next = 0;
        if self.form == Form::Jsonl {
            self.bytes.push(b'}');
        }
        self.bytes.push(b'\n');
    }

    fn begin_field(&mut self) {
        match self.form {
            Form::Csv if self.next == 0 => {}
            Form::Csv => self.bytes.push(b','),
            Form::Jsonl => {
                self.bytes.push(if self.next == 0 { b'{' } else { b',' });
                self.bytes.push(b'"');
                self.bytes
                    .extend_from_slice(self.names[self.next].as_bytes());
                self.bytes.extend_from_slice(b"\":");
            }
        }
        self.next += 1;
    }

    fn quote(&mut self) {
        if self.form == Form::Jsonl {
            self.bytes.push(b'"');
        }
    }
}

/// A text that no spreadsheet takes for a formula: with a `'` before it if it begins like one
/// (<https://cwe.mitre.org/data/definitions/1236.html>, OWASP ASVS 5.0, 1.2.10; they too run what a tab, a line end
/// or a NUL hides).
fn without_formula(text: &str) -> Cow<'_, str> {
    match text.as_bytes() {
        [b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r' | b'\n' | 0, ..] => format!("'{text}").into(),
        _ => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(format: Format, text: &str, expected: &str) {
        let mut encoder = Encoder::new(format, &["page", "n"]);
        encoder.bytes.clear();
        encoder.text(text).seconds(Some(1_000_000)).end_row();
        assert_eq!(String::from_utf8_lossy(&encoder.bytes), expected);
    }

    #[test]
    fn only_safe_csv_has_no_text_that_is_a_formula_to_a_spreadsheet() {
        check(Format::CsvSafe, "=1+1", "'=1+1,1\n");
        check(Format::CsvSafe, "@SUM(A1,A2)", "\"'@SUM(A1,A2)\",1\n");
        check(Format::CsvSafe, "\r=1", "\"'\r=1\",1\n");
        for begin in ["+", "-", "\t=", "\0="] {
            check(Format::CsvSafe, begin, &format!("'{begin},1\n"));
        }
        check(Format::CsvSafe, "/a=1", "/a=1,1\n");
        check(Format::CsvSafe, "", ",1\n");
        check(Format::Csv, "=1+1", "=1+1,1\n");
    }
}
