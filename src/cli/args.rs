//! What can be typed. Command line floor.
//!
//! Only the shape of the arguments; what they mean is with the command that takes them.

mod filter;
mod gaps;
mod read;

use std::path::Path;
use std::path::PathBuf;

use chrono_tz::Tz;
use clap::Args;
use clap::Parser;
use clap::Subcommand;
use clap::ValueEnum;

use crate::answers::sql::SqlColumn;
use crate::answers::sql::SqlTable;
pub(super) use crate::cli::args::filter::FilterArgs;
pub(super) use crate::cli::args::filter::SessionChoice;
pub(super) use crate::cli::args::filter::of_users;
pub(super) use crate::cli::args::gaps::CompareArgs;
pub(super) use crate::cli::args::gaps::CompareRows;
pub(super) use crate::cli::args::gaps::GapsArgs;
pub(super) use crate::cli::args::gaps::GapsFormat;
pub(super) use crate::cli::args::gaps::PauseClassesName;
pub(super) use crate::cli::args::read::ReadArgs;
pub(super) use crate::cli::args::read::ReadDefaults;
pub(super) use crate::cli::args::read::layout;

use crate::cli::args::filter::FILTER_HELP;
use crate::source;
use crate::words::gap::Gap;
use crate::words::timestamp::Timestamp;

/// Explore web sessions: load pageviews, move the inactivity gap, see every figure follow.
///
/// Without a command, opens the explorer on a store or on files of pageviews; without a path, on the bundled
/// sample.
#[derive(Debug, Parser)]
#[command(
    name = "dwell",
    version,
    max_term_width = 100,
    args_conflicts_with_subcommands = true
)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Option<CliCommand>,

    #[command(flatten)]
    pub(super) explore: ExploreArgs,

    /// Whether colours are used
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(super) color: ColorWhen,
}

#[derive(Debug, Subcommand)]
pub(super) enum CliCommand {
    /// Add files of pageviews to a store, each exactly once, and bring its sessions up to date
    Load(LoadArgs),
    /// Derive the sessions of a store anew
    Sessionize(SessionizeArgs),
    /// Write sessions, pageviews or users
    Export(ExportArgs),
    /// Print one row of figures per gap
    Summary(SummaryArgs),
    /// Study the pauses between pageviews: which gap, and how many sessions each gives
    Gaps(GapsArgs),
    /// Say what changes between two gaps: sessions, figures, pages
    Compare(CompareArgs),
    /// Say how files would be read: their columns, what each is, and the command that says so
    Inspect(InspectArgs),
    /// Make up the pageviews of a small shop
    Generate(GenerateArgs),
    /// Print the same sessionization as a statement for another engine
    Sql(SqlArgs),
    /// Look whether a store is sound in all that it holds, and say what is wrong
    Check(CheckArgs),
    /// Say where the configuration file is, or print one with all defaults
    #[command(subcommand)]
    Config(ConfigCommand),
}

/// When colours are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorWhen {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Even if NO_COLOR is set
    Always,
    /// Not at all
    Never,
}

#[derive(Debug, Args)]
pub(super) struct ExploreArgs {
    /// Store to load the files into first, exactly once; made if missing
    #[arg(long, value_name = "STORE")]
    pub(super) store: Option<PathBuf>,
    /// A store, or files of pageviews; `-` is standard input
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// Gap to begin with [default: the store's, else 30m]
    #[arg(long, value_name = "GAP")]
    pub(super) gap: Option<Gap>,
    /// Time zone in which times are shown
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub(super) display_zone: Tz,
    /// Colours
    #[arg(long, value_enum, default_value_t)]
    pub(super) theme: ThemeName,
    /// Signs that lines, bars and arrows are drawn with
    #[arg(long, value_enum, default_value_t, value_name = "WHICH")]
    pub(super) glyphs: GlyphsName,
    /// Let the mouse select and scroll (F2 in the explorer)
    #[arg(long)]
    pub(super) mouse: bool,
    #[command(flatten)]
    pub(super) read: ReadArgs,
}

/// Names of the themes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ThemeName {
    /// For the background that the terminal says it has, else for a dark one
    #[default]
    Auto,
    /// For a dark background
    Dark,
    /// For a light background
    Light,
    /// No colours
    Mono,
}

/// Names of the sets of signs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum GlyphsName {
    /// Unicode, unless the locale says that the terminal shows ASCII only
    #[default]
    Auto,
    /// Unicode
    Unicode,
    /// ASCII only
    Ascii,
}

/// What is wanted of the configuration.
#[derive(Clone, Copy, Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Print the path of the configuration file
    Path,
    /// Print a configuration file with every setting, its default and its meaning, all commented out
    PrintDefault,
}

#[derive(Debug, Args)]
pub(super) struct LoadArgs {
    /// Store to add to; made if missing
    #[arg(long, value_name = "STORE")]
    pub(super) store: PathBuf,
    /// Files of pageviews; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    pub(super) files: Vec<PathBuf>,
    /// Leave out pageviews equal to one that is there already in user, time and page
    #[arg(long)]
    pub(super) dedupe: bool,
    #[command(flatten)]
    pub(super) read: ReadArgs,
}

#[derive(Debug, Args)]
pub(super) struct SessionizeArgs {
    /// Store whose sessions are derived
    #[arg(long, value_name = "STORE")]
    pub(super) store: PathBuf,
    /// Gap to cut at, which becomes the store's [default: the store's]
    #[arg(long, value_name = "GAP", conflicts_with = "from")]
    pub(super) gap: Option<Gap>,
    /// Refresh only what pageviews since this time touch
    #[arg(long, value_name = "TIME", requires = "to", value_parser = instant)]
    pub(super) from: Option<Timestamp>,
    /// Refresh only what pageviews before this time touch
    #[arg(long, value_name = "TIME", requires = "from", value_parser = instant)]
    pub(super) to: Option<Timestamp>,
}

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Store to look at
    #[arg(value_name = "STORE")]
    pub(super) store: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct InspectArgs {
    /// Files of pageviews; `-` is standard input
    #[arg(value_name = "FILE", required_unless_present = "layouts")]
    pub(super) files: Vec<PathBuf>,
    /// List the exports that are known by their layout instead
    #[arg(long, conflicts_with = "files")]
    pub(super) layouts: bool,
    /// How it is written
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: GapsFormat,
    #[command(flatten)]
    pub(super) read: ReadArgs,
}

#[derive(Debug, Args)]
#[command(after_help = FILTER_HELP)]
pub(super) struct ExportArgs {
    /// A store, or files of pageviews; `-` is standard input
    #[arg(value_name = "PATH", required = true)]
    pub(super) paths: Vec<PathBuf>,
    /// Gap to cut at [default: the store's, else 30m]
    #[arg(long, value_name = "GAP")]
    pub(super) gap: Option<Gap>,
    /// What a row is
    #[arg(long, value_enum, default_value_t)]
    pub(super) rows: RowsName,
    /// How rows are written
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: ExportFormat,
    /// In CSV, put an apostrophe before texts that a spreadsheet would run as a formula
    #[arg(long)]
    pub(super) csv_safe: bool,
    /// Write times with the offset of this zone, such as Europe/Oslo [default: UTC]
    #[arg(long, value_name = "ZONE")]
    pub(super) display_zone: Option<Tz>,
    /// Whether the zone is the configuration's.
    #[arg(skip)]
    pub(super) is_zone_default: bool,
    #[command(flatten)]
    pub(super) filter: FilterArgs,
    #[command(flatten)]
    pub(super) output: OutputArgs,
    #[command(flatten)]
    pub(super) read: ReadArgs,
}

/// What a row of an export is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum RowsName {
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
pub(super) enum ExportFormat {
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
pub(super) struct SummaryArgs {
    /// A store, or files of pageviews; `-` is standard input
    #[arg(value_name = "PATH", required = true)]
    pub(super) paths: Vec<PathBuf>,
    /// Gap to cut at; may be repeated, one row each [default: the store's, else 30m]
    #[arg(long = "gap", value_name = "GAP")]
    pub(super) gaps: Vec<Gap>,
    /// How the rows are written
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: SummaryFormat,
    /// Time zone of the days and hours in --filter, --from and --to
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub(super) display_zone: Tz,
    #[command(flatten)]
    pub(super) filter: FilterArgs,
    #[command(flatten)]
    pub(super) read: ReadArgs,
}

/// How a summary is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum SummaryFormat {
    /// An aligned table to read
    #[default]
    Text,
    /// Comma-separated values with a header line
    Csv,
    /// A JSON array of objects
    Json,
}

#[derive(Debug, Args)]
pub(super) struct GenerateArgs {
    /// How many pageviews
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub(super) pageviews: u64,
    /// How many users [default: one for 20 pageviews]
    #[arg(long, value_name = "N")]
    pub(super) users: Option<u64>,
    /// How many days they span
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub(super) days: u32,
    /// The same seed and sizes make the same pageviews
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) seed: u64,
    /// Share of rows that arrive late, 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    pub(super) late: f64,
    /// How rows are written
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: GenerateFormatName,
    /// Add the five pageviews of the seed example (users 123, 456 and 789)
    #[arg(long)]
    pub(super) with_seed_example: bool,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

/// How generated pageviews are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum GenerateFormatName {
    /// Comma-separated values with a header line
    #[default]
    Csv,
    /// One JSON object a line
    Jsonl,
    /// A web server's access log in the Combined format
    AccessLog,
    /// CREATE TABLE and INSERT statements for psql and sqlite3
    Sql,
}

#[derive(Debug, Args)]
pub(super) struct SqlArgs {
    /// Engine that runs the statement
    #[arg(long, value_enum, value_name = "ENGINE")]
    pub(super) dialect: DialectName,
    /// What the statement does
    #[arg(long, value_enum, required_unless_present = "form")]
    pub(super) statement: Option<StatementName>,
    /// Print something other than a statement
    #[arg(long, value_enum, conflicts_with = "statement")]
    pub(super) form: Option<SqlForm>,
    /// Gap to cut at
    #[arg(long, value_name = "GAP", default_value_t = Gap::DEFAULT)]
    pub(super) gap: Gap,
    /// Groups of users in which pauses are counted, so that it can be told how much of the study is chance, such as 16
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=64))]
    pub(super) parts: Option<u32>,
    /// First instant of the window to refresh, or to count pauses in [default: a parameter of the engine; all time]
    #[arg(long, value_name = "TIME", requires = "to", value_parser = instant)]
    pub(super) from: Option<Timestamp>,
    /// First instant after the window
    #[arg(long, value_name = "TIME", requires = "from", value_parser = instant)]
    pub(super) to: Option<Timestamp>,
    #[command(flatten)]
    pub(super) names: SqlNameArgs,
}

/// What the tables and columns of an engine are called.
#[derive(Debug, Args)]
#[command(next_help_heading = "Names")]
pub(super) struct SqlNameArgs {
    /// Table of pageviews, with its schema before it if it needs one [default: pageviews]
    #[arg(long, value_name = "TABLE")]
    pub(super) pageviews_table: Option<SqlTable>,
    /// Table of sessions; tables and views beside it are named after it [default: sessions]
    #[arg(long, value_name = "TABLE")]
    pub(super) sessions_table: Option<SqlTable>,
    /// Column of the user [default: user_id]
    #[arg(long, value_name = "COLUMN")]
    pub(super) user_column: Option<SqlColumn>,
    /// Column of the time [default: page_view_at]
    #[arg(long, value_name = "COLUMN")]
    pub(super) time_column: Option<SqlColumn>,
    /// Column of the page [default: page]
    #[arg(long, value_name = "COLUMN")]
    pub(super) page_column: Option<SqlColumn>,
    /// Column that grows with arrival, and so orders pageviews in the same instant [default: arrival; SQLite and
    /// DuckDB: rowid]
    #[arg(long, value_name = "COLUMN", conflicts_with = "ties_by_page")]
    pub(super) arrival_column: Option<SqlColumn>,
    /// There is no such column: order pageviews in the same instant by page
    #[arg(long)]
    pub(super) ties_by_page: bool,
}

/// What can be printed instead of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum SqlForm {
    /// An incremental model for dbt on postgres, duckdb or spark
    Dbt,
}

/// Engines that statements are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum DialectName {
    /// SQLite 3.30 and later, in a database of its own
    Sqlite,
    /// PostgreSQL 12 and later
    Postgres,
    /// DuckDB 1.2 and later
    Duckdb,
    /// Spark 3.4 and later
    Spark,
    /// ClickHouse 24.6 and later
    Clickhouse,
}

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum StatementName {
    /// Make the tables and views
    Schema,
    /// Derive all sessions anew
    Rebuild,
    /// Recompute the sessions that a window of time touches
    Refresh,
    /// Count the pauses of each length, from which the sessions of every gap follow
    Pauses,
}

/// A time on the command line: any form that files may have; without an offset it is UTC.
fn instant(text: &str) -> Result<Timestamp, String> {
    source::timestamp(text, Tz::UTC)
        .map_err(|reason| format!("{reason}; expected a time such as 2020-02-02T12:55:16Z"))
}

#[derive(Debug, Args)]
pub(super) struct OutputArgs {
    /// File to write; `-` is standard output [default: -]
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// Overwrite the file if it exists
    #[arg(long, requires = "output")]
    pub(super) force: bool,
}

impl Cli {
    /// How files are read, if the command reads any.
    pub(super) fn read_mut(&mut self) -> Option<&mut ReadArgs> {
        Some(match &mut self.command {
            None => &mut self.explore.read,
            Some(CliCommand::Load(args)) => &mut args.read,
            Some(CliCommand::Export(args)) => &mut args.read,
            Some(CliCommand::Summary(args)) => &mut args.read,
            Some(CliCommand::Gaps(args)) => &mut args.read,
            Some(CliCommand::Compare(args)) => &mut args.read,
            Some(CliCommand::Inspect(args)) => &mut args.read,
            Some(_) => return None,
        })
    }
}

impl OutputArgs {
    /// The file, if it is not standard output.
    pub(super) fn file(&self) -> Option<&Path> {
        self.output
            .as_deref()
            .filter(|path| *path != Path::new("-"))
    }
}
