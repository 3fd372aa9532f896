//! Where an input is, and how to open it. Source floor.

use std::fs;
use std::io;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;
use std::path::is_separator;
use std::sync::Arc;

use crate::source::input::archive::Archive;
use crate::source::input::feed::Feed;
use crate::source::input::raw::Input;
use crate::source::input::workbook;
use crate::source::options::ReadOptions;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::interrupt::Interrupt;

/// Where one input is. It can be opened again and again, unless it is a pipe.
#[derive(Clone, Debug)]
pub struct Location {
    /// Its name: its path, or the archive's path followed by the member's. Not made safe for a terminal.
    pub(super) name: String,
    pub(super) place: LocationKind,
    /// The `key=value` folders that it lies in, from the outermost.
    pub(super) folders: Vec<(String, String)>,
    /// The header of its table, if that is in a file of its own.
    pub(super) header: Option<Arc<[u8]>>,
}

#[derive(Clone, Debug)]
pub(super) enum LocationKind {
    /// A file, a pipe, or standard input by the name `-`.
    File(PathBuf),
    /// The member of an archive at this place in its list.
    Member(Arc<Archive>, usize),
    /// A sheet of a workbook: the one of this name or number, or the one that holds pageviews.
    Sheet(PathBuf),
}

impl Location {
    /// A file or pipe as it is, or standard input by the name `-`: neither searched through nor unpacked.
    pub fn of_file(path: &Path) -> Location {
        let name = match path == Path::new("-") {
            true => "standard input".into(),
            false => path.to_string_lossy().into_owned(),
        };
        Location {
            name,
            place: LocationKind::File(path.to_path_buf()),
            folders: Vec::new(),
            header: None,
        }
    }

    /// Its name, not made safe for a terminal.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The path, if it is a file and not a part of one; `-` is standard input.
    pub fn path(&self) -> Option<&Path> {
        match &self.place {
            LocationKind::File(path) => Some(path),
            LocationKind::Member(..) | LocationKind::Sheet(_) => None,
        }
    }

    /// Whether it is standard input, a named pipe or a device.
    pub(crate) fn is_pipe(&self) -> bool {
        self.path().is_some_and(|path| {
            let is_other = |metadata: fs::Metadata| !metadata.is_file() && !metadata.is_dir();
            path == Path::new("-") || fs::metadata(path).is_ok_and(is_other)
        })
    }

    /// The bytes of a pipe. A read that waits for long ends with [`io::ErrorKind::Interrupted`].
    pub(crate) fn feed(&self) -> Box<dyn Read + Send> {
        let path = self.file().to_path_buf();
        match path == Path::new("-") {
            true => Box::new(Feed::new(|| Ok(io::stdin()))),
            false => Box::new(Feed::new(|| fs::File::open(path))),
        }
    }

    /// The `key=value` folders that it lies in, from the outermost.
    pub(in crate::source) fn folders(&self) -> &[(String, String)] {
        &self.folders
    }

    /// The file that it is in.
    pub fn file(&self) -> &Path {
        match &self.place {
            LocationKind::File(path) | LocationKind::Sheet(path) => path,
            LocationKind::Member(archive, _) => &archive.path,
        }
    }

    /// How many bytes there are to read, if that is known beforehand.
    pub fn size(&self) -> Option<u64> {
        match &self.place {
            LocationKind::Member(archive, place) => Some(archive.members[*place].size),
            LocationKind::File(path) | LocationKind::Sheet(path) => {
                let metadata = fs::metadata(path).ok()?;
                metadata.is_file().then_some(metadata.len())
            }
        }
    }

    /// Opens it. In a workbook, opens the sheet that `options` name, or else the one that holds pageviews.
    ///
    /// Errors if it cannot be opened, and for a workbook if it cannot be read or more than one sheet could be meant.
    pub fn open(&self, options: &ReadOptions, interrupt: &Interrupt) -> Result<Input> {
        let input = match &self.place {
            LocationKind::File(path) => Input::open(path)?,
            LocationKind::Member(archive, place) => {
                let member = archive.open(*place).map_err(|problem| Error::Input {
                    input: self.name.clone(),
                    problem,
                })?;
                let size = archive.members[*place].size;
                Input::from_reader(&self.name, Some(size), member)
            }
            LocationKind::Sheet(path) => workbook::open(path, options, interrupt)?,
        };
        let input = input.within(self.folders.clone(), self.header.clone());
        Ok(input.heeding(interrupt.clone()))
    }

    /// The name of the folder, or of the archive and the folder in it, that it is in.
    pub(super) fn parent(&self) -> &str {
        self.name
            .rsplit_once(is_separator)
            .map_or("", |(parent, _)| parent)
    }

    /// Its name without that.
    pub(super) fn file_name(&self) -> &str {
        self.name.rsplit(is_separator).next().unwrap_or_default()
    }
}
