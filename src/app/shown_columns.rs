//! Which columns a list shows, and in which order. App floor.

use crossterm::event::KeyCode;
use crossterm::event::KeyEvent;

use crate::app::App;
use crate::app::Effect;
use crate::app::Listed;
use crate::app::Panel;
use crate::app::Popup;
use crate::app::Start;

/// The panels whose columns a person chooses, by the names that their lists have in the configuration.
pub(crate) const COLUMN_LISTS: [(&str, Panel); 7] = [
    ("users", Panel::Users),
    ("user-sessions", Panel::UserSessions),
    ("sessions", Panel::AllSessions),
    ("pages", Panel::Pages),
    ("before", Panel::Before),
    ("after", Panel::After),
    ("marked", Panel::Marked),
];

/// The columns of a list: all by name, and those that are shown at first, by place among them.
pub(crate) fn columns_at_first(panel: Panel) -> (Vec<String>, Vec<usize>) {
    let (app, _) = App::new(Start::default());
    let list = panel.behaviour().list(&app);
    list.map_or_else(Default::default, |list| (list.column_names(), list.shown()))
}

/// Whether a list has columns with what is carried.
pub(crate) fn shows_carried(panel: Panel) -> bool {
    let (app, _) = App::new(Start::default());
    let list = panel.behaviour().list(&app);
    list.is_some_and(Listed::can_carry)
}

impl App {
    /// Opens the chooser for the list that has the keys.
    pub(super) fn begin_columns(&mut self) {
        let Some(list) = self.list_of_columns() else {
            self.message = Some(
                "only lists of users, sessions, pages and marks have columns to choose".to_owned(),
            );
            return;
        };
        let before = list.shown();
        let mut order = before.clone();
        let shown = order.len();
        let hidden = (0..list.columns().0.len()).filter(|place| !order.contains(place));
        let hidden: Vec<usize> = hidden.collect();
        order.extend(hidden);
        self.popup = Some(Popup::ShownColumns {
            cursor: 0,
            order,
            shown,
            before,
        });
    }

    fn list_of_columns(&self) -> Option<&dyn Listed> {
        let panel = self.panel();
        let is_there = COLUMN_LISTS.iter().any(|(_, other)| *other == panel);
        self.list().filter(|_| is_there)
    }

    pub(super) fn columns_key(
        &mut self,
        mut cursor: usize,
        (mut order, mut shown): (Vec<usize>, usize),
        before: Vec<usize>,
        event: KeyEvent,
    ) -> Option<Effect> {
        let last = order.len().saturating_sub(1);
        match event.code {
            KeyCode::Esc | KeyCode::Enter | KeyCode::Char('q') => {
                return (order[..shown] != before).then(|| self.keep_columns())?;
            }
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
            before,
        });
        None
    }

    /// Asks for the columns of the list to be kept for next time.
    fn keep_columns(&self) -> Option<Effect> {
        let wanted = self.list_of_columns()?.wanted_columns();
        Some(Effect::KeepColumns(self.panel(), wanted))
    }

    /// Shows the columns that are named, in that order: `user views`. Errors with the names there are.
    pub(super) fn choose_columns(&mut self, typed: &str) -> Result<Option<Effect>, String> {
        let (names, _) = (self.list_of_columns())
            .ok_or("only lists of users, sessions, pages and marks have columns to choose")?
            .columns();
        let mut chosen = Vec::new();
        let mut rest = typed.replace(',', " ");
        while !rest.trim().is_empty() {
            rest = rest.trim().to_owned();
            // The longest name that fits goes first: `exit rate` before `exit`.
            let word = rest.split(' ').next().unwrap_or_default().to_owned();
            let whole = names.iter().filter(|name| rest.starts_with(name.as_str()));
            let whole = whole.max_by_key(|name| name.len());
            let begun = || names.iter().find(|name| name.starts_with(&word));
            let Some(name) = whole.or_else(begun) else {
                return Err(format!("there is no column {word}: {}", names.join(", ")));
            };
            let taken = if rest.starts_with(name.as_str()) {
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
        Ok(self.keep_columns())
    }
}
