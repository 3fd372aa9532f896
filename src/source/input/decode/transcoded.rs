//! Text in another encoding, as UTF-8. Source floor.

use std::io;
use std::io::Read;

use encoding_rs::Decoder;
use encoding_rs::Encoding;

use crate::source::input::decode::notes::Notes;

/// Raw bytes that a decompressor takes at a time.
pub(super) const BLOCK_BYTES: usize = 1 << 17;

/// Reads UTF-8 from a stream in another encoding. A byte order mark is taken off. Bytes that are not valid in the
/// encoding become U+FFFD, which is noted once.
pub(super) struct Transcoder<R> {
    inner: R,
    decoder: Decoder,
    /// Bytes of the stream.
    raw: Vec<u8>,
    /// The same as UTF-8. `taken` bytes of it have been passed on.
    text: Vec<u8>,
    taken: usize,
    at_end: bool,
    has_replaced: bool,
    notes: Notes,
}

impl<R: Read> Transcoder<R> {
    pub(super) fn new(inner: R, encoding: &'static Encoding, notes: Notes) -> Transcoder<R> {
        Transcoder {
            inner,
            decoder: encoding.new_decoder_with_bom_removal(),
            raw: vec![0; BLOCK_BYTES],
            text: Vec::new(),
            taken: 0,
            at_end: false,
            has_replaced: false,
            notes,
        }
    }

    /// Reads and decodes one block.
    fn fill(&mut self) -> io::Result<()> {
        let n = self.inner.read(&mut self.raw)?;
        self.at_end = n == 0;
        let room = self.decoder.max_utf8_buffer_length(n).unwrap_or(n * 3 + 16);
        self.text.resize(room, 0);
        let (_, read, written, has_replaced) =
            self.decoder
                .decode_to_utf8(&self.raw[..n], &mut self.text, self.at_end);
        debug_assert_eq!(read, n, "the output has room for all of the input");
        self.text.truncate(written);
        self.taken = 0;
        if has_replaced && !self.has_replaced {
            self.has_replaced = true;
            let encoding = self.decoder.encoding().name();
            let note = format!("bytes that are not {encoding} became U+FFFD");
            self.notes.push(note);
        }
        Ok(())
    }
}

impl<R: Read> Read for Transcoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.text.len() && !self.at_end {
            self.fill()?;
        }
        let n = buffer.len().min(self.text.len() - self.taken);
        buffer[..n].copy_from_slice(&self.text[self.taken..self.taken + n]);
        self.taken += n;
        Ok(n)
    }
}
