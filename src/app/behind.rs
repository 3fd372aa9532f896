//! The lists of users and of all sessions while the gap moves: they stay where someone looks, and are put in order
//! elsewhere. App floor.
//!
//! Millions of rows take longer to order than a frame has. So those around the rows in view are shown at once, at the new
//! gap, and the whole order comes behind. Whatever else a person does waits for it.

use std::sync::Arc;

use crossterm::event::KeyEvent;

use crate::answers::browse::order::Buffer;
use crate::answers::browse::search::ListFound;
use crate::answers::browse::search::ListSearch;
use crate::app::Action;
use crate::app::App;
use crate::app::Command;
use crate::app::Data;
use crate::app::Effect;
use crate::app::JobKind;
use crate::app::KeyPress;
use crate::app::Panel;
use crate::app::Screen;
use crate::app::Work;
use crate::words::gap::Gap;

/// How many sessions are ordered in the time of one user.
const SESSIONS_A_USER: usize = 16;

impl App {
    /// Whether a panel lists only what is in view, which may stand elsewhere in the whole list.
    pub(crate) fn is_behind(&self, panel: Panel) -> bool {
        let list = panel.behaviour().list(self);
        list.is_some_and(|list| list.behind().is_some())
    }

    /// The list in view that can fall behind.
    fn panel_to_order(&self) -> Option<Panel> {
        match self.screen() {
            Screen::Users => Some(Panel::Users),
            Screen::Sessions => Some(Panel::AllSessions),
            _ => None,
        }
    }

    /// The first pageviews of what that list has in view, if it has too many rows to order all of them at once.
    pub(super) fn rows_in_view(&self) -> Option<Vec<usize>> {
        let (data, panel) = (self.data.as_ref()?, self.panel_to_order()?);
        let at_once = match panel {
            Panel::Users => self.ordered_at_once.saturating_mul(SESSIONS_A_USER),
            _ => self.ordered_at_once,
        };
        let behaviour = panel.behaviour();
        let (list, filter) = (behaviour.list(self)?, behaviour.filter(self)?);
        if data.cut.dataset().n_rows() <= at_once || list.is_stale() || filter.search.is_some() {
            return None;
        }
        let end = list.top() + self.layout.rows(panel);
        let ids = (list.top()..end).filter_map(|position| list.at(position));
        let first = |id: u32| match panel {
            Panel::Users => data.cut.dataset().rows_of(id as usize).start,
            _ => data.cut.sessions().rows_of(id as usize).start,
        };
        Some(ids.map(first).collect())
    }

    /// Shows the users or sessions that have these pageviews, and were in view at the gap before.
    pub(super) fn stay_in_view(&mut self, before: Gap, rows: &[usize]) {
        let Some(panel) = self.panel_to_order() else {
            return;
        };
        // Apart from the model while a list in it changes.
        let Some(data) = self.data.take() else { return };
        let mut in_view = Vec::new();
        for &row in rows {
            if let Some(id) = self.kept_with(&data, panel, row)
                && !in_view.contains(&id)
            {
                in_view.push(id);
            }
        }
        let behaviour = panel.behaviour();
        let is_filtered = behaviour
            .filter(self)
            .is_some_and(|filter| !filter.ready.is_empty());
        let selected = self.followed(&data, panel);
        let all = match panel {
            Panel::Users => data.cut.dataset().n_users(),
            _ => data.cut.sessions().len(),
        };
        if let Some(list) = behaviour.list_mut(self) {
            // How many the filter keeps is not known yet.
            let len = if is_filtered { list.len() } else { all };
            list.fall_behind(before, len, in_view, selected);
        }
        self.data = Some(data);
    }

    /// The user or session that stays selected, whatever the gap is.
    fn followed(&self, data: &Data, panel: Panel) -> Option<u32> {
        match panel {
            Panel::Users => self.users.anchor,
            _ => (self.all.trail.row).map(|row| data.cut.sessions().containing(row) as u32),
        }
    }

    /// The user or session with this pageview, if the filter keeps it.
    fn kept_with(&self, data: &Data, panel: Panel, row: usize) -> Option<u32> {
        let cut = &data.cut;
        let user = cut.dataset().user_of(row);
        let filter = &panel.behaviour().filter(self)?.ready;
        if panel == Panel::Users {
            return filter.chooses_user(cut, user).then_some(user as u32);
        }
        let session = cut.sessions().containing(row);
        let rows = cut.sessions().rows_of(session);
        let is_kept = filter.keeps_user(cut, user) && filter.keeps_session(cut, user, &rows);
        is_kept.then_some(session as u32)
    }

    /// Begins to put the list in view in order, if it is behind. One at a time: while the gap moves, what is ordered next
    /// is what is in view by then.
    pub(super) fn order_behind(&mut self) -> Option<Effect> {
        let (data, panel) = (self.data.as_ref()?, self.panel_to_order()?);
        if self.jobs.of(JobKind::Order).is_some() {
            return None;
        }
        let behaviour = panel.behaviour();
        let mut search = ListSearch {
            cut: Arc::clone(&data.cut),
            background: data.background.clone(),
            chips: behaviour.filter(self)?.chips.clone(),
            list: behaviour.searched(self, data)?,
            near: self.followed(data, panel),
            buffer: Buffer::default(),
        };
        search.buffer = behaviour.list_mut(self)?.take_buffer()?;
        let job = self.jobs.begin(JobKind::Order, self.name.clone());
        let work = Work::Search {
            search,
            instead_of: None,
        };
        Some(Effect::Begin(job, work))
    }

    /// Takes in the order of the list in view, if it is still that of what is in view.
    pub(super) fn take_order(&mut self, found: ListFound) {
        let (Some(data), Some(panel)) = (&self.data, self.panel_to_order()) else {
            return;
        };
        let behaviour = panel.behaviour();
        let is_in_view = Arc::ptr_eq(data.cut.dataset(), &found.dataset)
            && data.cut.gap() == found.gap
            && behaviour.searched(self, data).as_ref() == Some(&found.list);
        match behaviour.list_mut(self) {
            Some(list) if is_in_view && list.behind().is_some() => list.take_order(found.order),
            Some(list) => list.give_buffer(found.order.into_buffer()),
            None => {}
        }
    }

    /// Puts lists that are behind in order now, if the action is about anything but the gap.
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
        // Only what is in view falls behind, and it is not left before it has caught up.
        if let Some(panel) = self.panel_to_order().filter(|&panel| self.is_behind(panel))
            && let Some(list) = panel.behaviour().list_mut(self)
        {
            list.catch_up();
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
