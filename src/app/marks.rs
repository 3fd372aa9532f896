//! Marking users and sessions. App floor.

use crate::answers::filter::chip::Chip;
use crate::answers::filter::field::FilterField;
use crate::app::App;
use crate::app::Command;
use crate::app::Data;
use crate::app::ExportChoice;
use crate::app::Panel;
use crate::app::Screen;
use crate::app::model::marks::MarkedChoice;
use crate::words::figure::counted;

impl App {
    /// Marks the selected user or session, or takes the mark off.
    pub(super) fn mark(&mut self) {
        let Some(data) = self.data.as_ref().filter(|_| self.has_rows()) else {
            self.message = Some("there is nothing to mark yet".to_owned());
            return;
        };
        let (dataset, sessions) = (data.cut.dataset(), data.cut.sessions());
        let of_session = |session: u32| sessions.rows_of(session as usize);
        let is_marked = match self.panel() {
            Panel::Users => {
                let user = self.users.list.selected();
                user.map(|user| self.marks.toggle_user(dataset, user))
            }
            Panel::UserSessions | Panel::AllSessions => {
                let list = match self.panel() {
                    Panel::UserSessions => &self.users.sessions.list,
                    _ => &self.all.sessions.list,
                };
                let rows = list.selected().map(of_session);
                rows.map(|rows| self.marks.toggle_session(dataset, rows))
            }
            Panel::Timeline | Panel::Lifeline => {
                let row = self.trail().row_in(dataset);
                let rows = row.map(|row| sessions.rows_of(sessions.containing(row)));
                rows.map(|rows| self.marks.toggle_session(dataset, rows))
            }
            Panel::Marked => self.marks.list.selected().map(|place| {
                self.marks.remove(place as usize);
                false
            }),
            _ => {
                self.message = Some("only users and sessions can be marked".to_owned());
                return;
            }
        };
        let n = counted(self.marks.all.len() as u64, "mark");
        self.message = Some(match is_marked {
            Some(true) => format!(
                "marked: {n}, {} shows them",
                self.key_of(Command::ShowMarked)
            ),
            Some(false) => format!("not marked any more: {n}"),
            None => "nothing is selected to be marked".to_owned(),
        });
    }

    /// Whether a row of a panel's list is marked, by its id there.
    pub(crate) fn is_marked(&self, panel: Panel, id: u32) -> bool {
        match (panel, &self.data) {
            (Panel::Users, _) => self.marks.has_user(id),
            (Panel::UserSessions | Panel::AllSessions, Some(data)) => {
                let sessions = data.cut.sessions();
                let is_there = (id as usize) < sessions.len();
                is_there && self.marks.has_session(sessions.rows_of(id as usize))
            }
            _ => false,
        }
    }

    /// Shows what is marked.
    pub(super) fn show_marked(&mut self) {
        if self.marks.all.is_empty() {
            let key = self.key_of(Command::Mark);
            self.message = Some(format!(
                "nothing is marked: {key} marks a user or a session"
            ));
        } else if self.screen() != Screen::Marked {
            self.screens.retain(|&screen| screen != Screen::Marked);
            self.screens.push(Screen::Marked);
        }
    }

    /// Shows the sessions of the marked user, or of the user of the marked session and it among them.
    pub(super) fn open_mark(&mut self) {
        let place = self.marks.list.selected();
        let Some(mark) = place.and_then(|place| self.marks.all.get(place as usize)) else {
            return;
        };
        let Some((_, row)) = mark.place else {
            self.message = Some("it is not in the pageviews that are open now".to_owned());
            return;
        };
        let chip = Chip::text_is(FilterField::User, "user", &mark.user_id);
        self.enter_sessions(|sessions, dataset, _| sessions.show_chip(chip, dataset));
        self.all.trail.row = Some(row);
    }

    /// What is marked, as an export takes it; `None` if nothing is.
    pub(super) fn marked_choice(&self, data: &Data) -> Option<ExportChoice> {
        let words = || "marked".to_owned();
        let choice = match self.marks.chosen(&data.cut) {
            MarkedChoice::Users(users) if users.is_empty() => return None,
            MarkedChoice::Users(users) => ExportChoice::of_users(words(), users, data),
            MarkedChoice::Sessions(sessions) => ExportChoice {
                words: words(),
                ..ExportChoice::of_sessions(sessions, data)
            },
        };
        Some(choice)
    }
}
