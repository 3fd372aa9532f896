//! The examples of each command, for its help and its manual page. Command line floor.
//!
//! A test runs every one of them beside files of these names.

/// A line that can be typed, and what it does in a few words.
pub(in crate::cli) type Example = (&'static str, &'static str);

/// The examples of a command, by its name.
pub(in crate::cli) fn of(command: &str) -> &'static [Example] {
    match command {
        "dwell" => &[
            ("dwell", "explore the bundled sample"),
            ("dwell access.log", "explore the log of a web server"),
            (
                "dwell --store shop.db views.csv",
                "load pageviews into a store",
            ),
        ],
        "load" => &[
            (
                "dwell load --store shop.db views.csv",
                "make a store, or add to it",
            ),
            (
                "dwell load --store shop.db 'logs/*.gz'",
                "add the logs that are new",
            ),
        ],
        "sessionize" => &[
            ("dwell sessionize --store shop.db --gap 1h", "at 1 hour"),
            (
                "dwell sessionize --store shop.db --from 2020-02-01 --to 2020-02-02",
                "one day",
            ),
        ],
        "export" => &[
            (
                "dwell export access.log > sessions.csv",
                "one row a session",
            ),
            (
                "dwell export shop.db --rows users -o users.csv",
                "one row a user",
            ),
            (
                "dwell export shop.db --filter 'landing:/product -bounce'",
                "some sessions",
            ),
        ],
        "summary" => &[
            ("dwell summary access.log", "at a gap of 30 minutes"),
            (
                "dwell summary shop.db --gap 15m --gap 30m --gap 1h",
                "at three gaps",
            ),
            ("dwell summary shop.db --by day", "one row a day"),
        ],
        "gaps" => &[
            ("dwell gaps access.log", "the study as text"),
            (
                "dwell gaps shop.db --report gap.html",
                "a page to share as well",
            ),
            (
                "dwell gaps --pauses pauses.csv",
                "pauses counted by an engine",
            ),
        ],
        "compare" => &[
            ("dwell compare 30m 1h shop.db", "how the figures change"),
            (
                "dwell compare 30m 1h shop.db --rows sessions",
                "the sessions that differ",
            ),
        ],
        "inspect" => &[
            ("dwell inspect views.csv", "what its columns mean"),
            ("dwell inspect --layouts", "the known exports"),
        ],
        "generate" => &[
            ("dwell generate -o views.csv", "10,000 pageviews of a shop"),
            (
                "dwell generate --format access-log -o access.log",
                "as a web server logs",
            ),
        ],
        "sql" => &[
            (
                "dwell sql --dialect postgres --statement schema",
                "make the tables",
            ),
            (
                "dwell sql --dialect postgres --statement rebuild",
                "fill them",
            ),
            (
                "dwell sql --dialect duckdb --statement sample --one-in 1000 > sample.sql",
                "for the explorer",
            ),
            (
                "dwell sql --dialect duckdb --statement pauses > pauses.sql",
                "for dwell gaps",
            ),
        ],
        "check" => &[("dwell check shop.db", "exits 1 if it is damaged")],
        "config" => &[
            ("dwell config path", "where the file is"),
            (
                "dwell config print-default",
                "every setting, with its default",
            ),
        ],
        "completions" => &[
            ("source <(dwell completions bash)", "in ~/.bashrc"),
            (
                "source <(dwell completions zsh)",
                "in ~/.zshrc, after compinit",
            ),
            (
                "dwell completions fish | source",
                "in ~/.config/fish/config.fish",
            ),
        ],
        "man" => &[
            (
                "dwell man ~/.local/share/man/man1",
                "then: man dwell-export",
            ),
            ("dwell man | man -l -", "read the main page"),
        ],
        "help" => &[
            ("dwell help export", "the same as dwell export --help"),
            ("dwell help reading", "how files are read"),
        ],
        "reading" => &[
            ("dwell inspect odd.csv", "how it would be read"),
            (
                "dwell odd.csv --user-column visitor --time-zone Europe/Oslo",
                "say what is what",
            ),
            (
                "dwell export odd.csv --where 'event=page_view'",
                "some rows only",
            ),
        ],
        _ => &[],
    }
}
