//! SQLite's file format: pages, records and b-trees, read and written without SQLite, which checks both. Knows no noun
//! of ours. Store floor.

pub(super) mod btree;
pub(super) mod leaves;
pub(super) mod pages;
mod record;
pub(super) mod stamp;
