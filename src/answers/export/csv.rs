//! Rows as comma-separated values. Answers floor.
//!
//! RFC 4180, except that lines end in a line feed alone. A field with a comma, a quote or a line end is in quotes, and
//! quotes in it are doubled.
//!
//! A spreadsheet takes a cell that begins with one of a few characters for a formula and runs it (CWE-1236). A safe
//! table has an apostrophe before such a text, as <https://owasp.org/www-community/attacks/CSV_Injection> advises.

use std::sync::Arc;

use crate::answers::export::encoder::Encoder;
use crate::answers::export::fields::ExportFields;
use crate::answers::export::fields::write_number;
use crate::answers::export::times::TimeTexts;
use crate::engine::dictionary::Dictionary;
use crate::words::timestamp::Timestamp;
use crate::words::timestamp::write_seconds;

/// Encodes rows of one kind. `SAFE` says whether texts that look like formulas are made harmless.
#[derive(Debug)]
pub(super) struct Csv<'a, const SAFE: bool> {
    pages: &'a Dictionary,
    /// For each page, whether it can be written as it is.
    is_plain: Arc<[bool]>,
    /// The user's field.
    user: Vec<u8>,
    /// What a session's id begins and ends with.
    session: (Vec<u8>, &'static [u8]),
    times: TimeTexts,
    bytes: Vec<u8>,
}

impl<'a, const SAFE: bool> Encoder<'a> for Csv<'a, SAFE> {
    fn new(pages: &'a Dictionary, is_plain: Arc<[bool]>, times: TimeTexts, _: &[&str]) -> Self {
        Csv {
            pages,
            is_plain,
            user: Vec::new(),
            session: (Vec::new(), b""),
            times,
            bytes: Vec::new(),
        }
    }

    fn header(names: &[&str]) -> String {
        let mut header = Vec::new();
        for name in names {
            push_text::<SAFE>(&mut header, name);
            header.push(b',');
        }
        header.pop();
        String::from_utf8_lossy(&header).into_owned() + "\n"
    }

    fn is_plain(text: &str) -> bool {
        let is_special = |byte| matches!(byte, b',' | b'"' | b'\r' | b'\n');
        let has_special = text.bytes().fold(false, |any, byte| any | is_special(byte));
        !(has_special || SAFE && is_formula(text))
    }

    fn bytes(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }
}

/// Whether a spreadsheet might take the text for a formula.
fn is_formula(text: &str) -> bool {
    const BEGINNINGS: [char; 12] = [
        '\0', '=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠',
    ];
    text.starts_with(BEGINNINGS)
}

/// Appends a text as a field.
pub(crate) fn push_field(out: &mut Vec<u8>, text: &str) {
    push_text::<false>(out, text);
}

fn push_text<const SAFE: bool>(out: &mut Vec<u8>, text: &str) {
    match Csv::<SAFE>::is_plain(text) {
        true => out.extend_from_slice(text.as_bytes()),
        false => quoted::<SAFE>(out, text),
    }
}

fn quoted<const SAFE: bool>(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    if SAFE && is_formula(text) {
        out.push(b'\'');
    }
    out.extend_from_slice(text.replace('"', "\"\"").as_bytes());
    out.push(b'"');
}

impl<const SAFE: bool> ExportFields for Csv<'_, SAFE> {
    fn begin_user(&mut self, user_id: &str) {
        self.user.clear();
        if Self::is_plain(user_id) {
            self.user.extend_from_slice(user_id.as_bytes());
            self.session.1 = b"";
        } else {
            quoted::<SAFE>(&mut self.user, user_id);
            self.session.1 = b"\"";
        }
        self.session.0.clear();
        let open = &self.user[..self.user.len() - self.session.1.len()];
        self.session.0.extend_from_slice(open);
        self.session.0.push(b'@');
        self.user.push(b',');
    }

    fn user(&mut self) -> &mut Self {
        self.bytes.extend_from_slice(&self.user);
        self
    }

    fn session_id(&mut self, started_at: Timestamp) -> &mut Self {
        let (begin, end) = (&self.session.0, self.session.1);
        self.bytes.extend_from_slice(begin);
        let mut digits = itoa::Buffer::new();
        self.bytes
            .extend_from_slice(digits.format(started_at.as_us()).as_bytes());
        self.bytes.extend_from_slice(end);
        self.bytes.push(b',');
        self
    }

    fn page(&mut self, page: u32) -> &mut Self {
        let text = self.pages.text(page);
        if self.is_plain[page as usize] {
            self.bytes.extend_from_slice(text.as_bytes());
        } else {
            quoted::<SAFE>(&mut self.bytes, text);
        }
        self.bytes.push(b',');
        self
    }

    fn time(&mut self, at: Timestamp) -> &mut Self {
        self.times.write(&mut self.bytes, at);
        self.bytes.push(b',');
        self
    }

    fn count(&mut self, n: u64) -> &mut Self {
        self.bytes
            .extend_from_slice(itoa::Buffer::new().format(n).as_bytes());
        self.bytes.push(b',');
        self
    }

    fn seconds(&mut self, us: Option<i64>) -> &mut Self {
        if let Some(us) = us {
            write_seconds(&mut self.bytes, us);
        }
        self.bytes.push(b',');
        self
    }

    fn carried(&mut self, text: Option<&str>) -> &mut Self {
        self.text(text.unwrap_or_default())
    }

    fn text(&mut self, text: &str) -> &mut Self {
        push_text::<SAFE>(&mut self.bytes, text);
        self.bytes.push(b',');
        self
    }

    fn number(&mut self, value: Option<f64>) -> &mut Self {
        if let Some(value) = value {
            write_number(&mut self.bytes, value);
        }
        self.bytes.push(b',');
        self
    }

    fn boolean(&mut self, value: bool) -> &mut Self {
        self.bytes
            .extend_from_slice(if value { b"true," } else { b"false," });
        self
    }

    fn end_row(&mut self) {
        // Replaces the comma after the last field.
        if let Some(last) = self.bytes.last_mut() {
            *last = b'\n';
        }
    }
}
