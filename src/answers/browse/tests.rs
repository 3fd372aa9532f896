//! Compares the lists of the explorer with simple ones that sort and count everything.

use std::collections::HashSet;
use std::sync::Arc;

use crate::answers::browse::ListColumn;
use crate::answers::browse::Sort;
use crate::answers::browse::View;
use crate::answers::browse::background::Background;
use crate::answers::browse::calendar::Calendar;
use crate::answers::browse::order::Buffer;
use crate::answers::browse::order::ListOrder;
use crate::answers::browse::pages;
use crate::answers::browse::pages::CountedColumn;
use crate::answers::browse::pages::CountedTexts;
use crate::answers::browse::pages::PageColumn;
use crate::answers::browse::pages::PageFigures;
use crate::answers::browse::sessions;
use crate::answers::browse::sessions::SessionColumn;
use crate::answers::browse::text_facts::TextFacts;
use crate::answers::browse::users;
use crate::answers::browse::users::UserColumn;
use crate::answers::filter::parse::parse;
use crate::answers::filter::session_filter::Chosen;
use crate::answers::filter::session_filter::SessionFilter;
use crate::engine::cut::Cut;
use crate::engine::dataset::Dataset;
use crate::words::gap::Gap;
use crate::words::session::Session;
use crate::words::timestamp::Timestamp;
use proptest::prelude::*;

const MINUTE: i64 = 60_000_000;
const PAGES: [&str; 5] = ["/b", "/a", "/Cart", "/c%", "/a/b"];

/// Pageviews at a gap, and what is computed of them in the background.
#[derive(Debug)]
struct Case {
    cut: Cut,
    background: Background,
}

impl Case {
    fn view(&self) -> View<'_> {
        View {
            cut: &self.cut,
            background: Some(&self.background),
            pinned: None,
        }
    }

    fn dataset(&self) -> &Dataset {
        self.cut.dataset()
    }

    fn facts(&self) -> Vec<Session<'_>> {
        let sessions = 0..self.cut.sessions().len();
        sessions.map(|session| self.cut.session(session)).collect()
    }
}

fn cases() -> impl Strategy<Value = Case> {
    let pageviews = proptest::collection::vec((0usize..5, 0i64..60, 0..PAGES.len()), 1..80);
    (pageviews, 1i64..40).prop_map(|(pageviews, gap)| {
        let users = ["u9", "U10", "b", "a", "c"];
        let rows = pageviews.into_iter().map(|(user, minute, page)| {
            let at = Timestamp::from_us(minute * MINUTE).unwrap();
            let carried = ["", PAGES[(page + minute as usize) % PAGES.len()]][minute as usize % 2];
            (users[user], at, PAGES[page], [carried])
        });
        let dataset = Dataset::of_rows_carrying(["c"], rows);
        let gap = Gap::from_us(gap * MINUTE).unwrap();
        Case {
            background: Background::of(&dataset, &[gap], gap, &|| true).unwrap(),
            cut: Cut::new(Arc::new(dataset), gap),
        }
    })
}

fn ids(mut order: ListOrder) -> Vec<u32> {
    order.settle(0..order.len());
    (0..order.len())
        .map(|position| order.at(position).unwrap())
        .collect()
}

/// Ids by key, equal ones in their natural order in both directions.
fn sorted<K: Ord>(
    ids: impl Iterator<Item = u32>,
    descending: bool,
    key: impl Fn(u32) -> K,
) -> Vec<u32> {
    let mut ids: Vec<u32> = ids.collect();
    ids.sort_by(|&a, &b| {
        let order = key(a).cmp(&key(b));
        if descending { order.reverse() } else { order }
    });
    ids
}

fn sorts<C: ListColumn + std::fmt::Debug>() -> impl Strategy<Value = Sort<C>> {
    let columns: Vec<C> = C::ALL.iter().copied().chain(C::carried(0)).collect();
    (prop::sample::select(columns), any::<bool>())
        .prop_map(|(column, descending)| Sort { column, descending })
}

proptest! {
    #[test]
    fn users_sort_as_a_plain_sort_does(case in cases(), sort in sorts::<UserColumn>()) {
        let view = case.view();
        let expected = sorted(0..case.dataset().n_users() as u32, sort.descending, |user| {
            let row = users::row(view.cut, user as usize);
            match sort.column {
                UserColumn::User => (row.user_id.to_owned(), 0),
                UserColumn::Sessions => (String::new(), row.sessions as i64),
                UserColumn::Pageviews => (String::new(), row.pageviews as i64),
                UserColumn::LastSeen => (String::new(), row.last_seen.as_us()),
            }
        });
        prop_assert_eq!(ids(users::order(view, sort, &SessionFilter::default(), Buffer::default())), expected);
    }

    #[test]
    fn sessions_sort_and_filter_as_plain_ones_do(
        case in cases(),
        sort in sorts::<SessionColumn>(),
        typed in proptest::sample::select(vec![
            "", "a", "user:u", "landing:/A", "exit=/a", "page:cart", "page=/c% views>=2", "views:2..3",
            "duration>5m", "duration:0 user=b", "time>=1970-01-01 00:20", "b views<3 page:a", "differs:7m",
        ]),
        one in any::<Option<prop::sample::Index>>(),
    ) {
        let (chips, problem) = parse(typed, &Calendar::utc());
        prop_assert_eq!(problem, None);
        let filter = SessionFilter::new(case.dataset(), &chips, Chosen::Sessions);
        let facts = case.facts();
        let contains = |text: &str, part: &str| text.to_lowercase().contains(part);
        let pages_of = |n: u32| -> Vec<&str> {
            let rows = case.cut.sessions().rows_of(n as usize);
            rows.map(|row| case.dataset().page_text(row)).collect()
        };
        let at_7m = Cut::new(Arc::new(case.dataset().clone()), "7m".parse().unwrap());
        let of_7m: Vec<_> = at_7m.sessions().spans(0..case.dataset().n_rows()).collect();
        let keeps = |n: u32| {
            let s = &facts[n as usize];
            match typed {
                "differs:7m" => !of_7m.contains(&case.cut.sessions().rows_of(n as usize)),
                "" => true,
                "a" => contains(s.user_id, "a") || pages_of(n).iter().any(|page| contains(page, "a")),
                "user:u" => contains(s.user_id, "u"),
                "landing:/A" => contains(s.landing_page, "/a"),
                "exit=/a" => s.exit_page == "/a",
                "page:cart" => pages_of(n).iter().any(|page| contains(page, "cart")),
                "page=/c% views>=2" => s.pageviews >= 2 && pages_of(n).contains(&"/c%"),
                "views:2..3" => (2..=3).contains(&s.pageviews),
                "duration>5m" => s.duration_us() > 5 * MINUTE,
                "duration:0 user=b" => s.duration_us() == 0 && s.user_id == "b",
                "time>=1970-01-01 00:20" => s.started_at.as_us() >= 20 * MINUTE,
                _ => {
                    (contains(s.user_id, "b") || pages_of(n).iter().any(|page| contains(page, "b")))
                        && s.pageviews < 3
                        && pages_of(n).iter().any(|page| contains(page, "a"))
                }
            }
        };
        let n_users = case.dataset().n_users();
        let users = one.map_or(0..n_users, |one| one.index(n_users)..one.index(n_users) + 1);
        let are_listed = |n: &u32| {
            let row = case.cut.sessions().rows_of(*n as usize).start;
            users.contains(&case.dataset().user_of(row))
        };
        let kept = (0..facts.len() as u32).filter(|&n| keeps(n)).filter(are_listed);
        let expected = sorted(kept, sort.descending, |n| {
            let s = &facts[n as usize];
            match sort.column {
                SessionColumn::User => (s.user_id.to_owned(), 0),
                SessionColumn::Started => (String::new(), s.started_at.as_us()),
                SessionColumn::Duration => (String::new(), s.duration_us()),
                SessionColumn::Pageviews => (String::new(), s.pageviews as i64),
                SessionColumn::Landing => (s.landing_page.to_owned(), 0),
                SessionColumn::Exit => (s.exit_page.to_owned(), 0),
                SessionColumn::State => {
                    let state = i64::from(s.is_open) * 2 + i64::from(s.starts_at_edge);
                    (String::new(), state)
                }
                SessionColumn::Carried(column) => {
                    let values = case.dataset().carried().nth(column).unwrap();
                    let landing = case.cut.sessions().rows_of(n as usize).start;
                    (values.text(landing).unwrap_or_default().to_owned(), 0)
                }
            }
        });
        prop_assert_eq!(ids(sessions::order(case.view(), users, sort, &filter, Buffer::default())), expected);
    }

    #[test]
    fn the_figures_of_pages_are_those_that_counting_gives(case in cases()) {
        let facts = case.facts();
        let figures = pages::figures(&case.cut, case.dataset().page_values());
        for (page, text) in (0..).zip(case.dataset().pages().iter()) {
            let found = figures[page as usize];
            let rows_of = |n: usize| case.cut.sessions().rows_of(n);
            let count = |keeps: &dyn Fn(usize) -> bool| (0..facts.len()).filter(|&n| keeps(n)).count() as u32;
            let views = (0..case.dataset().n_rows()).filter(|&row| case.dataset().page_text(row) == text);
            prop_assert_eq!(found.views, views.count() as u32);
            let has = |n: usize| rows_of(n).any(|row| case.dataset().page_text(row) == text);
            prop_assert_eq!(found.sessions, count(&has));
            prop_assert_eq!(found.landings, count(&|n| facts[n].landing_page == text));
            prop_assert_eq!(found.exits, count(&|n| facts[n].exit_page == text));
            prop_assert_eq!(found.bounces, count(&|n| facts[n].is_bounce() && facts[n].exit_page == text));

            let mut dwells: Vec<i64> = (0..facts.len())
                .flat_map(|n| rows_of(n).zip(rows_of(n).skip(1)))
                .filter(|&(row, _)| case.dataset().page_text(row) == text)
                .map(|(row, next)| case.dataset().at_us()[next] - case.dataset().at_us()[row])
                .collect();
            dwells.sort_unstable();
            let median = dwells.len().checked_sub(1).map(|last| (dwells[last / 2] + dwells[dwells.len() / 2]) / 2);
            // Dwell times are kept to seven digits.
            let close = |a: Option<i64>, b: Option<i64>| match (a, b) {
                (Some(a), Some(b)) => (a - b).abs() <= 1 + b / 1_000_000,
                (a, b) => a == b,
            };
            let found = case.background.pages.median_dwell_us(page, case.cut.gap());
            prop_assert!(close(found, median), "{:?} {:?}", found, median);
        }
    }

    #[test]
    fn pages_sort_as_a_plain_sort_does(case in cases(), sort in sorts::<PageColumn>()) {
        let figures = pages::figures(&case.cut, case.dataset().page_values());
        let counted = CountedTexts {
            figures: &figures,
            gap: case.cut.gap(),
            facts: Some(&case.background.pages),
        };
        let seen: HashSet<u32> = case.dataset().page().iter().copied().collect();
        let mut natural: Vec<u32> = seen.into_iter().collect();
        natural.sort_unstable();
        let expected = sorted(natural.into_iter(), sort.descending, |page| {
            let row = figures[page as usize];
            let number = match sort.column {
                PageColumn::Page => return (case.dataset().pages().text(page).to_owned(), 0),
                PageColumn::Views | PageColumn::Share => row.views,
                PageColumn::Sessions => row.sessions,
                PageColumn::Landings => row.landings,
                PageColumn::Exits => row.exits,
                PageColumn::ExitRate => return (String::new(), (row.exit_rate() * 1e12) as i64),
                PageColumn::Bounces => row.bounces,
                PageColumn::MedianDwell => {
                    let dwell = counted.median_dwell_us(page);
                    return (String::new(), dwell.map_or(-1, |us| us));
                }
            };
            (String::new(), i64::from(number))
        });
        prop_assert_eq!(ids(pages::order(counted, sort, None, Buffer::default())), expected);
    }

    #[test]
    fn carried_values_have_the_figures_that_pages_of_these_names_would_have(case in cases(), carried in prop::collection::vec(0..PAGES.len(), 80)) {
        let rows = |swaps: bool| {
            let dataset = case.dataset();
            let carried = carried.clone();
            (0..dataset.n_rows()).map(move |row| {
                let user = dataset.users().text(dataset.user_of(row) as u32);
                let (page, value) = (dataset.page_text(row), PAGES[carried[row]]);
                let (page, value) = if swaps { (value, page) } else { (page, value) };
                (user, dataset.at(row), page, [value])
            })
        };
        let [carrying, swapped] = [false, true].map(|swaps| Dataset::of_rows_carrying(["c"], rows(swaps)));
        let gap = case.cut.gap();
        let facts = |dataset: &Dataset, by: CountedColumn| {
            let values = by.values(dataset).unwrap();
            let facts = TextFacts::of(dataset, values, &|| true).unwrap();
            let figures = pages::figures(&Cut::new(Arc::new(dataset.clone()), gap), values);
            let texts = 0..values.texts.len() as u32;
            let rows = texts.map(|text| (values.texts.text(text).to_owned(), figures[text as usize], facts.median_dwell_us(text, gap)));
            let mut rows: Vec<(String, PageFigures, Option<i64>)> = rows.collect();
            rows.sort_by(|a, b| a.0.cmp(&b.0));
            rows
        };
        prop_assert_eq!(facts(&carrying, CountedColumn::Carried(0)), facts(&swapped, CountedColumn::Page));
    }
}

#[test]
fn a_moment_stands_before_the_first_session_that_starts_after_it() {
    let dataset = Dataset::of_rows([0i64, 60, 120].map(|minute| {
        let at = Timestamp::from_us(minute * MINUTE).unwrap();
        ("u", at, "/")
    }));
    let cut = Cut::new(Arc::new(dataset), Gap::DEFAULT);
    let view = View {
        cut: &cut,
        background: None,
        pinned: None,
    };
    for (descending, minute, expected) in
        [(false, 60, 1), (false, 61, 2), (true, 60, 1), (true, 59, 2)]
    {
        let sort = Sort {
            column: SessionColumn::Started,
            descending,
        };
        let order = sessions::order(
            view,
            0..1,
            sort,
            &SessionFilter::default(),
            Buffer::default(),
        );
        let at = minute * MINUTE..(minute + 1) * MINUTE;
        assert_eq!(
            sessions::position_at(&cut, &order, sort, at),
            expected,
            "{descending} {minute}"
        );
    }
}
