//! A load: one input taken in, with its sessions and its entry in the ledger, or nothing. Store floor.

use rusqlite::Transaction;
use rusqlite::TransactionBehavior;

use crate::engine::columns::Arrival;
use crate::engine::columns::Ordered;
use crate::engine::dictionary::Dictionary;
use crate::source;
use crate::source::Input;
use crate::source::ReadOptions;
use crate::source::Sink;
use crate::source::Understood;
use crate::store::activity::Activity;
use crate::store::connection::Store;
use crate::store::connection::sqlite;
use crate::store::duplicates::Known;
use crate::store::insert::BulkInsert;
use crate::store::refresh::Refreshed;
use crate::store::refresh::Slab;
use crate::store::refresh::Touched;
use crate::store::scan::ROWS_A_REPORT;
use crate::store::text_ids::TextIds;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::gap::Gap;
use crate::words::pageview::Pageview;
use crate::words::pageview::Reject;
use crate::words::progress::Progress;
use crate::words::progress::Stage;
use crate::words::timestamp::Timestamp;

/// How many rejects a report shows.
const REJECTS_SHOWN: usize = 5;

/// Pageviews kept in memory before they are written: 16 bytes each, and as much again to order them.
const ROWS_A_SLAB: usize = 1 << 24;

/// What a load is asked to do.
#[derive(Clone, Debug)]
pub struct LoadOptions {
    /// How the input is read.
    pub read: ReadOptions,
    /// Whether the first reject stops the load.
    pub strict: bool,
    /// Whether content that the ledger knows is taken in once more.
    pub again: bool,
    /// Whether pageviews equal to one that is there already in user, time and page are left out.
    pub dedupe: bool,
    /// The time to write into the ledger.
    pub loaded_at: Timestamp,
}

/// What a load did.
#[derive(Clone, Debug)]
pub struct LoadReport {
    /// The input's name.
    pub input: String,
    /// How the input was understood.
    pub understood: Understood,
    /// Pageviews read.
    pub pageviews: u64,
    /// Those of them that are equal, in user, time and page, to one that was there already. They are taken
    /// in all the same unless `dedupe` was asked for.
    pub duplicates: u64,
    /// Bytes at the beginning that an earlier load had taken in, whose rows were left out.
    pub passed_bytes: u64,
    /// Rows that are no pageview.
    pub rejects: u64,
    /// The first few of them.
    pub first_rejects: Vec<Reject>,
    /// Earliest and latest pageview taken in; `None` without any.
    pub span: Option<(Timestamp, Timestamp)>,
    /// What became of the sessions.
    pub refreshed: Refreshed,
}

/// Watches a load.
pub trait Observer {
    /// Hears of progress. An error stops the load, and the store stays as it was.
    fn progress(&mut self, progress: Progress) -> Result<()>;

    /// Sees the pageviews read so far, in order of arrival: called each time their number has doubled.
    fn so_far(&mut self, _users: &Dictionary, _pages: &Dictionary, _arrivals: &[Arrival]) {}
}

impl<F: FnMut(Progress) -> Result<()>> Observer for F {
    fn progress(&mut self, progress: Progress) -> Result<()> {
        self(progress)
    }
}

impl Store {
    /// Takes in one input: its pageviews, what they change in the sessions, and its entry in the ledger,
    /// in one transaction. Of a file that has grown since it was loaded only the new lines are taken in.
    ///
    /// Errors, with the store as it was, when the input cannot be read or holds no pageview but rejects,
    /// when its content is in the ledger already (unless `again`), and when `observer` does.
    pub fn load(
        &mut self,
        input: &mut Input,
        options: &LoadOptions,
        observer: &mut dyn Observer,
    ) -> Result<LoadReport> {
        let transaction = self.begin_write()?;
        let table = match &options.read.table {
            Some(name) => Some(self.begin_table(input, name, options)?),
            None => None,
        };
        let passed_bytes = if options.again || table.is_some() {
            0
        } else {
            self.pass_known(input)?
        };
        let mut loader = Loader::new(self, input, options, observer)?;
        let understood = match table {
            Some(table) => table.read(input, &options.read, &mut loader)?,
            None => source::read(input, &options.read, &mut loader)?,
        };
        if let (0, Some(first)) = (loader.pageviews, loader.first_rejects.first()) {
            let (input, rows) = (loader.input, loader.rejects);
            return Err(Error::NothingRead {
                input,
                rows,
                first: first.clone(),
            });
        }
        if !options.again {
            self.refuse_known(input.name(), input.bytes_read(), input.digest())?;
        }
        let report = LoadReport {
            passed_bytes,
            ..loader.finish(understood)?
        };
        self.enter(input, &report, options)?;
        transaction.commit().map_err(self.failed("write"))?;
        Ok(report)
    }

    pub(super) fn begin_write(&self) -> Result<Transaction<'_>> {
        Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)
            .map_err(self.failed("write"))
    }
}

/// Takes pageviews from the reader: interns their texts, and writes them a slab at a time.
struct Loader<'a> {
    store: &'a Store,
    observer: &'a mut dyn Observer,
    input: String,
    bytes: Option<u64>,
    strict: bool,
    dedupe: bool,
    gap: Gap,
    users: TextIds,
    pages: TextIds,
    arrivals: Vec<Arrival>,
    /// Number of arrival of the slab's first pageview.
    first_arrival: i64,
    /// Whether the store had no pageview before this load.
    is_first: bool,
    known: Known<'a>,
    duplicates: u64,
    touched: Vec<Touched>,
    activity: Activity,
    /// Sessions written with the pageviews, if they were.
    sessions: Option<Refreshed>,
    next_look: usize,
    span: Option<(Timestamp, Timestamp)>,
    pageviews: u64,
    rejects: u64,
    first_rejects: Vec<Reject>,
}

impl<'a> Loader<'a> {
    fn new(
        store: &'a Store,
        input: &Input,
        options: &LoadOptions,
        observer: &'a mut dyn Observer,
    ) -> Result<Loader<'a>> {
        let first_arrival = store.next_arrival()?;
        let known = Known::new(&store.connection).map_err(store.failed("read"))?;
        Ok(Loader {
            store,
            observer,
            input: input.name().to_owned(),
            bytes: input.size(),
            strict: options.strict,
            dedupe: options.dedupe,
            gap: store.gap()?,
            users: TextIds::new("users", "user_id"),
            pages: TextIds::new("pages", "page"),
            arrivals: Vec::new(),
            first_arrival,
            is_first: first_arrival == 0,
            known,
            duplicates: 0,
            touched: Vec::new(),
            activity: Activity::default(),
            sessions: None,
            next_look: 1 << 15,
            span: None,
            pageviews: 0,
            rejects: 0,
            first_rejects: Vec::new(),
        })
    }

    /// Writes what is left, and the sessions.
    fn finish(mut self, understood: Understood) -> Result<LoadReport> {
        self.write_slab(true)?;
        let load = self
            .store
            .one::<i64>("SELECT coalesce(max(id), 0) + 1 FROM loads")?;
        let activity = self.activity.write(&self.store.connection, load);
        activity.map_err(self.store.failed("load into"))?;
        let observer = self.observer;
        let mut observe = |progress| observer.progress(progress);
        let refreshed = match self.sessions {
            Some(written_already) => written_already,
            // Looking up what a load touches pays only if that is a small part.
            None if self.is_first || self.pageviews * 4 > self.first_arrival as u64 => {
                self.store.rebuild_within(self.gap, &mut observe)?
            }
            None => self
                .store
                .refresh_touched(&mut self.touched, self.gap, &mut observe)?,
        };
        Ok(LoadReport {
            input: self.input,
            understood,
            pageviews: self.pageviews,
            duplicates: self.duplicates,
            passed_bytes: 0,
            rejects: self.rejects,
            first_rejects: self.first_rejects,
            span: self.span,
            refreshed,
        })
    }

    /// Inserts the slab's pageviews in key order; with them their sessions, when the slab is all there is.
    fn write_slab(&mut self, is_last: bool) -> Result<()> {
        let is_all = is_last && self.is_first && self.pageviews == self.arrivals.len() as u64;
        let connection = &self.store.connection;
        let failed = || sqlite("load into", self.store.path());

        self.users
            .store(connection, self.is_first)
            .map_err(failed())?;
        self.pages
            .store(connection, self.is_first)
            .map_err(failed())?;
        let (ids, ranks) = self.users.ranked();
        for arrival in &mut self.arrivals {
            arrival.user = ranks[arrival.user as usize];
            arrival.page = self.pages.ids[arrival.page as usize] as u32;
        }
        let ordered = Ordered::new(ids.len(), &self.arrivals);
        let total = self.arrivals.len() as u64;
        self.arrivals.clear();
        if is_last {
            self.arrivals = Vec::new();
        }

        let mut pageviews = BulkInsert::new(connection, "pageview", 4).map_err(failed())?;
        let mut sessions = BulkInsert::new(connection, "session", 6).map_err(failed())?;
        let mut slab = Slab::default();
        let mut refreshed = Refreshed::default();
        let (mut done, mut reported) = (0, 0);
        for (&id, user) in ids.iter().zip(0..) {
            let rows = ordered.rows_of(user);
            if rows.is_empty() {
                continue;
            }
            if is_all {
                slab.begin_user(id);
            }
            for row in rows {
                if self.known.has(id, row).map_err(failed())? {
                    self.duplicates += 1;
                    if self.dedupe {
                        continue;
                    }
                }
                self.activity.note(id, row.at);
                let arrival = self.first_arrival + i64::from(row.arrival);
                let inserted = pageviews.push(&[id, row.at.as_us(), arrival, i64::from(row.page)]);
                inserted.map_err(failed())?;
                if is_all {
                    slab.push(row.at, row.page);
                }
            }
            if is_all {
                refreshed.written += slab
                    .cut_if_full(self.gap, &mut sessions)
                    .map_err(failed())?;
            } else if !self.is_first {
                let runs = rows.chunk_by(|a, b| b.at.as_us() - a.at.as_us() < self.gap.as_us());
                self.touched.extend(runs.map(|run| Touched {
                    user: id,
                    first_us: run[0].at.as_us(),
                    last_us: run[run.len() - 1].at.as_us(),
                }));
            }
            done += rows.len() as u64;
            if done - reported >= ROWS_A_REPORT {
                reported = done;
                let stage = Stage::Write;
                let (pageviews, rejects) = (self.pageviews, self.rejects);
                self.observer.progress(Progress {
                    stage,
                    done,
                    total: Some(total),
                    pageviews,
                    rejects,
                })?;
            }
        }
        pageviews.finish().map_err(failed())?;
        if is_all {
            refreshed.written += slab.cut(self.gap, &mut sessions).map_err(failed())?;
            refreshed.pageviews = total;
            self.sessions = Some(refreshed);
        }
        sessions.finish().map_err(failed())?;
        self.first_arrival += total as i64;
        if let Some(span) = self.span {
            self.known.widen(span);
        }
        Ok(())
    }
}

impl Sink for Loader<'_> {
    fn pageview(&mut self, pageview: Pageview<'_>) -> Result<()> {
        let at = pageview.page_view_at;
        self.arrivals.push(Arrival {
            user: self.users.interner.intern(pageview.user_id),
            page: self.pages.interner.intern(pageview.page),
            at,
        });
        self.span = Some(
            self.span
                .map_or((at, at), |(first, last)| (first.min(at), last.max(at))),
        );
        self.pageviews += 1;
        if self.arrivals.len() == ROWS_A_SLAB {
            self.write_slab(false)?;
        }
        Ok(())
    }

    fn reject(&mut self, reject: Reject) -> Result<()> {
        if self.strict {
            return Err(Error::Rejected(reject));
        }
        self.rejects += 1;
        if self.first_rejects.len() < REJECTS_SHOWN {
            self.first_rejects.push(reject);
        }
        Ok(())
    }

    fn progress(&mut self, bytes_read: u64) -> Result<()> {
        self.observer.progress(Progress {
            stage: Stage::Read,
            done: bytes_read,
            total: self.bytes,
            pageviews: self.pageviews,
            rejects: self.rejects,
        })?;
        if self.arrivals.len() >= self.next_look && self.pageviews == self.arrivals.len() as u64 {
            self.next_look = self.arrivals.len() * 2;
            self.observer.so_far(
                self.users.interner.texts(),
                self.pages.interner.texts(),
                &self.arrivals,
            );
        }
        Ok(())
    }
}
