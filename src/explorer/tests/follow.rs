//! What is followed: newer pageviews come in, or wait.

use super::*;

/// A session that follows, and the job that tells of what comes.
fn following() -> (Session, JobId) {
    let mut session = Session::empty(120, 30, Theme::Dark, Origin::Files);
    let first = Loaded {
        goes_on: true,
        ..*whole(seed())
    };
    session.answer_load(Answer::Data(Box::new(first)));
    let (job, work) = session.begun();
    assert!(matches!(work, Work::Follow { .. }));
    (session, job)
}

/// The seed with users before and after its own.
fn newer() -> Dataset {
    seed().with_newer(&dataset(&[
        ("000", "2020-02-02 21:00:00", "/home"),
        ("456", "2020-02-02 21:10:00", "/cart"),
        ("999", "2020-02-02 21:20:00", "/home"),
    ]))
}

#[test]
fn newer_pageviews_come_in_and_what_is_selected_stays_selected() {
    let (mut session, job) = following();
    session.press("j").shows(&["LIVE", "5 pageviews"]);
    let before = session.selected();
    assert!(before.contains("456"), "{before}");
    session.act(Action::Answer(job, Answer::Newer(whole(newer()))));
    session.shows(&["LIVE", "8 pageviews"]);
    let after = session.selected();
    assert!(after.contains("456"), "{after}");
    session.act(Action::Answer(job, Answer::Newer(whole(newer()))));
    session.shows(&["8 pageviews"]);
}

#[test]
fn space_holds_the_view_still_and_takes_in_what_waits() {
    let (mut session, job) = following();
    session.press(" ").shows(&["PAUSED", "5 pageviews"]);
    session.act(Action::Answer(job, Answer::Newer(whole(newer()))));
    session.shows(&["PAUSED, 3 waiting", "5 pageviews"]);
    session
        .press(" ")
        .shows(&["LIVE", "8 pageviews", "3 new pageviews taken in"]);
}

#[test]
fn what_happens_to_what_is_followed_is_said() {
    let (mut session, job) = following();
    let said = Answer::Said("it was rotated".to_owned());
    session.act(Action::Answer(job, said));
    session.shows(&["it was rotated"]);
    let ended = Answer::Ended("the pipe has ended".to_owned());
    session.act(Action::Answer(job, ended));
    session.shows(&["ENDED"]);
    session.press("i").shows(&[
        "not followed any more",
        "it was rotated",
        "the pipe has ended",
    ]);
}

#[test]
fn what_cannot_be_read_any_more_leaves_what_is_there() {
    let (mut session, job) = following();
    session.act(Action::Answer(job, Answer::Failed(Error::Defect)));
    session.press("<Esc>").shows(&["ENDED", "5 pageviews"]);
}

#[test]
fn space_says_how_to_follow_where_nothing_is_followed() {
    let mut session = Session::of(seed(), 120, 30);
    session.press(" ").shows(&["dwell --follow FILE"]);
}

#[test]
fn ctrl_c_leaves_while_the_first_line_is_waited_for() {
    let (mut app, _) = App::new(Start {
        goes_on: true,
        ..Start::default()
    });
    let key = events("<C-c>").remove(0);
    assert!(matches!(
        update(&mut app, Action::Key(key)),
        Some(Effect::Quit)
    ));
}

#[test]
fn a_store_is_loaded_again_by_itself_once_that_is_set() {
    let mut session = Session::of(seed(), 120, 30);
    session.press(":set autoreload<Enter>");
    session.act(Action::StoreChanged);
    let (job, work) = session.begun();
    assert!(matches!(work, Work::Load { .. }));
    session.act(Action::Answer(job, Answer::Data(whole(newer()))));
    session.shows(&["8 pageviews"]).lacks(&["store changed"]);
    session.press(":set noautoreload<Enter>");
    session.act(Action::StoreChanged);
    session.shows(&["store changed, R"]);
}

#[test]
fn only_autoreload_can_be_set() {
    let mut session = Session::of(seed(), 120, 30);
    session
        .press(":set colours<Enter>")
        .shows(&["only autoreload and noautoreload can be set"]);
}
