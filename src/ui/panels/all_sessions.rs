//! The list of all sessions. Ui floor.
//!
//! ```text
//! ┌ Sessions 3,412 of 2,137,008 ─ landing:/product, views>=2 ─ by duration ▼ ───────────────┐
//! │  user      started            duration  views  landing          exit                    │
//! │> 456       2 Feb 2020 12:55     9m 24s      6  /contact         /checkout          open │
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::answers::filter::chip::Chip;
use crate::app::Panel;
use crate::ui::context::Ui;
use crate::ui::grid::Spec;
use crate::ui::list::ListPanel;
use crate::ui::panel;
use crate::ui::panels::session_cells::beginning;
use crate::ui::panels::session_cells::session_cells;

pub(in crate::ui) fn draw(ui: Ui<'_>, area: Rect, buf: &mut Buffer) {
    let sessions = &ui.app.all.sessions;
    let Some(data) = &ui.app.data else {
        panel::frame(ui, Panel::AllSessions, &["Sessions".to_owned()], area, buf);
        return;
    };
    let cut = &data.cut;
    let chips: Vec<String> = sessions.filter.chips.iter().map(Chip::to_string).collect();
    let all = cut.sessions().len();
    let panel = ListPanel {
        panel: Panel::AllSessions,
        list: &sessions.list,
        name: "Sessions",
        noun: "session",
        all: all as u64,
        filter: chips.join(", "),
        note: panel::sorting(ui, &sessions.list),
        beginning: beginning(data, &sessions.list.shown),
        columns: sessions
            .list
            .rooms(&data.extents)
            .into_iter()
            .map(Spec::of)
            .collect(),
    };
    panel.draw(ui, area, buf, |session| {
        // After a gap move that found another screen in view, the order may name sessions that are no more.
        session_cells(ui, data, session, &sessions.list.shown)
    });
}
