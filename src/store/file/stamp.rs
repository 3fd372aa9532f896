//! What a file looks like from outside, to see whether it is still the same and has not changed. Store floor.
//!
//! Opens no other file, because closing a file gives up all locks that the process holds on it.

use std::fs;
use std::fs::File;
use std::io;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;
use std::time::SystemTime;

use crate::system::files::FileId;

/// The state of a database that is read without a lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) struct Stamp {
    id: FileId,
    bytes: u64,
    modified: SystemTime,
    header: Vec<u8>,
    /// Whether there is a log or a journal, which only writers make.
    is_written_to: bool,
}

impl Stamp {
    pub(in crate::store) fn of(path: &Path) -> io::Result<Stamp> {
        let mut file = File::open(path)?;
        let metadata = file.metadata()?;
        let mut header = Vec::with_capacity(100);
        file.by_ref().take(100).read_to_end(&mut header)?;
        Ok(Stamp {
            id: FileId::of(&metadata),
            bytes: metadata.len(),
            modified: metadata.modified()?,
            header,
            is_written_to: fs::exists(beside(path, "-wal"))?
                || fs::exists(beside(path, "-journal"))?,
        })
    }

    /// Whether nobody was writing to it.
    pub(in crate::store) fn is_quiet(&self) -> bool {
        !self.is_written_to
    }

    /// Whether it may have a write-ahead log
    /// (<https://www.sqlite.org/fileformat2.html#file_format_version_numbers>).
    pub(in crate::store) fn has_log(&self) -> bool {
        [18, 19]
            .iter()
            .any(|&place| self.header.get(place) == Some(&2))
    }
}

/// The path of a file that SQLite keeps beside a database: `-wal` or `-journal`.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut beside = path.as_os_str().to_owned();
    beside.push(ending);
    beside.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;

    #[test]
    fn a_file_with_a_log_or_a_journal_beside_it_is_written_to() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("some.db");
        fs::write(&path, "").unwrap();
        assert!(Stamp::of(&path).unwrap().is_quiet());
        for ending in ["-wal", "-journal"] {
            let beside = folder.path().join(format!("some.db{ending}"));
            fs::write(&beside, "").unwrap();
            assert!(!Stamp::of(&path).unwrap().is_quiet(), "{ending}");
            fs::remove_file(&beside).unwrap();
        }
    }

    #[test]
    fn only_a_database_in_the_mode_of_a_log_may_have_one() {
        let folder = tempfile::tempdir().unwrap();
        for (mode, may_have) in [("delete", false), ("wal", true)] {
            let path = folder.path().join(mode);
            let connection = Connection::open(&path).unwrap();
            connection
                .pragma_update(None, "journal_mode", mode)
                .unwrap();
            connection.execute_batch("CREATE TABLE t (a)").unwrap();
            drop(connection);
            assert_eq!(Stamp::of(&path).unwrap().has_log(), may_have, "{mode}");
        }
        let path = folder.path().join("empty");
        fs::write(&path, "").unwrap();
        assert!(!Stamp::of(&path).unwrap().has_log());
    }
}
