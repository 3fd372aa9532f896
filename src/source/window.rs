//! The part of an input that is in memory: a buffer that slides over it. Source floor.
//!
//! Knows nothing about lines or fields. Grows for a long record, but never over its limit.
//!
//! This is the one place where a reader takes bytes from, so a decompressor or a transcoder goes
//! between here and the [`Input`].

use crate::source::input::Input;
use crate::words::error::Result;

/// Bytes the buffer starts with and the most it grows to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Capacity {
    /// At least 1.
    pub(super) initial: usize,
    /// At least `initial`. A record longer than this is refused.
    pub(super) limit: usize,
}

impl Capacity {
    /// Small enough to stay in a core's cache between the reading and the parsing; the limit takes a
    /// page of 100 MB, doubled quotes included.
    pub(super) const DEFAULT: Capacity = Capacity {
        initial: 256 * 1024,
        limit: 256 * 1024 * 1024,
    };
}

/// What came of asking for more bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Filled {
    /// At least one byte more.
    More,
    /// Nothing: the input has ended.
    AtEnd,
    /// Nothing: the buffer is full of one record and may not grow.
    Full,
}

/// A buffer over an [`Input`]: bytes read and not yet consumed.
pub(super) struct Window<'a> {
    input: &'a mut Input,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    at_end: bool,
    limit: usize,
}

impl<'a> Window<'a> {
    pub(super) fn new(input: &'a mut Input, capacity: Capacity) -> Window<'a> {
        Window {
            input,
            buffer: vec![0; capacity.initial],
            start: 0,
            end: 0,
            at_end: false,
            limit: capacity.limit,
        }
    }

    /// The input itself: its name, how far it was read.
    pub(super) fn input(&self) -> &Input {
        self.input
    }

    /// The bytes read and not yet consumed.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Whether [`bytes`](Self::bytes) goes to the very end of the input.
    pub(super) fn is_at_end(&self) -> bool {
        self.at_end
    }

    /// Most bytes it can hold.
    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    /// Drops the first `n` bytes.
    pub(super) fn consume(&mut self, n: usize) {
        self.start += n;
        debug_assert!(self.start <= self.end, "consumed more than there was");
    }

    /// Reads on, until there is at least twice as much as was left over, or all there is room for.
    ///
    /// One read if nothing was left over, so that a slow pipe is followed closely. Twice otherwise:
    /// what looks at the bytes anew after each fill then takes linear time however long a record is.
    pub(super) fn fill(&mut self) -> Result<Filled> {
        let left_over = self.end - self.start;
        self.buffer.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, left_over);
        if left_over == self.buffer.len() && left_over < self.limit {
            let larger = left_over.saturating_mul(2).min(self.limit);
            self.buffer.resize(larger, 0);
        }
        let wanted = (left_over * 2).clamp(1, self.buffer.len());
        while self.end < wanted && !self.at_end {
            match self.input.read_some(&mut self.buffer[self.end..])? {
                0 => self.at_end = true,
                n => self.end += n,
            }
        }
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
    use std::io::Cursor;

    fn input(bytes: &'static [u8]) -> Input {
        Input::from_reader("test", Cursor::new(bytes), None)
    }

    #[test]
    fn what_is_left_over_stays_in_front() {
        let mut input = input(b"abcdefgh");
        let mut window = Window::new(
            &mut input,
            Capacity {
                initial: 4,
                limit: 8,
            },
        );
        assert_eq!(window.fill().unwrap(), Filled::More);
        assert_eq!(window.bytes(), b"abcd");
        window.consume(3);
        assert_eq!(window.fill().unwrap(), Filled::More);
        assert_eq!(window.bytes(), b"defg");
    }

    #[test]
    fn it_grows_to_its_limit_and_not_beyond() {
        let mut input = input(b"abcdefgh");
        let mut window = Window::new(
            &mut input,
            Capacity {
                initial: 2,
                limit: 6,
            },
        );
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
