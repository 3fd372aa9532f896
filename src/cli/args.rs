//! What can be typed. Command line floor.
//!
//! Only the shape of the arguments; what they mean is with the command that takes them. `help` says how they are shown.

mod breakdown;
mod carry;
pub(super) mod examples;
mod export;
mod filter;
mod gaps;
mod generate;
pub(super) mod help;
mod read;
mod sql;

use std::ffi::OsString;
use std::path::Path;
use std::path::PathBuf;

use chrono_tz::Tz;
use clap::Args;
use clap::Parser;
use clap::Subcommand;
use clap::ValueEnum;

pub(super) use crate::cli::args::breakdown::BreakdownArg;
pub(super) use crate::cli::args::export::ExportArgs;
pub(super) use crate::cli::args::export::ExportFormat;
pub(super) use crate::cli::args::export::RowsName;
pub(super) use crate::cli::args::export::SummaryArgs;
pub(super) use crate::cli::args::export::SummaryFormat;
pub(super) use crate::cli::args::filter::SessionChoice;
pub(super) use crate::cli::args::filter::of_users;
pub(super) use crate::cli::args::gaps::CompareArgs;
pub(super) use crate::cli::args::gaps::CompareRows;
pub(super) use crate::cli::args::gaps::GapsArgs;
pub(super) use crate::cli::args::gaps::GapsFormat;
pub(super) use crate::cli::args::gaps::PauseClassesArg;
pub(super) use crate::cli::args::gaps::PauseClassesName;
pub(super) use crate::cli::args::generate::GenerateArgs;
#[cfg(feature = "generate")]
pub(super) use crate::cli::args::generate::GenerateFormatName;
pub(super) use crate::cli::args::read::ReadArgs;
pub(super) use crate::cli::args::read::ReadDefaults;
pub(super) use crate::cli::args::read::layout;
pub(super) use crate::cli::args::sql::DialectName;
pub(super) use crate::cli::args::sql::SqlArgs;
pub(super) use crate::cli::args::sql::SqlNameArgs;
pub(super) use crate::cli::args::sql::StatementName;
pub(super) use crate::cli::args::sql::TableFormatName;

use crate::source;
use crate::words::gap::Gap;
use crate::words::timestamp::Timestamp;

/// Explore web sessions: load pageviews, move the inactivity gap, see every figure follow
#[derive(Debug, Parser)]
#[command(
    name = "dwell",
    version,
    max_term_width = 100,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true
)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Option<CliCommand>,

    /// Use colours
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN", display_order = LAST)]
    pub(super) color: ColorWhen,

    #[command(flatten)]
    pub(super) explore: ExploreArgs,
}

/// Where the help lists an option that is no command's own: behind those that are.
const LAST: usize = 100;

#[derive(Debug, Subcommand)]
pub(super) enum CliCommand {
    /// Add files of pageviews to a store, each exactly once, and update its sessions
    Load(LoadArgs),
    /// Cut the pageviews of a store into sessions again
    Sessionize(SessionizeArgs),
    /// Write sessions, pageviews or users as CSV, JSON Lines or Parquet
    Export(ExportArgs),
    /// Print the main figures, one row for each gap
    Summary(SummaryArgs),
    /// Study the pauses between pageviews: which gap to choose, and what each gap gives
    Gaps(GapsArgs),
    /// Show what changes between two gaps: sessions, figures, pages
    Compare(CompareArgs),
    /// Show how files are read: their columns, what each means, and the command that says so
    Inspect(InspectArgs),
    /// Make up the pageviews of a small shop, to try things with
    Generate(GenerateArgs),
    /// Print SQL that derives the same sessions in another engine
    Sql(SqlArgs),
    /// Check that a store is undamaged
    Check(CheckArgs),
    /// Show where the configuration file is, or one with all defaults
    Config(ConfigArgs),
    /// Print the script that completes dwell's commands in a shell
    Completions(CompletionsArgs),
    /// Write the manual pages
    Man(ManArgs),
    /// Show the help of a command, or of the reading options
    Help(HelpArgs),
    /// Print what could be typed in place of the last word
    #[command(name = "__complete", hide = true)]
    Complete(CompleteArgs),
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
    /// A store, or files of pageviews: logs, CSV, JSON, Parquet, folders; - is standard input
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// Load the files into this store first; it is made if missing
    #[arg(long, value_name = "STORE")]
    pub(super) store: Option<PathBuf>,
    /// Go on with what is appended to the file, or loaded into the store, while it is explored
    #[arg(long)]
    pub(super) follow: bool,
    /// Load a store again by itself when it has changed, as --follow STORE does
    #[arg(long)]
    pub(super) autoreload: bool,
    /// Start with this gap [default: the store's, else 30m]
    #[arg(long, value_name = "GAP")]
    pub(super) gap: Option<Gap>,
    /// Show times in this time zone, such as Europe/Oslo
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub(super) display_zone: Tz,
    /// Colours to draw in
    #[arg(long, value_enum, default_value_t)]
    pub(super) theme: ThemeName,
    /// Signs to draw with
    #[arg(long, value_enum, default_value_t, value_name = "WHICH")]
    pub(super) glyphs: GlyphsName,
    /// Use the mouse, too; F2 turns it on and off
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

/// What to print of the configuration.
#[derive(Clone, Copy, Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Print the path of the configuration file
    Path,
    /// Print a configuration file with every setting, its default and its meaning, all commented out
    PrintDefault,
}

#[derive(Debug, Args)]
pub(super) struct ConfigArgs {
    #[command(subcommand)]
    pub(super) command: ConfigCommand,
}

#[derive(Debug, Args)]
pub(super) struct LoadArgs {
    /// Files of pageviews, or folders of them; - is standard input
    #[arg(value_name = "FILE", required = true)]
    pub(super) files: Vec<PathBuf>,
    /// Store to add to; it is made if missing
    #[arg(long, value_name = "STORE")]
    pub(super) store: PathBuf,
    /// Drop duplicates: same user, time and page as a pageview that is there
    #[arg(long)]
    pub(super) dedupe: bool,
    /// Go on with what is appended to the file, until Ctrl-C; rotation is followed
    #[arg(long, conflicts_with = "again")]
    pub(super) follow: bool,
    #[command(flatten)]
    pub(super) read: ReadArgs,
}

#[derive(Debug, Args)]
pub(super) struct SessionizeArgs {
    /// Store to work on
    #[arg(long, value_name = "STORE")]
    pub(super) store: PathBuf,
    /// Gap to cut at, which the store keeps [default: the store's]
    #[arg(long, value_name = "GAP", conflicts_with = "from")]
    pub(super) gap: Option<Gap>,
    /// Refresh only sessions that pageviews from this time on touch
    #[arg(long, value_name = "TIME", requires = "to", value_parser = instant)]
    pub(super) from: Option<Timestamp>,
    /// Refresh only sessions that pageviews before this time touch
    #[arg(long, value_name = "TIME", requires = "from", value_parser = instant)]
    pub(super) to: Option<Timestamp>,
}

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Store to check
    #[arg(value_name = "STORE")]
    pub(super) store: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct InspectArgs {
    /// Files of pageviews; - is standard input
    #[arg(value_name = "FILE", required_unless_present = "layouts")]
    pub(super) files: Vec<PathBuf>,
    /// List the known exports instead, by the name that --layout takes
    #[arg(long, conflicts_with = "files")]
    pub(super) layouts: bool,
    /// How to write it
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: GapsFormat,
    #[command(flatten)]
    pub(super) read: ReadArgs,
}

#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// Shell to complete in
    #[arg(value_enum, value_name = "SHELL")]
    pub(super) shell: ShellName,
}

/// Shells that complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ShellName {
    Bash,
    Zsh,
    Fish,
    Powershell,
    Elvish,
}

#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// Folder to write a page a command to; without it, the main page is printed
    #[arg(value_name = "DIR")]
    pub(super) folder: Option<PathBuf>,
    /// Overwrite pages that exist
    #[arg(long, requires = "folder")]
    pub(super) force: bool,
}

#[derive(Debug, Args)]
pub(super) struct HelpArgs {
    /// A command, or `reading` for the options that say how files are read
    #[arg(value_name = "TOPIC", hide_possible_values = true)]
    pub(super) topic: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct CompleteArgs {
    /// The words behind `dwell`; the last is to be completed
    #[arg(
        value_name = "WORD",
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    pub(super) words: Vec<OsString>,
}

/// A time on the command line: any form that files may have; without an offset it is UTC.
fn instant(text: &str) -> Result<Timestamp, String> {
    source::timestamp(text, Tz::UTC)
        .map_err(|reason| format!("{reason}; expected a time such as 2020-02-02T12:55:16Z"))
}

#[derive(Debug, Args)]
pub(super) struct OutputArgs {
    /// File to write; - is standard output [default: -]
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// Overwrite the file if it exists
    #[arg(long, requires = "output")]
    pub(super) force: bool,
}

impl Cli {
    /// Whether the configuration matters. It does not for what helps to write or mend one.
    pub(super) fn needs_config(&self) -> bool {
        !matches!(
            self.command,
            Some(
                CliCommand::Config(_)
                    | CliCommand::Completions(_)
                    | CliCommand::Man(_)
                    | CliCommand::Help(_)
                    | CliCommand::Complete(_)
            )
        )
    }

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
