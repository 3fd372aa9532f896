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

/// Rows of `pageview` that were taken one after the other.
#[derive(Debug, Default)]
pub(in crate::store) struct RowsTaken {
    n_rows: u64,
    /// User, time and arrival of the first row and of the last.
    first: Option<[i64; 3]>,
    last: Option<[i64; 3]>,
    sum: Checksum,
}

impl RowsTaken {
    /// Whether a row of this user would be the user's first.
    #[inline]
    pub(in crate::store) fn is_new(&self, user: i64) -> bool {
        self.last.is_none_or(|last| last[0] != user)
    }

    /// Takes the next row and what it carries. `None` if it is out of order.
    #[inline]
    pub(in crate::store) fn take(&mut self, row: [i64; 4], carried: &[i64]) -> Option<()> {
        let key = [row[0], row[1], row[2]];
        match self.last {
            Some(last) if last >= key => return None,
            Some(_) => {}
            None => self.first = Some(key),
        }
        self.last = Some(key);
        self.n_rows += 1;
        self.sum.add_row(row, carried);
        Some(())
    }

    /// Takes rows that others have taken. `None` if they are out of order.
    fn append(&mut self, next: &RowsTaken) -> Option<()> {
        if self.last.is_some() && next.first.is_some() && self.last >= next.first {
            return None;
        }
        self.first = self.first.or(next.first);
        self.last = next.last.or(self.last);
        self.n_rows += next.n_rows;
        self.sum.add(next.sum);
        Some(())
    }
}

/// Takes the rows of `pageview` one after the other, and compares them with what the store says of them.
pub(in crate::store) struct Proof<'s> {
    store: &'s Store,
    /// Pageviews that there must be.
    total: u64,
    taken: RowsTaken,
}

impl<'s> Proof<'s> {
    /// Expects the pageviews of the ledger, and those of a load that is not in it yet.
    pub(in crate::store) fn new(store: &'s Store, brought: u64) -> Result<Proof<'s>> {
        Ok(Proof {
            store,
            total: store.n_pageviews()? + brought,
            taken: RowsTaken::default(),
        })
    }

    /// Pageviews that there must be.
    pub(in crate::store) fn total(&self) -> u64 {
        self.total
    }

    /// Pageviews so far.
    pub(in crate::store) fn n_rows(&self) -> u64 {
        self.taken.n_rows
    }

    /// Whether a row of this user would be the user's first.
    pub(in crate::store) fn is_new(&self, user: i64) -> bool {
        self.taken.is_new(user)
    }

    /// Takes the next row and what it carries, and returns its time.
    pub(in crate::store) fn take(&mut self, row: [i64; 4], carried: &[i64]) -> Result<Timestamp> {
        let taken = self.taken.take(row, carried);
        taken.ok_or_else(|| self.store.damaged_row(row, "is out of order"))?;
        self.refuse_more()?;
        self.store.time_of(row)
    }

    /// Takes rows that were taken elsewhere, and returns whether the first is of the same user as the row before it.
    pub(in crate::store) fn append(&mut self, next: &RowsTaken) -> Result<bool> {
        let goes_on = next.first.is_some_and(|[user, ..]| !self.is_new(user));
        let taken = self.taken.append(next);
        taken.ok_or_else(|| self.store.damaged("its pageviews are out of order"))?;
        self.refuse_more()?;
        Ok(goes_on)
    }

    fn refuse_more(&self) -> Result<()> {
        match self.taken.n_rows > self.total {
            true => Err(self.miscounted("more")),
            false => Ok(()),
        }
    }

    /// Errors if these were not all rows; returns their sum.
    pub(in crate::store) fn finish(self) -> Result<Checksum> {
        if self.taken.n_rows < self.total {
            return Err(self.miscounted("fewer"));
        }
        let sum = self.taken.sum;
        self.store.compare_checksum(StorePart::Pageviews, sum)?;
        Ok(sum)
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
