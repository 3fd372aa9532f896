//! How files are read, as it can be typed: for every command that takes files. Command line floor.

use std::fs;
use std::sync::Arc;

use chrono_tz::Tz;
use clap::Args;
use clap::ValueEnum;
use encoding_rs::Encoding;

use crate::cli::args::carry::CarriedParts;
use crate::cli::args::carry::carried_parts;
use crate::source;
use crate::source::CarriedPart;
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
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::gap::Gap;

/// How files are read, for every command that takes files.
#[derive(Debug, Args)]
pub(in crate::cli) struct ReadArgs {
    #[command(flatten)]
    pub(in crate::cli) files: FormatArgs,
    #[command(flatten)]
    columns: ColumnArgs,
    #[command(flatten)]
    pub(in crate::cli) rows: RowArgs,
    #[command(flatten)]
    times: TimeArgs,
    #[command(flatten)]
    log: LogArgs,
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

/// What a file is.
#[derive(Debug, Args)]
#[command(next_help_heading = "Format")]
pub(in crate::cli) struct FormatArgs {
    /// Format of the files
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    input_format: InputFormatName,
    /// Encoding of text that is not UTF-8, such as latin1, windows-1252 or utf-16le
    #[arg(long, value_name = "LABEL", value_parser = encoding)]
    encoding: Option<&'static Encoding>,
    /// Treat the first line of CSV and TSV as a row, not as a header
    #[arg(long)]
    no_header: bool,
    /// Known export that the files come from: a name of `dwell inspect --layouts`, a file, or none
    #[arg(long, value_name = "NAME|FILE", value_parser = |text: &str| layout(text, &[]))]
    layout: Option<LayoutChoice>,
    /// Table or view to read of an SQLite database that is not a store
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) table: Option<String>,
    /// Sheet to read of a workbook (xlsx, ods): its name, or its number from 1
    #[arg(long, value_name = "NAME|N")]
    sheet: Option<String>,
}

/// Which column is what.
#[derive(Debug, Args)]
#[command(next_help_heading = "Columns")]
struct ColumnArgs {
    /// Column of the user: a name, a path in JSON such as context.user.id, #2 for the second, or a,b for the
    /// first that has a value
    #[arg(long, value_name = "NAME")]
    user_column: Option<String>,
    /// Column of the time; 'date time' joins two
    #[arg(long, value_name = "NAME")]
    time_column: Option<String>,
    /// Column of the page
    #[arg(long, value_name = "NAME")]
    page_column: Option<String>,
    /// Columns that pageviews carry besides their page, by name or path; NAME=COLUMN names one anew
    #[arg(long, value_name = "COLUMN,...", value_parser = carried_parts)]
    pub(in crate::cli) carry: Option<CarriedParts>,
    /// Make a row of each element of the JSON array at this path, such as hits
    #[arg(long, value_name = "PATH")]
    rows_at: Option<String>,
}

/// Which rows count.
#[derive(Debug, Args)]
#[command(next_help_heading = "Rows")]
pub(in crate::cli) struct RowArgs {
    /// Read only rows with one of these values in the column, or with != none of them; repeat it to ask for more
    #[arg(long = "where", value_name = "COLUMN=VALUE,...")]
    filters: Vec<RowFilter>,
    /// Read every row, also of events that are not page views
    #[arg(long)]
    all_rows: bool,
    /// Text that stands for no value, instead of NULL, None and the like; repeat it for more
    #[arg(long = "null", value_name = "TEXT")]
    null_texts: Option<Vec<String>>,
    /// Share of rows that may be rejected, such as 90% [default: 50% of 100 rows or more]
    #[arg(long, value_name = "SHARE", value_parser = share)]
    max_rejects: Option<f64>,
    /// Stop at the first row that cannot be read as a pageview
    #[arg(long)]
    pub(in crate::cli) strict: bool,
    /// Read content again that was read before
    #[arg(long)]
    pub(in crate::cli) again: bool,
}

/// How times are written.
#[derive(Debug, Args)]
#[command(next_help_heading = "Times")]
struct TimeArgs {
    /// How every time is written, such as '%d/%m/%Y %H:%M:%S'
    #[arg(long, value_name = "FORMAT")]
    time_format: Option<TimeFormat>,
    /// Time zone of times that are written without an offset
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    time_zone: Tz,
    /// Unit of times that are numbers: s, ms, us, ns, or d for days
    #[arg(long, value_name = "UNIT")]
    time_unit: Option<TimeUnit>,
    /// Time that such numbers count from, if not from 1970; without an offset it is in --time-zone
    #[arg(long, value_name = "TIME", requires = "time_unit", value_parser = written_time)]
    time_origin: Option<String>,
    /// Time zone of the clock that such numbers were read from, if not UTC
    #[arg(long, value_name = "ZONE", conflicts_with = "time_origin")]
    epoch_zone: Option<Tz>,
}

/// How the log of a web server is read.
#[derive(Debug, Args)]
#[command(next_help_heading = "Access logs")]
struct LogArgs {
    /// How lines are written: the text of a log_format or LogFormat, the path of a server's configuration, or a
    /// name such as combined [default: found in the lines]
    #[arg(long, value_name = "FORMAT")]
    log_format: Option<String>,
    /// What tells users apart: address+agent, address, forwarded, remote-user, or a field such as '$cookie_sid'
    #[arg(long, default_value = "address+agent", value_name = "WHO", value_parser = log_user)]
    log_user: LogUser,
    /// Begin each page with the name of the site
    #[arg(long)]
    log_host: bool,
    /// What to do with the query in a page's address
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    log_query: LogQueryName,
    /// Which requests count: pages (no assets, bots, errors or redirects), or all
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "WHICH",
        hide_possible_values = true
    )]
    log_requests: LogRequestsName,
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
    /// The columns that pageviews carry.
    pub(in crate::cli) fn carried(&self) -> Vec<CarriedPart> {
        let carry = self.columns.carry.as_ref();
        carry.map(|carry| carry.0.clone()).unwrap_or_default()
    }

    /// Carries the column of this name, too. Errors if as many are carried as can be.
    pub(in crate::cli) fn carry_too(&mut self, name: &str) -> Result<()> {
        let carry = self.columns.carry.get_or_insert_with(CarriedParts::default);
        carry
            .add(name)
            .map_err(|problem| Error::Usage(format!("--by {problem}")))
    }

    pub(in crate::cli) fn options(&self) -> ReadOptions {
        ReadOptions {
            settled: Vec::new(),
            inspector: None,
            format: match self.files.input_format {
                InputFormatName::Auto => InputFormat::Auto,
                InputFormatName::Csv => InputFormat::Csv,
                InputFormatName::Tsv => InputFormat::Tsv,
                InputFormatName::Jsonl => InputFormat::Jsonl,
                InputFormatName::Parquet => InputFormat::Parquet,
                InputFormatName::AccessLog => InputFormat::AccessLog,
            },
            user_column: self.columns.user_column.clone(),
            time_column: self.columns.time_column.clone(),
            page_column: self.columns.page_column.clone(),
            preferred_columns: self.defaults.columns.clone(),
            carried: self.carried(),
            may_lack_carried: false,
            carried_by_first_rows: false,
            rows_at: self.columns.rows_at.clone(),
            filters: self.rows.filters.clone(),
            layout: self.files.layout.clone().unwrap_or_default(),
            all_rows: self.rows.all_rows,
            null_texts: self.rows.null_texts.clone(),
            no_header: self.files.no_header,
            encoding: self.files.encoding,
            times: TimeOptions {
                format: self.times.time_format.clone(),
                zone: self.times.time_zone,
                epoch_zone: self.times.epoch_zone,
                unit: self.times.time_unit,
                // It was read before, if not in this zone.
                origin: (self.times.time_origin.as_ref())
                    .and_then(|text| source::timestamp(text, self.times.time_zone).ok()),
            },
            table: self.files.table.clone(),
            sheet: self.files.sheet.clone(),
            max_rejects: self.rows.max_rejects,
            goes_on: false,
            log: LogOptions {
                user: self.log.log_user.clone(),
                keeps_query: self.log.log_query == LogQueryName::Keep,
                keeps_host: self.log.log_host,
                takes_all: self.log.log_requests == LogRequestsName::All,
                format: self.log.log_format.clone(),
            },
        }
    }
}
