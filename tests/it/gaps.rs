//! `dwell gaps`, and the statements that it reads the results of.

use std::process::Command;

use assert_cmd::assert::OutputAssertExt;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

fn dwell(arguments: &[&str]) -> (bool, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_dwell"))
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.success(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// The file of generated pageviews, and that of what the SQLite statement gives over them: `views.csv`, `pauses.csv`.
pub(crate) fn counted(folder: &std::path::Path, options: &[&str]) -> (String, String) {
    let views = folder.join("views.csv").to_str().unwrap().to_owned();
    let pageviews = ["generate", "--pageviews", "3000", "--late", "0.1"];
    assert!(dwell(&[&pageviews[..], &["-o", &views, "--force"]].concat()).0);
    let db = Connection::open_in_memory().unwrap();
    let inserts = dwell(&[&pageviews[..], &["--format", "sql"]].concat()).1;
    let schema = dwell(&["sql", "--dialect", "sqlite", "--statement", "schema"]).1;
    db.execute_batch(&(schema + &inserts)).unwrap();
    let ask = ["sql", "--dialect", "sqlite", "--statement", "pauses"];
    let sql = dwell(&[&ask[..], options].concat()).1;
    let pauses = folder.join("pauses.csv");
    std::fs::write(&pauses, result(&db, &sql)).unwrap();
    (views, pauses.to_str().unwrap().to_owned())
}

/// The result of a statement as CSV with its header line.
fn result(db: &Connection, sql: &str) -> String {
    let mut query = db.prepare(sql).unwrap();
    let names: Vec<String> = query.column_names().map(str::to_owned).collect();
    let mut csv = names.join(",") + "\n";
    let mut rows = query.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let cells = (0..names.len()).map(|cell| match row.get_ref(cell).unwrap() {
            ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
            ValueRef::Integer(n) => n.to_string(),
            other => panic!("{other:?}"),
        });
        csv += &(cells.collect::<Vec<_>>().join(",") + "\n");
    }
    csv
}

fn json(arguments: &[&str]) -> serde_json::Value {
    serde_json::from_str(&dwell(&[arguments, &["--format", "json"]].concat()).1).unwrap()
}

#[test]
fn counted_pauses_give_the_study_of_the_pageviews_themselves() {
    let folder = tempfile::tempdir().unwrap();
    let (views, pauses) = counted(folder.path(), &["--gap", "40m"]);
    let own = dwell(&["gaps", &views, "--gap", "40m"]).1;
    let counted = dwell(&["gaps", "--pauses", &pauses, "--gap", "40m"]).1;
    assert!(
        own.starts_with("150 users  3,000 pageviews  2,850 pauses"),
        "{own}"
    );
    assert!(own.contains("┃"), "{own}");
    assert!(own.contains("Keep 40m."), "{own}");
    let (own, counted): (Vec<&str>, Vec<&str>) = (own.lines().collect(), counted.lines().collect());
    // But for how sure the verdict is, and for what pageviews alone tell, all is the same.
    let until_table = |line: &&&str| !line.trim_start().starts_with("gap ");
    for line in own
        .iter()
        .take_while(until_table)
        .filter(|line| !line.starts_with("  valley at"))
    {
        assert!(counted.contains(line), "{line}");
    }
    let rows = counted.iter().skip_while(until_table);
    for row in rows.map(|row| row.trim_end_matches("  keep")) {
        assert!(own.iter().any(|line| line.starts_with(row)), "{row}");
    }
    let [mut own, mut counted] = [
        json(&["gaps", &views]),
        json(&["gaps", "--pauses", &pauses]),
    ];
    assert!(own["valley"]["interval_us"].is_array());
    assert!(counted["valley"]["interval_us"].is_null());
    for study in [&mut own, &mut counted] {
        study["valley"]["interval_us"].take();
        study["valley"]["notes"].take();
        for of_pageviews in ["goal", "sensitivity", "machines", "by"] {
            study[of_pageviews].take();
        }
        for row in study["sessions"].as_array_mut().unwrap() {
            let known = ["gap", "gap_us", "sessions", "exact"];
            row.as_object_mut()
                .unwrap()
                .retain(|name, _| known.contains(&name.as_str()));
        }
    }
    assert_eq!(own, counted);
}

#[test]
fn pauses_counted_in_parts_tell_how_sure_the_verdict_is() {
    let folder = tempfile::tempdir().unwrap();
    let (views, pauses) = counted(folder.path(), &["--parts", "16"]);
    let csv = std::fs::read_to_string(&pauses).unwrap();
    assert!(
        csv.starts_with(
            "gap,gap_us,part,pauses,sessions,lone_pauses,users_on_both_sides,users_of_as_many_pauses\n"
        ),
        "{csv}"
    );
    let (own, counted) = (
        json(&["gaps", &views]),
        json(&["gaps", "--pauses", &pauses]),
    );
    for part in ["users", "pageviews", "pauses", "histogram"] {
        assert_eq!(own[part], counted[part], "{part}");
    }
    for part in ["grade", "best_us", "good_us", "keep_us", "reason", "notes"] {
        assert_eq!(own["valley"][part], counted["valley"][part], "{part}");
    }
    let ends = |study: &serde_json::Value| {
        let interval = study["valley"]["interval_us"].as_array().unwrap().clone();
        [0, 1].map(|end| interval[end].as_f64().unwrap().ln())
    };
    for (own, counted) in ends(&own).into_iter().zip(ends(&counted)) {
        assert!((own - counted).abs() < 0.5, "{own} {counted}");
    }
    for (own, counted) in own["sessions"]
        .as_array()
        .unwrap()
        .iter()
        .zip(counted["sessions"].as_array().unwrap())
    {
        assert_eq!(own["sessions"], counted["sessions"], "{counted}");
    }
}

#[test]
fn parts_tell_that_a_valley_lies_between_users() {
    let mut rows = Vec::new();
    let mut random = 1u64;
    // From -6 to 6, mostly near 0.
    let mut bell = || {
        let mut roll = || {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (random >> 33) % 5
        };
        (roll() + roll() + roll()) as f64 - 6.0
    };
    for user in 0..240i64 {
        let (pause_s, n) = if user % 2 == 0 {
            (20.0, 30)
        } else {
            (60_000.0, 8)
        };
        let mut at = 1_577_836_800 + user;
        for _ in 0..n {
            rows.push(format!("('u{user}', '{}', '/')", stamp(at)));
            at += (pause_s * 1.28f64.powf(bell())) as i64;
        }
    }
    let db = Connection::open_in_memory().unwrap();
    let schema = dwell(&["sql", "--dialect", "sqlite", "--statement", "schema"]).1;
    let insert = format!(
        "INSERT INTO pageviews (user_id, page_view_at, page) VALUES {};",
        rows.join(",")
    );
    db.execute_batch(&(schema + &insert)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let views = folder.path().join("views.csv");
    let all = "SELECT user_id, page_view_at, page FROM pageviews";
    std::fs::write(&views, result(&db, all)).unwrap();
    let sql = dwell(&[
        "sql",
        "--dialect",
        "sqlite",
        "--statement",
        "pauses",
        "--parts",
        "8",
    ])
    .1;
    let pauses = folder.path().join("pauses.csv");
    std::fs::write(&pauses, result(&db, &sql)).unwrap();
    let reason = |arguments: &[&str]| {
        json(arguments)["valley"]["reason"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let own = reason(&["gaps", views.to_str().unwrap()]);
    assert!(
        own.contains("lies between users, not within them: 0 of 240"),
        "{own}"
    );
    assert_eq!(reason(&["gaps", "--pauses", pauses.to_str().unwrap()]), own);
}

/// Seconds since the epoch as SQLite stores an instant.
fn stamp(s: i64) -> String {
    dwell::words::timestamp::Timestamp::from_us(s * 1_000_000)
        .unwrap()
        .to_string()
}

#[test]
fn parts_belong_to_pauses_and_are_two_or_more() {
    let ask = |statement: &str, parts: &str| {
        let what = [
            "sql",
            "--dialect",
            "duckdb",
            "--statement",
            statement,
            "--parts",
            parts,
        ];
        dwell(&what)
    };
    let (success, _, said) = ask("rebuild", "16");
    assert!(
        !success && said.contains("--parts belongs to --statement pauses"),
        "{said}"
    );
    assert!(!ask("pauses", "1").0 && !ask("pauses", "65").0);
    assert!(ask("pauses", "64").1.contains("HASH(user_id) % 64"));
}

#[test]
fn the_verdict_has_what_programs_ask_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let (views, _) = counted(folder.path(), &[]);
    let valley = json(&["gaps", &views])["valley"].take();
    let members: Vec<&str> = valley
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    for member in [
        "grade",
        "reason",
        "best_us",
        "interval_us",
        "good_us",
        "keep_us",
        "misplaced_of_pauses",
        "misplaced_of_sessions",
        "split",
        "merged",
        "sessions_lost_by_doubling",
        "spikes",
        "other_valleys_us",
        "resolution_us",
        "notes",
    ] {
        assert!(members.contains(&member), "{member}");
    }
    assert_eq!(
        (&valley["grade"], &valley["keep_us"]),
        (&"clear".into(), &1_800_000_000i64.into())
    );
    let lone = folder.path().join("lone.csv");
    std::fs::write(&lone, "user_id,page_view_at,page\na,2020-01-01,/\n").unwrap();
    let valley = json(&["gaps", lone.to_str().unwrap()])["valley"].take();
    assert_eq!(valley["grade"], "none");
    assert!(valley["reason"].as_str().unwrap().contains("too few"));
    assert!(valley["best_us"].is_null() && valley["keep_us"].is_null());
}

#[test]
fn the_sessions_of_every_gap_are_those_of_the_summary() {
    let folder = tempfile::tempdir().unwrap();
    let (views, pauses) = counted(folder.path(), &["--gap", "40m"]);
    let study = json(&["gaps", "--pauses", &pauses]);
    let rows = study["sessions"].as_array().unwrap();
    assert!(rows.len() > 50);
    let mut ask = vec!["summary", &views];
    for row in rows {
        ask.extend(["--gap", row["gap"].as_str().unwrap()]);
    }
    let summary = json(&ask);
    for (row, summary) in rows.iter().zip(summary.as_array().unwrap()) {
        assert_eq!(row["gap"], summary["gap"]);
        assert_eq!(row["sessions"], summary["sessions"], "{row}");
        assert_eq!(row["exact"], true);
    }
}

#[test]
fn a_gap_between_two_steps_is_marked_as_not_exact() {
    let folder = tempfile::tempdir().unwrap();
    let pauses = folder.path().join("pauses.csv");
    std::fs::write(
        &pauses,
        "gap_us,pauses,users\n60000000,10,3\n120000000,4,3\n",
    )
    .unwrap();
    let pauses = pauses.to_str().unwrap();
    let (_, text, _) = dwell(&["gaps", "--pauses", pauses, "--gap", "90s", "--gap", "2m"]);
    let row = text.lines().find(|line| line.starts_with('>')).unwrap();
    assert!(row.contains("1m30s       ~12"), "{row}");
    assert!(text.contains("2m         7"), "{text}");
}

#[test]
fn a_file_that_holds_no_pauses_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (views, _) = counted(folder.path(), &[]);
    let (success, _, said) = dwell(&["gaps", "--pauses", &views]);
    assert!(!success);
    assert!(
        said.contains("no column gap_us or pause_us in the header \"user_id,page_view_at,page\""),
        "{said}"
    );
    Command::new(env!("CARGO_BIN_EXE_dwell"))
        .args(["gaps", "--pauses", "x.csv", "y.csv"])
        .assert()
        .code(2);
}

#[test]
fn pauses_of_a_window_are_those_between_its_pageviews() {
    let folder = tempfile::tempdir().unwrap();
    let window = ["--from", "2020-01-20", "--to", "2020-01-27T00:00:00Z"];
    let (views, pauses) = counted(folder.path(), &window);
    let inside: String = std::fs::read_to_string(&views)
        .unwrap()
        .lines()
        .filter(|line| {
            let at = line.split(',').nth(1).unwrap();
            at == "page_view_at" || ("2020-01-20".."2020-01-27").contains(&at)
        })
        .map(|line| line.to_owned() + "\n")
        .collect();
    std::fs::write(&views, inside).unwrap();
    let (counted, own) = (
        json(&["gaps", "--pauses", &pauses]),
        json(&["gaps", &views]),
    );
    for part in ["users", "pageviews", "histogram"] {
        assert_eq!(counted[part], own[part]);
    }
}

#[test]
fn names_are_quoted_and_what_names_nothing_is_refused() {
    let ask = |dialect: &str, options: &[&str]| {
        let what = ["sql", "--dialect", dialect, "--statement", "rebuild"];
        dwell(&[&what[..], options].concat())
    };
    let own = [
        "--pageviews-table",
        "web.Views",
        "--user-column",
        "user",
        "--arrival-column",
        "order",
    ];
    let (_, sql, _) = ask("duckdb", &own);
    assert!(sql.contains("FROM \"web\".\"Views\" AS pageviews"), "{sql}");
    assert!(
        sql.contains("pageviews.\"user\"") && sql.contains("pageviews.\"order\" AS arrival"),
        "{sql}"
    );
    let (_, sql, _) = ask("clickhouse", &own);
    assert!(sql.contains("FROM `web`.`Views` AS pageviews"), "{sql}");
    let (_, sql, _) = ask("postgres", &["--pageviews-table", "a\"; DROP TABLE b"]);
    assert!(
        sql.contains("FROM \"a\"\"; DROP TABLE b\" AS pageviews"),
        "{sql}"
    );
    for (dialect, options, why) in [
        (
            "postgres",
            ["--pageviews-table", "\"a"],
            "is not the name of a table: expected",
        ),
        (
            "postgres",
            ["--user-column", "a\\b"],
            "is not the name of a column: expected",
        ),
        (
            "sqlite",
            ["--sessions-table", "web.sessions"],
            "on sqlite a table has at most 1",
        ),
        (
            "clickhouse",
            ["--sessions-table", "a.b.c"],
            "on clickhouse a table has at most 2",
        ),
    ] {
        let (success, _, said) = ask(dialect, &options);
        assert!(!success && said.contains(why), "{said}");
    }
}

#[test]
fn there_are_dbt_models_for_the_engines_that_teams_run_dbt_on() {
    for dialect in ["postgres", "duckdb", "spark"] {
        let (_, model, _) = dwell(&["sql", "--dialect", dialect, "--form", "dbt"]);
        for part in [
            "{{ config(",
            "is_incremental()",
            "FROM {{ ref('pageviews') }})",
        ] {
            assert!(model.contains(part), "{model}");
        }
        let table = ["--pageviews-table", "web.views"];
        let (_, model, _) =
            dwell(&[&["sql", "--dialect", dialect, "--form", "dbt"], &table[..]].concat());
        assert!(
            model.contains("FROM {{ source('web', 'views') }})"),
            "{model}"
        );
    }
    for (options, why) in [
        (vec!["sqlite", "--form", "dbt"], "no dbt model for sqlite"),
        (
            vec!["clickhouse", "--form", "dbt"],
            "no dbt model for clickhouse",
        ),
        (
            vec!["duckdb", "--form", "dbt", "--sessions-table", "s"],
            "named by the model's file",
        ),
        (
            vec![
                "duckdb",
                "--form",
                "dbt",
                "--from",
                "2020-01-01",
                "--to",
                "2020-01-02",
            ],
            "finds its window",
        ),
    ] {
        let (success, _, said) = dwell(&[&["sql", "--dialect"], &options[..]].concat());
        assert!(!success && said.contains(why), "{said}");
    }
}
