//! Files that are explored directly beside the same files loaded into a store: the same bytes.

use std::fs;
use std::path::Path;
use std::process::Command;

use proptest::prelude::*;
use proptest::test_runner::Config;

/// A pageview as (user, half hours, page).
type Row = (u8, i64, u8);

/// What a command prints; it must succeed.
fn dwell(folder: &Path, args: &[&str]) -> Vec<u8> {
    let output = Command::new(env!("CARGO_BIN_EXE_dwell"))
        .args(args)
        .current_dir(folder)
        .env("TMPDIR", folder.join("temporary"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?}: {said}");
    output.stdout
}

/// Writes a file that begins like no other.
fn write(path: &Path, rows: &[Row]) {
    let first = format!("only here,1704067200,/{}\n", path.display());
    let mut table = format!("user_id,page_view_at,page\n{first}");
    for (user, step, page) in rows {
        let at = 1_704_067_200 + step * 900;
        table += &format!("u{},{at},/{}\n", user * 37 % 6, 3 - page);
    }
    fs::write(path, table).unwrap();
}

fn files() -> impl Strategy<Value = Vec<Vec<Row>>> {
    let rows = proptest::collection::vec((0u8..6, 0i64..40, 0u8..4), 1..40);
    proptest::collection::vec(rows, 1..4)
}

proptest! {
    #![proptest_config(Config { cases: 8, failure_persistence: None, ..Config::default() })]

    #[test]
    fn files_give_the_bytes_that_their_store_gives(files in files()) {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        fs::create_dir(folder.join("temporary")).unwrap();
        let names: Vec<String> = (0..files.len()).map(|n| format!("{n}.csv")).collect();
        for (name, rows) in names.iter().zip(&files) {
            write(&folder.join(name), rows);
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        dwell(folder, &[&["load", "--store", "s.db"][..], &names].concat());
        for options in [
            &["summary", "--format", "csv", "--gap", "30m", "--gap", "1h"][..],
            &["gaps", "--format", "json"],
            &["export", "--rows", "sessions"],
            &["export", "--rows", "pageviews"],
            &["export", "--rows", "users", "--format", "jsonl"],
        ] {
            let direct = dwell(folder, &[options, &names].concat());
            let stored = dwell(folder, &[options, &["s.db"]].concat());
            prop_assert_eq!(String::from_utf8(direct), String::from_utf8(stored));
            prop_assert_eq!(fs::read_dir(folder.join("temporary")).unwrap().count(), 0);
        }
    }
}
