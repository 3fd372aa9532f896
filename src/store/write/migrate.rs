//! Brings a store of an earlier dwell up to date. Store floor.

use rusqlite::Transaction;
use rusqlite::TransactionBehavior;

use crate::store::checksum::StorePart;
use crate::store::connection::Store;
use crate::store::read::proof::Proof;
use crate::store::read::texts::Texts;
use crate::store::schema::VERSION;
use crate::words::error::Result;

/// The statements that make a store of version 1 one of version 2, without the sums. If `head` is missing, the load
/// was made by version 1 and is known by the bytes of its file, packed or not.
const FROM_1_TO_2: &str = "
ALTER TABLE loads ADD COLUMN head BLOB;
ALTER TABLE loads ADD COLUMN passed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE loads ADD COLUMN left_out INTEGER NOT NULL DEFAULT 0;
ALTER TABLE loads ADD COLUMN read_as TEXT NOT NULL DEFAULT '';
CREATE TABLE new_settings (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO new_settings SELECT name, value FROM settings;
DROP TABLE settings;
ALTER TABLE new_settings RENAME TO settings;
";

impl Store {
    /// Brings the store up to [`VERSION`], in one transaction.
    ///
    /// Errors, with the store as it was, when there is damage that can be found without sums. What is summed up here
    /// will count as right from now on.
    pub(in crate::store) fn migrate(&self) -> Result<()> {
        if self.version()? >= VERSION {
            return Ok(());
        }
        let failed = || self.failed("update");
        let behavior = TransactionBehavior::Immediate;
        let transaction =
            Transaction::new_unchecked(&self.connection, behavior).map_err(failed())?;
        // Another process may have done so while this one waited.
        if self.version()? < VERSION {
            transaction.execute_batch(FROM_1_TO_2).map_err(failed())?;
            self.sum_up()?;
            let version = transaction.pragma_update(None, "user_version", VERSION);
            version.map_err(failed())?;
        }
        transaction.commit().map_err(failed())
    }

    /// Keeps the sums of what is there, after a look at all of it.
    fn sum_up(&self) -> Result<()> {
        let users = Texts::read(self, StorePart::Users)?;
        let pages = Texts::read(self, StorePart::Pages)?;
        let mut proof = Proof::new(self, 0)?;
        self.each_row(|row, carried| {
            proof.take(row, carried)?;
            match (users.index(row[0]), pages.index(row[3])) {
                (None, _) => Err(self.damaged_row(row, "has no user")),
                (_, None) => Err(self.damaged_row(row, "has no page")),
                _ => Ok(()),
            }
        })?;
        self.save_checksum(StorePart::Pageviews, proof.finish()?)?;
        self.save_checksum(StorePart::Users, users.sum)?;
        self.save_checksum(StorePart::Pages, pages.sum)?;
        self.save_gap(self.gap()?)
    }
}
