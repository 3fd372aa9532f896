//! Makes a dataset of what was gathered: of one slab in memory, or by merging the runs on disk. Load floor.

use std::mem;

use crate::engine::dataset::Builder;
use crate::engine::dataset::Dataset;
use crate::engine::dictionary::Dictionary;
use crate::engine::interner::Interner;
use crate::load::gather::Loading;
use crate::load::gather::Observer;
use crate::load::gather::TakenInput;
use crate::load::order::Arrivals;
use crate::load::order::order;
use crate::load::run::UserRows;
use crate::load::run::merge_next;
use crate::load::text_order::TextOrder;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::progress::Progress;
use crate::words::progress::Stage;

/// Rows between two reports of progress.
const ROWS_A_REPORT: u64 = 1 << 17;

impl Loading {
    pub(super) fn put_together(
        mut self,
        observer: &mut dyn Observer,
    ) -> Result<(Dataset, Vec<u32>, Vec<TakenInput>)> {
        let known = mem::take(&mut self.known);
        let (dataset, arrival) = if self.runs.is_empty() {
            let slab = mem::take(&mut self.slab);
            self.in_memory(slab)
        } else {
            self.spill()?;
            self.merged(observer)?
        };
        Ok((dataset, arrival, known))
    }

    /// The only slab: its dataset and numbers of arrival.
    pub(super) fn in_memory(&self, slab: Arrivals) -> (Dataset, Vec<u32>) {
        let user_order = TextOrder::of(self.users.texts());
        let orders = self.text_orders();
        let places: Vec<Vec<u32>> = orders.iter().map(TextOrder::places).collect();
        let ordered = order(slab, &user_order.places(), &places, self.first_arrival());
        let mut columns = ordered.columns.into_iter();
        let texts = self.texts_in(&orders).zip(&mut columns).collect();
        let users = user_order.in_order(self.users.texts());
        let mut dataset = Dataset::of_columns(users, ordered.user_starts, ordered.at, texts)
            .carrying(self.carried_names());
        dataset.coverage = self.coverage.clone();
        (dataset, columns.next().unwrap_or_default())
    }

    /// Merges the runs.
    fn merged(mut self, observer: &mut dyn Observer) -> Result<(Dataset, Vec<u32>)> {
        let failed = || Error::io("read", &self.spill.folder);
        let orders = self.text_orders();
        let text_places: Vec<Vec<u32>> = orders.iter().map(TextOrder::places).collect();
        let user_places = self.user_order.places();
        let total = self.n_rows();
        let n_texts = self.texts.len();
        let mut builder = Builder::with_capacity(total as usize, n_texts);
        let mut arrival = Vec::new();
        let mut rows = UserRows::new(n_texts + usize::from(self.keeps_arrival));
        let mut reported = 0;
        let runs = &mut self.runs;
        while let Some(user) = merge_next(runs, &user_places, &mut rows).map_err(failed())? {
            rows.sort_by_time();
            for (column, places) in rows.columns.iter_mut().zip(&text_places) {
                column
                    .iter_mut()
                    .for_each(|text| *text = places[*text as usize]);
            }
            builder.begin_user(self.users.texts().text(user));
            builder.extend(&rows.at, &rows.columns);
            if let Some(of_user) = rows.columns.get(n_texts) {
                arrival.extend_from_slice(of_user);
            }
            let done = builder.n_rows() as u64;
            if done - reported >= ROWS_A_REPORT {
                reported = done;
                observer.progress(Progress::of(Stage::Order, done, total))?;
            }
        }
        let dataset = builder.finish(self.texts_in(&orders));
        let mut dataset = dataset.carrying(self.carried_names());
        dataset.coverage = mem::take(&mut self.coverage);
        Ok((dataset, arrival))
    }

    fn carried_names(&self) -> Vec<String> {
        let carried = self.carried.iter();
        carried.map(|carried| carried.name.clone()).collect()
    }

    fn text_orders(&self) -> Vec<TextOrder> {
        let texts = self.texts.iter().map(Interner::texts);
        texts.map(TextOrder::of).collect()
    }

    /// The texts of each column in these orders.
    fn texts_in(&self, orders: &[TextOrder]) -> impl Iterator<Item = Dictionary> {
        let columns = orders.iter().zip(&self.texts);
        columns.map(|(order, texts)| order.in_order(texts.texts()))
    }
}
