//! How an input is to be read, as far as a person said so. Source floor.

use chrono_tz::Tz;

/// Formats that pageviews come in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum InputFormat {
    /// Found out by the content; names are not trusted.
    #[default]
    Auto,
    /// Delimited text with a header; the delimiter (`,` tab `;` or `|`) is found out.
    Csv,
    /// Delimited text with a header and tabs.
    Tsv,
}

impl InputFormat {
    /// What it is called in messages.
    pub fn name(self) -> &'static str {
        match self {
            InputFormat::Auto => "auto",
            InputFormat::Csv => "CSV",
            InputFormat::Tsv => "TSV",
        }
    }
}

/// How to read inputs; the default finds everything out and takes times without an offset as UTC.
#[derive(Clone, Debug)]
pub struct ReadOptions {
    /// The format, if it is not to be found out.
    pub format: InputFormat,
    /// The user's column, if it is not to be found by [`USER_NAMES`](super::USER_NAMES).
    pub user_column: Option<String>,
    /// The time's column, if it is not to be found by [`TIME_NAMES`](super::TIME_NAMES).
    pub time_column: Option<String>,
    /// The page's column, if it is not to be found by [`PAGE_NAMES`](super::PAGE_NAMES).
    pub page_column: Option<String>,
    /// The zone of times that are written without an offset.
    pub time_zone: Tz,
}

impl Default for ReadOptions {
    fn default() -> ReadOptions {
        ReadOptions {
            format: InputFormat::Auto,
            user_column: None,
            time_column: None,
            page_column: None,
            time_zone: Tz::UTC,
        }
    }
}
