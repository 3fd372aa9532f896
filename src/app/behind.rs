//! The list of all sessions while the gap moves: it stays where someone looks, and is put in order elsewhere. App floor.
//!
//! Millions of sessions take longer to order than a frame has. So the sessions around the rows in view are shown at once,
//! at the new gap, and the whole order comes behind. Whatever else a person does waits for it.

use std::sync::Arc;

use crossterm::event::KeyEvent;

use crate::answers::browse::order::ListOrder;
use crate::answers::browse::search::ListFound;
use crate::answers::browse::search::ListSearch;
use crate::app::Action;
use crate::app::App;
use crate::app::Command;
use crate::app::Effect;
use crate::app::JobKind;
use crate::app::KeyPress;
use crate::app::Panel;
use crate::app::Screen;
use crate::app::Work;
use crate::app::model::screens::Behind;
use crate::words::gap::Gap;

impl App {
    /// Whether a panel lists only what is in view, which may stand elsewhere in the whole list.
    pub(crate) fn is_behind(&self, panel: Panel) -> bool {
        panel == Panel::AllSessions && self.all.sessions.behind.is_some()
    }

    /// The first rows of the sessions in view, if there are too many sessions to order all of them at once.
    pub(super) fn rows_in_view(&self) -> Option<Vec<usize>> {
        let data = self.data.as_ref()?;
        let (list, filter) = (&self.all.sessions.list, &self.all.sessions.filter);
        let is_many = data.cut.dataset().n_rows() > self.ordered_at_once;
        if !is_many || self.screen() != Screen::Sessions || list.stale || filter.search.is_some() {
            return None;
        }
        let height = self.layout.rows(Panel::AllSessions);
        let in_view = (list.top..list.top + height).filter_map(|position| list.order.at(position));
        let sessions = data.cut.sessions();
        Some(
            in_view
                .map(|session| sessions.rows_of(session as usize).start)
                .collect(),
        )
    }

    /// Shows the sessions around these rows, which were in view at the gap before.
    pub(super) fn stay_in_view(&mut self, before: Gap, rows: &[usize]) {
        let Some(data) = &self.data else { return };
        let (cut, panel) = (&data.cut, &mut self.all.sessions);
        let mut in_view = Vec::new();
        for &row in rows {
            let session = cut.sessions().containing(row);
            let rows = cut.sessions().rows_of(session);
            let user = cut.dataset().user_of(row);
            let filter = &panel.filter.ready;
            if !in_view.contains(&(session as u32))
                && filter.keeps_user(cut, user)
                && filter.keeps_session(cut, user, &rows)
            {
                in_view.push(session as u32);
            }
        }
        let list = &mut panel.list;
        // How many the filter keeps is not known yet.
        let len = match panel.filter.ready.is_empty() {
            true => cut.sessions().len(),
            false => list.order.len().max(list.top + in_view.len()),
        };
        let selected = self.all.trail.row.map(|row| cut.sessions().containing(row));
        let place = in_view
            .iter()
            .position(|&session| Some(session as usize) == selected);
        let place = place.unwrap_or((list.cursor - list.top).min(in_view.len().max(1) - 1));
        let order = ListOrder::around(len, list.top, in_view);
        let buffer = std::mem::replace(&mut list.order, order).into_buffer();
        list.cursor = list.top + place;
        list.stale = false;
        panel.behind.get_or_insert(Behind { before, buffer });
    }

    /// Begins to put the list in order that is behind. One at a time: while the gap moves, what is ordered next is what
    /// is in view by then.
    pub(super) fn order_behind(&mut self) -> Option<Effect> {
        let data = self.data.as_ref()?;
        let is_seen = self.screen() == Screen::Sessions;
        if !is_seen || self.jobs.of(JobKind::Order).is_some() {
            return None;
        }
        let list = Panel::AllSessions.behaviour().searched(self, data)?;
        let panel = &mut self.all.sessions;
        let search = ListSearch {
            buffer: std::mem::take(&mut panel.behind.as_mut()?.buffer),
            cut: Arc::clone(&data.cut),
            background: data.background.clone(),
            chips: panel.filter.chips.clone(),
            list,
            near: self.all.trail.row,
        };
        let job = self.jobs.begin(JobKind::Order, self.name.clone());
        let work = Work::Search {
            search,
            instead_of: None,
        };
        Some(Effect::Begin(job, work))
    }

    /// Takes in the order of the sessions, if it is still that of what is in view.
    pub(super) fn take_order(&mut self, found: ListFound) {
        let Some(data) = &self.data else { return };
        let is_in_view = Arc::ptr_eq(data.cut.dataset(), &found.dataset)
            && data.cut.gap() == found.gap
            && Panel::AllSessions.behaviour().searched(self, data).as_ref() == Some(&found.list);
        let panel = &mut self.all.sessions;
        match &mut panel.behind {
            Some(_) if is_in_view => panel.list.take_order(found.order),
            Some(behind) => behind.buffer = found.order.into_buffer(),
            None => {}
        }
    }

    /// Puts a list that is behind in order now, if the action is about anything but the gap.
    pub(super) fn catch_up(&mut self, action: &Action) {
        let waits = match action {
            Action::Key(key) => !self.moves_gap(*key),
            Action::Paste(_) | Action::Mouse(_) | Action::Hit(_) | Action::DoubleClick(_) => true,
            _ => false,
        };
        if !waits {
            return;
        }
        // By the time it answers, another filter may be there.
        if let Some(job) = self.jobs.of(JobKind::Order).map(|job| job.id) {
            self.jobs.end(job);
        }
        if self.all.sessions.behind.is_some() {
            self.all.sessions.list.stale = true;
            self.settle();
        }
    }

    fn moves_gap(&self, key: KeyEvent) -> bool {
        let command = self.keymap.command_of(KeyPress::from(key), self.panel());
        self.popup.is_none()
            && matches!(
                command,
                Some(
                    Command::Longer
                        | Command::Shorter
                        | Command::Nudge
                        | Command::NudgeBack
                        | Command::Reset
                        | Command::Suggested
                )
            )
    }
}
