//! Ui floor: draws the explorer. Reads the model and changes nothing.
//!
//! One panel a file. Only the rows in view are made; a frame costs the same for ten rows and for ten
//! million.

mod all_sessions;
mod bars;
mod columns;
mod export;
mod figures;
mod footer;
mod gap;
mod grid;
mod header;
mod help;
mod hint;
mod lifeline;
mod list;
mod loading;
mod notes;
mod pages;
mod palette;
mod panel;
mod popup;
mod ribbon;
mod sort;
mod style;
mod timeline;
mod user_sessions;
mod users;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::app::App;
use crate::app::Panel;
use crate::app::Popup;
use crate::app::Screen;
use crate::app::ScreenLayout;
use crate::words::text::cut_end;
use crate::words::text::width;

use style::Styles;

/// What every panel is drawn with.
#[derive(Clone, Copy)]
struct Ui<'a> {
    app: &'a App,
    styles: Styles,
}

/// Draws the explorer over the whole frame, at any size.
pub(crate) fn draw(app: &App, frame: &mut Frame<'_>) {
    let ui = Ui {
        app,
        styles: Styles::of(app.theme),
    };
    let area = frame.area();
    let Some(layout) = ScreenLayout::of(app, area) else {
        put(
            frame.buffer_mut(),
            area,
            0,
            "terminal too small",
            Style::new(),
        );
        return;
    };
    let buf = frame.buffer_mut();
    header::draw(ui, layout.header, buf);
    ribbon::draw(ui, layout.axis, layout.bars, buf);
    figures::draw(ui, layout.figures, buf);
    hint::draw(ui, layout.hint, buf);
    for &(panel, rect) in &layout.panels {
        match panel {
            Panel::Users => users::draw(ui, rect, buf),
            Panel::UserSessions => user_sessions::draw(ui, rect, buf),
            Panel::Timeline => timeline::draw(ui, rect, buf),
            Panel::Lifeline => lifeline::draw(ui, rect, buf),
            Panel::AllSessions => all_sessions::draw(ui, rect, buf),
            Panel::Ladder => gap::draw(ui, rect, buf),
            Panel::Pages => pages::draw(ui, rect, buf),
            Panel::Columns => columns::draw(ui, rect, buf),
        }
    }
    let mut cursor = footer::draw(ui, layout.footer, buf);
    match &app.popup {
        Some(Popup::Help { top }) => help::draw(ui, *top, area, buf),
        Some(Popup::Notes { top }) => notes::draw(ui, *top, area, buf),
        Some(Popup::Sort { cursor }) => sort::draw(ui, *cursor, area, buf),
        Some(Popup::Palette(state)) => cursor = palette::draw(ui, state, area, buf),
        Some(Popup::Export(dialog)) => cursor = export::draw(ui, dialog, area, buf),
        Some(Popup::Error(problem)) => popup::error(ui, problem, area, buf),
        Some(Popup::Filter(_) | Popup::Find(_)) => {}
        None if app.data.is_none() && app.screen() != Screen::Columns => {
            loading::draw(ui, area, buf)
        }
        None => {}
    }
    if let Some(cursor) = cursor {
        frame.set_cursor_position(cursor);
    }
}

/// Writes text, made safe and cut at its end, on the first line of `area`, `indent` columns in. Returns
/// the indent behind it.
fn put(buf: &mut Buffer, area: Rect, indent: u16, text: &str, style: Style) -> u16 {
    if area.height == 0 || indent >= area.width {
        return indent;
    }
    let room = area.width - indent;
    let shown = cut_end(text, usize::from(room));
    buf.set_string(area.x + indent, area.y, &shown, style);
    indent + width(&shown) as u16
}

/// Writes text that ends at the right end of the first line of `area`, if it fits behind `indent`.
fn put_right(buf: &mut Buffer, area: Rect, indent: u16, text: &str, style: Style) {
    let needed = width(text) as u16;
    if area.height > 0 && area.width >= needed && area.width - needed >= indent {
        put(buf, area, area.width - needed, text, style);
    }
}

/// The `n`-th line of an area; empty beyond its end.
fn line(area: Rect, n: u16) -> Rect {
    if n < area.height {
        Rect::new(area.x, area.y + n, area.width, 1)
    } else {
        Rect::new(area.x, area.y, 0, 0)
    }
}

/// The first `height` lines of an area, and the others.
fn split(area: Rect, height: u16) -> (Rect, Rect) {
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
fn put_input(
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
