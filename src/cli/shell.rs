//! What was typed, as a shell takes it. Command line floor.

use std::env;

use clap::Command;
use clap::CommandFactory;

use crate::cli::args::Cli;

/// What was typed after the name of a command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Typed {
    /// Options and their values, each a word of its own.
    pub(super) options: Vec<String>,
    /// Everything else.
    pub(super) files: Vec<String>,
}

/// What was typed after `command`, but for some options.
pub(super) fn typed(command: &str, without: &[&str]) -> Typed {
    let args = env::args_os().map(|arg| arg.to_string_lossy().into_owned());
    Typed::of(args, command, without)
}

impl Typed {
    fn of(args: impl Iterator<Item = String>, command: &str, without: &[&str]) -> Typed {
        let cli = Cli::command();
        let takes_value = |option: &str| {
            let commands = cli.get_subcommands().chain([&cli]);
            let mut known = commands.flat_map(Command::get_arguments);
            known.any(|known| {
                known.get_long() == option.strip_prefix("--") && known.get_action().takes_values()
            })
        };
        let mut typed = Typed::default();
        let mut args = args.skip_while(|arg| arg != command).skip(1);
        while let Some(arg) = args.next() {
            // Nothing but files follows two dashes.
            if arg == "--" {
                typed.files.extend(args);
                break;
            }
            if !arg.starts_with("--") {
                typed.files.push(arg);
                continue;
            }
            let (option, joined) = match arg.split_once('=') {
                Some((option, value)) => (option.to_owned(), Some(value.to_owned())),
                None => (arg, None),
            };
            let value = match joined {
                None if takes_value(&option) => args.next(),
                joined => joined,
            };
            if !without.contains(&option.as_str()) {
                typed.options.push(option);
                typed.options.extend(value);
            }
        }
        typed
    }

    /// The command with all of it.
    pub(super) fn command(&self, command: &str) -> String {
        let dashes = self
            .files
            .iter()
            .any(|file| file.starts_with('-') && file != "-");
        let words = [command]
            .into_iter()
            .chain(self.options.iter().map(String::as_str));
        let words = words.chain(dashes.then_some("--"));
        let words = words.chain(self.files.iter().map(String::as_str));
        let words: Vec<String> = std::iter::once("dwell".to_owned())
            .chain(words.map(quoted))
            .collect();
        words.join(" ")
    }
}

/// A word as a shell takes it.
pub(super) fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "_-./".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str, command: &str, without: &[&str]) -> Typed {
        Typed::of(line.split(' ').map(str::to_owned), command, without)
    }

    #[test]
    fn what_was_typed_is_told_apart_and_some_is_left_out() {
        let line = "dwell --color never inspect a.csv --no-header --null x --format json --where=a=b,c --color never b.csv";
        let typed = of(line, "inspect", &["--format", "--color"]);
        assert_eq!(
            typed.options,
            ["--no-header", "--null", "x", "--where", "a=b,c"]
        );
        assert_eq!(typed.files, ["a.csv", "b.csv"]);
    }

    #[test]
    fn a_command_can_be_typed_again() {
        let typed = of(
            "dwell gaps it's.csv --report=a.html --gap 20m -",
            "gaps",
            &["--report"],
        );
        assert_eq!(
            typed.command("gaps"),
            "dwell gaps --gap 20m 'it'\\''s.csv' -"
        );
        let typed = of("dwell gaps -- -a.csv", "gaps", &[]);
        assert_eq!(typed.command("gaps"), "dwell gaps -- -a.csv");
    }

    #[test]
    fn words_are_quoted_as_a_shell_takes_them() {
        for (word, expected) in [
            ("page_path", "page_path"),
            ("#2", "'#2'"),
            ("date time", "'date time'"),
            ("it's", "'it'\\''s'"),
            ("", "''"),
        ] {
            assert_eq!(quoted(word), expected);
        }
    }
}
