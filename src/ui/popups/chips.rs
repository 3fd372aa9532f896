//! Which condition of a filter is to go. Ui floor.
//!
//! ```text
//! ┌ Take away ────────────┐
//! │   landing:/product    │
//! │ > views>=2            │
//! └───────────────────────┘
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::ui::context::Ui;
use crate::ui::grid::mark;
use crate::ui::popups::popup;
use crate::ui::write::line;
use crate::ui::write::put;
use crate::words::text::width;

pub(in crate::ui) fn draw(ui: Ui<'_>, cursor: usize, area: Rect, buf: &mut Buffer) {
    let chips = ui.app.chips();
    let widest = chips.iter().map(|chip| width(chip) + 3).max();
    let wide = widest.unwrap_or(0).clamp(34, 70) as u16;
    let size = (wide, chips.len().min(100) as u16 + 2);
    let inside = popup::frame(ui, "Take away", size, area, buf);
    let shown = inside.height.saturating_sub(2).max(1);
    let top = (cursor + 1).saturating_sub(usize::from(shown));
    for (n, (i, chip)) in (0..shown).zip(chips.iter().enumerate().skip(top)) {
        let here = line(inside, n);
        put(buf, here, 2, chip, ui.styles.plain);
        if i == cursor {
            mark(ui, here, true, buf);
        }
    }
    let last = line(inside, inside.height.saturating_sub(1));
    put(buf, last, 0, "Enter takes it away  Esc", ui.styles.dim);
}
