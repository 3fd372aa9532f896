//! `--carry`: columns that pageviews carry besides their page, from every format to every answer.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::process::Output;

use proptest::prelude::*;

use crate::support::one_in;

const TABLE: &str = "\
user_id,page_view_at,page,referrer,device
ann,2024-03-05 09:00:00,/home,google.com,phone
ann,2024-03-05 09:10:00,/cart,,phone
ann,2024-03-05 10:00:00,/home,\"a, \"\"b\"\"\",desk
bob,2024-03-05 10:00:00,/home,\\N,desk
cy,2024-03-05 10:00:00,/home,=1+1,
";

fn dwell(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dwell"));
    command.args(args).current_dir(folder).output().unwrap()
}

/// What a command prints; it must succeed.
fn printed(folder: &Path, args: &[&str]) -> String {
    let output = dwell(folder, args);
    assert!(output.status.success(), "{args:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// What a command says when it refuses; it prints nothing.
fn refused(folder: &Path, args: &[&str]) -> String {
    let output = dwell(folder, args);
    assert!(!output.status.success(), "{args:?}: {output:?}");
    assert_eq!(output.stdout, b"", "{args:?}");
    String::from_utf8(output.stderr).unwrap()
}

fn folder_with(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        fs::write(folder.path().join(name), content).unwrap();
    }
    folder
}

/// The last columns of a table without its header.
fn last_columns(table: &str, n: usize) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let rows = reader.records().map(Result::unwrap);
    rows.map(|row| {
        let cells: Vec<&str> = row.iter().collect();
        cells[cells.len() - n..].join("|")
    })
    .collect()
}

/// Sessions carry what their landing pageviews do, and pageviews carry `expected`.
fn check(name: &str, content: &str, carry: &str, expected: &[&str]) {
    let folder = folder_with(&[(name, content)]);
    let n = carry.split(',').count();
    let pageviews = ["export", name, "--carry", carry, "--rows", "pageviews"];
    let pageviews = printed(folder.path(), &pageviews);
    assert_eq!(last_columns(&pageviews, n), expected, "{name}");
}

#[test]
fn a_session_has_what_its_landing_pageview_carries() {
    let folder = folder_with(&[("a.csv", TABLE)]);
    let sessions = printed(
        folder.path(),
        &["export", "a.csv", "--carry", "referrer,device"],
    );
    let header = sessions.lines().next().unwrap();
    assert!(
        header.ends_with(",is_open,starts_at_edge,referrer,device"),
        "{header}"
    );
    let expected = ["google.com|phone", "a, \"b\"|desk", "|desk", "=1+1|"];
    assert_eq!(last_columns(&sessions, 2), expected);
}

#[test]
fn nothing_is_null_in_json_and_safe_tables_are_safe() {
    let folder = folder_with(&[("a.csv", TABLE)]);
    let json = [
        "export", "a.csv", "--carry", "referrer", "--format", "jsonl",
    ];
    let json = printed(folder.path(), &json);
    assert!(json.contains(",\"referrer\":null}\n"), "{json}");
    assert!(json.contains(",\"referrer\":\"a, \\\"b\\\"\"}\n"), "{json}");
    let safe = ["export", "a.csv", "--carry", "@x=referrer", "--csv-safe"];
    let safe = printed(folder.path(), &safe);
    assert!(
        safe.contains(",\"'@x\"\n") && safe.contains(",\"'=1+1\"\n"),
        "{safe}"
    );
}

#[test]
fn without_carry_nothing_is_carried() {
    let folder = folder_with(&[("a.csv", TABLE)]);
    let sessions = printed(folder.path(), &["export", "a.csv"]);
    assert!(sessions.lines().next().unwrap().ends_with("starts_at_edge"));
}

#[test]
fn users_carry_nothing() {
    let folder = folder_with(&[("a.csv", TABLE)]);
    let users = ["export", "a.csv", "--carry", "device", "--rows", "users"];
    let users = printed(folder.path(), &users);
    assert!(users.lines().next().unwrap().ends_with("total_duration_s"));
}

#[test]
fn every_format_has_columns_to_carry() {
    let tabs = "user_id\tpage_view_at\tpage\tn\nu\t2024-03-05 09:00:00\t/a\t01\nu\t2024-03-05 09:00:01\t/b\t\n";
    check("a.tsv", tabs, "n", &["01", ""]);
    let lines = "{\"user_id\":\"u\",\"time\":1709629200,\"page\":\"/\",\"from\":{\"ref\":\"x\"},\"n\":1.5}\n\
                 {\"user_id\":\"u\",\"time\":1709629201,\"page\":\"/\",\"from\":{\"ref\":\"\"},\"n\":null}\n\
                 {\"user_id\":\"u\",\"time\":1709629202,\"page\":\"/\",\"n\":true}\n";
    check("a.jsonl", lines, "n,from.ref", &["1.5|x", "|", "true|"]);
    let inside =
        "user_id,time,page,more\nu,1709629200,/,\"{\"\"ref\"\":\"\"x\"\"}\"\nu,1709629201,/,{}\n";
    check("inside.csv", inside, "ref=more.ref", &["x", ""]);
    let quoted = "user_id,time,page,n\nu,1709629200,/,\"a \"\"b\"\"\"\nu,1709629201,/,\" \"\n";
    check("quoted.csv", quoted, "n", &["a \"b\"", ""]);
    check(
        "bare.csv",
        "u,1709629200,/,x\nu,1709629201,/,y\n",
        "n=#4",
        &["x", "y"],
    );
}

#[test]
fn a_folder_of_keys_and_values_can_be_carried() {
    let folder = folder_with(&[]);
    let inner = folder.path().join("site=de");
    fs::create_dir(&inner).unwrap();
    fs::write(inner.join("a.csv"), TABLE).unwrap();
    let sessions = printed(folder.path(), &["export", ".", "--carry", "site,device"]);
    assert_eq!(last_columns(&sessions, 2)[0], "de|phone");
}

#[test]
fn the_table_of_a_database_carries_texts_and_numbers() {
    let folder = folder_with(&[]);
    let database = rusqlite::Connection::open(folder.path().join("a.db")).unwrap();
    let made = "CREATE TABLE v (user_id, page_view_at, page, ref, n);
        INSERT INTO v VALUES ('u', '2024-03-05 09:00:00', '/', NULL, 7), ('u', '2024-03-05 09:00:01', '/', 'x', 0.5);";
    database.execute_batch(made).unwrap();
    drop(database);
    let pageviews = [
        "export",
        "a.db",
        "--table",
        "v",
        "--carry",
        "ref,n",
        "--rows",
        "pageviews",
    ];
    let pageviews = printed(folder.path(), &pageviews);
    assert_eq!(last_columns(&pageviews, 2), ["|7", "x|0.5"]);
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_is_written_and_read_again_with_what_is_carried() {
    let folder = folder_with(&[("a.csv", TABLE)]);
    let folder = folder.path();
    for format in ["parquet", "csv"] {
        let file = format!("out.{format}");
        let args = [
            "export",
            "a.csv",
            "--carry",
            "referrer,device",
            "--rows",
            "pageviews",
        ];
        printed(
            folder,
            &[&args[..], &["--format", format, "-o", &file]].concat(),
        );
    }
    let again = |file| {
        let args = [
            "export",
            file,
            "--carry",
            "referrer,device",
            "--layout",
            "none",
        ];
        printed(folder, &args)
    };
    assert_eq!(again("out.parquet"), again("out.csv"));
    assert!(again("out.parquet").contains(",google.com,phone\n"));
}

#[test]
fn a_column_that_is_not_there_is_refused_with_the_nearest() {
    let folder = folder_with(&[("a.csv", TABLE)]);
    let said = refused(folder.path(), &["export", "a.csv", "--carry", "referer"]);
    assert!(
        said.contains(
            "no carried column \"referer\" (did you mean \"referrer\"?); the columns are:"
        ),
        "{said}"
    );
    let said = refused(folder.path(), &["export", "a.csv", "--carry", "page"]);
    assert!(said.contains("such as seen_page=page"), "{said}");
    let renamed = printed(
        folder.path(),
        &["export", "a.csv", "--carry", "seen_page=page"],
    );
    assert_eq!(last_columns(&renamed, 1), ["/home"; 4]);
}

#[test]
fn a_column_that_one_of_several_files_lacks_is_empty_there() {
    let without = "user_id,page_view_at,page\ndan,2024-03-06 09:00:00,/home\n";
    let folder = folder_with(&[("a.csv", TABLE), ("b.csv", without)]);
    let args = |files: [&'static str; 2]| {
        [
            "export", files[0], files[1], "--carry", "device", "--gap", "30m",
        ]
    };
    let output = dwell(folder.path(), &args(["b.csv", "a.csv"]));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("b.csv: note: no pageview has a value in the carried \"device\""),
        "{said}"
    );
    let sessions = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        last_columns(&sessions, 1),
        ["phone", "desk", "desk", "", ""]
    );
    assert_eq!(sessions, printed(folder.path(), &args(["a.csv", "b.csv"])));
    let said = refused(
        folder.path(),
        &["export", "b.csv", "a.csv", "--carry", "devise"],
    );
    assert!(said.contains("no carried column \"devise\""), "{said}");
}

#[test]
fn sessions_are_chosen_by_what_they_carry() {
    let folder = folder_with(&[("a.csv", TABLE)]);
    let chosen = |filter: &str| {
        let args = [
            "export",
            "a.csv",
            "--carry",
            "referrer,device,hour=device",
            "--filter",
            filter,
        ];
        printed(folder.path(), &args).lines().count() - 1
    };
    for (filter, expected) in [
        ("referrer:GOOGLE", 1),
        ("REFERRER=google.com", 1),
        ("-referrer:google", 3),
        ("referrer!=google.com device:desk", 2),
        ("device=\"\"", 1),
        ("referrer:\"a, \"", 1),
        // The hour is the session's.
        ("hour:9", 1),
    ] {
        assert_eq!(chosen(filter), expected, "{filter}");
    }
    let said = refused(
        folder.path(),
        &["export", "a.csv", "--filter", "referrer:google"],
    );
    assert!(said.contains("no field referrer"), "{said}");
}

#[test]
fn a_summary_has_a_row_for_each_value() {
    let folder = folder_with(&[("a.csv", TABLE)]);
    let by_device = ["summary", "a.csv", "--by", "device", "--format"];
    let csv = printed(folder.path(), &[&by_device[..], &["csv"]].concat());
    let expected = "\
device,gap,users,pageviews,sessions,bounces,bounce_rate,mean_duration_s,median_duration_s,pageviews_per_session
desk,30m,2,2,2,2,1,0,0,1
,30m,1,1,1,1,1,0,0,1
phone,30m,1,2,1,0,0,600,600,2
";
    assert_eq!(csv, expected);
    let json = printed(folder.path(), &[&by_device[..], &["json"]].concat());
    assert!(
        json.contains("{\"device\":null,\"gap\":\"30m\",\"users\":1,"),
        "{json}"
    );
    let text = printed(folder.path(), &[&by_device[..], &["text"]].concat());
    assert!(text.contains("\n(nothing)  30m "), "{text}");
    let said = refused(folder.path(), &["summary", "a.csv", "--by", "sessions"]);
    assert!(
        said.contains("--carry seen_sessions=sessions --by seen_sessions"),
        "{said}"
    );
}

#[test]
fn values_that_are_not_among_the_commonest_are_one_row_of_a_table_for_people() {
    let mut table = "user_id,page_view_at,page,n\n".to_owned();
    for n in 0..30 {
        // A value of many sessions, and many values of the same two users.
        table += &format!("u,2024-03-{:02} 09:00:00,/,often\n", n + 1);
        table += &format!("v{},2024-03-{:02} 09:00:00,/,n{n}\n", n % 2, n + 1);
    }
    let folder = folder_with(&[("a.csv", &table)]);
    let text = printed(folder.path(), &["summary", "a.csv", "--by", "n"]);
    let rows: Vec<Vec<&str>> = text
        .lines()
        .map(|row| row.split_whitespace().collect())
        .collect();
    assert_eq!(rows.len(), 22, "{text}");
    assert_eq!(rows[1][..5], ["often", "30m", "1", "30", "30"], "{text}");
    assert_eq!(
        rows[21][..6],
        ["(11", "others)", "30m", "2", "11", "11"],
        "{text}"
    );
    let csv = printed(
        folder.path(),
        &["summary", "a.csv", "--by", "n", "--format", "csv"],
    );
    assert_eq!(csv.lines().count(), 32);
}

/// Sessions of a log carry `expected`.
fn check_log(name: &str, log: &str, carry: &str, expected: &[&str]) {
    let folder = folder_with(&[(name, log)]);
    let sessions = printed(folder.path(), &["export", name, "--carry", carry]);
    let n = carry.split(',').count();
    assert_eq!(last_columns(&sessions, n), expected, "{name}");
}

#[test]
fn requests_of_logs_carry_their_fields() {
    let combined = "192.0.2.1 - - [05/Mar/2024:10:00:00 +0000] \"GET /a HTTP/1.1\" 200 5 \"https://x.org/?q=1\" \"Mozilla/5.0 (X11) Firefox/1\"\n\
                    192.0.2.2 - - [05/Mar/2024:10:00:01 +0000] \"GET /b HTTP/1.1\" 304 0 \"-\" \"Mozilla/5.0 (X11) Firefox/2\"\n";
    let expected = [
        "https://x.org/?q=1|200|Mozilla/5.0 (X11) Firefox/1",
        "|304|Mozilla/5.0 (X11) Firefox/2",
    ];
    check_log("combined.log", combined, "referrer,status,agent", &expected);
    let virtual_host = combined.replace("192.0.2.", "Example.org:80 192.0.2.");
    check_log(
        "host.log",
        &virtual_host,
        "host,from=referer",
        &["Example.org|https://x.org/?q=1", "Example.org|"],
    );
    let w3c = "#Fields: date time c-ip cs-method cs-host cs-uri-stem sc-status cs(User-Agent) cs(Referer)\n\
               2024-03-05 10:00:00 192.0.2.1 GET example.org /a 200 Mozilla/5.0+(X11) https://x.org/\n";
    check_log(
        "w3c.log",
        w3c,
        "referrer,host,status",
        &["https://x.org/|example.org|200"],
    );
    let json = "{\"time\":\"2024-03-05T10:00:00Z\",\"remote_addr\":\"192.0.2.1\",\"request\":\"GET /a HTTP/1.1\",\
                \"status\":200,\"http_referer\":\"-\",\"http_user_agent\":\"Mozilla/5.0 (X11)\",\"zone\":\"eu\"}\n";
    check_log(
        "log.json",
        json,
        "referrer,status,agent,zone",
        &["|200|Mozilla/5.0 (X11)|eu"],
    );
    let in_json = format!(
        "{{\"log\":{}}}\n",
        serde_json::Value::from(combined.lines().next().unwrap())
    );
    check_log("docker.json", &in_json, "status", &["200"]);
}

#[test]
fn fields_that_a_log_lacks_are_refused() {
    let common = "192.0.2.1 - - [05/Mar/2024:10:00:00 +0000] \"GET /a HTTP/1.1\" 200 5\n";
    let folder = folder_with(&[("a.log", common)]);
    let said = refused(folder.path(), &["export", "a.log", "--carry", "referrer"]);
    assert!(
        said.contains("no carried column \"referrer\"; the columns are: status"),
        "{said}"
    );
    let said = refused(folder.path(), &["export", "a.log", "--carry", "stauts"]);
    assert!(said.contains("did you mean \"status\"?"), "{said}");
}

/// What SQLite prints of a query, the cells with bars between them and nothing as NULL.
fn queried(store: &Path, query: &str) -> Vec<String> {
    let connection = rusqlite::Connection::open(store).unwrap();
    let mut statement = connection.prepare(query).unwrap();
    let n = statement.column_count();
    let rows = statement.query_map([], |row| {
        let cells = (0..n).map(|cell| row.get::<_, Option<String>>(cell).unwrap());
        let cells = cells.map(|cell| cell.unwrap_or_else(|| "NULL".to_owned()));
        Ok(cells.collect::<Vec<_>>().join("|"))
    });
    rows.unwrap().map(Result::unwrap).collect()
}

#[test]
fn a_store_keeps_what_is_carried_and_its_views_show_it() {
    let folder = folder_with(&[("a.csv", TABLE)]);
    let folder = folder.path();
    let carry = ["--carry", "referrer,my \"device\"=device"];
    printed(
        folder,
        &[&["load", "--store", "s.db", "a.csv"][..], &carry].concat(),
    );
    for rows in ["sessions", "pageviews"] {
        let rows = ["export", "--rows", rows];
        let direct = printed(folder, &[&rows[..], &["a.csv"], &carry].concat());
        assert_eq!(printed(folder, &[&rows[..], &["s.db"]].concat()), direct);
    }
    printed(folder, &["check", "s.db"]);
    let by_value = [
        "summary",
        "s.db",
        "--by",
        "referrer",
        "--filter",
        "referrer:google",
    ];
    assert!(printed(folder, &by_value).contains("google.com"));
    let store = folder.join("s.db");
    let sessions = queried(
        &store,
        "SELECT \"referrer\", \"my \"\"device\"\"\" FROM sessions",
    );
    let expected = [
        "google.com|phone",
        "a, \"b\"|desk",
        "NULL|desk",
        "=1+1|NULL",
    ];
    assert_eq!(sessions, expected);
    let pageviews = queried(
        &store,
        "SELECT page, referrer FROM pageviews WHERE user_id = 'ann'",
    );
    assert_eq!(
        pageviews,
        ["/home|google.com", "/cart|NULL", "/home|a, \"b\""]
    );
    // The views are tables of a database like any other.
    let again = [
        "export",
        "s.db",
        "--table",
        "pageviews",
        "--carry",
        "referrer",
    ];
    assert_eq!(last_columns(&printed(folder, &again), 1)[0], "google.com");
}

/// A load into `s.db`.
fn load<'a>(args: &[&'a str]) -> Vec<&'a str> {
    [&["load", "--store", "s.db"][..], args].concat()
}

#[test]
fn later_loads_carry_what_the_first_one_did() {
    let later = "user_id,page_view_at,page,medium\nann,2024-03-07 09:00:00,/home,tv\n";
    let without = "user_id,page_view_at,page\nann,2024-03-08 09:00:00,/home\n";
    let folder = folder_with(&[("a.csv", TABLE), ("b.csv", later), ("c.csv", without)]);
    let folder = folder.path();
    printed(folder, &load(&["a.csv", "--carry", "device"]));
    let said = refused(folder, &load(&["b.csv", "--carry", "medium"]));
    assert!(
        said.contains(
            "its pageviews carry device, and all must carry the same: load with --carry device"
        ),
        "{said}"
    );
    refused(
        folder,
        &load(&["b.csv", "--carry", "device=medium,page2=page"]),
    );
    printed(folder, &load(&["b.csv", "--carry", "device=medium"]));
    printed(folder, &load(&["c.csv"]));
    let of_ann = ["export", "s.db", "--filter", "user:ann"];
    assert_eq!(
        last_columns(&printed(folder, &of_ann), 1),
        ["phone", "desk", "tv", ""]
    );
    printed(folder, &["check", "s.db"]);
    let said = refused(folder, &["export", "s.db", "--carry", "devise"]);
    assert!(
        said.contains("(did you mean device?)") && said.contains("carry device;"),
        "{said}"
    );
}

#[test]
fn a_later_load_must_have_a_column_that_it_is_asked_for() {
    let later = "user_id,page_view_at,page,utm\nann,2024-03-06 09:00:00,/home,mail\n";
    let folder = folder_with(&[("a.csv", TABLE), ("b.csv", later)]);
    let into = ["load", "--store", "s.db"];
    let load = |file, carry| [&into[..], &[file, "--carry", carry]].concat();
    printed(folder.path(), &load("a.csv", "src=referrer"));
    let said = refused(folder.path(), &load("b.csv", "src=utmm"));
    assert!(said.contains("utmm") && said.contains("utm"), "{said}");
    printed(folder.path(), &load("b.csv", "src=utm"));
    let rows = printed(
        folder.path(),
        &["summary", "s.db", "--by", "SRC", "--format", "csv"],
    );
    assert!(rows.contains("\nmail,30m,1,1,1,"), "{rows}");
}

#[test]
fn a_breakdown_is_by_one_column_more_only_if_there_is_room() {
    let folder = folder_with(&[("a.csv", TABLE)]);
    let carry: Vec<String> = (0..16).map(|n| format!("c{n}=referrer")).collect();
    let carry = carry.join(",");
    let by = |by| ["summary", "a.csv", "--carry", &carry, "--by", by];
    printed(folder.path(), &by("c3"));
    let said = refused(folder.path(), &by("device"));
    assert!(
        said.contains("--by device would be one more than the 16"),
        "{said}"
    );
}

#[test]
fn what_a_filter_cannot_ask_of_a_carried_column_is_said() {
    let folder = folder_with(&[("a.csv", TABLE)]);
    let with = |command, carry, filter| [command, "a.csv", "--carry", carry, "--filter", filter];
    let said = refused(
        folder.path(),
        &with("summary", "my dev=device", "my dev:desk"),
    );
    assert!(said.contains("my_dev=my dev"), "{said}");
    let said = refused(folder.path(), &with("gaps", "device", "device:desk"));
    assert!(said.contains("only users can be chosen here"), "{said}");
    let kept = printed(folder.path(), &with("export", "ÄÖ=device", "äö:desk"));
    assert_eq!(kept.lines().count(), 3, "{kept}");
}

#[test]
fn a_store_whose_pageviews_carry_nothing_stays_so() {
    let folder = folder_with(&[("a.csv", TABLE), ("b.csv", "user_id,page_view_at,page\n")]);
    let folder = folder.path();
    printed(folder, &["load", "--store", "s.db", "a.csv"]);
    let before = fs::read(folder.join("s.db")).unwrap();
    let said = refused(
        folder,
        &[
            "load", "--store", "s.db", "a.csv", "--again", "--carry", "device",
        ],
    );
    assert!(
        said.contains("its pageviews carry nothing") && said.contains("leave --carry out"),
        "{said}"
    );
    assert_eq!(fs::read(folder.join("s.db")).unwrap(), before);
    let version = |store: &str| {
        let store = rusqlite::Connection::open(folder.join(store)).unwrap();
        store
            .query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0))
            .unwrap()
    };
    assert_eq!(version("s.db"), 2, "earlier dwells read it");
    printed(
        folder,
        &["load", "--store", "c.db", "a.csv", "--carry", "device"],
    );
    assert_eq!(version("c.db"), 3);
}

#[test]
fn a_store_without_pageviews_begins_to_carry() {
    let empty = "user_id,page_view_at,page,device\n";
    let folder = folder_with(&[("a.csv", TABLE), ("empty.csv", empty)]);
    let folder = folder.path();
    printed(folder, &["load", "--store", "s.db", "empty.csv"]);
    printed(
        folder,
        &["load", "--store", "s.db", "a.csv", "--carry", "device"],
    );
    printed(folder, &["check", "s.db"]);
    assert_eq!(
        last_columns(&printed(folder, &["export", "s.db"]), 1)[0],
        "phone"
    );
}

#[test]
fn no_store_is_made_where_no_file_has_the_column() {
    let without = "user_id,page_view_at,page\ndan,2024-03-06 09:00:00,/home\n";
    let folder = folder_with(&[("a.csv", TABLE), ("b.csv", without)]);
    let folder = folder.path();
    let said = refused(
        folder,
        &[
            "load", "--store", "s.db", "b.csv", "a.csv", "--carry", "devise",
        ],
    );
    assert!(said.contains("no carried column \"devise\""), "{said}");
    assert!(!folder.join("s.db").exists());
    printed(
        folder,
        &[
            "load", "--store", "s.db", "b.csv", "a.csv", "--carry", "device",
        ],
    );
    let stored = printed(folder, &["export", "s.db"]);
    let direct = printed(folder, &["export", "a.csv", "b.csv", "--carry", "device"]);
    assert_eq!(stored, direct);
}

#[test]
fn duplicates_are_told_by_user_time_and_page_alone() {
    let twice = TABLE.to_owned() + "ann,2024-03-05 09:00:00,/home,other,desk\n";
    let folder = folder_with(&[("a.csv", TABLE), ("b.csv", &twice)]);
    let folder = folder.path();
    let carry = ["--carry", "referrer,device", "--dedupe"];
    for file in ["a.csv", "b.csv"] {
        let store = format!("{file}.db");
        printed(
            folder,
            &[&["load", "--store", &store, file][..], &carry].concat(),
        );
    }
    let of = |store: &str| printed(folder, &["export", store, "--rows", "pageviews"]);
    assert_eq!(of("a.csv.db"), of("b.csv.db"));
}

#[test]
fn a_carried_value_that_was_changed_is_found() {
    let folder = folder_with(&[("a.csv", TABLE)]);
    let folder = folder.path();
    printed(
        folder,
        &["load", "--store", "s.db", "a.csv", "--carry", "device"],
    );
    for change in [
        "UPDATE pageview SET carried_1 = 1 WHERE carried_1 = 2",
        "UPDATE carried_1 SET value = 'x' WHERE value = 'phone'",
        "UPDATE pageview SET carried_1 = 77 WHERE carried_1 = 2",
        "UPDATE settings SET value = '[]' WHERE name = 'carried'",
        "UPDATE settings SET value = '[{\"name\":\"else\",\"part\":\"device\"}]' WHERE name = 'carried'",
    ] {
        let changed = folder.join("changed.db");
        fs::copy(folder.join("s.db"), &changed).unwrap();
        let connection = rusqlite::Connection::open(&changed).unwrap();
        let unchecked = format!("PRAGMA foreign_keys = OFF; {change}");
        connection.execute_batch(&unchecked).unwrap();
        drop(connection);
        let output = dwell(folder, &["check", "changed.db"]);
        assert_eq!(output.status.code(), Some(1), "{change}: {output:?}");
    }
}

/// A pageview as (user, step, page, carried values).
type Row = (u8, i64, u8, [u8; 2]);

fn table(rows: &[Row]) -> String {
    const VALUES: [&str; 4] = ["", "x", "\"y, \"\"z\"\"\"", "ä"];
    let mut table = "user_id,page_view_at,page,r,d\n".to_owned();
    for (user, step, page, carried) in rows {
        let [r, d] = carried.map(|n| VALUES[n as usize]);
        table += &format!("u{user},{},/{page},{r},{d}\n", 1_704_067_200 + step * 600);
    }
    table
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let carried = [0u8..4, 0u8..4];
    proptest::collection::vec((0u8..3, 0i64..20, 0u8..3, carried), 1..30)
}

proptest! {
    #![proptest_config(one_in(200))]

    /// Of each session, the figures by a value are those of the filter for it.
    #[test]
    fn a_row_of_a_summary_is_what_its_filter_keeps(rows in rows()) {
        let folder = folder_with(&[("a.csv", &table(&rows))]);
        let folder = folder.path();
        let by = printed(folder, &["summary", "a.csv", "--by", "r", "--format", "csv"]);
        let mut reader = csv::Reader::from_reader(by.as_bytes());
        for row in reader.records() {
            let row = row.unwrap();
            let filter = format!("r=\"{}\"", row[0].replace('"', "\\\""));
            let args = ["summary", "a.csv", "--carry", "r", "--filter", &filter, "--format", "csv"];
            let chosen = printed(folder, &args);
            let figures: Vec<&str> = row.iter().skip(1).collect();
            prop_assert_eq!(chosen.lines().nth(1).unwrap(), figures.join(","), "{}", filter);
        }
    }

    /// Files explored directly and the same ones in a store give the same bytes, with any split in loads.
    #[test]
    fn files_give_the_bytes_that_their_store_gives(
        files in proptest::collection::vec(rows(), 1..4),
        begins_empty in any::<bool>(),
    ) {
        let folder = folder_with(&[("none.csv", "user_id,page_view_at,page,r,d\n")]);
        let folder = folder.path();
        let names: Vec<String> = (0..files.len()).map(|n| format!("{n}.csv")).collect();
        for (n, (name, rows)) in names.iter().zip(&files).enumerate() {
            // No file is the beginning of another one.
            let first = format!("only,{},/{n},{n},x\n", 1_704_000_000 + n);
            let content = table(rows).replacen("page,r,d\n", &format!("page,r,d\n{first}"), 1);
            fs::write(folder.join(name), content).unwrap();
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let carry = ["--carry", "r,d"];
        if begins_empty {
            printed(folder, &["load", "--store", "s.db", "none.csv"]);
        }
        for name in &names {
            printed(folder, &[&["load", "--store", "s.db", name][..], &carry].concat());
        }
        printed(folder, &[&["load", "--store", "at-once.db"][..], &names, &carry].concat());
        printed(folder, &["check", "s.db"]);
        for answer in [
            &["export", "--rows", "sessions"][..],
            &["export", "--rows", "pageviews", "--format", "jsonl"],
            &["summary", "--by", "r", "--format", "csv"],
            &["export", "--filter", "d:x"],
        ] {
            let direct = printed(folder, &[answer, &names, &carry].concat());
            for store in ["s.db", "at-once.db"] {
                let stored = printed(folder, &[answer, &[store]].concat());
                prop_assert_eq!(&stored, &direct, "{:?} of {}", answer, store);
            }
        }
        // What SQLite finds at the landing pageviews.
        let landed = queried(&folder.join("s.db"), "SELECT r, d FROM sessions ORDER BY user_id, session_id");
        let exported = printed(folder, &["export", "s.db"]);
        let exported = last_columns(&exported, 2);
        let landed = landed.iter().map(|row| row.replace("NULL", ""));
        prop_assert_eq!(landed.collect::<Vec<_>>(), exported);
    }
}

#[test]
fn the_gap_study_has_a_class_for_each_value_of_a_column() {
    let mut table = "user_id,page_view_at,page,device\n".to_owned();
    for user in 0..40 {
        let device = ["phone", "desk", "", "\u{1b}[1m"][user % 4];
        for n in 0..5 {
            let minute = n * (1 + user % 7);
            table += &format!("u{user},2024-03-05 09:{minute:02}:00,/,{device}\n");
        }
    }
    let folder = folder_with(&[("a.csv", &table)]);
    let args = ["gaps", "a.csv", "--by", "device,activity"];
    let text = printed(folder.path(), &args);
    for expected in [
        "\nby device\n",
        "\n  phone ",
        "\n  (nothing) ",
        "\nby activity of",
    ] {
        assert!(text.contains(expected), "no {expected:?} in {text}");
    }
    assert!(!text.contains('\u{1b}'), "{text}");
    let json = ["gaps", "a.csv", "--by", "device", "--format", "json"];
    let json: serde_json::Value = serde_json::from_str(&printed(folder.path(), &json)).unwrap();
    let classes = json["by"]["device"].as_array().unwrap();
    let pauses: Vec<(&str, u64)> = classes
        .iter()
        .map(|class| {
            let name = class["class"].as_str().unwrap_or("null");
            (name, class["pauses"].as_u64().unwrap())
        })
        .collect();
    let expected = [("null", 40), ("\u{1b}[1m", 40), ("desk", 40), ("phone", 40)];
    assert_eq!(pauses, expected);
    let refusal = refused(folder.path(), &["gaps", "a.csv", "--by", "devise"]);
    assert!(refusal.contains("devise"), "{refusal}");
    let store = ["load", "--store", "s.db", "a.csv", "--carry", "device"];
    printed(folder.path(), &store);
    let of_store = printed(folder.path(), &["gaps", "s.db", "--by", "Device"]);
    assert!(of_store.contains("\nby device\n"), "{of_store}");
    refused(folder.path(), &["gaps", "s.db", "--by", "referrer"]);
}

#[test]
fn a_log_in_any_form_has_the_family_of_its_agents() {
    let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36";
    let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0";
    let agents = [chrome, firefox, "-"];
    let lines = |line: fn(usize, &str) -> String| -> String {
        let lines = agents.iter().enumerate();
        lines.map(|(n, agent)| line(n, agent)).collect()
    };
    let combined = lines(|n, agent| {
        let request = format!("[05/Mar/2024:09:00:0{n} +0000] \"GET / HTTP/1.1\" 200 5 \"-\"");
        format!("192.0.2.{n} - - {request} \"{agent}\"\n")
    });
    let both = [
        &format!("{chrome}|Chrome")[..],
        &format!("{firefox}|Firefox"),
        "|",
    ];
    check_log("access.log", &combined, "agent,agent_family", &both);
    let json = lines(|n, agent| {
        let request = "\"request_method\":\"GET\",\"uri\":\"/\",\"status\":200";
        format!(
            "{{\"remote_addr\":\"192.0.2.{n}\",\"time\":\"2024-03-05T09:00:0{n}Z\",{request},\"user_agent\":\"{agent}\"}}\n"
        )
    });
    check_log("a.jsonl", &json, "agent,agent_family", &both);
    // A column of that name is taken as it is.
    let own = json.replace("\"uri\"", "\"agent_family\":\"mine\",\"uri\"");
    check_log("own.jsonl", &own, "agent_family", &["mine"; 3]);
    let folder = folder_with(&[(
        "common.log",
        "192.0.2.1 - - [05/Mar/2024:09:00:00 +0000] \"GET / HTTP/1.1\" 200 5\n",
    )]);
    let common = ["export", "common.log", "--carry", "agent_family"];
    let said = refused(folder.path(), &common);
    assert!(said.contains("agent_family"), "{said}");
}

#[test]
fn a_damaged_record_of_what_is_carried_is_found() {
    let folder = folder_with(&[("a.csv", TABLE)]);
    let folder = folder.path();
    let load = [
        "load",
        "--store",
        "s.db",
        "a.csv",
        "--carry",
        "referrer,device",
    ];
    printed(folder, &load);
    printed(folder, &["check", "s.db"]);
    let whole = fs::read(folder.join("s.db")).unwrap();
    for (edit, expected) in [
        (
            "UPDATE settings SET value = replace(value, 'device', 'devise') WHERE name = 'carried'",
            "the checksum of its carried columns differs",
        ),
        (
            "UPDATE settings SET value = value || ' ' WHERE name = 'carried'",
            "the checksum of its carried columns differs",
        ),
        (
            "DELETE FROM settings WHERE name = 'checksum_carried'",
            "the checksum of its carried columns is missing",
        ),
        (
            "DELETE FROM settings WHERE name = 'carried'",
            "its record of what its pageviews carry is missing",
        ),
        (
            "DELETE FROM settings WHERE name = 'carried'; PRAGMA user_version = 2",
            "its record of what its pageviews carry is missing",
        ),
    ] {
        fs::write(folder.join("s.db"), &whole).unwrap();
        let store = rusqlite::Connection::open(folder.join("s.db")).unwrap();
        store.execute_batch(edit).unwrap();
        drop(store);
        for command in [
            &["check", "s.db"][..],
            &["export", "s.db"],
            &["load", "--store", "s.db", "a.csv"],
        ] {
            let output = dwell(folder, command);
            let said = [output.stdout, output.stderr].concat();
            let said = String::from_utf8(said).unwrap();
            assert!(
                !output.status.success() && said.contains(expected),
                "{edit} {command:?}: {said}"
            );
        }
    }
}

/// Rows of which those from `late` on have a referrer; more of them than are looked at first.
fn with_late_key(n: usize, late: usize) -> String {
    let row = |n: usize| {
        let referrer = match n >= late {
            true => format!(",\"ref\":\"r{}\"", n % 2),
            false => String::new(),
        };
        let second = 1_709_629_200 + n;
        format!("{{\"user_id\":\"u\",\"time\":{second},\"page\":\"/\"{referrer}}}\n")
    };
    (0..n).map(row).collect()
}

#[test]
fn a_key_that_first_appears_late_is_carried_from_there_on() {
    let (late, never) = (with_late_key(11_000, 10_500), with_late_key(11_000, 20_000));
    let array = format!("[{}]", late.trim_end().replace('\n', ","));
    let inner = late
        .replace("{\"user_id\"", "{\"at\":{\"user_id\"")
        .replace("}\n", "}}\n");
    let folder = folder_with(&[
        ("late.jsonl", &late),
        ("late.json", &array),
        ("inner.jsonl", &inner),
        ("never.jsonl", &never),
        ("other.csv", "user_id,time,page\nv,1709629200,/\n"),
    ]);
    let folder = folder.path();
    for (name, part) in [
        ("late.jsonl", "ref"),
        ("late.json", "ref"),
        ("inner.jsonl", "ref=at.ref"),
    ] {
        let args = ["export", name, "--rows", "pageviews", "--carry", part];
        let values = last_columns(&printed(folder, &args), 1);
        assert_eq!(values.len(), 11_000, "{name}");
        for (n, value) in values.iter().enumerate() {
            let expected = if n < 10_500 { "" } else { ["r0", "r1"][n % 2] };
            assert_eq!(value, expected, "{name} {n}");
        }
    }
    let many = [
        "export",
        "other.csv",
        "late.jsonl",
        "never.jsonl",
        "--carry",
        "ref",
        "--rows",
        "pageviews",
    ];
    let values = last_columns(&printed(folder, &many), 1);
    assert_eq!(values.iter().filter(|value| !value.is_empty()).count(), 500);
    for args in [
        &["export", "never.jsonl"][..],
        &["export", "other.csv", "never.jsonl"],
        &["load", "--store", "s.db", "never.jsonl"],
    ] {
        let said = refused(folder, &[args, &["--carry", "ref"]].concat());
        assert!(
            said.contains("no carried column \"ref\"; the columns are:"),
            "{said}"
        );
    }
    let both = ["export", "late.jsonl", "--carry", "ref,referrer"];
    let said = refused(folder, &both);
    assert!(said.contains("no carried column \"referrer\""), "{said}");
}

#[test]
fn an_array_without_a_value_carries_nothing() {
    let rows: String = ["[\"x\"]", "[]", "[ ]", "null", "[\"[]\",\"y\"]", "{}"]
        .iter()
        .zip(1_709_629_200..)
        .map(|(tags, at)| {
            format!("{{\"user_id\":\"u\",\"time\":{at},\"page\":\"/\",\"tags\":{tags}}}\n")
        })
        .collect();
    check("a.jsonl", &rows, "tags", &["x", "", "", "", "", ""]);
    let folder = folder_with(&[("a.jsonl", &rows)]);
    let output = dwell(folder.path(), &["export", "a.jsonl", "--carry", "tags"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("2 rows with more than one value"), "{said}");
}
