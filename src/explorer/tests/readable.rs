//! What is on the screen can be read: nothing is cut without a way to see it, nothing vanishes.

use std::collections::BTreeSet;

use super::*;
use crate::words::text::width;

const SERVER: &str = "https://www.example.com";

/// Pages of more than 60 characters, users of 32, one session over midnight.
fn long_texts() -> Dataset {
    let mut rows = Vec::new();
    for user in 0..30u64 {
        let id = format!(
            "{:032x}",
            user.wrapping_mul(0x9e37_79b9_7f4a_7c15_u64) as u128 * 0x1_0000_0001
        );
        for view in 0..6i64 {
            let page = format!(
                "{SERVER}/catalogue/department-{user}/articles/{view}/reviews-and-questions"
            );
            let at = 1_580_600_000_000_000 + (user as i64 * 7_200 + view * 900) * 1_000_000;
            rows.push((id.clone(), Timestamp::from_us(at).unwrap(), page));
        }
    }
    Dataset::of_rows(rows)
}

/// The headings of all columns in view.
fn headings(frame: &str) -> BTreeSet<String> {
    const NAMES: [&str; 9] = [
        "user",
        "sessions",
        "last seen",
        "started",
        "duration",
        "landing",
        "exit ",
        "views",
        "state",
    ];
    let lines = frame.lines().filter(|line| line.contains("views"));
    let lines = lines.filter(|line| !line.contains("views a session"));
    let line: String = lines.collect();
    let named = NAMES.iter().filter(|name| line.contains(**name));
    named.map(|name| (*name).to_owned()).collect()
}

#[test]
fn a_wider_terminal_never_takes_a_column_away() {
    for keys in ["", "<Enter>", "2"] {
        for dataset in [long_texts(), shop(40), seed()] {
            let mut session = Session::of(dataset, 30, 30);
            session.press(keys);
            let mut before = BTreeSet::new();
            for width in 30..230 {
                session.resize(width, 30);
                let frame = session.frame();
                let now = headings(&frame);
                assert!(
                    before.is_subset(&now),
                    "{keys:?} {width}: {before:?} {now:?}\n{frame}"
                );
                before = now;
            }
            let all = if keys == "2" { 6 } else { 7 };
            assert!(before.len() >= all, "{before:?}");
        }
    }
}

#[test]
fn long_pages_give_way_to_their_views() {
    let mut session = Session::of(long_texts(), 30, 8);
    session.press("3");
    let frame = session.frame();
    let heading = frame.lines().find(|line| line.contains("page")).unwrap();
    assert!(heading.contains("views │"), "{frame}");
}

#[test]
fn every_width_has_its_tabs_the_sessions_and_the_way_to_help_and_out() {
    for width in (30..220).step_by(3) {
        let mut session = Session::of(seed(), width, 8);
        for (key, tab) in [
            ("1", "1 Users"),
            ("2", "2 Sessions"),
            ("3", "3 Pages"),
            ("4", "4 Gap"),
        ] {
            session.press(key);
            let frame = session.frame();
            let first = frame.lines().next().unwrap();
            assert!(first.contains(tab), "{width}: {frame}");
            assert!(
                first.contains('?') && first.contains('q'),
                "{width}: {frame}"
            );
            session.shows(&["gap 30m", "sessions"]);
        }
    }
}

#[test]
fn what_is_too_small_says_what_is_needed() {
    let mut session = Session::of(seed(), 24, 7);
    session.shows(&["too small: 24x7, needs", "30x8"]);
    session.resize(30, 8);
    session.lacks(&["too small"]).shows(&["Users 3"]);
}

#[test]
fn what_all_pages_begin_with_stands_in_the_title_and_not_on_the_rows() {
    let mut session = Session::of(long_texts(), 120, 30);
    for keys in ["2", "3"] {
        session.press(keys);
        let frame = session.frame();
        let rows = frame.lines().filter(|line| line.contains("…ions"));
        let in_rows = rows.filter(|line| line.starts_with("\"│") && line.contains(SERVER));
        assert_eq!(in_rows.count(), 0, "{frame}");
        session.shows(&[&format!("─ {SERVER}/catalogue ─")]);
    }
}

#[test]
fn the_detail_line_has_the_whole_of_what_is_selected() {
    let mut session = Session::of(long_texts(), 100, 24);
    session.press("3");
    let page = format!("{SERVER}/catalogue/department-0/articles/0/reviews-and-questions");
    session.shows(&[&page]);
    session.press("1");
    let user = session
        .app
        .data
        .as_ref()
        .unwrap()
        .cut
        .dataset()
        .users()
        .text(0)
        .to_owned();
    session.shows(&[&user]);
    session
        .press("<Enter>")
        .shows(&[&format!("{user}@1580600000000000")]);
}

#[test]
fn ids_that_are_cut_still_differ() {
    let mut session = Session::of(shop_of("a-visitor-of-the-shop", 40), 62, 24);
    let frame = session.frame();
    let ids: Vec<&str> = frame
        .lines()
        .filter_map(|line| line.strip_prefix("\"│"))
        .filter_map(|line| line[2..].split_whitespace().next())
        .skip(1)
        .take(8)
        .collect();
    let distinct: BTreeSet<&&str> = ids.iter().collect();
    assert_eq!(distinct.len(), ids.len(), "{frame}");
}

#[test]
fn f_gives_a_panel_the_whole_screen_and_back() {
    let mut session = Session::of(shop(40), 160, 30);
    session
        .press("<Enter>f")
        .shows(&["Sessions of"])
        .lacks(&["Users 40", "Lifeline of"]);
    session.press("f").shows(&["Users 40", "Lifeline of"]);
    session.press("f<Esc>").shows(&["Users 40"]);
    assert_eq!(session.app.panel(), crate::app::Panel::UserSessions);
}

#[test]
fn cut_texts_are_scrolled_sideways() {
    let mut session = Session::of(long_texts(), 80, 24);
    session.press("3").lacks(&["reviews-and-questions    "]);
    session.press("]]]]]]]]").shows(&["…", "questions "]);
    session
        .press("[[[[[[[[[[")
        .shows(&["texts are seen from their beginning"]);
}

#[test]
fn columns_are_chosen_and_ordered_by_the_chooser_and_by_name() {
    let mut session = Session::of(shop(40), 120, 30);
    session.press("2:columns views user<Enter>");
    let frame = session.frame();
    let heading = frame
        .lines()
        .find(|line| line.contains("views  "))
        .or_else(|| frame.lines().find(|line| line.contains("views user")));
    assert!(heading.is_some(), "{frame}");
    session.lacks(&["landing"]);
    session.press("C").shows(&["[x] views", "[ ] landing"]);
    session
        .press("jj <Enter>")
        .shows(&["started"])
        .lacks(&["landing"]);
    session
        .press(":columns nothing<Enter>")
        .shows(&["there is no column nothing"]);
}

#[test]
fn a_session_over_midnight_has_both_dates() {
    let rows = [
        ("a", "2020-02-02 23:50:00", "/home"),
        ("a", "2020-02-03 00:05:00", "/cart"),
    ];
    let mut session = Session::of(dataset(&rows), 160, 30);
    session
        .press("<Enter>")
        .shows(&["Sun 2 Feb 2020 23:50:00 – Mon 3 Feb 2020 00:05:00"]);
    session.resize(80, 24);
    session.shows(&["23:50", "00:05", "3 Feb"]);
}

#[test]
fn a_long_session_is_a_span_on_the_lifeline_under_dates() {
    let mut rows = Vec::new();
    for minutes in (0..600).step_by(10) {
        rows.push(("a", 1_580_600_000 + minutes * 60, "/long"));
    }
    rows.push(("a", 1_580_600_000 + 86_400, "/short"));
    let rows = rows
        .into_iter()
        .map(|(user, s, page)| (user, Timestamp::from_us(s * 1_000_000).unwrap(), page));
    let mut session = Session::of(Dataset::of_rows(rows), 120, 30);
    let frame = session.frame();
    let span = frame
        .lines()
        .find(|line| line.contains("████████████████████████████████████████"));
    assert!(span.is_some(), "{frame}");
    session.shows(&["└", "2 Feb ─"]);
}

#[test]
fn a_pause_near_the_gap_is_named_once() {
    let rows = [
        ("a", "2020-02-02 12:00:00", "/home"),
        ("a", "2020-02-02 12:20:00", "/cart"),
        ("a", "2020-02-02 12:45:00", "/pay"),
    ];
    let mut session = Session::of(dataset(&rows), 160, 30);
    let frame = session.press("<Enter>").frame();
    assert_eq!(frame.matches("longest pause 25m").count(), 1, "{frame}");
    assert!(!frame.contains("···"), "{frame}");
}

#[test]
fn the_gaps_screen_never_cuts_its_sentence() {
    for (width, height) in [(30, 8), (40, 12), (60, 20), (80, 24), (100, 30), (220, 60)] {
        for dataset in [shop(400), seed()] {
            let mut session = Session::of(dataset, width, height);
            session.press("4");
            let frame = session.frame();
            let verdict: String = frame
                .lines()
                .filter(|line| line.starts_with("\"│"))
                .take(3)
                .collect();
            assert!(!verdict.contains('…'), "{width}x{height}\n{frame}");
        }
    }
}

#[test]
fn every_line_is_as_wide_as_the_terminal() {
    let mut session = Session::of(long_texts(), 100, 30);
    for keys in ["", "2", "3", "4", "C", "<Esc>]]]", ":"] {
        let frame = session.press(keys).frame();
        let widths: BTreeSet<usize> = frame.lines().map(width).collect();
        assert_eq!(widths.len(), 1, "{keys}\n{frame}");
    }
}
