//! What came before and after a page within sessions. Answers floor.
//!
//! Does not know how the pages are listed: they come ranked by their index.

use std::ops::Range;

use crate::answers::browse::ListColumn;
use crate::answers::browse::Sort;
use crate::answers::browse::View;
use crate::answers::browse::extent::ColumnRoom;
use crate::answers::browse::extent::Extents;
use crate::answers::browse::groups::Groups;
use crate::answers::browse::groups::median;
use crate::answers::browse::needle::Needle;
use crate::answers::browse::order::Buffer;
use crate::answers::browse::order::ListOrder;
use crate::answers::browse::pages::PageFigures;
use crate::answers::browse::pages::SHARE;
use crate::engine::cut::Cut;
use crate::engine::parallel;

/// A page and its neighbours within sessions, at some gap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PageNeighbours {
    /// The page's own figures.
    pub figures: PageFigures,
    /// The median of its known dwell times, microseconds.
    pub median_dwell_us: Option<i64>,
    /// What came right before its views, by page. Before a landing there is nothing.
    pub before: Vec<Neighbour>,
    /// What came right after its views. After an exit there is nothing.
    pub after: Vec<Neighbour>,
}

/// A page that comes right before or after another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Neighbour {
    /// The page; `None` for the beginning or the end of the session.
    pub page: Option<u32>,
    /// How many views of the other page it is next to; at least one.
    pub views: u32,
    /// The median time between the two, microseconds: the dwell time of the one that comes first. `None` for an end.
    pub median_dwell_us: Option<i64>,
}

/// A column of a list of neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NeighbourColumn {
    /// The page, or that there is none.
    Page,
    /// How often it comes.
    Views,
    /// The same, as a share of all views of the page it is next to.
    Share,
    /// Median of the time between the two.
    MedianDwell,
}

impl ListColumn for NeighbourColumn {
    const ALL: &'static [NeighbourColumn] = &[
        NeighbourColumn::Page,
        NeighbourColumn::Views,
        NeighbourColumn::Share,
        NeighbourColumn::MedianDwell,
    ];

    fn name(self) -> &'static str {
        match self {
            NeighbourColumn::Page => "page",
            NeighbourColumn::Views => "views",
            NeighbourColumn::Share => "share",
            NeighbourColumn::MedianDwell => "median dwell",
        }
    }

    fn largest_first(self) -> bool {
        self != NeighbourColumn::Page
    }

    fn room(self, extents: &Extents) -> ColumnRoom {
        let name = self.name();
        match self {
            NeighbourColumn::Page => {
                // The longest name of an end, `(landing)`.
                const END: u16 = 9;
                let room = ColumnRoom::pages(12, &extents.page, name, 0);
                ColumnRoom {
                    least: room.least.max(END),
                    wanted: room.wanted.max(END),
                    ..room
                }
            }
            NeighbourColumn::Views => ColumnRoom::count(extents.views_of_page, name, 2),
            NeighbourColumn::Share => ColumnRoom::figure(SHARE, name, 3),
            NeighbourColumn::MedianDwell => ColumnRoom::figure(7, name, 1),
        }
    }
}

/// The order of neighbours, by their place, of those whose page contains the text; an empty one is found in an end,
/// too. Reuses the buffer of an earlier order. Until the background is there, pages sort as they come.
pub(crate) fn order(
    view: View<'_>,
    neighbours: &[Neighbour],
    sort: Sort<NeighbourColumn>,
    sought: &str,
    buffer: Buffer,
) -> ListOrder {
    let (pages, needle) = (view.cut.dataset().pages(), Needle::new(sought));
    let rank = |page: u32| {
        view.background
            .map_or(page, |background| background.pages.rank[page as usize])
    };
    let key = |neighbour: &Neighbour| match sort.column {
        NeighbourColumn::Page => neighbour.page.map_or(0, |page| u64::from(rank(page)) + 1),
        NeighbourColumn::Views | NeighbourColumn::Share => u64::from(neighbour.views),
        NeighbourColumn::MedianDwell => neighbour.median_dwell_us.map_or(0, |us| us as u64 + 1),
    };
    ListOrder::sorted(buffer, neighbours.len(), 1 << 16, |places, rows| {
        for place in places {
            let neighbour = &neighbours[place];
            let is_kept = neighbour
                .page
                .map_or(sought.is_empty(), |page| needle.is_in(pages.text(page)));
            if is_kept {
                rows.push(sort.key(key(neighbour)), place as u32);
            }
        }
    })
}

/// Views of a page with another page on one side.
type Steps = Vec<(u32, i64)>;

/// The counts of some sessions.
#[derive(Default)]
struct NeighbourTally {
    figures: PageFigures,
    before: Steps,
    after: Steps,
}

/// The neighbours of a page, by index. One pass over the sessions, on every core. Asks `keep_going` now and then, and
/// returns `None` as soon as the answer is no.
pub(crate) fn neighbours(
    cut: &Cut,
    page: u32,
    keep_going: &(dyn Fn() -> bool + Sync),
) -> Option<PageNeighbours> {
    /// Users that a thread handles at a time.
    const USERS_A_PART: usize = 1 << 14;
    let n_users = cut.dataset().n_users();
    let parts = parallel::each(parallel::ranges(n_users, USERS_A_PART), |users| {
        let mut part = NeighbourTally::default();
        if keep_going() {
            let first = cut.dataset().rows_of(users.start).start;
            part.walk(cut, page, first..cut.dataset().rows_of(users.end - 1).end);
        }
        part
    });
    keep_going().then_some(())?;
    let mut all = NeighbourTally::default();
    for part in parts {
        all.figures.add(&part.figures);
        all.before.extend_from_slice(&part.before);
        all.after.extend_from_slice(&part.after);
    }
    let NeighbourTally {
        figures,
        before,
        after,
    } = all;
    let n_pages = cut.dataset().pages().len();
    let mut dwells_us: Vec<i64> = after.iter().map(|&(_, dwell_us)| dwell_us).collect();
    keep_going().then_some(())?;
    Some(PageNeighbours {
        median_dwell_us: median(&mut dwells_us),
        before: ranked(&before, n_pages, figures.landings),
        after: ranked(&after, n_pages, figures.exits),
        figures,
    })
}

impl NeighbourTally {
    fn walk(&mut self, cut: &Cut, page: u32, rows: Range<usize>) {
        let (at, pages) = (cut.dataset().at_us(), cut.dataset().page());
        cut.sessions().spans(rows).for_each(|rows| {
            let n_before = self.figures.views;
            let (first, last) = (rows.start, rows.end - 1);
            for row in rows {
                if pages[row] != page {
                    continue;
                }
                self.figures.views += 1;
                match row == first {
                    true => self.figures.landings += 1,
                    false => self.before.push((pages[row - 1], at[row] - at[row - 1])),
                }
                match row == last {
                    true => self.figures.exits += 1,
                    false => self.after.push((pages[row + 1], at[row + 1] - at[row])),
                }
            }
            let is_seen = self.figures.views > n_before;
            self.figures.sessions += u32::from(is_seen);
            self.figures.bounces += u32::from(is_seen && first == last);
        });
    }
}

/// The neighbouring pages, by index, and after them the ends, if there are any.
fn ranked(steps: &Steps, n_pages: usize, ends: u32) -> Vec<Neighbour> {
    let mut groups = Groups::of(n_pages, steps);
    let mut ranked = Vec::new();
    for page in 0..n_pages {
        let dwells_us = groups.values(page);
        if let Some(median_us) = median(dwells_us) {
            ranked.push(Neighbour {
                page: Some(page as u32),
                views: dwells_us.len() as u32,
                median_dwell_us: Some(median_us),
            });
        }
    }
    if ends > 0 {
        ranked.push(Neighbour {
            page: None,
            views: ends,
            median_dwell_us: None,
        });
    }
    ranked
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;
    use rusqlite::Connection;

    use super::*;
    use crate::engine::dataset::Dataset;
    use crate::words::gap::Gap;
    use crate::words::timestamp::Timestamp;

    const SECOND: i64 = 1_000_000;

    fn cut_of(pageviews: &[(u8, i64, u8)], gap_s: i64) -> Cut {
        let rows = pageviews.iter().map(|&(user, at_s, page)| {
            let at = Timestamp::clamped(at_s * SECOND);
            (format!("u{user}"), at, format!("/{page}"))
        });
        let gap = Gap::from_us(gap_s * SECOND).unwrap();
        Cut::new(Arc::new(Dataset::of_rows(rows)), gap)
    }

    fn around(cut: &Cut, page: &str) -> PageNeighbours {
        let mut pages = cut.dataset().pages().iter();
        let page = pages.position(|text| text == page).unwrap();
        neighbours(cut, page as u32, &|| true).unwrap()
    }

    #[test]
    fn a_page_after_itself_is_its_own_neighbour() {
        let cut = cut_of(&[(0, 0, 1), (0, 4, 1), (0, 9, 2)], 60);
        let found = around(&cut, "/1");
        let of = |page, views, seconds: Option<i64>| Neighbour {
            page,
            views,
            median_dwell_us: seconds.map(|s| s * SECOND),
        };
        assert_eq!(found.before, [of(Some(0), 1, Some(4)), of(None, 1, None)]);
        assert_eq!(
            found.after,
            [of(Some(0), 1, Some(4)), of(Some(1), 1, Some(5))]
        );
        assert_eq!((found.figures.views, found.figures.sessions), (2, 1));
    }

    #[test]
    fn what_lies_beyond_a_gap_is_no_neighbour() {
        let cut = cut_of(&[(0, 0, 1), (0, 60, 2), (1, 0, 3)], 60);
        let found = around(&cut, "/2");
        assert_eq!((found.before.len(), found.after.len()), (1, 1));
        assert_eq!((found.before[0].page, found.after[0].page), (None, None));
        assert_eq!(found.figures.bounces, 1);
    }

    #[test]
    fn counting_stops_when_it_is_asked_to() {
        let cut = cut_of(&[(0, 0, 1)], 60);
        assert_eq!(neighbours(&cut, 0, &|| false), None);
    }

    /// One side of a page by window functions: neighbour, views, median of the times between. `step` is LAG or LEAD.
    fn by_sql(db: &Connection, step: &str, page: &str) -> Vec<(Option<String>, u32, Option<i64>)> {
        let between = match step {
            "LAG" => "at - LAG(at) OVER sessions",
            _ => "LEAD(at) OVER sessions - at",
        };
        let sql = format!(
            "WITH started AS (
                SELECT *, at - LAG(at) OVER users >= gap OR LAG(at) OVER users IS NULL AS starts
                FROM pageviews WINDOW users AS (PARTITION BY user ORDER BY at, arrival)
            ), numbered AS (
                SELECT *, SUM(starts) OVER (PARTITION BY user ORDER BY at, arrival) AS session FROM started
            ), stepped AS (
                SELECT page, {step}(page) OVER sessions AS neighbour, {between} AS dwell
                FROM numbered WINDOW sessions AS (PARTITION BY user, session ORDER BY at, arrival)
            ), placed AS (
                SELECT neighbour, dwell,
                       ROW_NUMBER() OVER (PARTITION BY neighbour ORDER BY dwell) - 1 AS place,
                       COUNT(*) OVER (PARTITION BY neighbour) AS n
                FROM stepped WHERE page = ?1
            )
            SELECT neighbour, n, SUM(dwell) / COUNT(dwell) FROM placed
            WHERE place IN (n / 2, (n - 1) / 2) GROUP BY neighbour, n ORDER BY neighbour"
        );
        let mut statement = db.prepare(&sql).unwrap();
        let rows = statement.query_map([page], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
        rows.unwrap().map(Result::unwrap).collect()
    }

    proptest! {
        #[test]
        fn neighbours_are_those_of_window_functions(
            pageviews in proptest::collection::vec((0u8..3, 0i64..90, 0u8..4), 1..60),
            gap_s in 1i64..40,
        ) {
            let cut = cut_of(&pageviews, gap_s);
            let db = Connection::open_in_memory().unwrap();
            db.execute_batch("CREATE TABLE pageviews (user, at, arrival, page, gap)").unwrap();
            for (arrival, (user, at_s, page)) in pageviews.iter().enumerate() {
                let row = (format!("u{user}"), at_s * SECOND, arrival as i64, format!("/{page}"), gap_s * SECOND);
                db.execute("INSERT INTO pageviews VALUES (?, ?, ?, ?, ?)", row).unwrap();
            }
            let pages = cut.dataset().pages();
            for page in pages.iter() {
                let found = around(&cut, page);
                for (side, step) in [(&found.before, "LAG"), (&found.after, "LEAD")] {
                    let mut told: Vec<_> = side
                        .iter()
                        .map(|neighbour| {
                            let text = neighbour.page.map(|page| pages.text(page).to_owned());
                            (text, neighbour.views, neighbour.median_dwell_us)
                        })
                        .collect();
                    told.sort();
                    prop_assert_eq!(told, by_sql(&db, step, page), "{} of {}", step, page);
                }
            }
        }

        #[test]
        fn the_figures_of_a_page_are_those_of_the_list(
            pageviews in proptest::collection::vec((0u8..3, 0i64..90, 0u8..4), 1..60),
            gap_s in 1i64..40,
        ) {
            let cut = cut_of(&pageviews, gap_s);
            let listed = crate::answers::browse::pages::figures(&cut, cut.dataset().page_values());
            for (page, figures) in (0..).zip(listed) {
                let found = neighbours(&cut, page, &|| true).unwrap();
                prop_assert_eq!(found.figures, figures);
                let sum = |side: &[Neighbour]| side.iter().map(|neighbour| neighbour.views).sum::<u32>();
                prop_assert_eq!((sum(&found.before), sum(&found.after)), (figures.views, figures.views));
            }
        }
    }
}
