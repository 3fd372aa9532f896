//! How the inputs of a store were read, by layout or header, in its settings: later ones are read alike. Store floor.

use rusqlite::OptionalExtension;

use crate::source::ReadOptions;
use crate::source::Settled;
use crate::store::connection::Store;
use crate::words::error::Result;

impl Store {
    /// The same options, by which inputs are read as those before them were.
    pub(super) fn as_before(&self, options: &ReadOptions) -> Result<ReadOptions> {
        let kept: Option<String> = self
            .connection
            .query_row(
                "SELECT value FROM settings WHERE name = 'roles' AND typeof(value) = 'text'",
                [],
                |row| row.get(0),
            )
            .optional()
            .map_err(self.failed("read"))?;
        let settled = match kept {
            None => Vec::new(),
            Some(text) => serde_json::from_str(&text).map_err(|error| {
                self.damaged(&format!("how its inputs are read is not clear: {error}"))
            })?,
        };
        Ok(ReadOptions {
            settled,
            ..options.clone()
        })
    }

    /// Keeps how an input was read, beside how those before it were.
    pub(super) fn keep_roles(&self, settled: Option<Settled>) -> Result<()> {
        let Some(settled) = settled else {
            return Ok(());
        };
        let mut options = self.as_before(&ReadOptions::default())?;
        options.settle(settled);
        let text = serde_json::to_string(&options.settled).map_err(|error| {
            self.damaged(&format!("how its inputs are read cannot be kept: {error}"))
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
