//! Jobs that answer late, out of order, and about what is gone.

use std::path::Path;

use crate::answers::export;
use crate::answers::export::ExportRequest;
use crate::answers::export::ExportRows;
use crate::answers::export::Format;
use crate::app::JobKind;
use crate::engine::cut::Cut;
use crate::engine::every_gap::EveryGap;
use crate::words::coverage::UserSample;
use proptest::prelude::*;

use super::*;

/// What an export writes, as CSV whatever was chosen.
fn exported(work: Work) -> Vec<Vec<String>> {
    let Work::Export {
        dataset,
        request,
        gap,
        ..
    } = work
    else {
        panic!("no export");
    };
    let request = ExportRequest {
        format: Format::Csv,
        ..request
    };
    let (mut out, target) = (Vec::new(), Path::new("-"));
    export::write(
        &Cut::new(dataset, gap),
        &request,
        &mut out,
        target,
        &mut |_| Ok(()),
    )
    .unwrap();
    let text = String::from_utf8(out).unwrap();
    let fields = |row: &str| row.split(',').map(str::to_owned).collect();
    text.lines().skip(1).map(fields).collect()
}

/// The users of exported sessions.
fn users_of(work: Work) -> Vec<String> {
    exported(work)
        .into_iter()
        .map(|row| row[1].clone())
        .collect()
}

#[test]
fn an_export_that_is_written_after_a_reload_holds_what_was_asked_for() {
    let mut session = Session::of(shop_of("old", 40), 120, 30);
    session.press("jjj<Enter>").shows(&["Sessions of old-303"]);
    session.press("e<Enter>");
    let (export, work) = session.begun();
    // Esc is meant for the export, so that only the outside can load again meanwhile.
    session.act(Action::StoreChanged);
    let exported = Answer::Exported {
        path: "shop-sessions.csv".into(),
        rows: 1,
        bytes: 1,
    };
    session.act(Action::Answer(export, exported));
    session.press("<Enter>");
    session.reload(shop_of("new", 3));
    let users = users_of(work);
    assert!(!users.is_empty());
    assert!(users.iter().all(|user| user == "old-303"), "{users:?}");
}

#[test]
fn a_dialog_that_is_open_while_pageviews_come_offers_what_is_on_the_screen_then() {
    let mut session = Session::empty(120, 30, Theme::Dark, Origin::Files);
    session.answer_load(Answer::Data(part(shop_of("user", 20), EIGHTH)));
    session.press("e").shows(&[
        "PARTIAL 12 %: only what is loaded so far",
        "shop-part-users.csv",
        "20 rows",
    ]);
    session.load(shop_of("user", 60));
    session
        .shows(&["shop-users.csv", "60 rows"])
        .lacks(&["PARTIAL"]);
    session.press("<Enter>");
    assert_eq!(exported(session.begun().1).len(), 60);
}

#[test]
fn a_dialog_about_a_user_who_is_gone_exports_no_other() {
    let mut session = Session::of(shop_of("old", 40), 120, 30);
    session.press("R");
    session.load = session.begun().0;
    session.press("jjj<Enter>e").shows(&["‹ user old-303 ›"]);
    session.load(shop_of("new", 40));
    session.shows(&["user old-303 is not here any more"]);
    assert!(session.effects.is_empty());
}

#[test]
fn escape_cancels_the_export_and_not_the_study() {
    let mut session = Session::empty(120, 30, Theme::Dark, Origin::Store);
    let answer = Answer::Data(whole(seed()));
    let study = update(&mut session.app, Action::Answer(session.load, answer));
    let Some(Effect::Begin(study, work)) = study else {
        panic!("no study");
    };
    session.press("e<Enter>");
    let (export, _) = session.begun();
    assert_ne!(export, study);
    session.press("<Esc>");
    assert!(matches!(session.effect(), Some(Effect::Cancel(job)) if job == export));
    session.act(Action::Answer(export, Answer::Cancelled));
    session.shows(&["the export was cancelled: no file was written"]);
    session.press("<Esc>3").shows(&["…"]);
    session.act(Action::Answer(study, studied(work)));
    session.lacks(&["…"]);
}

#[test]
fn a_study_of_pageviews_that_are_gone_is_not_taken_for_one_of_those_in_view() {
    let mut session = Session::empty(120, 30, Theme::Dark, Origin::Store);
    let answer = Answer::Data(whole(seed()));
    let Some(Effect::Begin(late, work)) =
        update(&mut session.app, Action::Answer(session.load, answer))
    else {
        panic!("no study");
    };
    session.press("R");
    let load = session.begun().0;
    // As many users and pages, other dwell times.
    let newer = super::dataset(&[
        ("123", "2020-02-02 12:55:16", "/contact"),
        ("123", "2020-02-02 12:58:18", "/home"),
        ("456", "2020-02-02 17:17:17", "/product/1"),
        ("456", "2020-02-02 17:19:17", "/product/2"),
        ("789", "2020-02-02 20:20:20", "/product/4"),
    ]);
    let answer = Answer::Data(whole(newer));
    let Some(Effect::Begin(_, Work::Study { instead_of, .. })) =
        update(&mut session.app, Action::Answer(load, answer))
    else {
        panic!("no study");
    };
    assert_eq!(instead_of, Some(late));
    session.act(Action::Answer(late, studied(work)));
    session.press("3").shows(&["…"]);
}

#[test]
fn what_a_cancelled_load_says_afterwards_changes_nothing() {
    let mut session = Session::of(seed(), 120, 30);
    session.press("R");
    let first = session.begun().0;
    session.press("<C-c>");
    session.act(Action::Answer(first, Answer::Cancelled));
    session.shows(&["this is as loaded before", "5 pageviews"]);
    session.act(Action::Answer(first, Answer::Data(whole(shop(40)))));
    session.act(Action::Answer(first, Answer::Failed(Error::Defect)));
    session
        .shows(&["5 pageviews"])
        .lacks(&["That did not work", "PARTIAL"]);
}

#[test]
fn a_reload_asks_for_no_parts_while_there_is_a_whole_to_look_at() {
    let mut session = Session::of(seed(), 120, 30);
    session.press("R");
    let wants_none = |work| {
        matches!(
            work,
            Work::Load {
                shows_parts: false,
                ..
            }
        )
    };
    assert!(wants_none(session.begun().1));
    session
        .press("R")
        .shows(&["this is being loaded already; Ctrl-C cancels"]);
    assert!(session.effects.is_empty());
}

#[test]
fn a_part_says_so_until_the_whole_is_there() {
    let mut session = Session::empty(80, 24, Theme::Dark, Origin::Files);
    session.answer_load(Answer::Data(part(shop(20), EIGHTH)));
    session.shows(&["PARTIAL 12 %"]);
    session.press("<C-c>");
    assert!(matches!(session.effect(), Some(Effect::Cancel(_))));
    session.answer_load(Answer::Cancelled);
    for keys in ["", "2", "3", "4"] {
        session.press(keys).shows(&["PARTIAL 12 %"]);
    }
    session.press("i").shows(&["PARTIAL 12 %: only a part"]);
    session.press("<Esc>");
    session.reload(shop(20));
    session.lacks(&["PARTIAL"]);
}

#[test]
fn what_was_rejected_and_left_out_is_always_in_sight_and_explained() {
    let mut dataset = shop(20);
    dataset.coverage.rejects = 33;
    dataset.coverage.left_out = vec![("assets".into(), 7_000), ("bots".into(), 766)];
    let mut session = Session::of(dataset, 80, 24);
    for keys in ["", "2", "3", "4"] {
        session.press(keys).shows(&["33 rejects  7,766 left out"]);
    }
    session.resize(30, 8);
    session.shows(&["33 rejects"]);
    session.resize(80, 24);
    session.press("i").shows(&[
        "33 rows could not be read as pageviews",
        "7,766 rows left out, which are not meant to count:",
        "7,000 assets",
        "766 bots",
    ]);
}

#[test]
fn a_sample_of_users_is_always_in_sight() {
    let mut dataset = shop(20);
    dataset.coverage.sample = UserSample::of(1_000);
    let mut session = Session::of(dataset, 80, 24);
    for keys in ["", "2", "3", "4", "5"] {
        session.press(keys).shows(&["1 in 1,000 users"]);
    }
}

#[test]
fn a_warning_is_always_in_sight() {
    let mut dataset = shop(20);
    dataset.coverage.warnings = vec!["all 20 rows are of one user".into()];
    let mut session = Session::of(dataset, 80, 24);
    for keys in ["", "2", "3", "4"] {
        session.press(keys).shows(&["1 warning"]);
    }
    session.press("i").shows(&["all 20 rows are of one user"]);
}

#[test]
fn a_store_that_has_changed_says_so_until_it_is_loaded_again() {
    let mut session = Session::of(seed(), 100, 30);
    session.act(Action::StoreChanged);
    session.press("jj").shows(&["store changed, R"]);
    session.reload(seed());
    session.lacks(&["store changed"]);
}

#[test]
fn a_part_does_not_say_that_no_row_was_rejected() {
    let mut session = Session::empty(100, 30, Theme::Dark, Origin::Files);
    session.answer_load(Answer::Data(part(shop(20), EIGHTH)));
    session.press("i").shows(&[
        "the first 1.0 kB of 8.0 kB",
        "no row of this part was rejected",
    ]);
}

#[test]
fn a_part_that_will_not_grow_is_studied() {
    let mut session = Session::empty(120, 30, Theme::Dark, Origin::Files);
    session.answer_load(Answer::Data(part(shop(20), EIGHTH)));
    session.press("3").shows(&["…"]);
    session.answer_load(Answer::Failed(Error::Defect));
    session.press("<Enter>").lacks(&["…"]);
}

#[test]
fn only_the_last_load_decides_how_the_explorer_ends() {
    let mut session = Session::empty(120, 30, Theme::Dark, Origin::Files);
    session.answer_load(Answer::Failed(Error::Defect));
    session.press("<Enter>");
    session.reload(seed());
    assert!(session.app.into_result().is_ok());

    let mut session = Session::of(seed(), 120, 30);
    session.press("R");
    let load = session.begun().0;
    session.act(Action::Answer(load, Answer::Failed(Error::Defect)));
    assert!(session.app.into_result().is_err());
}

/// The outside: jobs that have begun and not ended, and pageviews that differ from load to load.
struct Outside {
    session: Session,
    jobs: Vec<(JobId, Work, Asked)>,
    n_loads: u32,
    /// By what the header says of them, the users' name in the pageviews of a load.
    names: Vec<(String, String)>,
}

/// What was on the screen when a job was asked for.
#[derive(Clone, Debug)]
struct Asked(String);

impl Asked {
    /// Whether these rows are what the screen promised.
    fn check(&self, work: Work, names: &[(String, String)]) -> Result<(), TestCaseError> {
        let Asked(screen) = self;
        let value = |name: &str| {
            let line = screen.lines().find(|line| line.contains(name)).unwrap();
            let (value, rest) = line.split_once('‹').unwrap().1.split_once(" ›").unwrap();
            let count = rest.split_whitespace().next().unwrap_or_default();
            (value.trim().to_owned(), count.replace(',', ""))
        };
        let (which, count) = value("Which  ");
        let n_rows: usize = count.parse().unwrap();
        let header: String = screen.lines().take(2).collect();
        let (_, users) = names
            .iter()
            .find(|(header_says, _)| header.contains(header_says))
            .unwrap();
        let user_field = match &work {
            Work::Export { request, .. } if request.rows == ExportRows::Users => 0,
            _ => 1,
        };
        let rows = exported(work);
        prop_assert_eq!(rows.len(), n_rows, "{}", screen);
        for row in rows {
            let user = &row[user_field];
            prop_assert!(user.starts_with(users), "{} in\n{}", user, screen);
            if let Some(only) = which.strip_prefix("user ") {
                prop_assert_eq!(user, only, "{}", screen);
            }
        }
        Ok(())
    }
}

impl Outside {
    fn new() -> Outside {
        let session = Session::empty(110, 24, Theme::Dark, Origin::Files);
        let asked = Asked(String::new());
        let load = Work::Load {
            shows_parts: true,
            columns: None,
        };
        Outside {
            jobs: vec![(session.load, load, asked)],
            session,
            n_loads: 0,
            names: Vec::new(),
        }
    }

    fn act(&mut self, action: Action) {
        // The keys that begin a job in a dialog.
        let begins = matches!(&action, Action::Key(key)
            if matches!(key.code, KeyCode::Enter | KeyCode::Char('y')));
        let before = Asked(if begins {
            self.session.frame()
        } else {
            String::new()
        });
        match update(&mut self.session.app, action) {
            Some(Effect::Begin(job, work)) => self.jobs.push((job, work, before)),
            Some(Effect::Cancel(job)) => {
                // It hears of that now or later, or has ended already.
                self.session.effects.push(Effect::Cancel(job));
            }
            _ => {}
        }
    }

    fn press(&mut self, keys: &str) {
        for event in events(keys) {
            self.act(Action::Key(event));
        }
    }

    /// Pageviews that are told from all others by the users' name and by their number.
    fn pageviews(&mut self) -> Dataset {
        self.n_loads += 1;
        let name = format!("load{}x", self.n_loads);
        let dataset = shop_of(&name, 5 + self.n_loads);
        let n_rows = crate::words::figure::counted(dataset.n_rows() as u64, "pageview");
        self.names.push((format!(" {n_rows} "), name));
        dataset
    }

    /// A job says something.
    fn answer(&mut self, what: Say, n: usize) -> Result<(), TestCaseError> {
        if self.jobs.is_empty() {
            return Ok(());
        }
        let n = n % self.jobs.len();
        let job = self.jobs[n].0;
        if let (Say::Part, Work::Load { .. }) = (what, &self.jobs[n].1) {
            let dataset = self.pageviews();
            let answer = Answer::Data(part(dataset, EIGHTH));
            self.act(Action::Answer(job, answer));
            return Ok(());
        }
        let (_, work, asked) = self.jobs.remove(n);
        let answer = match (what, work) {
            (Say::Cancelled, _) => Answer::Cancelled,
            (Say::Failed, Work::Export { .. }) => Answer::Failed(Error::Exists {
                path: "x.csv".into(),
            }),
            (Say::Failed, _) => Answer::Failed(Error::Defect),
            (_, Work::Load { .. }) => Answer::Data(whole(self.pageviews())),
            (_, Work::Save(gap)) => Answer::Saved(gap),
            (_, Work::Keep { path, .. }) => Answer::Kept { path, pageviews: 1 },
            (_, Work::Rejects { path, .. }) => Answer::Exported {
                path,
                rows: 1,
                bytes: 1,
            },
            (_, work @ Work::Export { .. }) => {
                asked.check(work, &self.names)?;
                Answer::Exported {
                    path: "x.csv".into(),
                    rows: 1,
                    bytes: 1,
                }
            }
            (_, Work::ExportTable { .. }) => Answer::Exported {
                path: "x.csv".into(),
                rows: 1,
                bytes: 1,
            },
            (_, work @ Work::Study { .. }) => studied(work),
            (_, work @ Work::Count { .. }) => counted(work),
            (
                _,
                Work::Follow { .. } | Work::Inspect { .. } | Work::Try { .. } | Work::Search { .. },
            ) => return Ok(()),
        };
        self.act(Action::Answer(job, answer));
        Ok(())
    }
}

#[derive(Clone, Copy, Debug)]
enum Say {
    Done,
    Part,
    Cancelled,
    Failed,
}

#[derive(Clone, Debug)]
enum Step {
    Keys(&'static str),
    Answer(Say, usize),
}

fn steps() -> impl Strategy<Value = Step> {
    let keys = [
        "j",
        "k",
        "G",
        "g",
        "<Enter>",
        "<Esc>",
        "<Tab>",
        "1",
        "2",
        "4",
        "R",
        "<C-c>",
        "+",
        "-",
        "e",
        "e<Enter>",
        "e<Right><Enter>",
        "e<Tab><Right><Enter>",
        "ey",
        "<Enter><Enter>",
        "y",
        "/1<Enter>",
        "/visitor-1",
        "2/views>2<Enter>",
        "3<Enter>",
        "3<Enter><Enter>",
        "5<Enter>",
        "5t<Tab><Left>",
        "sj<Enter>",
        "w",
        "x",
        "<Left>",
    ];
    let says = [Say::Done, Say::Done, Say::Part, Say::Cancelled, Say::Failed];
    prop_oneof![
        3 => proptest::sample::select(keys.to_vec()).prop_map(Step::Keys),
        2 => (proptest::sample::select(says.to_vec()), any::<usize>())
            .prop_map(|(say, n)| Step::Answer(say, n)),
    ]
}

proptest! {
    #![proptest_config(one_in(5))]

    #[test]
    fn every_exported_row_belongs_to_what_was_on_the_screen_when_it_was_asked_for(
        steps in proptest::collection::vec(steps(), 0..40)
    ) {
        let mut outside = Outside::new();
        outside.answer(Say::Done, 0)?;
        for step in steps {
            match step {
                Step::Keys(keys) => outside.press(keys),
                Step::Answer(say, n) => outside.answer(say, n)?,
            }
        }
        while !outside.jobs.is_empty() {
            outside.answer(Say::Done, 0)?;
        }
    }
}

/// The figures of these pageviews at every gap are there.
fn measure(session: &mut Session, dataset: &Arc<Dataset>) {
    let job = session.app.jobs.begin(JobKind::Study, String::new());
    let every_gap = EveryGap::of(dataset, &|| true).unwrap();
    let measured = Answer::Measured(Arc::clone(dataset), Arc::new(every_gap));
    session.act(Action::Answer(job, measured));
    // The job goes on to the study itself.
    assert!(session.app.jobs.get(job).is_some());
    session.app.jobs.end(job);
}

fn in_view(session: &Session) -> Arc<Dataset> {
    let data = session.app.data.as_ref().unwrap();
    Arc::clone(data.cut.dataset())
}

#[test]
fn the_screen_is_the_same_whether_figures_are_known_or_computed() {
    let [mut plain, mut knowing] = [(), ()].map(|()| Session::of(shop_of("old", 40), 120, 30));
    let dataset = in_view(&knowing);
    measure(&mut knowing, &dataset);
    for keys in [
        "+",
        "]",
        "]",
        "p",
        "[",
        "-",
        "4",
        "1",
        ":gap 1s500ms<Enter>",
        "0",
    ] {
        plain.press(keys);
        knowing.press(keys);
        assert_eq!(plain.frame(), knowing.frame(), "after {keys}");
    }
}

#[test]
fn figures_of_pageviews_that_are_gone_are_dropped() {
    let mut session = Session::of(shop_of("old", 40), 120, 30);
    let old = in_view(&session);
    session.reload(shop_of("new", 90));
    measure(&mut session, &old);
    let mut fresh = Session::of(shop_of("new", 90), 120, 30);
    for session in [&mut session, &mut fresh] {
        session.press("+");
    }
    let figures = |session: &Session| session.app.data.as_ref().unwrap().summary;
    assert_eq!(figures(&session), figures(&fresh));
}
