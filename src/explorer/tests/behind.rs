//! The list of all sessions while the gap moves, with more sessions than are put in order at a key.

use super::*;
use crate::answers::browse::order::Buffer;
use crate::answers::browse::order::ListOrder;
use crate::answers::browse::sessions;
use crate::answers::browse::users;
use crate::app::JobKind;
use crate::app::Listed;
use crate::app::Panel;
use crate::app::Screen;
use proptest::prelude::*;

/// An explorer on its list of sessions, which is never put in order at a key.
fn on_sessions(dataset: Dataset) -> Session {
    let mut session = Session::of(dataset, 100, 24);
    session.app.ordered_at_once = 0;
    session.press("2");
    session
}

/// Forty users who pause for 0 to 59 minutes, in a pattern that differs from user to user.
fn many() -> Dataset {
    let mut at_us = 1_580_515_200_000_000;
    Dataset::of_rows((0..1_200i64).map(|row| {
        at_us += (row * row * 7 + row / 30) % 60 * 60_000_000;
        let at = Timestamp::from_us(at_us).unwrap();
        let user = row / 30;
        (format!("u{user:02}"), at, format!("/{}", row % 7))
    }))
}

/// Answers the job that puts the list in order, if there is one.
fn answer(session: &mut Session) {
    let is_order = |effect: &Effect| matches!(effect, Effect::Begin(_, Work::Search { .. }));
    if let Some(place) = session.effects.iter().rposition(is_order)
        && let Effect::Begin(job, Work::Search { search, .. }) = session.effects.remove(place)
    {
        let found = Answer::Found(Box::new(search.run(&|_, _| true)));
        session.act(Action::Answer(job, found));
    }
}

/// Every row in view is one of the gap in view, and stands where it belongs unless the list says that it is behind.
fn check(session: &mut Session) -> std::result::Result<(), TestCaseError> {
    let frame = session.frame();
    let app = &session.app;
    let data = app.data.as_ref().unwrap();
    let (panel, list, mut order): (Panel, &dyn Listed, ListOrder) = match app.screens.last() {
        Some(Screen::Users) => {
            let (list, ready) = (&app.users.list, &app.users.filter.ready);
            let order = users::order(data.view(), list.sort, ready, Buffer::default());
            (Panel::Users, list, order)
        }
        Some(Screen::Sessions) => {
            let (list, ready) = (&app.all.sessions.list, &app.all.sessions.filter.ready);
            let users = 0..data.cut.dataset().n_users();
            let order = sessions::order(data.view(), users, list.sort, ready, Buffer::default());
            (Panel::AllSessions, list, order)
        }
        _ => return Ok(()),
    };
    order.settle(0..order.len());
    let in_view = list.top()..list.top() + app.layout.rows(panel);
    let is_behind = app.is_behind(panel);
    // On a narrow panel the words are cut.
    let says_so = ["▼ ─ so", "▲ ─ so", "counting …"].map(|words| frame.contains(words));
    prop_assert_eq!(says_so.contains(&true), is_behind, "{}", frame);
    prop_assert!(in_view.contains(&list.cursor()));
    if is_behind {
        let kept = order.ids();
        let shown: Vec<u32> = in_view.filter_map(|at| list.at(at)).collect();
        prop_assert!(shown.iter().all(|id| kept.contains(id)), "{}", frame);
    } else {
        prop_assert_eq!(list.len(), order.len());
        for at in in_view {
            prop_assert_eq!(list.at(at), order.at(at), "{}", frame);
        }
    }
    Ok(())
}

#[test]
fn moving_the_gap_keeps_the_sessions_in_view_and_orders_the_others_behind() {
    let mut session = on_sessions(many());
    session.press("jjj");
    let selected = session.selected();
    session.press(">").shows(&["sorting …"]);
    assert!(session.selected().starts_with(&selected[..20]));
    // One at a time.
    session.press(">>");
    let orders = session.app.jobs.of(JobKind::Order).map(|job| job.id);
    answer(&mut session);
    session.shows(&["sorting …"]);
    assert_ne!(
        session.app.jobs.of(JobKind::Order).map(|job| job.id),
        orders
    );
    answer(&mut session);
    session.lacks(&["sorting …"]);
    assert!(session.selected().starts_with(&selected[..20]));
    assert!(session.app.jobs.of(JobKind::Order).is_none());
}

#[test]
fn what_a_filter_leaves_is_counted_behind_and_never_exported_in_part() {
    let mut session = on_sessions(many());
    session.press("/views>=2<Enter>");
    let before = session.app.all.sessions.list.order.len();
    session.press("-").shows(&["still at 30m, coun"]);
    session.press("E");
    let list = &session.app.all.sessions.list;
    assert!(session.app.all.sessions.list.behind().is_none());
    assert_ne!(list.order.len(), before);
    assert_eq!(list.order.ids().len(), list.order.len());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.div_ceil(100), ..ProptestConfig::default() })]

    #[test]
    fn rows_in_view_are_of_the_gap_in_view_and_in_order_once_they_say_so(
        steps in proptest::collection::vec(
            proptest::sample::select(vec![
                ">", ">", "<", "<", "+", "-", "0", "j", "G", "<C-d>", "k", "g", "S", "1", "2", "3",
                "/views>=2<Enter>", "/u1<Enter>", "<Esc>", ":gap 7m<Enter>", ":sort duration<Enter>",
                ":sort started<Enter>", "answer", "answer",
            ]),
            1..25,
        ),
    ) {
        let mut session = on_sessions(many());
        for step in steps {
            match step {
                "answer" => answer(&mut session),
                keys => {
                    session.press(keys);
                }
            }
            // A command that the screen in view does not have stays in the prompt.
            if session.app.popup.is_some() {
                session.press("<Esc>");
            }
            check(&mut session)?;
        }
        while session.app.jobs.of(JobKind::Order).is_some() {
            answer(&mut session);
        }
        prop_assert!(!session.app.is_behind(session.app.panel()));
        check(&mut session)?;
    }
}
