//! A named stream of bytes that knows what has passed through it. Source floor.

use std::fs;
use std::fs::File;
use std::io;
use std::io::Cursor;
use std::io::Read;
use std::io::Seek;
use std::io::Write;
use std::mem;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use crate::source::input::content::Content;
use crate::source::input::content::Fingerprint;
use crate::source::input::content::Prefix;
use crate::source::input::facts::Context;
use crate::source::input::facts::InputFacts;
use crate::source::input::feed::Feed;
use crate::source::input::open_end::OpenEnd;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::figure::bytes;
use crate::words::interrupt::Interrupt;

/// The raw bytes.
pub(in crate::source) struct RawStream {
    reader: Box<dyn Read + Send>,
    /// Whether it has ended. Bytes appended to the file after that are not part of what was read.
    at_end: bool,
    bytes_read: Arc<AtomicU64>,
    interrupt: Interrupt,
    /// Nobody needs the rest.
    abandoned: Interrupt,
}

/// One input: a file, a pipe or standard input, read once from beginning to end.
pub struct Input {
    pub(in crate::source) facts: InputFacts,
    pub(in crate::source) stream: RawStream,
    /// The identity of what came out of the stream, unpacked.
    pub(in crate::source) content: Content,
}

impl Input {
    /// Opens a file or pipe; `-` is standard input. Errors if it is missing, unreadable or a folder. A pipe that is
    /// unreadable fails at the first read.
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
        let mut input = Input::from_file(&name, file).map_err(Error::io("read", path))?;
        input.facts.path = Some(path.to_path_buf());
        Ok(input)
    }

    /// An input of a file that is open, from its beginning.
    pub(in crate::source) fn from_file(name: &str, file: File) -> io::Result<Input> {
        let again = file.try_clone()?;
        let metadata = file.metadata()?;
        let mut input = Input::from_reader(name, Some(metadata.len()), Box::new(file));
        input.facts.file = Some((again, metadata.modified().ok()));
        Ok(input)
    }

    /// An input of the first `end` bytes of a file, which may grow. Their line ends are counted in `n_lines`.
    pub(in crate::source) fn beginning_of(
        name: &str,
        file: File,
        end: u64,
        n_lines: Arc<AtomicU64>,
    ) -> io::Result<Input> {
        let again = file.try_clone()?;
        let modified = file.metadata()?.modified().ok();
        let beginning = FileBeginning { file, end, n_lines };
        let mut input = Input::from_reader(name, Some(end), Box::new(beginning));
        input.facts.file = Some((again, modified));
        Ok(input)
    }

    /// An input of any bytes, of `size` bytes if that is known.
    pub fn from_reader(name: &str, size: Option<u64>, reader: Box<dyn Read + Send>) -> Input {
        let bytes_read = Arc::default();
        let interrupt = Interrupt::default();
        let abandoned = Interrupt::default();
        Input {
            stream: RawStream {
                reader,
                at_end: false,
                bytes_read: Arc::clone(&bytes_read),
                interrupt: interrupt.clone(),
                abandoned: abandoned.clone(),
            },
            facts: InputFacts {
                name: name.to_owned(),
                path: None,
                file: None,
                size,
                bytes_read,
                passed: None,
                folders: Vec::new(),
                salt: Vec::new(),
                header: None,
                context: None,
                open_end: None,
                warnings: Vec::new(),
                interrupt,
                abandoned,
            },
            content: Content::default(),
        }
    }

    /// The same input, in these `key=value` folders, and with a header from a separate file. The folders are part of
    /// its identity.
    pub(in crate::source) fn within(
        mut self,
        folders: Vec<(String, String)>,
        header: Option<Arc<[u8]>>,
    ) -> Input {
        for (key, value) in &folders {
            self.salt(format!("{key}\0{value}\0").as_bytes());
        }
        self.facts.folders = folders;
        self.facts.header = header;
        self
    }

    /// The same input, which goes on from these lines, and from content that has passed already. It is plain text.
    pub(in crate::source) fn after(mut self, context: Context, content: Content) -> Input {
        self.facts.context = Some(context);
        self.content = content;
        self
    }

    /// The same input, behind whose end more may come. Its lines end in a line feed.
    pub(in crate::source) fn open_ended(mut self, end: Arc<OpenEnd>) -> Input {
        self.facts.open_end = Some(end);
        self
    }

    /// The same input with its path.
    pub(in crate::source) fn at_path(mut self, path: &Path) -> Input {
        self.facts.path = Some(path.to_path_buf());
        self
    }

    /// The same input, with this note.
    #[cfg(feature = "workbooks")]
    pub(in crate::source) fn with_warnings(mut self, warnings: Vec<String>) -> Input {
        self.facts.warnings = warnings;
        self
    }

    /// Makes this input differ from the same bytes without the salt.
    fn salt(&mut self, salt: &[u8]) {
        self.facts.salt.extend(salt);
        self.content = Content::salted(&self.facts.salt);
    }

    /// The same input, which stops waiting for bytes once `interrupt` is requested.
    pub fn heeding(mut self, interrupt: Interrupt) -> Input {
        self.stream.interrupt = interrupt.clone();
        self.facts.interrupt = interrupt;
        self
    }

    /// The interrupt that stops the waiting.
    pub(crate) fn interrupt(&self) -> Interrupt {
        self.facts.interrupt.clone()
    }

    /// The name the person gave, not made safe for a terminal.
    pub fn name(&self) -> &str {
        &self.facts.name
    }

    /// How many bytes there are, if that is known beforehand.
    pub fn size(&self) -> Option<u64> {
        self.facts.size
    }

    /// How many bytes have been read.
    pub fn bytes_read(&self) -> u64 {
        self.facts.bytes_read()
    }

    /// The identity of its content, once all of it has been read.
    pub fn fingerprint(&self) -> Fingerprint {
        self.content.fingerprint()
    }

    /// Leaves out the rows of a beginning that was taken in before. Their bytes are still read, so that the
    /// fingerprint is that of the whole content.
    pub fn pass(&mut self, prefix: Prefix) {
        self.facts.passed = Some(prefix);
    }

    /// Begins again. For an input that is a file, or was compared and may be known.
    pub(crate) fn rewind(&mut self) -> Result<()> {
        let failed = |error| failed_to_read(&self.facts.name, error);
        if let Some((file, _)) = &mut self.facts.file {
            // The stream shares its place in the file.
            file.rewind().map_err(failed)?;
        }
        self.stream.begin();
        if let Some(end) = &self.facts.open_end {
            end.begin();
        }
        self.content = Content::salted(&self.facts.salt);
        Ok(())
    }

    /// Whether it can be read more than once.
    pub(in crate::source) fn is_seekable(&self) -> bool {
        self.facts.file.is_some()
    }

    /// Keeps everything that is read from now on, until [`Input::give_back`] gives it back.
    pub(in crate::source) fn recording(&mut self) -> Recording<'_> {
        Recording {
            stream: &mut self.stream,
            kept: Vec::new(),
            has_failed: false,
        }
    }

    /// Puts bytes that were read back to the beginning.
    pub(in crate::source) fn give_back(&mut self, kept: Vec<u8>) {
        let rest = mem::replace(&mut self.stream.reader, Box::new(io::empty()));
        self.stream.reader = match self.stream.at_end {
            true => Box::new(Cursor::new(kept)),
            false => Box::new(Cursor::new(kept).chain(rest)),
        };
        self.stream.begin();
    }

    /// Copies a stream to a file, which nobody else sees and which vanishes with the input.
    pub(in crate::source) fn make_seekable(&mut self) -> Result<()> {
        let folder = tempfile::env::temp_dir();
        let mut file = tempfile::tempfile().map_err(Error::io("make", &folder))?;
        let mut block = vec![0; 1 << 16];
        loop {
            self.facts.interrupt.check()?;
            let n = self.stream.read(&mut block);
            match n.map_err(|error| failed_to_read(&self.facts.name, error))? {
                0 => break,
                n => file
                    .write_all(&block[..n])
                    .map_err(Error::io("write", &folder))?,
            }
        }
        let metadata = file.metadata().map_err(Error::io("read", &folder))?;
        let again = file.try_clone().map_err(Error::io("read", &folder))?;
        self.facts.size = Some(metadata.len());
        self.facts.file = Some((again, metadata.modified().ok()));
        self.stream.reader = Box::new(file);
        self.rewind()
    }

    /// Where it is, if it is a file.
    pub fn path(&self) -> Option<&Path> {
        self.facts.path()
    }

    /// From now on this input is only `part` of what it was, such as a table of a database. Its name says so, and its
    /// fingerprint differs from those of other parts.
    pub fn narrow(&mut self, part: &str) {
        self.facts.name = format!("{}, {part}", self.facts.name);
        self.salt(part.as_bytes());
    }

    /// Adds bytes after the end that are only read to identify the content.
    pub fn extend(&mut self, more: Box<dyn Read + Send>) {
        let reader = mem::replace(&mut self.stream.reader, Box::new(io::empty()));
        self.stream.reader = Box::new(reader.chain(more));
        // The part is not as long as the file.
        self.facts.file = None;
    }

    /// Reads all of it as content, unpacked or not.
    pub(crate) fn take_as_it_is(&mut self) -> Result<()> {
        let mut block = vec![0; 1 << 16];
        loop {
            let n = self.stream.read(&mut block);
            match n.map_err(|error| failed_to_read(&self.facts.name, error))? {
                0 => return self.finish(),
                n => self.content.take(&block[..n]),
            }
        }
    }

    /// Ends the reading. Errors if the file changed meanwhile, other than by growing at its end: then what was read
    /// may be neither the old content nor the new.
    pub(in crate::source) fn finish(&mut self) -> Result<()> {
        self.shorten()?;
        let failed = |error| failed_to_read(&self.facts.name, error);
        io::copy(&mut self.stream, &mut io::sink()).map_err(failed)?;
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

impl RawStream {
    /// The next read is at the beginning.
    fn begin(&mut self) {
        self.at_end = false;
        self.abandoned.reset();
        self.bytes_read.store(0, Ordering::Relaxed);
    }
}

/// The first bytes of a file.
struct FileBeginning {
    file: File,
    end: u64,
    n_lines: Arc<AtomicU64>,
}

impl Read for FileBeginning {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // The place is shared with who begins again.
        let at = self.file.stream_position()?;
        if at == 0 {
            self.n_lines.store(0, Ordering::Relaxed);
        }
        let left = usize::try_from(self.end.saturating_sub(at)).unwrap_or(usize::MAX);
        let most = buffer.len().min(left);
        let n = self.file.read(&mut buffer[..most])?;
        let ends = memchr::memchr_iter(b'\n', &buffer[..n]).count();
        self.n_lines.fetch_add(ends as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// A stream that keeps the bytes that are read.
pub(in crate::source) struct Recording<'a> {
    stream: &'a mut RawStream,
    pub(in crate::source) kept: Vec<u8>,
    /// Whether the stream itself could not be read.
    pub(in crate::source) has_failed: bool,
}

impl Read for Recording<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.stream.read(buffer);
        self.has_failed |= read.is_err();
        let n = read?;
        self.kept.extend_from_slice(&buffer[..n]);
        Ok(n)
    }
}

impl Read for RawStream {
    /// Waits for bytes, unless it is asked to stop. So a decompressor on top of the stream never sees a read that
    /// returned too early.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at_end {
            return Ok(0);
        }
        loop {
            match self.reader.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                    let asked = self.interrupt.check().and(self.abandoned.check());
                    asked.map_err(io::Error::other)?;
                }
                Err(error) => return Err(error),
                Ok(n) => {
                    self.at_end = n == 0 && !buffer.is_empty();
                    self.bytes_read.fetch_add(n as u64, Ordering::Relaxed);
                    return Ok(n);
                }
            }
        }
    }
}

/// The error for a failed read of a [`RawStream`], or of something on top of one.
pub(in crate::source) fn failed_to_read(name: &str, error: io::Error) -> Error {
    match error.get_ref().and_then(|inner| inner.downcast_ref()) {
        Some(Error::Interrupted) => Error::Interrupted,
        _ => Error::io("read", name)(error),
    }
}
