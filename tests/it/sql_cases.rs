//! Pageviews, loads and windows for the SQL templates, and the plainest sessionizer to compare with.

use std::collections::BTreeMap;
use std::sync::Arc;

use dwell::answers::sql::SqlDialect;
use dwell::answers::sql::SqlParams;
use dwell::answers::sql::Statement;
use dwell::answers::sql::render;
use dwell::engine::cut::Cut;
use dwell::engine::dataset::Dataset;
use dwell::words::gap::Gap;
use dwell::words::timestamp::Timestamp;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

/// A pageview as it is inserted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct View {
    pub(crate) user_id: &'static str,
    pub(crate) at_us: i64,
    pub(crate) page: String,
}

/// A row of `sessions`; the times in microseconds since the epoch.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SessionRow {
    pub(crate) session_id: String,
    pub(crate) user_id: String,
    pub(crate) started_us: i64,
    pub(crate) ended_us: i64,
    pub(crate) pageviews: i64,
    pub(crate) landing_page: String,
    pub(crate) exit_page: String,
}

/// What happens to a database, in this order.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Load(Vec<View>),
    /// From, to, in microseconds since the epoch.
    Refresh(i64, i64),
}

#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) gap: Gap,
    pub(crate) steps: Vec<Step>,
}

impl Case {
    /// Every pageview, in order of arrival.
    pub(crate) fn views(&self) -> Vec<View> {
        self.steps
            .iter()
            .flat_map(|step| match step {
                Step::Load(views) => views.clone(),
                Step::Refresh(..) => Vec::new(),
            })
            .collect()
    }
}

/// The sessions of pageviews in order of arrival, by the definition and nothing else: by session_id.
pub(crate) fn sessions(views: &[View], gap_us: i64) -> Vec<SessionRow> {
    let mut by_user: BTreeMap<&str, Vec<&View>> = BTreeMap::new();
    for view in views {
        by_user.entry(view.user_id).or_default().push(view);
    }
    let mut sessions = Vec::new();
    for (user_id, mut views) in by_user {
        // Stable: what is equal in time stays in the order of arrival.
        views.sort_by_key(|view| view.at_us);
        for session in views.chunk_by(|a, b| b.at_us - a.at_us < gap_us) {
            let (first, last) = (session[0], session[session.len() - 1]);
            sessions.push(SessionRow {
                session_id: format!("{user_id}@{}", first.at_us),
                user_id: user_id.to_owned(),
                started_us: first.at_us,
                ended_us: last.at_us,
                pageviews: session.len() as i64,
                landing_page: first.page.clone(),
                exit_page: last.page.clone(),
            });
        }
    }
    sessions.sort();
    sessions
}

/// What the Rust engine makes of the pageviews, in the same form.
pub(crate) fn from_engine(views: &[View], gap: Gap) -> Vec<SessionRow> {
    let rows = views.iter();
    let dataset =
        Dataset::of_rows(rows.map(|view| (view.user_id, instant(view.at_us), &view.page)));
    let cut = Cut::new(Arc::new(dataset), gap);
    let mut rows: Vec<SessionRow> = (0..cut.sessions().len())
        .map(|session| cut.session(session))
        .map(|session| SessionRow {
            session_id: format!("{}@{}", session.user_id, session.started_at.as_us()),
            user_id: session.user_id.to_owned(),
            started_us: session.started_at.as_us(),
            ended_us: session.ended_at.as_us(),
            pageviews: session.pageviews as i64,
            landing_page: session.landing_page.to_owned(),
            exit_page: session.exit_page.to_owned(),
        })
        .collect();
    rows.sort();
    rows
}

pub(crate) fn instant(at_us: i64) -> Timestamp {
    Timestamp::from_us(at_us).unwrap()
}

pub(crate) fn refresh(dialect: SqlDialect, gap: Gap, from_us: i64, to_us: i64) -> String {
    let params = SqlParams {
        gap,
        from: Some(instant(from_us)),
        to: Some(instant(to_us)),
        ..SqlParams::default()
    };
    render(dialect, Statement::Refresh, &params).unwrap()
}

pub(crate) fn statement(dialect: SqlDialect, statement: Statement, gap: Gap) -> String {
    let params = SqlParams {
        gap,
        ..SqlParams::default()
    };
    render(dialect, statement, &params).unwrap()
}

/// The pageviews as one INSERT, in their order; no statement if there are none.
pub(crate) fn insert(views: &[View]) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let rows: Vec<String> = views
        .iter()
        .map(|view| {
            let at = quoted(&instant(view.at_us).to_string());
            format!("({}, {at}, {})", quoted(view.user_id), quoted(&view.page))
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    let rows = rows.join(", ");
    format!("INSERT INTO pageviews (user_id, page_view_at, page) VALUES {rows};\n")
}

/// Cases in which every pageview is in the window of some refresh after it arrived, and in which
/// ties, pauses of exactly the gap and chains of pauses just below it are common.
///
/// Loads and refreshes come in any order, windows repeat and overlap, and a window that no load
/// asked for may see some of what arrived. What is still uncovered at the end is covered then, one
/// pageview after the other in random order.
pub(crate) fn cases() -> impl Strategy<Value = Case> {
    let gap_us = prop_oneof![
        Just(1),
        Just(2),
        Just(9),
        Just(1_000_000),
        Just(1_800_000_000)
    ];
    // The sixties and the turn of a century too: before the epoch, remainders are negative.
    let start_us = prop_oneof![
        Just(1_580_648_116_000_000),
        Just(-10_000_000),
        Just(253_402_000_000_000_123),
    ];
    (gap_us, start_us).prop_flat_map(|(gap_us, start_us)| {
        let at =
            (0..40i64, -1..=1i64).prop_map(move |(thirds, us)| start_us + thirds * gap_us / 3 + us);
        let user =
            prop_oneof![6 => Just("1"), 1 => Just("O'Hara"), 1 => Just("a@1"), 1 => Just("é 日")];
        let view = (user, at.clone()).prop_map(|(user_id, at_us)| View {
            user_id,
            at_us,
            page: String::new(),
        });
        let window =
            (at, 1..=gap_us * 5).prop_map(|(from, length)| Step::Refresh(from, from + length));
        let step = prop_oneof![
            3 => vec(view, 1..12).prop_map(Step::Load),
            2 => window,
        ];
        (vec(step, 1..9), vec(any::<Index>(), 12), 0..=gap_us * 2).prop_map(
            move |(mut steps, order, margin)| {
                name_pages(&mut steps);
                cover_the_rest(&mut steps, &order, margin);
                let gap = Gap::from_us(gap_us).unwrap();
                Case { gap, steps }
            },
        )
    })
}

/// Every page gets its place of arrival as its name, so that no two pageviews are alike.
fn name_pages(steps: &mut [Step]) {
    let views = steps.iter_mut().flat_map(|step| match step {
        Step::Load(views) => views.iter_mut(),
        Step::Refresh(..) => [].iter_mut(),
    });
    for (view, arrival) in views.zip(1..) {
        view.page = format!("/{arrival}");
    }
}

fn cover_the_rest(steps: &mut Vec<Step>, order: &[Index], margin: i64) {
    let mut uncovered: Vec<i64> = Vec::new();
    for step in steps.iter() {
        match step {
            Step::Load(views) => uncovered.extend(views.iter().map(|view| view.at_us)),
            Step::Refresh(from, to) => uncovered.retain(|at| !(from..to).contains(&at)),
        }
    }
    for pick in order.iter().cycle() {
        if uncovered.is_empty() {
            return;
        }
        let at = uncovered[pick.index(uncovered.len())];
        let (from, to) = (at - margin / 2, at + 1 + margin / 3);
        uncovered.retain(|at| !(from..to).contains(at));
        steps.push(Step::Refresh(from, to));
    }
}
