//! Nasty files, and what each of them gets: ../shared/badinputs, used where it is.

use std::fs;
use std::path::Path;

use rusqlite::Connection;
use serde_json::Value;

use crate::folder::Folder;
use crate::folder::Ran;
use crate::support;

/// Words that the message on a file must have.
const WORDS: &[(&str, &[&str])] = &[
    ("c08_invalid_utf8.csv", &["U+FFFD", "line 2"]),
    ("c09_latin1.csv", &["--encoding"]),
    ("c12_missing_column.csv", &[":2: ", ":4: "]),
    ("c13_extra_column.csv", &[":2: "]),
    ("c16_empty.csv", &["empty"]),
    ("c17_only_newlines.csv", &["empty"]),
    (
        "c32_hdr_no_user.csv",
        &["user", "timestamp (", "page (/)", "--user-column"],
    ),
    ("c34_unclosed_quote.csv", &["quote", "line 2"]),
    ("c52_binary_png.csv", &["does not look like text"]),
    ("c53_xlsx_named.csv", &["zip", "xlsx"]),
    ("t07_epoch_mixed.csv", &["units are mixed"]),
    ("t11_iso_naive.csv", &["UTC"]),
    ("t16_slash_ambiguous.csv", &["day/month/year", "13/04/2024"]),
    ("t18_excel_serial.csv", &["serial date"]),
    ("t23_mixed_formats.csv", &["formats are mixed"]),
    ("t25_zero_epoch.csv", &["1970-01-01"]),
    ("t28_impossible.csv", &["2023-02-29", ":2: "]),
    ("t30_date_only.csv", &["midnight"]),
    ("t32_zone_name.csv", &["PST"]),
    ("t37_duplicates.csv", &["duplicate pageviews were kept"]),
    ("l17_wrapped_lines.log", &["4 of 5"]),
    ("l30_npm_format.log", &["--log-format"]),
    ("j06_nested.jsonl", &["--page-column", "context.page.path"]),
    ("j12_not_events.jsonl", &["nginx_version"]),
    ("z03_truncated.csv.gz", &["truncated gzip"]),
    ("z04_truncated.csv.zst", &["truncated zstd"]),
    (
        "z05_trailing_garbage.csv.gz",
        &["after the end of the gzip data"],
    ),
    ("z12_zero_bytes.csv.gz", &["empty"]),
    ("z13_double.csv.gz", &["compressed twice"]),
    ("z19_long_window.csv.zst", &["memory"]),
    ("p08_nested.parquet", &["pages"]),
    ("p13_truncated.parquet", &["not a complete Parquet file"]),
    ("p18_date32.parquet", &["midnight"]),
    ("s01_foreign.db", &["not a dwell store"]),
    // Its application_id is not ours, whatever its version.
    ("s02_newer_schema.db", &["not a dwell store"]),
    ("s03_utf16.db", &["not a dwell store"]),
    ("s04_same_table_name.db", &["not a dwell store"]),
    ("s08_zero.db", &["empty"]),
    ("s13_wal_leftover/x.db", &["not a dwell store", "--table"]),
];

/// Files that are listed as refused and read: of all first rows, one settles the order of day and month.
const READ: &[&str] = &["t16_slash_ambiguous.csv"];

/// What is asked for beside the file.
fn options(file: &str) -> &'static [&'static str] {
    match file.starts_with('l') {
        // Their rows are counted with every request.
        true => &["--log-requests", "all"],
        false => &[],
    }
}

/// Pageviews and rejects of a store, by its ledger.
fn counts(store: &Path) -> (u64, u64) {
    let connection = Connection::open(store).unwrap();
    let sums = "SELECT coalesce(sum(pageviews), 0), coalesce(sum(rejects), 0) FROM loads";
    let (pageviews, rejects): (i64, i64) = connection
        .query_row(sums, [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    (pageviews as u64, rejects as u64)
}

/// Whether a message is in words: not the system's debug output, and not a screenful of the file.
fn assert_is_plain(file: &str, ran: &Ran) {
    assert!(!ran.err.contains("panicked"), "{file}: {}", ran.err);
    for line in ran.err.lines() {
        assert!(
            line.chars().count() < 1_500,
            "{file}: a line of {} characters",
            line.len()
        );
    }
}

#[test]
fn every_nasty_file_gets_what_was_decided_for_it() {
    let Some(shared) = support::shared("badinputs") else {
        return;
    };
    let manifest = fs::read_to_string(shared.join("manifest.json")).unwrap();
    let cases: Vec<Value> = serde_json::from_str(&manifest).unwrap();
    let mut wrong = Vec::new();
    for case in &cases {
        let file = case["file"].as_str().unwrap();
        let path = shared.join("files").join(file);
        if !path.exists() {
            continue;
        }
        // A copy: what is beside it belongs to it, and nothing here may write to the original.
        let folder = Folder::new();
        let name = copy(&path, folder.work.path());
        let before = folder.names();
        // A database is looked at, anything else taken in.
        let command = match file.ends_with(".db") {
            true => &["summary"][..],
            false => &["load", "--store", "made.store"],
        };
        let ran = folder.run(&[command, &[&name], options(file)].concat());
        assert_is_plain(file, &ran);
        let mut problems = Vec::new();
        let mut expect = |what: &str, is_so: bool| {
            if !is_so {
                problems.push(what.to_owned());
            }
        };
        let made = folder.path("made.store");
        // Some may be read or refused.
        let is_refused = match case["outcome"].as_str() {
            Some("either") => ran.status == 1,
            outcome => outcome == Some("refuse") && !READ.contains(&file),
        };
        if is_refused {
            expect("is refused", ran.status == 1);
            expect("in one sentence", ran.err.lines().count() == 1);
            expect("leaves nothing behind", folder.names() == before);
        } else {
            expect("is read", ran.status == 0 && made.exists());
            let found = if made.exists() { counts(&made) } else { (0, 0) };
            let loaded = case["loaded"].as_u64().is_none_or(|n| n == found.0);
            let rejected = case["rejected"].as_u64().is_none_or(|n| n == found.1);
            expect(
                &format!("has its counts, not {found:?}"),
                loaded && rejected,
            );
            let has_rejects = ran.err.contains(" left out:");
            expect("tells of its rejects", has_rejects == (found.1 > 0));
        }
        let words = WORDS.iter().find(|(known, _)| *known == file);
        for word in words.map_or(&[][..], |(_, words)| words) {
            expect(&format!("says {word:?}"), ran.err.contains(word));
        }
        if !problems.is_empty() {
            wrong.push(format!(
                "{file}: {}\n  {}",
                problems.join(", "),
                ran.err.trim_end()
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}

/// Copies a file, and what lies beside it in a folder of its own; returns its name there.
fn copy(path: &Path, to: &Path) -> String {
    let name = path.file_name().unwrap().to_str().unwrap();
    let beside = path.parent().unwrap();
    if beside.ends_with("files") {
        fs::copy(path, to.join(name)).unwrap();
    } else {
        for entry in fs::read_dir(beside).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
    name.to_owned()
}

#[test]
fn a_database_that_is_no_store_is_not_loaded_into_either() {
    let Some(shared) = support::shared("badinputs/files") else {
        return;
    };
    for file in [
        "s01_foreign.db",
        "s02_newer_schema.db",
        "s04_same_table_name.db",
        "s05_view_trigger.db",
    ] {
        let folder = Folder::new();
        let name = copy(&shared.join(file), folder.work.path());
        folder.write(
            "v.csv",
            "user_id,timestamp,page\na,2024-03-01T10:00:00Z,/\n",
        );
        folder.refuses(1, &["load", "--store", &name, "v.csv"]);
    }
    let folder = Folder::new();
    folder.write("empty.db", "");
    folder.write(
        "v.csv",
        "user_id,timestamp,page\na,2024-03-01T10:00:00Z,/\n",
    );
    folder.does(&["load", "--store", "empty.db", "v.csv"]);
    assert_eq!(counts(&folder.path("empty.db")), (1, 0));
}

#[test]
fn options_make_readable_what_is_refused_without_them() {
    let Some(shared) = support::shared("badinputs/files") else {
        return;
    };
    for (file, options, expected) in [
        ("c09_latin1.csv", &["--encoding", "latin1"][..], None),
        (
            "t16_slash_ambiguous.csv",
            &["--time-format", "%d/%m/%Y %H:%M:%S"],
            Some((2, 0)),
        ),
        (
            "j06_nested.jsonl",
            &["--page-column", "context.page.path"],
            Some((1, 1)),
        ),
        ("s01_foreign.db", &["--table", "moz_places"], None),
        (
            "s13_wal_leftover/x.db",
            &[
                "--table",
                "pageviews",
                "--time-origin",
                "1970-01-01",
                "--time-unit",
                "s",
            ],
            Some((100, 0)),
        ),
    ] {
        let folder = Folder::new();
        let name = copy(&shared.join(file), folder.work.path());
        let ran = folder.run(&[&["load", "--store", "made.store", &name], options].concat());
        println!("{file}: {}", ran.err);
        let Some(expected) = expected else { continue };
        assert_eq!(ran.status, 0, "{file}: {ran:?}");
        assert_eq!(counts(&folder.path("made.store")), expected, "{file}");
    }
}

/// What lies in a file system: folders, links, pipes, names. See fs_setup.sh.
#[cfg(unix)]
#[test]
fn nasty_names_and_places_are_read_or_refused_in_a_sentence() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::process::Command;

    let Some(shared) = support::shared("badinputs") else {
        return;
    };
    let mut folder = Folder::new();
    let setup = Command::new("bash")
        .arg(shared.join("fs_setup.sh"))
        .arg(folder.work.path())
        .output();
    assert!(setup.unwrap().status.success());
    folder.bind_by_permissions();
    for (name, words) in [
        ("f01_directory.csv", "the folder holds no files"),
        ("f02_unreadable.csv", "permission denied"),
        ("f04_dangling.csv", "no such file"),
        ("f05_loop.csv", "too many levels of symbolic links"),
        ("f11_does_not_exist.csv", "no such file"),
    ] {
        let ran = folder.run(&["summary", name]);
        assert_eq!((ran.status, ran.err.lines().count()), (1, 1), "{ran:?}");
        assert!(ran.err.contains(words), "{ran:?}");
    }
    let names: [&[u8]; 5] = [
        b"f03_readonly_dir/a.csv",
        b"f07_name\x1b[31m\nnewline.csv",
        b"./-rf.csv",
        "f09 space \u{e9}.csv".as_bytes(),
        b"f10_\xffbad_utf8.csv",
    ];
    for name in names {
        let summary = folder
            .command(&["summary", "--format", "csv"])
            .arg(OsStr::from_bytes(name))
            .output()
            .unwrap();
        let figures = String::from_utf8(summary.stdout).unwrap();
        assert!(figures.contains("\n30m,1,1,1,1,"), "{figures}");
        let words = String::from_utf8(summary.stderr).unwrap();
        assert!(
            !words.contains(|c: char| c.is_control() && c != '\n'),
            "{words:?}"
        );
    }
    let ran = folder.run(&[
        "export",
        "f03_readonly_dir/a.csv",
        "-o",
        "f03_readonly_dir/b.csv",
    ]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(ran.err.contains("permission denied"), "{ran:?}");
    // So that the folder can be removed again.
    crate::folder::set_mode(&folder.path("f03_readonly_dir"), 0o755);
}

/// Large files, made as they are needed by gen_large.py and read with little memory to be had.
#[cfg(unix)]
#[test]
fn large_inputs_take_bounded_memory() {
    use std::process::Command;

    let Some(shared) = support::shared("badinputs") else {
        return;
    };
    // Pageviews, users and sessions at 30 minutes; or the words of a refusal.
    type Expected = Result<(u64, u64, u64), &'static str>;
    let cases: [(&str, &str, Expected); 11] = [
        ("long_line", "", Err("the columns are: xxx")),
        ("long_line_csv", "", Ok((2, 2, 2))),
        ("one_user", "400000", Ok((400_000, 1, 1))),
        ("many_users", "400000", Ok((400_000, 400_000, 400_000))),
        (
            "one_session_each",
            "150000",
            Ok((450_000, 150_000, 150_000)),
        ),
        ("gz_bomb", "", Err("does not look like text")),
        ("gz_bomb_rows", "1000000", Ok((1_000_000, 1, 1))),
        ("wide", "", Ok((3, 3, 3))),
        ("deep_json", "", Err("")),
        ("unsorted", "300000", Ok((300_000, 1_000, 1_000))),
        ("ties", "200000", Ok((200_000, 1, 1))),
    ];
    for (what, n, expected) in cases {
        let folder = Folder::new();
        let made = Command::new("python3")
            .arg(shared.join("gen_large.py"))
            .args([what, "large"])
            .args(Some(n).filter(|n| !n.is_empty()))
            .current_dir(folder.work.path())
            .status();
        assert!(made.unwrap().success(), "python3 makes {what}");
        // 1 GB of address space, threads and libraries included.
        let summary = Command::new("bash")
            .args([
                "-c",
                "ulimit -v 1000000; exec \"$0\" summary --format csv large",
                crate::folder::DWELL,
            ])
            .env("TMPDIR", folder.temporary.path())
            .current_dir(folder.work.path())
            .output()
            .unwrap();
        let figures = String::from_utf8(summary.stdout).unwrap();
        let words = String::from_utf8(summary.stderr).unwrap();
        match expected {
            Ok((pageviews, users, sessions)) => {
                let row = format!("\n30m,{users},{pageviews},{sessions},");
                assert!(figures.contains(&row), "{what}: {figures}{words}");
            }
            Err(reason) => {
                assert_eq!(summary.status.code(), Some(1), "{what}: {words}");
                assert_eq!(words.lines().count(), 1, "{what}: {words}");
                assert!(
                    words.contains(reason) && words.len() < 3_000,
                    "{what}: {words}"
                );
            }
        }
    }
}
