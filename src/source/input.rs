//! A named stream of bytes that knows what has passed through it. Source floor.

use std::fs;
use std::fs::File;
use std::io;
use std::io::Read;
use std::mem;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::SystemTime;

use memchr::memchr_iter;
use xxhash_rust::xxh3::Xxh3;

use crate::source::feed::Feed;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::figure::bytes;
use crate::words::interrupt::Interrupt;

/// The beginning of a file, as it was at an earlier load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prefix {
    /// XXH3-128 of its bytes.
    pub digest: [u8; 16],
    /// Whether a line ends where it ends.
    pub is_whole_lines: bool,
    /// How many lines it takes where lines end in a line feed, and where they end in a lone return.
    lines: [u64; 2],
}

/// What is known of an input beside its bytes.
pub(super) struct Facts {
    name: String,
    /// Where it is, if it can be read again.
    path: Option<PathBuf>,
    /// The file itself, wherever its name leads by now, and when it had last been changed as it was opened.
    file: Option<(File, Option<SystemTime>)>,
    size: Option<u64>,
    /// Raw bytes read so far.
    bytes_read: Arc<AtomicU64>,
    /// What was taken in by an earlier load.
    passed: Option<Prefix>,
    interrupt: Interrupt,
}

/// The raw bytes, each of which passes through the digest.
pub(super) struct Stream {
    reader: Box<dyn Read + Send>,
    /// Whether it has ended: what is appended to a file after that is not part of what was read.
    at_end: bool,
    digest: Xxh3,
    bytes_read: Arc<AtomicU64>,
    interrupt: Interrupt,
}

/// One input: a file, a pipe or standard input, read once from beginning to end.
pub struct Input {
    pub(super) facts: Facts,
    pub(super) stream: Stream,
}

impl Input {
    /// Opens a file or pipe; `-` is standard input. Errors if it is missing, unreadable or a folder; that a
    /// pipe is unreadable shows in the first read.
    pub fn open(path: &Path) -> Result<Input> {
        if path == Path::new("-") {
            return Ok(Input::from_reader(
                "standard input",
                None,
                Box::new(Feed::new(|| Ok(io::stdin()))),
            ));
        }
        let metadata = fs::metadata(path).map_err(Error::io("read", path))?;
        let name = path.to_string_lossy().into_owned();
        if metadata.is_dir() {
            let problem = format!("it is a folder: name the files in it, such as {name}/*.csv");
            return Err(Error::Input {
                input: name,
                problem,
            });
        }
        if !metadata.is_file() {
            let path = path.to_path_buf();
            let feed = Feed::new(|| File::open(path));
            return Ok(Input::from_reader(&name, None, Box::new(feed)));
        }
        let file = File::open(path).map_err(Error::io("read", path))?;
        let again = file.try_clone().map_err(Error::io("read", path))?;
        let metadata = file.metadata().map_err(Error::io("read", path))?;
        let mut input = Input::from_reader(&name, Some(metadata.len()), Box::new(file));
        input.facts.path = Some(path.to_path_buf());
        input.facts.file = Some((again, metadata.modified().ok()));
        Ok(input)
    }

    /// An input of any bytes, of `size` bytes if that is known.
    pub fn from_reader(name: &str, size: Option<u64>, reader: Box<dyn Read + Send>) -> Input {
        let bytes_read = Arc::default();
        let interrupt = Interrupt::default();
        Input {
            stream: Stream {
                reader,
                at_end: false,
                digest: Xxh3::new(),
                bytes_read: Arc::clone(&bytes_read),
                interrupt: interrupt.clone(),
            },
            facts: Facts {
                name: name.to_owned(),
                path: None,
                file: None,
                size,
                bytes_read,
                passed: None,
                interrupt,
            },
        }
    }

    /// The same input, which stops waiting for bytes once `interrupt` is requested.
    pub fn heeding(mut self, interrupt: Interrupt) -> Input {
        self.stream.interrupt = interrupt.clone();
        self.facts.interrupt = interrupt;
        self
    }

    /// The name the person gave, not made safe for a terminal.
    pub fn name(&self) -> &str {
        &self.facts.name
    }

    /// How many bytes there are, where that is known beforehand.
    pub fn size(&self) -> Option<u64> {
        self.facts.size
    }

    /// How many bytes have been read.
    pub fn bytes_read(&self) -> u64 {
        self.facts.bytes_read()
    }

    /// XXH3-128 of the bytes read: the identity of the content once all of it has been read.
    pub fn digest(&self) -> [u8; 16] {
        self.stream.digest.digest128().to_be_bytes()
    }

    /// What the first `length` bytes are now; `None` if this is no file or a shorter one. Reads them apart
    /// from the input itself.
    pub fn prefix(&self, length: u64) -> Result<Option<Prefix>> {
        let (Some(path), true) = (
            &self.facts.path,
            self.facts.size.is_some_and(|size| size >= length),
        ) else {
            return Ok(None);
        };
        let mut file = File::open(path).map_err(Error::io("read", path))?;
        let mut digest = Xxh3::new();
        let mut ends = [0; 2];
        let mut last = b'\n';
        let (mut left, mut buffer) = (length, vec![0; 1 << 18]);
        while left > 0 {
            self.facts.interrupt.check()?;
            let wanted = buffer
                .len()
                .min(usize::try_from(left).unwrap_or(usize::MAX));
            let n = file
                .read(&mut buffer[..wanted])
                .map_err(Error::io("read", path))?;
            let Some(&end) = buffer[..n].last() else {
                return Ok(None);
            };
            digest.update(&buffer[..n]);
            ends[0] += memchr_iter(b'\n', &buffer[..n]).count() as u64;
            ends[1] += memchr_iter(b'\r', &buffer[..n]).count() as u64;
            (last, left) = (end, left - n as u64);
        }
        let n = file
            .read(&mut buffer[..1])
            .map_err(Error::io("read", path))?;
        let is_end = |byte: u8| matches!(byte, b'\n' | b'\r');
        Ok(Some(Prefix {
            digest: digest.digest128().to_be_bytes(),
            is_whole_lines: is_end(last) || n == 0 || is_end(buffer[0]),
            // What follows the last terminator is a line too, be it but the return of a line end.
            lines: [
                ends[0] + u64::from(last != b'\n'),
                ends[1] + u64::from(last != b'\r'),
            ],
        }))
    }

    /// Leaves out the rows of a beginning that was taken in before. Their bytes are read all the same, so
    /// that the digest is that of the whole content.
    pub fn pass(&mut self, prefix: Prefix) {
        self.facts.passed = Some(prefix);
    }

    /// Where it is, if it is a file.
    pub fn path(&self) -> Option<&Path> {
        self.facts.path()
    }

    /// From now on this input is only `part` of what it was, such as a table of a database: its name says so, and its
    /// digest is another one than that of another part.
    pub fn narrow(&mut self, part: &str) {
        self.facts.name = format!("{}, {part}", self.facts.name);
        self.stream.digest.update(part.as_bytes());
    }

    /// Adds bytes to the end, which are not read but for the digest.
    pub fn extend(&mut self, more: Box<dyn Read + Send>) {
        let reader = mem::replace(&mut self.stream.reader, Box::new(io::empty()));
        self.stream.reader = Box::new(reader.chain(more));
        // What is read is no longer as long as the file.
        self.facts.file = None;
    }

    /// Reads what is left, for the digest. Errors if the file did not stay as it was meanwhile, but for growing
    /// at its end: what was read may then be neither what it was nor what it is.
    pub fn drain(&mut self) -> Result<()> {
        let mut rest = vec![0; 1 << 16];
        let failed = |error| failed_to_read(&self.facts.name, error);
        while self.stream.read(&mut rest).map_err(failed)? > 0 {}
        let (Some((file, opened_at)), Some(opened_with)) = (&self.facts.file, self.facts.size)
        else {
            return Ok(());
        };
        let now = file.metadata().map_err(failed)?;
        let is_cut = now.len() < self.bytes_read() || self.bytes_read() < opened_with;
        let is_rewritten = now.len() == opened_with && now.modified().ok() != *opened_at;
        if is_cut || is_rewritten {
            return Err(self.facts.problem(format!(
                "it was changed while it was read ({} when it was opened, {} now): load it when nobody writes to it",
                bytes(opened_with),
                bytes(now.len())
            )));
        }
        Ok(())
    }
}

impl Facts {
    /// The name the person gave, not made safe for a terminal.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Where it is, for formats that are not read from beginning to end; `None` for a stream.
    pub(super) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// How many raw bytes there are, where that is known beforehand.
    pub(super) fn size(&self) -> Option<u64> {
        self.size
    }

    /// How many raw bytes have been read.
    pub(super) fn bytes_read(&self) -> u64 {
        self.bytes_read.load(Ordering::Relaxed)
    }

    /// Errors once someone has asked the reading to stop.
    pub(super) fn check_interrupt(&self) -> Result<()> {
        self.interrupt.check()
    }

    /// How many lines to leave out, for lines that end in `terminator`.
    pub(super) fn passed_lines(&self, terminator: u8) -> u64 {
        self.passed
            .map_or(0, |prefix| prefix.lines[usize::from(terminator == b'\r')])
    }

    /// Errors if there are rows to be left out, for an input of which they cannot be told by counting lines.
    pub(super) fn refuse_passing(&self, format: &str) -> Result<()> {
        match self.passed {
            None => Ok(()),
            Some(_) => Err(self.problem(format!(
                "it has grown since its last load, and what is new in {format} cannot be told: load the file into a \
                 new store, or all of it once more with --again"
            ))),
        }
    }

    /// An [`Error::Input`] about this input.
    pub(super) fn problem(&self, problem: impl Into<String>) -> Error {
        Error::Input {
            input: self.name.clone(),
            problem: problem.into(),
        }
    }
}

impl Read for Stream {
    /// Waits for bytes, unless it is asked to stop. What stands on a stream, such as a decompressor, so never
    /// sees a read that came back without them.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at_end {
            return Ok(0);
        }
        loop {
            match self.reader.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                    self.interrupt.check().map_err(io::Error::other)?;
                }
                Err(error) => return Err(error),
                Ok(n) => {
                    self.at_end = n == 0 && !buffer.is_empty();
                    self.digest.update(&buffer[..n]);
                    self.bytes_read.fetch_add(n as u64, Ordering::Relaxed);
                    return Ok(n);
                }
            }
        }
    }
}

/// What a failed read of a [`Stream`], or of something that stands on one, is called.
pub(super) fn failed_to_read(name: &str, error: io::Error) -> Error {
    match error.get_ref().and_then(|inner| inner.downcast_ref()) {
        Some(Error::Interrupted) => Error::Interrupted,
        _ => Error::io("read", name)(error),
    }
}
