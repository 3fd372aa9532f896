//! The pages before or after one within sessions. Ui floor.
//!
//! ```text
//! ┌ After 214 ─ by views ▼ ───────────────────────┐
//! │  page            views            share median│
//! │> /cart          20,118 ██████    19.7 %    41s│
//! │  (exit)         12,007 ███▌      11.8 %      -│
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::answers::browse::extent::ColumnRoom;
use crate::answers::browse::neighbours::NeighbourColumn;
use crate::app::Panel;
use crate::ui::context::Ui;
use crate::ui::grid::Cell;
use crate::ui::grid::Spec;
use crate::ui::list::ListPanel;
use crate::ui::panel;
use crate::ui::panels::pages::with_bar;
use crate::words::figure::UNKNOWN;
use crate::words::figure::count;
use crate::words::figure::duration;
use crate::words::figure::share;

pub(in crate::ui) fn draw(ui: Ui<'_>, panel: Panel, area: Rect, buf: &mut Buffer) {
    let screen = &ui.app.page;
    let name = match panel {
        Panel::Before => "Before",
        _ => "After",
    };
    let (Some(data), Some(found)) = (&ui.app.data, screen.neighbours()) else {
        panel::frame(
            ui,
            panel,
            &[name.to_owned(), panel::counting(ui, None)],
            area,
            buf,
        );
        return;
    };
    let (list, side, end) = match panel {
        Panel::Before => (&screen.before, &found.before, "(landing)"),
        _ => (&screen.after, &found.after, "(exit)"),
    };
    let (pages, styles) = (data.cut.dataset().pages(), ui.styles);
    let most = side.iter().map(|neighbour| neighbour.views).max();
    let most = f64::from(most.unwrap_or(1));
    let views = f64::from(found.figures.views);
    // Half of a usual terminal has no room for bars.
    let is_wide = area.width >= 56;
    let part = |n: f64| match is_wide {
        true => with_bar(n / most, n / views),
        false => share(n / views),
    };
    let neighbours = ListPanel {
        panel,
        list,
        name,
        noun: "page",
        all: side.len() as u64,
        filter: panel::sought(&list.typed),
        note: panel::counting(ui, screen.counted_at()),
        beginning: &data.extents.page.prefix,
        columns: (list.rooms(&data.extents).into_iter())
            .map(|(name, room)| match &*name {
                "share" if !is_wide => Spec::of(("share", ColumnRoom::figure(7, "share", 0))),
                _ => Spec::of((name, room)),
            })
            .collect(),
    };
    neighbours.draw(ui, area, buf, |place| {
        let neighbour = side.get(place as usize)?;
        let n = f64::from(neighbour.views);
        let dwell = neighbour
            .median_dwell_us
            .map_or(UNKNOWN.to_owned(), duration);
        let views = count(u64::from(neighbour.views));
        let shown = list.shown.iter().map(|column| match column {
            NeighbourColumn::Page => match neighbour.page {
                Some(page) => (
                    Cell::Page(pages.text(page), &data.extents.page),
                    styles.plain,
                ),
                None => (Cell::Own(end.to_owned()), styles.dim),
            },
            NeighbourColumn::Views => (Cell::Own(views.clone()), styles.plain),
            NeighbourColumn::Share => (Cell::Own(part(n)), styles.within),
            NeighbourColumn::MedianDwell => (Cell::Own(dwell.clone()), styles.plain),
        });
        Some(shown.collect())
    });
}
