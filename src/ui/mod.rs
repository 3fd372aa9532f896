//! Ui floor: draws the explorer. Reads the model and changes nothing.
//!
//! One panel a file. Only the rows in view are made; a frame costs the same for ten rows and for ten
//! million.

mod ascii;
mod bars;
mod chips;
mod context;
mod detail;
mod figures;
mod footer;
mod found;
mod grid;
mod header;
mod hint;
mod list;
mod loading;
mod panel;
mod panels;
mod popups;
mod ribbon;
mod style;
mod tabs;
mod write;

use std::cell::RefCell;

use ratatui::Frame;
use ratatui::style::Style;

use crate::app::App;
use crate::app::Panel;
use crate::app::Popup;
use crate::app::SMALLEST;
use crate::app::Screen;
use crate::app::ScreenLayout;
use crate::app::Targets;

pub(crate) use style::COLOR_PARTS;

use context::Ui;
use style::Styles;
use write::line;
use write::put;

use crate::words::text::wrap;

/// Draws the explorer over the whole frame, at any size. Returns what there is to click, if the mouse is wanted.
pub(crate) fn draw(app: &App, frame: &mut Frame<'_>) -> Targets {
    let targets = RefCell::default();
    draw_all(app, &targets, frame);
    targets.into_inner()
}

fn draw_all(app: &App, targets: &RefCell<Targets>, frame: &mut Frame<'_>) {
    let area = frame.area();
    let Some(layout) = ScreenLayout::of(app, area) else {
        let (columns, rows) = SMALLEST;
        let words = format!(
            "too small: {}x{}, needs {columns}x{rows}",
            area.width, area.height
        );
        for (n, words) in (0..area.height).zip(wrap(&words, usize::from(area.width))) {
            put(frame.buffer_mut(), line(area, n), 0, &words, Style::new());
        }
        return;
    };
    let ui = Ui {
        app,
        styles: Styles::of(app.theme, &app.colors),
        has_chips: layout.chips.height > 0,
        targets,
    };
    let buf = frame.buffer_mut();
    let left = tabs::draw(ui, &layout, buf);
    // On a wide terminal facts stand between tabs and marks, on others below with the marks.
    let is_beside = layout.header.y == left.y;
    let facts = match is_beside {
        true => left.intersection(layout.header),
        false => layout.header,
    };
    if !facts.is_empty() {
        header::draw(ui, facts, !is_beside, buf);
    }
    ribbon::draw(ui, layout.axis, layout.bars, buf);
    figures::draw(ui, layout.figures, buf);
    hint::draw(ui, layout.hint, buf);
    chips::draw(ui, layout.chips, buf);
    for &(panel, rect) in &layout.panels {
        match panel {
            Panel::Users => panels::users::draw(ui, rect, buf),
            Panel::UserSessions => panels::user_sessions::draw(ui, rect, buf),
            Panel::Timeline => panels::timeline::draw(ui, rect, buf),
            Panel::Lifeline => panels::lifeline::draw(ui, rect, buf),
            Panel::AllSessions => panels::all_sessions::draw(ui, rect, buf),
            Panel::Ladder => panels::gap::draw(ui, rect, buf),
            Panel::Pages => panels::pages::draw(ui, rect, buf),
            Panel::SessionsOfPage => panels::sessions_of_page::draw(ui, rect, buf),
            Panel::Before | Panel::After => panels::neighbours::draw(ui, panel, rect, buf),
            Panel::Days | Panel::Hours => panels::calendar::draw(ui, panel, rect, buf),
            Panel::Marked => panels::marked::draw(ui, rect, buf),
            Panel::Columns => panels::columns::draw(ui, rect, buf),
        }
    }
    detail::draw(ui, layout.detail, buf);
    let mut cursor = footer::draw(ui, layout.footer, buf);
    match &app.popup {
        Some(Popup::Help { top }) => popups::help::draw(ui, *top, area, buf),
        Some(Popup::Notes { top }) => popups::notes::draw(ui, *top, area, buf),
        Some(Popup::ShownColumns {
            cursor,
            order,
            shown,
            ..
        }) => popups::shown_columns::draw(ui, *cursor, (order, *shown), area, buf),
        Some(Popup::Sort { cursor }) => popups::sort::draw(ui, *cursor, area, buf),
        Some(Popup::Palette(state)) => cursor = popups::palette::draw(ui, state, area, buf),
        Some(Popup::Export(dialog)) => cursor = popups::export::draw(ui, dialog, area, buf),
        Some(Popup::Error(problem)) => popups::popup::error(ui, problem, area, buf),
        Some(Popup::Chips { cursor }) => popups::chips::draw(ui, *cursor, area, buf),
        Some(Popup::Filter(prompt)) => {
            let above = footer::problem_above(ui, prompt, layout.footer).len() as u16;
            let bottom = layout.footer.y.saturating_sub(above);
            popups::candidates::draw(ui, prompt, bottom, area, buf);
        }
        Some(Popup::Find(_)) => {}
        None if app.data.is_none() && app.screen() != Screen::Columns => {
            loading::draw(ui, area, buf)
        }
        None => {}
    }
    if app.terminal.is_ascii {
        ascii::translate(frame.buffer_mut());
    }
    if let Some(cursor) = cursor {
        frame.set_cursor_position(cursor);
    }
}
