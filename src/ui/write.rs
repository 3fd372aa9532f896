//! Text on the screen: made safe, cut where the room ends.

use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::words::text::cut_end;
use crate::words::text::width;

/// Writes text, made safe and cut at its end, on the first line of `area`, `indent` columns in. Returns
/// the indent behind it.
pub(super) fn put(buf: &mut Buffer, area: Rect, indent: u16, text: &str, style: Style) -> u16 {
    if area.height == 0 || indent >= area.width {
        return indent;
    }
    let room = area.width - indent;
    let shown = cut_end(text, usize::from(room));
    buf.set_string(area.x + indent, area.y, &shown, style);
    indent + width(&shown) as u16
}

/// Writes text that ends at the right end of the first line of `area`, if it fits behind `indent`.
pub(super) fn put_right(buf: &mut Buffer, area: Rect, indent: u16, text: &str, style: Style) {
    let needed = width(text) as u16;
    if area.height > 0 && area.width >= needed && area.width - needed >= indent {
        put(buf, area, area.width - needed, text, style);
    }
}

/// The `n`-th line of an area; empty beyond its end.
pub(super) fn line(area: Rect, n: u16) -> Rect {
    if n < area.height {
        Rect::new(area.x, area.y + n, area.width, 1)
    } else {
        Rect::new(area.x, area.y, 0, 0)
    }
}

/// The first `height` lines of an area, and the others.
pub(super) fn split(area: Rect, height: u16) -> (Rect, Rect) {
    let height = height.min(area.height);
    let below = Rect {
        y: area.y + height,
        height: area.height - height,
        ..area
    };
    (Rect { height, ..area }, below)
}

/// Where the terminal's cursor stands in a line of input that is `room` columns wide, and the part of
/// its text that shows.
fn input_view(input: &tui_input::Input, room: u16) -> (String, u16) {
    let room = usize::from(room.max(1));
    let scroll = input.visual_scroll(room.saturating_sub(1));
    let mut skipped = 0;
    let mut shown = String::new();
    for c in input.value().chars() {
        let one = width(c.encode_utf8(&mut [0; 4]));
        if skipped < scroll {
            skipped += one;
        } else {
            shown.push(c);
        }
    }
    let at = input.visual_cursor().saturating_sub(skipped.min(scroll));
    (cut_end(&shown, room), at.min(room - 1) as u16)
}

/// A line of input at `indent` of the first line of `area`; returns where the cursor stands.
pub(super) fn put_input(
    buf: &mut Buffer,
    area: Rect,
    indent: u16,
    input: &tui_input::Input,
    style: Style,
) -> Option<Position> {
    if area.height == 0 || indent >= area.width {
        return None;
    }
    let (shown, at) = input_view(input, area.width - indent);
    put(buf, area, indent, &shown, style);
    Some(Position::new(area.x + indent + at, area.y))
}
