//! Pageviews that are there more than once. Load floor.

use std::sync::Arc;

use hashbrown::HashSet;

use crate::engine::dataset::Dataset;
use crate::engine::dataset::without;
use crate::load::loaded::LoadedInputs;

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
        LoadedInputs {
            dataset: Arc::new(self.dataset.without_rows(duplicates)),
            arrival: without(&self.arrival, duplicates),
            inputs: self.inputs.clone(),
            carried: self.carried.clone(),
        }
    }
}
