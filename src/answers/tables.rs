//! Tables for export, with what the screens show. Answers floor.

use std::sync::Arc;

use crate::answers::browse::Sort;
use crate::answers::browse::View;
use crate::answers::browse::background::Background;
use crate::answers::browse::calendar::Calendar;
use crate::answers::browse::neighbours;
use crate::answers::browse::neighbours::Neighbour;
use crate::answers::browse::neighbours::NeighbourColumn;
use crate::answers::browse::neighbours::PageNeighbours;
use crate::answers::browse::order::Buffer;
use crate::answers::browse::order::ListOrder;
use crate::answers::browse::pages;
use crate::answers::browse::pages::CountedColumn;
use crate::answers::browse::pages::CountedTexts;
use crate::answers::browse::pages::PageColumn;
use crate::answers::browse::pages::PageFigures;
use crate::answers::browse::session_calendar::CellFigures;
use crate::answers::browse::session_calendar::SessionCalendar;
use crate::answers::browse::text_facts::TextFacts;
use crate::answers::export::table::FigureTable;
use crate::answers::export::table::TableColumn;
use crate::engine::cut::Cut;
use crate::engine::dataset::Dataset;
use crate::engine::measure::Summary;
use crate::words::gap::Gap;

/// A request for a table. A worker makes it, since that can take long.
#[derive(Clone, Debug)]
pub(crate) enum TableRequest {
    /// The pages in `kept`, which must ascend, or all pages, in an order; or values of a carried column.
    Pages {
        /// Which of these they are.
        by: CountedColumn,
        /// By the index of the page or value.
        figures: Vec<PageFigures>,
        /// The order.
        sort: Sort<PageColumn>,
        /// The pages.
        kept: Option<Vec<u32>>,
        /// The source of the median dwell times of pages, if it is there.
        background: Option<Arc<Background>>,
        /// The same of values.
        facts: Option<Arc<TextFacts>>,
    },
    /// A table that is made already.
    Made(FigureTable),
}

impl TableRequest {
    /// Makes the table of a cut at the gap that the figures are of.
    pub(crate) fn make(self, cut: &Cut) -> FigureTable {
        match self {
            TableRequest::Made(table) => table,
            TableRequest::Pages {
                by,
                figures,
                sort,
                kept,
                background,
                facts,
            } => {
                let counted = CountedTexts {
                    figures: &figures,
                    gap: cut.gap(),
                    facts: match by {
                        CountedColumn::Page => background.as_ref().map(|known| &known.pages),
                        CountedColumn::Carried(_) => facts.as_deref(),
                    },
                };
                let order = pages::order(counted, sort, kept.as_deref(), Buffer::default());
                table_of_pages(cut.dataset(), by, counted, &in_order(order))
            }
        }
    }
}

/// The ids of an order from its top.
fn in_order(mut order: ListOrder) -> Vec<u32> {
    let n = order.len();
    order.settle(0..n);
    (0..n).filter_map(|position| order.at(position)).collect()
}

fn table_of_pages(
    dataset: &Dataset,
    by: CountedColumn,
    counted: CountedTexts<'_>,
    pages: &[u32],
) -> FigureTable {
    let total = dataset.n_rows() as f64;
    let of = |page: u32| &counted.figures[page as usize];
    let count = |count: fn(&PageFigures) -> u32| {
        let counts = pages.iter().map(|&page| u64::from(count(of(page))));
        TableColumn::Count(counts.collect())
    };
    let share = |share: &dyn Fn(&PageFigures) -> f64| {
        let shares = pages.iter().map(|&page| Some(share(of(page))));
        TableColumn::Number(shares.collect())
    };
    let dwell_us = |&page: &u32| counted.median_dwell_us(page);
    let texts = match by {
        CountedColumn::Page => {
            let pages = pages.iter().copied().map(Some);
            ("page", TableColumn::Page(pages.collect()))
        }
        CountedColumn::Carried(_) => {
            let values = by.values(dataset);
            let text = |&value: &u32| values.map_or("", |values| values.texts.text(value));
            let texts = pages.iter().map(text).map(str::to_owned);
            ("value", TableColumn::Text(texts.collect()))
        }
    };
    FigureTable {
        columns: vec![
            texts,
            ("views", count(|page| page.views)),
            ("share", share(&|page| f64::from(page.views) / total)),
            ("sessions", count(|page| page.sessions)),
            ("landings", count(|page| page.landings)),
            ("exits", count(|page| page.exits)),
            ("exit_rate", share(&PageFigures::exit_rate)),
            ("bounces", count(|page| page.bounces)),
            (
                "median_dwell_s",
                TableColumn::Seconds(pages.iter().map(dwell_us).collect()),
            ),
        ],
    }
}

/// The neighbours of a page as they are listed: each side in its own order, filtered by its text.
pub(crate) fn table_of_neighbours(
    view: View<'_>,
    found: &PageNeighbours,
    [before, after]: [(Sort<NeighbourColumn>, &str); 2],
) -> FigureTable {
    let listed = |side: &'static str, all: &[Neighbour], (sort, sought)| {
        let order = neighbours::order(view, all, sort, sought, Buffer::default());
        let rows = in_order(order).into_iter();
        let rows: Vec<(&'static str, Neighbour)> =
            rows.map(|place| (side, all[place as usize])).collect();
        rows
    };
    let mut rows = listed("before", &found.before, before);
    rows.extend(listed("after", &found.after, after));
    let step = |&(side, neighbour): &(&str, Neighbour)| match (neighbour.page, side) {
        (Some(_), _) => "page",
        (None, "before") => "landing",
        (None, _) => "exit",
    };
    let views = f64::from(found.figures.views);
    let column = |of: &dyn Fn(&(&'static str, Neighbour)) -> String| {
        TableColumn::Text(rows.iter().map(of).collect())
    };
    FigureTable {
        columns: vec![
            ("side", column(&|row| row.0.to_owned())),
            ("step", column(&|row| step(row).to_owned())),
            (
                "page",
                TableColumn::Page(rows.iter().map(|row| row.1.page).collect()),
            ),
            (
                "views",
                TableColumn::Count(rows.iter().map(|row| u64::from(row.1.views)).collect()),
            ),
            (
                "share",
                TableColumn::Number(
                    rows.iter()
                        .map(|row| Some(f64::from(row.1.views) / views))
                        .collect(),
                ),
            ),
            (
                "median_dwell_s",
                TableColumn::Seconds(rows.iter().map(|row| row.1.median_dwell_us).collect()),
            ),
        ],
    }
}

/// The ladder of gaps, with the columns of `dwell summary`. With counted pauses, only what follows from them is known,
/// and `is_exact` says at which gaps the number of sessions is exact.
pub(crate) fn table_of_gaps(
    rows: &[Summary],
    is_exact: Option<&dyn Fn(Gap) -> bool>,
) -> FigureTable {
    let count = |count: fn(&Summary) -> u64| TableColumn::Count(rows.iter().map(count).collect());
    let number = |number: &dyn Fn(&Summary) -> Option<f64>| {
        TableColumn::Number(rows.iter().map(number).collect())
    };
    let gaps = rows.iter().map(|row| row.gap.to_string()).collect();
    let mut columns = vec![
        ("gap", TableColumn::Text(gaps)),
        ("users", count(|row| row.users)),
        ("pageviews", count(|row| row.pageviews)),
        ("sessions", count(|row| row.sessions)),
    ];
    if let Some(is_exact) = is_exact {
        let words = rows.iter().map(|row| is_exact(row.gap).to_string());
        columns.push(("is_exact", TableColumn::Text(words.collect())));
    } else {
        let median_us = rows.iter().map(|row| row.median_duration_us).collect();
        columns.extend([
            ("bounces", count(|row| row.bounces)),
            ("bounce_rate", number(&Summary::bounce_rate)),
            ("mean_duration_s", number(&Summary::mean_duration_s)),
            ("median_duration_s", TableColumn::Seconds(median_us)),
        ]);
    }
    columns.push((
        "pageviews_per_session",
        number(&Summary::pageviews_per_session),
    ));
    FigureTable { columns }
}

/// The sessions of each day.
pub(crate) fn table_of_days(calendar: &Calendar, counts: &SessionCalendar) -> FigureTable {
    let days = (counts.first_day..).take(counts.days.len());
    let days = days.map(|day| calendar.day_typed(day)).collect();
    let mut columns = vec![("day", TableColumn::Text(days))];
    columns.extend(columns_of_cells(&counts.days));
    FigureTable { columns }
}

/// The sessions of each weekday and hour.
pub(crate) fn table_of_hours(counts: &SessionCalendar) -> FigureTable {
    const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let cells = 0..counts.hours.len();
    let weekdays = cells
        .clone()
        .map(|cell| NAMES[cell / 24].to_owned())
        .collect();
    let hours = cells.map(|cell| (cell % 24) as u64).collect();
    let mut columns = vec![
        ("weekday", TableColumn::Text(weekdays)),
        ("hour", TableColumn::Count(hours)),
    ];
    columns.extend(columns_of_cells(&counts.hours));
    FigureTable { columns }
}

fn columns_of_cells(cells: &[CellFigures]) -> [(&'static str, TableColumn); 4] {
    let count = |count: fn(&CellFigures) -> u32| {
        TableColumn::Count(cells.iter().map(|cell| u64::from(count(cell))).collect())
    };
    let rate = |cell: &CellFigures| {
        (cell.sessions > 0).then(|| f64::from(cell.bounces) / f64::from(cell.sessions))
    };
    let median_us = cells.iter().map(|cell| cell.median_duration_us).collect();
    [
        ("sessions", count(|cell| cell.sessions)),
        ("bounces", count(|cell| cell.bounces)),
        (
            "bounce_rate",
            TableColumn::Number(cells.iter().map(rate).collect()),
        ),
        ("median_duration_s", TableColumn::Seconds(median_us)),
    ]
}
