//! Which screen and which panel are in view. App floor.

use crate::app::App;
use crate::app::Panel;
use crate::app::Screen;
use crate::app::Trail;
use crate::app::model::screens::SessionPanel;

impl App {
    pub(crate) fn screen(&self) -> Screen {
        self.screens.last().copied().unwrap_or(Screen::Users)
    }

    /// The screen whose tab is marked: the last with one.
    pub(crate) fn tab(&self) -> Option<Screen> {
        let has_tab = |screen: &&Screen| Screen::TABS.contains(screen);
        match self.screen() {
            Screen::Columns | Screen::Marked => None,
            _ => self.screens.iter().rev().find(has_tab).copied(),
        }
    }

    /// The panel that the keys go to.
    pub(crate) fn panel(&self) -> Panel {
        match self.screen() {
            Screen::Users => self.users.focus,
            Screen::Sessions => self.all.focus,
            Screen::Gap => Panel::Ladder,
            Screen::Pages => Panel::Pages,
            Screen::Page => self.page.focus,
            Screen::Calendar => self.sessions_calendar.focus,
            Screen::Marked => Panel::Marked,
            Screen::Columns => Panel::Columns,
        }
    }

    /// Gives the keys to a panel of the screen in view.
    pub(super) fn focus_on(&mut self, panel: Panel) {
        match self.screen() {
            Screen::Users => self.users.focus = panel,
            Screen::Sessions => self.all.focus = panel,
            Screen::Page => self.page.focus = panel,
            Screen::Calendar => self.sessions_calendar.focus = panel,
            // They have one panel each.
            Screen::Gap | Screen::Pages | Screen::Marked | Screen::Columns => {}
        }
    }

    /// The panels of the screen in view, in the order of Tab.
    pub(super) fn panels(&self) -> &'static [Panel] {
        match self.screen() {
            Screen::Users => &[
                Panel::Users,
                Panel::UserSessions,
                Panel::Timeline,
                Panel::Lifeline,
            ],
            Screen::Sessions => &[Panel::AllSessions, Panel::Timeline],
            Screen::Gap => &[Panel::Ladder],
            Screen::Pages => &[Panel::Pages],
            Screen::Page => &[Panel::SessionsOfPage, Panel::Before, Panel::After],
            Screen::Calendar => &[Panel::Days, Panel::Hours],
            Screen::Marked => &[Panel::Marked],
            Screen::Columns => &[Panel::Columns],
        }
    }

    /// The pageview that the screen in view is about. Where it is about none, that of the screen of users.
    pub(crate) fn trail(&self) -> &Trail {
        match self.screen() {
            Screen::Sessions => &self.all.trail,
            _ => &self.users.trail,
        }
    }

    /// The same, and the list of sessions beside it.
    pub(super) fn trail_mut(&mut self) -> (&mut Trail, &mut SessionPanel) {
        match self.screen() {
            Screen::Sessions => (&mut self.all.trail, &mut self.all.sessions),
            _ => (&mut self.users.trail, &mut self.users.sessions),
        }
    }
}
