//! The ledger of loads: what has been taken in, so that it is taken in once. Store floor.

use rusqlite::OptionalExtension;
use rusqlite::params;

use crate::source::Input;
use crate::store::connection::Store;
use crate::store::load::LoadReport;
use crate::store::options::LoadOptions;
use crate::words::coverage::Coverage;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::figure::counted;
use crate::words::timestamp::Timestamp;

impl Store {
    /// How many loads there have been.
    pub fn n_loads(&self) -> Result<u64> {
        self.one::<i64>("SELECT count(*) FROM loads")
            .map(|n| n.max(0) as u64)
    }

    /// How many pageviews the store holds, by the ledger.
    pub fn n_pageviews(&self) -> Result<u64> {
        let n: i64 = self.one("SELECT coalesce(sum(pageviews - dropped), 0) FROM loads")?;
        u64::try_from(n).map_err(|_| self.damaged(&format!("its ledger says {n} pageviews")))
    }

    /// What the loads covered: how many rows are no pageviews of it, and a note on each of the latest loads.
    pub fn coverage(&self) -> Result<Coverage> {
        const LATEST: usize = 50;
        let mut statement = self.prepare(
            "SELECT source, pageviews - dropped, rejects, loaded_at FROM loads ORDER BY id DESC",
        )?;
        let mut coverage = Coverage::default();
        let mut n_loads = 0;
        let mut rows = statement.query([]).map_err(self.failed("read"))?;
        while let Some(row) = rows.next().map_err(self.failed("read"))? {
            let (source, pageviews, rejects, loaded_at): (String, i64, i64, i64) =
                row.try_into().map_err(self.failed("read"))?;
            let (pageviews, rejects) = (pageviews.max(0) as u64, rejects.max(0) as u64);
            coverage.rejects += rejects;
            n_loads += 1;
            if n_loads <= LATEST {
                coverage.notes.push(format!(
                    "{source}: {}, {}, loaded {}",
                    counted(pageviews, "pageview"),
                    counted(rejects, "reject"),
                    Timestamp::clamped(loaded_at)
                ));
            }
        }
        if n_loads > LATEST {
            let earlier = counted((n_loads - LATEST) as u64, "earlier load");
            coverage.notes.push(format!("and {earlier}"));
        }
        Ok(coverage)
    }

    /// The number of arrival of the next pageview: higher than all there are.
    pub(super) fn next_arrival(&self) -> Result<i64> {
        self.one("SELECT coalesce(sum(pageviews), 0) FROM loads")
    }

    /// Errors if a load of the same content is in the ledger.
    pub(super) fn refuse_known(&self, name: &str, bytes: u64, digest: [u8; 16]) -> Result<()> {
        let known: Option<(String, i64)> = self
            .connection
            .query_row(
                "SELECT source, loaded_at FROM loads WHERE digest = ?1 AND bytes = ?2 ORDER BY id LIMIT 1",
                params![digest, bytes as i64],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()
            .map_err(self.failed("read"))?;
        match known {
            None => Ok(()),
            Some((earlier, loaded_at)) => Err(Error::LoadedAlready {
                input: name.to_owned(),
                earlier,
                loaded_at: Timestamp::clamped(loaded_at).to_string(),
            }),
        }
    }

    /// Looks whether a file of this name has been loaded and still begins as it was then; if so, leaves out
    /// the rows of that beginning. Returns its length in bytes.
    ///
    /// Errors if all of the file was loaded, or if it now goes on within what was its last line.
    pub(super) fn pass_known(&self, input: &mut Input) -> Result<u64> {
        let Some(size) = input.size() else {
            return Ok(0);
        };
        let latest: Option<(i64, [u8; 16])> = self
            .connection
            .query_row(
                "SELECT bytes, digest FROM loads WHERE source = ?1 AND bytes <= ?2 ORDER BY id DESC LIMIT 1",
                params![input.name(), size as i64],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()
            .map_err(self.failed("read"))?;
        let Some((bytes, digest)) = latest else {
            return Ok(0);
        };
        let Some(prefix) = input.prefix(bytes as u64)? else {
            return Ok(0);
        };
        if prefix.digest != digest {
            return Ok(0);
        }
        if bytes as u64 == size {
            // Read at leisure it may have grown; what there was is known.
            self.refuse_known(input.name(), size, digest)?;
        }
        if !prefix.is_whole_lines {
            let problem = format!(
                "it has grown within the line at which its last load ended (byte {bytes}), so that the pageview of that \
                 line is not what it was: load the file into a new store, or all of it once more with --again"
            );
            return Err(Error::Input {
                input: input.name().to_owned(),
                problem,
            });
        }
        input.pass(prefix);
        Ok(bytes as u64)
    }

    /// Writes the ledger's entry.
    pub(super) fn enter(
        &self,
        input: &Input,
        report: &LoadReport,
        options: &LoadOptions,
    ) -> Result<()> {
        let dropped = if options.dedupe { report.duplicates } else { 0 };
        self.connection
            .execute(
                "INSERT INTO loads
                     (source, bytes, digest, pageviews, dropped, rejects, first_at, last_at, loaded_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                params![
                    report.input,
                    input.bytes_read() as i64,
                    input.digest(),
                    report.pageviews as i64,
                    dropped as i64,
                    report.rejects as i64,
                    report.span.map(|(first, _)| first.as_us()),
                    report.span.map(|(_, last)| last.as_us()),
                    options.loaded_at.as_us()
                ],
            )
            .map(drop)
            .map_err(self.failed("write"))
    }
}
