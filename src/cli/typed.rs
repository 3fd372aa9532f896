//! What was typed, as a command that can be copied. Command line floor.

use std::env;

use clap::Command;
use clap::CommandFactory;

use crate::cli::args::Cli;
use crate::words::shell::quoted;

/// Options that say nothing of how files are read, and those that name their columns.
const NOT_OF_READING: [&str; 5] = [
    "--format",
    "--color",
    "--user-column",
    "--time-column",
    "--page-column",
];

/// What was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Typed {
    /// Options and their values, each a word of its own.
    options: Vec<String>,
    /// Everything else, a command's name among it.
    rest: Vec<String>,
}

/// The command that explores files as they are read now, but for the options that name their columns.
pub(super) fn command<'f>(files: impl IntoIterator<Item = &'f str>) -> String {
    let typed = Typed::of(words(), &NOT_OF_READING);
    let files = files.into_iter().map(str::to_owned).collect();
    written([&files, &typed.options])
}

/// What was typed, once more, but for some options, and with those that are in force without having been typed.
pub(super) fn again(without: &[&str], in_force: &[String]) -> String {
    let mut typed = Typed::of(words(), without);
    typed.options.extend_from_slice(in_force);
    typed.again()
}

fn words() -> impl Iterator<Item = String> {
    env::args_os()
        .skip(1)
        .map(|arg| arg.to_string_lossy().into_owned())
}

fn written<'w>(words: impl IntoIterator<Item = &'w Vec<String>>) -> String {
    let words = words.into_iter().flatten().map(|word| quoted(word));
    let words: Vec<String> = std::iter::once("dwell".to_owned()).chain(words).collect();
    words.join(" ")
}

impl Typed {
    fn of(mut words: impl Iterator<Item = String>, without: &[&str]) -> Typed {
        let cli = Cli::command();
        let takes_value = |option: &str| {
            let commands = cli.get_subcommands().chain([&cli]);
            let mut known = commands.flat_map(Command::get_arguments);
            known.any(|known| {
                known.get_long() == option.strip_prefix("--") && known.get_action().takes_values()
            })
        };
        let mut typed = Typed::default();
        while let Some(word) = words.next() {
            // Nothing but files follows two dashes.
            if word == "--" {
                typed.rest.extend(words);
                break;
            }
            if !word.starts_with("--") {
                typed.rest.push(word);
                continue;
            }
            let (option, joined) = match word.split_once('=') {
                Some((option, value)) => (option.to_owned(), Some(value.to_owned())),
                None => (word, None),
            };
            let value = match joined {
                None if takes_value(&option) => words.next(),
                joined => joined,
            };
            if !without.contains(&option.as_str()) {
                typed.options.push(option);
                typed.options.extend(value);
            }
        }
        typed
    }

    fn again(mut self) -> String {
        let is_option = |word: &String| word.starts_with('-') && word != "-";
        if let Some(first) = self.rest.iter().position(is_option) {
            self.rest.insert(first, "--".to_owned());
        }
        // A command's name comes first.
        let behind = self.rest.split_off(self.rest.len().min(1));
        written([&self.rest, &self.options, &behind])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str, without: &[&str]) -> Typed {
        Typed::of(line.split(' ').map(str::to_owned), without)
    }

    #[test]
    fn what_was_typed_of_reading_is_kept_but_for_columns() {
        for (line, expected) in [
            (
                "--color never inspect a.csv --no-header --null x --format json --where=a=b,c --user-column u b.csv",
                &["--no-header", "--null", "x", "--where", "a=b,c"][..],
            ),
            (
                "a.csv --gap 1h --page-column=url --time-zone Europe/Berlin -- --user-column",
                &["--gap", "1h", "--time-zone", "Europe/Berlin"],
            ),
        ] {
            assert_eq!(of(line, &NOT_OF_READING).options, expected);
        }
    }

    #[test]
    fn a_command_can_be_typed_again() {
        for (line, expected) in [
            (
                "gaps it's.csv --report=a.html --gap 20m -",
                "dwell gaps --gap 20m 'it'\\''s.csv' -",
            ),
            ("gaps -- -a.csv", "dwell gaps -- -a.csv"),
        ] {
            assert_eq!(of(line, &["--report"]).again(), expected);
        }
    }
}
