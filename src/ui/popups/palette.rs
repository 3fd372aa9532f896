//! The palette: commands by name. Ui floor.
//!
//! ```text
//! ┌ Commands ──────────────────────────────────────┐
//! │ :gap 37m                                       │
//! │   gap 37m                set the gap           │
//! │ > longer gap   +         the next longer gap   │
//! └────────────────────────────────────────────────┘
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use ratatui::layout::Rect;

use crate::app::Palette;
use crate::app::Target;
use crate::app::WITH_VALUE;
use crate::app::palette_entries;
use crate::ui::context::Ui;
use crate::ui::grid::mark;
use crate::ui::popups::popup;
use crate::ui::write::line;
use crate::ui::write::put;
use crate::ui::write::put_input;
use crate::words::text::wrap;

/// Columns for the names.
const NAMES: u16 = 24;

pub(in crate::ui) fn draw(
    ui: Ui<'_>,
    palette: &Palette,
    area: Rect,
    buf: &mut Buffer,
) -> Option<Position> {
    let wide = area.width.saturating_sub(8).min(90);
    let problem = palette.problem.as_deref();
    let problem = problem.map_or_else(Vec::new, |problem| wrap(problem, usize::from(wide)));
    let high = area.height.saturating_sub(6).clamp(3, 18);
    let high = high.max(problem.len() as u16 + 1);
    let inside = popup::frame(ui, "Commands", (wide, high), area, buf);
    let at = put(buf, inside, 0, ":", ui.styles.strong);
    let cursor = put_input(buf, inside, at, &palette.input, ui.styles.plain);

    let mut row = 1;
    for text in &problem {
        put(buf, line(inside, row), 0, text, ui.styles.strong);
        row += 1;
    }
    let typed = palette.input.value();
    for (name, words) in WITH_VALUE {
        let word = name.split(' ').next().unwrap_or(name);
        if typed.is_empty() || (typed.starts_with(word) && word.len() > 1) {
            put(buf, line(inside, row), 2, name, ui.styles.plain);
            put(buf, line(inside, row), 2 + NAMES, words, ui.styles.dim);
            row += 1;
        }
    }
    let found = palette_entries(&ui.app.keymap, typed, ui.app.panel());
    let height = usize::from(inside.height.saturating_sub(row)).max(1);
    let top = (palette.cursor + 1).saturating_sub(height);
    for (n, (i, binding)) in (row..inside.height).zip(found.iter().enumerate().skip(top)) {
        let here = line(inside, n);
        ui.target(here, Target::Entry(i));
        put(buf, here, 2, binding.name, ui.styles.plain);
        let keys = binding.keys_text();
        let at = put(buf, here, 2 + NAMES, binding.words, ui.styles.dim);
        crate::ui::write::put_right(buf, here, at + 1, &keys, ui.styles.dim);
        if i == palette.cursor && (!typed.is_empty() || palette.cursor > 0) {
            mark(ui, here, true, buf);
        }
    }
    cursor
}
