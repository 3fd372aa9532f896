//! What can be exported: which rows, in which format, of which users or sessions. Answers floor.
//!
//! `rows` makes the rows, one file for each format makes their bytes, and [`write()`] joins both. Knows nothing about
//! files.

pub(crate) mod csv;
mod encoder;
mod fields;
mod jsonl;
#[cfg(feature = "parquet")]
mod parquet;
#[cfg(not(feature = "parquet"))]
#[path = "parquet/absent.rs"]
mod parquet;
mod rows;
pub(crate) mod table;
mod times;
mod write;
mod write_table;

use chrono_tz::Tz;
pub(crate) use rows::is_fixed_column;
pub use write::write;
pub(crate) use write_table::write_table;

/// Why a build without the feature `parquet` writes none.
pub(crate) const NO_PARQUET: &str =
    "this build of dwell writes no Parquet: install dwell with --features parquet";

/// What a row of the export is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportRows {
    /// One row a session.
    Sessions,
    /// One row a pageview, with its session.
    Pageviews,
    /// One row a user.
    Users,
}

impl ExportRows {
    /// The name on the command line and in file names.
    pub fn name(self) -> &'static str {
        match self {
            ExportRows::Sessions => "sessions",
            ExportRows::Pageviews => "pageviews",
            ExportRows::Users => "users",
        }
    }
}

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values with a header line.
    Csv,
    /// The same, with an apostrophe before texts that a spreadsheet would run as a formula.
    CsvSafe,
    /// One JSON object a line.
    Jsonl,
    /// Parquet, with real types.
    Parquet,
}

impl Format {
    /// What it is called in words.
    pub fn words(self) -> &'static str {
        match self {
            Format::CsvSafe => "csv, safe for spreadsheets",
            other => other.name(),
        }
    }

    /// The name on the command line, and the ending of file names.
    pub fn name(self) -> &'static str {
        match self {
            Format::Csv | Format::CsvSafe => "csv",
            Format::Jsonl => "jsonl",
            Format::Parquet => "parquet",
        }
    }
}

/// Which part of the data is exported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// Everything.
    All,
    /// These users, by user index.
    Users(Vec<u32>),
    /// These sessions, by session index of the cut.
    Sessions(Vec<u32>),
}

/// One export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportRequest {
    /// What a row is.
    pub rows: ExportRows,
    /// How rows are written.
    pub format: Format,
    /// Which part of the data.
    pub selection: Selection,
    /// The zone with whose offset times are written. Parquet has instants without an offset.
    pub zone: Tz,
}
