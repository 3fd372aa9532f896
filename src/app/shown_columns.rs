//! Which columns a list shows, and in which order. App floor.

use crossterm::event::KeyCode;
use crossterm::event::KeyEvent;

use crate::app::App;
use crate::app::Panel;
use crate::app::Popup;

/// The panels whose columns a person chooses.
const CHOOSABLE: [Panel; 7] = [
    Panel::Users,
    Panel::UserSessions,
    Panel::AllSessions,
    Panel::Pages,
    Panel::Before,
    Panel::After,
    Panel::Marked,
];

impl App {
    /// Opens the chooser for the list that has the keys.
    pub(super) fn begin_columns(&mut self) {
        let Some(list) = self.list().filter(|_| CHOOSABLE.contains(&self.panel())) else {
            self.message = Some(
                "only lists of users, sessions, pages and marks have columns to choose".to_owned(),
            );
            return;
        };
        let mut order = list.shown();
        let shown = order.len();
        let hidden = (0..list.columns().0.len()).filter(|place| !order.contains(place));
        let hidden: Vec<usize> = hidden.collect();
        order.extend(hidden);
        self.popup = Some(Popup::ShownColumns {
            cursor: 0,
            order,
            shown,
        });
    }

    pub(super) fn columns_key(
        &mut self,
        mut cursor: usize,
        mut order: Vec<usize>,
        mut shown: usize,
        event: KeyEvent,
    ) {
        let last = order.len().saturating_sub(1);
        match event.code {
            KeyCode::Esc | KeyCode::Enter | KeyCode::Char('q') => return,
            KeyCode::Up | KeyCode::Char('k') => cursor = cursor.saturating_sub(1),
            KeyCode::Down | KeyCode::Char('j') => cursor = (cursor + 1).min(last),
            KeyCode::Home | KeyCode::Char('g') => cursor = 0,
            KeyCode::End | KeyCode::Char('G') => cursor = last,
            KeyCode::Char(' ' | 'x') if cursor >= shown => {
                let column = order.remove(cursor);
                order.insert(shown, column);
                cursor = shown;
                shown += 1;
            }
            KeyCode::Char(' ' | 'x') if shown == 1 => {
                self.message = Some("one column is always shown".to_owned());
            }
            KeyCode::Char(' ' | 'x') => {
                let column = order.remove(cursor);
                shown -= 1;
                order.insert(shown, column);
                cursor = cursor.min(shown - 1);
            }
            KeyCode::Char('K' | '<' | '-') if (1..shown).contains(&cursor) => {
                order.swap(cursor, cursor - 1);
                cursor -= 1;
            }
            KeyCode::Char('J' | '>' | '+') if cursor + 1 < shown => {
                order.swap(cursor, cursor + 1);
                cursor += 1;
            }
            _ => {}
        }
        if let Some(list) = self.panel().behaviour().list_mut(self) {
            list.show_columns(&order[..shown]);
        }
        self.popup = Some(Popup::ShownColumns {
            cursor,
            order,
            shown,
        });
    }

    /// Shows the columns that are named, in that order: `user views`. Errors with the names there are.
    pub(super) fn choose_columns(&mut self, typed: &str) -> Result<(), String> {
        let list = self.list().filter(|_| CHOOSABLE.contains(&self.panel()));
        let (names, _) = list
            .ok_or("only lists of users, sessions, pages and marks have columns to choose")?
            .columns();
        let mut chosen = Vec::new();
        let mut rest = typed.replace(',', " ");
        while !rest.trim().is_empty() {
            rest = rest.trim().to_owned();
            // The longest name that fits goes first: `exit rate` before `exit`.
            let word = rest.split(' ').next().unwrap_or_default().to_owned();
            let whole = names.iter().filter(|name| rest.starts_with(**name));
            let whole = whole.max_by_key(|name| name.len());
            let begun = || names.iter().find(|name| name.starts_with(&word));
            let Some(name) = whole.or_else(begun) else {
                return Err(format!("there is no column {word}: {}", names.join(", ")));
            };
            let taken = if rest.starts_with(name) {
                name.len()
            } else {
                word.len()
            };
            rest = rest[taken..].to_owned();
            let place = names.iter().position(|one| one == name).unwrap_or(0);
            if !chosen.contains(&place) {
                chosen.push(place);
            }
        }
        if chosen.is_empty() {
            return Err(format!("name columns: {}", names.join(", ")));
        }
        if let Some(list) = self.panel().behaviour().list_mut(self) {
            list.show_columns(&chosen);
        }
        Ok(())
    }
}
