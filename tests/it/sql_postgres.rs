//! The PostgreSQL templates on a real server: the same sessions as the definition, from one
//! connection or two.

use std::io::BufRead;
use std::io::BufReader;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;

use dwell::answers::generate::GenerateFormat;
use dwell::answers::generate::GenerateOptions;
use dwell::answers::generate::generate;
use dwell::answers::sql::Names;
use dwell::answers::sql::SqlDialect;
use dwell::answers::sql::SqlParams;
use dwell::answers::sql::SqlTies;
use dwell::answers::sql::Statement;
use dwell::answers::sql::render;
use dwell::words::gap::Gap;
use proptest::prelude::*;

use crate::postgres_server::database;
use crate::postgres_server::say;
use crate::sql_cases::SessionRow;
use crate::sql_cases::Step;
use crate::sql_cases::View;
use crate::sql_cases::cases;
use crate::sql_cases::insert;
use crate::sql_cases::refresh;
use crate::sql_cases::sessions;
use crate::sql_cases::statement;
use crate::support;

const MINUTE_US: i64 = 60_000_000;
const NOON_US: i64 = 1_580_644_800_000_000;

/// The rows of `sessions`, with times as whole microseconds by another way than the template's.
const STORED: &str = "
SELECT session_id, user_id,
  (started_at - TIMESTAMPTZ '1970-01-01 00:00:00Z') , (ended_at - TIMESTAMPTZ '1970-01-01 00:00:00Z'),
  pageviews, landing_page, exit_page
FROM sessions ORDER BY session_id COLLATE \"C\";
";

fn sql(of: Statement, gap: Gap) -> String {
    statement(SqlDialect::Postgres, of, gap)
}

fn schema() -> String {
    sql(Statement::Schema, Gap::DEFAULT)
}

/// A view that someone saw some minutes after noon.
fn view(user_id: &'static str, minutes: i64, page: &str) -> View {
    View {
        user_id,
        at_us: NOON_US + minutes * MINUTE_US,
        page: page.to_owned(),
    }
}

/// A refresh of one minute, some minutes after noon.
fn refresh_minute(minutes: i64) -> String {
    let from = NOON_US + minutes * MINUTE_US;
    refresh(SqlDialect::Postgres, Gap::DEFAULT, from, from + MINUTE_US)
}

/// Reads what [`STORED`] prints.
fn rows(printed: &str) -> Vec<SessionRow> {
    printed
        .lines()
        .map(|line| {
            let fields: Vec<&str> = line.split('|').collect();
            SessionRow {
                session_id: fields[0].to_owned(),
                user_id: fields[1].to_owned(),
                started_us: interval_us(fields[2]),
                ended_us: interval_us(fields[3]),
                pageviews: fields[4].parse().unwrap(),
                landing_page: fields[5].to_owned(),
                exit_page: fields[6].to_owned(),
            }
        })
        .collect()
}

/// An interval as PostgreSQL prints the difference of two instants: `18294 days 12:55:16.5`, `-00:00:01`.
fn interval_us(text: &str) -> i64 {
    let (days, clock) = text.split_once(" day").map_or((0, text), |(days, clock)| {
        (
            days.parse().unwrap(),
            clock.trim_start_matches('s').trim_start(),
        )
    });
    let sign = if clock.starts_with('-') { -1 } else { 1 };
    let mut clock_us = 0;
    if !clock.is_empty() {
        let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
        let parts: Vec<i64> = clock
            .trim_start_matches(['-', '+'])
            .split(':')
            .map(|part| part.parse().unwrap())
            .collect();
        let fraction: i64 = format!("{fraction:0<6}").parse().unwrap();
        clock_us = (parts[0] * 3_600 + parts[1] * 60 + parts[2]) * 1_000_000 + fraction;
    }
    days * 86_400_000_000 + sign * clock_us
}

#[test]
fn loads_and_refreshes_in_any_order_give_the_sessions_of_one_rebuild() {
    let Some(db) = database() else { return };
    let schemas = AtomicU32::new(0);
    proptest!(support::one_in(10), |(case in cases())| {
        let own = format!("case{}", schemas.fetch_add(1, Ordering::Relaxed));
        let mut script = format!("CREATE SCHEMA {own}; SET search_path = {own};\n{}", schema());
        for step in &case.steps {
            script += &match step {
                Step::Load(views) => insert(views),
                &Step::Refresh(from, to) => refresh(SqlDialect::Postgres, case.gap, from, to),
            };
        }
        let again = format!("SET search_path = {own};\n{}", sql(Statement::Rebuild, case.gap));
        let expected = sessions(&case.views(), case.gap.as_us());
        prop_assert_eq!(rows(&db.run(&(script + STORED))), expected.clone());
        prop_assert_eq!(rows(&db.run(&(again + STORED))), expected);

        let pauses = db.run(&format!("SET search_path = {own};\n{}", sql(Statement::Pauses, case.gap)));
        for row in pauses.lines() {
            let [_, gap_us, _, n_sessions] = row.split('|').collect::<Vec<_>>().try_into().unwrap();
            let expected = sessions(&case.views(), gap_us.parse().unwrap()).len();
            prop_assert_eq!(n_sessions.parse::<usize>().unwrap(), expected, "{}", row);
        }
    });
}

#[test]
fn a_late_pageview_joins_two_sessions_into_one() {
    let Some(db) = database() else { return };
    db.run(&(schema() + &insert(&[view("1", 0, "/a"), view("1", 50, "/b")])));
    assert_eq!(
        rows(&db.run(&(sql(Statement::Rebuild, Gap::DEFAULT) + STORED))).len(),
        2
    );
    db.run(&insert(&[view("1", 25, "/late")]));
    let after = rows(&db.run(&(refresh_minute(25) + STORED)));
    assert_eq!((after.len(), after[0].pageviews), (1, 3));
    assert_eq!(
        (after[0].landing_page.as_str(), after[0].exit_page.as_str()),
        ("/a", "/b")
    );
    let numbered = db.run("SELECT session_id, session_number, pageview_number, page FROM session_pageviews ORDER BY pageview_number");
    let id = &after[0].session_id;
    assert_eq!(
        numbered,
        format!("{id}|1|1|/a\n{id}|1|2|/late\n{id}|1|3|/b\n")
    );
}

#[test]
fn of_two_refreshes_at_once_the_second_waits_and_sees_what_the_first_did() {
    for isolation in ["read committed", "repeatable read", "serializable"] {
        let Some(db) = database() else { return };
        let views = [view("1", 0, "/a"), view("1", 25, "/b"), view("1", 50, "/c")];
        db.run(&(schema() + &insert(&views)));
        let isolation = format!("SET default_transaction_isolation = '{isolation}';\n");

        // The first has done all of its work, and holds its transaction open.
        let mut first = db.psql().spawn().unwrap();
        let all_but_commit = refresh_minute(0).replace("COMMIT;", "\\echo done\n");
        say(&mut first, &(isolation.clone() + &all_but_commit));
        let mut said = String::new();
        BufReader::new(first.stdout.as_mut().unwrap())
            .read_line(&mut said)
            .unwrap();
        assert_eq!(said, "done\n");

        // The second touches the same session, and a reader does not have to wait for either.
        let mut second = db.psql().env("PGAPPNAME", "second").spawn().unwrap();
        say(&mut second, &(isolation + &refresh_minute(50)));
        while db.run("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'second' AND wait_event_type = 'Lock'") != "1\n" {
            assert!(second.try_wait().unwrap().is_none(), "the second did not wait");
        }
        assert_eq!(db.run("SELECT count(*) FROM sessions"), "0\n");

        say(&mut first, "COMMIT;\n");
        for psql in [first, second] {
            let output = psql.wait_with_output().unwrap();
            assert!(
                output.status.success(),
                "{}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
        assert_eq!(
            rows(&db.run(&(refresh_minute(25) + STORED))),
            sessions(&views, Gap::DEFAULT.as_us())
        );
    }
}

#[test]
fn a_refresh_at_another_gap_or_of_an_empty_window_is_refused_and_changes_nothing() {
    let Some(db) = database() else { return };
    db.run(
        &(schema()
            + &insert(&[view("1", 0, "/a"), view("1", 20, "/b")])
            + &sql(Statement::Rebuild, Gap::DEFAULT)),
    );
    let before = db.run(STORED);
    let backwards = sql(Statement::Refresh, Gap::DEFAULT)
        .replace(":from", "'2021-01-01T00:00:00Z'")
        .replace(":to", "'2020-01-01T00:00:00Z'");
    for (refused, why) in [
        (
            refresh(
                SqlDialect::Postgres,
                "10m".parse().unwrap(),
                NOON_US,
                NOON_US + 1,
            ),
            "the_gap_is_that_of_the_table_sessions",
        ),
        (backwards, "the_window_is_not_empty"),
    ] {
        let error = db.attempt(&refused).unwrap_err();
        assert!(error.contains(why), "{error}");
        assert_eq!(db.run(STORED), before);
    }
}

#[test]
fn the_window_may_be_given_by_psql() {
    let Some(db) = database() else { return };
    db.run(&(schema() + &insert(&[view("1", 0, "/a")])));
    let window = "\\set from '\\'2020-02-02T12:00:00Z\\''\n\\set to '\\'2020-02-02T12:00:01Z\\''\n";
    let after = db.run(&format!(
        "{window}{}{STORED}",
        sql(Statement::Refresh, Gap::DEFAULT)
    ));
    assert_eq!(rows(&after).len(), 1);
}

#[test]
fn an_instant_is_exact_to_the_microsecond_in_any_year() {
    let Some(db) = database() else { return };
    let views: Vec<View> = [
        -62_135_596_800_000_000,
        -1,
        0,
        999_999,
        1_580_648_116_123_457,
        253_402_300_799_999_999,
    ]
    .into_iter()
    .map(|at_us| View {
        user_id: "1",
        at_us,
        page: "/".into(),
    })
    .collect();
    let gap = Gap::MIN;
    let stored = db.run(&(schema() + &insert(&views) + &sql(Statement::Rebuild, gap) + STORED));
    assert_eq!(rows(&stored), sessions(&views, gap.as_us()));
    // The longest possible pause, at, just above and far above it.
    for (gap, n) in [
        (315_537_897_599_999_999, 2),
        (315_537_897_600_000_000, 1),
        (i64::MAX, 1),
    ] {
        let two = [views[0].clone(), views[5].clone()];
        let gap = Gap::from_us(gap).unwrap();
        let refreshed = refresh(SqlDialect::Postgres, gap, two[0].at_us, two[0].at_us + 1);
        let stored = db.run(
            &("DELETE FROM pageviews;".to_owned()
                + &insert(&two)
                + &sql(Statement::Rebuild, gap)
                + &refreshed
                + STORED),
        );
        assert_eq!(rows(&stored).len(), n);
    }
}

/// The files that the tables of pageviews lie in: others once a table has been rewritten.
const FILES: &str = "
SELECT relname, pg_relation_filenode(oid) FROM pg_class
WHERE relname LIKE 'pageviews%' AND relkind = 'r' ORDER BY relname;
";

#[test]
fn a_table_that_is_there_is_taken_without_rewriting_it_in_partitions_too() {
    let partitions = "PARTITION BY RANGE (page_view_at);
        CREATE TABLE pageviews_early PARTITION OF pageviews FOR VALUES FROM (MINVALUE) TO ('2020-02-02T12:20:00Z');
        CREATE TABLE pageviews_late PARTITION OF pageviews FOR VALUES FROM ('2020-02-02T12:20:00Z') TO (MAXVALUE)";
    for partitions in ["", partitions] {
        let Some(db) = database() else { return };
        // In the same instant, in the order of their pages; whatever comes later comes behind them.
        let mut views = vec![
            view("1", 0, "/a"),
            view("1", 0, "/b"),
            view("1", 40, "/c"),
            view("2", 0, "/d"),
        ];
        let table = "CREATE TABLE pageviews (user_id TEXT, page_view_at TIMESTAMPTZ, page TEXT)";
        let backwards: Vec<View> = views.iter().rev().cloned().collect();
        db.run(&format!("{table} {partitions};\n{}", insert(&backwards)));
        let files = db.run(FILES);
        assert_eq!(db.run(&(schema() + &schema() + FILES)), files);

        let late = [
            view("1", 0, "/A"),
            view("1", 20, "/e"),
            view("2", 50, "/f"),
            view("2", 0, "/B"),
        ];
        views.extend(late.iter().cloned());
        let expected = sessions(&views, Gap::DEFAULT.as_us());
        let refreshed = sql(Statement::Rebuild, Gap::DEFAULT) + &insert(&late);
        let refreshed = refreshed + &[0, 20, 50].map(refresh_minute).concat();
        assert_eq!(rows(&db.run(&(refreshed + STORED))), expected);
        let again = sql(Statement::Rebuild, Gap::DEFAULT);
        assert_eq!(rows(&db.run(&(again + STORED))), expected);
    }
}

#[test]
fn the_schema_lets_readers_go_on_until_it_gives_the_column_of_arrival() {
    let Some(db) = database() else { return };
    let locks = "SELECT mode FROM pg_locks WHERE relation = 'pageviews'::regclass AND pid = pg_backend_pid() ORDER BY mode;\n";
    db.run("CREATE TABLE pageviews (user_id TEXT, page_view_at TIMESTAMPTZ, page TEXT)");
    let in_the_middle = schema().replace("-- The order of arrival", &format!("{locks}--"));
    assert_ne!(in_the_middle, schema());
    assert_eq!(db.run(&in_the_middle), "AccessShareLock\nShareLock\n");
    // With a column of arrival, or none at all, nobody who reads has to wait.
    for ties in [SqlTies::Page, SqlTies::Arrival] {
        let params = SqlParams {
            names: Names {
                ties,
                ..Names::default()
            },
            ..SqlParams::default()
        };
        let schema = render(SqlDialect::Postgres, Statement::Schema, &params).unwrap();
        let at_the_end = schema.replace("COMMIT;", &format!("{locks}COMMIT;"));
        assert_eq!(db.run(&at_the_end), "AccessShareLock\nShareLock\n");
    }
}

#[test]
fn a_refresh_reads_by_index_only() {
    let Some(db) = database() else { return };
    let options = GenerateOptions {
        pageviews: 50_000,
        format: GenerateFormat::Sql,
        ..GenerateOptions::default()
    };
    let mut pageviews = Vec::new();
    generate(&options, &mut pageviews, &mut |_| Ok(())).unwrap();
    let pageviews = String::from_utf8(pageviews).unwrap();
    db.run(
        &[
            schema(),
            pageviews,
            sql(Statement::Rebuild, Gap::DEFAULT),
            "ANALYZE;".to_owned(),
        ]
        .concat(),
    );
    let script = refresh_minute(0);
    let explained: String = script
        .split_inclusive(";\n")
        .map(|part| {
            let reads = part.contains("CROSS JOIN");
            let sql = part
                .lines()
                .filter(|line| !line.starts_with("--"))
                .collect::<Vec<_>>()
                .join("\n");
            if reads {
                format!("EXPLAIN (ANALYZE, COSTS OFF) {sql}\n")
            } else {
                sql + "\n"
            }
        })
        .collect();
    let plan = db.run(&explained);
    assert!(
        plan.contains("pageviews_by_time")
            && plan.contains("pageviews_by_user")
            && plan.contains("sessions_by_user"),
        "{plan}"
    );
    assert!(
        !plan.contains("Seq Scan on pageviews") && !plan.contains("Seq Scan on sessions"),
        "{plan}"
    );
}
