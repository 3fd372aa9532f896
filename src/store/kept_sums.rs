//! The sums that a store keeps of what it holds, in its settings. Store floor.

use rusqlite::OptionalExtension;
use rusqlite::params;

use crate::store::checksum::Checksum;
use crate::store::checksum::StorePart;
use crate::store::connection::Store;
use crate::words::error::Error;
use crate::words::error::Result;

/// The first version of stores that must have sums.
const FIRST_WITH_CHECKSUMS: i64 = 2;

impl Store {
    /// The sum that is kept for a part, if there is one.
    pub(super) fn checksum(&self, part: StorePart) -> Result<Option<Checksum>> {
        self.connection
            .prepare_cached("SELECT value FROM settings WHERE name = ?1")
            .and_then(|mut find| find.query_row([part.name()], |row| row.get(0)).optional())
            .map(|sum| sum.map(|sum: i64| Checksum(sum as u64)))
            .map_err(self.failed("read"))
    }

    /// Keeps the sum of a part.
    pub(super) fn save_checksum(&self, part: StorePart, sum: Checksum) -> Result<()> {
        self.connection
            .execute(
                "INSERT OR REPLACE INTO settings (name, value) VALUES (?1, ?2)",
                params![part.name(), sum.0 as i64],
            )
            .map(drop)
            .map_err(self.failed("write"))
    }

    /// Adds what a load brought to the sum of a part.
    pub(super) fn add_checksum(&self, part: StorePart, brought: Checksum) -> Result<()> {
        match self.checksum(part)? {
            Some(Checksum(sum)) => self.save_checksum(part, Checksum(sum.wrapping_add(brought.0))),
            None => Err(self.lacks_checksum(part)),
        }
    }

    /// Errors if the sum of a part differs from the one that is kept, or if none is kept. Only a store of an earlier
    /// dwell that is not brought up to date may have none.
    pub(super) fn compare_checksum(&self, part: StorePart, found: Checksum) -> Result<()> {
        match self.checksum(part)? {
            Some(kept) if kept == found => Ok(()),
            Some(_) => Err(self.damaged(&format!("the checksum of its {} differs", part.words()))),
            None if self.version()? < FIRST_WITH_CHECKSUMS => Ok(()),
            None => Err(self.lacks_checksum(part)),
        }
    }

    fn lacks_checksum(&self, part: StorePart) -> Error {
        self.damaged(&format!("the checksum of its {} is missing", part.words()))
    }
}
