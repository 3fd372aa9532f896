//! The line of chips: what the list is filtered by, and how much that leaves. Ui floor.
//!
//! ```text
//!  landing:/product ✕   views>=2 ✕                                                  12,318 of 2,137,008 sessions
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::MOST_CHIP_WIDTH;
use crate::ui::context::Ui;
use crate::ui::write::put;
use crate::ui::write::put_right;
use crate::words::text::cut_end;

pub(super) fn draw(ui: Ui<'_>, area: Rect, buf: &mut Buffer) {
    if area.height == 0 {
        return;
    }
    let (chips, places) = (ui.app.chips(), ui.app.chip_places(area));
    let mut end = 1;
    for (chip, place) in chips.iter().zip(&places) {
        let shown = cut_end(chip, MOST_CHIP_WIDTH);
        let at = put(buf, *place, 0, &shown, ui.styles.strong);
        put(buf, *place, at + 1, "✕", ui.styles.dim);
        end = place.right() - area.x;
    }
    if places.len() < chips.len() {
        let more = format!("{} more", chips.len() - places.len());
        end = put(buf, area, end + 2, &more, ui.styles.dim);
    }
    put_right(
        buf,
        area,
        end + 2,
        &ui.app.filtered_words(),
        ui.styles.plain,
    );
}
