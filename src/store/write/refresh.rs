//! Keeps the `session` table equal to what the pageviews say: rebuilds it, or refreshes a part. Store floor.
//!
//! Both run the engine's sessionizer on one slab of pageviews at a time, so that the store may be larger than memory.

use rusqlite::params;

use crate::engine::dataset::Builder;
use crate::engine::dataset::Dataset;
use crate::engine::dictionary::Dictionary;
use crate::engine::sessionize::sessionize;
use crate::store::connection::Store;
use crate::store::read::proof::Proof;
use crate::store::read::proof::pageview_row;
use crate::store::write::insert::BulkInsert;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::gap::Gap;
use crate::words::progress::Observe;
use crate::words::progress::Progress;
use crate::words::progress::Stage;
use crate::words::timestamp::Timestamp;

/// A slab ends at the first new user after this many pageviews.
pub(super) const ROWS_A_SLAB: usize = 1 << 20;

/// What a rebuild or refresh did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refreshed {
    /// Pageviews read.
    pub pageviews: u64,
    /// Stored sessions that were removed.
    pub removed: u64,
    /// Sessions written.
    pub written: u64,
    /// Stored sessions that were checked and are right.
    pub unchanged: u64,
}

/// A run of one user's pageviews. For a load: new pageviews with pauses shorter than the gap. For a window: all in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Touched {
    /// Id of the user.
    pub(super) user: i64,
    /// Time of the first pageview, microseconds.
    pub(super) first_us: i64,
    /// Time of the last pageview, microseconds.
    pub(super) last_us: i64,
}

/// A row of `session`: user, started_at, ended_at, pageviews, landing_page, exit_page.
pub(super) type SessionRow = [i64; 6];

impl Store {
    /// Derives all sessions anew at `gap`, which becomes the store's. All or nothing.
    pub fn rebuild(&mut self, gap: Gap, observe: Observe<'_>) -> Result<Refreshed> {
        let transaction = self.begin_write()?;
        let refreshed = self.rebuild_within(gap, 0, ROWS_A_SLAB, observe)?;
        self.save_gap(gap)?;
        transaction.commit().map_err(self.failed("write"))?;
        Ok(refreshed)
    }

    /// The same within an open transaction. Leaves the saved gap alone. `brought` is the number of pageviews of a load
    /// that is not in the ledger yet.
    pub(super) fn rebuild_within(
        &self,
        gap: Gap,
        brought: u64,
        rows_a_slab: usize,
        observe: Observe<'_>,
    ) -> Result<Refreshed> {
        let mut proof = Proof::new(self, brought)?;
        let mut refreshed = Refreshed {
            removed: self.n_sessions()?,
            ..Refreshed::default()
        };
        let written = self.connection.execute_batch("DELETE FROM session");
        written.map_err(self.failed("write"))?;
        let mut sessions =
            BulkInsert::new(&self.connection, "session", 6).map_err(self.failed("write"))?;

        let mut slab = Slab::default();
        self.each_row(|row, carried| {
            if proof.is_new(row[0]) {
                if slab.n_rows() >= rows_a_slab {
                    refreshed.written +=
                        slab.cut(gap, &mut sessions).map_err(self.failed("write"))?;
                    let done = proof.n_rows();
                    observe(Progress::of(Stage::Sessionize, done, proof.total()))?;
                }
                slab.begin_user(row[0]);
            }
            let at = proof.take(row, carried)?;
            slab.push(at, self.page_of(row)?);
            Ok(())
        })?;
        refreshed.pageviews = proof.total();
        proof.finish()?;
        refreshed.written += slab.cut(gap, &mut sessions).map_err(self.failed("write"))?;
        sessions.finish().map_err(self.failed("write"))?;
        Ok(refreshed)
    }

    /// Recomputes the sessions that pageviews in the half-open window [`from`, `to`) touch, at the store's gap. All or
    /// nothing. A load already does this for what it brings. So unless others write to the store, all sessions turn
    /// out unchanged.
    ///
    /// Errors when the window is empty.
    pub fn refresh(
        &mut self,
        from: Timestamp,
        to: Timestamp,
        observe: Observe<'_>,
    ) -> Result<Refreshed> {
        if from >= to {
            return Err(Error::Usage(format!(
                "the window from {from} to {to} is empty"
            )));
        }
        let transaction = self.begin_write()?;
        let gap = self.gap()?;
        let mut touched = self.touched_between(from, to)?;
        let refreshed = self.refresh_touched(&mut touched, gap, ROWS_A_SLAB, observe)?;
        transaction.commit().map_err(self.failed("write"))?;
        Ok(refreshed)
    }

    /// Each user's pageviews in a window. No others lie between them, so they count as one run, however long the
    /// pauses.
    fn touched_between(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Touched>> {
        let failed = || self.failed("read");
        let mut touched = Vec::new();
        let mut statement = self.prepare(
            "SELECT min(at), max(at) FROM pageview WHERE user = ?1 AND at >= ?2 AND at < ?3",
        )?;
        for user in self.users_between(from, to)? {
            let window = [user, from.as_us(), to.as_us()];
            let ends = statement.query_row(window, |row| Ok((row.get(0)?, row.get(1)?)));
            if let (Some(first_us), Some(last_us)) = ends.map_err(failed())? {
                touched.push(Touched {
                    user,
                    first_us,
                    last_us,
                });
            }
        }
        Ok(touched)
    }

    /// Brings the stored sessions up to date after pageviews were inserted, within an open transaction.
    ///
    /// For each run of touched pageviews, the stored sessions that it can reach (they end less than a gap before its
    /// first and start less than a gap after its last) are recomputed together with it, and replaced if they differ.
    /// Nothing else of the user's history is read.
    pub(super) fn refresh_touched(
        &self,
        touched: &mut [Touched],
        gap: Gap,
        rows_a_slab: usize,
        observe: Observe<'_>,
    ) -> Result<Refreshed> {
        touched.sort_unstable();
        let total = touched.len() as u64;
        let mut refresher = Refresher::new(self);
        for (touched, done) in touched.iter().zip(0..) {
            refresher.reach(touched, gap)?;
            if refresher.slab.n_rows() >= rows_a_slab {
                refresher.settle(gap).map_err(self.failed("write"))?;
                observe(Progress::of(Stage::Sessionize, done, total))?;
            }
        }
        refresher.close_range()?;
        refresher.settle(gap).map_err(self.failed("write"))?;
        Ok(refresher.done)
    }

    /// The page of a row of `pageview`: its id in the store, in the type of a column.
    fn page_of(&self, row: [i64; 4]) -> Result<u32> {
        u32::try_from(row[3]).map_err(|_| self.damaged_row(row, "has no page"))
    }
}

/// Pageviews of some users on their way to becoming sessions. Page indices are the store's page ids.
#[derive(Default)]
pub(super) struct Slab {
    users: Vec<i64>,
    builder: Builder,
}

impl Slab {
    pub(super) fn begin_user(&mut self, user: i64) {
        self.users.push(user);
        self.builder.begin_user("");
    }

    pub(super) fn push(&mut self, at: Timestamp, page: u32) {
        self.builder.push(at, [page]);
    }

    /// Cuts the slab into sessions, inserts them, empties the slab; returns how many.
    fn cut(&mut self, gap: Gap, sessions: &mut BulkInsert<'_>) -> rusqlite::Result<u64> {
        let mut written = 0;
        self.drain(gap, |row| {
            written += 1;
            sessions.push(row)
        })?;
        Ok(written)
    }

    /// How many pageviews it holds.
    pub(super) fn n_rows(&self) -> usize {
        self.builder.n_rows()
    }

    /// Passes on the sessions of the slab in order, and empties it.
    pub(super) fn drain<E>(
        &mut self,
        gap: Gap,
        mut take: impl FnMut(&SessionRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let dataset = std::mem::take(&mut self.builder).finish([Dictionary::default()]);
        let sessions = sessionize(&dataset, gap);
        for (user, &id) in self.users.iter().enumerate() {
            for rows in sessions.spans(dataset.rows_of(user)) {
                take(&session_row(&dataset, id, rows))?;
            }
        }
        self.users.clear();
        Ok(())
    }
}

/// The row of the session of `user` that covers these rows. Pages are as the dataset numbers them.
pub(super) fn session_row(
    dataset: &Dataset,
    user: i64,
    rows: std::ops::Range<usize>,
) -> SessionRow {
    let (first, last) = (rows.start, rows.end - 1);
    [
        user,
        dataset.at_us()[first],
        dataset.at_us()[last],
        rows.len() as i64,
        i64::from(dataset.page()[first]),
        i64::from(dataset.page()[last]),
    ]
}

/// Collects ranges of time that must be recomputed, then recomputes them a slab at a time.
struct Refresher<'s> {
    store: &'s Store,
    /// The range being widened: user, first and last microsecond.
    range: Option<Touched>,
    /// Stored sessions that lie in the ranges of the slab, ordered by (user, started_at).
    stored: Vec<SessionRow>,
    /// Pageviews of the closed ranges, each range as a user of its own.
    slab: Slab,
    done: Refreshed,
}

impl Refresher<'_> {
    fn new(store: &Store) -> Refresher<'_> {
        Refresher {
            store,
            range: None,
            stored: Vec::new(),
            slab: Slab::default(),
            done: Refreshed::default(),
        }
    }

    /// Widens the open range by the touched pageviews and the stored sessions that they can reach. If they lie at
    /// least a gap behind it, closes it and opens another. Takes runs in order.
    fn reach(&mut self, touched: &Touched, gap: Gap) -> Result<()> {
        let reached = self.reached(touched, gap);
        let reached = reached.map_err(self.store.failed("read"))?;
        let mut range = *touched;
        for stored in &reached {
            range.first_us = range.first_us.min(stored[1]);
            range.last_us = range.last_us.max(stored[2]);
        }
        match &mut self.range {
            Some(open)
                if open.user == range.user
                    && range.first_us.saturating_sub(open.last_us) < gap.as_us() =>
            {
                open.first_us = open.first_us.min(range.first_us);
                open.last_us = open.last_us.max(range.last_us);
            }
            _ => {
                self.close_range()?;
                self.range = Some(range);
            }
        }
        // A session that two runs reach is collected once.
        let last = self.stored.last().copied();
        let is_new = |stored: &SessionRow| last.is_none_or(|last| last[..2] < stored[..2]);
        self.stored.extend(reached.into_iter().rev().filter(is_new));
        Ok(())
    }

    /// The stored sessions that a run can reach, the last one first.
    fn reached(&self, touched: &Touched, gap: Gap) -> rusqlite::Result<Vec<SessionRow>> {
        let mut reached = Vec::new();
        // Sessions of a user do not overlap. So the search goes backwards and stops at the first session that ends too
        // early.
        let mut statement = self.store.connection.prepare_cached(
            "SELECT started_at, ended_at, pageviews, landing_page, exit_page FROM session
             WHERE user = ?1 AND started_at < ?2 ORDER BY started_at DESC",
        )?;
        let before = touched.last_us.saturating_add(gap.as_us());
        let mut rows = statement.query(params![touched.user, before])?;
        while let Some(row) = rows.next()? {
            let ended_at: i64 = row.get(1)?;
            if ended_at <= touched.first_us.saturating_sub(gap.as_us()) {
                break;
            }
            reached.push([
                touched.user,
                row.get(0)?,
                ended_at,
                row.get(2)?,
                row.get(3)?,
                row.get(4)?,
            ]);
        }
        Ok(reached)
    }

    /// Reads the pageviews of the open range into the slab.
    fn close_range(&mut self) -> Result<()> {
        let Some(range) = self.range.take() else {
            return Ok(());
        };
        let store = self.store;
        let failed = || store.failed("read");
        self.slab.begin_user(range.user);
        let mut statement = store
            .connection
            .prepare_cached(
                "SELECT user, at, arrival, page FROM pageview
                 WHERE user = ?1 AND at BETWEEN ?2 AND ?3 ORDER BY at, arrival",
            )
            .map_err(failed())?;
        let mut rows = statement
            .query(params![range.user, range.first_us, range.last_us])
            .map_err(failed())?;
        let mut previous: Option<[i64; 4]> = None;
        while let Some(row) = rows.next().map_err(failed())? {
            let row = pageview_row(row).map_err(failed())?;
            if previous.is_some_and(|previous| previous[..3] >= row[..3]) {
                return Err(store.damaged_row(row, "is out of order"));
            }
            previous = Some(row);
            self.slab.push(store.time_of(row)?, store.page_of(row)?);
            self.done.pageviews += 1;
        }
        match previous {
            Some(_) => Ok(()),
            None => Err(store.damaged(&format!(
                "a pageview of user {} is not where it belongs",
                range.user
            ))),
        }
    }

    /// Replaces the stored sessions of the slab's ranges by what the pageviews say.
    fn settle(&mut self, gap: Gap) -> rusqlite::Result<()> {
        let connection = &self.store.connection;
        // Sessions reached by the range that is still open are settled with it.
        let open = self.range.map(|range| (range.user, range.first_us));
        let is_settled =
            |stored: &SessionRow| open.is_none_or(|open| (stored[0], stored[1]) < open);
        let n_settled = self.stored.partition_point(is_settled);
        let mut stored = self.stored.drain(..n_settled).peekable();

        let mut delete =
            connection.prepare_cached("DELETE FROM session WHERE user = ?1 AND started_at = ?2")?;
        let mut insert =
            connection.prepare_cached("INSERT INTO session VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
        let done = &mut self.done;
        let mut remove = |stored: SessionRow, done: &mut Refreshed| {
            done.removed += 1;
            delete.execute([stored[0], stored[1]]).map(drop)
        };
        self.slab.drain(gap, |fresh| {
            while let Some(before) = stored.next_if(|stored| stored[..2] < fresh[..2]) {
                remove(before, done)?;
            }
            if let Some(same) = stored.next_if(|stored| stored[..2] == fresh[..2]) {
                if same == *fresh {
                    done.unchanged += 1;
                    return Ok(());
                }
                remove(same, done)?;
            }
            done.written += 1;
            insert.execute(*fresh).map(drop)
        })?;
        for left in stored {
            remove(left, done)?;
        }
        Ok(())
    }
}
