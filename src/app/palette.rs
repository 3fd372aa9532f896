//! The palette's keys, and the commands that are entered. App floor.

use crossterm::event::KeyCode;
use crossterm::event::KeyEvent;
use tui_input::Input;

use crate::answers::filter::parse::parse;
use crate::app::App;
use crate::app::Binding;
use crate::app::Effect;
use crate::app::Palette;
use crate::app::Popup;
use crate::app::model::palette::entries;
use crate::app::model::palette::fit;
use crate::app::model::prompt;
use crate::words::gap::Gap;

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
                ("filter", value) => match self.filter_from_palette(value) {
                    Ok(effect) => return effect,
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

    fn filter_from_palette(&mut self, typed: &str) -> Result<Option<Effect>, String> {
        let before = self.typed().ok_or("only lists can be filtered")?.to_owned();
        let panel = self.panel();
        let filter = panel.behaviour().filter(self);
        let problem = filter.and_then(|_| parse(typed, &self.calendar()).1);
        problem.map_or(Ok(()), Err)?;
        let effect = self.filter_by(panel, typed);
        self.filters_typed.add(typed);
        if let Some(list) = panel.behaviour().list_mut(self) {
            list.keep_filter(&before);
        }
        Ok(effect)
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
            _ => self.begin_export_to(value),
        }
        Ok(())
    }
}
