//! What can be typed to make up pageviews. Command line floor.

use clap::Args;
use clap::ValueEnum;

use crate::cli::args::OutputArgs;

#[derive(Debug, Args)]
pub(in crate::cli) struct GenerateArgs {
    /// How many pageviews
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub(in crate::cli) pageviews: u64,
    /// How many users [default: one for 20 pageviews]
    #[arg(long, value_name = "N")]
    pub(in crate::cli) users: Option<u64>,
    /// How many days they span
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub(in crate::cli) days: u32,
    /// The same seed gives the same pageviews
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(in crate::cli) seed: u64,
    /// Share of rows that arrive late, from 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    pub(in crate::cli) late: f64,
    /// How to write the rows
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: GenerateFormatName,
    /// Add the five pageviews of the example in the manual (users 123, 456 and 789)
    #[arg(long)]
    pub(in crate::cli) with_seed_example: bool,
    #[command(flatten)]
    pub(in crate::cli) output: OutputArgs,
}

/// How generated pageviews are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum GenerateFormatName {
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
