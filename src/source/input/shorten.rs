//! An input that ends before its last record, because the rest of that is to come. Source floor.

use std::io::Read;

use crate::source::input::raw::Input;
use crate::source::input::raw::failed_to_read;
use crate::words::error::Result;

impl Input {
    /// The line of the record that was left for later; the content ends before it once all was read.
    pub(in crate::source) fn unfinished_line(&self) -> Option<u64> {
        self.facts.open_end()?.unfinished()
    }

    /// Takes the content to end before the line of the record that was left for later, if there is one. Reads a file
    /// once more for that; of a stream, nobody asks for the content. Errors if the file changed meanwhile.
    pub(in crate::source) fn shorten(&mut self) -> Result<()> {
        let Some(line) = self.unfinished_line().filter(|_| self.is_seekable()) else {
            return Ok(());
        };
        let read = self.fingerprint();
        self.rewind()?;
        let mut left = line - 1;
        let mut block = vec![0; 1 << 18];
        let mut shortened = None;
        loop {
            self.facts.check_interrupt()?;
            let n = self.stream.read(&mut block);
            let n = n.map_err(|error| failed_to_read(self.facts.name(), error))?;
            let bytes = &block[..n];
            let mut ends = memchr::memchr_iter(b'\n', bytes);
            if shortened.is_none() {
                let last = (left > 0).then(|| ends.by_ref().nth(left as usize - 1));
                match last {
                    Some(None) => left -= memchr::memchr_iter(b'\n', bytes).count() as u64,
                    Some(Some(last)) => {
                        let mut content = self.content.clone();
                        content.take(&bytes[..=last]);
                        shortened = Some(content);
                    }
                    None => shortened = Some(self.content.clone()),
                }
            }
            if n == 0 {
                break;
            }
            self.content.take(bytes);
        }
        match shortened.filter(|_| self.fingerprint() == read) {
            Some(content) => {
                self.content = content;
                self.facts.leave(line);
                Ok(())
            }
            None => Err(self.facts.problem("it was changed while it was read")),
        }
    }
}
