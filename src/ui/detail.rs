//! What is selected, whole. Ui floor.
//!
//! ```text
//!  456@1580648116000000  Sun 2 Feb 2020 12:55:16 – 13:04:40  https://www.example.com/contact → https://www.exampl…
//! ```
//!
//! What is longer than its lines is scrolled sideways with all other texts.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::ui::context::Ui;
use crate::ui::write::line;
use crate::ui::write::put;
use crate::words::text::cut_end;
use crate::words::text::width;
use crate::words::text::window;
use crate::words::text::wrap;

pub(super) fn draw(ui: Ui<'_>, area: Rect, buf: &mut Buffer) {
    let Some(detail) = ui.app.detail().filter(|_| !area.is_empty()) else {
        return;
    };
    let wide = usize::from(area.width.saturating_sub(2));
    // A text of a megabyte is not laid out for two lines.
    let most = 4096 + usize::from(ui.app.sideways) * usize::from(area.height);
    let lines = wrap(&cut_end(&detail, most), wide);
    if lines.len() <= usize::from(area.height) && ui.app.sideways == 0 {
        for (n, text) in (0..area.height).zip(&lines) {
            put(buf, line(area, n), 1, text, ui.styles.plain);
        }
        return;
    }
    let room = wide * usize::from(area.height);
    let skip = usize::from(ui.app.sideways) * usize::from(area.height);
    let mut rest = window(&detail, skip, room);
    for n in 0..area.height {
        let shown = crate::words::text::beginning(&rest, wide);
        put(buf, line(area, n), 1, &shown, ui.styles.plain);
        rest = rest[shown.len()..].to_owned();
        debug_assert!(width(&shown) <= wide);
    }
}
