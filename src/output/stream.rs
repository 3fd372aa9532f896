//! A stream whose other end may be a terminal, which must not act on what it shows. Output floor.

use std::io;
use std::io::BufWriter;
use std::io::IsTerminal;
use std::io::Write;
use std::str;

use crate::words::text::safe_lines;

/// Standard output, a device or a pipe. Bytes go through as they are, but to a terminal as text that is
/// [safe](safe_lines) for it.
pub(super) struct Stream {
    out: BufWriter<Box<dyn Write + Send>>,
    is_terminal: bool,
    /// The first bytes of a character whose last ones are still to come.
    begun: Vec<u8>,
}

impl Stream {
    pub(super) fn to(end: impl Write + IsTerminal + Send + 'static) -> Stream {
        let is_terminal = end.is_terminal();
        Stream::new(Box::new(end), is_terminal)
    }

    fn new(end: Box<dyn Write + Send>, is_terminal: bool) -> Stream {
        Stream {
            out: BufWriter::new(end),
            is_terminal,
            begun: Vec::new(),
        }
    }

    fn show(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut chunks = bytes.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            self.out.write_all(safe_lines(chunk.valid()).as_bytes())?;
            let rest = chunk.invalid();
            let goes_on =
                |rest| str::from_utf8(rest).is_err_and(|error| error.error_len().is_none());
            if chunks.peek().is_none() && goes_on(rest) {
                self.begun.extend_from_slice(rest);
            } else if !rest.is_empty() {
                self.out.write_all("\u{fffd}".as_bytes())?;
            }
        }
        Ok(())
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.is_terminal {
            return self.out.write(bytes);
        }
        if self.begun.is_empty() {
            self.show(bytes)?;
        } else {
            let mut whole = std::mem::take(&mut self.begun);
            whole.extend_from_slice(bytes);
            self.show(&whole)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::io::pipe;

    use proptest::prelude::*;

    use super::*;

    /// What arrives of these pieces.
    fn written(pieces: &[&[u8]], is_terminal: bool) -> Vec<u8> {
        let (mut end, begin) = pipe().unwrap();
        let mut stream = Stream::new(Box::new(begin), is_terminal);
        for piece in pieces {
            stream.write_all(piece).unwrap();
            stream.flush().unwrap();
        }
        drop(stream);
        let mut arrived = Vec::new();
        end.read_to_end(&mut arrived).unwrap();
        arrived
    }

    #[test]
    fn a_terminal_gets_nothing_that_it_would_act_on() {
        let shown = written(&[b"a,\x1b[31mred\r\nb,\x9b2J\xffc\n"], true);
        let shown = String::from_utf8(shown).unwrap();
        assert_eq!(shown, "a,<U+001B>[31mred \nb,\u{fffd}2J\u{fffd}c\n");
    }

    proptest! {
        #[test]
        fn it_does_not_matter_how_a_text_is_cut_into_pieces(text in "[a\u{e9}\u{65e5}\u{1f680}\u{9b}\n]{0,12}", at in 0usize..40) {
            let bytes = text.as_bytes();
            let (head, tail) = bytes.split_at(at.min(bytes.len()));
            let shown = String::from_utf8(written(&[head, tail], true)).unwrap();
            prop_assert_eq!(shown, safe_lines(&text));
        }

        #[test]
        fn anything_else_gets_the_bytes_as_they_are(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            prop_assert_eq!(written(&[&bytes], false), bytes);
        }
    }
}
