//! Keeps a store from being loaded into itself. Store floor.

use std::fs;
use std::path::Path;

use crate::store::connection::Store;
use crate::store::read::foreign::with_ending;
use crate::system::files::is_same_file;
use crate::words::error::Error;
use crate::words::error::Result;

impl Store {
    /// Errors if a path leads, by any spelling or link, to the store's own file or to a file that SQLite keeps beside
    /// it.
    ///
    /// This opens nothing, and a file that is refused must not be opened either: closing a file gives up all locks
    /// that the process holds on it.
    pub fn refuse_itself(&self, path: &Path) -> Result<()> {
        if self.is_unseen() {
            return Ok(());
        }
        let problem = if is_same_file(path, self.path()) {
            "it is the store itself, which holds its pageviews already"
        } else {
            // SQLite keeps these files beside the file itself, not beside a link to it.
            let store = fs::canonicalize(self.path()).map_err(Error::io("read", self.path()))?;
            let mut kept_beside = ["-wal", "-shm", "-journal"].into_iter();
            if !kept_beside.any(|ending| is_same_file(path, &with_ending(&store, ending))) {
                return Ok(());
            }
            "it is a part of the store itself, which holds its pageviews already"
        };
        Err(Error::Input {
            input: path.to_string_lossy().into_owned(),
            problem: problem.to_owned(),
        })
    }
}
