//! Files that are not in their place yet, or are there only for a while. Output floor.
//!
//! Whoever makes one holds a lock on it. A process that is killed cannot remove its own, but it holds nothing any
//! more: the next one that makes one in the same folder finds and removes it.

use std::fs;
use std::fs::File;
use std::fs::TryLockError;
use std::io;
use std::path::Path;

use tempfile::Builder;
use tempfile::NamedTempFile;
use tempfile::TempDir;

use crate::system::files::CAN_HOLD;
use crate::system::files::is_at;
use crate::system::files::is_of_same_owner;
use crate::system::files::set_mode;
use crate::system::files::try_hold;

/// What names begin with, and how many letters and digits follow: nobody names a file of theirs so.
const PREFIX: &str = ".dwell-";
const RANDOM: usize = 12;

/// What names end with.
const BESIDE: &str = ".tmp";
const TEMPORARY: &str = ".db";
const FOLDER: &str = ".copy";

/// What SQLite may have left beside a file.
const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// A file that is to take the place of `target`: beside it, and as open to others as the person's umask
/// says. It is held as long as it is open.
pub(crate) fn draft_file(target: &Path) -> io::Result<NamedTempFile> {
    let folder = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    held_file(folder, BESIDE, 0o666)
}

/// A file for a while, which nobody else can read, in the system's folder for such files. It is held as long as it
/// is open.
pub(crate) fn temporary_file() -> io::Result<NamedTempFile> {
    held_file(&tempfile::env::temp_dir(), TEMPORARY, 0o600)
}

/// A folder for a while, which nobody else can look into; removed when dropped.
#[derive(Debug)]
pub(crate) struct TemporaryFolder {
    folder: TempDir,
    _held: Option<File>,
}

impl TemporaryFolder {
    pub(crate) fn new() -> io::Result<TemporaryFolder> {
        let within = tempfile::env::temp_dir();
        loop {
            let folder = builder(FOLDER, 0o700).tempdir_in(&within)?;
            let held = match CAN_HOLD {
                true => Some(File::open(folder.path())?),
                false => None,
            };
            if let Some(file) = &held
                && !hold(file, folder.path())?
            {
                continue;
            }
            sweep(&within, folder.path());
            return Ok(TemporaryFolder {
                folder,
                _held: held,
            });
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

fn held_file(folder: &Path, suffix: &str, mode: u32) -> io::Result<NamedTempFile> {
    loop {
        let file = builder(suffix, mode).tempfile_in(folder)?;
        if hold(file.as_file(), file.path())? {
            sweep(folder, file.path());
            return Ok(file);
        }
    }
}

fn builder(suffix: &str, mode: u32) -> Builder<'_, '_> {
    let mut builder = Builder::new();
    builder.prefix(PREFIX).suffix(suffix).rand_bytes(RANDOM);
    set_mode(&mut builder, mode);
    builder
}

/// Locks what was just made. False if it was taken for left behind in the moment before, and is gone.
fn hold(file: &File, path: &Path) -> io::Result<bool> {
    match try_hold(file) {
        Ok(()) => Ok(is_at(file, path)),
        Err(TryLockError::WouldBlock) => Ok(false),
        // Nobody removes what they cannot lock.
        Err(TryLockError::Error(_)) => Ok(true),
    }
}

/// Removes from a folder what nobody holds of what the person who made `own` had made before.
fn sweep(folder: &Path, own: &Path) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let is_ours = entry.file_name().to_str().is_some_and(is_name) && path != own;
        if is_ours && is_of_same_owner(&path, own) {
            remove_unheld(&path);
        }
    }
}

fn is_name(name: &str) -> bool {
    let is_of_random =
        |name: &str| name.len() == RANDOM && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    name.strip_prefix(PREFIX).is_some_and(|rest| {
        let mut suffixes = [BESIDE, TEMPORARY, FOLDER].into_iter();
        suffixes.any(|suffix| rest.strip_suffix(suffix).is_some_and(is_of_random))
    })
}

fn remove_unheld(path: &Path) {
    let Ok(file) = File::open(path) else {
        return;
    };
    if try_hold(&file).is_err() || !is_at(&file, path) {
        return;
    }
    // What cannot be removed stays, as it would have without being found.
    if path.is_dir() {
        let _ = fs::remove_dir_all(path);
        return;
    }
    for companion in COMPANIONS {
        let mut name = path.as_os_str().to_owned();
        name.push(companion);
        let _ = fs::remove_file(name);
    }
    let _ = fs::remove_file(path);
}

#[cfg(all(unix, not(dwell_portable)))]
#[cfg(test)]
mod tests {
    use super::*;

    fn left(folder: &Path, name: &str) -> std::path::PathBuf {
        let path = folder.join(name);
        fs::write(&path, "left behind").unwrap();
        path
    }

    #[test]
    fn what_nobody_holds_is_removed_by_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let of = |name| left(folder.path(), name);
        let gone = [
            ".dwell-abcDEF012345.tmp",
            ".dwell-abcDEF012346.db",
            ".dwell-abcDEF012346.db-wal",
        ]
        .map(of);
        let copied = folder.path().join(".dwell-abcDEF012347.copy");
        fs::create_dir(&copied).unwrap();
        left(&copied, "copy.db");
        let stay = [
            "dwell-backup.db",
            ".dwell-abc.tmp",
            ".dwell-abcDEF01234-.tmp",
            "shop.db",
        ]
        .map(of);
        let draft = draft_file(&folder.path().join("shop.csv")).unwrap();
        assert!(draft.path().exists());
        for path in gone.iter().chain([&copied]) {
            assert!(!path.exists(), "{}", path.display());
        }
        for path in stay {
            assert!(path.exists(), "{}", path.display());
        }
    }

    #[test]
    fn what_somebody_holds_stays() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("shop.csv");
        let drafts: Vec<NamedTempFile> = (0..3).map(|_| draft_file(&target).unwrap()).collect();
        assert!(drafts.iter().all(|draft| draft.path().exists()));
    }

    #[test]
    fn what_was_taken_for_left_behind_in_the_moment_before_is_not_held() {
        let folder = tempfile::tempdir().unwrap();
        let path = left(folder.path(), ".dwell-abcDEF012345.tmp");
        let made = File::open(&path).unwrap();
        remove_unheld(&path);
        assert!(!hold(&made, &path).unwrap());
    }

    #[test]
    fn a_link_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let mine = left(folder.path(), "shop.db");
        let link = folder.path().join(".dwell-abcDEF012345.db");
        std::os::unix::fs::symlink(&mine, &link).unwrap();
        let _draft = draft_file(&folder.path().join("shop.csv")).unwrap();
        assert!(mine.exists() && link.exists());
    }

    #[test]
    fn a_temporary_folder_is_private() {
        use std::os::unix::fs::PermissionsExt;
        let folder = TemporaryFolder::new().unwrap();
        let mode = fs::metadata(folder.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        let file = temporary_file().unwrap();
        let mode = file.as_file().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
