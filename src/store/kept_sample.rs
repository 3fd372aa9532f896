//! Keeps in the settings which part of all users a store holds. Every load must be of the same. Store floor.

use rusqlite::OptionalExtension;

use crate::load::ReadReport;
use crate::store::connection::Store;
use crate::words::coverage::UserSample;
use crate::words::error::Error;
use crate::words::error::Result;

impl Store {
    /// The sample of users that the store holds; `None` if it is not one. Errors if the record is damaged.
    pub(super) fn sample(&self) -> Result<Option<UserSample>> {
        let kept: Option<rusqlite::types::Value> = self
            .connection
            .query_row(
                "SELECT value FROM settings WHERE name = 'one_in'",
                [],
                |row| row.get(0),
            )
            .optional()
            .map_err(self.failed("read"))?;
        let sample = match kept {
            None => return Ok(None),
            Some(rusqlite::types::Value::Integer(one_in)) => u32::try_from(one_in).ok(),
            Some(_) => None,
        };
        let sample = sample.and_then(UserSample::of);
        match sample {
            None => Err(self.damaged("its record of which users it holds is damaged")),
            sample => Ok(sample),
        }
    }

    /// Keeps which sample the first load is of. Errors if this load is of another than the loads before it.
    pub(super) fn keep_sample(&self, read: &ReadReport) -> Result<()> {
        let (sample, is_empty) = (read.understood.sample, read.pageviews == 0);
        let has_pageviews =
            self.one("SELECT EXISTS (SELECT * FROM loads WHERE pageviews > dropped)")?;
        if has_pageviews && !is_empty {
            let kept = self.sample()?;
            return match kept == sample {
                true => Ok(()),
                false => Err(Error::Input {
                    input: read.input.clone(),
                    problem: UserSample::mixed([sample, kept], "the store"),
                }),
            };
        }
        let Some(sample) = sample else {
            return Ok(());
        };
        self.connection
            .execute(
                "INSERT OR REPLACE INTO settings (name, value) VALUES ('one_in', ?1)",
                [sample.one_in()],
            )
            .map(drop)
            .map_err(self.failed("write"))
    }
}
