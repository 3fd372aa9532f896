//! Where a file is that is to be replaced. Output floor.

use std::fs;
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

/// Makes a new name in the folder of a file survive a power failure. Where a folder cannot be synced, that is left to the system.
pub(crate) fn sync_folder(file: &Path) {
    let folder = match file.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    if let Ok(folder) = fs::File::open(folder) {
        let _ = folder.sync_all();
    }
}
