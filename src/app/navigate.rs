//! Getting from panel to panel and from screen to screen; jumping, copying. App floor.

use std::ops::Range;

use crate::answers::browse::calendar::Calendar;
use crate::answers::filter::chip::Chip;
use crate::answers::filter::field::FilterField;
use crate::app::App;
use crate::app::Command;
use crate::app::Effect;
use crate::app::Listed;
use crate::app::Origin;
use crate::app::Panel;
use crate::app::Screen;
use crate::app::SessionsOfPage;
use crate::app::model::screens::SessionPanel;
use crate::engine::dataset::Dataset;

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
            let [user, time, page, take] = [
                Command::PutUser,
                Command::PutTime,
                Command::PutPage,
                Command::TakeColumns,
            ]
            .map(|command| self.key_of(command));
            self.message = Some(format!(
                "say which columns these are first: {user}, {time} and {page}, then {take}"
            ));
            return;
        }
        if self.screen() == screen && self.screens.len() <= 2 {
            self.message = Some(format!(
                "this is screen {} already",
                self.tab_text(screen, false)
            ));
            return;
        }
        self.leave_entered();
        self.screens.truncate(1);
        self.is_maximised = false;
        if screen != Screen::Users {
            self.screens.push(screen);
        }
    }

    /// Opens what is selected.
    pub(super) fn open(&mut self) {
        if !self.has_rows() && self.panel() != Panel::Ladder {
            self.message = Some("there is nothing to open yet".to_owned());
            return;
        }
        self.panel().behaviour().open(self);
    }

    /// Shows the selected page: the sessions with it, and the pages around it.
    pub(super) fn open_page(&mut self) {
        if let Some(page) = self.pages.list.selected() {
            self.page.opened.clear();
            self.page.focus = Panel::SessionsOfPage;
            self.page.open(page);
            self.screens.push(Screen::Page);
        }
    }

    /// Shows the sessions with the page in view.
    pub(super) fn open_sessions_of_page(&mut self, which: SessionsOfPage) {
        let (Some(data), Some(page)) = (&self.data, self.page.page()) else {
            return;
        };
        let text = data.cut.dataset().pages().text(page);
        let chip = match which {
            SessionsOfPage::Containing => Chip::page_is(text),
            SessionsOfPage::Landing => Chip::text_is(FilterField::Landing, "landing", text),
            SessionsOfPage::Exiting => Chip::text_is(FilterField::Exit, "exit", text),
        };
        self.enter_sessions(|sessions, dataset, _| sessions.show_chip(chip, dataset));
    }

    /// Shows the sessions that a filter keeps, until the person goes back.
    pub(super) fn enter_sessions(
        &mut self,
        filter: impl FnOnce(&mut SessionPanel, &Dataset, &Calendar),
    ) {
        let calendar = self.calendar();
        let Some(data) = &self.data else { return };
        filter(&mut self.all.sessions, data.cut.dataset(), &calendar);
        self.all.trail.row = None;
        self.all.focus = Panel::AllSessions;
        self.screens.push(Screen::Sessions);
    }

    /// Shows another figure in the calendar.
    pub(super) fn turn_figure(&mut self) {
        match self.screen() {
            Screen::Calendar => self.sessions_calendar.turn_figure(),
            _ => {
                let [turn, calendar] = [Command::TurnFigure, Command::ShowCalendar]
                    .map(|command| self.key_of(command));
                self.message = Some(format!(
                    "{turn} turns to another figure in the calendar, {calendar}"
                ));
            }
        }
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
        if self.is_maximised {
            self.is_maximised = false;
        } else if !self.out() {
            self.message = Some(format!("{} quits", self.key_of(Command::Quit)));
        }
    }

    /// Goes back a panel, or else a screen. Returns false if there is none to go back to.
    pub(super) fn out(&mut self) -> bool {
        if let Some(outer) = self.panel().behaviour().outer(self) {
            self.focus_on(outer);
        } else if self.screen() == Screen::Page && self.page.opened.len() > 1 {
            self.page.close();
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
        if panels.len() < 2 {
            self.message = Some("this screen has no other panel".to_owned());
            return;
        }
        let next = (at as isize + by).rem_euclid(panels.len() as isize);
        self.focus_on(panels[next as usize]);
    }

    /// Copies what is selected, as it stands in the data.
    pub(super) fn copy(&mut self) -> Option<Effect> {
        let data = self.data.as_ref().filter(|_| self.has_rows());
        let copied = data.and_then(|data| self.panel().behaviour().copied(self, data));
        let Some((text, what)) = copied else {
            self.message = Some("there is nothing to copy here".to_owned());
            return None;
        };
        let caveat = self.terminal.copy_caveat;
        let caveat = caveat.map_or(String::new(), |caveat| format!("; {caveat}"));
        self.message = Some(format!(
            "{what} was sent to the terminal to be copied{caveat}"
        ));
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
