//! The palette's keys, and the commands that are entered. App floor.

use std::sync::Arc;

use crossterm::event::KeyCode;
use crossterm::event::KeyEvent;
use tui_input::Input;

use crate::app::App;
use crate::app::Binding;
use crate::app::Command;
use crate::app::Effect;
use crate::app::Origin;
use crate::app::Palette;
use crate::app::Popup;
use crate::app::WITH_VALUE;
use crate::app::bindings;
use crate::app::model::list_filter::ListFilter;
use crate::app::model::palette::entries;
use crate::app::model::palette::fit;
use crate::app::model::palette::word_of;
use crate::app::model::prompt;
use crate::words::figure::count;
use crate::words::figure::counted;
use crate::words::gap::Gap;

impl App {
    pub(super) fn palette_key(&mut self, mut palette: Palette, event: KeyEvent) -> Option<Effect> {
        let keymap = Arc::clone(&self.keymap);
        let found = entries(&keymap, palette.input.value(), self.panel());
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

    fn enter(&mut self, mut palette: Palette, found: &[&Binding]) -> Option<Effect> {
        let typed = palette.input.value().trim().to_owned();
        if typed.is_empty() && palette.cursor == 0 {
            return None;
        }
        let (word, value) = typed.split_once(' ').unwrap_or((&typed, ""));
        let value = value.trim();
        let takes = WITH_VALUE
            .iter()
            .find(|(example, _)| word_of(example) == word);
        let has_own = found.iter().any(|binding| binding.name == word);
        let done = match (word, takes) {
            ("e" | "export", _) if !value.is_empty() => self.run_with_value("export", value),
            ("keep", _) => match self.keep(value) {
                Ok(effect) => return Some(effect),
                Err(problem) => Err(problem),
            },
            ("columns", _) if !value.is_empty() => match self.choose_columns(value) {
                Ok(effect) => return effect,
                Err(problem) => Err(problem),
            },
            ("filter", _) if !value.is_empty() => match self.filter_from_palette(value) {
                Ok(effect) => return effect,
                Err(problem) => Err(problem),
            },
            ("rejects", _) => match self.write_rejects(value) {
                Ok(effect) => return Some(effect),
                Err(problem) => Err(problem),
            },
            (word, Some(_)) if !value.is_empty() => self.run_with_value(word, value),
            (_, Some((example, words))) if !has_own => {
                Err(format!("it needs a value: :{example}, to {words}"))
            }
            _ => match (
                typed.replace(',', "").parse::<usize>(),
                found.get(palette.cursor),
            ) {
                (Ok(row), _) => {
                    self.go_to_typed_row(row);
                    Ok(())
                }
                // What only contains the word runs only if it is chosen.
                (_, Some(binding)) if palette.cursor > 0 || fit(binding, &typed) < Some(2) => {
                    return self.run(binding.command);
                }
                _ => Err(format!(
                    "no command begins with {typed}: perhaps {}? Esc leaves",
                    nearest(word)
                )),
            },
        };
        if let Err(problem) = done {
            palette.problem = Some(problem);
            self.popup = Some(Popup::Palette(palette));
        }
        None
    }

    /// Goes to a row by its number, from 1.
    fn go_to_typed_row(&mut self, row: usize) {
        let (_, len) = self.position();
        self.jump_to(row.saturating_sub(1));
        if row > len || row == 0 {
            let rows = counted(len as u64, "row");
            self.message = Some(format!(
                "there is no row {}: these are {rows}",
                count(row as u64)
            ));
        }
    }

    fn filter_from_palette(&mut self, typed: &str) -> Result<Option<Effect>, String> {
        let before = self.typed().ok_or("only lists can be filtered")?.to_owned();
        let panel = self.panel();
        if let Some(filter) = panel.behaviour().filter(self) {
            let mut read = ListFilter::of(filter.chosen);
            read.read(typed, self.carried_names(), &self.calendar());
            read.problem.map_or(Ok(()), Err)?;
        }
        let effect = self.filter_by(panel, typed);
        self.filters_typed.add(typed);
        if let Some(list) = panel.behaviour().list_mut(self) {
            list.keep_filter(&before);
        }
        Ok(effect)
    }

    fn set_autoreload(&mut self, value: &str) -> Result<(), String> {
        let is_on = match value {
            "autoreload" => true,
            "noautoreload" => false,
            _ => return Err("only autoreload and noautoreload can be set".to_owned()),
        };
        if self.origin != Origin::Store {
            return Err("only a store is loaded again by itself".to_owned());
        }
        self.autoreload = is_on;
        let key = self.key_of(Command::Reload);
        self.message = Some(match is_on {
            true => "the store will be loaded again whenever it has changed".to_owned(),
            false => format!("{key} will load the store again when it has changed"),
        });
        Ok(())
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
            "set" => self.set_autoreload(value)?,
            _ => self.begin_export_to(value),
        }
        Ok(())
    }
}

/// The command whose name is most like a word.
fn nearest(word: &str) -> String {
    let with_value = WITH_VALUE.iter().map(|(example, _)| word_of(example));
    let names = bindings().iter().map(|binding| binding.name);
    let like = |name: &str| {
        let parts = name.split(' ').chain([name]);
        let likeness = parts.map(|part| strsim::normalized_damerau_levenshtein(part, word));
        likeness.fold(0.0, f64::max)
    };
    let all = with_value.chain(names).filter(|name| !name.is_empty());
    // Of equal ones the first.
    let best = all.reduce(|best, name| if like(name) > like(best) { name } else { best });
    best.unwrap_or("help").to_owned()
}
