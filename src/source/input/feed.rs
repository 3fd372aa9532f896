//! A stream whose other end may be slow: a pipe or standard input. Source floor.

use std::io;
use std::io::ErrorKind;
use std::io::Read;
use std::sync::mpsc;
use std::sync::mpsc::Receiver;
use std::sync::mpsc::RecvTimeoutError;
use std::thread;
use std::time::Duration;

/// How long a read waits before it says that nothing has come yet.
const PATIENCE: Duration = Duration::from_millis(50);

const BLOCK_BYTES: usize = 1 << 16;
/// How many blocks are read ahead.
const BLOCKS_AHEAD: usize = 4;

/// Reads a stream on a separate thread, because nothing can end a waiting read, not even a signal. A read from here
/// that waits ends with [`ErrorKind::Interrupted`], again and again, so that its caller can give up.
pub(in crate::source) struct Feed {
    blocks: Receiver<io::Result<Vec<u8>>>,
    patience: Duration,
    block: Vec<u8>,
    taken: usize,
}

impl Feed {
    /// Opens and reads. Opening can wait, too, for someone to write to a named pipe.
    pub(in crate::source) fn new<R: Read>(
        open: impl FnOnce() -> io::Result<R> + Send + 'static,
    ) -> Feed {
        let (sender, blocks) = mpsc::sync_channel(BLOCKS_AHEAD);
        // Ends with the stream, with the process, or when nobody takes the blocks any more.
        thread::spawn(move || {
            let mut stream = match open() {
                Ok(stream) => stream,
                Err(error) => return drop(sender.send(Err(error))),
            };
            loop {
                let mut block = vec![0; BLOCK_BYTES];
                let read = match stream.read(&mut block) {
                    Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                    read => read,
                };
                let is_last = !matches!(read, Ok(1..));
                let block = read.map(|n| {
                    block.truncate(n);
                    block
                });
                if sender.send(block).is_err() || is_last {
                    return;
                }
            }
        });
        Feed::of(blocks, PATIENCE)
    }

    fn of(blocks: Receiver<io::Result<Vec<u8>>>, patience: Duration) -> Feed {
        Feed {
            blocks,
            patience,
            block: Vec::new(),
            taken: 0,
        }
    }
}

impl Read for Feed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.block.len() {
            let next = match self.blocks.recv_timeout(self.patience) {
                Ok(block) => block?,
                Err(RecvTimeoutError::Timeout) => return Err(ErrorKind::Interrupted.into()),
                // The end was taken before.
                Err(RecvTimeoutError::Disconnected) => Vec::new(),
            };
            // Only now, because this block stays in use until the next one is there.
            (self.block, self.taken) = (next, 0);
        }
        let n = buffer.len().min(self.block.len() - self.taken);
        buffer[..n].copy_from_slice(&self.block[self.taken..self.taken + n]);
        self.taken += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    use proptest::prelude::*;

    proptest! {
        #[test]
        fn however_often_it_pauses_each_byte_comes_through_once(
            blocks in proptest::collection::vec((proptest::collection::vec(any::<u8>(), 1..20), 0usize..3), 0..12),
            buffer_bytes in 1usize..24,
        ) {
            let (sender, received) = mpsc::channel();
            let mut feed = Feed::of(received, Duration::ZERO);
            let (mut buffer, mut read) = (vec![0; buffer_bytes], Vec::new());
            let mut sent = Vec::new();
            for (block, pauses) in blocks {
                for _ in 0..pauses {
                    let paused = feed.read(&mut buffer).unwrap_err();
                    prop_assert_eq!(paused.kind(), ErrorKind::Interrupted);
                }
                sent.extend_from_slice(&block);
                sender.send(Ok(block)).unwrap();
                while read.len() < sent.len() {
                    let n = feed.read(&mut buffer).unwrap();
                    read.extend_from_slice(&buffer[..n]);
                }
            }
            drop(sender);
            prop_assert_eq!(feed.read(&mut buffer).unwrap(), 0);
            prop_assert_eq!(read, sent);
        }
    }

    #[test]
    fn all_bytes_come_through_in_order() {
        let bytes: Vec<u8> = (0..300_000_u32).map(|i| (i % 251) as u8).collect();
        let stream = Cursor::new(bytes.clone());
        let mut read = Vec::new();
        Feed::new(|| Ok(stream)).read_to_end(&mut read).unwrap();
        assert_eq!(read, bytes);
    }

    #[test]
    fn a_read_that_waits_comes_back_without_bytes() {
        let (reader, mut writer) = io::pipe().unwrap();
        let mut feed = Feed::new(|| Ok(reader));
        let mut buffer = [0; 4];
        let waited = feed.read(&mut buffer).unwrap_err();
        assert_eq!(waited.kind(), ErrorKind::Interrupted);
        io::Write::write_all(&mut writer, b"late").unwrap();
        drop(writer);
        let mut text = String::new();
        feed.read_to_string(&mut text).unwrap();
        assert_eq!(text, "late");
    }

    #[test]
    fn what_cannot_be_opened_is_told_by_the_first_read() {
        let mut feed = Feed::new(|| Err::<Cursor<&[u8]>, _>(ErrorKind::NotFound.into()));
        let refused = feed.read_to_end(&mut Vec::new()).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::NotFound);
    }
}
