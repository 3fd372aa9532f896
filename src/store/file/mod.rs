//! Reads and writes SQLite's file format without SQLite: pages, records and b-trees. SQLite checks both in tests.
//! Knows none of our nouns. Store floor.

pub(super) mod btree;
pub(super) mod leaves;
pub(super) mod pages;
mod record;
pub(super) mod stamp;
