//! What can be typed to choose a gap: `gaps` and `compare`. Command line floor.

use std::ffi::OsStr;
use std::path::PathBuf;

use chrono_tz::Tz;
use clap::Arg;
use clap::Args;
use clap::Command;
use clap::ValueEnum;
use clap::builder::NonEmptyStringValueParser;
use clap::builder::PossibleValue;
use clap::builder::TypedValueParser;

use crate::cli::args::OutputArgs;
use crate::cli::args::filter::UserFilterArgs;
use crate::cli::args::read::ReadArgs;
use crate::words::gap::Gap;

#[derive(Debug, Args)]
pub(in crate::cli) struct GapsArgs {
    /// A store, or files of pageviews; - is standard input
    #[arg(
        value_name = "PATH",
        required_unless_present = "pauses",
        conflicts_with = "pauses"
    )]
    pub(in crate::cli) paths: Vec<PathBuf>,
    /// Study pauses that an engine counted: the rows of `dwell sql --statement pauses` as CSV
    #[arg(long, value_name = "FILE", conflicts_with = "conditions")]
    pub(in crate::cli) pauses: Option<PathBuf>,
    /// Gap to compare with; repeat it to see more gaps [default: the store's, else 30m]
    #[arg(long = "gap", value_name = "GAP")]
    pub(in crate::cli) gaps: Vec<Gap>,
    /// Show for each gap the share of sessions that reach this page
    #[arg(long, value_name = "PAGE", conflicts_with = "pauses")]
    pub(in crate::cli) goal: Option<String>,
    /// Study the pauses class by class as well: by one of these, or by a column, which is then carried
    #[arg(
        long,
        value_parser = PauseClassesParser,
        value_name = "WHAT",
        value_delimiter = ',',
        conflicts_with = "pauses"
    )]
    pub(in crate::cli) by: Vec<PauseClassesArg>,
    /// Time zone of the hours in --by hour
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub(in crate::cli) display_zone: Tz,
    /// Leave out users who pause like machines: most of 20 pauses or more are equally long
    #[arg(long, conflicts_with = "pauses")]
    pub(in crate::cli) without_machines: bool,
    /// List the users who pause like machines instead, as CSV
    #[arg(long, conflicts_with_all = ["pauses", "without_machines", "goal", "by", "format", "report"])]
    pub(in crate::cli) machines: bool,
    /// How to write the study
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: GapsFormat,
    #[command(flatten)]
    pub(in crate::cli) filter: UserFilterArgs,
    /// Write a page (.html) or a picture (.svg) to this file as well
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) report: Option<PathBuf>,
    /// Overwrite that file if it exists
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

/// How to tell pauses apart, as it is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) enum PauseClassesArg {
    Named(PauseClassesName),
    /// A carried column. A column with one of those names must be carried by another one.
    Column(String),
}

/// Reads it. Any text is right: the columns that are there are not known yet.
#[derive(Clone)]
struct PauseClassesParser;

impl TypedValueParser for PauseClassesParser {
    type Value = PauseClassesArg;

    fn parse_ref(
        &self,
        command: &Command,
        flag: Option<&Arg>,
        text: &OsStr,
    ) -> Result<PauseClassesArg, clap::Error> {
        let text = NonEmptyStringValueParser::new().parse_ref(command, flag, text)?;
        let named = PauseClassesName::from_str(&text, false);
        Ok(named.map_or(PauseClassesArg::Column(text), PauseClassesArg::Named))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let names = PauseClassesName::value_variants().iter();
        Some(Box::new(names.filter_map(ValueEnum::to_possible_value)))
    }
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
    /// First gap, such as 30m
    #[arg(value_name = "A")]
    pub(in crate::cli) from: Gap,
    /// Second gap, such as 1h
    #[arg(value_name = "B")]
    pub(in crate::cli) to: Gap,
    /// A store, or files of pageviews; - is standard input
    #[arg(value_name = "PATH", required = true)]
    pub(in crate::cli) paths: Vec<PathBuf>,
    /// How to write the comparison
    #[arg(long, value_enum, default_value_t, conflicts_with = "rows")]
    pub(in crate::cli) format: GapsFormat,
    /// Write what differs instead of the figures, as CSV
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
