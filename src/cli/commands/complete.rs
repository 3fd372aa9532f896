//! `dwell __complete`: what could be typed in place of the last word of a line. Command line floor.
//!
//! The scripts of `dwell completions` ask it. It prints `files` if names of files fit there too, else `words`; then a
//! line for each word, with what it means behind a tab. Whatever the line is, it says nothing else and does not fail.

use std::fmt::Write as _;
use std::io::Write as _;

use clap::Arg;
use clap::ArgAction;
use clap::Command;

use crate::cli::args::CompleteArgs;
use crate::cli::args::help;
use crate::cli::values::Proposals;
use crate::cli::values::unquoted;
use crate::cli::values::values;
use crate::output::Output;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::text::safe;

pub(in crate::cli) fn run(args: CompleteArgs) -> Result<()> {
    let mut commands = help::commands();
    commands.build();
    let words = args
        .words
        .iter()
        .map(|word| word.to_string_lossy().into_owned());
    let proposals = Line::of(&commands, words.collect()).proposals();
    let mut text = String::from(if proposals.files {
        "files\n"
    } else {
        "words\n"
    });
    for proposal in proposals.words {
        // What a terminal would act on cannot be typed, nor what is no text.
        if safe(&proposal.word) == proposal.word && !proposal.word.contains('\u{fffd}') {
            let _ = writeln!(text, "{}\t{}", proposal.word, safe(&proposal.meaning));
        }
    }
    let mut output = Output::stdout();
    output
        .write_all(text.as_bytes())
        .map_err(Error::io("write", output.path()))?;
    output.finish().map(|_| ())
}

/// A line as far as it was typed.
struct Line<'c> {
    command: &'c Command,
    /// The options before the last word.
    given: Vec<&'c Arg>,
    /// Words that are neither options nor values of them.
    rest: Vec<String>,
    /// The option that the last word is the value of.
    pending: Option<&'c Arg>,
    /// Whether two dashes were typed, behind which nothing is an option.
    only_rest: bool,
    /// What was typed of the last word.
    typed: String,
}

impl<'c> Line<'c> {
    fn of(commands: &'c Command, mut words: Vec<String>) -> Line<'c> {
        let typed = words.pop().unwrap_or_default();
        let mut line = Line {
            command: commands,
            given: Vec::new(),
            rest: Vec::new(),
            pending: None,
            only_rest: false,
            typed,
        };
        words.into_iter().for_each(|word| line.take(word));
        line
    }

    fn take(&mut self, word: String) {
        if self.pending.is_some() {
            // Bash makes three words of `--layout=none`.
            if word != "=" {
                self.pending = None;
            }
        } else if self.only_rest {
            self.rest.push(unquoted(&word));
        } else if word == "--" {
            self.only_rest = true;
        } else if let Some((option, has_value)) = self.option(&word) {
            self.given.push(option);
            self.pending = (takes_value(option) && !has_value).then_some(option);
        } else if !word.starts_with('-') || word == "-" {
            match self.command.find_subcommand(&word) {
                Some(command) if self.rest.is_empty() => self.command = command,
                _ => self.rest.push(unquoted(&word)),
            }
        }
    }

    /// The option that a word is, and whether its value is in the same word.
    fn option(&self, word: &str) -> Option<(&'c Arg, bool)> {
        let mut known = self.command.get_arguments();
        if let Some(long) = word.strip_prefix("--") {
            let (name, value) = match long.split_once('=') {
                Some((name, _)) => (name, true),
                None => (long, false),
            };
            return Some((known.find(|arg| arg.get_long() == Some(name))?, value));
        }
        let short = word.strip_prefix('-')?;
        let name = short.chars().next();
        Some((
            known.find(|arg| name.is_some() && arg.get_short() == name)?,
            short.len() > 1,
        ))
    }

    fn proposals(&self) -> Proposals {
        if let Some(option) = self.pending {
            let typed = if self.typed == "=" { "" } else { &self.typed };
            return values(option, typed, &self.rest);
        }
        if self.only_rest || !self.typed.starts_with('-') {
            return self.positional();
        }
        match self.typed.split_once('=') {
            Some((before, typed)) => match self.option(&self.typed) {
                Some((option, true)) => {
                    values(option, typed, &self.rest).behind(&format!("{before}="))
                }
                _ => Proposals::default(),
            },
            None => self.options(),
        }
    }

    /// The options that were not given, or can be given again.
    fn options(&self) -> Proposals {
        let mut proposals = Proposals::default();
        for option in self.command.get_arguments() {
            let is_repeated = matches!(option.get_action(), ArgAction::Append);
            let is_done = self
                .given
                .iter()
                .any(|given| given.get_id() == option.get_id());
            if let Some(long) = option.get_long()
                && (is_repeated || !is_done)
            {
                let meaning = option.get_help().map(ToString::to_string);
                proposals.add(format!("--{long}"), meaning.unwrap_or_default());
            }
        }
        proposals.beginning_with(&self.typed)
    }

    /// What is neither an option nor the value of one.
    fn positional(&self) -> Proposals {
        let last = self.command.get_positionals().last();
        let next = self.command.get_positionals().nth(self.rest.len()).or(last);
        let mut proposals = match next {
            Some(arg) => values(arg, &self.typed, &self.rest),
            None => Proposals::default(),
        };
        if self.rest.is_empty() && self.given.is_empty() && !self.only_rest {
            let mut commands = Proposals::default();
            for command in self
                .command
                .get_subcommands()
                .filter(|command| !command.is_hide_set())
            {
                let about = command.get_about().map(ToString::to_string);
                commands.add(command.get_name(), about.unwrap_or_default());
            }
            proposals
                .words
                .extend(commands.beginning_with(&self.typed).words);
        }
        proposals
    }
}

fn takes_value(option: &Arg) -> bool {
    option.get_action().takes_values()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words that are proposed for a line, in which a tilde is a space within a word.
    fn proposed(line: &str) -> Vec<String> {
        let mut commands = help::commands();
        commands.build();
        let words = line.split(' ').map(|word| word.replace('~', " ")).collect();
        let proposals = Line::of(&commands, words).proposals();
        let mut words: Vec<String> = proposals
            .words
            .into_iter()
            .map(|proposal| proposal.word)
            .collect();
        if proposals.files {
            words.push("<files>".to_owned());
        }
        words
    }

    #[test]
    fn what_could_be_typed_follows_from_the_line() {
        for (line, expected) in [
            ("ex", &["export", "<files>"][..]),
            ("--gap 1h ex", &["<files>"]),
            ("export --ro", &["--rows", "--rows-at"]),
            ("export --rows ", &["sessions", "pageviews", "users"]),
            ("export --rows=u", &["--rows=users"]),
            ("export --rows = u", &["users"]),
            ("export --rows =", &["sessions", "pageviews", "users"]),
            ("export --rows users --ro", &["--rows-at"]),
            ("export --where a=b --wh", &["--where"]),
            ("export -o ", &["<files>"]),
            ("export -- --ro", &["<files>"]),
            ("export a.csv ex", &["<files>"]),
            ("export --time-unit ", &["s", "ms", "us", "ns", "d"]),
            ("export --display-zone Europe/Os", &["Europe/Oslo"]),
            ("export --filter -bou", &[]),
            ("export --filter land", &["landing:"]),
            ("export --filter 'views>2~land", &["views>2 landing:"]),
            ("export --layout RetailR", &["RetailRocket", "<files>"]),
            ("export --nonsense", &[]),
            ("export --nonsense=", &[]),
            ("gaps --by hour,ac", &["hour,activity"]),
            ("compare 1", &["1m", "10m", "15m", "1h", "1h30m"]),
            ("compare 10m 1h ", &["<files>"]),
            ("completions f", &["fish"]),
            ("help rea", &["reading"]),
            ("sql --dialect d", &["duckdb"]),
            ("summary --gap 1h --gap 3", &["30m"]),
            ("__comp", &["<files>"]),
            ("", &["<all>"]),
        ] {
            match expected {
                ["<all>"] => assert_eq!(
                    proposed(line).len(),
                    help::commands().get_subcommands().count()
                ),
                expected => assert_eq!(proposed(line), expected, "{line}"),
            }
        }
    }

    #[test]
    fn any_line_is_answered() {
        let pieces = [
            "", "-", "--", "=", "--rows", "export", "sql", "--where", "'", "\"a", "-o", "\\", "é",
            "--=", "-=x",
        ];
        for one in pieces {
            for two in pieces {
                for three in pieces {
                    proposed(&format!("{one} {two} {three}"));
                }
            }
        }
    }
}
