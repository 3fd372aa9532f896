//! The ordered scan, from the store to a dataset. Store floor.

use std::fs;
use std::fs::File;
use std::io::ErrorKind;
use std::sync::Mutex;
use std::sync::PoisonError;

use rusqlite::Statement;

use crate::engine::dataset::Builder;
use crate::engine::dataset::Dataset;
use crate::engine::parallel;
use crate::store::checksum::StorePart;
use crate::store::connection::Store;
use crate::store::file::leaves::RowRoom;
use crate::store::file::leaves::Stop;
use crate::store::file::leaves::TreePages;
use crate::store::read::proof::Proof;
use crate::store::read::proof::RowsTaken;
use crate::store::read::texts::Texts;
use crate::system::files::FileId;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::figure::count;
use crate::words::memory;
use crate::words::progress::Observe;
use crate::words::progress::Progress;
use crate::words::progress::Stage;
use crate::words::timestamp::Timestamp;

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
            texts: RowTexts {
                users: &users,
                pages: &pages,
                carried: &carried,
            },
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
    pub(in crate::store) fn pages_file(&self) -> Option<&File> {
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

    /// Where the tree of a table begins in the file.
    pub(in crate::store) fn root_page(&self, table: &str) -> Result<u32> {
        let query = "SELECT rootpage FROM sqlite_schema WHERE name = ?1";
        let root = self.connection.query_row(query, [table], |row| row.get(0));
        root.map_err(self.failed("read"))
    }

    pub(in crate::store) fn prepare(&self, query: &str) -> Result<Statement<'_>> {
        self.connection.prepare(query).map_err(self.failed("read"))
    }
}

/// All pageviews on their way into a dataset.
struct StoreScan<'a> {
    store: &'a Store,
    texts: RowTexts<'a>,
}

impl StoreScan<'_> {
    /// Reads the pages of the table. `None` if they are not plain, or not as they should be. SQLite must then be
    /// asked.
    fn by_pages(&self, observe: Observe<'_>) -> Result<Option<Builder>> {
        let root = self.store.root_page("pageview")?;
        let Some(file) = self.store.pages_file() else {
            return Ok(None);
        };
        let scanned = match self.texts.carried.len() {
            0 => self.by_branches(file, root, &[0; 4], observe),
            n => self.by_branches(file, root, &vec![0; 4 + n], observe),
        };
        match scanned {
            Ok(builder) => Ok(Some(builder)),
            Err(Stop::NotPlain) => Ok(None),
            Err(Stop::Failed(error)) => Err(error),
        }
    }

    /// Reads the branches of the table on every core, and puts their rows together.
    fn by_branches<R: RowRoom + Send + Sync>(
        &self,
        file: &File,
        root: u32,
        room: &R,
        observe: Observe<'_>,
    ) -> Result<Builder, Stop> {
        let pages = TreePages::open(file)?;
        let branches = pages.branches(root, room)?;
        let (mut proof, mut builder) = self.begin().map_err(Stop::Failed)?;
        let texts = self.texts;
        // Memory that was filled before need not be asked for, which takes longer than filling it.
        let spare = Mutex::new(Vec::new());
        let spare = || spare.lock().unwrap_or_else(PoisonError::into_inner);
        let scan = |branch| {
            let mut taken = RowsTaken::default();
            let used = spare().pop();
            let mut builder =
                used.unwrap_or_else(|| Builder::with_capacity(0, 1 + texts.carried.len()));
            pages.rows(&branch, room, |row| {
                let (row, carried) = row.as_ref().split_first_chunk().ok_or(Stop::NotPlain)?;
                let is_new = taken.is_new(row[0]);
                taken.take(*row, carried).ok_or(Stop::NotPlain)?;
                let put = texts.put(*row, carried, is_new, &mut builder);
                put.map_err(|_| Stop::NotPlain)
            })?;
            Ok((taken, builder))
        };
        parallel::in_order(branches.into_iter(), scan, |(taken, mut rows)| {
            let goes_on = proof.append(&taken).map_err(|_| Stop::NotPlain)?;
            builder.append(&rows, goes_on);
            rows.clear();
            spare().push(rows);
            let progress = Progress::of(Stage::Scan, proof.n_rows(), proof.total());
            observe(progress).map_err(Stop::Failed)
        })?;
        proof.finish().map_err(|_| Stop::NotPlain)?;
        Ok(builder)
    }

    /// Asks SQLite for the rows.
    fn by_sql(&self, observe: Observe<'_>) -> Result<Builder> {
        let (mut proof, mut builder) = self.begin()?;
        self.store.each_row(|row, carried| {
            let is_new = proof.is_new(row[0]);
            proof.take(row, carried)?;
            let put = self.texts.put(row, carried, is_new, &mut builder);
            put.map_err(|problem| self.store.damaged_row(row, problem))?;
            match proof.n_rows().is_multiple_of(ROWS_A_REPORT) {
                true => observe(Progress::of(Stage::Scan, proof.n_rows(), proof.total())),
                false => Ok(()),
            }
        })?;
        proof.finish()?;
        Ok(builder)
    }

    /// Expects the pageviews of the store, and makes room for them.
    fn begin(&self) -> Result<(Proof<'_>, Builder)> {
        let proof = Proof::new(self.store, 0)?;
        let n_rows = proof.total() as usize;
        let n_carried = self.texts.carried.len();
        let bytes_a_row = BYTES_A_ROW + BYTES_A_CARRIED * n_carried;
        if !memory::has_room_for(n_rows.saturating_mul(bytes_a_row)) {
            return Err(Error::Store {
                action: "read",
                path: self.store.path().into(),
                problem: format!(
                    "there is not enough memory for its {} pageviews",
                    count(proof.total())
                ),
            });
        }
        Ok((proof, Builder::with_capacity(n_rows, 1 + n_carried)))
    }
}

/// The texts that the ids in a row of `pageview` stand for.
#[derive(Clone, Copy)]
struct RowTexts<'a> {
    users: &'a Texts,
    pages: &'a Texts,
    carried: &'a [Texts],
}

impl RowTexts<'_> {
    /// Puts a row into a dataset, or says what is wrong with it.
    #[inline]
    fn put(
        self,
        [user, at, _, page]: [i64; 4],
        carried: &[i64],
        is_new: bool,
        builder: &mut Builder,
    ) -> Result<(), &'static str> {
        let at = Timestamp::from_us(at).ok_or("has no valid time")?;
        if is_new {
            builder.begin_user(self.users.text(user).ok_or("has no user")?);
        }
        builder.push(at, [self.pages.index(page).ok_or("has no page")?]);
        for (column, (texts, &id)) in self.carried.iter().zip(carried).enumerate() {
            builder.push_carried(column, texts.index(id).ok_or("carries no known value")?);
        }
        Ok(())
    }
}

#[cfg(test)]
pub(in crate::store) mod tests;
