//! Files on any system. System floor.

use std::fs;
use std::fs::File;
use std::fs::Metadata;
use std::fs::OpenOptions;
use std::fs::TryLockError;
use std::io;
use std::io::IsTerminal;
use std::io::Read;
use std::io::Seek;
use std::io::SeekFrom;
use std::path::Path;
use std::sync::Mutex;
use std::sync::PoisonError;

use tempfile::Builder;

use crate::system::files::FileId;

impl FileId {
    /// The same of all files: on Windows SQLite keeps others from putting another file in the place of one that it has
    /// open.
    pub(crate) fn of(_: &Metadata) -> FileId {
        FileId {
            device: 0,
            number: 0,
        }
    }
}

/// Fills `bytes` from a place of a file. Threads wait for each other, since a file has only one position.
pub(crate) fn read_exact_at(mut file: &File, bytes: &mut [u8], place: u64) -> io::Result<()> {
    static POSITION: Mutex<()> = Mutex::new(());
    let _held = POSITION.lock().unwrap_or_else(PoisonError::into_inner);
    file.seek(SeekFrom::Start(place))?;
    file.read_exact(bytes)
}

/// Whether two paths lead, by any spelling or symbolic link, to one file. A second name of the file itself (a hard
/// link) is not seen.
pub(crate) fn is_same_file(a: &Path, b: &Path) -> bool {
    matches!((fs::canonicalize(a), fs::canonicalize(b)), (Ok(a), Ok(b)) if a == b)
}

/// Nobody's, so that nothing is removed for having been left behind.
pub(crate) fn is_of_same_owner(_: &Path, _: &Path) -> bool {
    false
}

/// A lock on Windows keeps others from reading too, SQLite among them; and a folder cannot be opened there.
pub(crate) const CAN_HOLD: bool = false;

/// Cannot be done.
pub(crate) fn try_hold(_: &File) -> Result<(), TryLockError> {
    Err(TryLockError::Error(io::ErrorKind::Unsupported.into()))
}

/// A new file or folder takes its rights from the folder that it is in; that for temporary files is a person's own.
pub(crate) fn set_mode(_: &mut Builder<'_, '_>, _: u32) {}

/// A new file, in a folder that nobody else can look into.
pub(crate) fn private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// A file that takes the place of another has its rights from the folder, as that one had.
pub(crate) fn hand_on(_: &Metadata, _: &File) -> io::Result<()> {
    Ok(())
}

/// The system's own folder for temporary files serves as it is.
pub(crate) fn settle_temporary_folder() {}

/// Whether standard input is no terminal.
pub(crate) fn brings_bytes(stdin: &io::Stdin) -> bool {
    !stdin.is_terminal()
}
