//! Keeping the `session` table equal to what the pageviews say: rebuild, and refresh of a part.
//! Store floor.
//!
//! Both run the one sessionizer of the engine on a slab of pageviews at a time, so that a store larger
//! than memory can be sessionized.

use rusqlite::Connection;
use rusqlite::params;

use crate::engine::dataset::Builder;
use crate::engine::dataset::Dataset;
use crate::engine::dictionary::Dictionary;
use crate::engine::sessionize::sessionize;
use crate::store::activity::users_between;
use crate::store::connection::Store;
use crate::store::insert::BulkInsert;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::gap::Gap;
use crate::words::progress::Observe;
use crate::words::progress::Progress;
use crate::words::progress::Stage;
use crate::words::timestamp::Timestamp;

/// A slab is cut when it has this many pageviews, at the next user.
const ROWS_A_SLAB: usize = 1 << 20;

/// What a rebuild or refresh did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refreshed {
    /// Pageviews read.
    pub pageviews: u64,
    /// Stored sessions that were superseded and removed.
    pub removed: u64,
    /// Sessions written.
    pub written: u64,
    /// Stored sessions that were looked at and are right.
    pub unchanged: u64,
}

/// Pageviews of one user that a load brought, each less than a gap after the one before it.
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
        let refreshed = self.rebuild_within(gap, observe)?;
        self.save_gap(gap).map_err(self.failed("write"))?;
        transaction.commit().map_err(self.failed("write"))?;
        Ok(refreshed)
    }

    /// The same within a transaction that is open already; leaves the saved gap alone.
    pub(super) fn rebuild_within(&self, gap: Gap, observe: Observe<'_>) -> Result<Refreshed> {
        let total = self.n_pageviews()?;
        let mut refreshed = Refreshed {
            removed: self.n_sessions()?,
            ..Refreshed::default()
        };
        let written = self.connection.execute_batch("DELETE FROM session");
        written.map_err(self.failed("write"))?;
        let mut sessions =
            BulkInsert::new(&self.connection, "session", 6).map_err(self.failed("write"))?;

        let mut statement =
            self.prepare("SELECT user, at, page FROM pageview ORDER BY user, at, arrival")?;
        let mut rows = statement.raw_query();
        let mut slab = Slab::default();
        while let Some(row) = rows.next().map_err(self.failed("read"))? {
            let field = |column| row.get::<_, i64>(column);
            let (user, at, page) =
                (|| Ok((field(0)?, field(1)?, field(2)?)))().map_err(self.failed("read"))?;
            if slab.users.last() != Some(&user) {
                if slab.builder.n_rows() >= ROWS_A_SLAB {
                    refreshed.pageviews += slab.builder.n_rows() as u64;
                    refreshed.written +=
                        slab.cut(gap, &mut sessions).map_err(self.failed("write"))?;
                    observe(Progress::of(Stage::Sessionize, refreshed.pageviews, total))?;
                }
                slab.begin_user(user);
            }
            let at = Timestamp::from_us(at)
                .ok_or_else(|| self.damaged("a pageview has no valid time"))?;
            slab.builder.push(at, page as u32);
        }
        refreshed.pageviews += slab.builder.n_rows() as u64;
        refreshed.written += slab.cut(gap, &mut sessions).map_err(self.failed("write"))?;
        sessions.finish().map_err(self.failed("write"))?;
        Ok(refreshed)
    }

    /// Recomputes the sessions that pageviews in the half-open window [`from`, `to`) touch, at the store's
    /// gap. All or nothing. A load does this for what it brings, so that on a store that nobody else
    /// writes to all sessions are found unchanged.
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
        let mut touched = self
            .touched_between(from, to, gap)
            .map_err(self.failed("read"))?;
        let refreshed = self.refresh_touched(&mut touched, gap, observe)?;
        transaction.commit().map_err(self.failed("write"))?;
        Ok(refreshed)
    }

    /// The runs of pageviews in a window.
    fn touched_between(
        &self,
        from: Timestamp,
        to: Timestamp,
        gap: Gap,
    ) -> rusqlite::Result<Vec<Touched>> {
        let mut touched: Vec<Touched> = Vec::new();
        let mut statement = self.connection.prepare(
            "SELECT at FROM pageview WHERE user = ?1 AND at >= ?2 AND at < ?3 ORDER BY at",
        )?;
        for user in users_between(&self.connection, from, to)? {
            let mut rows = statement.query([user, from.as_us(), to.as_us()])?;
            while let Some(row) = rows.next()? {
                let at_us = row.get(0)?;
                match touched.last_mut() {
                    Some(run) if run.user == user && at_us - run.last_us < gap.as_us() => {
                        run.last_us = at_us
                    }
                    _ => touched.push(Touched {
                        user,
                        first_us: at_us,
                        last_us: at_us,
                    }),
                }
            }
        }
        Ok(touched)
    }

    /// Brings the stored sessions up to date with pageviews just inserted, within an open transaction.
    ///
    /// For each run of touched pageviews, the stored sessions that it can reach (they end less than a gap
    /// before its first and start less than a gap after its last) are recomputed together with it, and
    /// replaced where they differ. Nothing else of the user's history is read.
    pub(super) fn refresh_touched(
        &self,
        touched: &mut [Touched],
        gap: Gap,
        observe: Observe<'_>,
    ) -> Result<Refreshed> {
        touched.sort_unstable();
        let total = touched.len() as u64;
        let mut refresher = Refresher::default();
        for (touched, done) in touched.iter().zip(0..) {
            refresher
                .reach(&self.connection, touched, gap)
                .map_err(self.failed("read"))?;
            if refresher.slab.builder.n_rows() >= ROWS_A_SLAB {
                refresher
                    .settle(&self.connection, gap)
                    .map_err(self.failed("write"))?;
                observe(Progress::of(Stage::Sessionize, done, total))?;
            }
        }
        refresher
            .close_range(&self.connection)
            .map_err(self.failed("read"))?;
        refresher
            .settle(&self.connection, gap)
            .map_err(self.failed("write"))?;
        Ok(refresher.done)
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
        self.builder.push(at, page);
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

    /// Hands over the sessions of the slab in order and empties it.
    pub(super) fn drain<E>(
        &mut self,
        gap: Gap,
        mut take: impl FnMut(&SessionRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let dataset = std::mem::take(&mut self.builder).finish(Dictionary::default());
        let sessions = sessionize(&dataset, gap);
        for (user, &id) in self.users.iter().enumerate() {
            for rows in sessions.spans(dataset.rows_of(user)) {
                take(&row(&dataset, id, rows))?;
            }
        }
        self.users.clear();
        Ok(())
    }
}

fn row(dataset: &Dataset, user: i64, rows: std::ops::Range<usize>) -> SessionRow {
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
#[derive(Default)]
struct Refresher {
    /// The range being widened: user, first and last microsecond.
    range: Option<Touched>,
    /// Stored sessions that lie in the ranges of the slab, ordered by (user, started_at).
    stored: Vec<SessionRow>,
    /// Pageviews of the closed ranges, a range as a user of its own.
    slab: Slab,
    done: Refreshed,
}

impl Refresher {
    /// Widens the open range by the touched pageviews and the stored sessions they can reach, or closes
    /// it and opens another when they lie at least a gap behind it. Takes runs in order.
    fn reach(
        &mut self,
        connection: &Connection,
        touched: &Touched,
        gap: Gap,
    ) -> rusqlite::Result<()> {
        let gap_us = gap.as_us();
        let mut range = *touched;
        let mut reached = Vec::new();
        // Sessions of a user do not overlap, so that from the last one backwards the first that ends too
        // early ends the search.
        let mut statement = connection.prepare_cached(
            "SELECT started_at, ended_at, pageviews, landing_page, exit_page FROM session
             WHERE user = ?1 AND started_at < ?2 ORDER BY started_at DESC",
        )?;
        let mut rows = statement.query(params![
            touched.user,
            touched.last_us.saturating_add(gap_us)
        ])?;
        while let Some(row) = rows.next()? {
            let ended_at: i64 = row.get(1)?;
            if ended_at <= touched.first_us.saturating_sub(gap_us) {
                break;
            }
            let stored = [
                touched.user,
                row.get(0)?,
                ended_at,
                row.get(2)?,
                row.get(3)?,
                row.get(4)?,
            ];
            range.first_us = range.first_us.min(stored[1]);
            range.last_us = range.last_us.max(ended_at);
            reached.push(stored);
        }
        drop(rows);

        match &mut self.range {
            Some(open) if open.user == range.user && range.first_us - open.last_us < gap_us => {
                open.first_us = open.first_us.min(range.first_us);
                open.last_us = open.last_us.max(range.last_us);
            }
            _ => {
                self.close_range(connection)?;
                self.range = Some(range);
            }
        }
        // A session that two runs reach is collected once.
        let last = self.stored.last().copied();
        let is_new = |stored: &SessionRow| last.is_none_or(|last| last[..2] < stored[..2]);
        self.stored.extend(reached.into_iter().rev().filter(is_new));
        Ok(())
    }

    /// Reads the pageviews of the open range into the slab.
    fn close_range(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        let Some(range) = self.range.take() else {
            return Ok(());
        };
        self.slab.begin_user(range.user);
        let mut statement = connection.prepare_cached(
            "SELECT at, page FROM pageview WHERE user = ?1 AND at BETWEEN ?2 AND ?3 ORDER BY at, arrival",
        )?;
        let mut rows = statement.query(params![range.user, range.first_us, range.last_us])?;
        while let Some(row) = rows.next()? {
            self.slab.push(Timestamp::clamped(row.get(0)?), row.get(1)?);
            self.done.pageviews += 1;
        }
        Ok(())
    }

    /// Replaces the stored sessions of the slab's ranges by what the pageviews say.
    fn settle(&mut self, connection: &Connection, gap: Gap) -> rusqlite::Result<()> {
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
