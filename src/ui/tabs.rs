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
use crate::app::Keymap;
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
        let name = ui.app.tab_text(screen, false);
        let is_whole = usize::from(rect.width) >= width(&name) + 2;
        let text = if is_whole {
            name
        } else {
            ui.app.tab_text(screen, true)
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
    let keys = [Command::Help, Command::Quit].map(|command| ui.app.key_of(command));
    let long = [format!("{} help", keys[0]), format!("{} quit", keys[1])];
    // Two blanks lie between the words, one between the keys alone.
    let wide = |keys: &[String; 2], blanks: usize| width(&keys[0]) + blanks + width(&keys[1]) + 1;
    let has_room = usize::from(area.width) > width(&all.join("  ")) + wide(&long, 2) + 4;
    let (keys, blanks) = if has_room { (long, 2) } else { (keys, 1) };
    let wide = wide(&keys, blanks);
    let marks = marks(
        &ui.app.keymap,
        &all,
        usize::from(area.width).saturating_sub(wide + 3),
    );
    let start = (area.width).saturating_sub((width(&marks) + 2 + wide) as u16);
    put(buf, area, start, &marks, styles.strong);
    let mut at = area.width.saturating_sub(wide as u16);
    for (key, command) in keys.iter().zip([Command::Help, Command::Quit]) {
        let end = put(buf, area, at, key, styles.dim);
        ui.target_within(area, at, end, Target::Run(command));
        at = end + blanks as u16;
    }
    Rect {
        width: start,
        ..area
    }
}

/// All marks if they fit, else the weightiest and how many more, else a sign that there are some.
pub(super) fn marks(keymap: &Keymap, marks: &[String], room: usize) -> String {
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
        format!("! {}", keymap.key(Command::Notes))
    }
}
