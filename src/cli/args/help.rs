//! How the help of each command looks: made from the table of arguments, examples first. Command line floor.
//!
//! The options that say how files are read are the same in seven commands; they have a page of their own.

use std::ffi::OsStr;

use clap::Arg;
use clap::ArgAction;
use clap::Args;
use clap::Command;
use clap::CommandFactory;
use clap::Error;
use clap::builder::PossibleValue;
use clap::builder::PossibleValuesParser;
use clap::builder::Resettable;
use clap::builder::StyledStr;
use clap::builder::Styles;
use clap::builder::TypedValueParser;

use crate::cli::args::Cli;
use crate::cli::args::LAST;
use crate::cli::args::examples;
use crate::cli::args::examples::Example;
use crate::cli::args::read::ReadArgs;

const TEMPLATE: &str =
    "{about-with-newline}\n{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";

/// The option that prints the page of reading.
pub(in crate::cli) const HELP_READING: &str = "help-reading";

/// The topic, beside the commands, that has a page.
const READING: &str = "reading";

/// All commands as they are parsed and as their help shows them: the reading options are hidden.
pub(in crate::cli) fn commands() -> Command {
    let root = Cli::command();
    let commands = root.get_subcommands().map(|command| {
        let about = command.get_about().cloned().unwrap_or_default();
        PossibleValue::new(command.get_name().to_owned())
            .help(about)
            .hide(command.is_hide_set())
    });
    let reading = PossibleValue::new(READING).help("How files are read");
    let topics = PossibleValuesParser::new(commands.chain([reading]));
    let root = root.mut_subcommand("help", |help| {
        help.mut_arg("topic", |topic| topic.value_parser(topics))
    });
    dressed(root)
}

/// A page of help, as the error that `--help` is to clap.
pub(in crate::cli) fn page(topic: Option<&str>) -> Error {
    let (commands, words) = match topic {
        None => (commands(), vec!["dwell", "--help"]),
        Some(READING) => (reading(), vec!["dwell", "--help"]),
        Some(command) => (commands(), vec!["dwell", command, "--help"]),
    };
    let shown = commands.try_get_matches_from(words);
    shown.expect_err("--help is never a match")
}

/// A command and those within it with their examples, without the reading options where they have them.
fn dressed(command: Command) -> Command {
    let within = command.get_subcommands();
    let within: Vec<String> = within
        .map(|command| command.get_name().to_owned())
        .collect();
    let command = within.into_iter().fold(command, |command, name| {
        command.mut_subcommand(name, dressed)
    });
    let examples = examples::of(command.get_name());
    let command = command
        .help_template(TEMPLATE)
        .before_help(listed(examples));
    let group = ReadArgs::group_id();
    let reads = command
        .get_groups()
        .any(|found| Some(found.get_id()) == group.as_ref());
    if !reads {
        return command.mut_args(with_values);
    }
    let reading = reading();
    let is_of_reading = |arg: &Arg| {
        reading
            .get_arguments()
            .any(|known| known.get_id() == arg.get_id())
    };
    command
        .mut_args(|arg| {
            let is_hidden = is_of_reading(&arg);
            with_values(arg).hide(is_hidden)
        })
        .arg(
            Arg::new(HELP_READING)
                .long(HELP_READING)
                .action(ArgAction::SetTrue)
                .value_parser(ShowsReading)
                .help_heading(Resettable::Reset)
                .display_order(LAST)
                .help("Print the options for reading files"),
        )
}

/// The page of the reading options.
fn reading() -> Command {
    let about = "How files are read: options of every command that reads pageviews.\n\
                 dwell finds out by itself what it can, and says what it took; dwell inspect shows it.";
    ReadArgs::augment_args(Command::new("dwell"))
        .mut_args(with_values)
        .about(about)
        .disable_help_flag(true)
        .arg(
            Arg::new("help")
                .long("help")
                .action(ArgAction::Help)
                .hide(true),
        )
        .max_term_width(100)
        .help_template("{about-with-newline}\n{before-help}{all-args}{after-help}")
        .before_help(listed(examples::of(READING)))
}

/// An argument whose help ends with the values that it takes.
fn with_values(arg: Arg) -> Arg {
    if arg.is_hide_possible_values_set() || !arg.get_action().takes_values() {
        return arg;
    }
    let values: Vec<String> = arg
        .get_possible_values()
        .iter()
        .filter(|value| !value.is_hide_set())
        .map(|value| value.get_name().to_owned())
        .collect();
    match arg.get_help() {
        Some(help) if !values.is_empty() => {
            let help = format!("{help}: {}", values.join(", "));
            arg.help(help).hide_possible_values(true)
        }
        _ => arg,
    }
}

/// Examples below their heading, in two columns.
fn listed(examples: &[Example]) -> StyledStr {
    let Some(width) = examples.iter().map(|(line, _)| line.len()).max() else {
        return StyledStr::new();
    };
    let styles = Styles::default();
    let (header, literal) = (styles.get_header(), styles.get_literal());
    let mut text = format!("{header}Examples:{header:#}");
    for (line, words) in examples {
        let gap = width - line.len() + 2;
        text += &format!("\n  {literal}{line}{literal:#}{:gap$}{words}", "");
    }
    text.into()
}

/// A flag that shows the page of the reading options at once, whatever else is missing.
#[derive(Clone)]
struct ShowsReading;

impl TypedValueParser for ShowsReading {
    type Value = bool;

    fn parse_ref(&self, _: &Command, _: Option<&Arg>, value: &OsStr) -> Result<bool, Error> {
        match value == "true" {
            true => Err(page(Some(READING))),
            false => Ok(false),
        }
    }
}
