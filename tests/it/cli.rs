//! The commands as a person runs them: what is printed, what is refused, what is left behind.

use std::fs;
use std::io;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Write;
use std::process::Child;
use std::process::Command;
use std::time::Duration;
use std::time::Instant;

use rusqlite::Connection;

use crate::folder::DEADLINE;
use crate::folder::Folder;
use crate::folder::contents;
use crate::folder::names;
#[cfg(unix)]
use crate::folder::set_mode;

const HEADER: &str = "user_id,page_view_at,page\n";

/// The seed example; rows 2 and 3 are a tie.
const SEED: [&str; 5] = [
    "123,2020-02-02 12:55:16,/contact\n",
    "123,2020-02-02 12:55:18,/home\n",
    "456,2020-02-02 17:17:17,/product/1\n",
    "456,2020-02-02 17:17:17,/product/2\n",
    "789,2020-02-02 20:20:20,/product/4\n",
];

const SEED_SESSIONS: &str = "\
session_id,user_id,session_number,started_at,ended_at,duration_s,pageviews,landing_page,exit_page,is_bounce,is_open,starts_at_edge
123@1580648116000000,123,1,2020-02-02T12:55:16Z,2020-02-02T12:55:18Z,2,2,/contact,/home,false,false,true
456@1580663837000000,456,1,2020-02-02T17:17:17Z,2020-02-02T17:17:17Z,0,2,/product/1,/product/2,false,false,false
789@1580674820000000,789,1,2020-02-02T20:20:20Z,2020-02-02T20:20:20Z,0,1,/product/4,/product/4,true,true,false
";

impl Folder {
    /// A folder with the seed example in `seed.csv`.
    fn with_seed() -> Folder {
        let folder = Folder::new();
        folder.write("seed.csv", &table(&SEED));
        folder
    }

    /// The same with a store `s.db` of it.
    fn with_store() -> Folder {
        let folder = Folder::with_seed();
        folder.does(&["load", "--store", "s.db", "seed.csv"]);
        folder
    }
}

/// A file of pageviews with these rows.
fn table<S: AsRef<str>>(rows: &[S]) -> String {
    rows.iter()
        .fold(HEADER.to_owned(), |text, row| text + row.as_ref())
}

/// The fields of a CSV file without its header.
fn fields(csv: &str) -> Vec<Vec<String>> {
    csv::Reader::from_reader(csv.as_bytes())
        .records()
        .map(|record| record.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

/// Looks until it is so.
fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < DEADLINE, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

mod sessions {
    use super::*;

    #[test]
    fn the_seed_example_is_three_sessions() {
        let folder = Folder::with_seed();
        assert_eq!(folder.prints(&["export", "seed.csv"]), SEED_SESSIONS);
        assert_eq!(folder.names(), ["seed.csv"]);
    }

    #[test]
    fn the_order_of_rows_does_not_matter_beyond_ties() {
        let folder = Folder::new();
        let mut n_orders = 0;
        for order in orders(SEED.len()) {
            let place = |row| order.iter().position(|&at| at == row);
            if place(2) > place(3) {
                continue;
            }
            let rows: Vec<&str> = order.iter().map(|&row| SEED[row]).collect();
            folder.write("shuffled.csv", &table(&rows));
            let sessions = folder.prints(&["export", "shuffled.csv"]);
            assert_eq!(sessions, SEED_SESSIONS, "{order:?}");
            n_orders += 1;
        }
        assert_eq!(n_orders, 60);
    }

    /// All orders of `0..n`.
    fn orders(n: usize) -> Vec<Vec<usize>> {
        match n {
            0 => vec![Vec::new()],
            _ => orders(n - 1)
                .into_iter()
                .flat_map(|order| {
                    (0..n).map(move |at| {
                        let mut order = order.clone();
                        order.insert(at, n - 1);
                        order
                    })
                })
                .collect(),
        }
    }

    #[test]
    fn of_two_pageviews_in_one_second_the_first_to_arrive_is_the_landing_page() {
        let folder = Folder::new();
        folder.write("tie.csv", &table(&[SEED[3], SEED[2]]));
        let sessions = fields(&folder.prints(&["export", "tie.csv"]));
        assert_eq!(sessions.len(), 1);
        assert_eq!(sessions[0][7..9], ["/product/2", "/product/1"]);
    }

    #[test]
    fn a_pause_of_the_gap_starts_a_session_and_a_microsecond_less_does_not() {
        let folder = Folder::new();
        let with_pause_to = |at: &str| {
            let rows = [
                "a,2020-02-02 12:00:00,/1\n".to_owned(),
                format!("a,{at},/2\n"),
            ];
            folder.write("pause.csv", &table(&rows));
        };
        let n_sessions = |gap: &str| {
            let sessions = folder.prints(&["export", "pause.csv", "--gap", gap]);
            fields(&sessions).len()
        };
        with_pause_to("2020-02-02 12:30:00");
        assert_eq!(n_sessions("30m"), 2);
        assert_eq!(n_sessions("30m1us"), 1);
        with_pause_to("2020-02-02 12:29:59.999999");
        assert_eq!(n_sessions("30m"), 1);
        assert_eq!(n_sessions("29m59s999999us"), 2);
    }

    #[test]
    fn users_come_in_the_order_of_their_bytes_and_texts_stay_as_they_are() {
        let folder = Folder::new();
        let rows = [
            "ä,2020-01-01,/x\n",
            "10,2020-01-01,\"/a,\"\"b\"\"\"\n",
            "9,2020-01-01,\n",
            "Z,2020-01-01,\"two\nlines\"\n",
        ];
        folder.write("texts.csv", &table(&rows));
        let sessions = fields(&folder.prints(&["export", "texts.csv"]));
        let shown: Vec<[&str; 2]> = sessions.iter().map(|row| [&*row[1], &row[7]]).collect();
        let expected = [
            ["10", "/a,\"b\""],
            ["9", ""],
            ["Z", "two\nlines"],
            ["ä", "/x"],
        ];
        assert_eq!(shown, expected);
    }
}

mod exports {
    use super::*;

    #[test]
    fn pageviews_carry_their_session_and_the_time_to_the_next() {
        let folder = Folder::with_seed();
        let expected = "\
session_id,user_id,session_number,pageview_number,page_view_at,page,dwell_s
123@1580648116000000,123,1,1,2020-02-02T12:55:16Z,/contact,2
123@1580648116000000,123,1,2,2020-02-02T12:55:18Z,/home,
456@1580663837000000,456,1,1,2020-02-02T17:17:17Z,/product/1,0
456@1580663837000000,456,1,2,2020-02-02T17:17:17Z,/product/2,
789@1580674820000000,789,1,1,2020-02-02T20:20:20Z,/product/4,
";
        let pageviews = folder.prints(&["export", "seed.csv", "--rows", "pageviews"]);
        assert_eq!(pageviews, expected);
    }

    #[test]
    fn users_carry_their_totals() {
        let folder = Folder::with_seed();
        let expected = "\
user_id,first_seen_at,last_seen_at,sessions,pageviews,bounces,total_duration_s
123,2020-02-02T12:55:16Z,2020-02-02T12:55:18Z,1,2,0,2
456,2020-02-02T17:17:17Z,2020-02-02T17:17:17Z,1,2,0,0
789,2020-02-02T20:20:20Z,2020-02-02T20:20:20Z,1,1,1,0
";
        let users = folder.prints(&["export", "seed.csv", "--rows", "users"]);
        assert_eq!(users, expected);
    }

    #[test]
    fn json_lines_say_the_same_as_csv() {
        let folder = Folder::with_seed();
        for rows in ["sessions", "pageviews", "users"] {
            let csv = folder.prints(&["export", "seed.csv", "--rows", rows]);
            let lines = folder.prints(&["export", "seed.csv", "--rows", rows, "--format", "jsonl"]);
            let names: Vec<&str> = csv.lines().next().unwrap().split(',').collect();
            let from_json: Vec<Vec<String>> = lines
                .lines()
                .map(|line| {
                    let object: serde_json::Map<String, serde_json::Value> =
                        serde_json::from_str(line).unwrap();
                    assert_eq!(object.len(), names.len());
                    let text = |name: &&str| match &object[*name] {
                        serde_json::Value::Null => String::new(),
                        serde_json::Value::String(text) => text.clone(),
                        other => other.to_string(),
                    };
                    names.iter().map(text).collect()
                })
                .collect();
            assert_eq!(from_json, fields(&csv), "{rows}");
        }
    }

    #[test]
    fn a_file_has_the_bytes_that_stdout_would_have() {
        let folder = Folder::with_seed();
        let printed = folder.prints(&["export", "seed.csv", "-o", "out.csv"]);
        assert_eq!(printed, "");
        assert_eq!(folder.read("out.csv"), SEED_SESSIONS);
        assert_eq!(folder.names(), ["out.csv", "seed.csv"]);
    }

    #[test]
    fn an_existing_file_is_overwritten_only_by_force() {
        let folder = Folder::with_seed();
        folder.write("out.csv", "precious");
        let sentence = folder.refuses(1, &["export", "seed.csv", "-o", "out.csv"]);
        assert_eq!(sentence, "out.csv exists already: --force overwrites it");
        folder.does(&["export", "seed.csv", "-o", "out.csv", "--force"]);
        assert_eq!(folder.read("out.csv"), SEED_SESSIONS);
        assert_eq!(folder.names(), ["out.csv", "seed.csv"]);
    }

    #[test]
    fn an_export_that_fails_leaves_the_file_it_was_to_overwrite() {
        let folder = Folder::with_seed();
        folder.write("out.csv", "precious");
        folder.refuses(1, &["export", "gone.csv", "-o", "out.csv", "--force"]);
        folder.refuses(1, &["export", "gone.csv", "-o", "new.csv"]);
    }

    #[test]
    fn the_input_is_never_the_output() {
        let folder = Folder::with_store();
        for input in ["seed.csv", "s.db"] {
            for output in [input.to_owned(), format!("./{input}")] {
                let sentence = folder.refuses(1, &["export", input, "--force", "-o", &output]);
                assert_eq!(
                    sentence,
                    format!("{output} is the input itself: write to another file")
                );
            }
        }
    }

    #[test]
    fn a_place_that_cannot_be_written_is_said() {
        let folder = Folder::with_seed();
        let refused = |output| folder.refuses(1, &["export", "seed.csv", "-o", output]);
        assert_eq!(refused("."), "cannot write .: is a directory");
        assert_eq!(
            refused("no/such/out.csv"),
            "cannot write no/such/out.csv: no such file or directory"
        );
        let sentence = folder.refuses(1, &["generate", "-o", "no/such/out.csv"]);
        assert_eq!(
            sentence,
            "cannot write no/such/out.csv: no such file or directory"
        );
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_is_said() {
        let folder = Folder::with_store();
        let full = "cannot write /dev/full: no space left on device";
        assert_eq!(
            folder.refuses(1, &["export", "s.db", "-o", "/dev/full"]),
            full
        );
        let args = ["generate", "--pageviews", "100000", "-o", "/dev/full"];
        assert_eq!(folder.refuses(1, &args), full);

        let device = fs::OpenOptions::new().write(true).open("/dev/full");
        let output = folder
            .command(&["export", "s.db"])
            .stdout(device.unwrap())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(
            String::from_utf8(output.stderr).unwrap(),
            "dwell: cannot write standard output: no space left on device\n"
        );
    }

    #[test]
    #[cfg(unix)]
    fn a_folder_that_cannot_be_written_is_said() {
        let mut folder = Folder::with_seed();
        fs::create_dir(folder.path("locked")).unwrap();
        folder.bind_by_permissions();
        set_mode(&folder.path("locked"), 0o555);
        for args in [
            &["export", "seed.csv", "-o", "locked/out.csv"][..],
            &["load", "--store", "locked/s.db", "seed.csv"],
        ] {
            assert!(folder.refuses(1, args).ends_with(": permission denied"));
        }
        set_mode(&folder.path("locked"), 0o755);
        assert_eq!(names(&folder.path("locked")), [""; 0]);
    }
}

mod summaries {
    use super::*;

    const GAPS: [&str; 4] = ["--gap", "30m", "--gap", "31m"];

    fn summary(format: &str) -> String {
        let folder = Folder::new();
        let rows = [
            "a,2020-01-01 10:00:00,/1\n",
            "a,2020-01-01 10:30:30,/2\n",
            "b,2020-01-01 10:00:00,/1\n",
        ];
        folder.write("a.csv", &table(&rows));
        let mut args = vec!["summary", "a.csv", "--format", format];
        args.extend(GAPS);
        folder.prints(&args)
    }

    #[test]
    fn text_has_a_row_for_every_gap() {
        let expected = "\
gap  users  pageviews  sessions  bounces  bounce rate     mean   median  views a session
30m      2          3         3        3      100.0 %       0s       0s              1.0
31m      2          3         2        1       50.0 %  15m 15s  15m 15s              1.5
";
        assert_eq!(summary("text"), expected);
    }

    #[test]
    fn csv_has_a_row_for_every_gap() {
        let expected = "\
gap,users,pageviews,sessions,bounces,bounce_rate,mean_duration_s,median_duration_s,pageviews_per_session
30m,2,3,3,3,1,0,0,1
31m,2,3,2,1,0.5,915,915,1.5
";
        assert_eq!(summary("csv"), expected);
    }

    #[test]
    fn json_has_an_object_for_every_gap() {
        let rows: serde_json::Value = serde_json::from_str(&summary("json")).unwrap();
        assert_eq!(rows.as_array().unwrap().len(), 2);
        assert_eq!(rows[0]["gap"], "30m");
        assert_eq!(rows[1]["gap"], "31m");
        assert_eq!(rows[1]["sessions"], 2);
        assert_eq!(rows[1]["bounce_rate"], 0.5);
        assert_eq!(rows[1]["mean_duration_s"], 915);
    }

    #[test]
    fn sessions_are_told_apart_by_the_day_they_start_on() {
        let folder = Folder::new();
        let rows = [
            "a,2020-01-01 22:50:00,/1\n",
            "a,2020-01-01 23:10:00,/2\n",
            "b,2020-01-01 23:10:00,/1\n",
        ];
        folder.write("a.csv", &table(&rows));
        let by_day = ["summary", "a.csv", "--by", "day", "--format", "csv"];
        let berlin = [&by_day[..], &["--display-zone", "Europe/Berlin"]].concat();
        assert_eq!(
            folder.prints(&berlin),
            "\
day,gap,users,pageviews,sessions,bounces,bounce_rate,mean_duration_s,median_duration_s,pageviews_per_session
2020-01-01,30m,1,2,1,0,0,1200,1200,2
2020-01-02,30m,1,1,1,1,1,0,0,1
"
        );
        let json = folder.prints(&["summary", "a.csv", "--by", "weekday", "--format", "json"]);
        let rows: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(
            (&rows[2]["weekday"], &rows[2]["sessions"]),
            (&"wed".into(), &2.into())
        );
        assert_eq!(rows.as_array().unwrap().len(), 7);
        let text = folder.prints(&["summary", "a.csv", "--by", "hour", "--filter", "user:b"]);
        assert!(text.starts_with("hour  gap  users"), "{text}");
        assert_eq!(text.lines().count(), 25);
        assert!(
            text.lines()
                .any(|line| line.starts_with("  23  30m      1")),
            "{text}"
        );
    }

    #[test]
    fn of_no_pageviews_there_are_no_rates() {
        let folder = Folder::new();
        folder.write("none.csv", HEADER);
        let json = folder.prints(&["summary", "none.csv", "--format", "json"]);
        let rows: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(rows[0]["pageviews"], 0);
        assert!(rows[0]["bounce_rate"].is_null());
        let csv = folder.prints(&["summary", "none.csv", "--format", "csv"]);
        assert!(csv.ends_with("\n30m,0,0,0,0,,,,\n"), "{csv}");
    }
}

mod stores {
    use super::*;

    const MORE: [&str; 3] = [
        "123,2020-02-02 13:10:00,/late\n",
        "456,2020-02-02 17:00:00.5,\"/a,b\"\n",
        "new,1969-12-31 23:59:59.25,/before\n",
    ];

    fn rows_of(folder: &Folder, query: &str) -> Vec<Vec<String>> {
        let connection = Connection::open(folder.path("s.db")).unwrap();
        let mut statement = connection.prepare(query).unwrap();
        let n = statement.column_count();
        let rows = statement.query_map([], |row| {
            (0..n)
                .map(|column| {
                    Ok(match row.get_ref(column)? {
                        rusqlite::types::ValueRef::Text(text) => {
                            String::from_utf8_lossy(text).into_owned()
                        }
                        rusqlite::types::ValueRef::Integer(n) => n.to_string(),
                        rusqlite::types::ValueRef::Real(n) => n.to_string(),
                        other => panic!("{other:?}"),
                    })
                })
                .collect()
        });
        rows.unwrap().map(Result::unwrap).collect()
    }

    /// The named columns of a CSV file.
    fn pick(csv: &str, names: &[&str]) -> Vec<Vec<String>> {
        let header: Vec<&str> = csv.lines().next().unwrap().split(',').collect();
        let place = |name: &&str| header.iter().position(|column| column == name).unwrap();
        let places: Vec<usize> = names.iter().map(place).collect();
        fields(csv)
            .into_iter()
            .map(|row| places.iter().map(|&at| row[at].clone()).collect())
            .collect()
    }

    #[test]
    fn a_store_exports_what_its_files_do() {
        let folder = Folder::with_store();
        folder.write("more.csv", &table(&MORE));
        folder.does(&["load", "--store", "s.db", "more.csv"]);
        for rows in ["sessions", "pageviews", "users"] {
            let of_files = folder.prints(&["export", "seed.csv", "more.csv", "--rows", rows]);
            let of_store = folder.prints(&["export", "s.db", "--rows", rows]);
            assert_eq!(of_store, of_files);
        }
    }

    #[test]
    fn the_views_read_like_the_export() {
        let folder = Folder::with_store();
        folder.write("more.csv", &table(&MORE));
        folder.does(&["load", "--store", "s.db", "more.csv"]);

        let names = ["user_id", "page_view_at", "page"];
        let exported = folder.prints(&["export", "s.db", "--rows", "pageviews"]);
        let viewed = rows_of(&folder, "SELECT * FROM pageviews");
        let sorted = |mut rows: Vec<Vec<String>>| {
            rows.sort();
            rows
        };
        assert_eq!(sorted(viewed), sorted(pick(&exported, &names)));

        let names = [
            "session_id",
            "user_id",
            "started_at",
            "ended_at",
            "duration_s",
            "pageviews",
            "landing_page",
            "exit_page",
            "is_bounce",
        ];
        let exported = folder.prints(&["export", "s.db"]);
        let viewed = rows_of(
            &folder,
            "SELECT * FROM sessions ORDER BY user_id, started_at",
        );
        let viewed: Vec<Vec<String>> = viewed
            .into_iter()
            .map(|mut row| {
                row[8] = (row[8] == "1").to_string();
                row
            })
            .collect();
        assert_eq!(viewed, pick(&exported, &names));
        assert_eq!(viewed.len(), 4);
    }

    #[test]
    fn reading_leaves_nothing_beside_a_store() {
        let folder = Folder::with_store();
        let before = contents(folder.work.path());
        folder.does(&["export", "s.db"]);
        folder.does(&["summary", "s.db"]);
        assert!(contents(folder.work.path()) == before);
    }

    #[test]
    #[cfg(unix)]
    fn a_store_that_cannot_be_written_can_be_read() {
        let mut folder = Folder::with_store();
        folder.bind_by_permissions();
        let reads = || {
            assert_eq!(folder.prints(&["export", "s.db"]), SEED_SESSIONS);
            assert_eq!(folder.names(), ["s.db", "seed.csv"]);
        };
        let refuses = || {
            let sentence = folder.refuses(1, &["load", "--store", "s.db", "--again", "seed.csv"]);
            assert!(sentence.ends_with(" s.db: it can only be read"));
        };
        set_mode(&folder.path("s.db"), 0o444);
        reads();
        refuses();
        set_mode(folder.work.path(), 0o555);
        reads();
        refuses();
        set_mode(&folder.path("s.db"), 0o644);
        reads();
        refuses();
        set_mode(folder.work.path(), 0o755);
    }

    #[test]
    fn the_same_content_is_loaded_once() {
        let folder = Folder::with_store();
        let before = folder.prints(&["export", "s.db", "--rows", "pageviews"]);
        fs::copy(folder.path("seed.csv"), folder.path("copy.csv")).unwrap();
        let said = folder.does(&["load", "--store", "s.db", "copy.csv"]).err;
        let (what, when) = said.split_once(" at ").unwrap();
        assert_eq!(what, "copy.csv was loaded already, as seed.csv");
        assert!(when.ends_with("Z; --again takes it in once more: skipped\n"));
        let after = folder.prints(&["export", "s.db", "--rows", "pageviews"]);
        assert_eq!(after, before);

        folder.does(&["load", "--store", "s.db", "copy.csv", "--again"]);
        let twice = fields(&folder.prints(&["summary", "s.db", "--format", "csv"]));
        assert_eq!(twice[0][2..4], ["10", "3"]);
        assert_eq!(folder.names(), ["copy.csv", "s.db", "seed.csv"]);
    }

    #[test]
    fn a_load_that_fails_leaves_no_store() {
        let folder = Folder::with_seed();
        folder.write("bad.csv", &table(&["a,yesterday,/\n", ",2020-01-01,/\n"]));
        for args in [
            &["load", "--store", "s.db", "bad.csv"][..],
            &["load", "--store", "s.db", "gone.csv"],
            &["load", "--store", "s.db", "seed.csv", "--user-column", "u"],
            &["load", "--store", "no/such/s.db", "seed.csv"],
        ] {
            folder.refuses(1, args);
        }
        assert_eq!(folder.names(), ["bad.csv", "seed.csv"]);
    }

    #[test]
    fn a_load_that_fails_leaves_the_store_as_it_was() {
        let folder = Folder::with_store();
        folder.write("bad.csv", &table(&[MORE[0], "a,yesterday,/\n"]));
        let before = folder.prints(&["export", "s.db"]);
        let sentence = folder.refuses(1, &["load", "--store", "s.db", "bad.csv", "--strict"]);
        assert_eq!(sentence, "bad.csv:3: timestamp \"yesterday\" is not a date");
        assert_eq!(folder.prints(&["export", "s.db"]), before);
    }

    #[test]
    fn files_before_the_one_that_fails_stay_loaded() {
        let folder = Folder::with_seed();
        let ran = folder.run(&["load", "--store", "s.db", "seed.csv", "gone.csv"]);
        assert_eq!(ran.status, 1);
        let failed = "error: cannot read gone.csv: no such file or directory\n";
        assert!(ran.err.contains(failed), "{ran:?}");
        assert_eq!(folder.prints(&["export", "s.db"]), SEED_SESSIONS);
    }

    #[test]
    fn the_saved_gap_is_the_one_of_the_last_sessionize() {
        let folder = Folder::with_store();
        let ran = folder.does(&["sessionize", "--store", "s.db", "--gap", "1s"]);
        let said = "gap 1s: 5 pageviews read; 3 sessions removed, 4 written, 0 unchanged\n";
        assert_eq!(ran.err, said);
        let saved = folder.prints(&["export", "s.db"]);
        assert_eq!(fields(&saved).len(), 4);
        assert_eq!(saved, folder.prints(&["export", "s.db", "--gap", "1s"]));
        assert_eq!(rows_of(&folder, "SELECT * FROM sessions").len(), 4);
        let summary = fields(&folder.prints(&["summary", "s.db", "--format", "csv"]));
        assert_eq!(summary[0][0], "1s");

        let at_30m = folder.prints(&["export", "s.db", "--gap", "30m"]);
        assert_eq!(at_30m, SEED_SESSIONS);
        // Without a gap sessionize keeps the one it finds.
        folder.does(&["sessionize", "--store", "s.db"]);
        assert_eq!(folder.prints(&["export", "s.db"]), saved);
    }

    #[test]
    fn a_later_load_follows_the_saved_gap() {
        let folder = Folder::with_store();
        folder.does(&["sessionize", "--store", "s.db", "--gap", "1s"]);
        folder.write("more.csv", &table(&MORE));
        folder.does(&["load", "--store", "s.db", "more.csv"]);
        let stored = rows_of(&folder, "SELECT session_id FROM sessions");
        let exported = folder.prints(&["export", "seed.csv", "more.csv", "--gap", "1s"]);
        assert_eq!(stored.len(), fields(&exported).len());
        assert_eq!(folder.prints(&["export", "s.db"]), exported);
    }

    #[test]
    fn a_store_cannot_be_read_together_with_anything() {
        let folder = Folder::with_store();
        fs::copy(folder.path("s.db"), folder.path("t.db")).unwrap();
        for paths in [["s.db", "t.db"], ["s.db", "seed.csv"], ["seed.csv", "s.db"]] {
            for command in ["export", "summary"] {
                assert_eq!(
                    folder.refuses(2, &[command, paths[0], paths[1]]),
                    "s.db is a database and cannot be read together with other files"
                );
            }
        }
    }

    #[test]
    fn a_database_of_another_program_stays_untouched() {
        let folder = Folder::with_seed();
        let connection = Connection::open(folder.path("other.db")).unwrap();
        connection
            .execute_batch("CREATE TABLE orders (id); CREATE TABLE \"cu\u{1b}[31mst\" (id);")
            .unwrap();
        connection.close().unwrap();
        let expected = "other.db is a SQLite database, but not a dwell store \
                        (its tables: cu<U+001B>[31mst, orders; --table NAME reads one)";
        for args in [
            &["export", "other.db"][..],
            &["summary", "other.db"],
            &["sessionize", "--store", "other.db", "--gap", "1h"],
            &["load", "--store", "other.db", "seed.csv"],
        ] {
            assert_eq!(folder.refuses(1, args), expected);
        }
    }

    #[test]
    fn a_store_of_a_later_version_stays_untouched() {
        let folder = Folder::with_store();
        let connection = Connection::open(folder.path("s.db")).unwrap();
        connection.pragma_update(None, "user_version", 99).unwrap();
        connection.close().unwrap();
        for args in [
            &["export", "s.db"][..],
            &["summary", "s.db"],
            &["sessionize", "--store", "s.db"],
            &["load", "--store", "s.db", "--again", "seed.csv"],
        ] {
            assert_eq!(
                folder.refuses(1, args),
                "s.db has store version 99, and this dwell knows versions up to 3: \
                 install a newer dwell"
            );
        }
    }

    #[test]
    fn a_text_file_is_no_store() {
        let folder = Folder::with_seed();
        folder.write("notes.txt", "milk, bread");
        for args in [
            &["load", "--store", "notes.txt", "seed.csv"][..],
            &["sessionize", "--store", "notes.txt"],
        ] {
            let sentence = folder.refuses(1, args);
            assert_eq!(
                sentence,
                "cannot open notes.txt: it is not a SQLite database"
            );
        }
        let sentence = folder.refuses(1, &["sessionize", "--store", "gone.db"]);
        assert_eq!(sentence, "cannot read gone.db: no such file or directory");
    }

    #[test]
    fn a_damaged_store_is_said_to_be() {
        let folder = Folder::with_store();
        let whole = fs::read(folder.path("s.db")).unwrap();
        fs::write(folder.path("s.db"), &whole[..200]).unwrap();
        let sentence = folder.refuses(1, &["summary", "s.db"]);
        assert_eq!(
            sentence,
            "cannot open s.db: the file is damaged: load its sources into a new store"
        );
    }
}

mod inputs {
    use super::*;

    #[test]
    fn what_is_no_input_is_said_in_one_sentence() {
        let folder = Folder::new();
        fs::create_dir(folder.path("days")).unwrap();
        folder.write("empty.csv", "");
        folder.write("blank.csv", "\n\n");
        folder.write("picture.csv", "\u{89}PNG\0\0\0\0\0\0\0\0");
        for (input, expected) in [
            (
                "gone.csv",
                "cannot read gone.csv: no such file or directory",
            ),
            ("days", "days: the folder holds no files to read"),
            ("empty.csv", "empty.csv: the file is empty"),
            ("blank.csv", "blank.csv: the file is empty"),
            (
                "picture.csv",
                "picture.csv: it does not look like text: if it is not UTF-8, name its --encoding; or name its --input-format",
            ),
        ] {
            for command in ["export", "summary"] {
                assert_eq!(folder.refuses(1, &[command, input]), expected);
            }
            assert_eq!(
                folder.refuses(1, &["load", "--store", "s.db", input]),
                expected
            );
        }
    }

    #[test]
    fn a_header_alone_is_no_pageviews_and_no_error() {
        let folder = Folder::new();
        folder.write("none.csv", HEADER);
        let ran = folder.does(&["export", "none.csv"]);
        assert_eq!(ran.out, SEED_SESSIONS.split_inclusive('\n').next().unwrap());
        assert!(ran.err.contains("none.csv: 0 pageviews"), "{ran:?}");
        folder.does(&["load", "--store", "s.db", "none.csv"]);
        assert!(folder.path("s.db").exists());
    }

    #[test]
    fn a_missing_column_is_said_with_the_header_and_the_option() {
        let folder = Folder::with_seed();
        for (option, role) in [
            ("--user-column", "user"),
            ("--time-column", "time"),
            ("--page-column", "page"),
        ] {
            assert_eq!(
                folder.refuses(1, &["export", "seed.csv", option, "nope"]),
                format!(
                    "seed.csv: no {role} column \"nope\"; the columns are: \
                     user_id (123), page_view_at (2020-02-02 12:55:16), page (/contact); name it with {option} NAME"
                )
            );
        }
    }

    #[test]
    fn columns_can_be_named() {
        let folder = Folder::with_seed();
        let odd = table(&SEED).replacen(HEADER, "who,when it was,\"what, then\"\n", 1);
        folder.write("odd.csv", &odd);
        let args = [
            "export",
            "odd.csv",
            "--user-column",
            "who",
            "--time-column",
            "when it was",
            "--page-column",
            "what, then",
        ];
        assert_eq!(folder.prints(&args), SEED_SESSIONS);
    }

    #[test]
    fn rejects_are_counted_and_the_first_few_shown() {
        let folder = Folder::new();
        let mut rows = vec![SEED[0]];
        rows.extend(["x,never,/\n"; 7]);
        folder.write("some.csv", &table(&rows));
        for args in [
            &["export", "some.csv"][..],
            &["load", "--store", "s.db", "some.csv"],
        ] {
            let ran = folder.does(args);
            let shown: Vec<&str> = ran
                .err
                .lines()
                .skip_while(|line| *line != "some.csv: 7 of 8 rows left out:")
                .skip(1)
                .take(6)
                .collect();
            let reason = "timestamp \"never\" is not a date";
            let mut expected: Vec<String> = (3..8)
                .map(|line| format!("  some.csv:{line}: {reason}"))
                .collect();
            expected.push("  and 2 more".to_owned());
            assert_eq!(shown, expected, "{ran:?}");
        }
    }

    #[test]
    fn strict_stops_at_the_first_reject() {
        let folder = Folder::new();
        folder.write("some.csv", &table(&[SEED[0], ",2020-01-01,/\n"]));
        for args in [
            &["export", "some.csv", "--strict"][..],
            &["summary", "some.csv", "--strict"],
            &["load", "--store", "s.db", "some.csv", "--strict"],
        ] {
            assert_eq!(folder.refuses(1, args), "some.csv:3: the user is empty");
        }
    }

    #[test]
    fn nothing_but_rejects_is_an_error() {
        let folder = Folder::new();
        folder.write("bad.csv", &table(&["x,never,/\n", "y,2020-01-01\n"]));
        assert_eq!(
            folder.refuses(1, &["summary", "bad.csv"]),
            "bad.csv: none of 2 rows is a pageview; the first: \
             bad.csv:2: timestamp \"never\" is not a date"
        );
    }

    #[test]
    fn standard_input_is_read_by_its_dash() {
        let folder = Folder::new();
        let ran = folder.run_with_input(&["export", "-"], &table(&SEED));
        assert_eq!((ran.status, &*ran.out), (0, SEED_SESSIONS));
        assert!(
            ran.err.starts_with("standard input: CSV with ','"),
            "{ran:?}"
        );
        let ran = folder.run_with_input(&["load", "--store", "s.db", "-"], &table(&SEED));
        assert_eq!(ran.status, 0, "{ran:?}");
        assert_eq!(folder.prints(&["export", "s.db"]), SEED_SESSIONS);
        let sentence = folder.refuses(1, &["export", "-"]);
        assert_eq!(sentence, "standard input: the file is empty");
    }

    #[test]
    #[cfg(unix)]
    fn a_named_pipe_is_read_like_a_file() {
        let folder = Folder::new();
        let made = Command::new("mkfifo").arg(folder.path("pipe")).status();
        assert!(made.unwrap().success());
        let path = folder.path("pipe");
        let writer = std::thread::spawn(move || fs::write(path, table(&SEED)).unwrap());
        assert_eq!(folder.prints(&["export", "pipe"]), SEED_SESSIONS);
        writer.join().unwrap();
    }

    #[test]
    #[cfg(unix)]
    fn a_file_that_may_not_be_read_is_said() {
        let mut folder = Folder::with_store();
        folder.bind_by_permissions();
        set_mode(&folder.path("seed.csv"), 0o000);
        set_mode(&folder.path("s.db"), 0o000);
        for name in ["seed.csv", "s.db"] {
            let sentence = folder.refuses(1, &["export", name]);
            assert_eq!(sentence, format!("cannot read {name}: permission denied"));
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_name_with_escapes_and_line_ends_is_shown_harmlessly() {
        let folder = Folder::new();
        let name = "e\u{1b}]0;x\u{7}\nvil\u{202e}.csv";
        let shown = "e<U+001B>]0;x<U+0007> vil<U+202E>.csv";
        assert_eq!(
            folder.refuses(1, &["export", name]),
            format!("cannot read {shown}: no such file or directory")
        );
        folder.write(name, "us\u{1b}er,when,\u{9b}page\n1,\u{1b}[2J,/\n");
        assert_eq!(
            folder.refuses(1, &["export", name]),
            format!(
                "{shown}: no user column, no time column; the columns are: us<U+001B>er (1), \
                 when (<U+001B>[2J), <U+009B>page (/); name them with --user-column NAME --time-column NAME"
            )
        );
        folder.write(name, &table(&[SEED[0], "a\u{1b}c,\u{1b}[2J,/\n"]));
        let ran = folder.does(&["load", "--store", "s.db", name]);
        let reason = "timestamp \"<U+001B>[2J\" is not a date";
        assert!(
            ran.err.contains(&format!("  {shown}:3: {reason}\n")),
            "{ran:?}"
        );
        let said = folder.does(&["load", "--store", "s.db", name]).err;
        assert!(said.starts_with(&format!("{shown} was loaded already, as {shown} at ")));
    }
}

mod usage {
    use super::*;

    #[test]
    fn every_command_has_help() {
        let folder = Folder::new();
        assert!(folder.prints(&["--version"]).starts_with("dwell "));
        let help = folder.prints(&["--help"]);
        for command in ["load", "sessionize", "export", "summary", "generate"] {
            assert!(help.contains(&format!("\n  {command} ")), "{help}");
            let of_command = folder.prints(&[command, "--help"]);
            let usage = format!("Usage: dwell {command} ");
            assert!(of_command.contains(&usage), "{of_command}");
        }
    }

    #[test]
    fn what_is_no_gap_is_answered_with_what_is() {
        let folder = Folder::with_store();
        for gap in ["0", "0s", "-5m", "30", "soon", "1ns"] {
            let gap_option = format!("--gap={gap}");
            for args in [
                &["export", "s.db", &gap_option][..],
                &["summary", "s.db", &gap_option],
                &["sessionize", "--store", "s.db", &gap_option],
                &["s.db", &gap_option],
            ] {
                let ran = folder.run(args);
                assert_eq!(ran.status, 2, "{args:?}: {ran:?}");
                assert!(ran.err.contains("30m, 90s, 1h30m, 500ms, 250us or 1d"));
            }
        }
    }

    #[test]
    fn what_is_no_command_line_is_wrong_usage() {
        let folder = Folder::with_store();
        for args in [
            &["export"][..],
            &["load", "seed.csv"],
            &["load", "--store", "s.db"],
            &["sessionize"],
            &["export", "s.db", "--force"],
            &["export", "s.db", "--rows", "visits"],
            &["export", "s.db", "--time-zone", "Mars/Base"],
            &["summary", "s.db", "--nonsense"],
            &["generate", "--days", "0"],
        ] {
            let ran = folder.run(args);
            assert_eq!(ran.status, 2, "{args:?}: {ran:?}");
            assert_eq!(ran.out, "");
        }
    }

    #[test]
    fn the_explorer_says_that_it_needs_a_terminal() {
        let folder = Folder::with_store();
        for args in [&[][..], &["s.db"], &["seed.csv"], &["-"]] {
            assert_eq!(
                folder.refuses(2, args),
                "the explorer needs a terminal: in a pipeline use dwell summary or dwell export"
            );
        }
    }
}

mod generated {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_pageviews() {
        let folder = Folder::new();
        let of_seed = |seed| folder.prints(&["generate", "--pageviews", "500", "--seed", seed]);
        assert_eq!(of_seed("7"), of_seed("7"));
        assert_ne!(of_seed("7"), of_seed("8"));
        assert_eq!(fields(&of_seed("7")).len(), 500);
        folder.does(&[
            "generate",
            "--pageviews",
            "500",
            "--seed",
            "7",
            "-o",
            "g.csv",
        ]);
        assert_eq!(folder.read("g.csv"), of_seed("7"));
    }

    #[test]
    fn what_is_generated_can_be_exported_in_a_pipe() {
        let folder = Folder::new();
        let made = folder.prints(&["generate", "--pageviews", "20000", "--with-seed-example"]);
        let ran = folder.run_with_input(&["export", "-", "--rows", "pageviews"], &made);
        assert_eq!(ran.status, 0, "{ran:?}");
        assert_eq!(fields(&ran.out).len(), 20_005);
        let ran = folder.run_with_input(&["export", "-"], &made);
        for session in SEED_SESSIONS.lines().skip(1) {
            let (id, _) = session.split_once(',').unwrap();
            assert!(ran.out.contains(&format!("\n{id},")), "{id}");
        }
    }

    #[test]
    fn late_pageviews_make_the_same_sessions() {
        let folder = Folder::new();
        let sessions = |late| {
            let made = folder.prints(&["generate", "--pageviews", "2000", "--late", late]);
            folder.run_with_input(&["export", "-"], &made).out
        };
        assert_eq!(fields(&sessions("0.3")).len(), fields(&sessions("0")).len());
    }

    #[test]
    fn a_share_is_from_0_to_1() {
        let folder = Folder::new();
        for late in ["2", "-0.1", "NaN", "inf"] {
            assert_eq!(
                folder.refuses(2, &["generate", &format!("--late={late}")]),
                format!("--late {late} is not a share: expected 0 to 1")
            );
        }
    }
}

mod pipes {
    use super::*;

    /// Runs dwell, reads a line of what it prints and goes away.
    fn read_a_line(folder: &Folder, args: &[&str]) {
        let mut child = folder.start(args);
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        assert!(line.starts_with("user_id") || line.starts_with("session_id"));
        drop(out);
        let output = child.wait_with_output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{args:?}: {err}");
        assert!(!err.contains("dwell: "), "{err}");
        assert_eq!(names(folder.temporary.path()), [""; 0]);
    }

    #[test]
    fn a_reader_that_goes_away_is_no_failure() {
        let folder = Folder::new();
        read_a_line(&folder, &["generate", "--pageviews", "100000"]);
        folder.does(&["generate", "--pageviews", "20000", "-o", "g.csv"]);
        read_a_line(&folder, &["export", "g.csv", "--rows", "pageviews"]);
    }

    #[test]
    fn nobody_reading_the_words_is_no_failure() {
        let folder = Folder::with_seed();
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let output = folder
            .command(&["export", "seed.csv"])
            .stderr(writer)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(String::from_utf8(output.stdout).unwrap(), SEED_SESSIONS);
    }
}

#[cfg(unix)]
mod into_itself {
    use super::*;

    #[test]
    fn a_store_is_not_loaded_into_itself_by_any_name_of_it() {
        let folder = Folder::with_store();
        std::os::unix::fs::symlink("s.db", folder.path("link.db")).unwrap();
        fs::hard_link(folder.path("s.db"), folder.path("hard.db")).unwrap();
        let of = |store: &str, name: &str, more: &[&str]| {
            let args = [&["load", "--store", store, name][..], more].concat();
            assert_eq!(
                folder.refuses(1, &args),
                format!("{name}: it is the store itself, which holds its pageviews already")
            );
        };
        for name in ["s.db", "./s.db", "link.db", "hard.db"] {
            of("s.db", name, &[]);
            of("s.db", name, &["--table", "pageviews"]);
            of("s.db", name, &["--table", "pageviews", "--again"]);
        }
        of("link.db", "s.db", &["--table", "pageviews"]);
    }

    #[test]
    fn what_sqlite_keeps_beside_a_store_is_not_loaded_into_it() {
        let folder = Folder::with_store();
        // It is there while somebody has the store open.
        let reader = rusqlite::Connection::open(folder.path("s.db")).unwrap();
        let n_loads = reader.query_row("SELECT count(*) FROM loads", [], |row| row.get(0));
        assert_eq!(n_loads, Ok(1));
        let ran = folder.run(&["load", "--store", "s.db", "s.db-shm"]);
        assert_eq!(
            (ran.status, ran.err.as_str()),
            (
                1,
                "dwell: s.db-shm: it is a part of the store itself, which holds its pageviews already\n"
            )
        );
    }

    #[test]
    fn another_store_is_loaded_by_its_table() {
        let folder = Folder::with_store();
        folder.does(&["load", "--store", "t.db", "s.db", "--table", "pageviews"]);
        assert_eq!(folder.prints(&["export", "t.db"]), SEED_SESSIONS);
    }
}

#[cfg(unix)]
mod interrupted {
    use super::*;

    fn kill(child: &Child, signal: &str) {
        let line = format!("kill -{signal} {}", child.id());
        let status = Command::new("sh").args(["-c", &line]).status();
        assert!(status.unwrap().success());
    }

    #[cfg(target_os = "linux")]
    fn heeds_signals(child: &Child) -> bool {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id()));
        status.is_ok_and(|status| {
            let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
            u64::from_str_radix(caught.unwrap().trim(), 16).unwrap() & 0b10 != 0
        })
    }

    /// Starts a load from a pipe that stays open, sends a signal once there is a file whose name ends so, and
    /// sees that nothing comes of it.
    fn interrupt_a_load(folder: &Folder, signal: &str, sign_of_life: &str) {
        let before = contents(folder.work.path());
        let mut child = folder.start(&["load", "--store", "s.db", "-"]);
        let mut pipe = child.stdin.take().unwrap();
        pipe.write_all(table(&["a,2020-01-01,/\n"]).as_bytes())
            .unwrap();
        wait_until("the load has begun", || {
            folder
                .names()
                .iter()
                .any(|name| name.ends_with(sign_of_life))
        });
        kill(&child, signal);
        let began = Instant::now();
        while child.try_wait().unwrap().is_none() {
            if began.elapsed() > DEADLINE {
                child.kill().unwrap();
                panic!("the load goes on in spite of the signal");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(130));
        assert_eq!(
            String::from_utf8(output.stderr).unwrap(),
            "dwell: interrupted: nothing was changed\n"
        );
        assert!(contents(folder.work.path()) == before);
        drop(pipe);
    }

    #[test]
    fn a_load_that_waits_for_its_pipe_leaves_no_store() {
        for signal in ["INT", "TERM", "HUP"] {
            interrupt_a_load(&Folder::with_seed(), signal, ".tmp");
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_load_that_was_told_to_outlive_its_terminal_does() {
        let folder = Folder::new();
        let mut child = Command::new("nohup")
            .arg(crate::folder::DWELL)
            .args(["load", "--store", "s.db", "-"])
            .current_dir(folder.work.path())
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        wait_until("the load has begun", || {
            folder.names().iter().any(|name| name.ends_with(".tmp"))
        });
        kill(&child, "HUP");
        let rows = table(&["a,2020-01-01,/\n"]);
        child
            .stdin
            .take()
            .unwrap()
            .write_all(rows.as_bytes())
            .unwrap();
        assert!(child.wait().unwrap().success());
        assert_eq!(folder.names(), ["s.db"]);
    }

    #[test]
    fn what_a_killed_load_left_is_removed_by_the_next_one() {
        let folder = Folder::with_seed();
        let mut child = folder.start(&["load", "--store", "s.db", "-"]);
        wait_until("the load has begun", || folder.names().len() > 1);
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(folder.names().len(), 2, "it left its draft");
        folder.does(&["load", "--store", "s.db", "seed.csv"]);
        assert_eq!(folder.names(), ["s.db", "seed.csv"]);
    }

    #[test]
    fn the_draft_of_a_load_that_goes_on_is_left_alone() {
        let folder = Folder::with_seed();
        let mut child = folder.start(&["load", "--store", "s.db", "-"]);
        wait_until("the load has begun", || folder.names().len() > 1);
        folder.does(&["load", "--store", "t.db", "seed.csv"]);
        folder.does(&["export", "seed.csv", "-o", "out.csv"]);
        let rows = table(&SEED);
        child
            .stdin
            .take()
            .unwrap()
            .write_all(rows.as_bytes())
            .unwrap();
        assert!(child.wait().unwrap().success());
        assert_eq!(folder.names(), ["out.csv", "s.db", "seed.csv", "t.db"]);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_view_that_never_ends_can_be_interrupted() {
        let folder = Folder::new();
        let connection = Connection::open(folder.path("x.db")).unwrap();
        let view = "CREATE VIEW endless AS
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
            SELECT i AS user_id, i AS ts, i AS page FROM n WHERE i < 0;";
        connection.execute_batch(view).unwrap();
        drop(connection);
        for args in [
            &["summary", "x.db", "--table", "endless"][..],
            &["load", "--store", "s.db", "x.db", "--table", "endless"],
        ] {
            let child = folder.start(args);
            wait_until("it heeds signals", || heeds_signals(&child));
            kill(&child, "INT");
            let output = child.wait_with_output().unwrap();
            assert_eq!(output.status.code(), Some(130), "{args:?}");
            assert_eq!(folder.names(), ["x.db"]);
        }
    }

    #[test]
    fn a_load_that_waits_for_its_pipe_leaves_the_store_as_it_was() {
        let folder = Folder::with_store();
        interrupt_a_load(&folder, "INT", "-wal");
        assert_eq!(folder.prints(&["export", "s.db"]), SEED_SESSIONS);
    }

    #[test]
    fn a_load_that_waits_for_a_named_pipe_to_be_opened_can_be_interrupted() {
        let folder = Folder::new();
        let made = Command::new("mkfifo").arg(folder.path("pipe")).status();
        assert!(made.unwrap().success());
        let child = folder.start(&["load", "--store", "s.db", "pipe"]);
        wait_until("the load has begun", || folder.names().len() > 1);
        kill(&child, "INT");
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(130));
        assert_eq!(folder.names(), ["pipe"]);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_file_that_is_being_written_does_not_appear() {
        let folder = Folder::new();
        let child = folder.start(&["generate", "--pageviews", "20000000", "-o", "g.csv"]);
        wait_until("it has begun", || !folder.names().is_empty());
        // Signals are heeded from just after the file is begun.
        wait_until("it is at work", || heeds_signals(&child));
        kill(&child, "INT");
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(130));
        assert_eq!(folder.names(), [""; 0]);
    }
}
