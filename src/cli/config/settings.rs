//! The settings: one table, from which come the file, its defaults in print, and the environment. Command line floor.

/// What a setting can be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SettingKind {
    /// A text, which is what its flag takes.
    Text,
    /// True or false, for a flag that takes nothing.
    Switch,
    /// Texts, for a flag that may be given more than once.
    Texts,
    /// A text that no flag takes as it is.
    Special,
}

/// A row of the table.
#[derive(Debug)]
pub(super) struct Setting {
    /// Its name, which is that of the flag whose default it is.
    pub(super) name: &'static str,
    pub(super) kind: SettingKind,
    /// What it is by default, as TOML. An empty text or list stands for what dwell does by itself.
    pub(super) default: &'static str,
    /// What it has to be.
    pub(super) expected: &'static str,
    /// What it means.
    pub(super) words: &'static str,
}

impl Setting {
    /// The variable of the environment that sets it.
    pub(super) fn variable(&self) -> String {
        variable(self.name)
    }
}

/// The variable of the environment for a name: `DWELL_DISPLAY_ZONE`.
pub(super) fn variable(name: &str) -> String {
    format!("DWELL_{}", name.replace('-', "_").to_uppercase())
}

const fn setting(
    name: &'static str,
    kind: SettingKind,
    default: &'static str,
    expected: &'static str,
    words: &'static str,
) -> Setting {
    Setting {
        name,
        kind,
        default,
        expected,
        words,
    }
}

use SettingKind::Special;
use SettingKind::Switch;
use SettingKind::Text;
use SettingKind::Texts;

/// The settings at the top of the file.
#[rustfmt::skip]
pub(super) const SETTINGS: [Setting; 7] = [
    setting("theme", Text, "\"auto\"", "auto, dark, light or mono", "Colours: auto asks the terminal for its background; dark, light, or mono for none"),
    setting("glyphs", Text, "\"auto\"", "auto, unicode or ascii", "Signs for lines, bars and arrows: auto goes by the locale; unicode or ascii"),
    setting("mouse", Switch, "false", "true or false", "Whether the mouse selects and scrolls in the explorer"),
    setting("autoreload", Switch, "false", "true or false", "Whether the explorer loads a store again by itself when it has changed"),
    setting("display-zone", Text, "\"UTC\"", "a time zone such as Europe/Oslo", "Time zone in which times are shown, written, and read in filters"),
    setting("gap", Special, "\"30m\"", "a gap such as 30m, 90s or 1h30m", "Inactivity gap where no store keeps one"),
    setting("layouts", Special, "\"layouts\"", "a folder", "Folder of your own layouts, beside this file unless the path is absolute"),
];

/// The settings under `[reading]`: options that can be true of all files that a person reads.
#[rustfmt::skip]
pub(super) const READING: [Setting; 12] = [
    setting("time-zone", Text, "\"UTC\"", "a time zone such as Europe/Oslo", "Time zone of timestamps without an offset"),
    setting("user-column", Special, "\"\"", COLUMN, "Name of the user column in files that have it"),
    setting("time-column", Special, "\"\"", COLUMN, "Name of the time column in files that have it"),
    setting("page-column", Special, "\"\"", COLUMN, "Name of the page column in files that have it"),
    setting("all-rows", Switch, "false", "true or false", "Whether every row counts, also those of events that are not page views"),
    setting("null", Texts, "[]", "a text or a list of texts", "Texts that stand for no value, in place of NULL, None and the like"),
    setting("max-rejects", Text, "\"\"", "a share such as \"90%\"", "Share of rows that may be rejected; without it, half of 100 rows or more"),
    setting("strict", Switch, "false", "true or false", "Whether reading stops at the first row that cannot be read as a pageview"),
    setting("log-user", Text, "\"address+agent\"", "address+agent, address, forwarded, remote-user or a field such as \"$cookie_sid\"", "Who the user of an access log's line is"),
    setting("log-host", Switch, "false", "true or false", "Whether the page of an access log's line begins with the name of the site"),
    setting("log-query", Text, "\"drop\"", "drop or keep", "Whether the page of an access log's line keeps its query"),
    setting("log-requests", Text, "\"pages\"", "pages or all", "Which lines of an access log are pageviews"),
];

const COLUMN: &str = "the name of a column";

/// Reading options that say what one kind of file is like: as defaults they would misread all others.
pub(super) const OF_SOME_FILES: [&str; 15] = [
    "input-format",
    "rows-at",
    "where",
    "layout",
    "no-header",
    "encoding",
    "time-format",
    "epoch-zone",
    "time-origin",
    "time-unit",
    "log-format",
    "table",
    "sheet",
    "carry",
    "again",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::Cli;
    use clap::CommandFactory;

    #[test]
    fn every_flag_that_a_setting_is_the_default_of_is_there_with_that_default() {
        let explore = Cli::command();
        for setting in SETTINGS.iter().chain(&READING) {
            let mut flags = explore.get_arguments();
            let flag = flags.find(|flag| flag.get_long() == Some(setting.name));
            let is_flag = flag.is_some() || setting.name == "layouts";
            assert!(is_flag, "{}", setting.name);
            let Some(default) = flag.and_then(|flag| flag.get_default_values().first()) else {
                continue;
            };
            let printed = setting.default.trim_matches('"');
            assert_eq!(default.to_str(), Some(printed), "{}", setting.name);
        }
    }

    #[test]
    fn every_reading_option_is_a_setting_or_is_told_why_not() {
        let load = Cli::command();
        let load = load.find_subcommand("load").unwrap();
        let of_load = ["store", "dedupe", "follow"];
        for flag in load.get_arguments().filter_map(clap::Arg::get_long) {
            let is_setting = READING.iter().any(|setting| setting.name == flag);
            let is_known = is_setting || OF_SOME_FILES.contains(&flag) || of_load.contains(&flag);
            assert!(is_known, "--{flag} is neither a setting nor told why not");
        }
    }
}
