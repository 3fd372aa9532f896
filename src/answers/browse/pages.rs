//! The list of pages: views, landings, exits, bounces, dwell times. Answers floor.

use std::ops::Range;

use crate::answers::browse::ListColumn;
use crate::answers::browse::Sort;
use crate::answers::browse::View;
use crate::answers::browse::extent::ColumnRoom;
use crate::answers::browse::extent::Extents;
use crate::answers::browse::order::Buffer;
use crate::answers::browse::order::ListOrder;
use crate::engine::cut::Cut;
use crate::engine::parallel;

/// A column of the list of pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PageColumn {
    /// The page.
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

/// The figures of a page at some gap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PageFigures {
    /// Pageviews.
    pub views: u32,
    /// Sessions that contain the page.
    pub sessions: u32,
    /// Sessions that begin with it.
    pub landings: u32,
    /// Sessions that end with it.
    pub exits: u32,
    /// Sessions of one pageview, of this page.
    pub bounces: u32,
}

impl PageFigures {
    /// Exits per view, 0 to 1; not a number for a page that nobody saw.
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

/// The figures of all pages, by page index. One pass over the pageviews, on every core.
pub(crate) fn figures(cut: &Cut) -> Vec<PageFigures> {
    /// Few parts, since each has figures of all pages, which must be added up.
    const PARTS: usize = 4;
    let n_users = cut.dataset().n_users();
    let parts = parallel::ranges(n_users, n_users.div_ceil(PARTS).max(MIN_USERS_A_PART));
    let mut parts = parallel::each(parts, |users| figures_of(cut, users)).into_iter();
    let mut figures = parts
        .next()
        .unwrap_or_else(|| vec![PageFigures::default(); cut.dataset().pages().len()]);
    for part in parts {
        for (page, more) in figures.iter_mut().zip(part) {
            page.add(&more);
        }
    }
    figures
}

/// Fewer users are not worth a thread.
const MIN_USERS_A_PART: usize = 1 << 12;

/// What these users, at least one, contribute to the figures of each page.
fn figures_of(cut: &Cut, users: Range<usize>) -> Vec<PageFigures> {
    let pages = cut.dataset().page();
    let n_pages = cut.dataset().pages().len();
    let mut figures = vec![PageFigures::default(); n_pages];
    // For each page, the last session that contained it, counted from 1.
    let mut met_in = vec![0u32; n_pages];
    let mut session = 0;
    let first = cut.dataset().rows_of(users.start).start;
    let rows = first..cut.dataset().rows_of(users.end - 1).end;
    cut.sessions().spans(rows).for_each(|rows| {
        session += 1;
        let seen = &pages[rows];
        for &page in seen {
            let page = page as usize;
            figures[page].views += 1;
            if met_in[page] != session {
                met_in[page] = session;
                figures[page].sessions += 1;
            }
        }
        let (first, last) = (seen[0] as usize, seen[seen.len() - 1] as usize);
        figures[first].landings += 1;
        figures[last].exits += 1;
        figures[first].bounces += u32::from(seen.len() == 1);
    });
    figures
}

/// Pages that a thread handles at a time.
const PAGES_A_PART: usize = 1 << 16;

/// The order of the pages that were seen, or only of those in `kept`, which must ascend. Reuses the buffer of an
/// earlier order. Until the background is there, pages sort as they come and dwell times are unknown.
pub(crate) fn order(
    view: View<'_>,
    figures: &[PageFigures],
    sort: Sort<PageColumn>,
    kept: Option<&[u32]>,
    buffer: Buffer,
) -> ListOrder {
    let key = |page: u32| -> u64 {
        let row = &figures[page as usize];
        sort.key(match sort.column {
            PageColumn::Page => u64::from(
                view.background
                    .map_or(page, |background| background.page_rank[page as usize]),
            ),
            PageColumn::Views | PageColumn::Share => u64::from(row.views),
            PageColumn::Sessions => u64::from(row.sessions),
            PageColumn::Landings => u64::from(row.landings),
            PageColumn::Exits => u64::from(row.exits),
            // A share is not negative, so the bits of the float sort like its value.
            PageColumn::ExitRate => row.exit_rate().to_bits(),
            PageColumn::Bounces => u64::from(row.bounces),
            PageColumn::MedianDwell => view
                .background
                .and_then(|background| background.median_dwell_us(page, view.cut.gap()))
                .map_or(0, |us| us as u64 + 1),
        })
    };
    let seen = |page: &u32| figures[*page as usize].views > 0;
    let n = kept.map_or(figures.len(), <[u32]>::len);
    ListOrder::sorted(buffer, n, PAGES_A_PART, |part, rows| {
        let pages = part.map(|place| kept.map_or(place as u32, |kept| kept[place]));
        pages
            .filter(seen)
            .for_each(|page| rows.push(key(page), page));
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::engine::dataset::Dataset;
    use crate::words::gap::Gap;
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
        assert_eq!(figures(&cut), figures_of(&cut, 0..n_users as usize));
    }
}
