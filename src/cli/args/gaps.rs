//! What can be typed to choose a gap: `gaps` and `compare`. Command line floor.

use std::path::PathBuf;

use chrono_tz::Tz;
use clap::Args;
use clap::ValueEnum;

use crate::cli::args::OutputArgs;
use crate::cli::args::filter::UserFilterArgs;
use crate::cli::args::read::ReadArgs;
use crate::words::gap::Gap;

#[derive(Debug, Args)]
pub(in crate::cli) struct GapsArgs {
    /// A store, or files of pageviews; `-` is standard input
    #[arg(
        value_name = "PATH",
        required_unless_present = "pauses",
        conflicts_with = "pauses"
    )]
    pub(in crate::cli) paths: Vec<PathBuf>,
    /// Pauses that an engine counted: what `dwell sql --statement pauses` gave there, as CSV
    #[arg(long, value_name = "FILE", conflicts_with = "conditions")]
    pub(in crate::cli) pauses: Option<PathBuf>,
    /// Gap to compare the others with; further ones are shown beside it [default: the store's, else 30m]
    #[arg(long = "gap", value_name = "GAP")]
    pub(in crate::cli) gaps: Vec<Gap>,
    /// Page that sessions are to reach: the share that does is shown at every gap
    #[arg(long, value_name = "PAGE", conflicts_with = "pauses")]
    pub(in crate::cli) goal: Option<String>,
    /// Study classes of pauses one by one; may be given more than once
    #[arg(
        long,
        value_enum,
        value_name = "WHAT",
        value_delimiter = ',',
        conflicts_with = "pauses"
    )]
    pub(in crate::cli) by: Vec<PauseClassesName>,
    /// Time zone of the hours of --by hour
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub(in crate::cli) display_zone: Tz,
    /// Leave out users who pause like machines: 20 pauses or more, most of them within 2 % of one length
    #[arg(long, conflicts_with = "pauses")]
    pub(in crate::cli) without_machines: bool,
    /// List the users who pause like machines as CSV, instead of the study
    #[arg(long, conflicts_with_all = ["pauses", "without_machines", "goal", "by", "format", "report"])]
    pub(in crate::cli) machines: bool,
    /// How the study is written
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: GapsFormat,
    #[command(flatten)]
    pub(in crate::cli) filter: UserFilterArgs,
    /// Write the study as a page (.html) or its picture (.svg) as well
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) report: Option<PathBuf>,
    /// Overwrite the report if it exists
    #[arg(long, requires = "report")]
    pub(in crate::cli) force: bool,
    #[command(flatten)]
    pub(in crate::cli) read: ReadArgs,
}

/// Names of the ways to tell pauses apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum PauseClassesName {
    /// How many pageviews the user has
    Activity,
    /// The hour of day of the pageview before the pause
    Hour,
    /// Whether the session is its user's first, at the gap in use
    Visit,
}

/// How the gap study, a comparison or an inspection is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum GapsFormat {
    /// A text to read
    #[default]
    Text,
    /// One JSON object
    Json,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct CompareArgs {
    /// Gap to compare from
    #[arg(value_name = "A")]
    pub(in crate::cli) from: Gap,
    /// Gap to compare to
    #[arg(value_name = "B")]
    pub(in crate::cli) to: Gap,
    /// A store, or files of pageviews; `-` is standard input
    #[arg(value_name = "PATH", required = true)]
    pub(in crate::cli) paths: Vec<PathBuf>,
    /// How the comparison is written
    #[arg(long, value_enum, default_value_t, conflicts_with = "rows")]
    pub(in crate::cli) format: GapsFormat,
    /// Write what differs as CSV, one row each, instead of the figures
    #[arg(long, value_enum)]
    pub(in crate::cli) rows: Option<CompareRows>,
    #[command(flatten)]
    pub(in crate::cli) filter: UserFilterArgs,
    #[command(flatten)]
    pub(in crate::cli) output: OutputArgs,
    #[command(flatten)]
    pub(in crate::cli) read: ReadArgs,
}

/// What a row of a comparison is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum CompareRows {
    /// A session that only one of the gaps gives
    Sessions,
}
