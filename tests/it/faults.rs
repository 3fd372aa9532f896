//! Writing fails after any number of bytes: all of what was to be done is done, or nothing, and trying again
//! succeeds. A limit on the size of files stands for a disk that is full; it cuts the write that crosses it short.

#![cfg(unix)]

use std::fs;

use rusqlite::Connection;

use crate::folder::DWELL;
use crate::folder::Folder;
use crate::folder::Ran;

/// In blocks of 512 bytes: the limits are so far apart.
const STEP: usize = 5;

/// Runs dwell with a limit on the size of its files.
fn run_limited(folder: &Folder, blocks: usize, args: &[&str]) -> Ran {
    let limited = format!("ulimit -f {blocks}; exec \"$@\"");
    let output = std::process::Command::new("sh")
        .args(["-c", &limited, "sh", DWELL])
        .args(args)
        .current_dir(folder.work.path())
        .env("TMPDIR", folder.temporary.path())
        .output()
        .unwrap();
    Ran {
        status: output.status.code().expect("dwell ends by itself"),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A folder with a store `s.db` of some pageviews, and more of them in `more.csv`.
fn folder() -> Folder {
    let folder = Folder::new();
    for (name, seed) in [("g.csv", "1"), ("more.csv", "2")] {
        folder.does(&[
            "generate",
            "--pageviews",
            "1500",
            "--seed",
            seed,
            "-o",
            name,
        ]);
    }
    folder.does(&["load", "--store", "s.db", "g.csv"]);
    folder
}

/// What a store says of its pageviews and of its sessions, after it was found whole.
fn content(folder: &Folder, store: &str) -> Vec<String> {
    let connection = Connection::open(folder.path(store)).unwrap();
    let integrity: String = connection
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(integrity, "ok");
    let texts = |query: &str| -> Vec<String> {
        let mut statement = connection.prepare(query).unwrap();
        let texts = statement.query_map([], |row| row.get(0)).unwrap();
        texts.map(Result::unwrap).collect()
    };
    [
        texts("SELECT user || ' ' || at || ' ' || arrival || ' ' || page FROM pageview"),
        texts(
            "SELECT user || ' ' || started_at || ' ' || ended_at || ' ' || pageviews FROM session",
        ),
        texts("SELECT source || ' ' || pageviews FROM loads"),
        texts("SELECT name || ' ' || value FROM settings"),
    ]
    .concat()
}

/// Tries what changes the store `s.db`, or makes `made`, with every limit, until it succeeds.
fn sweep(args: &[&str], made: Option<&str>) {
    let folder = folder();
    let (before, names) = (content(&folder, "s.db"), folder.names());
    let mut failed = 0;
    for blocks in (0..).step_by(STEP) {
        let ran = run_limited(&folder, blocks, args);
        if ran.status == 0 {
            break;
        }
        failed += 1;
        assert_eq!((ran.status, ran.out.as_str()), (1, ""), "{blocks}: {ran:?}");
        assert_eq!(ran.err.lines().count(), 1, "{blocks}: {ran:?}");
        assert!(content(&folder, "s.db") == before, "{blocks}: {ran:?}");
        // Whoever opens the store next takes away what SQLite had no room to finish.
        assert_eq!(folder.names(), names, "{blocks}: {ran:?}");
    }
    assert!(failed > 3, "{args:?}: {failed}");
    match made {
        None => assert!(content(&folder, "s.db") != before, "{args:?}"),
        Some(name) => {
            let done = fs::read(folder.path(name)).unwrap();
            fs::remove_file(folder.path(name)).unwrap();
            folder.does(args);
            if !name.ends_with(".db") {
                assert!(fs::read(folder.path(name)).unwrap() == done, "{args:?}");
            }
        }
    }
}

#[test]
fn a_new_store_is_there_whole_or_not_at_all() {
    sweep(&["load", "--store", "new.db", "more.csv"], Some("new.db"));
}

#[test]
fn a_later_load_is_there_whole_or_not_at_all() {
    sweep(&["load", "--store", "s.db", "more.csv"], None);
}

#[test]
fn sessions_are_all_derived_anew_or_none() {
    sweep(&["sessionize", "--store", "s.db", "--gap", "1m"], None);
}

#[test]
fn an_export_is_there_whole_or_not_at_all() {
    for format in ["csv", "jsonl", "parquet"] {
        let args = [
            "export",
            "s.db",
            "--rows",
            "pageviews",
            "--format",
            format,
            "-o",
            "out",
        ];
        sweep(&args, Some("out"));
    }
}
