//! The stored sessions stay equal to what the pageviews say.

use std::path::Path;

use dwell::source::Input;
use dwell::store::LoadOptions;
use dwell::store::LoadReport;
use dwell::store::Store;
use dwell::words::error::Error;
use dwell::words::gap::Gap;
use dwell::words::timestamp::Timestamp;
use proptest::prelude::*;
use proptest::test_runner::Config;
use rusqlite::Connection;

use crate::support;
use crate::support::SessionRow;

/// A pageview as (user, seconds, page); seconds may have a fraction of a microsecond.
type Row = (u8, i64, u8);

/// The epoch of the rows below.
const START_US: i64 = 1_704_067_200_000_000;
const GAP_US: i64 = 60_000_000;

/// Few users, instants on a grid of half a gap and a microsecond beside it: ties, exact gaps and heavy
/// users are common.
fn rows(n: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Row>> {
    let at = (0i64..60, -1i64..=1).prop_map(|(step, beside)| step * GAP_US / 2 + beside);
    proptest::collection::vec((prop_oneof![3 => Just(0u8), 1 => 1u8..4], at, 0u8..4), n)
}

fn table(rows: &[Row]) -> String {
    rows.iter().fold(
        "user_id,page_view_at,page\n".to_owned(),
        |table, (user, at, page)| table + &format!("u{user},{},/{page}\n", START_US + at),
    )
}

/// The sessions of a fresh cut of all pageviews.
fn fresh(store: &Store, gap: Gap) -> Vec<SessionRow> {
    let cut = support::cut(store, gap);
    let mut rows: Vec<_> = (0..cut.sessions().len())
        .map(|index| {
            let facts = cut.session(index);
            (
                facts.user_id.to_owned(),
                facts.started_at.as_us(),
                facts.ended_at.as_us(),
                facts.pageviews as i64,
                facts.landing_page.to_owned(),
                facts.exit_page.to_owned(),
            )
        })
        .collect();
    rows.sort();
    rows
}

/// A store in a folder, with the first rows loaded and the gap set.
fn store_with(folder: &Path, rows: &[Row], gap: Gap) -> Store {
    let mut store = Store::open_or_draft(&folder.join("s.db")).unwrap();
    support::load(&mut store, &table(rows));
    let mut store = store.keep().unwrap();
    store.rebuild(gap, &mut |_| Ok(())).unwrap();
    store
}

/// Sessions as window functions see them, straight from the tables of the store.
fn by_sql(path: &Path, gap: Gap) -> Vec<SessionRow> {
    support::session_rows(
        path,
        "WITH marked AS (
             SELECT user, at, arrival, page,
                    at - lag(at) OVER (PARTITION BY user ORDER BY at, arrival) AS pause
             FROM pageview
         ), numbered AS (
             SELECT *, count(*) FILTER (WHERE pause IS NULL OR pause >= ?1)
                           OVER (PARTITION BY user ORDER BY at, arrival) AS number
             FROM marked
         ), faced AS (
             SELECT *, first_value(page) OVER whole AS landing, last_value(page) OVER whole AS leaving
             FROM numbered
             WINDOW whole AS (PARTITION BY user, number ORDER BY at, arrival
                              ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
         )
         SELECT u.user_id, min(at), max(at), count(*), l.page, e.page
         FROM faced f JOIN users u ON u.id = f.user
         JOIN pages l ON l.id = f.landing JOIN pages e ON e.id = f.leaving
         GROUP BY u.user_id, number, l.page, e.page ORDER BY 1, 2",
        [gap.as_us()],
    )
}

proptest! {
    // CI asks for more by PROPTEST_CASES.
    #![proptest_config(Config { failure_persistence: None, ..Config::default() })]

    #[test]
    fn any_split_into_loads_gives_the_sessions_of_one_cut(
        // Mostly enough that a load is a small part of the store, which is then refreshed and not rebuilt.
        first in rows(1..80),
        later in proptest::collection::vec(rows(1..8), 0..6),
    ) {
        let gap = Gap::from_us(GAP_US).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut store = store_with(folder.path(), &first, gap);
        for rows in &later {
            let refreshed = support::load(&mut store, &table(rows)).refreshed;
            let found = support::stored_sessions(store.path());
            prop_assert_eq!(&found, &fresh(&store, gap), "{:?}", refreshed);
        }
    }

    #[test]
    fn window_functions_and_the_engine_agree(rows in rows(1..60), gap_us in prop_oneof![Just(GAP_US), 1i64..3 * GAP_US]) {
        let gap = Gap::from_us(gap_us).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let store = store_with(folder.path(), &rows, gap);
        let expected = by_sql(store.path(), gap);
        prop_assert_eq!(support::stored_sessions(store.path()), expected.clone());
        prop_assert_eq!(fresh(&store, gap), expected);
    }
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::default() })]

    /// Someone else spoils the sessions; refreshes of windows that cover all pageviews mend them, in any
    /// order, repeated and overlapping.
    #[test]
    fn windows_that_cover_everything_mend_everything(
        rows in rows(1..60),
        windows in proptest::collection::vec((-2i64..62, 1i64..40), 0..6),
        spoil in prop_oneof![
            Just("DELETE FROM session"),
            Just("DELETE FROM session WHERE user = 1"),
            Just("UPDATE session SET pageviews = pageviews + 1"),
        ],
    ) {
        let gap = Gap::from_us(GAP_US).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut store = store_with(folder.path(), &rows, gap);
        Connection::open(store.path()).unwrap().execute_batch(spoil).unwrap();
        let at = |step: i64| Timestamp::from_us(START_US + step * GAP_US / 2).unwrap();
        for (first, steps) in windows.into_iter().chain([(20, 50), (-2, 23)]) {
            store.refresh(at(first), at(first + steps), &mut |_| Ok(())).unwrap();
        }
        prop_assert_eq!(support::stored_sessions(store.path()), fresh(&store, gap));
    }
}

#[test]
fn a_refresh_reads_only_the_users_of_its_window() {
    let folder = tempfile::tempdir().unwrap();
    let rows: Vec<Row> = (0..4)
        .flat_map(|user| (0..50).map(move |i| (user, i * 100 * GAP_US + i64::from(user), 0)))
        .collect();
    let mut store = store_with(folder.path(), &rows, Gap::from_us(GAP_US).unwrap());
    let at = |us: i64| Timestamp::from_us(START_US + us).unwrap();
    let one = store.refresh(at(1), at(2), &mut |_| Ok(())).unwrap();
    assert_eq!(
        (one.pageviews, one.unchanged),
        (1, 1),
        "user 1 alone has a pageview in this microsecond"
    );
    let all = store
        .refresh(at(0), at(100 * GAP_US), &mut |_| Ok(()))
        .unwrap();
    assert_eq!((all.pageviews, all.unchanged), (4, 4));
    assert!(
        store.refresh(at(2), at(2), &mut |_| Ok(())).is_err(),
        "an empty window is a mistake"
    );
}

#[test]
fn a_late_pageview_joins_the_sessions_on_both_sides() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open_or_draft(&folder.path().join("s.db")).unwrap();
    let header = "user_id,page_view_at,page\n";
    support::load(
        &mut store,
        &format!("{header}a,2020-02-02 12:00:00,/x\na,2020-02-02 12:50:00,/y\n"),
    );
    let mut store = store.keep().unwrap();
    // Enough beside it that the load touches a small part of the store.
    let others: String = (0..40)
        .map(|user| format!("b{user},2020-02-02 12:00:00,/\n"))
        .collect();
    support::load(&mut store, &format!("{header}{others}"));
    assert_eq!(store.n_sessions().unwrap(), 42);

    let refreshed = support::load(
        &mut store,
        &format!("{header}a,2020-02-02 12:25:00,/late\n"),
    )
    .refreshed;
    assert_eq!(
        (
            refreshed.pageviews,
            refreshed.removed,
            refreshed.written,
            refreshed.unchanged
        ),
        (3, 2, 1, 0)
    );
    let sessions = support::stored_sessions(store.path());
    let of_a: Vec<_> = sessions.iter().filter(|session| session.0 == "a").collect();
    assert_eq!(of_a.len(), 1);
    assert_eq!(
        (of_a[0].3, of_a[0].4.as_str(), of_a[0].5.as_str()),
        (3, "/x", "/y")
    );
}

/// Loads a file into a kept store.
fn load_file(
    store: &mut Store,
    path: &Path,
    options: LoadOptions,
) -> dwell::words::error::Result<LoadReport> {
    let mut input = Input::open(path)?;
    store.load(
        &mut input,
        &LoadOptions {
            again: false,
            ..options
        },
        &mut |_| Ok(()),
    )
}

#[test]
fn of_a_file_that_has_grown_only_the_new_lines_are_taken_in() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("views.csv");
    let mut store = Store::open_or_draft(&folder.path().join("s.db")).unwrap();
    let mut content =
        "user_id,page_view_at,page\na,2020-02-02 12:00:00,/x\na,2020-02-02 12:50:00,\"/y\nz\""
            .to_owned();
    let mut known_bytes = 0;
    for grown in [
        "",
        "\nb,2020-02-02 12:00:00,/x\n",
        "a,2020-02-02 12:25:00,/late\n",
    ] {
        content.push_str(grown);
        std::fs::write(&file, &content).unwrap();
        let report = load_file(&mut store, &file, support::load_options()).unwrap();
        store = store.keep().unwrap();
        assert_eq!(report.read.passed_bytes, known_bytes);
        assert_eq!(report.read.pageviews, if known_bytes == 0 { 2 } else { 1 });
        assert_eq!(
            support::stored_sessions(store.path()),
            fresh(&store, Gap::DEFAULT)
        );
        known_bytes = content.len() as u64;
        let again = load_file(&mut store, &file, support::load_options()).unwrap_err();
        assert!(matches!(again, Error::LoadedAlready { .. }), "{again}");
    }
    assert_eq!(store.n_pageviews().unwrap(), 4);
    assert_eq!(store.n_sessions().unwrap(), 2);

    // Another beginning is another file.
    std::fs::write(&file, content.replace("/x", "/w")).unwrap();
    let report = load_file(&mut store, &file, support::load_options()).unwrap();
    assert_eq!((report.read.passed_bytes, report.read.pageviews), (0, 4));
}

#[test]
fn a_load_that_ended_within_a_line_end_took_in_the_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("views.csv");
    let mut store = Store::open_or_draft(&folder.path().join("s.db")).unwrap();
    let whole = "user_id,page_view_at,page\r\na,1700000001,/x\r\na,1700000002,/y\r\n";
    let until_the_return = whole.find("/x\r").unwrap() + "/x\r".len();
    std::fs::write(&file, &whole[..until_the_return]).unwrap();
    let first = load_file(&mut store, &file, support::load_options()).unwrap();
    let mut store = store.keep().unwrap();
    std::fs::write(&file, whole).unwrap();
    let second = load_file(&mut store, &file, support::load_options()).unwrap();
    assert_eq!((first.read.pageviews, second.read.pageviews), (1, 1));
}

#[test]
fn a_file_that_has_grown_within_a_line_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("views.csv");
    let mut store = Store::open_or_draft(&folder.path().join("s.db")).unwrap();
    std::fs::write(&file, "user_id,page_view_at,page\na,2020-02-02 12:00:00,/x").unwrap();
    load_file(&mut store, &file, support::load_options()).unwrap();
    let mut store = store.keep().unwrap();
    std::fs::write(
        &file,
        "user_id,page_view_at,page\na,2020-02-02 12:00:00,/xyz\n",
    )
    .unwrap();
    let refused = load_file(&mut store, &file, support::load_options())
        .unwrap_err()
        .to_string();
    assert!(
        refused.contains("has grown since, so its pageview"),
        "{refused}"
    );
    assert_eq!(store.n_pageviews().unwrap(), 1);
}

#[test]
fn exact_duplicates_are_counted_and_left_out_on_request() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open_or_draft(&folder.path().join("s.db")).unwrap();
    let first = "user_id,page_view_at,page\na,1700000001,/x\na,1700000001,/y\na,1700000001,/x\nb,1700000001,/x\n";
    assert_eq!(support::load(&mut store, first).duplicates, 1);
    let mut store = store.keep().unwrap();
    let second = "user_id,page_view_at,page\na,1700000001,/y\na,1700000001,/z\na,1700000002,/x\na,1700000002,/x\nc,1700000009,/new\n";
    let mut input = Input::from_reader(
        "t",
        None,
        Box::new(std::io::Cursor::new(second.as_bytes().to_vec())),
    );
    let options = LoadOptions {
        dedupe: true,
        ..support::load_options()
    };
    let report = store.load(&mut input, &options, &mut |_| Ok(())).unwrap();
    assert_eq!((report.read.pageviews, report.duplicates), (5, 2));
    assert_eq!(store.n_pageviews().unwrap(), 7);
    assert_eq!(
        support::stored_sessions(store.path()),
        fresh(&store, Gap::DEFAULT)
    );
    // Numbers of arrival are never used twice, though some of them belong to no pageview.
    assert_eq!(
        support::load(
            &mut store,
            "user_id,page_view_at,page\na,1700000001,/last\n"
        )
        .duplicates,
        0
    );
    let pageviews = support::export(
        &store,
        dwell::answers::export::ExportRows::Pageviews,
        Gap::DEFAULT,
    );
    let pages: Vec<&str> = pageviews
        .lines()
        .filter(|line| line.starts_with("a@"))
        .map(|line| line.split(',').nth(5).unwrap())
        .collect();
    assert_eq!(pages, ["/x", "/y", "/x", "/z", "/last", "/x"]);
}

/// More than a sort puts in order without noticing what is equal.
#[test]
fn pageviews_of_one_instant_stay_in_order_of_arrival() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open_or_draft(&folder.path().join("s.db")).unwrap();
    let n = 300;
    let mut table = "user_id,page_view_at,page\n".to_owned();
    for i in 0..n {
        table += &format!("u,{},/{i}\n", 1_700_000_000 - i * 7 % 3);
    }
    support::load(&mut store, &table);
    let dataset = store.dataset(&mut |_| Ok(())).unwrap();
    let mut expected: Vec<i64> = (0..n).collect();
    expected.sort_by_key(|i| -(i * 7 % 3));
    let pages: Vec<String> = expected.iter().map(|i| format!("/{i}")).collect();
    let found: Vec<&str> = (0..dataset.n_rows())
        .map(|row| dataset.page_text(row))
        .collect();
    assert_eq!(found, pages);
}

#[test]
fn a_store_knows_how_many_rows_its_loads_rejected() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open_or_draft(&folder.path().join("s.db")).unwrap();
    let header = "user_id,page_view_at,page\n";
    support::load(&mut store, &format!("{header}a,1700000001,/\na,never,/\n"));
    let mut store = store.keep().unwrap();
    support::load(
        &mut store,
        &format!("{header}b,1700000001,/\n,1700000001,/\nb,,/\n"),
    );
    let dataset = store.dataset(&mut |_| Ok(())).unwrap();
    assert_eq!(dataset.coverage.rejects, 3);
    assert!(dataset.coverage.extent.is_whole());
}
