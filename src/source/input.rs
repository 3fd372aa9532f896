//! A named stream of raw bytes: a file, a pipe, standard input. Source floor.
//!
//! Knows nothing about what the bytes mean. Every byte that is read passes through a digest here, so
//! that an input is recognised by its content whatever it is called.

use std::fmt;
use std::fs::File;
use std::io;
use std::io::ErrorKind;
use std::io::Read;
use std::path::Path;

use xxhash_rust::xxh3::Xxh3;

use crate::words::error::Error;
use crate::words::error::Result;

/// What standard input is called in messages and in the ledger of loads.
const STANDARD_INPUT: &str = "standard input";

/// A stream of raw bytes with a name, a running count and a running digest of what was read.
///
/// Its [`Read`] gives the raw bytes; a decompressor is a reader on top of it, so that count and
/// digest stay those of the file as it lies on disk.
pub struct Input {
    name: String,
    raw: Box<dyn Read + Send>,
    size: Option<u64>,
    digest: Xxh3,
    bytes_read: u64,
}

impl Input {
    /// Opens a file or a named pipe; `-` is standard input.
    ///
    /// Errors if there is no such file, if it may not be read, and if it is a directory.
    pub fn open(path: &Path) -> Result<Input> {
        if path == Path::new("-") {
            return Ok(Input::from_reader(STANDARD_INPUT, io::stdin(), None));
        }
        let name = path.to_string_lossy().into_owned();
        let file = File::open(path).map_err(Error::io("read", path))?;
        let metadata = file.metadata().map_err(Error::io("read", path))?;
        if metadata.is_dir() {
            return Err(Error::Input {
                input: name,
                problem: "is a directory: pass the files in it".to_owned(),
            });
        }
        let size = metadata.is_file().then_some(metadata.len());
        Ok(Input::from_reader(name, file, size))
    }

    /// An input of any other reader. `size` is the number of bytes it will give, if that is known.
    pub fn from_reader(
        name: impl Into<String>,
        raw: impl Read + Send + 'static,
        size: Option<u64>,
    ) -> Input {
        Input {
            name: name.into(),
            raw: Box::new(raw),
            size,
            digest: Xxh3::new(),
            bytes_read: 0,
        }
    }

    /// The name as the user gave it, not yet made safe for a terminal.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Bytes from beginning to end when it was opened; `None` for a pipe.
    ///
    /// For progress only: a file that is being written may hold more by the time it is read.
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// Raw bytes read so far.
    pub fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    /// The XXH3-128 of the raw bytes read so far; of the whole content after [`read`](super::read).
    pub fn digest(&self) -> u128 {
        self.digest.digest128()
    }

    /// Reads what is left, for the digest.
    pub(super) fn drain(&mut self) -> Result<()> {
        let mut rest = vec![0; 64 * 1024];
        while self.read_some(&mut rest)? > 0 {}
        Ok(())
    }

    /// Like [`Read::read`], with the input's name in the error and interruptions by signals passed over.
    pub(super) fn read_some(&mut self, into: &mut [u8]) -> Result<usize> {
        loop {
            match self.read(into) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                done => return done.map_err(Error::io("read", &self.name)),
            }
        }
    }
}

impl Read for Input {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.raw.read(into)?;
        self.digest.update(&into[..n]);
        self.bytes_read += n as u64;
        Ok(n)
    }
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input")
            .field("name", &self.name)
            .field("size", &self.size)
            .field("bytes_read", &self.bytes_read)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_directory_is_refused_with_a_hint() {
        let folder = tempfile::tempdir().unwrap();
        let error = Input::open(folder.path()).unwrap_err().to_string();
        assert!(
            error.ends_with("is a directory: pass the files in it"),
            "{error}"
        );
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = Input::open(Path::new("not-there.csv")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot read not-there.csv: no such file or directory"
        );
    }

    #[test]
    fn a_file_knows_its_size_and_its_digest() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"user,time,page\n").unwrap();
        let mut input = Input::open(file.path()).unwrap();
        assert_eq!(input.size(), Some(15));
        input.drain().unwrap();
        assert_eq!(input.bytes_read(), 15);
        assert_eq!(
            input.digest(),
            xxhash_rust::xxh3::xxh3_128(b"user,time,page\n")
        );
    }
}
