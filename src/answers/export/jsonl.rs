//! Rows as JSON Lines: one object for each row, with the columns in the order of the header. Answers floor.

use std::sync::Arc;

use crate::answers::export::encoder::Encoder;
use crate::answers::export::fields::ExportFields;
use crate::answers::export::fields::write_number;
use crate::answers::export::times::TimeTexts;
use crate::engine::dictionary::Dictionary;
use crate::words::timestamp::Timestamp;
use crate::words::timestamp::write_seconds;

/// Encodes rows of one kind.
#[derive(Debug)]
pub(super) struct Jsonl<'a> {
    pages: &'a Dictionary,
    /// For each page, whether it can be written as it is.
    is_plain: Arc<[bool]>,
    /// What comes before each field: `{"session_id":`, `,"user_id":`.
    names: Vec<Vec<u8>>,
    /// The field that comes next.
    next: usize,
    /// The user's field.
    user: Vec<u8>,
    times: TimeTexts,
    bytes: Vec<u8>,
}

impl<'a> Encoder<'a> for Jsonl<'a> {
    fn new(
        pages: &'a Dictionary,
        is_plain: Arc<[bool]>,
        times: TimeTexts,
        names: &[&str],
    ) -> Jsonl<'a> {
        let name = |(place, name): (usize, &&str)| {
            let mut before = vec![if place == 0 { b'{' } else { b',' }];
            quoted(&mut before, name);
            before.push(b':');
            before
        };
        Jsonl {
            pages,
            is_plain,
            names: names.iter().enumerate().map(name).collect(),
            next: 0,
            user: Vec::new(),
            times,
            bytes: Vec::new(),
        }
    }

    fn header(_: &[&str]) -> String {
        String::new()
    }

    fn is_plain(text: &str) -> bool {
        let is_special = |byte| byte < b' ' || matches!(byte, b'"' | b'\\');
        !text.bytes().fold(false, |any, byte| any | is_special(byte))
    }

    fn bytes(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }
}

impl Jsonl<'_> {
    fn name(&mut self) -> &mut Vec<u8> {
        self.bytes.extend_from_slice(&self.names[self.next]);
        self.next += 1;
        &mut self.bytes
    }
}

fn quoted(out: &mut Vec<u8>, text: &str) {
    serde_json::to_writer(out, text).expect("a text is written to memory");
}

impl ExportFields for Jsonl<'_> {
    fn begin_user(&mut self, user_id: &str) {
        self.user.clear();
        quoted(&mut self.user, user_id);
    }

    fn user(&mut self) -> &mut Self {
        self.name();
        self.bytes.extend_from_slice(&self.user);
        self
    }

    fn session_id(&mut self, started_at: Timestamp) -> &mut Self {
        self.name();
        let open = &self.user[..self.user.len() - 1];
        self.bytes.extend_from_slice(open);
        self.bytes.push(b'@');
        let mut digits = itoa::Buffer::new();
        self.bytes
            .extend_from_slice(digits.format(started_at.as_us()).as_bytes());
        self.bytes.push(b'"');
        self
    }

    fn page(&mut self, page: u32) -> &mut Self {
        self.name();
        let text = self.pages.text(page);
        if self.is_plain[page as usize] {
            self.bytes.push(b'"');
            self.bytes.extend_from_slice(text.as_bytes());
            self.bytes.push(b'"');
        } else {
            quoted(&mut self.bytes, text);
        }
        self
    }

    fn time(&mut self, at: Timestamp) -> &mut Self {
        self.name().push(b'"');
        self.times.write(&mut self.bytes, at);
        self.bytes.push(b'"');
        self
    }

    fn count(&mut self, n: u64) -> &mut Self {
        self.name()
            .extend_from_slice(itoa::Buffer::new().format(n).as_bytes());
        self
    }

    fn seconds(&mut self, us: Option<i64>) -> &mut Self {
        let bytes = self.name();
        match us {
            Some(us) => write_seconds(bytes, us),
            None => bytes.extend_from_slice(b"null"),
        }
        self
    }

    fn carried(&mut self, text: Option<&str>) -> &mut Self {
        match text {
            Some(text) => quoted(self.name(), text),
            None => self.name().extend_from_slice(b"null"),
        }
        self
    }

    fn text(&mut self, text: &str) -> &mut Self {
        quoted(self.name(), text);
        self
    }

    fn number(&mut self, value: Option<f64>) -> &mut Self {
        let bytes = self.name();
        match value {
            Some(value) => write_number(bytes, value),
            None => bytes.extend_from_slice(b"null"),
        }
        self
    }

    fn boolean(&mut self, value: bool) -> &mut Self {
        self.name()
            .extend_from_slice(if value { b"true" } else { b"false" });
        self
    }

    fn end_row(&mut self) {
        self.bytes.extend_from_slice(b"}\n");
        self.next = 0;
    }
}
