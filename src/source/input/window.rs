//! The part of an input's text that is in memory: a buffer that slides over it. Source floor.
//!
//! Knows nothing about lines or fields. Grows for a long record, but never over its limit.

use std::io::Cursor;
use std::io::Read;
use std::mem;
use std::ops::Range;
use std::sync::Arc;

use encoding_rs::Encoding;

use crate::source::input::decode;
use crate::source::input::decode::Decoded;
use crate::source::input::facts::InputFacts;
use crate::source::input::raw::Input;
use crate::words::error::Result;

/// Bytes that formats are told by.
const SAMPLE_BYTES: usize = 8 * 1024;

/// The first size of the buffer, and the largest.
#[derive(Clone, Copy, Debug)]
pub(in crate::source) struct Capacity {
    /// At least 1.
    pub(in crate::source) initial: usize,
    /// At least `initial`. A record longer than this is refused.
    pub(in crate::source) limit: usize,
}

impl Capacity {
    /// The first size stays in a core's cache between reading and parsing. The limit has room for a page of 100 MB,
    /// including doubled quotes.
    pub(in crate::source) const DEFAULT: Capacity = Capacity {
        initial: 256 * 1024,
        limit: 256 * 1024 * 1024,
    };
}

/// The result of asking for more bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) enum Filled {
    /// At least one byte more.
    More,
    /// Nothing: the input has ended.
    AtEnd,
    /// Nothing: one record fills the buffer, which may not grow.
    Full,
}

/// A buffer over an [`Input`]'s text: bytes read and not yet consumed.
pub(in crate::source) struct Window<'a> {
    facts: &'a InputFacts,
    decoded: Decoded<'a>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Bytes of text that were read in all.
    text_bytes: u64,
    at_end: bool,
    /// Bytes that are read at once, if no more are needed.
    step: usize,
    limit: usize,
}

impl<'a> Window<'a> {
    /// A window at the beginning of an input. It decodes compression and encoding: see [`decode`](decode::decode).
    pub(in crate::source) fn open(
        input: &'a mut Input,
        encoding: Option<&'static Encoding>,
        capacity: Capacity,
    ) -> Result<Window<'a>> {
        let Input {
            facts,
            stream,
            content,
        } = input;
        let decoded = match facts.context() {
            // A line that is followed may begin with anything, even as compressed data do.
            Some(context) => Decoded::plain(stream, content, encoding)
                .after(Cursor::new(Arc::clone(&context.bytes))),
            None => decode::decode(stream, content, encoding)
                .map_err(|(compression, error)| decode::failed(facts, compression, 0, error))?,
        };
        let decoded = match facts.header() {
            Some(header) => decoded.after(Cursor::new(Arc::clone(header))),
            None => decoded,
        };
        Ok(Window {
            facts,
            decoded,
            buffer: vec![0; capacity.initial],
            start: 0,
            end: 0,
            text_bytes: 0,
            at_end: false,
            step: capacity.initial,
            limit: capacity.limit,
        })
    }

    /// What is known about the input itself.
    pub(in crate::source) fn facts(&self) -> &'a InputFacts {
        self.facts
    }

    /// The compression of the input, if any.
    pub(in crate::source) fn compression(&self) -> Option<&'static str> {
        self.decoded
            .compression
            .map(|compression| compression.name())
    }

    /// Whether the text was in another encoding than UTF-8.
    pub(in crate::source) fn is_transcoded(&self) -> bool {
        self.decoded.encoding.is_some()
    }

    /// How the text was decoded: `gzip`, `gzip, UTF-16LE`; empty if it was not.
    pub(in crate::source) fn layers(&self) -> String {
        let compression = self
            .decoded
            .compression
            .map(|compression| compression.name());
        let encoding = self.decoded.encoding.map(Encoding::name);
        let layers: Vec<&str> = compression.into_iter().chain(encoding).collect();
        layers.join(", ")
    }

    /// Notes on decoding the input, one sentence each.
    pub(in crate::source) fn notes(&self) -> Vec<String> {
        self.decoded.notes.so_far()
    }

    /// How many lines to leave out because an earlier load took them in. Errors if there are such lines but the text
    /// was decoded from other bytes, whose lines differ.
    pub(in crate::source) fn passed_lines(&self, terminator: u8) -> Result<u64> {
        if let Some(encoding) = self.decoded.encoding {
            self.facts
                .refuse_passing(&format!("{} text", encoding.name()))?;
        }
        Ok(self.facts.passed_lines(terminator))
    }

    /// The bytes read and not yet consumed.
    pub(in crate::source) fn bytes(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Whether [`bytes`](Self::bytes) goes to the very end of the input.
    pub(in crate::source) fn is_at_end(&self) -> bool {
        self.at_end
    }

    /// Most bytes it can hold.
    pub(in crate::source) fn limit(&self) -> usize {
        self.limit
    }

    /// The first bytes, enough to recognise formats, or all there are. They do not depend on the size of the buffer.
    pub(in crate::source) fn sample(&mut self) -> Result<&[u8]> {
        self.hold(SAMPLE_BYTES)?;
        let bytes = self.bytes();
        Ok(&bytes[..bytes.len().min(SAMPLE_BYTES)])
    }

    /// Reads on until there are `n` bytes, the input ends, or the buffer is full.
    pub(in crate::source) fn hold(&mut self, n: usize) -> Result<()> {
        while self.bytes().len() < n && self.fill()? == Filled::More {}
        Ok(())
    }

    /// Reads the rest, which is only needed to know the identity of the whole content.
    pub(in crate::source) fn drain(&mut self) -> Result<()> {
        self.consume(self.bytes().len());
        while self.fill()? == Filled::More {
            self.consume(self.bytes().len());
        }
        Ok(())
    }

    /// Drops the first `n` bytes.
    pub(in crate::source) fn consume(&mut self, n: usize) {
        self.start += n;
        debug_assert!(self.start <= self.end, "consumed more than there was");
    }

    /// Gives the buffer away, with the range of its first `n` bytes, and goes on in `room`.
    pub(in crate::source) fn hand_over(
        &mut self,
        n: usize,
        mut room: Vec<u8>,
    ) -> (Vec<u8>, Range<usize>) {
        let handed = self.start..self.start + n;
        let rest = handed.end..self.end;
        if room.len() < self.step.max(rest.len()) {
            room.resize(self.step.max(rest.len()), 0);
        }
        room[..rest.len()].copy_from_slice(&self.buffer[rest.clone()]);
        (self.start, self.end) = (0, rest.len());
        (mem::replace(&mut self.buffer, room), handed)
    }

    /// Reads on, until there is at least twice as much as was left over, or all there is room for.
    ///
    /// Does one read if nothing was left over, so that a slow pipe is followed closely. Otherwise it at least doubles
    /// the bytes, so that code that looks at all of them again after each fill takes linear time, however long a
    /// record is.
    pub(in crate::source) fn fill(&mut self) -> Result<Filled> {
        let left_over = self.end - self.start;
        self.buffer.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, left_over);
        if left_over == self.buffer.len() && left_over < self.limit {
            let larger = left_over.saturating_mul(2).min(self.limit);
            self.buffer.resize(larger, 0);
        }
        let wanted = (left_over * 2).clamp(1, self.buffer.len());
        // A buffer that has grown for a long record is not filled completely again, so that its content stays in the
        // cache.
        let most = (left_over * 2)
            .max(left_over + self.step)
            .min(self.buffer.len());
        while self.end < wanted && !self.at_end {
            let read = self.decoded.text.read(&mut self.buffer[self.end..most]);
            match read.map_err(|error| {
                decode::failed(self.facts, self.decoded.compression, self.text_bytes, error)
            })? {
                0 => self.at_end = true,
                n => self.end += n,
            }
        }
        self.text_bytes += (self.end - left_over) as u64;
        Ok(match self.end - left_over {
            0 if self.at_end => Filled::AtEnd,
            0 => Filled::Full,
            _ => Filled::More,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(bytes: &'static [u8]) -> Input {
        Input::from_reader("test", None, Box::new(Cursor::new(bytes)))
    }

    #[test]
    fn what_is_left_over_stays_in_front() {
        let mut input = input(b"abcdefgh");
        let mut window = Window::open(
            &mut input,
            None,
            Capacity {
                initial: 4,
                limit: 8,
            },
        )
        .unwrap();
        assert_eq!(window.fill().unwrap(), Filled::More);
        assert_eq!(window.bytes(), b"abcd");
        window.consume(3);
        assert_eq!(window.fill().unwrap(), Filled::More);
        assert_eq!(window.bytes(), b"defg");
    }

    #[test]
    fn what_is_handed_over_is_what_was_in_front() {
        let mut input = input(b"abcdefgh");
        let capacity = Capacity {
            initial: 6,
            limit: 6,
        };
        let mut window = Window::open(&mut input, None, capacity).unwrap();
        window.fill().unwrap();
        window.consume(1);
        let (buffer, handed) = window.hand_over(3, vec![9; 2]);
        assert_eq!(&buffer[handed], b"bcd");
        assert_eq!(window.bytes(), b"ef");
        window.fill().unwrap();
        assert_eq!(window.bytes(), b"efgh");
    }

    #[test]
    fn it_grows_to_its_limit_and_not_beyond() {
        let mut input = input(b"abcdefgh");
        let mut window = Window::open(
            &mut input,
            None,
            Capacity {
                initial: 2,
                limit: 6,
            },
        )
        .unwrap();
        while window.fill().unwrap() == Filled::More {}
        assert_eq!(window.bytes(), b"abcdef");
        assert_eq!(window.fill().unwrap(), Filled::Full);
        window.consume(6);
        assert_eq!(window.fill().unwrap(), Filled::More);
        assert_eq!(window.bytes(), b"gh");
        window.consume(2);
        assert_eq!(window.fill().unwrap(), Filled::AtEnd);
        assert!(window.is_at_end());
    }
}
