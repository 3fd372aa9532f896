//! The first line: the screens, what the figures rest on, the way to help and out. Ui floor.
//!
//! ```text
//!  1 Users  2 Sessions  3 Pages  4 Gap                                  7,766 left out  33 rejects  ? help  q quit
//! ```
//!
//! Where room is short the other tabs are numbers, then of the marks the weightiest stands for all.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::Command;
use crate::app::ScreenLayout;
use crate::app::Target;
use crate::ui::context::Ui;
use crate::ui::write::put;
use crate::words::text::width;

/// Draws tabs, marks and keys. What is left of the line.
pub(super) fn draw(ui: Ui<'_>, layout: &ScreenLayout, buf: &mut Buffer) -> Rect {
    let styles = ui.styles;
    let here = ui.app.tab();
    for &(screen, rect) in &layout.tabs {
        let name = screen.tab_text(false);
        let is_whole = usize::from(rect.width) >= width(&name) + 2;
        let text = if is_whole {
            name
        } else {
            screen.tab_text(true)
        };
        let style = if here == Some(screen) {
            styles.selected
        } else {
            styles.plain
        };
        put(buf, rect, 0, &format!(" {text} "), style);
        ui.target(rect, Target::Run(screen.command()));
    }
    let area = layout.beside;
    // Where there is a line of facts below, the marks stand there.
    let all = match layout.header.is_empty() || layout.header.y == area.y {
        true => ui.app.marks(),
        false => Vec::new(),
    };
    let long = "? help  q quit ";
    let has_room = usize::from(area.width) > width(&all.join("  ")) + long.len() + 4;
    let keys = if has_room { long } else { "? q " };
    let marks = marks(&all, usize::from(area.width).saturating_sub(keys.len() + 3));
    let start = area
        .width
        .saturating_sub((width(&marks) + 2 + keys.len()) as u16);
    put(buf, area, start, &marks, styles.strong);
    let keys_at = area.width.saturating_sub(keys.len() as u16);
    put(buf, area, keys_at, keys, styles.dim);
    // Two blanks lie between the words, one between the keys alone.
    let (help, quit) = match has_room {
        true => ((0, 6), (8, 14)),
        false => ((0, 1), (2, 3)),
    };
    for ((from, to), command) in [(help, Command::Help), (quit, Command::Quit)] {
        ui.target_within(area, keys_at + from, keys_at + to, Target::Run(command));
    }
    Rect {
        width: start,
        ..area
    }
}

/// All marks if they fit, else the weightiest and how many more, else a sign that there are some.
pub(super) fn marks(marks: &[String], room: usize) -> String {
    let all = marks.join("  ");
    if width(&all) <= room {
        return all;
    }
    let Some(first) = marks.first() else {
        return String::new();
    };
    let some = match marks.len() {
        1 => first.clone(),
        n => format!("{first} +{}", n - 1),
    };
    if width(&some) <= room {
        some
    } else {
        "! i".to_owned()
    }
}
