//! The files that rotation makes of a log: where the rest of one is by now, and what came after it. Source floor.
//!
//! Rotation gives a file another name in its folder (`access.log.1`, `access.log-20240305`), or copies it there and
//! empties it. Which copy is which file is told by content, never by the name alone.

use std::fs;
use std::fs::File;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::time::SystemTime;

use crate::source::input::content::Content;
use crate::source::input::content::Fingerprint;
use crate::source::input::content::compare;
use crate::source::input::decode::Compression;
use crate::system::files::FileId;
use crate::words::interrupt::Interrupt;

/// A file beside another, with a name that rotation may have given it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sibling {
    pub(super) path: PathBuf,
    pub(super) id: FileId,
    pub(super) changed_at: SystemTime,
    pub(super) length: u64,
}

/// The siblings of a file, the one that was changed first comes first. A folder that cannot be read has none.
pub(super) fn siblings(path: &Path) -> Vec<Sibling> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let Some(name) = path.file_name() else {
        return Vec::new();
    };
    let name = name.to_string_lossy();
    let is_named_after = |other: &str| {
        other.strip_prefix(&*name).is_some_and(|ending| {
            ending.starts_with(['.', '-', '_'])
                && ending[1..].starts_with(|c: char| c.is_ascii_digit())
                || ending == ".old"
        })
    };
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut found: Vec<Sibling> = entries
        .flatten()
        .filter(|entry| is_named_after(&entry.file_name().to_string_lossy()))
        .filter_map(|entry| {
            let metadata = fs::metadata(entry.path()).ok()?;
            metadata.is_file().then_some(())?;
            Some(Sibling {
                id: FileId::of(&metadata),
                path: entry.path(),
                changed_at: metadata.modified().ok()?,
                length: metadata.len(),
            })
        })
        .collect();
    found.sort_by(|a, b| (a.changed_at, &b.path).cmp(&(b.changed_at, &a.path)));
    found
}

impl Sibling {
    /// Whether its content begins with this. `none` is the content before the first byte.
    pub(super) fn begins_with(
        &self,
        known: Fingerprint,
        none: &Content,
        interrupt: &Interrupt,
    ) -> io::Result<bool> {
        if self.length < known.length {
            return Ok(false);
        }
        let go_on = || interrupt.check().map_err(io::Error::other);
        let mut file = match File::open(&self.path) {
            Ok(file) => file,
            // It got another name just now.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error),
        };
        let compared = compare(&mut file, &[known], none.clone(), &go_on)?;
        Ok(compared.begins.is_some())
    }

    /// Whether it is text that can be read as it is.
    pub(super) fn is_plain(&self) -> bool {
        let mut head = Vec::new();
        let read = File::open(&self.path)
            .and_then(|file| io::Read::read_to_end(&mut io::Read::take(file, 8), &mut head));
        read.is_ok() && Compression::of(&head).is_none()
    }
}
