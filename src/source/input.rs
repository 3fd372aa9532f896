//! A named stream of bytes that knows what has passed through it. Source floor.

use std::fs;
use std::fs::File;
use std::io;
use std::io::Read;
use std::path::Path;

use xxhash_rust::xxh3::Xxh3;

use crate::source::feed::Feed;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::interrupt::Interrupt;

/// One input: a file, a pipe or standard input, read once from beginning to end.
pub struct Input {
    name: String,
    size: Option<u64>,
    reader: Box<dyn Read + Send>,
    digest: Xxh3,
    bytes_read: u64,
    interrupt: Interrupt,
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
        Ok(Input::from_reader(
            &name,
            Some(metadata.len()),
            Box::new(file),
        ))
    }

    /// An input of any bytes, of `size` bytes if that is known.
    pub fn from_reader(name: &str, size: Option<u64>, reader: Box<dyn Read + Send>) -> Input {
        Input {
            name: name.to_owned(),
            size,
            reader,
            digest: Xxh3::new(),
            bytes_read: 0,
            interrupt: Interrupt::default(),
        }
    }

    /// The same input, which stops waiting for bytes once `interrupt` is requested.
    pub fn heeding(self, interrupt: Interrupt) -> Input {
        Input { interrupt, ..self }
    }

    /// The name the person gave, not made safe for a terminal.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many bytes there are, where that is known beforehand.
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// How many bytes have been read.
    pub fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    /// XXH3-128 of the bytes read: the identity of the content once all of it has been read.
    pub fn digest(&self) -> [u8; 16] {
        self.digest.digest128().to_be_bytes()
    }

    /// Reads into `buffer` until it is full or the input ends; returns how many bytes.
    pub(super) fn fill(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.reader.read(&mut buffer[filled..]) {
                Ok(0) => break,
                Ok(n) => filled += n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                    self.interrupt.check()?;
                }
                Err(error) => return Err(Error::io("read", &self.name)(error)),
            }
        }
        self.digest.update(&buffer[..filled]);
        self.bytes_read += filled as u64;
        Ok(filled)
    }

    /// An [`Error::Input`] about this input.
    pub(super) fn problem(&self, problem: impl Into<String>) -> Error {
        Error::Input {
            input: self.name.clone(),
            problem: problem.into(),
        }
    }
}
