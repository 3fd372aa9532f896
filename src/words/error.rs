//! What can go wrong, each with place and value. Words floor.
//!
//! Messages are one sentence, lower case, without a final dot: what, where, what was expected.
//! Names and values from outside are made safe for a terminal here, so that no caller can forget.

use std::io;
use std::path::Path;
use std::path::PathBuf;

use crate::words::nearest::nearest;
use crate::words::pageview::Reject;
use crate::words::text;
use crate::words::text::safe;

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything the library can fail with. Bad rows are not errors but [`Reject`]s.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or stream could not be read, written, made or renamed.
    #[error("cannot {action} {}: {}", shown(path), plain(source))]
    Io {
        /// A verb: `read`, `write`, `open`, `make`.
        action: &'static str,
        /// Which file; `-` is standard input.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },

    /// The input is there, but cannot be read as pageviews at all.
    #[error("{}: {}", safe(input), safe(problem))]
    Input {
        /// The input's name.
        input: String,
        /// What is wrong and what was expected.
        problem: String,
    },

    /// An input without content.
    #[error("{}: the file is empty", safe(input))]
    Empty {
        /// The input's name.
        input: String,
    },

    /// A server's error log, which does not list requests.
    #[error(
        "{}: it is a server's error log, not its access log: name the file with the requests",
        safe(input)
    )]
    ErrorLog {
        /// The input's name.
        input: String,
    },

    /// Some of the files of a load could not be read, each for its own reason.
    #[error(
        "{unread} of {files} files could not be read (see above); the others are in {}",
        shown(store)
    )]
    Unread {
        /// How many could not be read.
        unread: usize,
        /// How many files there were.
        files: usize,
        /// Where the others are.
        store: PathBuf,
    },

    /// Columns that were not found: neither by the usual names and values, nor by the name that was asked for.
    #[error("{}: {}", safe(input), safe(&missing_columns(missing, columns, *n_columns)))]
    Columns {
        /// The input's name.
        input: String,
        /// What is missing.
        missing: Vec<Missing>,
        /// Some of the columns that are there, the likeliest first: name and an example of its values, which may be
        /// empty.
        columns: Vec<(String, String)>,
        /// How many there are in all.
        n_columns: usize,
    },

    /// Several columns could be the user, the time or the page.
    #[error("{}: {}", safe(input), safe(problem))]
    Undecided {
        /// The input's name.
        input: String,
        /// The columns to choose from, and the options that choose.
        problem: String,
    },

    /// A reject, if the first one stops the load.
    #[error("{}", safe(&.0.to_string()))]
    Rejected(Reject),

    /// Rows were read, but none of them is a pageview.
    #[error("{}: none of {rows} rows is a pageview; the first: {}", safe(input), safe(&first.to_string()))]
    NothingRead {
        /// The input's name.
        input: String,
        /// How many rows were rejected.
        rows: u64,
        /// The first of them.
        first: Reject,
    },

    /// A text that is not a gap.
    #[error(
        "\"{}\" is not a gap: expected a positive duration such as 30m, 90s, 1h30m, 500ms, 250us or 1d",
        safe(text)
    )]
    Gap {
        /// The text.
        text: String,
    },

    /// A SQLite database that is not a dwell store.
    #[error(
        "{} is a SQLite database, but not a dwell store ({})",
        shown(path),
        safe(found)
    )]
    NotAStore {
        /// The database.
        path: PathBuf,
        /// What it is: its tables, or why they cannot be read.
        found: String,
    },

    /// A store of a later dwell.
    #[error(
        "{} has store version {found}, and this dwell knows versions up to {known}: install a newer dwell",
        shown(path)
    )]
    NewerStore {
        /// The store.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The newest version known here.
        known: i64,
    },

    /// A file whose content was read before, in the same command.
    #[error(
        "{} {} {}; --again takes it in once more",
        safe(input),
        if *is_beginning { "is the beginning of" } else { "has the same content as" },
        safe(earlier)
    )]
    ReadAlready {
        /// The input's name.
        input: String,
        /// The name of the input that was read before.
        earlier: String,
        /// Whether it is only the beginning of that content.
        is_beginning: bool,
    },

    /// A file whose content is in the store already.
    #[error(
        "{} {} {} at {loaded_at}; --again takes it in once more",
        safe(input),
        if *is_beginning { "is the beginning of what was loaded as" } else { "was loaded already, as" },
        safe(earlier)
    )]
    LoadedAlready {
        /// The input's name now.
        input: String,
        /// The name under which the same content was loaded.
        earlier: String,
        /// When, RFC 3339.
        loaded_at: String,
        /// Whether it is only the beginning of that content.
        is_beginning: bool,
    },

    /// SQLite failed on the store.
    #[error("cannot {action} {}: {}", shown(path), safe(&problem.to_string()))]
    Store {
        /// What was being done: `open`, `read`, `load into`.
        action: &'static str,
        /// The store.
        path: PathBuf,
        /// What SQLite said, or better words if we have them.
        problem: String,
    },

    /// An output file that is there already.
    #[error("{} exists already: --force overwrites it", shown(path))]
    Exists {
        /// The file.
        path: PathBuf,
    },

    /// An output that would overwrite what it is made from.
    #[error("{} is the input itself: write to another file", shown(path))]
    OutputIsInput {
        /// The file.
        path: PathBuf,
    },

    /// A number or name on the command line that makes no sense here.
    #[error("{}", safe(.0))]
    Usage(String),

    /// A mistake in dwell itself, caught before it could end the program.
    #[error("this is a bug in dwell: please report what you did")]
    Defect,

    /// The person, or a signal, asked to stop.
    #[error("interrupted: nothing was changed")]
    Interrupted,

    /// The person, or a signal, ended the following of a file.
    #[error(
        "stopped: what was read is in {}, and the same command goes on from there",
        shown(store)
    )]
    Stopped {
        /// Where it is.
        store: PathBuf,
    },
}

impl Error {
    /// An [`Error::Io`]; for `map_err`.
    pub fn io(action: &'static str, path: impl AsRef<Path>) -> impl FnOnce(io::Error) -> Error {
        let path = path.as_ref().to_path_buf();
        move |source| Error::Io {
            action,
            path,
            source,
        }
    }

    /// Whether nothing is lost without this input, one of `n_inputs`: it is known already, or it is empty or a
    /// server's error log and there are others.
    pub fn is_no_loss(&self, n_inputs: usize) -> bool {
        match self {
            Error::LoadedAlready { .. } | Error::ReadAlready { .. } => true,
            Error::Empty { .. } | Error::ErrorLog { .. } => n_inputs > 1,
            _ => false,
        }
    }

    /// Whether the input is to blame, so that others can still be read.
    pub fn is_of_input(&self) -> bool {
        match self {
            Error::Input { .. }
            | Error::Empty { .. }
            | Error::ErrorLog { .. }
            | Error::Columns { .. }
            | Error::Undecided { .. }
            | Error::Rejected(_)
            | Error::NothingRead { .. }
            | Error::NotAStore { .. } => true,
            Error::Io { action, .. } => *action == "read",
            _ => false,
        }
    }

    /// Whether it helps to name the columns of user, time and page.
    pub fn is_of_columns(&self) -> bool {
        match self {
            Error::Undecided { .. } => true,
            Error::Columns { missing, .. } => {
                let is_of_role = |missing: &Missing| !matches!(missing.role, "filter" | "carried");
                missing.iter().all(is_of_role)
            }
            _ => false,
        }
    }

    /// The part that was to be carried, if the error is that an input lacks it.
    pub(crate) fn carried_part(&self) -> Option<&str> {
        match self {
            Error::Columns { missing, .. } => {
                let mut missing = missing.iter();
                missing
                    .find(|missing| missing.role == "carried")
                    .and_then(|missing| missing.wanted.as_deref())
            }
            _ => None,
        }
    }

    /// Whether the reader of our output went away, which is not a failure.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Error::Io { source, .. } if source.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// A column that is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// What it is for: `user`, `time`, `page`, `filter`, `carried`.
    pub role: &'static str,
    /// The name that was asked for, if one was.
    pub wanted: Option<String>,
    /// The option that names the column.
    pub option: &'static str,
}

/// Columns that are named in a message.
const MOST_COLUMNS: usize = 12;

/// Columns of a terminal that a name takes in a message, and an example.
const MOST_WIDTHS: (usize, usize) = (60, 24);

fn missing_columns(missing: &[Missing], columns: &[(String, String)], n_columns: usize) -> String {
    let what: Vec<String> = missing
        .iter()
        .map(|missing| match &missing.wanted {
            Some(name) => {
                let meant = nearest(name, columns.iter().map(|(column, _)| column.as_str()));
                let meant = meant.map(|meant| format!(" (did you mean \"{meant}\"?)"));
                format!(
                    "{} column \"{name}\"{}",
                    missing.role,
                    meant.unwrap_or_default()
                )
            }
            None => format!("{} column", missing.role),
        })
        .collect();
    let mut shown: Vec<String> = columns
        .iter()
        .take(MOST_COLUMNS)
        .map(|(name, example)| {
            let name = text::cut_end(name, MOST_WIDTHS.0);
            match example.as_str() {
                "" => name,
                example => format!("{name} ({})", text::cut_end(example, MOST_WIDTHS.1)),
            }
        })
        .collect();
    if n_columns > shown.len() {
        shown.push(format!("… ({n_columns} in all)"));
    }
    if shown.is_empty() {
        return format!("no {}, and there are no other columns", what.join(", no "));
    }
    let options: Vec<String> = missing
        .iter()
        .map(|missing| format!("{} NAME", missing.option))
        .collect();
    let them = if missing.len() == 1 { "it" } else { "them" };
    format!(
        "no {}; the columns are: {}; name {them} with {}",
        what.join(", no "),
        shown.join(", "),
        options.join(" ")
    )
}

/// A path as it can be shown; standard input by its name.
fn shown(path: &Path) -> String {
    if path == Path::new("-") {
        return "standard input".to_owned();
    }
    safe(&path.to_string_lossy()).into_owned()
}

/// The system's message without Rust's `(os error 2)`, lower case like the rest of the sentence.
fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut chars = text.chars();
    let first = chars
        .next()
        .map(|c| c.to_lowercase().to_string())
        .unwrap_or_default();
    safe(&(first + chars.as_str())).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_message_carries_what_a_terminal_would_act_on() {
        let error = Error::Exists {
            path: PathBuf::from("a\u{1b}[31m.csv"),
        };
        assert_eq!(
            error.to_string(),
            "a<U+001B>[31m.csv exists already: --force overwrites it"
        );
    }

    #[test]
    fn the_systems_words_are_fitted_into_the_sentence() {
        let error = Error::io("read", "gone.csv")(io::Error::from_raw_os_error(2));
        assert_eq!(
            error.to_string(),
            "cannot read gone.csv: no such file or directory"
        );
    }

    #[test]
    fn missing_columns_are_told_all_at_once_with_what_is_there() {
        let missing = |role, option, wanted: Option<&str>| Missing {
            role,
            option,
            wanted: wanted.map(str::to_owned),
        };
        let error = Error::Columns {
            input: "a.csv".into(),
            missing: vec![
                missing("user", "--user-column", None),
                missing("page", "--page-column", Some("url")),
            ],
            columns: vec![
                ("timestamp".into(), "2024-03-01".into()),
                ("where".into(), String::new()),
            ],
            n_columns: 2,
        };
        assert_eq!(
            error.to_string(),
            "a.csv: no user column, no page column \"url\"; the columns are: timestamp (2024-03-01), where; \
             name them with --user-column NAME --page-column NAME"
        );
    }
}
