//! The bytes of a row, as CSV or JSON Lines. Answers floor.
//!
//! Fields are appended in the order of the header, straight into one buffer.

use crate::answers::export::Format;
use crate::words::session::write_session_id;
use crate::words::timestamp::Timestamp;
use crate::words::timestamp::write_seconds;

/// Writes rows of the same columns.
#[derive(Debug)]
pub(super) struct Encoder {
    format: Format,
    names: &'static [&'static str],
    next: usize,
    /// What has been encoded; whoever writes it out clears it.
    pub(super) bytes: Vec<u8>,
}

impl Encoder {
    /// An encoder of rows with columns of these names. CSV begins with them.
    pub(super) fn new(format: Format, names: &'static [&'static str]) -> Encoder {
        let bytes = match format {
            Format::Csv => (names.join(",") + "\n").into_bytes(),
            Format::Jsonl => Vec::new(),
        };
        Encoder {
            format,
            names,
            next: 0,
            bytes,
        }
    }

    /// A field of any text.
    pub(super) fn text(&mut self, text: &str) -> &mut Encoder {
        self.begin_field();
        match self.format {
            Format::Csv
                if text
                    .bytes()
                    .any(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n')) =>
            {
                self.bytes.push(b'"');
                self.bytes
                    .extend_from_slice(text.replace('"', "\"\"").as_bytes());
                self.bytes.push(b'"');
            }
            Format::Csv => self.bytes.extend_from_slice(text.as_bytes()),
            Format::Jsonl => {
                serde_json::to_writer(&mut self.bytes, text).expect("a text is written to memory");
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
        match (us, self.format) {
            (Some(us), _) => write_seconds(&mut self.bytes, us),
            (None, Format::Csv) => {}
            (None, Format::Jsonl) => self.bytes.extend_from_slice(b"null"),
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
        if self.format == Format::Jsonl {
            self.bytes.push(b'}');
        }
        self.bytes.push(b'\n');
    }

    fn begin_field(&mut self) {
        match self.format {
            Format::Csv if self.next == 0 => {}
            Format::Csv => self.bytes.push(b','),
            Format::Jsonl => {
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
        if self.format == Format::Jsonl {
            self.bytes.push(b'"');
        }
    }
}
