//! The options for reading an input, as a person gave them. Source floor.

use encoding_rs::Encoding;
use encoding_rs::UTF_8;
use serde::Deserialize;
use serde::Serialize;

use crate::source::roles::Inspector;
use crate::source::roles::LayoutChoice;
use crate::source::roles::NamedColumns;
use crate::source::roles::RowFilter;
use crate::source::roles::Settled;
use crate::source::time::TimeOptions;

/// Formats that pageviews come in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InputFormat {
    /// Recognised by content. Names are not trusted.
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
    /// A web server's access log, in any known layout.
    AccessLog,
}

/// Who is the user of a line in an access log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LogUser {
    /// The client's address with a short digest of its user agent, so that people behind one address are told apart by
    /// their browsers.
    #[default]
    AddressAndAgent,
    /// The client's address.
    Address,
    /// The name by which the client authenticated itself.
    RemoteUser,
    /// The first public address of `X-Forwarded-For`, or else the client's.
    Forwarded,
    /// The value of a field of the log's format, by its name: `cookie_sid`.
    Field(String),
}

/// How access logs become pageviews.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogOptions {
    /// Who the user is.
    pub user: LogUser,
    /// Whether the page keeps its query.
    pub keeps_query: bool,
    /// Whether the page begins with the name of the site.
    pub keeps_host: bool,
    /// Whether every request is a pageview, not only what a person would call one.
    pub takes_all: bool,
    /// How lines are written, instead of finding it out: the text of a `log_format` or `LogFormat`, or the name of a
    /// known format.
    pub format: Option<String>,
}

/// A column that pageviews carry besides their page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarriedPart {
    /// What it is called from here on.
    pub name: String,
    /// What the input calls it.
    pub part: String,
}

impl CarriedPart {
    /// Whether it is called so, whatever the case.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.name.to_lowercase() == name.to_lowercase()
    }
}

/// How to read inputs. The default finds everything out, and takes times without an offset as UTC.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// The format, if it is not to be found out.
    pub format: InputFormat,
    /// The user's column, instead of looking for it by [`USER_NAMES`](super::USER_NAMES). `#2` is the second column;
    /// in JSON, dots lead into objects.
    pub user_column: Option<String>,
    /// The time's column, instead of looking for it by [`TIME_NAMES`](super::TIME_NAMES).
    pub time_column: Option<String>,
    /// The page's column, instead of looking for it by [`PAGE_NAMES`](super::PAGE_NAMES).
    pub page_column: Option<String>,
    /// Columns of user, time and page that are taken where they are there, none was named, no layout is recognised, and
    /// inputs before were not read otherwise.
    pub preferred_columns: [Option<String>; 3],
    /// The columns that pageviews carry besides their page, at most
    /// [`MOST_CARRIED`](crate::words::pageview::MOST_CARRIED).
    pub carried: Vec<CarriedPart>,
    /// Whether an input may lack some of these. Its pageviews then have nothing there.
    pub may_lack_carried: bool,
    /// Whether an input that may not is refused for what its first rows lack, even where later rows may have it.
    pub carried_by_first_rows: bool,
    /// The path to the rows, where they lie within an object or in an array of it.
    pub rows_at: Option<String>,
    /// Which rows count: all of these must hold.
    pub filters: Vec<RowFilter>,
    /// How a known export names its columns. Columns that a person names override it; its condition on rows stays.
    pub layout: LayoutChoice,
    /// Whether every row counts, even events that are not page views.
    pub all_rows: bool,
    /// How earlier inputs were read. Inputs with the same layout or header are read alike.
    pub settled: Vec<Settled>,
    /// Looks at the parts of inputs while they are read.
    pub inspector: Option<Inspector>,
    /// Texts that stand for nothing. They replace the usual ones, such as `NULL` in the user's column.
    pub null_texts: Option<Vec<String>>,
    /// Whether delimited text begins with its first row instead of a header.
    pub no_header: bool,
    /// The encoding of text without a byte order mark, if it is not UTF-8.
    pub encoding: Option<&'static Encoding>,
    /// How to read times.
    pub times: TimeOptions,
    /// The table or view to read, of a database.
    pub table: Option<String>,
    /// The sheet of a workbook to read: its name, or its number from 1.
    pub sheet: Option<String>,
    /// How access logs become pageviews.
    pub log: LogOptions,
    /// The share of rows that may be rejected. By default half, for inputs of 100 or more rows.
    pub max_rejects: Option<f64>,
    /// Whether the input goes on from one that was read. Then its rows alone say nothing about the whole: all of them
    /// may be rejects.
    pub goes_on: bool,
}

impl ReadOptions {
    /// The encoding of text without a byte order mark, if that is known to be another than UTF-8.
    pub(crate) fn other_encoding(&self) -> Option<&'static str> {
        let encoding = self.encoding.filter(|encoding| *encoding != UTF_8);
        encoding.map(Encoding::name)
    }

    /// From now on, these are the columns.
    pub fn name_columns(&mut self, columns: &NamedColumns) {
        self.user_column = Some(columns.user.clone());
        self.time_column = Some(columns.time.clone());
        self.page_column = Some(columns.page.clone());
        if columns.rows_at.is_some() {
            self.rows_at.clone_from(&columns.rows_at);
        }
    }

    /// From now on, inputs of the same layout or header are read as this one was.
    pub fn settle(&mut self, settled: Settled) {
        self.settled
            .retain(|known| !known.is_about_the_same(&settled));
        self.settled.push(settled);
    }
}
