//! Files as the system keeps them: which is which, who may use them, who holds them. System floor.

#[cfg(all(unix, not(dwell_portable)))]
#[path = "unix.rs"]
mod platform;
#[cfg(not(all(unix, not(dwell_portable))))]
#[path = "portable.rs"]
mod platform;

pub(crate) use platform::*;

use std::fs;
use std::fs::File;
use std::path::Path;

/// Which file it is, whatever its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileId {
    device: u64,
    number: u64,
}

/// Whether a file that is open is the one at a path, which is no link.
pub(crate) fn is_at(file: &File, path: &Path) -> bool {
    let there = fs::symlink_metadata(path);
    matches!((file.metadata(), there), (Ok(a), Ok(b)) if FileId::of(&a) == FileId::of(&b))
}
