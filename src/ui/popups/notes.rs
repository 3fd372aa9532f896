//! What was understood of the input, and the first rows that were no pageviews. Ui floor.
//!
//! ```text
//! ┌ What was read ─ Esc closes ──────────────────────────────────────────┐
//! │ views.csv: comma-separated, columns user_id, page_view_at, page      │
//! │                                                                      │
//! │ 12 rows could not be read as pageviews; the first:                   │
//! │ views.csv:812: timestamp "2024-13-01" is not a date                  │
//! └──────────────────────────────────────────────────────────────────────┘
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::notes_width;
use crate::app::reading_height;
use crate::ui::context::Ui;
use crate::ui::popups::popup;
use crate::ui::write::line;
use crate::ui::write::put;

pub(in crate::ui) fn draw(ui: Ui<'_>, top: usize, area: Rect, buf: &mut Buffer) {
    let lines = ui.app.notes(area.width);
    let height = reading_height(lines.len(), area.height) as u16;
    let wide = notes_width(area.width);
    let title = "What was read ─ Esc closes";
    let inside = popup::frame(ui, title, (wide, height), area, buf);
    for (n, text) in (0..inside.height).zip(lines.iter().skip(top)) {
        put(buf, line(inside, n), 0, text, ui.styles.plain);
    }
    popup::scroll_bar(inside, top, lines.len(), buf);
}
