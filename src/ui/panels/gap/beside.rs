//! What stands beside the ladder: what the verdict rests on, or while a gap is pinned the pages around the pauses that
//! only one of the two gaps cuts. Ui floor.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::Data;
use crate::engine::compare::Seams;
use crate::engine::compare::SeamsOfPage;
use crate::ui::context::Ui;
use crate::ui::grid::Cell;
use crate::ui::grid::Grid;
use crate::ui::grid::Spec;
use crate::ui::write::line;
use crate::ui::write::put;
use crate::ui::write::split;
use crate::words::figure::UNKNOWN;
use crate::words::figure::share;
use crate::words::text::wrap;

pub(super) fn draw(ui: Ui<'_>, data: &Data, area: Rect, buf: &mut Buffer) {
    match data.pinned() {
        Some((_, seams)) => draw_pages(ui, data, seams, area, buf),
        None => draw_details(ui, data, area, buf),
    }
}

fn draw_details(ui: Ui<'_>, data: &Data, area: Rect, buf: &mut Buffer) {
    /// Columns before the first line of each detail, and before its others.
    const INDENTS: (u16, u16) = (2, 4);
    let mut row = 1;
    for detail in data.study_details() {
        let room = area.width.saturating_sub(INDENTS.1);
        for (n, words) in wrap(&detail, usize::from(room)).iter().enumerate() {
            let indent = if n == 0 { INDENTS.0 } else { INDENTS.1 };
            put(buf, line(area, row), indent, words, ui.styles.dim);
            row += 1;
        }
    }
}

fn draw_pages(ui: Ui<'_>, data: &Data, seams: Seams, area: Rect, buf: &mut Buffer) {
    let pages = data.pages_at_seams();
    if pages.is_empty() {
        return;
    }
    let grid = Grid::new(
        vec![
            Spec::text("page", 8, 0),
            Spec::figure("before", 7, 1),
            Spec::figure("after", 7, 3),
            Spec::figure("all views", 9, 2),
        ],
        area.width,
    );
    let (title, area) = split(area, u16::from(area.height >= 5));
    put(buf, title, 2, "pages around these pauses", ui.styles.plain);
    grid.headings(ui, line(area, 0), None, buf);
    for (row, page) in (1..area.height).zip(pages) {
        let figures = page_figures(data, seams, page);
        let figures = figures.map(|figure| (Cell::Own(figure), ui.styles.plain));
        let text = data.cut.dataset().pages().text(page.page);
        let page = (Cell::Page(text, &data.extents.page), ui.styles.plain);
        let cells: Vec<_> = std::iter::once(page).chain(figures).collect();
        grid.row(ui, line(area, row), &cells, buf);
    }
}

/// Of the pauses the share that the page is before, that it is after, and its share of all views.
fn page_figures(data: &Data, seams: Seams, page: &SeamsOfPage) -> [String; 3] {
    let of_pauses = |n: u32| share(f64::from(n) / seams.pauses.max(1) as f64);
    let views = data.page_views(page.page);
    let of_views =
        views.map(|views| share(f64::from(views) / data.summary.pageviews.max(1) as f64));
    [
        of_pauses(page.before_pause),
        of_pauses(page.after_pause),
        of_views.unwrap_or(UNKNOWN.to_owned()),
    ]
}
