//! Pageviews that are there more than once. Load floor.

use std::sync::Arc;

use hashbrown::HashSet;

use crate::engine::dataset::Builder;
use crate::engine::dataset::Dataset;
use crate::load::gather::LoadedInputs;

/// The rows that are equal to an earlier one in user, time and page, ascending.
pub(crate) fn duplicates(dataset: &Dataset) -> Vec<u32> {
    let (at, page) = (dataset.at_us(), dataset.page());
    let mut found = Vec::new();
    // There are usually few ties, but a whole file can be one.
    let mut pages = HashSet::new();
    for user in 0..dataset.n_users() {
        let rows = dataset.rows_of(user);
        for row in rows.start + 1..rows.end {
            if at[row] != at[row - 1] {
                continue;
            }
            if row - 1 == rows.start || at[row - 1] != at[row - 2] {
                pages.clear();
                pages.insert(page[row - 1]);
            }
            if !pages.insert(page[row]) {
                found.push(row as u32);
            }
        }
    }
    found
}

impl LoadedInputs {
    /// The same without duplicates: the first of equal pageviews stays.
    pub(crate) fn without(&self, duplicates: &[u32]) -> LoadedInputs {
        let dataset = &self.dataset;
        let n_rows = dataset.n_rows() - duplicates.len();
        let mut builder = Builder::with_capacity(n_rows, 1);
        let mut arrival = Vec::with_capacity(n_rows);
        let mut duplicates = duplicates.iter().peekable();
        for user in 0..dataset.n_users() {
            builder.begin_user(dataset.users().text(user as u32));
            for row in dataset.rows_of(user) {
                if duplicates.next_if_eq(&&(row as u32)).is_none() {
                    builder.push(dataset.at(row), [dataset.page()[row]]);
                    arrival.push(self.arrival[row]);
                }
            }
        }
        let mut dataset = builder.finish([dataset.pages().clone()]);
        dataset.coverage = self.dataset.coverage.clone();
        LoadedInputs {
            dataset: Arc::new(dataset),
            arrival,
            inputs: self.inputs.clone(),
        }
    }
}
