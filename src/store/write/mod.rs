//! Changes a store: loads into a new store or an existing one, entries in the ledger, and the refresh of sessions.
//! Store floor.

mod add;
mod append;
mod duplicates;
mod fill;
mod insert;
mod itself;
mod keep;
mod ledger;
pub(super) mod load;
mod migrate;
mod once;
pub(super) mod refresh;
mod text_ids;
