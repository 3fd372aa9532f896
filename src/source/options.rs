//! How an input is to be read, as far as a person said so. Source floor.

use chrono_tz::Tz;
use encoding_rs::Encoding;

use crate::source::time::TimeFormat;

/// Formats that pageviews come in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InputFormat {
    /// Found out by the content; names are not trusted.
    #[default]
    Auto,
    /// Delimited text; the delimiter (`,` tab `;` or `|`) is found out.
    Csv,
    /// Delimited text with tabs.
    Tsv,
    /// JSON objects: one a line, one after the other, or in an array.
    Jsonl,
    /// Parquet.
    Parquet,
    /// A web server's access log, of any layout that is known.
    AccessLog,
}

/// Who is the user of a line in an access log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogUser {
    /// The client's address with a short digest of its user agent: people behind one address are told apart
    /// by their browsers.
    #[default]
    AddressAndAgent,
    /// The client's address.
    Address,
    /// The name by which the client authenticated itself.
    RemoteUser,
    /// The first address of `X-Forwarded-For`, or else the client's.
    Forwarded,
}

/// How access logs become pageviews.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogOptions {
    /// Who the user is.
    pub user: LogUser,
    /// Whether the page keeps its query.
    pub keeps_query: bool,
    /// Whether every request is a pageview, not only what a person would call one.
    pub takes_all: bool,
}

/// How to read inputs; the default finds everything out and takes times without an offset as UTC.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// The format, if it is not to be found out.
    pub format: InputFormat,
    /// The user's column, if it is not to be found by [`USER_NAMES`](super::USER_NAMES). `#2` is the second
    /// column; in JSON, dots lead into objects.
    pub user_column: Option<String>,
    /// The time's column, if it is not to be found by [`TIME_NAMES`](super::TIME_NAMES).
    pub time_column: Option<String>,
    /// The page's column, if it is not to be found by [`PAGE_NAMES`](super::PAGE_NAMES).
    pub page_column: Option<String>,
    /// Whether delimited text begins with its first row instead of a header.
    pub no_header: bool,
    /// The encoding of text without a byte order mark, if it is not UTF-8.
    pub encoding: Option<&'static Encoding>,
    /// How every timestamp is written, if that is not to be found out.
    pub time_format: Option<TimeFormat>,
    /// The zone of times that are written without an offset. UTC by default.
    pub time_zone: Tz,
    /// The table or view to read, of a database; see [`read_table`](super::read_table).
    pub table: Option<String>,
    /// How access logs become pageviews.
    pub log: LogOptions,
}
