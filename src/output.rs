//! Where data goes: stdout, or a file that appears complete or not at all. Output floor.
//!
//! Knows nothing of what is written.

pub(crate) mod draft;
pub(crate) mod replace;
mod stream;

use std::fs;
use std::io;
use std::io::BufWriter;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

use tempfile::NamedTempFile;

pub(crate) use crate::output::draft::draft_file;
use crate::output::replace::followed;
use crate::output::stream::Stream;
use crate::system::files::hand_on;
use crate::words::error::Error;
use crate::words::error::Result;

/// A place to write to. Nothing is to be seen of a file until [`Output::finish`]; dropped before, it
/// leaves nothing behind.
pub struct Output {
    path: PathBuf,
    place: OutputPlace,
}

enum OutputPlace {
    /// Standard output, or a device or pipe, which cannot be renamed onto.
    Stream(Stream),
    /// Written beside its target, then renamed.
    Beside {
        file: BufWriter<NamedTempFile>,
        target: PathBuf,
        overwrite: bool,
    },
}

impl Output {
    /// Standard output.
    pub fn stdout() -> Output {
        Output {
            path: "standard output".into(),
            place: OutputPlace::Stream(Stream::to(io::stdout())),
        }
    }

    /// The file `path`, or the one that it links to. Errors before any work is done if it exists (unless
    /// `overwrite`), is a folder or one of `inputs`, or cannot be made. A file that is replaced hands on its owner
    /// and its mode.
    pub fn file(path: &Path, overwrite: bool, inputs: &[PathBuf]) -> Result<Output> {
        let replaced = fs::metadata(path).ok();
        if let Some(metadata) = &replaced {
            let is_same = |input: &PathBuf| {
                input != Path::new("-")
                    && matches!((fs::canonicalize(input), fs::canonicalize(path)), (Ok(a), Ok(b)) if a == b)
            };
            if metadata.is_file() && inputs.iter().any(is_same) {
                return Err(Error::OutputIsInput { path: path.into() });
            }
            if metadata.is_dir() {
                let folder = io::Error::from(io::ErrorKind::IsADirectory);
                return Err(Error::io("write", path)(folder));
            }
            if !metadata.is_file() {
                let file = fs::OpenOptions::new()
                    .write(true)
                    .open(path)
                    .map_err(Error::io("write", path))?;
                return Ok(Output {
                    path: path.into(),
                    place: OutputPlace::Stream(Stream::to(file)),
                });
            }
        }
        if !overwrite && path.symlink_metadata().is_ok() {
            return Err(Error::Exists { path: path.into() });
        }
        let target = followed(path);
        let file = draft_file(&target).map_err(Error::io("write", path))?;
        if let Some(replaced) = replaced {
            // Before anything is in it that others may not read.
            hand_on(&replaced, file.as_file()).map_err(Error::io("write", path))?;
        }
        Ok(Output {
            path: path.into(),
            place: OutputPlace::Beside {
                file: BufWriter::with_capacity(1 << 16, file),
                target,
                overwrite,
            },
        })
    }

    /// What errors call this place.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes what was written appear. Returns its size in bytes, for a file.
    pub fn finish(mut self) -> Result<u64> {
        self.flush().map_err(Error::io("write", &self.path))?;
        let Output { path, place } = self;
        let OutputPlace::Beside {
            file,
            target,
            overwrite,
        } = place
        else {
            return Ok(0);
        };
        let file = file
            .into_inner()
            .map_err(|failed| Error::io("write", &path)(failed.into_error()))?;
        let size = file
            .as_file()
            .sync_all()
            .and_then(|()| file.as_file().metadata());
        let size = size.map_err(Error::io("write", &path))?.len();
        let moved = if overwrite {
            file.persist(&target)
        } else {
            file.persist_noclobber(&target)
        };
        match moved {
            Ok(_) => Ok(size),
            Err(failed) if failed.error.kind() == io::ErrorKind::AlreadyExists => {
                Err(Error::Exists { path })
            }
            Err(failed) => Err(Error::io("write", &path)(failed.error)),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.place {
            OutputPlace::Stream(stream) => stream.write(bytes),
            OutputPlace::Beside { file, .. } => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.place {
            OutputPlace::Stream(stream) => stream.flush(),
            OutputPlace::Beside { file, .. } => file.flush(),
        }
    }
}
