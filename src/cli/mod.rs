//! Command line: what was typed becomes work, and its outcome an exit status.
//!
//! stdout carries data; words and progress go to stderr.

mod args;
mod commands;
mod config;
mod files;
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
use config::Config;

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
    // A configuration that is broken does not keep anybody from the help, or from mending it.
    let config = Config::read();
    let command = match &config {
        Ok(config) => config.settle(command),
        Err(_) => command,
    };
    let matches = command.clone().try_get_matches();
    let (mut cli, matches) = match matches.and_then(|matches| {
        let cli = Cli::from_arg_matches(&matches)?;
        Ok((cli, matches))
    }) {
        Ok(parsed) => parsed,
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
    if let Ok(config) = &config {
        config.hand_over(&mut cli, &command, &matches);
    }
    match dispatch(cli, config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is_broken_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            report::say(&format!("dwell: {error}"));
            match error {
                Error::Usage(_) | Error::Gap { .. } => ExitCode::from(2),
                Error::Interrupted | Error::Stopped { .. } => ExitCode::from(130),
                _ => ExitCode::FAILURE,
            }
        }
    }
}

fn dispatch(cli: Cli, config: Result<Config>) -> Result<()> {
    settle_temporary_folder();
    let config = match cli.needs_config() {
        true => config?,
        false => Config::default(),
    };
    match cli.command {
        None => commands::explore::run(cli.explore, cli.color, config),
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
        Some(CliCommand::Config(args)) => commands::config::run(args.command),
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
