//! Pageviews that are there already. Store floor.

use hashbrown::HashSet;
use rusqlite::CachedStatement;
use rusqlite::Connection;
use rusqlite::params;

use crate::engine::order::Placed;
use crate::words::timestamp::Timestamp;

/// Tells, of pageviews that come in key order, which are equal to an earlier one in user, time and page.
#[derive(Debug, Default)]
pub(super) struct Ties {
    /// User and time of the pageview before.
    previous: Option<(i64, i64)>,
    /// The first page at that user and time, and any more of them.
    first_page: u32,
    more_pages: HashSet<u32>,
}

impl Ties {
    /// Whether an earlier one is equal to this.
    #[inline]
    pub(super) fn has(&mut self, user: i64, at_us: i64, page: u32) -> bool {
        if self.previous == Some((user, at_us)) {
            // Ties are few as a rule, but a whole file can be one.
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

/// Tells the same, and which are equal to one that was in the store before.
pub(super) struct Known<'c> {
    find: CachedStatement<'c>,
    /// Times of the earliest and latest pageview in the store; beyond them nothing needs to be looked for.
    span_us: Option<(i64, i64)>,
    ties: Ties,
}

impl<'c> Known<'c> {
    /// Before anything of the load is written.
    pub(super) fn new(connection: &'c Connection) -> rusqlite::Result<Known<'c>> {
        let span = "SELECT min(first_at), max(last_at) FROM loads";
        let span: (Option<i64>, Option<i64>) =
            connection.query_row(span, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Known {
            find: connection.prepare_cached(
                "SELECT 1 FROM pageview WHERE user = ?1 AND at = ?2 AND page = ?3 LIMIT 1",
            )?,
            span_us: span.0.zip(span.1),
            ties: Ties::default(),
        })
    }

    /// From now on pageviews in this span of time are in the store too.
    pub(super) fn widen(&mut self, (first, last): (Timestamp, Timestamp)) {
        let (first, last) = (first.as_us(), last.as_us());
        self.span_us = Some(
            self.span_us
                .map_or((first, last), |(a, b)| (a.min(first), b.max(last))),
        );
        self.ties = Ties::default();
    }

    /// Whether this pageview, not inserted yet, is equal to an earlier one. `row.page` is the store's id.
    pub(super) fn has(&mut self, user: i64, row: &Placed) -> rusqlite::Result<bool> {
        let at_us = row.at.as_us();
        if self.ties.has(user, at_us, row.page) {
            return Ok(true);
        }
        match self.span_us {
            Some((first, last)) if (first..=last).contains(&at_us) => {
                self.find.exists(params![user, at_us, row.page])
            }
            _ => Ok(false),
        }
    }
}
