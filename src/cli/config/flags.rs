//! The settings in the description of the command line. Command line floor.

use clap::Arg;
use clap::ArgMatches;
use clap::Command;
use clap::parser::ValueSource;

use crate::cli::args::layout;

/// The flag of this name.
fn flag<'c>(command: &'c Command, name: &str) -> Option<&'c Arg> {
    let mut flags = command.get_arguments();
    flags.find(|flag| flag.get_long() == Some(name))
}

/// Gives the flag of this name another default, in the command and those below it.
pub(super) fn with_default(command: Command, name: &str, texts: &[String]) -> Command {
    let command = command.mut_args(|flag| match flag.get_long() == Some(name) {
        true => flag.default_values(texts.to_vec()),
        false => flag,
    });
    command.mut_subcommands(|command| with_default(command, name, texts))
}

/// Makes `--layout` know which layouts are broken.
pub(super) fn with_broken(command: Command, broken: &[(String, String)]) -> Command {
    let command = command.mut_args(|flag| match flag.get_long() == Some("layout") {
        true => {
            let broken = broken.to_vec();
            flag.value_parser(move |text: &str| layout(text, &broken))
        }
        false => flag,
    });
    command.mut_subcommands(|command| with_broken(command, broken))
}

/// Whether the command that was typed has this flag, and it was not typed.
pub(super) fn is_in_force(name: &str, command: &Command, matches: &ArgMatches) -> bool {
    let (command, matches) = match matches.subcommand() {
        Some((name, matches)) => match command.find_subcommand(name) {
            Some(command) => (command, matches),
            None => return false,
        },
        None => (command, matches),
    };
    flag(command, name).is_some_and(|flag| {
        let source = matches.value_source(flag.get_id().as_str());
        source != Some(ValueSource::CommandLine)
    })
}
