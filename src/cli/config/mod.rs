//! What the configuration file and the environment say. Command line floor.
//!
//! A setting is the default of the flag of its name, in every command that has the flag: [`Config::settle`] puts it into
//! the description of the command line, before that is read. So flags, environment and file are read alike, and what was
//! typed goes before. The rest is for the explorer: its keys, columns and colours.

mod file;
mod flags;
mod keep;
mod layouts;
mod print;
mod settings;
mod tables;
#[cfg(test)]
mod tests;

pub(super) use file::path;
pub(super) use keep::keep_columns;
pub(super) use print::default_config;

use std::env;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use clap::ArgMatches;
use clap::Command;
use clap::CommandFactory;
use clap::error::ContextKind;
use clap::error::ContextValue;
use ratatui::style::Color;
use toml::Spanned;
use toml::de::DeValue;

use crate::app::Keymap;
use crate::app::Panel;
use crate::cli::args::Cli;
use crate::cli::args::CliCommand;
use crate::cli::args::ReadDefaults;
use crate::source::add_layouts;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::gap::Gap;
use crate::words::nearest::nearest;
use crate::words::shell::quoted;

use file::ConfigFile;
use file::FoundConfig;
use flags::is_in_force;
use flags::with_broken;
use flags::with_default;
use layouts::own_layouts;
use settings::OF_SOME_FILES;
use settings::READING;
use settings::SETTINGS;
use settings::Setting;
use settings::SettingKind;
use settings::variable;

/// The tables of the file.
const TABLES: [&str; 4] = ["reading", "columns", "colors", "keys"];

/// Settings of how the explorer looks and acts, of which nothing needs to be said.
const OF_LOOKS: [&str; 5] = ["theme", "glyphs", "mouse", "autoreload", "layouts"];

/// What is set, and where.
#[derive(Debug)]
struct Given {
    setting: &'static Setting,
    /// As its flag would take it.
    texts: Vec<String>,
    /// The file or the variable.
    origin: String,
    /// The line of the file, or the variable.
    place: String,
}

/// All that is set.
#[derive(Debug, Default)]
pub(super) struct Config {
    given: Vec<Given>,
    pub(super) keymap: Keymap,
    /// By panel, the names of the columns that its list shows.
    pub(super) columns: Vec<(Panel, Vec<String>)>,
    /// By part of the screen, its colour.
    pub(super) colors: Vec<(&'static str, Color)>,
    broken_layouts: Vec<(String, String)>,
    /// What may not be read, and so is not used.
    forbidden: Vec<String>,
}

impl Config {
    /// Reads the file, the environment, and the folder of layouts. Errors with the place of what is wrong.
    pub(super) fn read() -> Result<Config> {
        let (file, forbidden) = match ConfigFile::find()? {
            FoundConfig::File(file) => (Some(file), None),
            FoundConfig::Nothing => (None, None),
            FoundConfig::Forbidden(problem) => (None, Some(problem)),
        };
        let mut config = file.as_ref().map_or(Ok(Config::default()), Config::of)?;
        config.forbidden.extend(forbidden);
        // A text that is none of UTF-8 is no value of a setting, and is refused as such.
        let text = |name: &str| Some(env::var_os(name)?.to_string_lossy().into_owned());
        config.take_environment(text)?;
        let folder = file.as_ref().and_then(|file| file.path.parent());
        config.find_layouts(folder)?;
        Ok(config)
    }

    fn of(file: &ConfigFile) -> Result<Config> {
        let mut config = Config::default();
        for (name, value) in &file.table()? {
            match name.get_ref().as_ref() {
                "reading" => {
                    for (name, value) in file.table_of("reading", value)? {
                        config.take(file, &READING, (name, value))?;
                    }
                }
                "columns" => {
                    config.columns = tables::columns(file, file.table_of("columns", value)?)?
                }
                "colors" => config.colors = tables::colors(file, file.table_of("colors", value)?)?,
                "keys" => config.keymap = tables::keymap(file, file.table_of("keys", value)?)?,
                _ => config.take(file, &SETTINGS, (name, value))?,
            }
        }
        Ok(config)
    }

    /// Takes a setting of the file.
    fn take(
        &mut self,
        file: &ConfigFile,
        known: &'static [Setting],
        (name, value): (&Spanned<std::borrow::Cow<'_, str>>, &Spanned<DeValue<'_>>),
    ) -> Result<()> {
        let (at, name) = (name.span().start, name.get_ref().as_ref());
        let Some(setting) = known.iter().find(|setting| setting.name == name) else {
            return Err(match () {
                () if READING.iter().any(|setting| setting.name == name) => {
                    file.wrong(at, format!("{name} belongs under [reading]"))
                }
                () if SETTINGS.iter().any(|setting| setting.name == name) => {
                    file.wrong(at, format!("{name} belongs before the first [table]"))
                }
                () if OF_SOME_FILES.contains(&name) => file.wrong(at, of_some_files(name)),
                () => {
                    let tables: &[&str] = if known.len() == SETTINGS.len() {
                        &TABLES
                    } else {
                        &[]
                    };
                    let known = known.iter().map(|setting| setting.name);
                    let known = known.chain(tables.iter().copied());
                    file.unknown((at, "setting", name), known)
                }
            });
        };
        let at = value.span().start;
        let expected = setting.expected;
        let texts: Vec<String> = match (setting.kind, value.get_ref()) {
            (SettingKind::Switch, DeValue::Boolean(on)) => vec![on.to_string()],
            (SettingKind::Texts, _) => {
                let texts = file.texts(value, expected)?.into_iter();
                texts.map(|(_, text)| text.to_owned()).collect()
            }
            (SettingKind::Text | SettingKind::Special, DeValue::String(text)) => {
                vec![text.as_ref().to_owned()]
            }
            _ => return Err(file.wrong(at, format!("{name}: expected {expected}"))),
        };
        // An empty list of texts may be meant, but an empty text is none.
        if texts.is_empty() || setting.kind != SettingKind::Texts && texts == [""] {
            return Ok(());
        }
        check(setting, &texts).map_err(|problem| file.wrong(at, problem))?;
        self.given.push(Given {
            setting,
            texts,
            origin: file.path.display().to_string(),
            place: file.place(at),
        });
        Ok(())
    }

    /// Takes what the environment sets, in place of the same in the file. An empty variable sets nothing.
    fn take_environment(&mut self, get: impl Fn(&str) -> Option<String>) -> Result<()> {
        let get = |name: &str| get(&variable(name)).filter(|text| !text.is_empty());
        if let Some(name) = OF_SOME_FILES.into_iter().find(|name| get(name).is_some()) {
            let problem = format!("{}: {}", variable(name), of_some_files(name));
            return Err(Error::Usage(problem));
        }
        for setting in SETTINGS.iter().chain(&READING) {
            let Some(text) = get(setting.name) else {
                continue;
            };
            let variable = setting.variable();
            let wrong = |problem| Error::Usage(format!("{variable}: {problem}"));
            let text = match (setting.kind, text.as_str()) {
                (SettingKind::Switch, "1") => "true".to_owned(),
                (SettingKind::Switch, "0") => "false".to_owned(),
                (SettingKind::Switch, other) if other != "true" && other != "false" => {
                    return Err(wrong(format!("expected {}", setting.expected)));
                }
                _ => text,
            };
            let texts = vec![text];
            check(setting, &texts).map_err(wrong)?;
            self.given
                .retain(|given| given.setting.name != setting.name);
            self.given.push(Given {
                setting,
                texts,
                origin: variable.clone(),
                place: variable,
            });
        }
        Ok(())
    }

    fn text(&self, name: &str) -> Option<&Given> {
        self.given.iter().find(|given| given.setting.name == name)
    }

    /// The gap where no store keeps one.
    fn gap(&self) -> Gap {
        let text = self.text("gap").and_then(|given| given.texts.first());
        text.and_then(|text| text.parse().ok()).unwrap_or_default()
    }

    /// Makes the layouts in the folder known. A path is taken from the folder of the configuration file.
    fn find_layouts(&mut self, beside: Option<&Path>) -> Result<()> {
        let given = self.text("layouts");
        let folder = match (given, beside) {
            (Some(given), beside) => beside.unwrap_or(Path::new("")).join(home(&given.texts[0])),
            (None, Some(beside)) => beside.join("layouts"),
            (None, None) => path()?.with_file_name("layouts"),
        };
        let own = match (own_layouts(&folder), given) {
            (Ok(own), _) => own,
            (Err(error), Some(given)) => {
                let error = Error::io("list", &folder)(error);
                return Err(Error::Usage(format!("{}: {error}", given.place)));
            }
            (Err(error), None) => {
                let is_forbidden = error.kind() == io::ErrorKind::PermissionDenied;
                if is_forbidden && self.forbidden.is_empty() {
                    let error = Error::io("list", &folder)(error);
                    self.forbidden
                        .push(format!("{error}; its layouts are not used"));
                }
                Default::default()
            }
        };
        add_layouts(own.layouts);
        self.broken_layouts = own.broken;
        Ok(())
    }

    /// Makes the settings the defaults of their flags.
    pub(super) fn settle(&self, mut command: Command) -> Command {
        let is_flag = |given: &&Given| given.setting.kind != SettingKind::Special;
        for given in self.given.iter().filter(is_flag) {
            command = with_default(command, given.setting.name, &given.texts);
        }
        if let Some(given) = self.text("gap") {
            // Where a store may keep one, it goes before: then it is no default of the flag.
            command = command.mut_subcommands(|command| match command.get_name() {
                "sql" => with_default(command, "gap", &given.texts),
                _ => command,
            });
        }
        if self.broken_layouts.is_empty() {
            return command;
        }
        with_broken(command, &self.broken_layouts)
    }

    /// Hands over what commands need beside their flags. `command` and `matches` tell what was typed.
    pub(super) fn hand_over(&self, cli: &mut Cli, command: &Command, matches: &ArgMatches) {
        let in_force: Vec<&Given> = (self.given.iter())
            .filter(|given| !OF_LOOKS.contains(&given.setting.name))
            .filter(|given| is_in_force(given.setting.name, command, matches))
            .collect();
        let is_zone = |given: &&Given| given.setting.name == "display-zone";
        let (zone, of_reading): (Vec<&Given>, Vec<&Given>) =
            in_force.into_iter().partition(is_zone);
        if let Some(CliCommand::Export(args)) = &mut cli.command {
            args.is_zone_default = !zone.is_empty();
        }
        if cli.command.is_some() {
            notes(&zone)
                .iter()
                .for_each(|note| super::report::say(note));
        }
        let mut notes = notes(&of_reading);
        if cli.needs_config() {
            notes.extend(self.forbidden.iter().cloned());
        }
        let Some(read) = cli.read_mut() else {
            notes.iter().for_each(|note| super::report::say(note));
            return;
        };
        let broken = self.broken_layouts.iter();
        notes.extend(broken.map(|(_, problem)| format!("{problem}; this layout is not used")));
        read.defaults = ReadDefaults {
            gap: self.gap(),
            columns: ["user-column", "time-column", "page-column"]
                .map(|name| self.text(name).map(|given| given.texts[0].clone())),
            options: of_reading.iter().flat_map(|given| given.words()).collect(),
            notes,
            broken_layouts: self.broken_layouts.clone(),
        };
    }
}

impl Given {
    /// As it would be typed.
    fn words(&self) -> Vec<String> {
        let option = format!("--{}", self.setting.name);
        match self.setting.kind {
            SettingKind::Switch if self.texts == ["false"] => Vec::new(),
            SettingKind::Switch => vec![option],
            _ => {
                let texts = self.texts.iter();
                texts
                    .flat_map(|text| [option.clone(), text.clone()])
                    .collect()
            }
        }
    }
}

/// What is in force without having been typed, a line for each place where it is set.
fn notes(given: &[&Given]) -> Vec<String> {
    let mut notes: Vec<(&str, String)> = Vec::new();
    for given in given {
        let words: String = given
            .words()
            .iter()
            .map(|word| format!(" {}", quoted(word)))
            .collect();
        match notes.iter_mut().find(|(origin, _)| *origin == given.origin) {
            _ if words.is_empty() => {}
            Some((_, note)) => *note += &words,
            None => notes.push((&given.origin, words)),
        }
    }
    let note = |(origin, words): (&str, String)| format!("defaults from {origin}:{words}");
    notes.into_iter().map(note).collect()
}

fn of_some_files(name: &str) -> String {
    format!(
        "{name} says what some files are like and cannot be a default for all: give --{name} with them, or describe them \
         in a layout of your own"
    )
}

/// Errors with what was expected if a setting cannot be this.
fn check(setting: &Setting, texts: &[String]) -> Result<(), String> {
    let Setting { name, expected, .. } = setting;
    let text = texts.first().map_or("", String::as_str);
    let problem = |nearest: Option<&str>| {
        let meant = nearest.map_or(String::new(), |nearest| {
            format!("; did you mean {nearest}?")
        });
        Err(format!("{name} = \"{text}\": expected {expected}{meant}"))
    };
    match setting.kind {
        SettingKind::Switch | SettingKind::Texts => Ok(()),
        SettingKind::Special => match *name {
            "gap" if text.parse::<Gap>().is_err() => problem(None),
            // A default names columns, not their places.
            "user-column" | "time-column" | "page-column" if text.starts_with('#') => problem(None),
            _ => Ok(()),
        },
        SettingKind::Text => {
            // The explorer has all of these flags.
            let typed = ["dwell".to_owned(), format!("--{name}={text}")];
            let Err(error) = Cli::command().try_get_matches_from(typed) else {
                return Ok(());
            };
            match error.get(ContextKind::ValidValue) {
                Some(ContextValue::Strings(valid)) => {
                    problem(nearest(text, valid.iter().map(String::as_str)))
                }
                _ => problem(None),
            }
        }
    }
}

/// A path that may begin with `~/`.
fn home(path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), etcetera::home_dir()) {
        (Some(rest), Ok(home)) => home.join(rest),
        _ => path.into(),
    }
}
