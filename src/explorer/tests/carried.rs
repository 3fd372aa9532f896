//! What pageviews carry, in the lists of sessions and in the timeline.

use super::*;
use crate::app::Panel;

fn session(width: u16, height: u16) -> Session {
    Session::of(carrying(["referrer", "device"]), width, height)
}

#[test]
fn lists_of_sessions_have_columns_for_what_is_carried_once_they_are_chosen() {
    let mut session = session(120, 30);
    session.press("2").lacks(&["referrer  ", "device  "]);
    session.press("C").shows(&["[ ] referrer", "[ ] device"]);
    session
        .press("G <Esc>")
        .shows(&["state device", "edge open phone"]);
    session.press(":columns user referrer device<Enter>");
    session.shows(&[
        "user referrer device",
        "b    google   desk",
        "c    bing     desk",
    ]);
    session.lacks(&["landing"]);
    match session.effect() {
        Some(Effect::KeepColumns(Panel::AllSessions, kept)) => {
            assert_eq!(kept, ["user", "carried:referrer", "carried:device"]);
        }
        other => panic!("{other:?}"),
    }
    session.press(":sort referrer<Enter>");
    assert!(session.selected().contains("bing"));
    session.press("1<Enter>C").shows(&["[ ] referrer"]);
}

#[test]
fn a_session_has_the_value_of_its_landing_pageview() {
    let mut session = session(120, 30);
    session.press("2:columns user referrer<Enter>/user:c<Enter>");
    assert!(
        session.selected().contains("bing"),
        "{}",
        session.selected()
    );
    session.press("<Esc>/referrer:google user:a<Enter>");
    assert!(
        session.selected().contains("google"),
        "{}",
        session.selected()
    );
    session.press("/b<Enter>").shows(&["0 of 3"]);
}

#[test]
fn columns_that_were_kept_are_shown_where_they_are_carried() {
    let columns = ["user", "carried:device", "views"].map(str::to_owned);
    let (app, _) = App::new(Start {
        columns: vec![(Panel::AllSessions, columns.to_vec())],
        ..Start::default()
    });
    let mut session = session(120, 30);
    session.app = app;
    session.act(Action::Resize(120, 30));
    session.load(seed());
    session
        .press("2")
        .shows(&["user", "views"])
        .lacks(&["device", "landing"]);
    session.press(":columns views<Enter>");
    match session.effect() {
        Some(Effect::KeepColumns(_, kept)) => assert_eq!(kept, ["views", "carried:device"]),
        other => panic!("{other:?}"),
    }
    session.reload(carrying(["referrer", "device"]));
    session
        .shows(&["views", "device", "phone"])
        .lacks(&["referrer  "]);
    session.press(":sort device<Enter>").reload(seed());
    session.shows(&["views"]).lacks(&["device"]);
}

#[test]
fn a_timeline_has_a_column_for_each_carried_one_where_there_is_room() {
    let mut session = session(160, 50);
    session.press("2<Enter>").shows(&["google   phone"]);
    for (width, there, lacking) in [(44, "/search   phone", "google"), (32, "/search", "phone")] {
        session.resize(width, 14);
        session.shows(&[there]).lacks(&[lacking]);
    }
    session.resize(160, 50);
    session.shows(&["10s · referrer google · device phone"]);
}
