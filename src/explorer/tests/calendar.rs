//! The calendar of sessions.

use super::*;

fn at(text: &str, n: usize) -> Vec<(String, String, &'static str)> {
    (0..n)
        .map(|user| (format!("{text}-{user}"), text.to_owned(), "/"))
        .collect()
}

/// Sessions on some days of February 2020: as many as said.
fn days(of: &[(&str, usize)]) -> Dataset {
    let rows: Vec<_> = of.iter().flat_map(|&(day, n)| at(day, n)).collect();
    let rows: Vec<(&str, &str, &str)> = rows
        .iter()
        .map(|(user, at, page)| (&user[..], &at[..], *page))
        .collect();
    dataset(&rows)
}

fn february() -> Dataset {
    days(&[
        ("2020-02-03 09:30", 1),
        ("2020-02-05 09:00", 2),
        ("2020-02-12 23:59:59", 3),
        ("2020-02-16 00:00", 4),
    ])
}

#[test]
fn it_begins_on_the_last_day_and_says_its_figures() {
    let mut session = Session::of(february(), 120, 40);
    session.press("5").shows(&[
        "Sessions by day ─ Sun 16 Feb 2020: 4 sessions, bounce 100.0 %, median 0s",
        "Sessions by weekday and hour ─ Mon 0:00: no session",
        "Feb 2020",
        "Mon",
        "Sun",
    ]);
}

#[test]
fn up_and_down_go_by_days_left_and_right_by_weeks() {
    let mut session = Session::of(february(), 120, 40);
    session.press("5k").shows(&["Sat 15 Feb 2020: no session"]);
    session.press("jh").shows(&["Sun 9 Feb 2020"]);
    session.press("l").shows(&["Sun 16 Feb 2020"]);
    session.press("l").shows(&["Sun 16 Feb 2020"]);
    session.press("g").shows(&["Mon 3 Feb 2020: 1 session"]);
    session
        .press(":at 2020-02-05<Enter>")
        .shows(&["Wed 5 Feb 2020: 2 sessions"]);
    session
        .press(":at 2021-02-05<Enter>")
        .shows(&["no session starts on that day"]);
}

#[test]
fn in_the_week_up_and_down_go_by_weekdays_left_and_right_by_hours() {
    let mut session = Session::of(february(), 120, 40);
    session.press("5<Tab>j").shows(&["Tue 0:00"]);
    session.press("lll").shows(&["Tue 3:00"]);
    session.press("kk").shows(&["Mon 3:00"]);
    session.press("llllll").shows(&["Mon 9:00: 1 session"]);
}

#[test]
fn a_day_leads_to_its_sessions_and_escape_comes_back() {
    let mut session = Session::of(february(), 120, 40);
    session.press("5:at 2020-02-12<Enter><Enter>");
    session.shows(&["Sessions 3 of 10", "time:2020-02-12"]);
    session
        .press("<Esc>")
        .shows(&["Wed 12 Feb 2020: 3 sessions"]);
    session
        .press("k<Enter>")
        .shows(&["no session starts there"]);
}

#[test]
fn t_turns_to_the_next_figure() {
    let mut session = Session::of(february(), 120, 40);
    session
        .press("5t")
        .shows(&["Bounce rate by day", "Bounce rate by weekday and hour"]);
    session.press("t").shows(&["Median duration by day"]);
    session.press("t").shows(&["Sessions by day"]);
    session.press("1t").shows(&["in the calendar, 5"]);
}

#[test]
fn the_day_stays_while_the_gap_moves() {
    let mut session = Session::of(february(), 120, 40);
    session
        .press("5:at 2020-02-12<Enter>+")
        .shows(&["Wed 12 Feb 2020: 3 sessions", "gap 45m"]);
}

#[test]
fn one_day_alone_is_a_calendar_too() {
    let mut session = Session::of(days(&[("2020-02-03 09:30", 7)]), 80, 24);
    session
        .press("5")
        .shows(&["Mon 3 Feb 2020: 7 sessions", "█"]);
}

#[test]
fn years_scroll_with_the_day_that_is_selected() {
    let years = days(&[("2018-01-01", 1), ("2020-02-03", 1), ("2023-12-31", 1)]);
    let mut session = Session::of(years, 80, 24);
    session
        .press("5")
        .shows(&["Dec", "Sun 31 Dec 2023"])
        .lacks(&["Mon 1 Jan 2018"]);
    session.press("g").shows(&["Jan 2018", "Mon 1 Jan 2018"]);
    session
        .press(":at 2020-02-03<Enter>")
        .shows(&["Mon 3 Feb 2020: 1 session"]);
}

#[test]
fn what_a_narrow_title_cuts_stands_below_the_cells() {
    let mut session = Session::of(february(), 80, 24);
    session.resize(80, 22);
    session
        .press("5")
        .shows(&["  Sun 16 Feb 2020: 4 sessions, bounce", "median 0s"]);
}

#[test]
fn small_terminals_show_the_selected_weekday() {
    for (width, height) in [(80, 24), (40, 12), (30, 8)] {
        let mut session = Session::of(february(), width, height);
        session.press("5").shows(&["> Sun"]);
        session.press("g").shows(&["> Mon"]);
    }
}

#[test]
fn a_day_is_that_of_the_zone_of_display() {
    let mut session = Session::empty(120, 40, Theme::Dark, Origin::Store);
    session.app.zone = chrono_tz::Tz::Europe__Berlin;
    session.load(days(&[
        ("2020-03-28 23:30", 1),
        ("2020-03-29 21:59", 2),
        ("2020-03-29 22:00", 1),
    ]));
    session.press("5k").shows(&["Sun 29 Mar 2020: 3 sessions"]);
    session.press("<Enter>").shows(&["Sessions 3 of 4"]);
}

#[test]
fn a_month_stays_readable_where_its_first_week_is_selected() {
    let mut session = Session::of(days(&[("2020-03-06 10:00", 11)]), 120, 40);
    session.press("5").shows(&["Mar 2020"]).lacks(&["▼ar"]);
}

#[test]
fn only_shades_that_are_to_be_seen_are_explained() {
    let mut session = Session::of(days(&[("2020-03-06 10:00", 11)]), 120, 40);
    session
        .press("5")
        .shows(&["  █ sessions from 11  "])
        .lacks(&["below 11", "▒", "▓"]);
    let mut session = Session::of(february(), 120, 40);
    session
        .press("5")
        .shows(&["░ sessions below 2  ▒ from 2  ▓ from 3  █ from 4"]);
}
