//! The list of pages. Ui floor.
//!
//! ```text
//! ┌ Pages 214 ─ by views ▼ ──────────────────────────────────────────────────────────────────────┐
//! │  page            views  share           sessions  landings  exits  exit rate  bounces  dwell │
//! │> /product/1    102,118  ██▌     10.2 %    88,000    20,118 12,007    11.8 %     3,010    41s │
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::answers::browse::Column;
use crate::app::Panel;
use crate::app::list_body;
use crate::app::sort_text;
use crate::ui::Ui;
use crate::ui::bars::lying;
use crate::ui::grid;
use crate::ui::grid::Cell;
use crate::ui::grid::Grid;
use crate::ui::grid::Spec;
use crate::ui::panel;
use crate::words::figure::UNKNOWN;
use crate::words::figure::count;
use crate::words::figure::duration;
use crate::words::figure::share;
use crate::words::text::width;

/// Dataset of the bar, and of bar and share together.
const BAR: u16 = 8;
const SHARE: u16 = 16;

pub(super) fn draw(ui: Ui<'_>, area: Rect, buf: &mut Buffer) {
    let screen = &ui.app.pages;
    let list = &screen.list;
    let Some(data) = &ui.app.data else {
        panel::frame(ui, Panel::Pages, &["Pages".to_owned()], area, buf);
        return;
    };
    let view = data.view();
    let mut title = vec![
        panel::counted("Pages", list.order.len(), screen.seen as u64),
        format!("by {}", sort_text(list.sort)),
    ];
    if !list.typed.is_empty() {
        title.push(format!("/{}", list.typed));
    }
    panel::frame(ui, Panel::Pages, &title, area, buf);
    let body = list_body(area);
    if list.order.is_empty() {
        panel::empty(ui, body, &panel::why_empty(ui, &list.typed, "page"), buf);
        return;
    }
    let grid = Grid::new(
        vec![
            Spec::text("page", 12, 0),
            Spec::figure("views", 10, 0),
            Spec::figure("share", SHARE, 3),
            Spec::figure("sessions", 10, 2),
            Spec::figure("landings", 10, 4),
            Spec::figure("exits", 10, 4),
            Spec::figure("exit rate", 9, 5),
            Spec::figure("bounces", 9, 6),
            Spec::figure("median dwell", 12, 1),
        ],
        body.width,
    );
    if body.y > area.y + 1 {
        let heading = Rect {
            y: body.y - 1,
            height: 1,
            ..body
        };
        grid.headings(ui, heading, Some(list.sort.column.name()), buf);
    }
    let total = view.cut.dataset().n_rows() as f64;
    let shown = (list.top, list.cursor, list.order.len());
    grid::rows(ui, body, shown, true, buf, |position, here, buf| {
        let Some(page) = list.order.at(position) else {
            return;
        };
        let Some(figures) = screen.figures.get(page as usize) else {
            return;
        };
        let dwell = match view.background {
            None => "…".to_owned(),
            Some(background) => background
                .median_dwell_us(page, view.cut.gap())
                .map_or(UNKNOWN.to_owned(), duration),
        };
        let part = f64::from(figures.views) / total;
        let against_most = f64::from(figures.views) / f64::from(screen.most_views.max(1));
        let figure = |n: u32| (Cell::Own(count(u64::from(n))), ui.styles.plain);
        let cells = [
            (
                Cell::Page(view.cut.dataset().pages().text(page)),
                ui.styles.plain,
            ),
            figure(figures.views),
            (Cell::Own(with_bar(against_most, part)), ui.styles.within),
            figure(figures.sessions),
            figure(figures.landings),
            figure(figures.exits),
            (Cell::Own(share(figures.exit_rate())), ui.styles.plain),
            figure(figures.bounces),
            (Cell::Own(dwell), ui.styles.plain),
        ];
        grid.row(here, &cells, buf);
    });
}

/// A share as text, and before it as a bar that the page seen most fills; as wide as the column.
fn with_bar(against_most: f64, part: f64) -> String {
    let (bar, text) = (lying(against_most, BAR), share(part));
    let blanks = usize::from(SHARE).saturating_sub(width(&bar) + width(&text));
    format!("{bar}{}{text}", " ".repeat(blanks))
}
