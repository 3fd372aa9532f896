//! The ordered scan: from the store to columns. Store floor.

use std::fs;
use std::fs::File;
use std::io::ErrorKind;

use rusqlite::Connection;
use rusqlite::Statement;

use crate::engine::dataset::Builder;
use crate::engine::dataset::Dataset;
use crate::engine::dictionary::Dictionary;
use crate::store::connection::Store;
use crate::store::leaves;
use crate::store::leaves::Stop;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::progress::Observe;
use crate::words::progress::Progress;
use crate::words::progress::Stage;
use crate::words::timestamp::Timestamp;

/// Rows between two reports of progress.
pub(super) const ROWS_A_REPORT: u64 = 1 << 17;

impl Store {
    /// All pageviews as columns, users in the order of their ids in the store.
    ///
    /// Errors when the store is damaged, holds more than [`Dataset::MAX_ROWS`] pageviews, or `observe` does.
    pub fn dataset(&self, observe: Observe<'_>) -> Result<Dataset> {
        // One snapshot for all three tables, whatever is loaded meanwhile.
        let _snapshot = self
            .connection
            .unchecked_transaction()
            .map_err(self.failed("read"))?;
        let total = self.n_pageviews()?;
        if total > Dataset::MAX_ROWS as u64 {
            return Err(self.damaged(&format!(
                "{total} pageviews are more than can be explored at once"
            )));
        }
        let users = self.texts("SELECT id, user_id FROM users ORDER BY id")?;
        let pages = self.texts("SELECT id, page FROM pages ORDER BY id")?;

        let rows = Rows {
            store: self,
            users: &users,
            pages: &pages,
            total,
            previous: None,
            builder: Builder::default(),
        };
        let builder = match rows.scan_pages(observe)? {
            Some(builder) => builder,
            None => rows.scan_by_sql(observe)?,
        };
        Ok(builder.finish(pages.texts))
    }

    /// The store's file, if within the transaction that is open all of the store is in it. It is open as
    /// long as the connection: closing it would give up the connection's locks.
    fn pages_file(&self) -> Option<&File> {
        // While the log is empty a reader has the lock that keeps others from copying what they add to the
        // log into the file; without a log it has one that keeps them from writing at all.
        let mut log = self.file().as_os_str().to_owned();
        log.push("-wal");
        match fs::metadata(log) {
            Ok(log) if log.len() > 0 => return None,
            Err(error) if error.kind() != ErrorKind::NotFound => return None,
            _ => {}
        }
        if self.pages.get().is_none() {
            let _ = self.pages.set(File::open(self.file()).ok()?);
        }
        self.pages.get()
    }

    fn texts(&self, query: &str) -> Result<Texts> {
        Texts::read(&self.connection, query).map_err(self.failed("read"))
    }

    pub(super) fn prepare(&self, query: &str) -> Result<Statement<'_>> {
        self.connection.prepare(query).map_err(self.failed("read"))
    }

    pub(super) fn damaged(&self, problem: &str) -> Error {
        Error::Store {
            action: "read",
            path: self.path().into(),
            problem: problem.to_owned(),
        }
    }
}

/// Puts the rows of a scan together.
struct Rows<'a> {
    store: &'a Store,
    users: &'a Texts,
    pages: &'a Texts,
    total: u64,
    /// User, time and arrival of the row before.
    previous: Option<[i64; 3]>,
    builder: Builder,
}

impl Rows<'_> {
    /// Reads the pages of the table. None if they are not plain, or not as the ledger says.
    fn scan_pages(&self, observe: Observe<'_>) -> Result<Option<Builder>> {
        let root = "SELECT rootpage FROM sqlite_schema WHERE name = 'pageview'";
        let root: u32 = self.store.one(root)?;
        let Some(file) = self.store.pages_file() else {
            return Ok(None);
        };
        let mut rows = self.anew();
        let scanned = leaves::scan(file, root, &mut |[user, at, arrival, page]| {
            // What is out of order was not written by SQLite.
            let key = [user, at, arrival];
            let is_behind = rows.previous.is_none_or(|previous| previous < key);
            let is_row = is_behind && rows.n() < rows.total && rows.push(key, page).is_ok();
            if !is_row {
                return Err(Stop::NotPlain);
            }
            rows.tell(observe).map_err(Stop::Failed)
        });
        match scanned {
            Ok(()) if rows.n() == rows.total => Ok(Some(rows.builder)),
            Ok(()) | Err(Stop::NotPlain) => Ok(None),
            Err(Stop::Failed(error)) => Err(error),
        }
    }

    /// Asks SQLite for the rows.
    fn scan_by_sql(&self, observe: Observe<'_>) -> Result<Builder> {
        let store = self.store;
        let mut read = self.anew();
        let mut statement = store
            .prepare("SELECT user, at, arrival, page FROM pageview ORDER BY user, at, arrival")?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(store.failed("read"))? {
            let field = |column| row.get::<_, i64>(column);
            let row = || Ok(([field(0)?, field(1)?, field(2)?], field(3)?));
            let (key, page) = row().map_err(store.failed("read"))?;
            read.push(key, page)?;
            read.tell(observe)?;
        }
        Ok(read.builder)
    }

    fn anew(&self) -> Rows<'_> {
        Rows {
            builder: Builder::with_capacity(self.total as usize),
            ..*self
        }
    }

    fn n(&self) -> u64 {
        self.builder.n_rows() as u64
    }

    fn push(&mut self, key: [i64; 3], page: i64) -> Result<()> {
        let [user, at, _] = key;
        if self.previous.is_none_or(|previous| previous[0] != user) {
            let text = self.users.text(user);
            let text = text.ok_or_else(|| self.store.damaged("a pageview has no user"))?;
            self.builder.begin_user(text);
        }
        self.previous = Some(key);
        let at = Timestamp::from_us(at)
            .ok_or_else(|| self.store.damaged("a pageview has no valid time"))?;
        let page = self.pages.index(page);
        let page = page.ok_or_else(|| self.store.damaged("a pageview has no page"))?;
        self.builder.push(at, page);
        Ok(())
    }

    fn tell(&self, observe: Observe<'_>) -> Result<()> {
        match self.n().is_multiple_of(ROWS_A_REPORT) {
            true => observe(Progress::of(Stage::Scan, self.n(), self.total)),
            false => Ok(()),
        }
    }
}

/// A dictionary table: its texts, and where each id's text is.
struct Texts {
    texts: Dictionary,
    /// Ascending. Ids count from 1 without a hole in every store that dwell made; one edited by hand
    /// may have holes.
    ids: Vec<i64>,
}

impl Texts {
    fn read(connection: &Connection, query: &str) -> rusqlite::Result<Texts> {
        let mut texts = Texts {
            texts: Dictionary::default(),
            ids: Vec::new(),
        };
        let mut statement = connection.prepare(query)?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            texts.ids.push(row.get(0)?);
            texts.texts.push(row.get_ref(1)?.as_str()?);
        }
        Ok(texts)
    }

    fn index(&self, id: i64) -> Option<u32> {
        let guess = usize::try_from(id - 1)
            .ok()
            .filter(|&guess| self.ids.get(guess) == Some(&id));
        guess
            .or_else(|| self.ids.binary_search(&id).ok())
            .map(|index| index as u32)
    }

    fn text(&self, id: i64) -> Option<&str> {
        self.index(id).map(|index| self.texts.text(index))
    }
}
