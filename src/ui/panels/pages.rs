//! The list of pages. Ui floor.
//!
//! ```text
//! ┌ Pages 214 ─ by views ▼ ──────────────────────────────────────────────────────────────────────┐
//! │  page            views  share           sessions  landings  exits  exit rate  bounces  dwell │
//! │> /product/1    102,118  ██▌     10.2 %    88,000    20,118 12,007    11.8 %     3,010    41s │
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::Panel;
use crate::ui::bars::lying;
use crate::ui::context::Ui;
use crate::ui::grid::Cell;
use crate::ui::grid::Spec;
use crate::ui::list::ListPanel;
use crate::ui::panel;
use crate::words::figure::UNKNOWN;
use crate::words::figure::count;
use crate::words::figure::duration;
use crate::words::figure::share;
use crate::words::text::width;

/// Columns of the bar, and of bar and share together.
const BAR: u16 = 8;
pub(super) const SHARE: u16 = 16;

pub(in crate::ui) fn draw(ui: Ui<'_>, area: Rect, buf: &mut Buffer) {
    let screen = &ui.app.pages;
    let Some(data) = &ui.app.data else {
        panel::frame(ui, Panel::Pages, &["Pages".to_owned()], area, buf);
        return;
    };
    let (dataset, styles) = (data.cut.dataset(), ui.styles);
    let pages = ListPanel {
        panel: Panel::Pages,
        list: &screen.list,
        name: "Pages",
        noun: "page",
        all: screen.seen as u64,
        filter: panel::sought(&screen.list.typed),
        note: panel::counting(ui, screen.counted_at),
        columns: vec![
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
    };
    let total = dataset.n_rows() as f64;
    pages.draw(ui, area, buf, |page| {
        let figures = screen.figures.get(page as usize)?;
        let dwell = match &data.background {
            None => "…".to_owned(),
            Some(background) => background
                .median_dwell_us(page, data.cut.gap())
                .map_or(UNKNOWN.to_owned(), duration),
        };
        let part = f64::from(figures.views) / total;
        let against_most = f64::from(figures.views) / f64::from(screen.most_views.max(1));
        let figure = |n: u32| (Cell::Own(count(u64::from(n))), styles.plain);
        Some(vec![
            (Cell::Page(dataset.pages().text(page)), styles.plain),
            figure(figures.views),
            (Cell::Own(with_bar(against_most, part)), styles.within),
            figure(figures.sessions),
            figure(figures.landings),
            figure(figures.exits),
            (Cell::Own(share(figures.exit_rate())), styles.plain),
            figure(figures.bounces),
            (Cell::Own(dwell), styles.plain),
        ])
    });
}

/// A share as text, and before it as a bar that the page seen most fills; as wide as the column.
pub(super) fn with_bar(against_most: f64, part: f64) -> String {
    let (bar, text) = (lying(against_most, BAR), share(part));
    let blanks = usize::from(SHARE).saturating_sub(width(&bar) + width(&text));
    format!("{bar}{}{text}", " ".repeat(blanks))
}
