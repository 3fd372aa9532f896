//! A load through SQL, into a store that has pageviews or that others may see. Store floor.

use crate::engine::dataset::TextValues;
use crate::load::LoadedInputs;
use crate::store::activity::Activity;
use crate::store::checksum::Checksum;
use crate::store::checksum::StorePart;
use crate::store::connection::Store;
use crate::store::write::duplicates::Known;
use crate::store::write::insert::BulkInsert;
use crate::store::write::load::LoadJob;
use crate::store::write::load::WriteProgress;
use crate::store::write::refresh::ROWS_A_SLAB;
use crate::store::write::refresh::Refreshed;
use crate::store::write::refresh::Touched;
use crate::store::write::text_ids::TextIds;
use crate::words::error::Result;
use crate::words::progress::Progress;

impl Store {
    /// Inserts pageviews within an open transaction, and brings the sessions up to date. Returns how many were there
    /// already.
    pub(super) fn add(
        &self,
        loaded: &LoadedInputs,
        job: &mut LoadJob<'_>,
    ) -> Result<(u64, Refreshed)> {
        let connection = &self.connection;
        let failed = || self.failed("load into");
        let LoadedInputs {
            dataset, arrival, ..
        } = loaded;
        let (gap, first_arrival) = (self.gap()?, self.next_arrival()?);

        let mut users = TextIds::new("users", "user_id");
        let mut pages = TextIds::new("pages", "page");
        users.store(dataset.users(), connection).map_err(failed())?;
        pages.store(dataset.pages(), connection).map_err(failed())?;

        let columns: Vec<TextValues<'_>> = dataset.carried().collect();
        let mut carried = Vec::with_capacity(columns.len());
        for (column, number) in columns.iter().zip(1..) {
            let mut values = TextIds::new(format!("carried_{number}"), "value");
            values.store(column.texts, connection).map_err(failed())?;
            self.add_checksum(StorePart::Carried(number), values.brought)?;
            carried.push(values);
        }

        let page_ids = pages.ids.iter().map(|&id| {
            u32::try_from(id).map_err(|_| {
                let problem = format!("a page has the id {id}, which no version of dwell writes");
                self.damaged(&problem)
            })
        });
        let page_ids: Vec<u32> = page_ids.collect::<Result<_>>()?;
        let mut known = Known::new(connection).map_err(failed())?;
        let insert = BulkInsert::new(connection, "pageview", 4 + columns.len());
        let mut insert = insert.map_err(failed())?;
        let mut watch = WriteProgress::new(job.observer, dataset.n_rows());
        let mut activity = Activity::default();
        let mut touched = Vec::new();
        let mut brought = Checksum::default();
        let mut n_known = 0;
        let mut row_values = Vec::new();
        for user in users.in_id_order() {
            let (id, rows) = (users.ids[user as usize], dataset.rows_of(user as usize));
            for row in rows.clone() {
                let at = dataset.at(row);
                let page = page_ids[dataset.page()[row] as usize];
                if known.has(id, at, page).map_err(failed())? {
                    n_known += 1;
                    if job.options.dedupe {
                        continue;
                    }
                }
                activity.note(id, at);
                let arrival = first_arrival + i64::from(arrival[row]);
                let values = [id, at.as_us(), arrival, i64::from(page)];
                row_values.clear();
                row_values.extend(values);
                let of_row = columns.iter().zip(&carried);
                row_values
                    .extend(of_row.map(|(column, values)| values.ids[column.by_row[row] as usize]));
                brought.add_row(values, &row_values[values.len()..]);
                insert.push(&row_values).map_err(failed())?;
            }
            let at = &dataset.at_us()[rows.clone()];
            let runs = at.chunk_by(|a, b| b - a < gap.as_us());
            touched.extend(runs.map(|run| Touched {
                user: id,
                first_us: run[0],
                last_us: run[run.len() - 1],
            }));
            watch.count(rows.len())?;
        }
        insert.finish().map_err(failed())?;
        self.add_checksum(StorePart::Users, users.brought)?;
        self.add_checksum(StorePart::Pages, pages.brought)?;
        self.add_checksum(StorePart::Pageviews, brought)?;
        self.write_activity(activity, job.extends)?;

        let n_read = dataset.n_rows() as u64;
        let n_kept = n_read - if job.options.dedupe { n_known } else { 0 };
        let rows_a_slab = ROWS_A_SLAB.min(job.options.rows_a_slab);
        let mut observe = |progress: Progress| job.observer.progress(progress);
        // To look up what a load touches pays only if that is a small part.
        let refreshed = if n_read * 4 > first_arrival as u64 {
            self.rebuild_within(gap, n_kept, rows_a_slab, &mut observe)?
        } else {
            self.refresh_touched(&mut touched, gap, rows_a_slab, &mut observe)?
        };
        Ok((n_known, refreshed))
    }
}
