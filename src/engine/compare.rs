//! Compares two gaps: the pauses that only one of them cuts, and what follows. Engine floor.

use std::cmp::Reverse;
use std::ops::Range;

use crate::engine::cut::Cut;
use crate::engine::dataset::Dataset;
use crate::engine::measure::Summary;
use crate::words::gap::Gap;

/// What changes between two gaps, the shorter one's sessions beside the longer one's.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Comparison {
    /// Figures at the shorter gap.
    pub shorter: Summary,
    /// Figures at the longer gap.
    pub longer: Summary,
    /// The pauses that only the shorter gap cuts.
    pub seams: Seams,
    /// Pages with such a pause before or after them, those with the most first, then by text.
    pub pages: Vec<PageAtSeams>,
}

/// The pauses that only the shorter of two gaps cuts, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seams {
    /// How many there are. The numbers of sessions differ by this.
    pub pauses: u64,
    /// Users with such a pause.
    pub users: u64,
    /// Sessions at the longer gap with such a pause. The shorter gap has these and `pauses` more.
    pub joined: u64,
}

/// A page and the pauses that only the shorter gap cuts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PageAtSeams {
    /// Index of the page.
    pub page: u32,
    /// Pauses after it: exits that only the shorter gap sees.
    pub before_pause: u64,
    /// Pauses before it: landings that only the shorter gap sees.
    pub after_pause: u64,
    /// All its views.
    pub views: u64,
    /// Sessions that land on it and that exit from it, at the shorter gap.
    pub landings: u64,
    /// See `landings`.
    pub exits: u64,
}

/// A page and the seams around it, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SeamsOfPage {
    /// Index of the page.
    pub page: u32,
    /// Seams after it.
    pub before_pause: u32,
    /// Seams before it.
    pub after_pause: u32,
}

impl Comparison {
    /// Compares two cuts of one dataset, in either order.
    pub(crate) fn of(one: &Cut, other: &Cut) -> Comparison {
        let (shorter, longer) = in_order(one, other);
        let dataset = shorter.dataset();
        let page = dataset.page();
        let mut pages: Vec<PageAtSeams> = (0..dataset.pages().len() as u32)
            .map(|page| PageAtSeams {
                page,
                ..PageAtSeams::default()
            })
            .collect();
        for &page in page {
            pages[page as usize].views += 1;
        }
        for rows in shorter.sessions().spans(0..dataset.n_rows()) {
            pages[page[rows.start] as usize].landings += 1;
            pages[page[rows.end - 1] as usize].exits += 1;
        }
        for row in seams(shorter, longer) {
            pages[page[row - 1] as usize].before_pause += 1;
            pages[page[row] as usize].after_pause += 1;
        }
        pages.retain(|page| page.before_pause + page.after_pause > 0);
        let text = |page: &PageAtSeams| dataset.pages().text(page.page);
        pages.sort_by(|a, b| {
            let most = (b.before_pause + b.after_pause).cmp(&(a.before_pause + a.after_pause));
            most.then_with(|| text(a).cmp(text(b)))
        });
        Comparison {
            shorter: *shorter.summary(),
            longer: *longer.summary(),
            seams: Seams::between(shorter, longer),
            pages,
        }
    }
}

impl Seams {
    /// The seams of two cuts of one dataset, in either order. Costs as much as moving the gap, plus a little for each
    /// seam.
    pub(crate) fn between(one: &Cut, other: &Cut) -> Seams {
        let (shorter, longer) = in_order(one, other);
        let dataset = shorter.dataset();
        let mut found = Seams::default();
        let (mut end_of_user, mut last_session) = (0, None);
        for row in seams(shorter, longer) {
            if row >= end_of_user {
                end_of_user = dataset.rows_of(dataset.user_of(row)).end;
                found.users += 1;
            }
            let session = Some(longer.sessions().containing(row));
            found.pauses += 1;
            found.joined += u64::from(session != last_session);
            last_session = session;
        }
        found
    }
}

/// The pages around the seams of two cuts of one dataset, in either order: at most `n`, those with the most seams
/// first, then by index. Costs as much as [`Seams::between`], plus a little for each page.
pub(crate) fn busiest_at_seams(one: &Cut, other: &Cut, n: usize) -> Vec<SeamsOfPage> {
    let (shorter, longer) = in_order(one, other);
    let page = shorter.dataset().page();
    let of_page = |page| SeamsOfPage {
        page,
        ..SeamsOfPage::default()
    };
    let n_pages = shorter.dataset().pages().len() as u32;
    let mut pages: Vec<SeamsOfPage> = (0..n_pages).map(of_page).collect();
    for row in seams(shorter, longer) {
        pages[page[row - 1] as usize].before_pause += 1;
        pages[page[row] as usize].after_pause += 1;
    }
    let seams = |of: &SeamsOfPage| of.before_pause + of.after_pause;
    pages.retain(|of| seams(of) > 0);
    let rank = |of: &SeamsOfPage| (Reverse(seams(of)), of.page);
    if n < pages.len() {
        pages.select_nth_unstable_by_key(n, rank);
        pages.truncate(n);
    }
    pages.sort_unstable_by_key(rank);
    pages
}

fn in_order<'c>(one: &'c Cut, other: &'c Cut) -> (&'c Cut, &'c Cut) {
    if one.gap() <= other.gap() {
        (one, other)
    } else {
        (other, one)
    }
}

/// The rows at which only the shorter gap starts a session, ascending.
fn seams<'c>(shorter: &'c Cut, longer: &'c Cut) -> impl Iterator<Item = usize> + 'c {
    let starts = shorter.sessions().starts();
    starts.without(longer.sessions().starts())
}

/// The rows of a session at which a shorter gap starts further sessions.
pub(crate) fn seams_in(
    dataset: &Dataset,
    session: Range<usize>,
    shorter: Gap,
) -> impl Iterator<Item = usize> {
    let at = dataset.at_us();
    (session.start + 1..session.end).filter(move |&row| at[row] - at[row - 1] >= shorter.as_us())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::study::pauses_at_least;
    use crate::words::timestamp::Timestamp;
    use proptest::prelude::*;
    use std::cmp::Reverse;
    use std::collections::BTreeMap;
    use std::collections::BTreeSet;
    use std::sync::Arc;

    /// Pageviews (user, seconds, page).
    fn cuts(pageviews: &[(u32, i64, u32)], gaps: [i64; 2]) -> [Cut; 2] {
        let rows = pageviews.iter().map(|&(user, s, page)| {
            let at = Timestamp::from_us(s * 1_000_000).unwrap();
            (format!("u{user}"), at, format!("/{page}"))
        });
        let dataset = Arc::new(Dataset::of_rows(rows));
        gaps.map(|s| Cut::new(Arc::clone(&dataset), Gap::from_us(s * 1_000_000).unwrap()))
    }

    #[test]
    fn a_pause_between_the_gaps_is_a_seam_with_its_pages() {
        let [a, b] = cuts(
            &[(0, 0, 0), (0, 40, 1), (0, 140, 2), (1, 0, 3), (1, 5, 3)],
            [30, 60],
        );
        let comparison = Comparison::of(&b, &a);
        assert_eq!(
            comparison.seams,
            Seams {
                pauses: 1,
                users: 1,
                joined: 1
            }
        );
        assert_eq!(
            (comparison.shorter.sessions, comparison.longer.sessions),
            (4, 3)
        );
        let page = |page, before_pause, after_pause| PageAtSeams {
            page,
            before_pause,
            after_pause,
            views: 1,
            landings: 1,
            exits: 1,
        };
        assert_eq!(comparison.pages, [page(0, 1, 0), page(1, 0, 1)]);
    }

    proptest! {
        #[test]
        fn it_is_what_the_two_lists_of_sessions_say(
            pageviews in proptest::collection::vec((0u32..4, 0i64..400, 0u32..4), 1..200),
            gaps in [1i64..120, 1i64..120],
        ) {
            let [a, b] = cuts(&pageviews, gaps);
            let comparison = Comparison::of(&a, &b);
            let (shorter, longer) = if a.gap() <= b.gap() { (&a, &b) } else { (&b, &a) };
            let dataset = a.dataset();
            prop_assert_eq!(
                pauses_at_least(dataset, shorter.gap()) - pauses_at_least(dataset, longer.gap()),
                comparison.seams.pauses
            );
            prop_assert_eq!(comparison.shorter.sessions - comparison.longer.sessions, comparison.seams.pauses);
            let spans = |cut: &Cut| -> BTreeSet<(usize, usize)> {
                cut.sessions().spans(0..dataset.n_rows()).map(|rows| (rows.start, rows.end)).collect()
            };
            let (short, long) = (spans(shorter), spans(longer));
            prop_assert_eq!(long.difference(&short).count() as u64, comparison.seams.joined);
            prop_assert_eq!(short.difference(&long).count() as u64, comparison.seams.joined + comparison.seams.pauses);
            let users: BTreeSet<usize> = long.difference(&short).map(|&(row, _)| dataset.user_of(row)).collect();
            prop_assert_eq!(users.len() as u64, comparison.seams.users);
            let busiest = busiest_at_seams(&a, &b, 3);
            let of_page = |of: &SeamsOfPage| {
                let of_all = comparison.pages.iter().find(|page| page.page == of.page);
                of_all.map(|page| (page.before_pause, page.after_pause))
            };
            for (of, page) in busiest.iter().zip(&comparison.pages) {
                let (before, after) = (u64::from(of.before_pause), u64::from(of.after_pause));
                prop_assert_eq!(of_page(of), Some((before, after)));
                prop_assert_eq!(before + after, page.before_pause + page.after_pause);
            }
            prop_assert_eq!(busiest.len(), comparison.pages.len().min(3));
            let landings = |spans: &BTreeSet<(usize, usize)>| {
                let mut counts = BTreeMap::<u32, u64>::new();
                for &(start, _) in spans {
                    *counts.entry(dataset.page()[start]).or_default() += 1;
                }
                counts
            };
            let (short, long) = (landings(&short), landings(&long));
            for page in &comparison.pages {
                prop_assert_eq!(short.get(&page.page).copied().unwrap_or(0), page.landings);
                prop_assert_eq!(long.get(&page.page).copied().unwrap_or(0), page.landings - page.after_pause);
            }
        }

        #[test]
        fn pages_with_the_most_seams_come_first_then_by_text(
            pageviews in proptest::collection::vec((0u32..4, 0i64..400, 0u32..6), 1..60),
        ) {
            let [a, b] = cuts(&pageviews, [5, 60]);
            let pages = Comparison::of(&a, &b).pages;
            let text = |page: &PageAtSeams| a.dataset().pages().text(page.page);
            let place = |page: &PageAtSeams| (Reverse(page.before_pause + page.after_pause), text(page).to_owned());
            prop_assert!(pages.is_sorted_by_key(place), "{pages:?}");
        }

        #[test]
        fn the_seams_in_all_sessions_of_the_longer_gap_are_all_seams(
            pageviews in proptest::collection::vec((0u32..4, 0i64..400, 0u32..4), 1..60), gap_s in 1i64..50,
        ) {
            let [a, b] = cuts(&pageviews, [gap_s, 50]);
            let dataset = a.dataset();
            let sessions = b.sessions().spans(0..dataset.n_rows());
            let within: Vec<usize> = sessions.flat_map(|rows| seams_in(dataset, rows, a.gap())).collect();
            prop_assert_eq!(within, seams(&a, &b).collect::<Vec<_>>());
        }
    }
}
