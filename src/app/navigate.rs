//! Getting from panel to panel and from screen to screen; jumping, copying. App floor.

use std::ops::Range;

use crate::answers::filter::chip::Chip;
use crate::app::App;
use crate::app::Effect;
use crate::app::Listed;
use crate::app::Origin;
use crate::app::Panel;
use crate::app::Screen;

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
        if self.screen() == Screen::Columns && self.data.is_none() {
            self.message =
                Some("say which columns these are first: u, t and p, then Enter".to_owned());
            return;
        }
        self.screens.truncate(1);
        // Whoever comes by its key comes to no filter of another screen.
        self.all.sessions.list.entered = None;
        if screen != Screen::Users {
            self.screens.push(screen);
        }
    }

    /// Opens what is selected.
    pub(super) fn open(&mut self) {
        if !self.has_rows() {
            return;
        }
        self.panel().behaviour().open(self);
    }

    /// Shows the sessions that contain the selected page.
    pub(super) fn open_page(&mut self) {
        let (Some(data), Some(page)) = (&self.data, self.pages.list.selected()) else {
            return;
        };
        let text = data.cut.dataset().pages().text(page);
        self.all
            .sessions
            .show_chip(Chip::page_is(text), data.cut.dataset());
        self.all.trail.row = None;
        self.all.focus = Panel::AllSessions;
        self.screens.push(Screen::Sessions);
    }

    /// The filter that the screen of sessions was entered with goes with it; its own comes back.
    fn leave_entered(&mut self) {
        let calendar = self.calendar();
        let sessions = &mut self.all.sessions;
        if let (Some((_, before)), Some(data)) = (sessions.list.entered.take(), &self.data) {
            sessions.list.retype(&before);
            sessions.set_filter(&before, data.cut.dataset(), &calendar);
        }
    }

    /// Goes back. Never leaves the explorer.
    pub(super) fn back(&mut self) {
        if !self.out() {
            self.message = Some("q quits".to_owned());
        }
    }

    /// Goes back a panel, or else a screen. Returns false if there is none to go back to.
    pub(super) fn out(&mut self) -> bool {
        if let Some(outer) = self.panel().behaviour().outer(self) {
            self.focus_on(outer);
        } else if self.screens.len() > 1 {
            if self.screens.pop() == Some(Screen::Sessions) {
                self.leave_entered();
            }
        } else {
            return false;
        }
        true
    }

    /// Gives the keys to the next panel of the screen, around the end.
    pub(super) fn cycle(&mut self, by: isize) {
        let has_lifeline = self.layout.lifeline_slots() > 0;
        let panels = self.panels().iter();
        let panels: Vec<Panel> = panels
            .copied()
            .filter(|&panel| panel != Panel::Lifeline || has_lifeline)
            .collect();
        let focus = self.panel();
        let at = panels.iter().position(|&panel| panel == focus).unwrap_or(0);
        let next = (at as isize + by).rem_euclid(panels.len() as isize);
        self.focus_on(panels[next as usize]);
    }

    /// Copies what is selected, as it stands in the data.
    pub(super) fn copy(&mut self) -> Option<Effect> {
        let data = self.data.as_ref().filter(|_| self.has_rows())?;
        let (text, what) = self.panel().behaviour().copied(self, data)?;
        self.message = Some(format!("{what} was sent to the terminal to be copied"));
        Some(Effect::Copy(text))
    }

    /// Goes to a moment: in the list of all sessions to the first that starts at or after it, elsewhere
    /// to the first pageview of the user at or after it.
    pub(super) fn go_to_moment(&mut self, at: Range<i64>) {
        self.panel().behaviour().go_to_moment(self, at);
    }

    pub(super) fn say_where_moments_are(&mut self) {
        self.message = Some("moments are on the screens of users and sessions".to_owned());
    }
}
