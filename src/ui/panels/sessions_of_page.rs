//! The sessions with a page. Ui floor.
//!
//! ```text
//! ┌ /product/1 ─ 102,118 views, 10.2 % ─ median dwell 41s ────────────────┐
//! │> contain it      88,000    4.1 % of all sessions                      │
//! │  land on it      20,118   22.9 % of these                             │
//! │  exit from it    12,007   13.6 % of these, 3,010 as a bounce          │
//! └───────────────────────────────────────────────────────────────────────┘
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::Panel;
use crate::app::SessionsOfPage;
use crate::app::inside;
use crate::ui::context::Ui;
use crate::ui::grid;
use crate::ui::panel;
use crate::ui::write::put;
use crate::ui::write::put_right;
use crate::words::figure::UNKNOWN;
use crate::words::figure::count;
use crate::words::figure::counted;
use crate::words::figure::duration;
use crate::words::figure::share;
use crate::words::text::cut_middle;

/// Columns of the words, and of them with the count.
const WORDS: u16 = 15;
const COUNTED: u16 = 27;

pub(in crate::ui) fn draw(ui: Ui<'_>, area: Rect, buf: &mut Buffer) {
    let screen = &ui.app.page;
    let (Some(data), Some(page)) = (&ui.app.data, screen.page()) else {
        panel::frame(ui, Panel::SessionsOfPage, &["Page".to_owned()], area, buf);
        return;
    };
    let text = data.cut.dataset().pages().text(page);
    let name = cut_middle(text, usize::from(area.width / 2));
    let Some(found) = screen.neighbours() else {
        let title = [name, panel::counting(ui, None)];
        panel::frame(ui, Panel::SessionsOfPage, &title, area, buf);
        return;
    };
    let figures = &found.figures;
    let part = |n: u32, of: f64| share(f64::from(n) / of);
    let dwell = found.median_dwell_us.map_or(UNKNOWN.to_owned(), duration);
    let views = part(figures.views, data.summary.pageviews as f64);
    let mut title = vec![
        name,
        format!("{}, {views}", counted(u64::from(figures.views), "view")),
        format!("median dwell {dwell}"),
    ];
    title.push(panel::counting(ui, screen.counted_at()));
    title.retain(|part| !part.is_empty());
    panel::frame(ui, Panel::SessionsOfPage, &title, area, buf);
    let of_these = |n: u32| format!("{} of these", part(n, f64::from(figures.sessions)));
    let is_focused = ui.app.panel() == Panel::SessionsOfPage;
    let rows = (0, screen.cursor, SessionsOfPage::ALL.len());
    grid::rows(
        ui,
        inside(area),
        rows,
        is_focused,
        buf,
        |position, here, buf| {
            let (words, n, note) = match SessionsOfPage::ALL[position] {
                SessionsOfPage::Containing => {
                    // Of all sessions at the same gap, or of none.
                    let is_of_now = screen.counted_at() == Some(ui.app.gap);
                    let of_all = part(figures.sessions, data.summary.sessions as f64);
                    let note = is_of_now.then(|| format!("{of_all} of all sessions"));
                    let note = note.unwrap_or_default();
                    ("contain it", figures.sessions, note)
                }
                SessionsOfPage::Landing => {
                    ("land on it", figures.landings, of_these(figures.landings))
                }
                SessionsOfPage::Exiting => {
                    let bounces = counted(u64::from(figures.bounces), "bounce");
                    let note = format!("{}, {bounces}", of_these(figures.exits));
                    ("exit from it", figures.exits, note)
                }
            };
            put(buf, here, 2, words, ui.styles.plain);
            let counted = Rect {
                width: here.width.min(COUNTED),
                ..here
            };
            put_right(buf, counted, WORDS, &count(u64::from(n)), ui.styles.strong);
            put(buf, here, COUNTED + 2, &note, ui.styles.dim);
        },
    );
}
