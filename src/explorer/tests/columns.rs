//! The column picker: before, keys, after.

use std::fs;

use crate::load::Trial;
use crate::source::Input;
use crate::source::Inspection;
use crate::source::Inspector;
use crate::source::NamedColumns;
use crate::source::ReadOptions;
use crate::source::Sink;
use crate::words::pageview::Pageview;
use crate::words::pageview::Reject;

use super::*;

pub(super) const TABLE: &str = "visitor key,when,where,spare key,notes\n\
                     a,2024-03-05 10:00,/,x,one\n\
                     a,2024-03-05 10:01,/a,x,two\n\
                     b,2024-03-05 10:02,/b,,three\n";

/// Takes nothing in.
struct Nothing;

impl Sink for Nothing {
    fn pageview(&mut self, _pageview: Pageview<'_>) -> Result<(), Error> {
        Ok(())
    }

    fn reject(&mut self, _reject: Reject) -> Result<(), Error> {
        Ok(())
    }
}

/// Why a table is refused, and its columns.
pub(super) fn refused(table: &str) -> (Error, Box<Inspection>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("views.csv");
    fs::write(&path, table).unwrap();
    let inspector = Inspector::default();
    let options = ReadOptions {
        inspector: Some(inspector.clone()),
        ..ReadOptions::default()
    };
    let file = fs::File::open(&path).unwrap();
    let mut input = Input::from_reader("views.csv", None, Box::new(file));
    let error = crate::source::read(&mut input, &options, &mut Nothing).unwrap_err();
    (error, Box::new(inspector.inspection()))
}

/// The explorer as it meets a file whose columns cannot be told.
fn undecided(width: u16, height: u16) -> Session {
    let mut session = Session::empty(width, height, Theme::Dark, Origin::Files);
    let (error, inspection) = refused(TABLE);
    session.answer_load(Answer::Undecided(error, inspection));
    session
}

impl Session {
    /// The columns that the last job tries, or loads.
    fn asked_for(&mut self) -> NamedColumns {
        match self.begun() {
            (_, Work::Try { columns, .. }) => columns,
            (
                job,
                Work::Load {
                    columns: Some(columns),
                    ..
                },
            ) => {
                self.load = job;
                columns
            }
            (_, other) => panic!("not columns but {other:?}"),
        }
    }
}

fn named(user: &str, time: &str, page: &str) -> NamedColumns {
    NamedColumns {
        user: user.into(),
        time: time.into(),
        page: page.into(),
        rows_at: None,
    }
}

#[test]
fn columns_that_cannot_be_told_are_asked_for() {
    undecided(100, 24).shows(&[
        "> visitor key",
        "when        time 100.0 %",
        "Which column is the user, which the page? Press u, p on it.",
    ]);
}

#[test]
fn each_role_that_is_put_on_a_column_is_tried_at_once() {
    let mut session = undecided(100, 24);
    session.press("u");
    assert!(session.effects.is_empty(), "one role is still open");
    session.press("jjp");
    assert_eq!(session.asked_for(), named("visitor key", "when", "where"));
    session.press("jt");
    assert_eq!(
        session.asked_for(),
        named("visitor key", "spare key", "where")
    );
    session.press("ku");
    session.shows(&["Which column is the page? Press p on it."]);
}

#[test]
fn a_second_user_or_a_time_of_day_is_put_beside_the_first() {
    let mut session = undecided(100, 24);
    session.press("ujjpjU");
    assert_eq!(session.asked_for().user, "visitor key,spare key");
    session.press("jT");
    assert_eq!(session.asked_for().time, "when notes");
    session.press("T");
    assert_eq!(session.asked_for().time, "when");
}

#[test]
fn what_the_columns_give_is_shown_with_the_command() {
    let mut session = undecided(100, 24);
    session.press("ujjp").shows(&["reading the first rows"]);
    let (job, _) = session.begun();
    session.act(Action::Answer(job, Answer::Tried(Box::new(trial()))));
    session.shows(&[
        "first 3 rows: 2 pageviews of 1 user, 12 left out, 1 rejected",
        "left out: 12 click",
        "dwell shop.csv --user-column 'visitor key' --time-column when --page-column where",
    ]);
}

fn trial() -> Trial {
    Trial {
        pageviews: 2,
        rejects: 1,
        users: 1,
        left_out: vec![("click".into(), 12)],
        ..Trial::default()
    }
}

#[test]
fn what_an_earlier_choice_gives_is_not_shown_for_a_later_one() {
    let mut session = undecided(100, 24);
    session.press("ujjp");
    let (earlier, _) = session.begun();
    session.press("jU");
    session.act(Action::Answer(earlier, Answer::Tried(Box::new(trial()))));
    session
        .shows(&["reading the first rows"])
        .lacks(&["2 pageviews"]);
    let (later, _) = session.begun();
    let refusal = Error::Usage("that is no time".into());
    session.act(Action::Answer(later, Answer::Failed(refusal)));
    session.shows(&["that is no time"]);
}

#[test]
fn enter_loads_with_the_columns_and_they_hold_when_it_is_loaded_again() {
    let mut session = undecided(120, 24);
    session.press("<Enter>").shows(&["Press u, p on it."]);
    assert!(session.effects.is_empty());
    session.press("ujjp<Enter>");
    let expected = named("visitor key", "when", "where");
    assert_eq!(session.asked_for(), expected);
    session.load(seed());
    session.shows(&["5 pageviews"]).lacks(&["visitor key"]);
    session.press("R");
    assert_eq!(session.asked_for(), expected);
    let said = session.app.chosen_command().unwrap();
    assert_eq!(
        said,
        "dwell shop.csv --user-column 'visitor key' --time-column when --page-column where"
    );
    session.load(seed());
    assert!(session.app.into_result().is_ok());
}

#[test]
fn columns_that_cannot_be_read_can_be_chosen_again() {
    let mut session = undecided(120, 24);
    session.press("ujjp<Enter>");
    session.asked_for();
    session.answer_load(Answer::Failed(Error::Usage(
        "none of them is a pageview".into(),
    )));
    session.shows(&["That did not work", "none of them is a pageview"]);
    session.press("<Enter>").shows(&["visitor key user"]);
}

#[test]
fn columns_of_which_nothing_says_which_it_is_are_both_left_free() {
    let mut session = Session::empty(120, 24, Theme::Dark, Origin::Files);
    let (error, inspection) =
        refused("user,ts,a_url,b_url\nu,2024-03-05,/a,/b\nu,2024-03-06,/a,/b\n");
    session.answer_load(Answer::Undecided(error, inspection));
    session.shows(&[
        "Which column is the page? Press p on it.",
        "a_url and b_url could both be the page",
        "a_url       100.0 %",
        "ts     time 100.0 %",
    ]);
}

#[test]
fn how_many_columns_there_are_is_said_where_not_all_are_looked_at() {
    let mut session = Session::empty(120, 24, Theme::Dark, Origin::Files);
    let names: Vec<String> = (0..600).map(|n| format!("c{n}")).collect();
    let (error, inspection) = refused(&format!("{}\n{}\n", names.join(","), names.join(",")));
    session.answer_load(Answer::Undecided(error, inspection));
    session.shows(&["512 of 600"]);
}

#[test]
fn escape_leaves_with_the_error_and_what_was_chosen_is_not_lost() {
    let mut session = undecided(100, 24);
    assert_eq!(session.app.chosen_command(), None);
    session.press("ujjp<Esc>");
    assert!(matches!(session.effect(), Some(Effect::Quit)));
    assert!(session.app.chosen_command().is_some());
    let error = session.app.into_result().unwrap_err();
    assert!(error.to_string().contains("no user column, no page column"));
}

#[test]
fn the_columns_of_what_is_open_are_shown_by_a_command_and_left_as_they_are() {
    let mut session = Session::empty(100, 24, Theme::Dark, Origin::Files);
    session.load(seed());
    session.press(":inspect<Enter>");
    let (job, Work::Inspect { columns: None }) = session.begun() else {
        panic!("the columns are not looked at");
    };
    let (_, inspection) = refused(TABLE);
    session.act(Action::Answer(job, Answer::Inspected(inspection)));
    session.shows(&["Columns of", "spare key"]);
    session.press("<Esc>").shows(&["5 pageviews", "Users"]);
    assert_eq!(session.app.chosen_command(), None);
}

#[test]
fn only_files_have_columns_to_choose() {
    for origin in [Origin::Store, Origin::Sample] {
        let mut session = Session::empty(100, 24, Theme::Dark, origin);
        session.load(seed());
        session.press("I").shows(&["columns are known"]);
        assert!(session.effects.is_empty());
    }
}

#[test]
fn columns_are_found_by_name_and_by_what_they_hold() {
    let mut session = undecided(100, 24);
    session.press("/spare").shows(&["1 of 5", "> spare key"]);
    session.press("<Back><Back><Back><Back><Back>three");
    session.shows(&["1 of 5", "> notes"]);
    session.press("<Esc>/two<Enter>u").shows(&["> notes"]);
    session.press("<Esc>").shows(&["visitor key"]);
    assert!(session.effects.is_empty(), "the filter is cleared first");
}

#[test]
fn what_is_typed_for_another_list_does_not_filter_the_columns() {
    let mut session = Session::empty(100, 24, Theme::Dark, Origin::Files);
    session.answer_load(Answer::Data(part(seed(), EIGHTH)));
    session.press("/45");
    let (error, inspection) = refused(TABLE);
    session.answer_load(Answer::Undecided(error, inspection));
    session
        .press("j")
        .shows(&["Columns of views.csv 5", "> when"]);
    session
        .press("<Esc>")
        .shows(&["PARTIAL 12 %", "Users 1 of 3"]);
}

#[test]
fn no_other_screen_is_shown_before_there_is_anything_to_see() {
    let mut session = undecided(100, 24);
    session
        .press("2")
        .shows(&["which columns these are first", "visitor key"]);
}

#[test]
fn the_picker_at_80x24_and_40x12() {
    for (width, height) in [(80, 24), (40, 12)] {
        let mut session = undecided(width, height);
        session.press("ujjp");
        let (job, _) = session.begun();
        session.act(Action::Answer(job, Answer::Tried(Box::new(trial()))));
        insta::assert_snapshot!(format!("columns-{width}x{height}"), session.frame());
    }
}

#[test]
fn the_picker_can_be_drawn_at_every_small_size() {
    let mut session = undecided(80, 24);
    session.press("ujjp");
    let (job, _) = session.begun();
    session.act(Action::Answer(job, Answer::Tried(Box::new(trial()))));
    super::anything::sweep(&mut session);
}
