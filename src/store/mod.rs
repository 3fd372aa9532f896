//! Store floor: the SQLite file that is the truth. The only floor that names rusqlite.
//!
//! Knows pageviews and sessions, and nothing of how they are shown or exported.

mod activity;
mod checksum;
mod connect;
mod connection;
mod file;
mod kept_roles;
mod kept_sums;
mod options;
mod read;
mod schema;
mod write;

pub use connection::Access;
pub use connection::Store;
pub use connection::is_sqlite;
pub use options::LoadOptions;
pub use read::check::Checked;
pub use read::foreign::refuse_database;
pub use read::foreign_load::open_table;
pub use schema::APPLICATION_ID;
pub use schema::VERSION;
pub use write::load::LoadReport;
pub use write::refresh::Refreshed;
