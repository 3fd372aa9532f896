//! A load into a store that has pageviews, or that others may see: through SQL. Store floor.

use crate::engine::order::Ordered;
use crate::store::activity::Activity;
use crate::store::checksum::Checksum;
use crate::store::checksum::Part;
use crate::store::connect::sqlite;
use crate::store::connection::Store;
use crate::store::duplicates::Known;
use crate::store::gather::Gathered;
use crate::store::gather::Intake;
use crate::store::insert::BulkInsert;
use crate::store::load::LoadReport;
use crate::store::options::Observer;
use crate::store::refresh::ROWS_A_SLAB;
use crate::store::refresh::Touched;
use crate::store::scan::ROWS_A_REPORT;
use crate::store::text_ids::TextIds;
use crate::words::error::Result;
use crate::words::gap::Gap;
use crate::words::progress::Progress;
use crate::words::progress::Stage;

impl Store {
    /// Takes in an input within a transaction that is open already.
    pub(super) fn add(&self, intake: &mut Intake<'_>) -> Result<LoadReport> {
        let options = intake.options;
        let first_arrival = self.next_arrival()?;
        let mut adding = Adding {
            store: self,
            dedupe: options.dedupe,
            gap: self.gap()?,
            users: TextIds::new("users", "user_id"),
            pages: TextIds::new("pages", "page"),
            first_arrival,
            known: Known::new(&self.connection).map_err(self.failed("read"))?,
            duplicates: 0,
            touched: Vec::new(),
            activity: Activity::default(),
            brought: Checksum::default(),
        };
        let mut put = |gathered: &mut Gathered, observer: &mut dyn Observer| {
            adding.write_slab(gathered, observer)
        };
        let (understood, mut gathered) = intake.gather(&mut put)?;
        let Intake {
            input, observer, ..
        } = intake;
        if !options.again {
            self.refuse_known(input)?;
        }
        adding.write_slab(&mut gathered, *observer)?;
        let Adding {
            gap,
            users,
            pages,
            duplicates,
            mut touched,
            activity,
            brought,
            ..
        } = adding;
        self.add_checksum(Part::Users, users.brought)?;
        self.add_checksum(Part::Pages, pages.brought)?;
        self.add_checksum(Part::Pageviews, brought)?;
        self.write_activity(activity)?;
        let mut observe = |progress| observer.progress(progress);
        // Looking up what a load touches pays only if that is a small part.
        let rows_a_slab = ROWS_A_SLAB.min(intake.rows_a_slab);
        let n_kept = gathered.pageviews - if options.dedupe { duplicates } else { 0 };
        let refreshed = if gathered.pageviews * 4 > first_arrival as u64 {
            self.rebuild_within(gap, n_kept, rows_a_slab, &mut observe)?
        } else {
            self.refresh_touched(&mut touched, gap, rows_a_slab, &mut observe)?
        };
        Ok(LoadReport::of(
            input, understood, gathered, duplicates, refreshed,
        ))
    }
}

/// Writes pageviews a slab at a time.
struct Adding<'a> {
    store: &'a Store,
    dedupe: bool,
    gap: Gap,
    users: TextIds,
    pages: TextIds,
    /// Number of arrival of the slab's first pageview.
    first_arrival: i64,
    known: Known<'a>,
    duplicates: u64,
    touched: Vec<Touched>,
    activity: Activity,
    /// The sum of its pageviews.
    brought: Checksum,
}

impl Adding<'_> {
    /// Inserts the slab's pageviews in key order and takes its arrivals.
    fn write_slab(&mut self, gathered: &mut Gathered, observer: &mut dyn Observer) -> Result<()> {
        let connection = &self.store.connection;
        let failed = || sqlite("load into", self.store.path());

        let (users, pages) = (gathered.users.texts(), gathered.pages.texts());
        self.users.store(users, connection).map_err(failed())?;
        self.pages.store(pages, connection).map_err(failed())?;
        let (ids, ranks) = self.users.ranked();
        for arrival in &mut gathered.arrivals {
            arrival.user = ranks[arrival.user as usize];
            let id = self.pages.ids[arrival.page as usize];
            arrival.page = u32::try_from(id).map_err(|_| {
                let problem =
                    format!("a page has the id {id}, which no dwell gives: the file is damaged");
                self.store.damaged(&problem)
            })?;
        }
        let ordered = Ordered::new(ids.len(), &gathered.arrivals);
        let total = gathered.arrivals.len() as u64;
        gathered.arrivals.clear();

        let mut pageviews = BulkInsert::new(connection, "pageview", 4).map_err(failed())?;
        let (mut done, mut reported) = (0, 0);
        for (&id, user) in ids.iter().zip(0..) {
            let rows = ordered.rows_of(user);
            for row in rows {
                done += 1;
                if done - reported >= ROWS_A_REPORT {
                    reported = done;
                    observer.progress(Progress {
                        stage: Stage::Write,
                        done,
                        total: Some(total),
                        pageviews: gathered.pageviews,
                        rejects: gathered.rejects,
                    })?;
                }
                if self.known.has(id, row).map_err(failed())? {
                    self.duplicates += 1;
                    if self.dedupe {
                        continue;
                    }
                }
                self.activity.note(id, row.at);
                let arrival = self.first_arrival + i64::from(row.arrival);
                let values = [id, row.at.as_us(), arrival, i64::from(row.page)];
                self.brought.add_row(values);
                pageviews.push(&values).map_err(failed())?;
            }
            let runs = rows.chunk_by(|a, b| b.at.as_us() - a.at.as_us() < self.gap.as_us());
            self.touched.extend(runs.map(|run| Touched {
                user: id,
                first_us: run[0].at.as_us(),
                last_us: run[run.len() - 1].at.as_us(),
            }));
        }
        pageviews.finish().map_err(failed())?;
        self.first_arrival += total as i64;
        if let Some(span) = gathered.span {
            self.known.widen(span);
        }
        Ok(())
    }
}
