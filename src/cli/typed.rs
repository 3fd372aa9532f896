//! What was typed, as a command that can be copied. Command line floor.

use std::env;

use clap::CommandFactory;

use crate::cli::args::Cli;
use crate::words::shell::quoted;

/// The command that explores files as they are read now, but for the options that name their columns.
pub(super) fn command<'f>(files: impl IntoIterator<Item = &'f str>) -> String {
    let args = env::args_os().map(|arg| arg.to_string_lossy().into_owned());
    let mut words = vec!["dwell".to_owned()];
    words.extend(files.into_iter().map(quoted));
    words.extend(
        typed(args.skip(1))
            .iter()
            .map(|word| match word.starts_with("--") {
                true => word.clone(),
                false => quoted(word),
            }),
    );
    words.join(" ")
}

/// What was typed of how files are read, but for the columns.
fn typed(mut args: impl Iterator<Item = String>) -> Vec<String> {
    const OTHERS: [&str; 5] = [
        "--format",
        "--color",
        "--user-column",
        "--time-column",
        "--page-column",
    ];
    let cli = Cli::command();
    let takes_value = |option: &str| {
        let of_commands = cli
            .get_subcommands()
            .flat_map(|command| command.get_arguments());
        let mut known = cli.get_arguments().chain(of_commands);
        known.any(|known| {
            known.get_long() == option.strip_prefix("--") && known.get_action().takes_values()
        })
    };
    let mut typed = Vec::new();
    while let Some(arg) = args.next() {
        let (option, joined) = match arg.split_once('=') {
            Some((option, value)) => (option.to_owned(), Some(value.to_owned())),
            None => (arg, None),
        };
        // A file, or a command; nothing but files follows two dashes.
        if !option.starts_with("--") {
            continue;
        }
        if option == "--" {
            break;
        }
        let value = match joined {
            None if takes_value(&option) => args.next(),
            joined => joined,
        };
        if !OTHERS.contains(&option.as_str()) {
            typed.push(option);
            typed.extend(value);
        }
    }
    typed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_kept_but_for_files_and_columns() {
        for (args, expected) in [
            (
                "--color never inspect a.csv --no-header --null x --format json --where=a=b,c --user-column u b.csv",
                &["--no-header", "--null", "x", "--where", "a=b,c"][..],
            ),
            (
                "a.csv --gap 1h --page-column=url --time-zone Europe/Berlin -- --user-column",
                &["--gap", "1h", "--time-zone", "Europe/Berlin"],
            ),
        ] {
            assert_eq!(typed(args.split(' ').map(str::to_owned)), expected);
        }
    }
}
