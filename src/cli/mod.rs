//! Command line: what was typed becomes work, and its outcome an exit status.
//!
//! stdout carries data; words and progress go to stderr.

mod args;
mod commands;
mod inputs;
mod report;

use std::process::ExitCode;

use clap::CommandFactory;
use clap::FromArgMatches;

use crate::words::error::Error;
use crate::words::error::Result;

use args::Cli;
use args::Command;

/// Runs dwell with the arguments of the process.
pub fn run() -> ExitCode {
    let cli = match Cli::command()
        .try_get_matches()
        .and_then(|matches| Cli::from_arg_matches(&matches))
    {
        Ok(cli) => cli,
        Err(error) => {
            // A reader that went away, as in `dwell --help | head -1`, is no failure.
            let _ = error.print();
            return ExitCode::from(error.exit_code() as u8);
        }
    };
    match dispatch(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is_broken_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            report::say(&format!("dwell: {error}"));
            match error {
                Error::Usage(_) | Error::Gap { .. } => ExitCode::from(2),
                Error::Interrupted => ExitCode::from(130),
                _ => ExitCode::FAILURE,
            }
        }
    }
}

fn dispatch(cli: Cli) -> Result<()> {
    match cli.command {
        None => commands::explore::run(cli.explore, cli.color),
        Some(Command::Load(args)) => commands::load::run(args),
        Some(Command::Sessionize(args)) => commands::sessionize::run(args),
        Some(Command::Export(args)) => commands::export::run(args),
        Some(Command::Summary(args)) => commands::summary::run(args),
        Some(Command::Gaps(args)) => commands::gaps::run(args),
        Some(Command::Generate(args)) => commands::generate::run(args),
        Some(Command::Sql(args)) => commands::sql::run(args),
    }
}
