//! Moving the cursor of the panel that has the keys. App floor.

use std::ops::Range;

use crate::answers::browse::lifeline;
use crate::app::App;
use crate::app::Command;
use crate::app::Data;
use crate::app::Panel;

impl App {
    /// Position of the cursor and number of rows, of the panel that has the keys.
    pub(crate) fn position(&self) -> (usize, usize) {
        self.panel().behaviour().position(self)
    }

    /// How many rows the panel with the keys has without its filter.
    pub(crate) fn unfiltered(&self) -> u64 {
        self.panel().behaviour().unfiltered(self)
    }

    /// Puts the cursor at a position, or at the last there is.
    pub(super) fn go_to(&mut self, position: usize) {
        let (_, len) = self.position();
        if len > 0 {
            self.panel().behaviour().go_to(self, position.min(len - 1));
        }
    }

    /// Goes to a pageview of the user in view; the list of sessions follows if it shows its session.
    pub(super) fn go_to_row(&mut self, choose: impl FnOnce(&Data, Range<usize>) -> usize) {
        // Apart from the model while the trail in it changes.
        let Some(data) = self.data.take() else { return };
        let (trail, sessions) = self.trail_mut();
        if let Some(user) = trail.user {
            let row = choose(&data, data.cut.dataset().rows_of(user));
            trail.row = Some(row);
            let session = data.cut.sessions().containing(row);
            sessions.list.follow(Some(session as u32));
        }
        self.data = Some(data);
    }

    /// The same from far away: what is out of view comes to the middle.
    pub(super) fn jump_to_row(&mut self, choose: impl FnOnce(&Data, Range<usize>) -> usize) {
        self.go_to_row(choose);
        self.trail_mut().0.is_jump = true;
    }

    /// Goes to a position from far away, in the same way.
    pub(super) fn jump_to(&mut self, position: usize) {
        self.go_to(position);
        let height = self.layout.rows(self.panel());
        match self.panel().behaviour().list_mut(self) {
            Some(list) => list.centre(height),
            None => self.trail_mut().0.is_jump = true,
        }
    }

    /// Goes to the user's first pageview at this instant or later, or to the last.
    pub(super) fn go_to_pageview_at(&mut self, at_us: i64) {
        self.jump_to_row(|data, rows| {
            let at = &data.cut.dataset().at_us()[rows.clone()];
            let before = at.partition_point(|&at| at < at_us);
            (rows.start + before).min(rows.end - 1)
        });
    }

    pub(super) fn motion(&mut self, command: Command) {
        let (position, len) = self.position();
        if len == 0 {
            self.message = Some("there are no rows here".to_owned());
            return;
        }
        let page = self.layout.rows(self.panel()).max(1);
        // A page keeps one row of the one before, for the eye to hold on to.
        let (mut whole, mut half) = (page.saturating_sub(1).max(1), (page / 2).max(1));
        let (mut row, mut column) = (1, 1);
        match self.panel() {
            // A row of these is a weekday, a column a week or an hour.
            Panel::Days => (column, half, whole) = (7, 14, 28),
            Panel::Hours => (row, half, whole) = (24, 24, 24),
            _ => {}
        }
        let back = |step: usize| match position.checked_sub(step) {
            Some(before) => before,
            None => position % step,
        };
        let on = |step: usize| match position + step < len || step == 1 {
            true => position + step,
            false => position,
        };
        let wanted = match command {
            Command::Up => back(row),
            Command::Down => on(row),
            Command::PreviousSession | Command::PreviousColumn => back(column),
            Command::NextSession | Command::NextColumn => on(column),
            Command::PageUp => position.saturating_sub(whole),
            Command::PageDown => position + whole,
            Command::HalfUp => position.saturating_sub(half),
            Command::HalfDown => position + half,
            Command::First => 0,
            Command::Last => len.saturating_sub(1),
            _ => position,
        };
        let reached = wanted.min(len - 1);
        if reached == position {
            let end = if position == 0 && wanted == 0 {
                "first"
            } else {
                "last"
            };
            let what = match self.panel() {
                Panel::Timeline => "pageview of this user",
                Panel::Lifeline => "session of this user",
                Panel::Ladder => "gap of the ladder; :gap sets any",
                _ => "row",
            };
            self.message = Some(match self.panel() {
                Panel::Days => "there is no day further that way".to_owned(),
                Panel::Hours => "there is no hour further that way".to_owned(),
                _ => format!("this is the {end} {what}"),
            });
        }
        self.go_to(reached);
    }

    /// Zooms the lifeline, around the selected pageview.
    pub(super) fn zoom(&mut self, by: i64) {
        let slots = self.layout.lifeline_slots();
        let Some(data) = self.data.as_ref().filter(|_| slots > 0) else {
            self.message = Some("the lifeline needs a larger terminal".to_owned());
            return;
        };
        let Some(user) = self.users.trail.user else {
            self.message = Some("no user is selected".to_owned());
            return;
        };
        let deepest = lifeline::deepest_zoom(&data.cut, user, slots);
        let zoom = i64::from(self.users.trail.zoom) + by;
        let clamped = zoom.clamp(0, i64::from(deepest));
        if zoom != clamped {
            let words = if by > 0 {
                "the lifeline cannot be zoomed in further"
            } else {
                "all of the user's time is in view already"
            };
            self.message = Some(words.to_owned());
        }
        self.users.trail.zoom = clamped as u32;
    }
}
