//! The sessions of the selected user. Ui floor.
//!
//! ```text
//! ┌ Sessions of 456  12 ─ by started ▲ ──────┐
//! │  started       duration  views  pages    │
//! │> 2 Feb 12:55     9m 24s      6  /con…→ / │
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::Panel;
use crate::ui::context::Ui;
use crate::ui::grid::Spec;
use crate::ui::list::ListPanel;
use crate::ui::panel;
use crate::ui::panels::session_cells::beginning;
use crate::ui::panels::session_cells::session_cells;
use crate::words::text::cut_end;

pub(in crate::ui) fn draw(ui: Ui<'_>, area: Rect, buf: &mut Buffer) {
    let screen = &ui.app.users;
    let list = &screen.sessions.list;
    let user = screen.trail.user.filter(|_| !screen.list.order.is_empty());
    let (Some(data), Some(user)) = (&ui.app.data, user) else {
        panel::frame(ui, Panel::UserSessions, &["Sessions".to_owned()], area, buf);
        return;
    };
    let cut = &data.cut;
    let id = cut_end(cut.dataset().users().text(user as u32), 20);
    let sessions = ListPanel {
        panel: Panel::UserSessions,
        list,
        name: &format!("Sessions of {id} "),
        noun: "session",
        all: cut.sessions().within(cut.dataset().rows_of(user)).len() as u64,
        filter: list.typed.clone(),
        note: String::new(),
        beginning: beginning(data, &list.shown),
        columns: list
            .rooms(&data.extents)
            .into_iter()
            .map(Spec::of)
            .collect(),
    };
    sessions.draw(ui, area, buf, |session| {
        // After a gap move that found another screen in view, the order may name sessions that are no more.
        session_cells(ui, data, session, &list.shown)
    });
}
