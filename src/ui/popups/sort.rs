//! The sort picker. Ui floor.
//!
//! ```text
//! ┌ Sort by ──────────────┐
//! │   user                │
//! │ > sessions ▼          │
//! └───────────────────────┘
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::Target;
use crate::ui::context::Ui;
use crate::ui::grid::mark;
use crate::ui::popups::popup;
use crate::ui::write::line;
use crate::ui::write::put;

pub(in crate::ui) fn draw(ui: Ui<'_>, cursor: usize, area: Rect, buf: &mut Buffer) {
    let Some((names, now)) = ui.app.sort_choices() else {
        return;
    };
    let height = names.len() as u16 + 2;
    let inside = popup::frame(ui, "Sort by", (34, height), area, buf);
    let top = (cursor + 1).saturating_sub(usize::from(inside.height.max(1)));
    for (n, (i, name)) in (0..inside.height).zip(names.iter().enumerate().skip(top)) {
        let here = line(inside, n);
        ui.target(here, Target::Entry(i));
        let at = put(buf, here, 2, name, ui.styles.plain);
        if i == now {
            put(buf, here, at + 1, "now", ui.styles.dim);
        }
        if i == cursor {
            mark(ui, here, true, buf);
        }
    }
    let words = "Enter sorts, again reverses  Esc";
    put(
        buf,
        line(inside, names.len() as u16 + 1),
        0,
        words,
        ui.styles.dim,
    );
}
