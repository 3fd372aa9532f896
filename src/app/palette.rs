//! The palette: commands by name, and those that take a value. App floor.

use crossterm::event::KeyCode;
use crossterm::event::KeyEvent;
use tui_input::Input;

use crate::answers::browse::needle::Needle;
use crate::app::App;
use crate::app::Binding;
use crate::app::Command;
use crate::app::Effect;
use crate::app::Panel;
use crate::app::Popup;
use crate::app::bindings;
use crate::app::prompt;
use crate::words::gap::Gap;

/// A command being typed.
#[derive(Debug, Default)]
pub(crate) struct Palette {
    pub(crate) input: Input,
    pub(crate) cursor: usize,
    /// Why what was entered is no command.
    pub(crate) problem: Option<String>,
}

impl Palette {
    pub(super) fn paste(&mut self, text: &str) {
        prompt::insert(&mut self.input, text);
        (self.cursor, self.problem) = (0, None);
    }
}

/// The commands that take a value: how they are typed, and what they do.
pub(crate) const WITH_VALUE: [(&str, &str); 8] = [
    ("gap 37m", "set the gap: 30m, 90s, 1h30m, 500ms"),
    ("compare 1h", "pin a gap to compare this one with"),
    ("at 2020-02-02 12:55", "go to a day, a minute or a second"),
    ("sort views", "sort the list by a column"),
    ("filter cart", "filter the list"),
    ("export shop.csv", "export to this file"),
    ("keep shop.db", "keep what was read in a store"),
    ("120", "go to row 120"),
];

/// One letter for the commands that people type most, as in other programs.
const SHORT: [(&str, Command); 6] = [
    ("q", Command::Quit),
    ("w", Command::Save),
    ("e", Command::Export),
    ("h", Command::Help),
    ("s", Command::Sort),
    ("p", Command::ShowPages),
];

/// How well a command fits what was typed, the best first; `None` if not at all.
fn fit(binding: &Binding, typed: &str) -> Option<u8> {
    let needle = Needle::new(typed);
    match () {
        _ if SHORT.contains(&(typed, binding.command)) || binding.name == typed => Some(0),
        _ if binding.name.starts_with(typed) => Some(1),
        _ if needle.is_in(binding.name) => Some(2),
        _ if needle.is_in(binding.words) => Some(3),
        _ => None,
    }
}

/// The commands that what was typed may mean: first those whose name begins so, in the order of the keymap,
/// then those that only contain it. None while a value is being typed.
pub(crate) fn entries(typed: &str, panel: Panel) -> Vec<&'static Binding> {
    let takes_value = |(example, _): &(&str, &str)| {
        let word = example.split_once(' ').map(|(word, _)| word);
        word.is_some_and(|word| {
            typed
                .split_once(' ')
                .is_some_and(|(first, _)| first == word)
        })
    };
    if WITH_VALUE.iter().any(takes_value) {
        return Vec::new();
    }
    let typed = typed.trim();
    let acting = bindings().iter().filter(|binding| binding.acts_in(panel));
    let mut found: Vec<(u8, &Binding)> = acting
        .filter_map(|binding| Some((fit(binding, typed)?, binding)))
        .collect();
    found.sort_by_key(|&(fit, _)| fit);
    found.into_iter().map(|(_, binding)| binding).collect()
}

impl App {
    pub(super) fn palette_key(&mut self, mut palette: Palette, event: KeyEvent) -> Option<Effect> {
        let found = entries(palette.input.value(), self.panel());
        match event.code {
            KeyCode::Esc => return None,
            KeyCode::Backspace if palette.input.value().is_empty() => return None,
            KeyCode::Enter => return self.enter(palette, &found),
            KeyCode::Up => palette.cursor = palette.cursor.saturating_sub(1),
            KeyCode::Down => {
                palette.cursor = (palette.cursor + 1).min(found.len().saturating_sub(1))
            }
            KeyCode::Tab => {
                if let Some(binding) = found.get(palette.cursor) {
                    palette.input = Input::new(binding.name.to_owned());
                    palette.cursor = 0;
                }
            }
            _ => {
                if prompt::edit(&mut palette.input, event) {
                    (palette.cursor, palette.problem) = (0, None);
                }
            }
        }
        self.popup = Some(Popup::Palette(palette));
        None
    }

    fn enter(&mut self, mut palette: Palette, found: &[&'static Binding]) -> Option<Effect> {
        let typed = palette.input.value().trim().to_owned();
        if typed.is_empty() && palette.cursor == 0 {
            return None;
        }
        let done = if let Some((
            word @ ("gap" | "compare" | "at" | "sort" | "filter" | "keep" | "export" | "e"),
            value,
        )) = typed.split_once(' ')
        {
            match (word, value.trim()) {
                ("keep", path) => match self.keep(path) {
                    Ok(effect) => return Some(effect),
                    Err(problem) => Err(problem),
                },
                (word, value) => self.run_with_value(word, value),
            }
        } else if let Ok(row) = typed.replace(',', "").parse::<usize>() {
            self.go_to(row.saturating_sub(1));
            Ok(())
        } else {
            match found.get(palette.cursor) {
                // What only contains the word runs only if it is chosen.
                Some(binding) if palette.cursor > 0 || fit(binding, &typed) < Some(2) => {
                    return self.run(binding.command);
                }
                Some(binding) => Err(format!(
                    "no command begins with {typed}: perhaps {}?",
                    binding.name
                )),
                None => Err("no command has this name; Esc leaves".to_owned()),
            }
        };
        if let Err(problem) = done {
            palette.problem = Some(problem);
            self.popup = Some(Popup::Palette(palette));
        }
        None
    }

    /// Carries out a command that takes a value; says why that is impossible.
    fn run_with_value(&mut self, word: &str, value: &str) -> Result<(), String> {
        match word {
            "gap" => {
                let gap = value.parse::<Gap>();
                self.set_gap(gap.map_err(|error| error.to_string())?);
            }
            "compare" => {
                let gap = value.parse::<Gap>().map_err(|error| error.to_string())?;
                self.pin(Some(gap));
            }
            "at" => {
                let at = self.calendar().read(value)?;
                self.go_to_moment(at);
            }
            "sort" => {
                let (names, _) = self.sort_choices().ok_or("only lists can be sorted")?;
                let n = names.iter().position(|name| name.starts_with(value));
                let columns = || format!("there is no such column: {}", names.join(", "));
                self.sort_by(n.ok_or_else(columns)?);
            }
            "filter" => {
                self.typed().ok_or("only lists can be filtered")?;
                self.set_filter(value);
            }
            _ => self.begin_export_to(value),
        }
        Ok(())
    }
}
