//! The SQLite templates on plain SQLite databases: the same sessions as one rebuild, as the engine,
//! and as the definition, however the pageviews arrive.

use dwell::answers::generate::GenerateFormat;
use dwell::answers::generate::GenerateOptions;
use dwell::answers::generate::generate;
use dwell::answers::sql::SqlDialect;
use dwell::answers::sql::Statement;
use dwell::words::gap::Gap;
use proptest::prelude::*;
use rusqlite::Connection;

use crate::sql_cases::Case;
use crate::sql_cases::SessionRow;
use crate::sql_cases::Step;
use crate::sql_cases::View;
use crate::sql_cases::cases;
use crate::sql_cases::from_engine;
use crate::sql_cases::insert;
use crate::sql_cases::refresh;
use crate::sql_cases::sessions;
use crate::sql_cases::statement;
use crate::support;

const MINUTE_US: i64 = 60_000_000;
const NOON_US: i64 = 1_580_644_800_000_000;

fn sql(of: Statement, gap: Gap) -> String {
    statement(SqlDialect::Sqlite, of, gap)
}

/// A database with the schema and nothing in it.
fn empty() -> Connection {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch(&sql(Statement::Schema, Gap::DEFAULT))
        .unwrap();
    db
}

fn after(case: &Case) -> Connection {
    let db = empty();
    for step in &case.steps {
        db.execute_batch(&match step {
            Step::Load(views) => insert(views),
            &Step::Refresh(from, to) => refresh(SqlDialect::Sqlite, case.gap, from, to),
        })
        .unwrap();
    }
    db
}

fn rebuild(db: &Connection, gap: Gap) {
    db.execute_batch(&sql(Statement::Rebuild, gap)).unwrap();
}

/// A view that someone saw some minutes after noon.
fn view(user_id: &'static str, minutes: i64, page: &str) -> View {
    View {
        user_id,
        at_us: NOON_US + minutes * MINUTE_US,
        page: page.to_owned(),
    }
}

fn stored(db: &Connection) -> Vec<SessionRow> {
    let mut query = db
        .prepare(
            "SELECT session_id, user_id, started_at, ended_at, pageviews, landing_page, exit_page
             FROM sessions ORDER BY session_id",
        )
        .unwrap();
    let us = |text: String| {
        assert!(text.ends_with('Z'), "{text}");
        chrono::DateTime::parse_from_rfc3339(&text)
            .unwrap()
            .timestamp_micros()
    };
    query
        .query_map([], |row| {
            Ok(SessionRow {
                session_id: row.get(0)?,
                user_id: row.get(1)?,
                started_us: us(row.get(2)?),
                ended_us: us(row.get(3)?),
                pageviews: row.get(4)?,
                landing_page: row.get(5)?,
                exit_page: row.get(6)?,
            })
        })
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

/// A page, its session_id, session_number and pageview_number.
type Numbered = (String, Option<String>, Option<i64>, Option<i64>);

/// Every row of `session_pageviews`, by user and place; what is in no session yet comes first.
fn numbered(db: &Connection) -> Vec<Numbered> {
    let mut query = db
        .prepare(
            "SELECT page, session_id, session_number, pageview_number
             FROM session_pageviews ORDER BY user_id, session_number, pageview_number, page",
        )
        .unwrap();
    query
        .query_map([], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

proptest! {
    #![proptest_config(support::one_in(1))]
    #[test]
    fn loads_and_refreshes_in_any_order_give_the_sessions_of_one_rebuild(case in cases()) {
        let db = after(&case);
        let refreshed = stored(&db);
        prop_assert_eq!(&refreshed, &sessions(&case.views(), case.gap.as_us()));
        prop_assert_eq!(&refreshed, &from_engine(&case.views(), case.gap));
        rebuild(&db, case.gap);
        prop_assert_eq!(&refreshed, &stored(&db));
    }
}

proptest! {
    #![proptest_config(support::one_in(10))]
    #[test]
    fn sessions_at_every_gap_are_users_and_pauses_of_at_least_that_gap(case in cases()) {
        let db = after(&case);
        let mut query = db.prepare(&sql(Statement::Pauses, case.gap)).unwrap();
        let rows: Vec<(String, i64, i64, i64)> = query
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        prop_assert!(rows.iter().any(|row| row.0 == case.gap.to_string()));
        prop_assert!(rows.is_sorted_by_key(|row| row.1));
        for (text, gap_us, _, n_sessions) in &rows {
            prop_assert_eq!(*n_sessions, sessions(&case.views(), *gap_us).len() as i64, "at {}", text);
        }
        let users = sessions(&case.views(), i64::MAX).len() as i64;
        let pauses: i64 = rows.iter().map(|row| row.2).sum();
        prop_assert_eq!(users + pauses, case.views().len() as i64);
    }

    #[test]
    fn every_pageview_is_numbered_within_its_session(case in cases()) {
        let db = after(&case);
        let mut expected = Vec::new();
        let mut views = case.views();
        views.sort_by_key(|view| (view.user_id, view.at_us));
        let (mut session_number, mut pageview_number, mut session_id) = (0, 0, String::new());
        for (i, view) in views.iter().enumerate() {
            let before = i.checked_sub(1).map(|i| &views[i]).filter(|before| before.user_id == view.user_id);
            session_number = if before.is_none() { 0 } else { session_number };
            if before.is_none_or(|before| view.at_us - before.at_us >= case.gap.as_us()) {
                session_number += 1;
                pageview_number = 0;
                session_id = format!("{}@{}", view.user_id, view.at_us);
            }
            pageview_number += 1;
            expected.push((
                view.page.clone(), Some(session_id.clone()), Some(session_number), Some(pageview_number),
            ));
        }
        prop_assert_eq!(numbered(&db), expected);
    }
}

#[test]
fn the_seed_example_is_three_sessions() {
    let db = empty();
    let options = GenerateOptions {
        pageviews: 0,
        with_seed_example: true,
        format: GenerateFormat::Sql,
        ..GenerateOptions::default()
    };
    let mut pageviews = Vec::new();
    generate(&options, &mut pageviews, &mut |_| Ok(())).unwrap();
    db.execute_batch(std::str::from_utf8(&pageviews).unwrap())
        .unwrap();
    rebuild(&db, Gap::DEFAULT);
    let facts: Vec<_> = stored(&db)
        .into_iter()
        .map(|s| {
            let duration_s = (s.ended_us - s.started_us) / 1_000_000;
            (
                s.session_id,
                s.landing_page,
                s.exit_page,
                duration_s,
                s.pageviews,
            )
        })
        .collect();
    let session = |id: &str, landing: &str, exit: &str, duration_s, pageviews| {
        (
            id.to_owned(),
            landing.to_owned(),
            exit.to_owned(),
            duration_s,
            pageviews,
        )
    };
    assert_eq!(
        facts,
        [
            session("123@1580648116000000", "/contact", "/home", 2, 2),
            session("456@1580663837000000", "/product/1", "/product/2", 0, 2),
            session("789@1580674820000000", "/product/4", "/product/4", 0, 1),
        ]
    );
}

#[test]
fn a_late_pageview_joins_two_sessions_into_one() {
    let db = empty();
    let gap = Gap::DEFAULT;
    db.execute_batch(&insert(&[view("1", 0, "/a"), view("1", 50, "/b")]))
        .unwrap();
    rebuild(&db, gap);
    assert_eq!(stored(&db).len(), 2);
    db.execute_batch(&insert(&[view("1", 25, "/late")]))
        .unwrap();
    assert_eq!(
        numbered(&db)[0].1,
        None,
        "the late pageview is in no session yet"
    );
    let window = (NOON_US + 25 * MINUTE_US, NOON_US + 26 * MINUTE_US);
    db.execute_batch(&refresh(SqlDialect::Sqlite, gap, window.0, window.1))
        .unwrap();
    let after = stored(&db);
    assert_eq!((after.len(), after[0].pageviews), (1, 3));
    assert_eq!(
        (after[0].landing_page.as_str(), after[0].exit_page.as_str()),
        ("/a", "/b")
    );
}

#[test]
fn a_refresh_at_another_gap_or_of_no_window_is_refused_and_changes_nothing() {
    let db = empty();
    db.execute_batch(&insert(&[view("1", 0, "/a"), view("1", 20, "/b")]))
        .unwrap();
    rebuild(&db, Gap::DEFAULT);
    let before = stored(&db);
    let ten_minutes = "10m".parse().unwrap();
    let unbound = sql(Statement::Refresh, Gap::DEFAULT);
    for (refused, why) in [
        (
            refresh(SqlDialect::Sqlite, ten_minutes, NOON_US, NOON_US + 1),
            "the_gap_is_that_of_the_table_sessions",
        ),
        (
            unbound
                .replace(":from", "'2021-01-01T00:00:00Z'")
                .replace(":to", "'2020-01-01T00:00:00Z'"),
            "the_window_is_not_empty",
        ),
        (unbound, "NOT NULL constraint failed: to_refresh.from_at"),
    ] {
        let error = db.execute_batch(&refused).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
        db.execute_batch("ROLLBACK").unwrap();
        assert_eq!(stored(&db), before);
    }
}

#[test]
fn a_time_that_is_no_instant_to_the_microsecond_is_refused() {
    let db = empty();
    let insert = |at: &str| db.execute("INSERT INTO pageviews VALUES ('1', ?1, '/')", [at]);
    for good in [
        "2020-02-02T12:55:16Z",
        "2020-02-02 12:55:16",
        "2020-02-02T12:55:16.5Z",
        "1969-12-31 23:59:59.999999",
    ] {
        assert!(insert(good).is_ok(), "{good}");
    }
    for bad in [
        "",
        "yesterday",
        "1580648116",
        "2020-02-02",
        "2020-02-30T00:00:00Z",
        "2020-02-02T25:00:00Z",
        "2020-02-02T12:55:16+01:00",
        "2020-02-02T12:55:16.Z",
        "2020-02-02T12:55:16.1234567Z",
    ] {
        let error = insert(bad).unwrap_err().to_string();
        assert!(
            error.contains("expected UTC as 2020-02-02T12:55:16Z"),
            "{bad}: {error}"
        );
    }
    rebuild(&db, Gap::DEFAULT);
    assert_eq!(stored(&db)[0].started_us, -1);
}

#[test]
fn text_with_a_fraction_and_text_without_are_in_the_order_of_time() {
    let db = empty();
    db.execute_batch(
        "INSERT INTO pageviews VALUES ('1', '2020-02-02T12:00:00.5Z', '/second'), ('1', '2020-02-02T12:00:00Z', '/first')",
    )
    .unwrap();
    rebuild(&db, Gap::DEFAULT);
    assert_eq!(stored(&db)[0].landing_page, "/first");
}

#[test]
fn the_schema_may_be_made_twice_and_after_the_pageviews() {
    let db = Connection::open_in_memory().unwrap();
    let options = GenerateOptions {
        pageviews: 2_000,
        late: 0.1,
        format: GenerateFormat::Sql,
        ..GenerateOptions::default()
    };
    let mut pageviews = Vec::new();
    generate(&options, &mut pageviews, &mut |_| Ok(())).unwrap();
    let pageviews = String::from_utf8(pageviews).unwrap();
    for script in [&pageviews, &sql(Statement::Schema, Gap::DEFAULT)] {
        db.execute_batch(script).unwrap();
        db.execute_batch(&sql(Statement::Schema, Gap::DEFAULT))
            .unwrap();
    }
    rebuild(&db, Gap::DEFAULT);
    let schema_first = empty();
    schema_first.execute_batch(&pageviews).unwrap();
    rebuild(&schema_first, Gap::DEFAULT);
    assert!(stored(&db).len() > 300);
    assert_eq!(stored(&db), stored(&schema_first));
}

#[test]
fn a_gap_longer_than_all_time_makes_one_session_a_user() {
    let db = empty();
    db.execute_batch(
        "INSERT INTO pageviews VALUES ('1', '0001-01-01T00:00:00Z', '/a'), ('1', '9999-12-31T23:59:59.999999Z', '/b')",
    )
    .unwrap();
    let (first, last) = (-62_135_596_800_000_000, 253_402_300_799_999_999);
    for (gap, n) in [
        (Gap::MAX, 1),
        (Gap::from_us(last - first + 1).unwrap(), 1),
        (Gap::from_us(last - first).unwrap(), 2),
    ] {
        rebuild(&db, gap);
        assert_eq!(stored(&db).len(), n);
        db.execute_batch(&refresh(SqlDialect::Sqlite, gap, first, first + 1))
            .unwrap();
        assert_eq!(stored(&db).len(), n);
    }
}

#[test]
fn a_refresh_reads_by_index_only() {
    let db = empty();
    let script = refresh(SqlDialect::Sqlite, Gap::DEFAULT, NOON_US, NOON_US + 1);
    let mut plan = String::new();
    for part in script.split_inclusive(";\n") {
        let sql = part.trim();
        let reads = sql.lines().any(|line| line.contains("CROSS JOIN"));
        if reads {
            let mut query = db
                .prepare(&format!("EXPLAIN QUERY PLAN {}", without_comments(sql)))
                .unwrap();
            let steps = query.query_map([], |row| row.get::<_, String>(3)).unwrap();
            plan.extend(steps.map(|step| step.unwrap() + "\n"));
        } else {
            db.execute_batch(sql).unwrap();
        }
    }
    assert_eq!(plan.matches("SEARCH").count(), 8, "{plan}");
    assert!(
        !plan.contains("SCAN pageviews") && !plan.contains("SCAN sessions"),
        "{plan}"
    );
}

fn without_comments(sql: &str) -> String {
    sql.lines()
        .filter(|line| !line.trim_start().starts_with("--"))
        .collect::<Vec<_>>()
        .join("\n")
}
