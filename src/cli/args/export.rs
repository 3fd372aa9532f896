//! What can be typed to take sessions out: `export` and `summary`. Command line floor.

use std::path::PathBuf;

use chrono_tz::Tz;
use clap::Args;
use clap::ValueEnum;

use crate::cli::args::OutputArgs;
use crate::cli::args::breakdown::BreakdownArg;
use crate::cli::args::filter::FILTER_HELP;
use crate::cli::args::filter::FilterArgs;
use crate::cli::args::read::ReadArgs;
use crate::words::gap::Gap;

#[derive(Debug, Args)]
#[command(after_help = FILTER_HELP)]
pub(in crate::cli) struct ExportArgs {
    /// A store, or files of pageviews; - is standard input
    #[arg(value_name = "PATH", required = true)]
    pub(in crate::cli) paths: Vec<PathBuf>,
    /// Gap to cut at [default: the store's, else 30m]
    #[arg(long, value_name = "GAP")]
    pub(in crate::cli) gap: Option<Gap>,
    /// What each row is
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) rows: RowsName,
    /// How to write the rows
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: ExportFormat,
    /// In CSV, put ' before texts that a spreadsheet would run as a formula
    #[arg(long)]
    pub(in crate::cli) csv_safe: bool,
    /// Write times in this time zone, such as Europe/Oslo [default: UTC]
    #[arg(long, value_name = "ZONE")]
    pub(in crate::cli) display_zone: Option<Tz>,
    /// Whether the zone is the configuration's.
    #[arg(skip)]
    pub(in crate::cli) is_zone_default: bool,
    #[command(flatten)]
    pub(in crate::cli) filter: FilterArgs,
    #[command(flatten)]
    pub(in crate::cli) output: OutputArgs,
    #[command(flatten)]
    pub(in crate::cli) read: ReadArgs,
}

/// What a row of an export is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum RowsName {
    /// One row a session
    #[default]
    Sessions,
    /// One row a pageview, with its session
    Pageviews,
    /// One row a user
    Users,
}

/// How an export is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ExportFormat {
    /// Comma-separated values with a header line
    #[default]
    Csv,
    /// One JSON object a line
    Jsonl,
    /// Parquet, with real types
    Parquet,
}

#[derive(Debug, Args)]
#[command(after_help = FILTER_HELP)]
pub(in crate::cli) struct SummaryArgs {
    /// A store, or files of pageviews; - is standard input
    #[arg(value_name = "PATH", required = true)]
    pub(in crate::cli) paths: Vec<PathBuf>,
    /// Gap to cut at; repeat it for a row each [default: the store's, else 30m]
    #[arg(long = "gap", value_name = "GAP")]
    pub(in crate::cli) gaps: Vec<Gap>,
    /// Break the rows down by when sessions start (day, hour or weekday), or by a column, which is then carried
    #[arg(long, value_name = "WHAT")]
    pub(in crate::cli) by: Option<BreakdownArg>,
    /// How to write the rows
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: SummaryFormat,
    /// Time zone of days and hours in --by, --filter, --from and --to
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub(in crate::cli) display_zone: Tz,
    #[command(flatten)]
    pub(in crate::cli) filter: FilterArgs,
    #[command(flatten)]
    pub(in crate::cli) read: ReadArgs,
}

/// How a summary is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum SummaryFormat {
    /// An aligned table to read
    #[default]
    Text,
    /// Comma-separated values with a header line
    Csv,
    /// A JSON array of objects
    Json,
}
