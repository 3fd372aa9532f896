//! Checks that the pageviews that come out of a store are those that loads put in. Store floor.
//!
//! Every way of reading all pageviews goes through this: they must be in order, none twice, as many as the ledger
//! says, and match the checksum. Anything else is damage.

use crate::store::checksum::Checksum;
use crate::store::checksum::StorePart;
use crate::store::connection::Store;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::timestamp::Timestamp;

/// The words around a problem in the sentence about a damaged file.
const BEFORE: &str = "the file is damaged (";
const AFTER: &str = "): load its sources into a new store";

/// The problem in such a sentence.
pub(in crate::store) fn damage_of(sentence: &str) -> &str {
    sentence
        .strip_prefix(BEFORE)
        .and_then(|sentence| sentence.strip_suffix(AFTER))
        .unwrap_or(sentence)
}

/// Takes the rows of `pageview` one after the other.
pub(in crate::store) struct Proof<'s> {
    store: &'s Store,
    /// Pageviews that there must be.
    total: u64,
    n_rows: u64,
    /// User, time and arrival of the row before.
    previous: Option<[i64; 3]>,
    sum: Checksum,
}

impl<'s> Proof<'s> {
    /// Expects the pageviews of the ledger, and those of a load that is not in it yet.
    pub(in crate::store) fn new(store: &'s Store, brought: u64) -> Result<Proof<'s>> {
        Ok(Proof {
            store,
            total: store.n_pageviews()? + brought,
            n_rows: 0,
            previous: None,
            sum: Checksum::default(),
        })
    }

    /// Pageviews that there must be.
    pub(in crate::store) fn total(&self) -> u64 {
        self.total
    }

    /// Pageviews so far.
    pub(in crate::store) fn n_rows(&self) -> u64 {
        self.n_rows
    }

    /// Whether a row of this user would be the user's first.
    #[inline]
    pub(in crate::store) fn is_new(&self, user: i64) -> bool {
        self.previous.is_none_or(|previous| previous[0] != user)
    }

    /// Takes the next row and what it carries, and returns its time.
    #[inline]
    pub(in crate::store) fn take(&mut self, row: [i64; 4], carried: &[i64]) -> Result<Timestamp> {
        let key = [row[0], row[1], row[2]];
        if self.previous.is_some_and(|previous| previous >= key) {
            return Err(self.store.damaged_row(row, "is out of order"));
        }
        if self.n_rows == self.total {
            return Err(self.miscounted("more"));
        }
        self.previous = Some(key);
        self.n_rows += 1;
        self.sum.add_row(row, carried);
        self.store.time_of(row)
    }

    /// Errors if these were not all rows; returns their sum.
    pub(in crate::store) fn finish(self) -> Result<Checksum> {
        if self.n_rows < self.total {
            return Err(self.miscounted("fewer"));
        }
        self.store
            .compare_checksum(StorePart::Pageviews, self.sum)?;
        Ok(self.sum)
    }

    fn miscounted(&self, how: &str) -> Error {
        let total = self.total;
        self.store.damaged(&format!(
            "it holds {how} pageviews than the {total} in its ledger"
        ))
    }
}

/// A row of `pageview`: user, at, arrival, page.
pub(in crate::store) fn pageview_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<[i64; 4]> {
    Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?])
}

impl Store {
    /// Passes all rows of `pageview` and what they carry to `take`, in order, as SQLite gives them.
    pub(in crate::store) fn each_row(
        &self,
        mut take: impl FnMut([i64; 4], &[i64]) -> Result<()>,
    ) -> Result<()> {
        let mut carried = vec![0; self.carried()?.len()];
        let columns: String = (1..=carried.len())
            .map(|number| format!(", carried_{number}"))
            .collect();
        let mut statement = self.prepare(&format!(
            "SELECT user, at, arrival, page{columns} FROM pageview ORDER BY user, at, arrival"
        ))?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(self.failed("read"))? {
            for (value, column) in carried.iter_mut().zip(4..) {
                *value = row.get(column).map_err(self.failed("read"))?;
            }
            take(pageview_row(row).map_err(self.failed("read"))?, &carried)?;
        }
        Ok(())
    }

    /// The time of a row of `pageview`.
    #[inline]
    pub(in crate::store) fn time_of(&self, row: [i64; 4]) -> Result<Timestamp> {
        Timestamp::from_us(row[1]).ok_or_else(|| self.damaged_row(row, "has no valid time"))
    }

    /// An error about the file.
    #[cold]
    pub(in crate::store) fn damaged(&self, problem: &str) -> Error {
        Error::Store {
            action: "read",
            path: self.path().into(),
            problem: format!("the file is damaged ({problem}): load its sources into a new store"),
        }
    }

    /// An error about a row of `pageview`.
    #[cold]
    pub(in crate::store) fn damaged_row(
        &self,
        [user, at, arrival, _]: [i64; 4],
        problem: &str,
    ) -> Error {
        self.damaged(&format!(
            "the pageview of user {user} at {at} us, arrival {arrival}, {problem}"
        ))
    }
}
