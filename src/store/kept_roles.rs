//! Keeps in the settings how the inputs of a store were read, by layout or header. Later inputs are read alike. Store
//! floor.

use rusqlite::OptionalExtension;
use rusqlite::types::ValueRef;

use crate::source::ReadOptions;
use crate::source::Settled;
use crate::store::connection::Store;
use crate::words::error::Result;

impl Store {
    /// The same options, extended so that inputs are read like those before them.
    pub(super) fn as_before(&self, options: &ReadOptions) -> Result<ReadOptions> {
        Ok(ReadOptions {
            settled: self.kept_roles()?,
            ..options.clone()
        })
    }

    /// How inputs were read, by layout or header. Errors if the record is damaged.
    pub(super) fn kept_roles(&self) -> Result<Vec<Settled>> {
        let settled = self
            .connection
            .query_row(
                "SELECT value FROM settings WHERE name = 'roles'",
                [],
                |row| {
                    Ok(match row.get_ref(0)? {
                        ValueRef::Text(text) => serde_json::from_slice::<Vec<Settled>>(text).ok(),
                        _ => None,
                    })
                },
            )
            .optional()
            .map_err(self.failed("read"))?;
        match settled {
            None => Ok(Vec::new()),
            Some(Some(settled)) if settled.iter().all(Settled::is_sound) => Ok(settled),
            Some(_) => Err(self.damaged("its record of how its inputs were read is damaged")),
        }
    }

    /// Adds how an input was read to the record.
    pub(super) fn keep_roles(&self, settled: Option<Settled>) -> Result<()> {
        let Some(settled) = settled else {
            return Ok(());
        };
        let mut options = self.as_before(&ReadOptions::default())?;
        options.settle(settled);
        let text = serde_json::to_string(&options.settled).map_err(|error| {
            self.damaged(&format!(
                "it cannot record how its inputs were read: {error}"
            ))
        })?;
        self.connection
            .execute(
                "INSERT OR REPLACE INTO settings (name, value) VALUES ('roles', ?1)",
                [text],
            )
            .map(drop)
            .map_err(self.failed("write"))
    }
}
