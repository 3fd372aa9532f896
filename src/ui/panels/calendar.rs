//! The sessions of each day, and of each weekday and hour. Ui floor.
//!
//! ```text
//! ┌ Sessions by day ─ Sun 2 Feb 2020: 163 sessions, bounce 21.6 %, median 4m 12s ─ t turns ┐
//! │       Jan 2020  Feb ▼       Mar                                                        │
//! │  Mon  ░░▒▒▓▓██                                                                         │
//! │> Sun  ░░▒▒▓▓██                                                                         │
//! │                                                                                        │
//! │  ░ from 1  ▒ from 41  ▓ from 80  █ from 121                                            │
//! └────────────────────────────────────────────────────────────────────────────────────────┘
//! ```
//!
//! The darker a cell, the larger its figure; each of four shades has about as many cells. Where there is room, a cell has its
//! figure, too.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::answers::browse::session_calendar::CalendarFigure;
use crate::app::Data;
use crate::app::GridRoom;
use crate::app::Panel;
use crate::app::Target;
use crate::app::WEEKDAY_NAMES;
use crate::app::WEEKDAYS;
use crate::app::inside;
use crate::ui::context::Ui;
use crate::ui::panel;
use crate::ui::write::line;
use crate::ui::write::put;
use crate::ui::write::split;
use crate::words::text::width;
use crate::words::text::wrap;

const SHADES: [&str; 4] = ["░", "▒", "▓", "█"];

/// A day without a session; before the first and after the last there is nothing.
const NONE: &str = "·";

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

pub(in crate::ui) fn draw(ui: Ui<'_>, panel: Panel, area: Rect, buf: &mut Buffer) {
    let screen = &ui.app.sessions_calendar;
    let by = match panel {
        Panel::Hours => "weekday and hour",
        _ => "day",
    };
    let title = format!("{} by {by}", capital(screen.figure.name()));
    let counting = panel::counting(ui, screen.counted_at);
    let data = ui.app.data.as_ref().filter(|_| ui.app.has_rows());
    let (Some(data), Some(figures)) = (data, screen.cells(panel).get(screen.grid(panel).cursor))
    else {
        panel::frame(ui, panel, &[title, counting], area, buf);
        if !ui.app.has_rows() {
            panel::empty(ui, inside(area), &panel::why_empty(ui, "", "day"), buf);
        }
        return;
    };
    let cell = screen.selected_name(panel, &data.calendar);
    let mut parts = vec![title, format!("{cell}: {}", figures.words()), counting];
    parts.retain(|part| !part.is_empty());
    panel::frame(ui, panel, &parts, area, buf);
    let room = screen.room(panel, area);
    draw_heading(ui, data, panel, &room, buf);
    draw_cells(ui, panel, &room, buf);
    draw_legend(ui, panel, &room, buf);
    // In a narrow panel the title ends before its figures do.
    let is_cut = width(&parts.join(" ─ ")) > usize::from(area.width.saturating_sub(4));
    let (_, left) = split(room.below, 3);
    if is_cut {
        let words = format!("{cell}: {}", figures.words());
        let lines = wrap(&words, usize::from(left.width.saturating_sub(3)));
        for (n, text) in (0..left.height).zip(&lines) {
            put(buf, line(left, n), 2, text, ui.styles.plain);
        }
    }
}

/// The first letter as a capital.
fn capital(text: &str) -> String {
    let (first, rest) = text.split_at(1);
    first.to_uppercase() + rest
}

/// Names of months or hours where they begin, and a mark above the selected cell.
fn draw_heading(ui: Ui<'_>, data: &Data, panel: Panel, room: &GridRoom, buf: &mut Buffer) {
    let screen = &ui.app.sessions_calendar;
    let grid = screen.grid(panel);
    let mut free = 0;
    for (n, column) in room.shown(grid.first).enumerate() {
        let name = match panel {
            Panel::Hours => Some(column.to_string()),
            _ => month_begun(ui, data, column, n == 0),
        };
        let at = n as u16 * room.cell;
        if let Some(name) = name.filter(|_| at >= free)
            && usize::from(at) + width(&name) <= usize::from(room.heading.width)
        {
            free = put(buf, room.heading, at, &name, ui.styles.dim) + 1;
        }
    }
    let (column, _) = screen.place(panel, grid.cursor);
    if let Some(n) = column.checked_sub(grid.first) {
        let at = n as u16 * room.cell;
        let here = Rect {
            x: room.heading.x + at,
            width: room.cell.min(2),
            ..room.heading
        }
        .intersection(room.heading);
        // A name that stands there stays readable.
        match here.is_empty() || buf[(here.x, here.y)].symbol() == " " {
            true => {
                put(buf, room.heading, at, "▼", ui.styles.strong);
            }
            false => buf.set_style(here, ui.styles.selected),
        }
    }
}

/// The month that begins in a week, with its year in January and where it is the first in view.
fn month_begun(ui: Ui<'_>, data: &Data, week: usize, is_first: bool) -> Option<String> {
    let screen = &ui.app.sessions_calendar;
    let first_day = screen.counts.first_day;
    let month_of = |weekday: usize| {
        let cell = screen.cell_at(Panel::Days, week, weekday)?;
        Some(data.calendar.month(first_day + cell as i32))
    };
    let (year, month) = (0..7).rev().find_map(month_of)?;
    let before = week.checked_sub(1).and_then(|week| {
        let cell = screen.cell_at(Panel::Days, week, 6)?;
        Some(data.calendar.month(first_day + cell as i32))
    });
    let name = MONTHS[month as usize];
    match (is_first, before == Some((year, month))) {
        (false, true) => None,
        (false, false) if month > 0 => Some(name.to_owned()),
        _ => Some(format!("{name} {year}")),
    }
}

fn draw_cells(ui: Ui<'_>, panel: Panel, room: &GridRoom, buf: &mut Buffer) {
    let screen = &ui.app.sessions_calendar;
    let grid = screen.grid(panel);
    let cells = screen.cells(panel);
    let (_, selected_weekday) = screen.place(panel, grid.cursor);
    let is_focused = ui.app.panel() == panel;
    for row in 0..usize::from(room.body.height) {
        let weekday = grid.top + row;
        let is_selected = weekday == selected_weekday;
        let names = Rect {
            x: room.body.x.saturating_sub(WEEKDAYS),
            y: room.body.y + row as u16,
            width: WEEKDAYS,
            height: 1,
        };
        let style = if is_selected {
            ui.styles.strong
        } else {
            ui.styles.dim
        };
        put(
            buf,
            names,
            0,
            if is_selected { ">" } else { " " },
            ui.styles.plain,
        );
        put(
            buf,
            names,
            2,
            WEEKDAY_NAMES.get(weekday).copied().unwrap_or(""),
            style,
        );
        for (n, column) in room.shown(grid.first).enumerate() {
            let Some(cell) = screen.cell_at(panel, column, weekday) else {
                continue;
            };
            let here = room.cell(n, row);
            let shade = grid.shade(screen.figure, &cells[cell]);
            let (symbol, style) = match shade {
                Some(shade) => (SHADES[shade], ui.styles.within),
                None => (NONE, ui.styles.dim),
            };
            match screen
                .figure
                .value(&cells[cell])
                .filter(|_| room.has_figures)
            {
                Some(value) => {
                    put(buf, here, 0, symbol, style);
                    let text = screen.figure.text(value);
                    let at = here.width.saturating_sub(width(&text) as u16 + 1);
                    put(buf, here, at, &text, ui.styles.plain);
                }
                None if shade.is_none() || room.has_figures => {
                    put(buf, here, 0, symbol, style);
                }
                None => {
                    let wide = usize::from(room.cell).min(2);
                    put(buf, here, 0, &symbol.repeat(wide), style);
                }
            }
            ui.target(here, Target::Cell(panel, cell));
            if cell == grid.cursor {
                let style = match is_focused {
                    true => ui.styles.selected,
                    false => ui.styles.selected_elsewhere,
                };
                buf.set_style(here, style);
            }
        }
    }
}

/// Where each shade that is to be seen begins.
fn draw_legend(ui: Ui<'_>, panel: Panel, room: &GridRoom, buf: &mut Buffer) {
    let screen = &ui.app.sessions_calendar;
    let grid = screen.grid(panel);
    let Some(begins) = grid.shades else {
        return;
    };
    let below = match room.below.height {
        0 => return,
        1 => line(room.below, 0),
        _ => line(room.below, 1),
    };
    let figure: CalendarFigure = screen.figure;
    let mut is_seen = [false; SHADES.len()];
    let shades = screen.cells(panel).iter();
    for shade in shades.filter_map(|cell| grid.shade(figure, cell)) {
        is_seen[shade] = true;
    }
    let mut at = 2;
    let mut name = Some(figure.name());
    for (shade, _) in is_seen.iter().enumerate().filter(|(_, seen)| **seen) {
        let (word, begin) = match shade {
            0 => ("below", begins[0]),
            _ => ("from", begins[shade - 1]),
        };
        let words = [name.take().unwrap_or(""), word, &figure.text(begin)].join(" ");
        let words = words.trim_start();
        if usize::from(at) + width(words) + 2 > usize::from(below.width) {
            break;
        }
        at = put(buf, below, at, SHADES[shade], ui.styles.within);
        at = put(buf, below, at + 1, words, ui.styles.dim) + 2;
    }
}
