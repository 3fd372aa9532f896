//! The ordered scan, from the store to a dataset. Store floor.

use std::fs;
use std::fs::File;
use std::io::ErrorKind;

use rusqlite::Statement;

use crate::engine::dataset::Builder;
use crate::engine::dataset::Dataset;
use crate::store::checksum::StorePart;
use crate::store::connection::Store;
use crate::store::file::leaves;
use crate::store::file::leaves::Stop;
use crate::store::read::proof::Proof;
use crate::store::read::texts::Texts;
use crate::system::files::FileId;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::figure::count;
use crate::words::memory;
use crate::words::progress::Observe;
use crate::words::progress::Progress;
use crate::words::progress::Stage;

/// Memory that a pageview takes in a dataset: its time and its page. What it carries takes more.
const BYTES_A_ROW: usize = 12;
const BYTES_A_CARRIED: usize = 4;

/// Rows between two reports of progress.
pub(in crate::store) const ROWS_A_REPORT: u64 = 1 << 17;

impl Store {
    /// All pageviews as a dataset, users in the order of their ids in the store.
    ///
    /// Errors when the store is damaged, holds more than [`Dataset::MAX_ROWS`] pageviews, or `observe` does.
    pub fn dataset(&self, observe: Observe<'_>) -> Result<Dataset> {
        self.undisturbed(|store| store.scan(observe))
    }

    fn scan(&self, observe: Observe<'_>) -> Result<Dataset> {
        // One snapshot for all tables, whatever is loaded meanwhile.
        let _snapshot = self
            .connection
            .unchecked_transaction()
            .map_err(self.failed("read"))?;
        self.scan_within(observe)
    }

    /// The same within a transaction that is open already.
    pub(in crate::store) fn scan_within(&self, observe: Observe<'_>) -> Result<Dataset> {
        let total = self.n_pageviews()?;
        if total > Dataset::MAX_ROWS as u64 {
            return Err(Error::Store {
                action: "read",
                path: self.path().into(),
                problem: format!("{total} pageviews are more than can be explored at once"),
            });
        }
        let users = Texts::read(self, StorePart::Users)?;
        let pages = Texts::read(self, StorePart::Pages)?;
        let names = self.carried()?.into_iter().map(|carried| carried.name);
        let names: Vec<String> = names.collect();
        let parts = (1..=names.len()).map(StorePart::Carried);
        let carried = parts.map(|part| Texts::read(self, part));
        let carried: Vec<Texts> = carried.collect::<Result<_>>()?;
        let scan = StoreScan {
            store: self,
            users: &users,
            pages: &pages,
            carried: &carried,
        };
        let builder = match scan.by_pages(observe)? {
            Some(builder) => builder,
            None => scan.by_sql(observe)?,
        };
        let carried = carried.into_iter().map(|carried| carried.texts);
        let texts = [pages.texts].into_iter().chain(carried);
        let mut dataset = builder.finish(texts).carrying(names);
        dataset.coverage = self.coverage()?;
        Ok(dataset)
    }

    /// The store's file, if the file holds all that the open transaction sees. It stays open as long as the
    /// connection, because closing it would give up the connection's locks.
    fn pages_file(&self) -> Option<&File> {
        // The log is beside the file itself, not beside a link to it. While the log is empty, a reader's lock keeps
        // others from copying what they add to the log into the file. Without a log, a reader's lock keeps them from
        // writing at all.
        let path = self.connection.path()?;
        match fs::metadata(format!("{path}-wal")) {
            Ok(log) if log.len() > 0 => return None,
            Err(error) if error.kind() != ErrorKind::NotFound => return None,
            _ => {}
        }
        if self.pages.get().is_none() {
            let file = File::open(path).ok()?;
            // Another file may have taken its name since the connection was opened.
            let id = FileId::of(&file.metadata().ok()?);
            if self.id.is_some_and(|opened| opened != id) {
                return None;
            }
            let _ = self.pages.set(file);
        }
        self.pages.get()
    }

    pub(in crate::store) fn prepare(&self, query: &str) -> Result<Statement<'_>> {
        self.connection.prepare(query).map_err(self.failed("read"))
    }
}

/// All pageviews on their way into a dataset.
struct StoreScan<'a> {
    store: &'a Store,
    users: &'a Texts,
    pages: &'a Texts,
    carried: &'a [Texts],
}

impl StoreScan<'_> {
    /// Reads the pages of the table. `None` if they are not plain, or not as they should be. SQLite must then be
    /// asked.
    fn by_pages(&self, observe: Observe<'_>) -> Result<Option<Builder>> {
        let root = "SELECT rootpage FROM sqlite_schema WHERE name = 'pageview'";
        let root: u32 = self.store.one(root)?;
        let Some(file) = self.store.pages_file() else {
            return Ok(None);
        };
        let mut rows = ScannedRows::new(self)?;
        let scanned = match self.carried.len() {
            0 => leaves::scan(file, root, &[0; 4], &mut |row| {
                rows.take(*row, &[]).map_err(|_| Stop::NotPlain)?;
                rows.tell(observe).map_err(Stop::Failed)
            }),
            n => leaves::scan(file, root, &vec![0; 4 + n], &mut |row| {
                let (row, carried) = row.split_first_chunk().ok_or(Stop::NotPlain)?;
                rows.take(*row, carried).map_err(|_| Stop::NotPlain)?;
                rows.tell(observe).map_err(Stop::Failed)
            }),
        };
        match scanned {
            Ok(()) => Ok(rows.finish().ok()),
            Err(Stop::NotPlain) => Ok(None),
            Err(Stop::Failed(error)) => Err(error),
        }
    }

    /// Asks SQLite for the rows.
    fn by_sql(&self, observe: Observe<'_>) -> Result<Builder> {
        let mut rows = ScannedRows::new(self)?;
        self.store.each_row(|row, carried| {
            rows.take(row, carried)?;
            rows.tell(observe)
        })?;
        rows.finish()
    }
}

/// Puts the rows of a scan together.
struct ScannedRows<'a> {
    store: &'a Store,
    users: &'a Texts,
    pages: &'a Texts,
    carried: &'a [Texts],
    proof: Proof<'a>,
    builder: Builder,
}

impl<'a> ScannedRows<'a> {
    fn new(scan: &StoreScan<'a>) -> Result<ScannedRows<'a>> {
        let proof = Proof::new(scan.store, 0)?;
        let n_rows = proof.total() as usize;
        let bytes_a_row = BYTES_A_ROW + BYTES_A_CARRIED * scan.carried.len();
        if !memory::has_room_for(n_rows.saturating_mul(bytes_a_row)) {
            return Err(Error::Store {
                action: "read",
                path: scan.store.path().into(),
                problem: format!(
                    "there is not enough memory for its {} pageviews",
                    count(proof.total())
                ),
            });
        }
        Ok(ScannedRows {
            store: scan.store,
            users: scan.users,
            pages: scan.pages,
            carried: scan.carried,
            builder: Builder::with_capacity(n_rows, 1 + scan.carried.len()),
            proof,
        })
    }

    #[inline]
    fn take(&mut self, row: [i64; 4], carried: &[i64]) -> Result<()> {
        let [user, .., page] = row;
        let is_new = self.proof.is_new(user);
        let at = self.proof.take(row, carried)?;
        if is_new {
            let text = self.users.text(user);
            let text = text.ok_or_else(|| self.store.damaged_row(row, "has no user"))?;
            self.builder.begin_user(text);
        }
        let page = self.pages.index(page);
        let page = page.ok_or_else(|| self.store.damaged_row(row, "has no page"))?;
        self.builder.push(at, [page]);
        for (column, (texts, &id)) in self.carried.iter().zip(carried).enumerate() {
            let text = texts.index(id);
            let text = text.ok_or_else(|| self.store.damaged_row(row, "carries no known value"))?;
            self.builder.push_carried(column, text);
        }
        Ok(())
    }

    fn tell(&self, observe: Observe<'_>) -> Result<()> {
        let (done, total) = (self.proof.n_rows(), self.proof.total());
        match done.is_multiple_of(ROWS_A_REPORT) {
            true => observe(Progress::of(Stage::Scan, done, total)),
            false => Ok(()),
        }
    }

    fn finish(self) -> Result<Builder> {
        self.proof.finish()?;
        Ok(self.builder)
    }
}

#[cfg(test)]
pub(in crate::store) mod tests;
