//! The list of pages, or of what is carried instead: views, landings, exits, bounces, dwell times. Answers floor.

use std::ops::Range;

use crate::answers::browse::ListColumn;
use crate::answers::browse::Sort;
use crate::answers::browse::extent::ColumnRoom;
use crate::answers::browse::extent::Extents;
use crate::answers::browse::order::Buffer;
use crate::answers::browse::order::ListOrder;
use crate::answers::browse::text_facts::TextFacts;
use crate::engine::cut::Cut;
use crate::engine::dataset::Dataset;
use crate::engine::dataset::TextValues;
use crate::engine::parallel;
use crate::words::gap::Gap;

/// What the list has a row of for each text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum CountedColumn {
    /// The page.
    #[default]
    Page,
    /// A carried column, by its place among them.
    Carried(usize),
}

impl CountedColumn {
    /// Its texts; `None` if the dataset does not carry it.
    pub(crate) fn values(self, dataset: &Dataset) -> Option<TextValues<'_>> {
        match self {
            CountedColumn::Page => Some(dataset.page_values()),
            CountedColumn::Carried(column) => dataset.carried().nth(column),
        }
    }
}

/// A column of the list of pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PageColumn {
    /// The page, or the carried value.
    Page,
    /// How many pageviews.
    Views,
    /// Its part of all pageviews.
    Share,
    /// How many sessions contain it.
    Sessions,
    /// How many sessions begin with it.
    Landings,
    /// How many sessions end with it.
    Exits,
    /// Exits per view.
    ExitRate,
    /// How many sessions consist of one view of it.
    Bounces,
    /// Median of the known dwell times.
    MedianDwell,
}

impl ListColumn for PageColumn {
    const ALL: &'static [PageColumn] = &[
        PageColumn::Page,
        PageColumn::Views,
        PageColumn::Share,
        PageColumn::Sessions,
        PageColumn::Landings,
        PageColumn::Exits,
        PageColumn::ExitRate,
        PageColumn::Bounces,
        PageColumn::MedianDwell,
    ];

    fn name(self) -> &'static str {
        match self {
            PageColumn::Page => "page",
            PageColumn::Views => "views",
            PageColumn::Share => "share",
            PageColumn::Sessions => "sessions",
            PageColumn::Landings => "landings",
            PageColumn::Exits => "exits",
            PageColumn::ExitRate => "exit rate",
            PageColumn::Bounces => "bounces",
            PageColumn::MedianDwell => "median dwell",
        }
    }

    fn largest_first(self) -> bool {
        self != PageColumn::Page
    }

    fn room(self, extents: &Extents) -> ColumnRoom {
        let name = self.name();
        let count = |rank| ColumnRoom::count(extents.views_of_page, name, rank);
        match self {
            PageColumn::Page => ColumnRoom::pages(24, &extents.page, name, 0),
            PageColumn::Views => count(0),
            PageColumn::Share => ColumnRoom::figure(SHARE, name, 3),
            PageColumn::Sessions => count(2),
            PageColumn::Landings | PageColumn::Exits => count(4),
            PageColumn::ExitRate => ColumnRoom::figure(7, name, 5),
            PageColumn::Bounces => count(6),
            PageColumn::MedianDwell => ColumnRoom::figure(7, name, 1),
        }
    }
}

/// Columns that a share takes, with a bar before it.
pub(crate) const SHARE: u16 = 16;

/// The figures of a page, or of a carried value, at some gap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PageFigures {
    /// Pageviews.
    pub views: u32,
    /// Sessions that contain it.
    pub sessions: u32,
    /// Sessions that begin with it.
    pub landings: u32,
    /// Sessions that end with it.
    pub exits: u32,
    /// Sessions of one pageview, with it.
    pub bounces: u32,
}

impl PageFigures {
    /// Exits per view, 0 to 1; not a number for one that nobody saw.
    pub(crate) fn exit_rate(&self) -> f64 {
        f64::from(self.exits) / f64::from(self.views)
    }

    pub(super) fn add(&mut self, more: &PageFigures) {
        self.views += more.views;
        self.sessions += more.sessions;
        self.landings += more.landings;
        self.exits += more.exits;
        self.bounces += more.bounces;
    }
}

/// The figures of all texts of a column of the cut's dataset, by index. One pass over the pageviews, on every core.
pub(crate) fn figures(cut: &Cut, column: TextValues<'_>) -> Vec<PageFigures> {
    /// Few parts, since each has figures of all texts, which must be added up.
    const PARTS: usize = 4;
    let n_users = cut.dataset().n_users();
    let parts = parallel::ranges(n_users, n_users.div_ceil(PARTS).max(MIN_USERS_A_PART));
    let mut parts = parallel::each(parts, |users| figures_of(cut, column, users)).into_iter();
    let mut figures = parts
        .next()
        .unwrap_or_else(|| vec![PageFigures::default(); column.texts.len()]);
    for part in parts {
        for (text, more) in figures.iter_mut().zip(part) {
            text.add(&more);
        }
    }
    figures
}

/// Fewer users are not worth a thread.
const MIN_USERS_A_PART: usize = 1 << 12;

/// What these users, at least one, contribute to the figures of each text.
fn figures_of(cut: &Cut, column: TextValues<'_>, users: Range<usize>) -> Vec<PageFigures> {
    let n_texts = column.texts.len();
    let mut figures = vec![PageFigures::default(); n_texts];
    // For each text, the last session that contained it, counted from 1.
    let mut met_in = vec![0u32; n_texts];
    let mut session = 0;
    let first = cut.dataset().rows_of(users.start).start;
    let rows = first..cut.dataset().rows_of(users.end - 1).end;
    cut.sessions().spans(rows).for_each(|rows| {
        session += 1;
        let seen = &column.by_row[rows];
        for &text in seen {
            let text = text as usize;
            figures[text].views += 1;
            if met_in[text] != session {
                met_in[text] = session;
                figures[text].sessions += 1;
            }
        }
        let (first, last) = (seen[0] as usize, seen[seen.len() - 1] as usize);
        figures[first].landings += 1;
        figures[last].exits += 1;
        figures[first].bounces += u32::from(seen.len() == 1);
    });
    figures
}

/// Texts that a thread handles at a time.
const TEXTS_A_PART: usize = 1 << 16;

/// What the list knows of the texts of a column.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CountedTexts<'a> {
    /// By index, at the gap.
    pub figures: &'a [PageFigures],
    pub gap: Gap,
    /// What takes long to compute, once it is there.
    pub facts: Option<&'a TextFacts>,
}

impl CountedTexts<'_> {
    /// The median of the known dwell times on pageviews with a text, microseconds.
    pub(crate) fn median_dwell_us(self, text: u32) -> Option<i64> {
        self.facts?.median_dwell_us(text, self.gap)
    }
}

/// The order of the texts that were seen, or only of those in `kept`, which must ascend. Reuses the buffer of an
/// earlier order. Until the facts are there, texts sort as they come and dwell times are unknown.
pub(crate) fn order(
    counted: CountedTexts<'_>,
    sort: Sort<PageColumn>,
    kept: Option<&[u32]>,
    buffer: Buffer,
) -> ListOrder {
    let figures = counted.figures;
    let key = |text: u32| -> u64 {
        let row = &figures[text as usize];
        sort.key(match sort.column {
            PageColumn::Page => u64::from(
                counted
                    .facts
                    .map_or(text, |facts| facts.rank[text as usize]),
            ),
            PageColumn::Views | PageColumn::Share => u64::from(row.views),
            PageColumn::Sessions => u64::from(row.sessions),
            PageColumn::Landings => u64::from(row.landings),
            PageColumn::Exits => u64::from(row.exits),
            // A share is not negative, so the bits of the float sort like its value.
            PageColumn::ExitRate => row.exit_rate().to_bits(),
            PageColumn::Bounces => u64::from(row.bounces),
            PageColumn::MedianDwell => counted.median_dwell_us(text).map_or(0, |us| us as u64 + 1),
        })
    };
    let seen = |text: &u32| figures[*text as usize].views > 0;
    let n = kept.map_or(figures.len(), <[u32]>::len);
    ListOrder::sorted(buffer, n, TEXTS_A_PART, |part, rows| {
        let texts = part.map(|place| kept.map_or(place as u32, |kept| kept[place]));
        texts
            .filter(seen)
            .for_each(|text| rows.push(key(text), text));
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::words::timestamp::Timestamp;

    #[test]
    fn figures_of_parts_add_up_to_those_of_all() {
        let n_users = 3 * MIN_USERS_A_PART as u32 + 7;
        let rows = (0..4 * n_users).map(|n| {
            let at = Timestamp::clamped(i64::from(n) * 40_000_000_000_000 % 7_000_000_000);
            (format!("{:06}", n / 4), at, format!("/{}", n * n % 11))
        });
        let dataset = Dataset::of_rows(rows);
        let cut = Cut::new(Arc::new(dataset), Gap::DEFAULT);
        let pages = cut.dataset().page_values();
        assert_eq!(
            figures(&cut, pages),
            figures_of(&cut, pages, 0..n_users as usize)
        );
    }
}
