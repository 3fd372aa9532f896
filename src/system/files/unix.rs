//! Files on Unix. System floor.

use std::env;
use std::fs;
use std::fs::File;
use std::fs::Metadata;
use std::fs::OpenOptions;
use std::fs::Permissions;
use std::fs::TryLockError;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;
use std::os::unix::fs::FileTypeExt;
use std::os::unix::fs::MetadataExt;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::fs::fchown;
use std::path::Path;

use tempfile::Builder;

use crate::system::files::FileId;

impl FileId {
    pub(crate) fn of(metadata: &Metadata) -> FileId {
        FileId {
            device: metadata.dev(),
            number: metadata.ino(),
        }
    }
}

/// Fills `bytes` from a place of a file. Several threads can do so at once.
pub(crate) fn read_exact_at(file: &File, bytes: &mut [u8], place: u64) -> io::Result<()> {
    file.read_exact_at(bytes, place)
}

/// Whether two paths lead, by any spelling or link, to one file. Opens neither.
pub(crate) fn is_same_file(a: &Path, b: &Path) -> bool {
    let id = |path| fs::metadata(path).map(|metadata| FileId::of(&metadata));
    matches!((id(a), id(b)), (Ok(a), Ok(b)) if a == b)
}

/// Whether a path is of a file or folder, no link or pipe, of the owner of `own`.
pub(crate) fn is_of_same_owner(path: &Path, own: &Path) -> bool {
    let there = (fs::symlink_metadata(path), fs::symlink_metadata(own));
    matches!(there, (Ok(a), Ok(b)) if (a.is_file() || a.is_dir()) && a.uid() == b.uid())
}

/// Whether a file or folder can be held by a lock that only those heed who ask for it.
pub(crate) const CAN_HOLD: bool = true;

/// Takes that lock.
pub(crate) fn try_hold(file: &File) -> Result<(), TryLockError> {
    file.try_lock()
}

/// Sets who may do what with a file or folder that is to be made, less what the person's umask takes away.
pub(crate) fn set_mode(builder: &mut Builder<'_, '_>, mode: u32) {
    builder.permissions(Permissions::from_mode(mode));
}

/// A new file that nobody else can read.
pub(crate) fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600).open(path)
}

/// Gives a file that takes the place of another its owner, as far as that is allowed, and its mode.
pub(crate) fn hand_on(replaced: &Metadata, file: &File) -> io::Result<()> {
    let ours = file.metadata()?;
    if (ours.uid(), ours.gid()) != (replaced.uid(), replaced.gid()) {
        let _ = fchown(file, Some(replaced.uid()), Some(replaced.gid()));
    }
    file.set_permissions(replaced.permissions())
}

/// Where an empty variable names no folder for temporary files, the customary one serves.
pub(crate) fn settle_temporary_folder() {
    if env::var_os("TMPDIR").is_some_and(|folder| folder.is_empty()) {
        // Errors only when it was settled before.
        let _ = tempfile::env::override_temp_dir(Path::new("/tmp"));
    }
}

/// Whether standard input is a pipe or a file, from which someone meant bytes to come.
pub(crate) fn brings_bytes(stdin: &io::Stdin) -> bool {
    let file = stdin.as_fd().try_clone_to_owned().map(File::from);
    let kind = file.and_then(|file| file.metadata());
    kind.is_ok_and(|metadata| {
        let kind = metadata.file_type();
        kind.is_file() || kind.is_fifo() || kind.is_socket()
    })
}
