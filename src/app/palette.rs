//! The palette: commands by name, and those that take a value. App floor.

use crossterm::event::KeyCode;
use crossterm::event::KeyEvent;
use tui_input::Input;

use crate::answers::browse::needle::Needle;
use crate::app::App;
use crate::app::Binding;
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
pub(crate) const WITH_VALUE: [(&str, &str); 3] = [
    ("gap 37m", "set the gap: 30m, 90s, 1h30m, 500ms"),
    ("at 2020-02-02 12:55", "go to a day, a minute or a second"),
    ("120", "go to row 120"),
];

/// The commands whose name or words contain what was typed, in the order of the keymap; those whose
/// name does come first. None while a value is being typed.
pub(crate) fn entries(typed: &str, panel: Panel) -> Vec<&'static Binding> {
    if ["gap ", "at "].iter().any(|word| typed.starts_with(word)) {
        return Vec::new();
    }
    let needle = Needle::new(typed.trim());
    let mut found: Vec<&Binding> = bindings()
        .iter()
        .filter(|binding| binding.acts_in(panel))
        .filter(|binding| needle.is_in(binding.name) || needle.is_in(binding.words))
        .collect();
    found.sort_by_key(|binding| !needle.is_in(binding.name));
    found
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
        let problem = match typed.split_once(' ') {
            _ if typed.is_empty() && palette.cursor == 0 => return None,
            Some(("gap", value)) => match value.parse::<Gap>() {
                Ok(gap) => {
                    self.set_gap(gap);
                    return None;
                }
                Err(error) => error.to_string(),
            },
            Some(("at", value)) => match self.calendar().read(value) {
                Ok(at) => {
                    self.go_to_moment(at);
                    return None;
                }
                Err(problem) => problem,
            },
            _ => match (
                typed.replace(',', "").parse::<usize>(),
                found.get(palette.cursor),
            ) {
                (Ok(row), _) => {
                    self.go_to(row.saturating_sub(1));
                    return None;
                }
                (Err(_), Some(binding)) => return self.run(binding.command),
                (Err(_), None) => "no command has this name; Esc leaves".to_owned(),
            },
        };
        palette.problem = Some(problem);
        self.popup = Some(Popup::Palette(palette));
        None
    }
}
