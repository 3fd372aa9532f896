//! What only needs to be read: the help and the notes. How long they are, and how they scroll. App floor.

use crossterm::event::KeyCode;
use crossterm::event::KeyEvent;

use crate::app::App;
use crate::app::Command;
use crate::app::KeyGroup;
use crate::app::Popup;
use crate::app::bindings;

/// Whether the help has two columns.
fn is_wide(width: u16) -> bool {
    width >= 110
}

/// The groups in the left and in the right column of the help.
pub(crate) fn help_columns(width: u16) -> (&'static [KeyGroup], &'static [KeyGroup]) {
    if is_wide(width) {
        KeyGroup::ALL.split_at(3)
    } else {
        (&KeyGroup::ALL, &[])
    }
}

/// How many lines the help has on a terminal of this width.
pub(crate) fn help_lines(width: u16) -> usize {
    let lines = |group: KeyGroup| {
        let keys = bindings().iter().filter(|binding| binding.group == group);
        // A heading, the keys, an empty line.
        2 + keys.count()
    };
    let (left, right) = help_columns(width);
    let total = |groups: &[KeyGroup]| groups.iter().map(|&group| lines(group)).sum::<usize>();
    total(left).max(total(right)).saturating_sub(1)
}

/// How many lines of something to read are in view on a terminal of this height.
pub(crate) fn reading_height(lines: usize, height: u16) -> usize {
    lines.min(usize::from(height.saturating_sub(4)))
}

impl App {
    pub(super) fn help_key(&mut self, top: usize, event: KeyEvent) {
        let lines = help_lines(self.size.0);
        if let Some(top) = self.scrolled(top, lines, event) {
            self.popup = Some(Popup::Help { top });
        }
    }

    pub(super) fn notes_key(&mut self, top: usize, event: KeyEvent) {
        let rejects = self.data.as_ref().map_or(0, |data| data.coverage().rejects);
        let command = self.keymap.command_of(event.into(), self.panel());
        if command == Some(Command::Export) && rejects > 0 {
            self.begin_rejects();
            return;
        }
        let lines = self.notes(self.size.0).len();
        if let Some(top) = self.scrolled(top, lines, event) {
            self.popup = Some(Popup::Notes { top });
        }
    }

    /// The first line in view after a key; `None` if the key closes.
    fn scrolled(&self, top: usize, lines: usize, event: KeyEvent) -> Option<usize> {
        let page = reading_height(lines, self.size.1).max(1);
        let command = self.keymap.command_of(event.into(), self.panel());
        let closes = matches!(
            command,
            Some(Command::Help | Command::Notes | Command::Quit)
        );
        let top = match event.code {
            KeyCode::Esc | KeyCode::Enter => return None,
            _ if closes => return None,
            KeyCode::Up | KeyCode::Char('k') => top.saturating_sub(1),
            KeyCode::Down | KeyCode::Char('j') => top + 1,
            KeyCode::PageUp | KeyCode::Char('b' | 'u') => top.saturating_sub(page),
            KeyCode::PageDown | KeyCode::Char('f' | 'd' | ' ') => top + page,
            KeyCode::Home | KeyCode::Char('g') => 0,
            KeyCode::End | KeyCode::Char('G') => lines,
            _ => top,
        };
        Some(top.min(lines.saturating_sub(page)))
    }
}
