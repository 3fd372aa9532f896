//! `dwell gaps`, and the statements that it reads the results of.

use std::process::Command;

use assert_cmd::assert::OutputAssertExt;
use rusqlite::Connection;

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

/// What the SQLite statement gives over generated pageviews, and the file of these.
fn counted(folder: &std::path::Path, options: &[&str]) -> (String, String) {
    let views = folder.join("views.csv").to_str().unwrap().to_owned();
    let pageviews = ["generate", "--pageviews", "3000", "--late", "0.1"];
    assert!(dwell(&[&pageviews[..], &["-o", &views, "--force"]].concat()).0);
    let db = Connection::open_in_memory().unwrap();
    let inserts = dwell(&[&pageviews[..], &["--format", "sql"]].concat()).1;
    let schema = dwell(&["sql", "--dialect", "sqlite", "--statement", "schema"]).1;
    db.execute_batch(&(schema + &inserts)).unwrap();
    let ask = ["sql", "--dialect", "sqlite", "--statement", "pauses"];
    let sql = dwell(&[&ask[..], options].concat()).1;
    let mut query = db.prepare(&sql).unwrap();
    let rows = query
        .query_map([], |row| {
            let (gap, rest): (String, [i64; 3]) =
                (row.get(0)?, [row.get(1)?, row.get(2)?, row.get(3)?]);
            Ok(format!("{gap},{},{},{}\n", rest[0], rest[1], rest[2]))
        })
        .unwrap();
    let csv: String = rows.map(Result::unwrap).collect();
    let pauses = folder.join("pauses.csv");
    std::fs::write(&pauses, "gap,gap_us,pauses,sessions\n".to_owned() + &csv).unwrap();
    (views, pauses.to_str().unwrap().to_owned())
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
    for (dialect, options, why) in [
        (
            "postgres",
            ["--pageviews-table", "a; DROP TABLE b"],
            "names no table: expected",
        ),
        (
            "postgres",
            ["--user-column", "a\"b"],
            "names no column: expected",
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
            "{{ ref('pageviews') }} AS pageviews",
        ] {
            assert!(model.contains(part), "{model}");
        }
        let table = ["--pageviews-table", "web.views"];
        let (_, model, _) =
            dwell(&[&["sql", "--dialect", dialect, "--form", "dbt"], &table[..]].concat());
        assert!(
            model.contains("{{ source('web', 'views') }} AS pageviews"),
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
