//! `--filter`, `--from` and `--to`: what is chosen, beside SQL and beside choosing from what was exported.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Output;

use proptest::prelude::*;

use crate::support::one_in;

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample.db")
}

fn dwell(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dwell"));
    command.args(args).output().unwrap()
}

/// What is printed of the sample.
fn printed(args: &[&str]) -> String {
    let store = sample();
    let output = dwell(&[args, &[store.to_str().unwrap()]].concat());
    assert!(output.status.success(), "{args:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn refused(args: &[&str]) -> String {
    let store = sample();
    let output = dwell(&[args, &[store.to_str().unwrap()]].concat());
    assert_eq!(output.status.code(), Some(2), "{args:?}: {output:?}");
    assert_eq!(output.stdout, b"");
    String::from_utf8(output.stderr).unwrap()
}

/// Rows of a table in CSV by the names of its columns.
fn rows(csv: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

fn ids(rows: &[BTreeMap<String, String>]) -> Vec<String> {
    rows.iter().map(|row| row["session_id"].clone()).collect()
}

/// The ids of the sessions for which a condition of SQL holds, in the order of an export.
fn by_sql(condition: &str) -> Vec<String> {
    // Of a copy: SQLite writes beside what it reads.
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.db");
    std::fs::copy(sample(), &copy).unwrap();
    let connection = rusqlite::Connection::open(copy).unwrap();
    let query = format!(
        "WITH s AS (
             SELECT u.user_id || '@' || s.started_at AS session_id, u.user_id, s.user, s.started_at, s.ended_at,
                    s.pageviews, l.page AS landing, e.page AS exit
             FROM session s JOIN users u ON u.id = s.user
             JOIN pages l ON l.id = s.landing_page JOIN pages e ON e.id = s.exit_page),
         w AS (SELECT min(at) AS first, max(at) AS last FROM pageview)
         SELECT session_id FROM s, w WHERE {condition} ORDER BY user_id, started_at"
    );
    let mut statement = connection.prepare(&query).unwrap();
    let ids = statement.query_map([], |row| row.get(0)).unwrap();
    ids.map(Result::unwrap).collect()
}

/// Whether a pageview of the session is of a page for which this holds.
fn has_page(condition: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM pageview p JOIN pages g ON g.id = p.page WHERE p.user = s.user
         AND p.at BETWEEN s.started_at AND s.ended_at AND {condition})"
    )
}

#[test]
fn sessions_are_those_that_sql_finds_in_the_store() {
    let cart = has_page("g.page LIKE '%cart%'");
    let local = |form: &str| format!("strftime('{form}', s.started_at / 1000000, 'unixepoch')");
    for (filter, condition) in [
        ("cart", format!("s.user_id LIKE '%cart%' OR {cart}")),
        ("page:cart", cart.clone()),
        ("-page:cart", format!("NOT {cart}")),
        ("page=/cart", has_page("g.page = '/cart'")),
        ("landing:/product", "s.landing LIKE '%/product%'".into()),
        ("landing=/", "s.landing = '/'".into()),
        ("exit!=/", "s.exit <> '/'".into()),
        ("user:10", "s.user_id LIKE '%10%'".into()),
        ("views>=4", "s.pageviews >= 4".into()),
        (
            "duration>5m views:2..9",
            "s.ended_at - s.started_at > 300000000 AND s.pageviews BETWEEN 2 AND 9".into(),
        ),
        ("bounce", "s.pageviews = 1".into()),
        ("open", "w.last - s.ended_at < 1800000000".into()),
        ("-edge", "s.started_at - w.first >= 1800000000".into()),
        (
            "sessions>20",
            "(SELECT count(*) FROM session o WHERE o.user = s.user) > 20".into(),
        ),
        (
            "weekday:sat-mon",
            format!("{} IN ('6', '0', '1')", local("%w")),
        ),
        (
            "hour:9-17",
            format!("{} BETWEEN '09' AND '17'", local("%H")),
        ),
        (
            "time:2020-02-02",
            format!("{} = '2020-02-02'", local("%Y-%m-%d")),
        ),
    ] {
        let found = ids(&rows(&printed(&["export", "--filter", filter])));
        assert_eq!(found, by_sql(&condition), "{filter}");
        assert!(
            !found.is_empty(),
            "{filter} keeps nothing, which tests nothing"
        );
    }
}

#[test]
fn from_and_to_choose_by_start_and_are_half_open() {
    let all = rows(&printed(&["export"]));
    let starts: BTreeSet<&str> = all.iter().map(|row| &*row["started_at"]).collect();
    let starts: Vec<&str> = starts.into_iter().collect();
    let (from, to) = (starts[starts.len() / 3], starts[starts.len() / 2]);
    let chosen = rows(&printed(&["export", "--from", from, "--to", to]));
    let expected: Vec<_> = all
        .iter()
        .filter(|row| (from..to).contains(&&*row["started_at"]))
        .cloned()
        .collect();
    assert_eq!(chosen, expected);
    assert!(chosen.iter().any(|row| row["started_at"] == from));
}

#[test]
fn days_and_hours_are_those_of_the_display_zone() {
    for (zone, day) in [("UTC", "2020-02-02T"), ("Pacific/Auckland", "2020-02-02T")] {
        let filtered = printed(&[
            "export",
            "--filter",
            "time:2020-02-02",
            "--display-zone",
            zone,
        ]);
        let window = ["--from", "2020-02-02", "--to", "2020-02-03"];
        let within = printed(&[&["export", "--display-zone", zone], &window[..]].concat());
        assert_eq!(filtered, within);
        let starts = rows(&filtered);
        assert!(
            starts.iter().all(|row| row["started_at"].starts_with(day)),
            "{zone}"
        );
        assert!(!starts.is_empty());
    }
}

#[test]
fn pageviews_and_users_are_those_of_the_sessions_that_are_chosen() {
    let filter = ["export", "--filter", "landing:/product -bounce"];
    let sessions: BTreeSet<String> = ids(&rows(&printed(&filter))).into_iter().collect();
    let of = |kind: &str| rows(&printed(&[&filter, &["--rows", kind][..]].concat()));
    let all = |kind: &str| rows(&printed(&["export", "--rows", kind]));
    let mut pageviews = all("pageviews");
    pageviews.retain(|row| sessions.contains(&row["session_id"]));
    assert_eq!(of("pageviews"), pageviews);
    let users: BTreeSet<&String> = pageviews.iter().map(|row| &row["user_id"]).collect();
    let mut expected = all("users");
    expected.retain(|row| users.contains(&row["user_id"]));
    assert_eq!(of("users"), expected);
}

#[test]
fn what_is_open_and_at_the_edge_is_told_from_all_data() {
    let all = rows(&printed(&["export"]));
    let some = rows(&printed(&[
        "export",
        "--filter",
        "views>=3",
        "--to",
        "2020-01-20",
    ]));
    assert!(some.iter().all(|row| all.contains(row)));
}

#[test]
fn how_many_are_chosen_is_said() {
    let store = sample();
    let output = dwell(&[
        "export",
        "--filter",
        "page:/cart -bounce",
        store.to_str().unwrap(),
    ]);
    let n = output.stdout.iter().filter(|&&byte| byte == b'\n').count() - 1;
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(words.contains(&format!("chosen: {n} of ")), "{words}");
    let output = dwell(&["export", "--filter", "user:nobody", store.to_str().unwrap()]);
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(words.contains("chosen: 0 of "), "{words}");
}

#[test]
fn a_filter_that_cannot_be_read_is_refused_before_anything_is_written() {
    let words = refused(&["export", "--filter", "lading:/x"]);
    assert!(words.contains("did you mean landing?"), "{words}");
    let words = refused(&["summary", "--filter", "views>many"]);
    assert!(words.contains("\"many\" is not a whole number"), "{words}");
    let words = refused(&["export", "--from", "2020-02-03", "--to", "2020-02-02"]);
    assert!(words.contains("--from must be before --to"), "{words}");
    let words = refused(&["export", "--from", "soon"]);
    assert!(words.contains("--from"), "{words}");
}

#[test]
fn gaps_and_compare_choose_users_and_refuse_to_choose_sessions() {
    for command in [&["gaps"][..], &["compare", "15m", "1h"]] {
        for filter in ["landing:/x", "bounce", "sessions>5", "time:2020-02-02"] {
            let words = refused(&[command, &["--filter", filter]].concat());
            assert!(words.contains("only users can be chosen here"), "{words}");
        }
        let store = sample();
        let nobody = [
            command,
            &["--filter", "user:nobody", store.to_str().unwrap()],
        ]
        .concat();
        let output = dwell(&nobody);
        assert_eq!(output.status.code(), Some(1));
        let words = String::from_utf8(output.stderr).unwrap();
        assert!(words.contains("no user matches"), "{words}");
    }
}

#[test]
fn gaps_and_compare_of_some_users_are_those_of_a_file_of_these() {
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("some.csv");
    let mut kept = String::from("user_id,page_view_at,page\n");
    let pageviews = rows(&printed(&["export", "--rows", "pageviews"]));
    let mut of_user = BTreeMap::<&str, usize>::new();
    for row in &pageviews {
        *of_user.entry(&row["user_id"]).or_default() += 1;
    }
    for row in pageviews
        .iter()
        .filter(|row| of_user[&*row["user_id"]] >= 60)
    {
        kept += &format!(
            "{},{},{}\n",
            row["user_id"], row["page_view_at"], row["page"]
        );
    }
    std::fs::write(&table, kept).unwrap();
    for command in [&["gaps", "--format", "json"][..], &["compare", "15m", "1h"]] {
        let of_store = printed(&[command, &["--filter", "pageviews>=60"]].concat());
        let of_table = dwell(&[command, &[table.to_str().unwrap()]].concat());
        assert_eq!(of_store, String::from_utf8(of_table.stdout).unwrap());
    }
}

/// A condition, and whether it holds for a row of an export and the pages of its session.
type Plain = (
    &'static str,
    fn(&BTreeMap<String, String>, &[String]) -> bool,
);

const CONDITIONS: [Plain; 9] = [
    ("product", |row, pages| {
        row["user_id"].contains("product") || pages.iter().any(|page| page.contains("product"))
    }),
    ("landing:/c", |row, _| row["landing_page"].contains("/c")),
    ("exit=/", |row, _| row["exit_page"] == "/"),
    ("page:/cart", |_, pages| {
        pages.iter().any(|page| page.contains("/cart"))
    }),
    ("views>=3", |row, _| {
        row["pageviews"].parse::<u64>().unwrap() >= 3
    }),
    ("duration<=2m", |row, _| {
        row["duration_s"].parse::<f64>().unwrap() <= 120.0
    }),
    ("bounce", |row, _| row["is_bounce"] == "true"),
    ("hour:6-11", |row, _| {
        ("06".."12").contains(&&row["started_at"][11..13])
    }),
    ("time<2020-02-01", |row, _| {
        &*row["started_at"] < "2020-02-01"
    }),
];

proptest! {
    #![proptest_config(one_in(8))]

    #[test]
    fn a_filtered_export_is_the_filtered_rows_of_the_export_and_the_summary_is_its_figures(
        asked in proptest::collection::vec((0..CONDITIONS.len(), any::<bool>()), 1..4),
        gap in proptest::sample::select(vec!["10m", "30m", "2h"]),
    ) {
        let filters: Vec<String> = asked
            .iter()
            .map(|&(n, is_negated)| format!("--filter={}{}", if is_negated { "-" } else { "" }, CONDITIONS[n].0))
            .collect();
        let filters: Vec<&str> = filters.iter().map(|filter| &**filter).collect();
        let all = rows(&printed(&["export", "--gap", gap]));
        let mut pages = BTreeMap::<String, Vec<String>>::new();
        for row in rows(&printed(&["export", "--gap", gap, "--rows", "pageviews"])) {
            pages.entry(row["session_id"].clone()).or_default().push(row["page"].clone());
        }
        let is_kept = |row: &&BTreeMap<String, String>| {
            asked.iter().all(|&(n, is_negated)| CONDITIONS[n].1(row, &pages[&row["session_id"]]) != is_negated)
        };
        let expected: Vec<_> = all.iter().filter(is_kept).cloned().collect();
        let found = rows(&printed(&[&["export", "--gap", gap], &filters[..]].concat()));
        prop_assert_eq!(&found, &expected);

        let summary = rows(&printed(&[&["summary", "--gap", gap, "--format", "csv"], &filters[..]].concat()));
        let number = |row: &BTreeMap<String, String>, name: &str| row[name].parse::<f64>().unwrap();
        let mut durations: Vec<f64> = expected.iter().map(|row| number(row, "duration_s")).collect();
        durations.sort_by(f64::total_cmp);
        let users: BTreeSet<&String> = expected.iter().map(|row| &row["user_id"]).collect();
        let bounces = expected.iter().filter(|row| row["is_bounce"] == "true").count();
        prop_assert_eq!(number(&summary[0], "sessions"), expected.len() as f64);
        prop_assert_eq!(number(&summary[0], "users"), users.len() as f64);
        prop_assert_eq!(number(&summary[0], "bounces"), bounces as f64);
        prop_assert_eq!(number(&summary[0], "pageviews"), expected.iter().map(|row| number(row, "pageviews")).sum::<f64>());
        match durations.len() {
            0 => prop_assert_eq!(&summary[0]["median_duration_s"], ""),
            n => {
                let median = (durations[(n - 1) / 2] + durations[n / 2]) / 2.0;
                prop_assert!((number(&summary[0], "median_duration_s") - median).abs() < 1e-5);
                let mean = durations.iter().sum::<f64>() / n as f64;
                prop_assert!((number(&summary[0], "mean_duration_s") - mean).abs() < 1e-5);
            }
        }
    }
}
