//! Store floor: keeps pageviews and sessions in a SQLite file. The only floor that names rusqlite.
//!
//! Does not know how they are shown or exported. `docs/store.md` is the design.

mod activity;
mod checksum;
mod connect;
mod connection;
mod file;
mod kept_carried;
mod kept_roles;
mod kept_sample;
mod kept_sums;
mod options;
mod read;
mod schema;
mod write;

pub use connection::Access;
pub use connection::Store;
pub(crate) use connection::is_sqlite;
pub use options::LoadOptions;
pub use read::check::Checked;
pub use read::foreign::refuse_database;
pub use read::foreign_load::open_table;
pub use write::load::LoadReport;
pub use write::refresh::Refreshed;
