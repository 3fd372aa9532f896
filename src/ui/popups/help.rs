//! The help: every key, by group, from the keymap. Ui floor.
//!
//! ```text
//! ┌ Keys ──────────────────────────────────────────────┐
//! │ Move                      The gap                 █│
//! │  ↑ k       up              + =      longer        █│
//! │                                                   │
//! └────────────────────────────────────────────────────┘
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::Binding;
use crate::app::KeyGroup;
use crate::app::Keymap;
use crate::app::help_columns;
use crate::app::help_lines;
use crate::app::reading_height;
use crate::ui::context::Ui;
use crate::ui::popups::popup;
use crate::ui::write::line;
use crate::ui::write::put;
use crate::words::text::cut_end;

/// Columns for the keys.
const KEYS: u16 = 14;

/// A line of a column.
enum HelpEntry<'k> {
    Heading(&'static str),
    Key(&'k Binding),
    Empty,
}

pub(in crate::ui) fn draw(ui: Ui<'_>, top: usize, area: Rect, buf: &mut Buffer) {
    let total = help_lines(area.width);
    let height = reading_height(total, area.height);
    let (left, right) = help_columns(area.width);
    let wide = if right.is_empty() { 76 } else { 130 };
    let inside = popup::frame(
        ui,
        "Keys ─ Esc closes",
        (wide.min(area.width.saturating_sub(4)), height as u16),
        area,
        buf,
    );
    let columns = if right.is_empty() { 1 } else { 2 };
    for (n, groups) in (0..columns).zip([left, right]) {
        let room = inside.width / columns;
        let column = Rect {
            x: inside.x + n * room,
            width: room.saturating_sub(1),
            ..inside
        };
        for (row, entry) in (0..column.height).zip(entries(&ui.app.keymap, groups).iter().skip(top))
        {
            draw_entry(ui, entry, line(column, row), buf);
        }
    }
    popup::scroll_bar(inside, top, total, buf);
}

fn entries<'k>(keymap: &'k Keymap, groups: &[KeyGroup]) -> Vec<HelpEntry<'k>> {
    let mut entries = Vec::new();
    for &group in groups {
        entries.push(HelpEntry::Heading(group.heading()));
        let all = keymap.bindings().iter();
        let keys = all.filter(|binding| binding.group == group);
        entries.extend(keys.map(HelpEntry::Key));
        entries.push(HelpEntry::Empty);
    }
    entries
}

fn draw_entry(ui: Ui<'_>, entry: &HelpEntry<'_>, area: Rect, buf: &mut Buffer) {
    match entry {
        HelpEntry::Heading(words) => {
            put(buf, area, 0, words, ui.styles.strong);
        }
        HelpEntry::Key(binding) => {
            let keys = cut_end(&binding.keys_text(), usize::from(KEYS) - 1);
            put(buf, area, 1, &keys, ui.styles.within);
            put(buf, area, 1 + KEYS, binding.words, ui.styles.plain);
        }
        HelpEntry::Empty => {}
    }
}
