//! Getting from panel to panel and from screen to screen; jumping, copying. App floor.

use std::ops::Range;

use crate::answers::browse::Sort;
use crate::answers::browse::sessions;
use crate::answers::browse::sessions::SessionColumn;
use crate::app::App;
use crate::app::Effect;
use crate::app::Origin;
use crate::app::Panel;
use crate::app::Screen;
use crate::words::session::write_session_id;

impl App {
    /// Shows a screen from the landing screen; each keeps its cursor and filter.
    pub(super) fn show(&mut self, screen: Screen) {
        if self.origin == Origin::Pauses {
            if screen != Screen::Gap {
                self.message = Some(
                    "these are pauses only: there are no users, sessions and pages to show"
                        .to_owned(),
                );
            }
            return;
        }
        self.screens.truncate(1);
        if screen != Screen::Users {
            self.screens.push(screen);
        }
    }

    /// Opens what is selected.
    pub(super) fn open(&mut self) {
        if !self.has_rows() {
            return;
        }
        match self.panel() {
            Panel::Users if self.users.list.selected().is_some() => {
                self.users.focus = Panel::UserSessions;
            }
            Panel::UserSessions | Panel::Lifeline => self.users.focus = Panel::Timeline,
            Panel::AllSessions if self.all.sessions.list.selected().is_some() => {
                self.all.focus = Panel::Timeline;
            }
            Panel::Pages => self.open_page(),
            _ => {}
        }
    }

    fn open_page(&mut self) {
        let (Some(data), Some(page)) = (&self.data, self.pages.list.selected()) else {
            return;
        };
        let text = data.cut.dataset().pages().text(page);
        self.all.sessions.show_page(text, data.cut.dataset());
        self.all.trail.row = None;
        self.all.focus = Panel::AllSessions;
        self.screens.push(Screen::Sessions);
    }

    /// Clears the filter of the panel that has the keys, or else goes back. Never leaves the explorer.
    pub(super) fn back(&mut self) {
        if self.typed().is_some_and(|typed| !typed.is_empty()) {
            self.set_filter("");
        } else if !self.out() {
            self.message = Some("q quits".to_owned());
        }
    }

    /// Goes back a panel, or else a screen. Returns false if there is none to go back to.
    pub(super) fn out(&mut self) -> bool {
        match (self.screen(), self.panel()) {
            (Screen::Users, Panel::Timeline) => self.users.focus = Panel::UserSessions,
            (Screen::Users, Panel::UserSessions | Panel::Lifeline) => {
                self.users.focus = Panel::Users;
            }
            (Screen::Sessions, Panel::Timeline) => self.all.focus = Panel::AllSessions,
            _ if self.screens.len() > 1 => {
                self.screens.pop();
            }
            _ => return false,
        }
        true
    }

    /// Gives the keys to the next panel of the screen, around the end.
    pub(super) fn cycle(&mut self, by: isize) {
        let has_lifeline = self.layout().lifeline_slots() > 0;
        let (panels, focus): (&[Panel], &mut Panel) = match self.screens.last() {
            Some(Screen::Users) if has_lifeline => (
                &[
                    Panel::Users,
                    Panel::UserSessions,
                    Panel::Timeline,
                    Panel::Lifeline,
                ],
                &mut self.users.focus,
            ),
            Some(Screen::Users) => (
                &[Panel::Users, Panel::UserSessions, Panel::Timeline],
                &mut self.users.focus,
            ),
            Some(Screen::Sessions) => (&[Panel::AllSessions, Panel::Timeline], &mut self.all.focus),
            _ => return,
        };
        let at = panels.iter().position(|panel| panel == focus).unwrap_or(0);
        let next = (at as isize + by).rem_euclid(panels.len() as isize);
        *focus = panels[next as usize];
    }

    /// Copies what is selected, as it stands in the data.
    pub(super) fn copy(&mut self) -> Option<Effect> {
        let (text, what) = self.copied()?;
        self.message = Some(format!("{what} was sent to the terminal to be copied"));
        Some(Effect::Copy(text))
    }

    fn copied(&self) -> Option<(String, &'static str)> {
        let data = self.data.as_ref().filter(|_| self.has_rows())?;
        let dataset = data.cut.dataset();
        let session_id = |session: u32| {
            let row = data.cut.sessions().rows_of(session as usize).start;
            let user_id = dataset.users().text(dataset.user_of(row) as u32);
            let mut id = Vec::new();
            write_session_id(&mut id, user_id, dataset.at(row));
            String::from_utf8_lossy(&id).into_owned()
        };
        Some(match self.panel() {
            Panel::Users => {
                let user = self.users.list.selected()?;
                (dataset.users().text(user).to_owned(), "the user's id")
            }
            Panel::UserSessions => (
                session_id(self.users.sessions.list.selected()?),
                "the session's id",
            ),
            Panel::AllSessions => (
                session_id(self.all.sessions.list.selected()?),
                "the session's id",
            ),
            Panel::Lifeline => {
                let row = self.trail().row_in(dataset)?;
                (
                    session_id(data.cut.sessions().containing(row) as u32),
                    "the session's id",
                )
            }
            Panel::Timeline => {
                let row = self.trail().row_in(dataset)?;
                (dataset.page_text(row).to_owned(), "the page")
            }
            Panel::Pages => {
                let page = self.pages.list.selected()?;
                (dataset.pages().text(page).to_owned(), "the page")
            }
            Panel::Ladder => (self.gap.to_string(), "the gap"),
        })
    }

    /// Goes to a moment: in the list of all sessions to the first that starts at or after it, elsewhere
    /// to the first pageview of the user at or after it.
    pub(super) fn go_to_moment(&mut self, at: Range<i64>) {
        match self.panel() {
            Panel::AllSessions => {
                let list = &mut self.all.sessions.list;
                if list.sort.column != SessionColumn::Started {
                    list.sort = Sort::by(SessionColumn::Started);
                    list.stale = true;
                    self.message = Some("sorted by start, to go to a moment".to_owned());
                    self.settle();
                }
                let list = &self.all.sessions.list;
                let position = sessions::position_at(&list.order, list.sort, at);
                self.go_to(position);
            }
            Panel::Pages | Panel::Ladder => {
                self.message = Some("moments are on the screens of users and sessions".to_owned());
            }
            _ => {
                let at_us = at.start;
                self.go_to_row(|data, rows| {
                    let before =
                        data.cut.dataset().at_us()[rows.clone()].partition_point(|&at| at < at_us);
                    (rows.start + before).min(rows.end - 1)
                });
                if self.users.focus == Panel::Users && self.screen() == Screen::Users {
                    self.users.focus = Panel::Timeline;
                }
            }
        }
    }
}
