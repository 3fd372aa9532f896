//! The explorer on pauses that an engine counted: the gap moves, and what pauses do not tell is left out.

use crate::app::Answer;
use crate::app::Loaded;
use crate::app::Origin;
use crate::app::Theme;
use crate::engine::pause_counts::PauseCounts;

use super::Session;

const MINUTE_US: i64 = 60_000_000;

/// Three users: ten pauses of a minute, four of half an hour, two of a day.
fn counted(width: u16, height: u16) -> Session {
    let rows = vec![(MINUTE_US, 10), (30 * MINUTE_US, 4), (1_440 * MINUTE_US, 2)];
    let pauses = PauseCounts::new(rows, false, 3).unwrap();
    let mut session = Session::empty(width, height, Theme::Dark, Origin::Pauses);
    session.answer_load(Answer::Data(Box::new(Loaded::pauses(pauses))));
    session
}

#[test]
fn the_gap_screen_shows_what_follows_from_pauses_and_says_what_does_not() {
    counted(140, 40)
        .shows(&[
            "19 pageviews  3 users",
            "gap 30m   9 sessions   2.1 views a session",
            "These are counted pauses",
            "Pauses 16",
            "Sessions by gap 9",
        ])
        .lacks(&["bounce 0", "median 0", "UTC"]);
}

#[test]
fn the_figures_follow_the_gap_and_tell_what_is_not_exact() {
    let mut session = counted(140, 40);
    session
        .press("-")
        .shows(&["gap 20m (saved 30m)   ~12 sessions"]);
    session
        .press("<Esc>:gap 1d<Enter>")
        .shows(&["gap 1d (saved 30m)   5 sessions −44.4 %"]);
}

#[test]
fn what_needs_pageviews_says_that_there_are_none() {
    for (keys, words) in [
        (
            "1",
            "these are pauses only: there are no users, sessions and pages to show",
        ),
        ("2", "these are pauses only"),
        ("3", "these are pauses only"),
        ("e", "‹ gaps ›"),
        ("+w", "a file of pauses keeps no gap"),
    ] {
        counted(140, 40)
            .press(keys)
            .shows(&[words, "Sessions by gap"]);
    }
}

#[test]
fn it_is_drawn_at_every_size_whatever_is_pressed() {
    for (width, height) in [(1, 1), (20, 8), (60, 12), (80, 24), (200, 60)] {
        let mut session = counted(width, height);
        for keys in [
            "j",
            "<Enter>",
            "/a<Enter>",
            "s",
            "<Esc>",
            "y",
            "n",
            "<Tab>",
            "<Esc>",
            "?",
            "<Esc>",
            "v",
            "r",
            "5G",
        ] {
            session.press(keys).frame();
        }
    }
}
