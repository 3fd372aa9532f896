//! Which columns a list shows. Ui floor.
//!
//! ```text
//! ┌ Columns ──────────────────────────────┐
//! │> [x] user                             │
//! │  [x] sessions                         │
//! │  [ ] last seen                        │
//! │                                       │
//! │ Space shows, hides  + - move  Enter   │
//! └───────────────────────────────────────┘
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::ui::context::Ui;
use crate::ui::grid::mark;
use crate::ui::popups::popup;
use crate::ui::write::line;
use crate::ui::write::put;

/// Draws all columns in `order`, of which the first `shown` are shown.
pub(in crate::ui) fn draw(
    ui: Ui<'_>,
    cursor: usize,
    (order, shown): (&[usize], usize),
    area: Rect,
    buf: &mut Buffer,
) {
    let Some((names, _)) = ui.app.sort_choices() else {
        return;
    };
    let inside = popup::frame(ui, "Columns", (40, order.len() as u16 + 2), area, buf);
    let list = inside.height.saturating_sub(2).max(1);
    let top = (cursor + 1).saturating_sub(usize::from(list));
    for (n, (at, &place)) in (0..list).zip(order.iter().enumerate().skip(top)) {
        let here = line(inside, n);
        let (sign, style) = match at < shown {
            true => ("[x]", ui.styles.plain),
            false => ("[ ]", ui.styles.dim),
        };
        let name = names.get(place).map_or("", String::as_str);
        put(buf, here, 2, &format!("{sign} {name}"), style);
        if at == cursor {
            mark(ui, here, true, buf);
        }
    }
    let words = "Space shows or hides  + - move  Enter";
    put(buf, line(inside, list + 1), 0, words, ui.styles.dim);
}
