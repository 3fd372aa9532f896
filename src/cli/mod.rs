//! Command line: what was typed becomes work, and its outcome an exit status.
//!
//! stdout carries data; words and progress go to stderr.

mod args;
mod commands;
mod inputs;
mod report;
mod typed;
mod values;

use std::env;
use std::process::ExitCode;

use clap::FromArgMatches;
use clap::builder::Styles;

use crate::system::files::settle_temporary_folder;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::text::safe;
use crate::words::text::safe_lines;

use args::Cli;
use args::CliCommand;
use args::help;

/// Runs dwell with the arguments of the process.
pub fn run() -> ExitCode {
    // clap repeats arguments as they are: if a terminal could act on one, all that is said of them is made safe, and
    // so has no colours.
    let is_safe = env::args_os().all(|argument| {
        let argument = argument.to_string_lossy();
        safe(&argument) == argument
    });
    let command = match is_safe {
        true => help::commands(),
        false => help::commands().styles(Styles::plain()),
    };
    let matches = command.try_get_matches();
    let cli = match matches.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => {
            if is_safe || !error.use_stderr() {
                // A reader that went away, as in `dwell --help | head -1`, is no failure.
                let _ = error.print();
            } else {
                let text = error.render().ansi().to_string();
                report::say_lines(&safe_lines(text.trim_end()));
            }
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
    settle_temporary_folder();
    match cli.command {
        None => commands::explore::run(cli.explore, cli.color),
        Some(CliCommand::Load(args)) => commands::load::run(args),
        Some(CliCommand::Sessionize(args)) => commands::sessionize::run(args),
        Some(CliCommand::Export(args)) => commands::export::run(args),
        Some(CliCommand::Summary(args)) => commands::summary::run(args),
        Some(CliCommand::Gaps(args)) => commands::gaps::run(args),
        Some(CliCommand::Compare(args)) => commands::compare::run(args),
        Some(CliCommand::Generate(args)) => commands::generate::run(args),
        Some(CliCommand::Sql(args)) => commands::sql::run(args),
        Some(CliCommand::Inspect(args)) => commands::inspect::run(args),
        Some(CliCommand::Check(args)) => commands::check::run(args),
        Some(CliCommand::Completions(args)) => commands::completions::run(args),
        Some(CliCommand::Man(args)) => commands::man::run(args),
        Some(CliCommand::Help(args)) => {
            // A reader that went away is no failure.
            let _ = help::page(args.topic.as_deref()).print();
            Ok(())
        }
        Some(CliCommand::Complete(args)) => commands::complete::run(args),
    }
}
