//! The ordered scan: from the store to columns. Store floor.

use rusqlite::Connection;
use rusqlite::Statement;

use crate::engine::columns::Builder;
use crate::engine::columns::Columns;
use crate::engine::dictionary::Dictionary;
use crate::store::connection::Store;
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
    /// Errors when the store is damaged, holds more than [`Columns::MAX_ROWS`] pageviews, or `observe` does.
    pub fn columns(&self, observe: Observe<'_>) -> Result<Columns> {
        // One snapshot for all three tables, whatever is loaded meanwhile.
        let _snapshot = self
            .connection
            .unchecked_transaction()
            .map_err(self.failed("read"))?;
        let total = self.n_pageviews()?;
        if total > Columns::MAX_ROWS as u64 {
            return Err(self.damaged(&format!(
                "{total} pageviews are more than can be explored at once"
            )));
        }
        let users = self.texts("SELECT id, user_id FROM users ORDER BY id")?;
        let pages = self.texts("SELECT id, page FROM pages ORDER BY id")?;

        let mut builder = Builder::with_capacity(total as usize);
        let mut statement =
            self.prepare("SELECT user, at, page FROM pageview ORDER BY user, at, arrival")?;
        let mut rows = statement.raw_query();
        let mut current = None;
        while let Some(row) = rows.next().map_err(self.failed("read"))? {
            let field = |column| row.get::<_, i64>(column);
            let (user, at, page) =
                (|| Ok((field(0)?, field(1)?, field(2)?)))().map_err(self.failed("read"))?;
            if current != Some(user) {
                builder.begin_user(
                    users
                        .text(user)
                        .ok_or_else(|| self.damaged("a pageview has no user"))?,
                );
                current = Some(user);
            }
            let at = Timestamp::from_us(at)
                .ok_or_else(|| self.damaged("a pageview has no valid time"))?;
            builder.push(
                at,
                pages
                    .index(page)
                    .ok_or_else(|| self.damaged("a pageview has no page"))?,
            );
            let done = builder.n_rows() as u64;
            if done.is_multiple_of(ROWS_A_REPORT) {
                observe(Progress::of(Stage::Scan, done, total))?;
            }
        }
        Ok(builder.finish(pages.texts))
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
