//! Moving the cursor of the panel that has the keys. App floor.

use ratatui::layout::Rect;

use crate::answers::browse::lifeline;
use crate::app::App;
use crate::app::Command;
use crate::app::Layout;
use crate::app::Panel;

impl App {
    pub(super) fn layout(&self) -> Layout {
        let area = Rect::new(0, 0, self.size.0, self.size.1);
        Layout::of(self, area).unwrap_or_default()
    }

    /// Position of the cursor and number of rows, of the panel that has the keys.
    pub(crate) fn position(&self) -> (usize, usize) {
        let Some(data) = &self.data else {
            return (0, 0);
        };
        let trail = self.trail();
        match (self.panel(), trail.user) {
            (Panel::Users, _) => (self.users.list.cursor, self.users.list.order.len()),
            (Panel::UserSessions, _) => {
                let list = &self.users.sessions.list;
                (list.cursor, list.order.len())
            }
            (Panel::AllSessions, _) => {
                let list = &self.all.sessions.list;
                (list.cursor, list.order.len())
            }
            (Panel::Pages, _) => (self.pages.list.cursor, self.pages.list.order.len()),
            (Panel::Timeline, Some(user)) => {
                let rows = data.cut.dataset().rows_of(user);
                (
                    trail.row.map_or(0, |row| row.saturating_sub(rows.start)),
                    rows.len(),
                )
            }
            (Panel::Lifeline, Some(user)) => {
                let sessions = data.cut.sessions().within(data.cut.dataset().rows_of(user));
                let row = trail.row_in(data.cut.dataset());
                let session = row.map_or(sessions.start, |row| data.cut.sessions().containing(row));
                (session.saturating_sub(sessions.start), sessions.len())
            }
            (Panel::Ladder, _) => {
                let ladder = data.ladder();
                let cursor = ladder.iter().position(|row| row.gap == self.gap);
                (cursor.unwrap_or(0), ladder.len())
            }
            (Panel::Timeline | Panel::Lifeline, None) => (0, 0),
        }
    }

    /// How many rows the list with the keys has without its filter.
    pub(crate) fn unfiltered(&self) -> u64 {
        let Some(data) = &self.data else { return 0 };
        match (self.panel(), self.users.trail.user) {
            (Panel::Users, _) => data.summary.users,
            (Panel::UserSessions, Some(user)) => data
                .cut
                .sessions()
                .within(data.cut.dataset().rows_of(user))
                .len() as u64,
            (Panel::AllSessions, _) => data.summary.sessions,
            (Panel::Pages, _) => self.pages.seen as u64,
            _ => self.position().1 as u64,
        }
    }

    /// Puts the cursor at a position, or at the last there is.
    pub(super) fn go_to(&mut self, position: usize) {
        let (_, len) = self.position();
        if len == 0 {
            return;
        }
        let position = position.min(len - 1);
        match self.panel() {
            Panel::Users => self.users.list.cursor = position,
            Panel::UserSessions => self.users.sessions.list.cursor = position,
            Panel::AllSessions => self.all.sessions.list.cursor = position,
            Panel::Pages => self.pages.list.cursor = position,
            Panel::Timeline => self.go_to_row(|_, rows| rows.start + position),
            Panel::Lifeline => self.go_to_row(|data, rows| {
                let first = data.cut.sessions().containing(rows.start);
                data.cut.sessions().rows_of(first + position).start
            }),
            Panel::Ladder => {
                let gap = self.data.as_ref().map(|data| data.ladder()[position].gap);
                self.set_gap(gap.unwrap_or(self.gap));
            }
        }
    }

    /// Goes to a pageview of the user in view; the list of sessions follows if it shows its session.
    pub(super) fn go_to_row(
        &mut self,
        choose: impl FnOnce(&crate::app::Data, std::ops::Range<usize>) -> usize,
    ) {
        let Some(data) = &self.data else { return };
        let (trail, sessions) = match self.screens.last() {
            Some(crate::app::Screen::Sessions) => (&mut self.all.trail, &mut self.all.sessions),
            _ => (&mut self.users.trail, &mut self.users.sessions),
        };
        let Some(user) = trail.user else { return };
        let row = choose(data, data.cut.dataset().rows_of(user));
        trail.row = Some(row);
        let session = data.cut.sessions().containing(row);
        sessions.list.follow(Some(session as u32));
    }

    pub(super) fn motion(&mut self, command: Command) {
        let (position, len) = self.position();
        let page = self.layout().rows(self.panel()).max(1);
        // A page keeps one row of the one before, for the eye to hold on to.
        let whole = page.saturating_sub(1).max(1);
        let half = (page / 2).max(1);
        self.go_to(match command {
            Command::Up | Command::PreviousSession => position.saturating_sub(1),
            Command::Down | Command::NextSession => position + 1,
            Command::PageUp => position.saturating_sub(whole),
            Command::PageDown => position + whole,
            Command::HalfUp => position.saturating_sub(half),
            Command::HalfDown => position + half,
            Command::First => 0,
            Command::Last => len.saturating_sub(1),
            _ => position,
        });
    }

    /// Zooms the lifeline, around the selected pageview.
    pub(super) fn zoom(&mut self, by: i64) {
        let slots = self.layout().lifeline_slots();
        let Some(data) = self.data.as_ref().filter(|_| slots > 0) else {
            self.message = Some("the lifeline needs a larger terminal".to_owned());
            return;
        };
        let Some(user) = self.users.trail.user else {
            return;
        };
        let deepest = lifeline::deepest_zoom(&data.cut, user, slots);
        let zoom = i64::from(self.users.trail.zoom) + by;
        let clamped = zoom.clamp(0, i64::from(deepest));
        if zoom != clamped {
            let words = if by > 0 {
                "no further in"
            } else {
                "all of the user's time is in view"
            };
            self.message = Some(words.to_owned());
        }
        self.users.trail.zoom = clamped as u32;
    }
}
