//! Ui floor: draws the explorer. Reads the model and changes nothing.
//!
//! One panel a file. Only the rows in view are made; a frame costs the same for ten rows and for ten
//! million.

mod all_sessions;
mod bars;
mod columns;
mod context;
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
mod write;

use ratatui::Frame;
use ratatui::style::Style;

use crate::app::App;
use crate::app::Panel;
use crate::app::Popup;
use crate::app::Screen;
use crate::app::ScreenLayout;

use context::Ui;
use style::Styles;
use write::put;

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
