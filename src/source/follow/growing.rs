//! One file that grows: what was taken of it, and whether that is still what it begins with. Source floor.
//!
//! Knows bytes and line ends. Where the file is by now, and what comes after it, is not known here.

use std::fs::File;
use std::io;
use std::io::Read;
use std::io::Seek;
use std::io::SeekFrom;
use std::path::Path;
use std::time::Instant;
use std::time::SystemTime;

use crate::source::follow::appended::first_lines;
use crate::source::input::content::Content;
use crate::system::files::FileId;

/// Bytes at either end of what was taken that are compared with the file at each look.
const MARK_BYTES: usize = 1 << 10;

/// Bytes that are searched for a line end at a time.
const BLOCK_BYTES: u64 = 1 << 16;

/// A file that is open, wherever its name leads by now.
pub(super) struct Growing {
    file: File,
    pub(super) id: FileId,
    /// What was taken.
    pub(super) content: Content,
    /// How many lines that was.
    pub(super) lines: u64,
    /// Where what is known of it ends, if nothing was taken yet.
    pub(super) known_end: u64,
    /// The line of the record that lacks its end before there, and how many lines of it there are.
    pub(super) known_unfinished: Option<(u64, u64)>,
    /// When it had lines first.
    pub(super) seen_at: Option<Instant>,
    /// The first and the last bytes of what was taken.
    marks: [Vec<u8>; 2],
}

impl Growing {
    /// Opens the file at a path, of which nothing was taken yet. `none` is the content before the first byte. Errors
    /// if there is no file, or if it may not be read.
    pub(super) fn open(path: &Path, none: Content) -> io::Result<Growing> {
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(io::Error::other("it is not a file"));
        }
        Ok(Growing {
            id: FileId::of(&metadata),
            file,
            content: none,
            lines: 0,
            known_end: 0,
            known_unfinished: None,
            seen_at: None,
            marks: Default::default(),
        })
    }

    /// The same place in a copy of this file.
    pub(super) fn copied_to(self, copy: Growing) -> Growing {
        Growing {
            file: copy.file,
            id: copy.id,
            ..self
        }
    }

    /// How many bytes were taken.
    pub(super) fn taken(&self) -> u64 {
        self.content.length()
    }

    /// How many bytes there are.
    pub(super) fn length(&self) -> io::Result<u64> {
        self.file.metadata().map(|metadata| metadata.len())
    }

    /// When it was changed last.
    pub(super) fn changed_at(&self) -> io::Result<SystemTime> {
        self.file.metadata()?.modified()
    }

    /// The file, from its beginning, for one reader at a time.
    pub(super) fn reader(&self) -> io::Result<File> {
        let mut file = self.file.try_clone()?;
        file.rewind()?;
        Ok(file)
    }

    /// Bytes of the file. Errors if it has become shorter.
    pub(super) fn bytes(&self, from: u64, to: u64) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; usize::try_from(to - from).unwrap_or(usize::MAX)];
        let mut file = &self.file;
        file.seek(SeekFrom::Start(from))?;
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// Whether the file no longer begins with what was taken, by its length and by the bytes at both ends.
    pub(super) fn is_rewritten(&self) -> io::Result<bool> {
        let taken = self.taken();
        if self.length()? < taken {
            return Ok(true);
        }
        let [head, tail] = &self.marks;
        for (mark, from) in [(head, 0), (tail, taken - tail.len() as u64)] {
            match self.bytes(from, from + mark.len() as u64) {
                Ok(bytes) if bytes == *mark => {}
                Ok(_) => return Ok(true),
                // It has become shorter just now.
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(true),
                Err(error) => return Err(error),
            }
        }
        Ok(false)
    }

    /// Where the last line ends of those that lie within `most` bytes behind what was taken. Where that is, if there is
    /// no line end.
    pub(super) fn end_of_lines(&self, most: u64) -> io::Result<u64> {
        let taken = self.taken();
        let mut to = self.length()?.min(taken.saturating_add(most));
        while to > taken {
            let from = to.saturating_sub(BLOCK_BYTES).max(taken);
            if let Some(last) = memchr::memrchr(b'\n', &self.bytes(from, to)?) {
                return Ok(from + last as u64 + 1);
            }
            to = from;
        }
        Ok(taken)
    }

    /// The last line before `end` that begins so, but for the first line of the file; `None` without one.
    pub(super) fn last_line(&self, beginning: &str, end: u64) -> io::Result<Option<Vec<u8>>> {
        let sought = format!("\n{beginning}").into_bytes();
        let mut to = end;
        while to > 0 {
            let from = to.saturating_sub(BLOCK_BYTES);
            // It may begin in this block and go on behind it.
            let block = self.bytes(from, end.min(to + sought.len() as u64 - 1))?;
            if let Some(at) = memchr::memmem::rfind(&block, &sought) {
                let start = from + at as u64 + 1;
                let line = self.bytes(start, end.min(start + BLOCK_BYTES))?;
                return Ok(Some(first_lines(&line, 1).to_vec()));
            }
            to = from;
        }
        Ok(None)
    }

    /// Notes that everything before the end of `content` was taken, with so many more lines. `first` and `last` are the
    /// first and the last bytes of what is new; both may be all of it.
    pub(super) fn take(&mut self, content: Content, lines: u64, [first, last]: [&[u8]; 2]) {
        let [head, tail] = &mut self.marks;
        head.extend(first.iter().take(MARK_BYTES - head.len()));
        tail.extend_from_slice(last);
        let surplus = tail.len().saturating_sub(MARK_BYTES);
        tail.drain(..surplus);
        self.content = content;
        self.lines += lines;
        self.known_unfinished = None;
    }

    /// The first and the last bytes of what lies before `end`, as [`take`](Self::take) needs them.
    pub(super) fn ends(&self, end: u64) -> io::Result<[Vec<u8>; 2]> {
        let n = end.min(MARK_BYTES as u64);
        Ok([self.bytes(0, n)?, self.bytes(end - n, end)?])
    }
}
