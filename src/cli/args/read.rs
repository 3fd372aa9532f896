//! How files are read, as it can be typed: for every command that takes files. Command line floor.

use std::fs;
use std::sync::Arc;

use chrono_tz::Tz;
use clap::Args;
use clap::ValueEnum;
use encoding_rs::Encoding;

use crate::source;
use crate::source::InputFormat;
use crate::source::Layout;
use crate::source::LayoutChoice;
use crate::source::LogOptions;
use crate::source::LogUser;
use crate::source::ReadOptions;
use crate::source::RowFilter;
use crate::source::TimeFormat;
use crate::source::TimeOptions;
use crate::source::TimeUnit;
use crate::source::layouts;
use crate::words::gap::Gap;

/// How files are read, for every command that takes files.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reading options")]
pub(in crate::cli) struct ReadArgs {
    /// Format of the files
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(in crate::cli) input_format: InputFormatName,
    /// Name of the user column; #2 is the second column, context.user.id leads into JSON objects, a,b is the first that is there
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) user_column: Option<String>,
    /// Name of the time column
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) time_column: Option<String>,
    /// Name of the page column
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) page_column: Option<String>,
    /// In JSON, make each element of the array at this path a row, such as hits
    #[arg(long, value_name = "PATH")]
    pub(in crate::cli) rows_at: Option<String>,
    /// Take only rows whose column has one of these values, or with != none of them; may be given more than once
    #[arg(long = "where", value_name = "COLUMN=VALUE[,VALUE...]")]
    pub(in crate::cli) filters: Vec<RowFilter>,
    /// How a known export names its columns: the name of a layout, a file with one, or none
    #[arg(long, value_name = "NAME|FILE", value_parser = |text: &str| layout(text, &[]))]
    pub(in crate::cli) layout: Option<LayoutChoice>,
    /// Take every row, also those of events that are no page views
    #[arg(long)]
    pub(in crate::cli) all_rows: bool,
    /// Text that stands for no value, in place of NULL, None and the like; may be given more than once
    #[arg(long = "null", value_name = "TEXT")]
    pub(in crate::cli) null_texts: Option<Vec<String>>,
    /// The first line of CSV and TSV is a row, not a header
    #[arg(long)]
    pub(in crate::cli) no_header: bool,
    /// Encoding of text that is not UTF-8, such as latin1, windows-1252 or utf-16le
    #[arg(long, value_name = "LABEL", value_parser = encoding)]
    pub(in crate::cli) encoding: Option<&'static Encoding>,
    /// How every timestamp is written, such as '%d/%m/%Y %H:%M:%S'
    #[arg(long, value_name = "FORMAT")]
    pub(in crate::cli) time_format: Option<TimeFormat>,
    /// Time zone of timestamps without an offset
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub(in crate::cli) time_zone: Tz,
    /// Time zone whose clocks counted the numbers in the time column, if it is not UTC
    #[arg(long, value_name = "ZONE", conflicts_with = "time_origin")]
    pub(in crate::cli) epoch_zone: Option<Tz>,
    /// When the numbers in the time column begin, if it is not 1970; without an offset it is in --time-zone
    #[arg(long, value_name = "TIME", requires = "time_unit", value_parser = written_time)]
    pub(in crate::cli) time_origin: Option<String>,
    /// Unit of the numbers in the time column: s, ms, us, ns, or d for days
    #[arg(long, value_name = "UNIT")]
    pub(in crate::cli) time_unit: Option<TimeUnit>,
    /// How an access log's lines are written: the text of a log_format or LogFormat, the path of a
    /// server's configuration, or a name such as combined
    #[arg(long, value_name = "FORMAT")]
    pub(in crate::cli) log_format: Option<String>,
    /// Who the user of an access log's line is: address+agent, address, forwarded, remote-user, or a field such as
    /// '$cookie_sid'
    #[arg(long, default_value = "address+agent", value_name = "WHO", value_parser = log_user)]
    pub(in crate::cli) log_user: LogUser,
    /// Begin the page of an access log's line with the name of the site
    #[arg(long)]
    pub(in crate::cli) log_host: bool,
    /// Whether the page of an access log's line keeps its query
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    pub(in crate::cli) log_query: LogQueryName,
    /// Which lines of an access log are pageviews
    #[arg(long, value_enum, default_value_t, value_name = "WHICH")]
    pub(in crate::cli) log_requests: LogRequestsName,
    /// Read this table or view of SQLite databases that are no stores
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) table: Option<String>,
    /// Read this sheet of workbooks (xlsx, ods): its name, or its number from 1
    #[arg(long, value_name = "NAME|N")]
    pub(in crate::cli) sheet: Option<String>,
    /// Share of rows that may be rejected, such as 90% [default: 50% of 100 rows or more]
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub(in crate::cli) max_rejects: Option<f64>,
    /// Take in content that was taken in before once more
    #[arg(long)]
    pub(in crate::cli) again: bool,
    /// Stop at the first row that is no pageview
    #[arg(long)]
    pub(in crate::cli) strict: bool,
    /// What the configuration adds to what was typed.
    #[arg(skip)]
    pub(in crate::cli) defaults: ReadDefaults,
}

/// What the configuration says of reading.
#[derive(Clone, Debug, Default)]
pub(in crate::cli) struct ReadDefaults {
    /// The gap where no store keeps one.
    pub(in crate::cli) gap: Gap,
    /// By role, the column to take where it is there.
    pub(in crate::cli) columns: [Option<String>; 3],
    /// The options that are in force without having been typed, as they would be typed.
    pub(in crate::cli) options: Vec<String>,
    /// What is to be said of all this.
    pub(in crate::cli) notes: Vec<String>,
    /// Why layouts of a person's own cannot be used, by the names of their files.
    pub(in crate::cli) broken_layouts: Vec<(String, String)>,
}

/// Names of the input formats.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum InputFormatName {
    /// Found by looking at the content
    #[default]
    Auto,
    /// Values separated by commas, semicolons, tabs or bars
    Csv,
    /// Values separated by tabs
    Tsv,
    /// JSON objects, one a line, one after the other or in an array
    #[value(alias = "json")]
    Jsonl,
    /// Parquet
    Parquet,
    /// A web server's access log
    AccessLog,
}

/// Names of what becomes of a log's queries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum LogQueryName {
    /// The page is the path alone
    #[default]
    Drop,
    /// The page is the path with its query
    Keep,
}

/// Names of which requests count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum LogRequestsName {
    /// What a person would call a page view: no assets, bots, errors or redirects
    #[default]
    Pages,
    /// Every request
    All,
}

/// Who is a log's user, by name, or by the name of a field after a dollar.
fn log_user(text: &str) -> Result<LogUser, String> {
    let is_name = |name: &str| {
        !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "_-.()".contains(c))
    };
    match (text, text.strip_prefix('$')) {
        ("address", _) => Ok(LogUser::Address),
        ("address+agent", _) => Ok(LogUser::AddressAndAgent),
        ("remote-user", _) => Ok(LogUser::RemoteUser),
        ("forwarded", _) => Ok(LogUser::Forwarded),
        (_, Some(name)) if is_name(name) => Ok(LogUser::Field(name.to_owned())),
        _ => Err(
            "expected address+agent, address, forwarded, remote-user, or a field of the format such as '$cookie_sid'"
                .to_owned(),
        ),
    }
}

/// An encoding by any of its labels (<https://encoding.spec.whatwg.org/#names-and-labels>).
fn encoding(label: &str) -> Result<&'static Encoding, String> {
    Encoding::for_label(label.as_bytes()).ok_or_else(|| {
        "expected the label of an encoding, such as utf-8, latin1, windows-1252, shift_jis or utf-16le".to_owned()
    })
}

/// A time in any form that files may have, as it was typed.
pub(super) fn written_time(text: &str) -> Result<String, String> {
    source::timestamp(text, Tz::UTC)
        .map(|_| text.to_owned())
        .map_err(|reason| format!("{reason}; expected a time such as 2024-03-05T00:00:00Z"))
}

/// A share, as `90%` or as `0.9`.
fn share(text: &str) -> Result<f64, String> {
    let number = |text: &str| text.trim().parse::<f64>().ok();
    let share = match text.strip_suffix('%') {
        Some(percent) => number(percent).map(|percent| percent / 100.0),
        None => number(text),
    };
    share
        .filter(|share| (0.0..=1.0).contains(share))
        .ok_or_else(|| "expected a share from 0% to 100%".to_owned())
}

/// A layout by its name or in a file. Those that are `broken` have a name and a reason.
pub(in crate::cli) fn layout(
    text: &str,
    broken: &[(String, String)],
) -> Result<LayoutChoice, String> {
    if text == "none" {
        return Ok(LayoutChoice::None);
    }
    if let Some((_, problem)) = broken.iter().find(|(name, _)| name == text) {
        return Err(problem.clone());
    }
    if let Some(layout) = Layout::named(text) {
        return Ok(LayoutChoice::Given(Arc::new(layout.clone())));
    }
    let names: Vec<&str> = layouts()
        .iter()
        .map(|layout| layout.name.as_str())
        .collect();
    let read = fs::read_to_string(text).map_err(|_| {
        format!(
            "no layout of that name and no file; the layouts are: {}",
            names.join("; ")
        )
    })?;
    let layout = Layout::parse(&read).map_err(|problem| format!("{text}:{problem}"))?;
    Ok(LayoutChoice::Given(Arc::new(layout)))
}

impl ReadArgs {
    pub(in crate::cli) fn options(&self) -> ReadOptions {
        ReadOptions {
            settled: Vec::new(),
            inspector: None,
            format: match self.input_format {
                InputFormatName::Auto => InputFormat::Auto,
                InputFormatName::Csv => InputFormat::Csv,
                InputFormatName::Tsv => InputFormat::Tsv,
                InputFormatName::Jsonl => InputFormat::Jsonl,
                InputFormatName::Parquet => InputFormat::Parquet,
                InputFormatName::AccessLog => InputFormat::AccessLog,
            },
            user_column: self.user_column.clone(),
            time_column: self.time_column.clone(),
            page_column: self.page_column.clone(),
            preferred_columns: self.defaults.columns.clone(),
            rows_at: self.rows_at.clone(),
            filters: self.filters.clone(),
            layout: self.layout.clone().unwrap_or_default(),
            all_rows: self.all_rows,
            null_texts: self.null_texts.clone(),
            no_header: self.no_header,
            encoding: self.encoding,
            times: TimeOptions {
                format: self.time_format.clone(),
                zone: self.time_zone,
                epoch_zone: self.epoch_zone,
                unit: self.time_unit,
                // It was read before, if not in this zone.
                origin: (self.time_origin.as_ref())
                    .and_then(|text| source::timestamp(text, self.time_zone).ok()),
            },
            table: self.table.clone(),
            sheet: self.sheet.clone(),
            max_rejects: self.max_rejects,
            log: LogOptions {
                user: self.log_user.clone(),
                keeps_query: self.log_query == LogQueryName::Keep,
                keeps_host: self.log_host,
                takes_all: self.log_requests == LogRequestsName::All,
                format: self.log_format.clone(),
            },
        }
    }
}
