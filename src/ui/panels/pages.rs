//! The list of pages, or of the values of a carried column. Ui floor.
//!
//! ```text
//! ┌ Pages 214 ─ by views ▼ ──────────────────────────────────────────────────────────────────────┐
//! │  page            views  share           sessions  landings  exits  exit rate  bounces  dwell │
//! │> /product/1    102,118  ██▌     10.2 %    88,000    20,118 12,007    11.8 %     3,010    41s │
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::answers::browse::extent::ColumnRoom;
use crate::answers::browse::extent::Extents;
use crate::answers::browse::extent::TextExtent;
use crate::answers::browse::pages::CountedColumn;
use crate::answers::browse::pages::PageColumn;
use crate::answers::browse::pages::SHARE;
use crate::app::Panel;
use crate::ui::bars::lying;
use crate::ui::context::Ui;
use crate::ui::grid::Cell;
use crate::ui::grid::Spec;
use crate::ui::list::ListPanel;
use crate::ui::panel;
use crate::words::figure::NOTHING;
use crate::words::figure::UNKNOWN;
use crate::words::figure::count;
use crate::words::figure::duration;
use crate::words::figure::share;
use crate::words::text::cut_end;
use crate::words::text::width;

/// Columns of the bar before a share.
const BAR: u16 = 8;

/// Columns of a carried column's name in the title.
const MOST_NAME_WIDTH: usize = 24;

pub(in crate::ui) fn draw(ui: Ui<'_>, area: Rect, buf: &mut Buffer) {
    let screen = &ui.app.pages;
    let Some(data) = &ui.app.data else {
        panel::frame(ui, Panel::Pages, &["Pages".to_owned()], area, buf);
        return;
    };
    let (dataset, styles) = (data.cut.dataset(), ui.styles);
    let Some(values) = screen.by.values(dataset) else {
        return;
    };
    let (name, noun, extent) = match screen.by {
        CountedColumn::Page => ("Pages".to_owned(), "page", &data.extents.page),
        CountedColumn::Carried(column) => {
            let name = format!("Values of {}", cut_end(values.name, MOST_NAME_WIDTH));
            (name, "value", &data.extents.carried[column])
        }
    };
    let heading = screen.list.heading(PageColumn::Page);
    let extents = match screen.by {
        CountedColumn::Page => data.extents.clone(),
        CountedColumn::Carried(_) => Extents {
            page: TextExtent {
                wide: extent.wide.max(width(&heading).max(width(NOTHING)) as u16),
                ..extent.clone()
            },
            views_of_page: u64::from(screen.most_views),
            ..data.extents.clone()
        },
    };
    let counted = screen.counted(data.cut.gap(), data.background.as_deref());
    let pages = ListPanel {
        panel: Panel::Pages,
        list: &screen.list,
        name: &name,
        noun,
        all: screen.seen as u64,
        filter: panel::sought(&screen.list.typed),
        note: panel::counting(ui, screen.counted_at),
        beginning: &extent.prefix,
        columns: (screen.list.shown.iter().zip(screen.list.rooms(&extents)))
            .map(|(&column, (title, room))| Spec::of((title, ranked(screen.by, column, room))))
            .collect(),
    };
    let total = dataset.n_rows() as f64;
    pages.draw(ui, area, buf, |page| {
        let figures = screen.figures.get(page as usize)?;
        let dwell = match counted.facts {
            None => "…".to_owned(),
            Some(_) => counted
                .median_dwell_us(page)
                .map_or(UNKNOWN.to_owned(), duration),
        };
        let part = f64::from(figures.views) / total;
        let against_most = f64::from(figures.views) / f64::from(screen.most_views.max(1));
        let figure = |n: u32| (Cell::Own(count(u64::from(n))), styles.plain);
        let shown = screen.list.shown.iter().map(|column| match column {
            PageColumn::Page => match values.texts.text(page) {
                "" if screen.by != CountedColumn::Page => {
                    (Cell::Own(NOTHING.to_owned()), styles.dim)
                }
                text => (Cell::Page(text, extent), styles.plain),
            },
            PageColumn::Views => figure(figures.views),
            PageColumn::Share => (Cell::Own(with_bar(against_most, part)), styles.within),
            PageColumn::Sessions => figure(figures.sessions),
            PageColumn::Landings => figure(figures.landings),
            PageColumn::Exits => figure(figures.exits),
            PageColumn::ExitRate => (Cell::Own(share(figures.exit_rate())), styles.plain),
            PageColumn::Bounces => figure(figures.bounces),
            PageColumn::MedianDwell => (Cell::Own(dwell.clone()), styles.plain),
        });
        Some(shown.collect())
    });
}

/// The room of a column. As many sessions as a value has landings are opened, so these stay longer than others.
fn ranked(by: CountedColumn, column: PageColumn, room: ColumnRoom) -> ColumnRoom {
    let rank = match (by, column) {
        (CountedColumn::Carried(_), PageColumn::Landings) => 2,
        (CountedColumn::Carried(_), PageColumn::Sessions) => 4,
        _ => room.rank,
    };
    ColumnRoom { rank, ..room }
}

/// A share as text, and before it as a bar that the page seen most fills; as wide as the column.
pub(super) fn with_bar(against_most: f64, part: f64) -> String {
    let (bar, text) = (lying(against_most, BAR), share(part));
    let blanks = usize::from(SHARE).saturating_sub(width(&bar) + width(&text));
    format!("{bar}{}{text}", " ".repeat(blanks))
}
