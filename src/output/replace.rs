//! What a file hands on to the one that takes its place. Output floor.

use std::fs;
use std::fs::File;
use std::io;
use std::path::Path;
use std::path::PathBuf;

/// Where a path leads that may be a link, be it to nothing: a link stays what it is when its target is replaced.
pub(crate) fn followed(path: &Path) -> PathBuf {
    /// As many as Linux follows; in a circle nothing can be made either.
    const MOST_LINKS: usize = 40;
    let mut path = path.to_path_buf();
    for _ in 0..MOST_LINKS {
        let Ok(target) = fs::read_link(&path) else {
            break;
        };
        path = path.with_file_name("").join(target);
    }
    path
}

/// Gives a file that takes the place of another its owner, as far as that is allowed, and its mode.
#[cfg(unix)]
pub(crate) fn hand_on(replaced: &fs::Metadata, file: &File) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let ours = file.metadata()?;
    if (ours.uid(), ours.gid()) != (replaced.uid(), replaced.gid()) {
        let _ = std::os::unix::fs::fchown(file, Some(replaced.uid()), Some(replaced.gid()));
    }
    file.set_permissions(replaced.permissions())
}

/// Elsewhere a file takes its rights from its folder.
#[cfg(not(unix))]
pub(crate) fn hand_on(_: &fs::Metadata, _: &File) -> io::Result<()> {
    Ok(())
}
