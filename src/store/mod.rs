//! Store floor: the SQLite file that is the truth. The only floor that names rusqlite.
//!
//! Knows pageviews and sessions, and nothing of how they are shown or exported.

mod activity;
mod add;
mod btree;
mod check;
mod checksum;
mod connect;
mod connection;
mod duplicates;
mod fill;
mod foreign;
mod foreign_load;
mod insert;
mod itself;
mod kept_sums;
mod leaves;
mod ledger;
mod load;
mod migrate;
mod once;
mod options;
mod pages;
mod proof;
mod record;
mod refresh;
mod scan;
mod schema;
mod stamp;
mod text_ids;
mod texts;

pub use check::Checked;
pub use connection::Access;
pub use connection::Store;
pub use connection::is_sqlite;
pub use foreign::refuse_database;
pub use foreign_load::open_table;
pub use load::LoadReport;
pub use options::LoadOptions;
pub use refresh::Refreshed;
pub use schema::APPLICATION_ID;
pub use schema::VERSION;
