//! Killed, interrupted or watched at any moment, a store is whole: all of a load or none of it.

use std::fs;
use std::path::Path;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;
use std::time::Instant;

use dwell::store::Access;
use dwell::store::Store;
use rusqlite::Connection;

use crate::support;

/// How many moments of a load are tried.
fn moments() -> u32 {
    if support::is_long() { 240 } else { 24 }
}

/// Enough that a load takes long enough to be met anywhere in it.
const PAGEVIEWS: u64 = 60_000;

fn dwell(folder: &Path, args: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_dwell"))
        .args(args)
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn succeeds(folder: &Path, args: &[&str]) {
    assert!(dwell(folder, args).wait().unwrap().success(), "{args:?}");
}

fn generate(folder: &Path, name: &str, pageviews: u64, seed: u64) {
    let (pageviews, seed) = (pageviews.to_string(), seed.to_string());
    succeeds(
        folder,
        &[
            "generate",
            "--pageviews",
            &pageviews,
            "--seed",
            &seed,
            "-o",
            name,
        ],
    );
}

/// Starts a load and kills it when it has run for `moment`, or lets it end before.
fn kill_after(folder: &Path, moment: Duration) {
    let mut child = dwell(folder, &["load", "--store", "s.db", "more.csv"]);
    let began = Instant::now();
    while began.elapsed() < moment && child.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    let _ = child.kill();
    child.wait().unwrap();
}

/// How many pageviews a store has, after checking that it is whole and its sessions are right.
pub(crate) fn check(path: &Path) -> u64 {
    let store = Store::open(path, Access::Write).unwrap();
    let stored = support::stored_sessions(path);
    let integrity: String = Connection::open(path)
        .unwrap()
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(integrity, "ok");
    let cut = support::cut(&store, store.gap().unwrap());
    let n_rows = cut.dataset().n_rows() as u64;
    assert_eq!(
        n_rows,
        store.n_pageviews().unwrap(),
        "the ledger and the pageviews agree"
    );
    assert_eq!(stored.len(), cut.sessions().len());
    n_rows
}

#[test]
fn a_load_killed_at_any_moment_is_all_there_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let path = folder.join("s.db");
    generate(folder, "first.csv", PAGEVIEWS, 1);
    generate(folder, "more.csv", PAGEVIEWS / 2, 2);
    succeeds(folder, &["load", "--store", "s.db", "first.csv"]);
    fs::copy(&path, folder.join("before.db")).unwrap();

    let began = Instant::now();
    succeeds(folder, &["load", "--store", "s.db", "more.csv"]);
    let whole = began.elapsed();

    let mut killed = 0;
    for moment in 0..moments() {
        for file in ["s.db", "s.db-wal", "s.db-shm"] {
            let _ = fs::remove_file(folder.join(file));
        }
        fs::copy(folder.join("before.db"), &path).unwrap();
        kill_after(folder, whole * moment / moments());
        match check(&path) {
            PAGEVIEWS => {
                killed += 1;
                succeeds(folder, &["load", "--store", "s.db", "more.csv"]);
                assert_eq!(check(&path), PAGEVIEWS / 2 * 3, "trying again succeeds");
            }
            pageviews => assert_eq!(pageviews, PAGEVIEWS / 2 * 3, "moment {moment}"),
        }
    }
    assert!(killed > 0, "no load was met before its end");
}

#[test]
fn a_new_store_killed_at_any_moment_is_all_there_or_missing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let path = folder.join("s.db");
    generate(folder, "more.csv", PAGEVIEWS / 2, 2);
    let began = Instant::now();
    succeeds(folder, &["load", "--store", "s.db", "more.csv"]);
    let whole = began.elapsed();
    for moment in 0..moments() {
        fs::remove_file(&path).unwrap();
        kill_after(folder, whole * moment / moments());
        if !path.exists() {
            succeeds(folder, &["load", "--store", "s.db", "more.csv"]);
        }
        assert_eq!(check(&path), PAGEVIEWS / 2, "moment {moment}");
    }
}

#[test]
fn a_reader_sees_the_last_state_while_a_load_runs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.db");
    let mut store = Store::open_or_draft(&path).unwrap();
    support::load(&mut store, "user_id,page_view_at,page\na,1700000001,/\n");
    let mut store = store.keep().unwrap();
    let mut seen = Vec::new();
    let table = "user_id,page_view_at,page\nb,1700000001,/\nc,1700000001,/\n"
        .as_bytes()
        .to_vec();
    let mut input =
        dwell::source::Input::from_reader("t", None, Box::new(std::io::Cursor::new(table)));
    let mut look = |_| {
        let reader = Store::open(&path, Access::Read).unwrap();
        seen.push(reader.dataset(&mut |_| Ok(())).unwrap().n_rows());
        Ok(())
    };
    store
        .load(&mut input, &support::load_options(), &mut look)
        .unwrap();
    assert!(
        !seen.is_empty() && seen.iter().all(|&rows| rows == 1),
        "{seen:?}"
    );
    assert_eq!(
        Store::open(&path, Access::Read)
            .unwrap()
            .dataset(&mut |_| Ok(()))
            .unwrap()
            .n_rows(),
        3
    );
}

#[test]
fn a_second_writer_is_told_that_the_store_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.db");
    let mut store = Store::open_or_draft(&path).unwrap();
    support::load(&mut store, "user_id,page_view_at,page\na,1700000001,/\n");
    let store = store.keep().unwrap();
    let holder = Connection::open(&path).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut second = Store::open(&path, Access::Write).unwrap();
    let refused = second
        .rebuild(store.gap().unwrap(), &mut |_| Ok(()))
        .unwrap_err()
        .to_string();
    assert!(
        refused.ends_with("another process is writing to it: try again when it is done"),
        "{refused}"
    );
    holder.execute_batch("ROLLBACK").unwrap();
    second
        .rebuild(store.gap().unwrap(), &mut |_| Ok(()))
        .unwrap();
}

/// A limit on the size of files stands for a disk that is full: writing fails half-way in the same place.
#[cfg(unix)]
#[test]
fn a_load_that_finds_no_room_leaves_the_store_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    generate(folder, "first.csv", 1_000, 1);
    generate(folder, "more.csv", PAGEVIEWS, 2);
    succeeds(folder, &["load", "--store", "s.db", "first.csv"]);
    let names = || {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        names.sort();
        names
    };
    let before = names();
    for store in ["s.db", "new.db"] {
        // In blocks of 512 bytes.
        let limited = Command::new("sh")
            .args([
                "-c",
                "ulimit -f 1024; exec \"$@\"",
                "sh",
                env!("CARGO_BIN_EXE_dwell"),
            ])
            .args(["load", "--store", store, "more.csv"])
            .current_dir(folder)
            .output()
            .unwrap();
        let said = String::from_utf8(limited.stderr).unwrap();
        assert_eq!(limited.status.code(), Some(1), "{said}");
        let sentence = format!("{store}: disk I/O error: is the disk full, or a limit reached?\n");
        assert!(
            said.starts_with("dwell: cannot ") && said.ends_with(&sentence),
            "{said}"
        );
        assert_eq!(said.lines().count(), 1, "{said}");
        assert_eq!(names(), before);
        assert_eq!(check(&folder.join("s.db")), 1_000);
    }
}
