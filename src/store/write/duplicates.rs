//! Finds pageviews that are there already. Store floor.

use hashbrown::HashSet;
use rusqlite::CachedStatement;
use rusqlite::Connection;
use rusqlite::params;

use crate::words::timestamp::Timestamp;

/// Tells which pageviews, coming in key order, have the user, time and page of an earlier one.
#[derive(Debug, Default)]
pub(super) struct Ties {
    /// User and time of the pageview before.
    previous: Option<(i64, i64)>,
    /// The first page of that user at that time, and any others.
    first_page: u32,
    more_pages: HashSet<u32>,
}

impl Ties {
    /// Whether an earlier pageview is equal to this one.
    #[inline]
    pub(super) fn has(&mut self, user: i64, at_us: i64, page: u32) -> bool {
        if self.previous == Some((user, at_us)) {
            // There are usually few ties, but a whole file can be one.
            return page == self.first_page || !self.more_pages.insert(page);
        }
        self.previous = Some((user, at_us));
        self.first_page = page;
        if !self.more_pages.is_empty() {
            self.more_pages.clear();
        }
        false
    }
}

/// Tells the same, and also which pageviews are equal to one that was in the store before.
pub(super) struct Known<'c> {
    pages_at: CachedStatement<'c>,
    /// Times of the earliest and latest pageview in the store; beyond them nothing needs to be looked for.
    span_us: Option<(i64, i64)>,
    ties: Ties,
}

impl<'c> Known<'c> {
    /// Must be called before anything of the load is written.
    pub(super) fn new(connection: &'c Connection) -> rusqlite::Result<Known<'c>> {
        let span = "SELECT min(first_at), max(last_at) FROM loads";
        let span: (Option<i64>, Option<i64>) =
            connection.query_row(span, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Known {
            pages_at: connection
                .prepare_cached("SELECT page FROM pageview WHERE user = ?1 AND at = ?2")?,
            span_us: span.0.zip(span.1),
            ties: Ties::default(),
        })
    }

    /// Whether this pageview, not inserted yet, is equal to an earlier one. User and page are ids.
    pub(super) fn has(&mut self, user: i64, at: Timestamp, page: u32) -> rusqlite::Result<bool> {
        let at_us = at.as_us();
        let is_first = self.ties.previous != Some((user, at_us));
        let is_tied = self.ties.has(user, at_us, page);
        let may_be_stored = |(first, last)| (first..=last).contains(&at_us);
        if !is_first || !self.span_us.is_some_and(may_be_stored) {
            return Ok(is_tied);
        }
        // Asked once for all pageviews of an instant: there can be as many as in the store.
        let mut stored = self.pages_at.query(params![user, at_us])?;
        let mut is_stored = false;
        while let Some(found) = stored.next()? {
            let found: u32 = found.get(0)?;
            is_stored |= found == page;
            self.ties.more_pages.insert(found);
        }
        Ok(is_stored)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;
    use rusqlite::Connection;

    use crate::store::schema::schema;

    proptest! {
        #[test]
        fn what_is_stored_or_came_before_in_the_load_is_known(
            stored in proptest::collection::vec((0i64..3, 0i64..3, 0u32..4), 0..20),
            rows in proptest::collection::vec((0i64..3, 0i64..3, 0u32..4), 0..30),
        ) {
            let connection = Connection::open_in_memory().unwrap();
            connection.execute_batch(&schema(&[])).unwrap();
            connection.pragma_update(None, "foreign_keys", "OFF").unwrap();
            let mut seen = HashSet::new();
            for (arrival, row) in stored.into_iter().enumerate() {
                let (user, at, page) = row;
                connection.execute(
                    "INSERT INTO pageview VALUES (?1, ?2, ?3, ?4)",
                    params![user, at, arrival as i64, page],
                ).unwrap();
                seen.insert(row);
            }
            let mut known = Known::new(&connection).unwrap();
            known.span_us = Some((0, 2));
            let mut rows = rows;
            rows.sort_by_key(|&(user, at, _)| (user, at));
            for (user, at_us, page) in rows {
                let is_known = known.has(user, Timestamp::clamped(at_us), page).unwrap();
                prop_assert_eq!(is_known, !seen.insert((user, at_us, page)));
            }
        }
    }
}
