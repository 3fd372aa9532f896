//! Marking users and sessions.

use super::*;

/// Two sessions of one user at half an hour, forty minutes apart, and one of another.
fn visits() -> Dataset {
    dataset(&[
        ("a", "2020-02-02 12:00", "/1"),
        ("a", "2020-02-02 12:10", "/2"),
        ("a", "2020-02-02 12:50", "/3"),
        ("b", "2020-02-02 12:00", "/4"),
    ])
}

#[test]
fn a_user_and_a_session_are_marked_and_shown() {
    let mut session = Session::of(visits(), 120, 30);
    session
        .press("M")
        .shows(&["nothing is marked: m marks a user or a session"]);
    session
        .press("m")
        .shows(&["marked: 1 mark, M shows them", "*a"]);
    session.press("2jm").shows(&["marked: 2 marks"]);
    session
        .press("M")
        .shows(&["Marked 2 ─", "user: 2 sessions", "as it was"]);
    session.press("<Esc>").shows(&["Sessions 3 ─"]);
}

#[test]
fn what_is_marked_is_unmarked_where_it_was_and_in_the_list() {
    let mut session = Session::of(visits(), 120, 30);
    session
        .press("2mjmkm")
        .shows(&["not marked any more: 1 mark"]);
    session
        .press("Mm")
        .shows(&["Marked 0 ─", "not marked any more: 0 marks"]);
}

#[test]
fn the_session_of_a_pageview_is_marked_in_the_timeline() {
    let mut session = Session::of(visits(), 120, 30);
    session.press("<Enter><Enter>jm").shows(&[">* 2 Feb 12:00"]);
}

#[test]
fn a_session_says_what_became_of_it_at_another_gap_and_is_as_it_was_at_its_own() {
    let mut session = Session::of(visits(), 120, 30);
    session.press("2S:at 2020-02-02 12:50<Enter>");
    // The first session of a, and its second.
    session.press("/user:a<Enter>gmjmM").shows(&["Marked 2 ─"]);
    session.press(":gap 1h<Enter>").shows(&[
        "part of the session of 2 Feb 12:00",
        "joined with what follows: 1 view more",
    ]);
    session
        .press(":gap 5m<Enter>")
        .shows(&["split into 2 sessions", "as it was"]);
    session.press("r").lacks(&["split", "part of", "joined"]);
}

#[test]
fn marks_are_found_again_in_other_pageviews() {
    let mut session = Session::of(visits(), 120, 30);
    session.press("m2mM");
    session.reload(dataset(&[
        ("0", "2020-02-02 11:00", "/0"),
        ("a", "2020-02-02 12:00", "/1"),
    ]));
    session.shows(&["Marked 2 ─", "user: 1 session"]);
    session.reload(dataset(&[("0", "2020-02-02 11:00", "/0")]));
    session.shows(&["not in these pageviews"]);
    session
        .press("<Enter>")
        .shows(&["it is not in the pageviews that are open now"]);
}

#[test]
fn a_mark_leads_to_its_session_among_those_of_its_user() {
    let mut session = Session::of(visits(), 120, 30);
    session.press("2/user:a<Enter>Gm<Esc>M<Enter>");
    session.shows(&["Sessions 2 of 3", "user=a"]);
    assert!(
        session.selected().contains("12:50"),
        "{}",
        session.selected()
    );
    session.press("<Esc>").shows(&["Marked 1 ─"]);
}

#[test]
fn what_is_marked_is_exported_alone() {
    let mut session = Session::of(visits(), 120, 30);
    session
        .press("2/user:b<Enter>m<Esc>Me")
        .shows(&["‹ marked ›  1"]);
    session.press("<Enter>");
    let (_, work) = session.begun();
    let Work::Export { request, .. } = work else {
        panic!("no export");
    };
    assert_eq!(
        request.selection,
        crate::answers::export::Selection::Sessions(vec![2])
    );
}
