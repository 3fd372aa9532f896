//! Bits of a store are flipped, and dwell is killed while it works: figures of what came of it.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;
use std::time::Instant;

use dwell::store::Access;
use dwell::store::Store;
use dwell::words::error::Result;
use rand::RngExt;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::crash::check;
use crate::folder::DWELL;
use crate::folder::Folder;
use crate::folder::names;
use crate::support;

/// All pageviews of a store, and whether a check finds nothing.
fn look(path: &Path) -> Result<(String, bool)> {
    let store = Store::open(path, Access::Read)?;
    let checked = store.check(&mut |_| Ok(()))?;
    let dataset = store.dataset(&mut |_| Ok(()))?;
    let mut rows = String::new();
    for user in 0..dataset.n_users() {
        rows += dataset.users().text(user as u32);
        for row in dataset.rows_of(user) {
            rows += &format!(" {} {}", dataset.at(row), dataset.page_text(row));
        }
    }
    Ok((rows, checked.problems.is_empty()))
}

#[test]
fn a_bit_that_is_flipped_is_found_or_changes_nothing() {
    let n = if support::is_long() { 20_000 } else { 300 };
    let folder = Folder::new();
    folder.does(&["generate", "--pageviews", "2000", "-o", "g.csv"]);
    folder.does(&["load", "--store", "s.db", "g.csv"]);
    folder.does(&["sessionize", "--store", "s.db", "--gap", "20m"]);
    let path = folder.path("s.db");
    let bytes = fs::read(&path).unwrap();
    let expected = look(&path).unwrap();
    assert!(expected.1);
    let (mut refused, mut told) = (0, 0);
    let mut random = ChaCha8Rng::seed_from_u64(support::seed());
    for _ in 0..n {
        let (place, bit) = (
            random.random_range(0..bytes.len()),
            random.random_range(0..8),
        );
        let mut flipped = bytes.clone();
        flipped[place] ^= 1 << bit;
        fs::write(&path, flipped).unwrap();
        match look(&path) {
            Err(_) => refused += 1,
            Ok((rows, is_sound)) => {
                assert!(rows == expected.0, "byte {place}, bit {bit}");
                told += i32::from(!is_sound);
            }
        }
    }
    let silent = n - refused - told;
    println!(
        "{n} bits flipped: {refused} refused, {told} told by a check, {silent} without effect"
    );
}

/// Kills a command when it has run for a while, at so many moments, and looks each time at what is left.
fn kill(folder: &Folder, args: &[&str], mut restore: impl FnMut(), look: impl Fn() -> bool) {
    let moments = if support::is_long() { 240 } else { 12 };
    let start = || {
        let mut command = Command::new(DWELL);
        command.args(args).current_dir(folder.work.path());
        command.env("TMPDIR", folder.temporary.path());
        command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    };
    restore();
    let began = Instant::now();
    assert!(start().wait().unwrap().success());
    let whole = began.elapsed();
    assert!(look(), "{args:?} changes something");
    let mut undone = 0;
    for moment in 0..moments {
        restore();
        let (mut child, began) = (start(), Instant::now());
        while began.elapsed() < whole * moment / moments && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_micros(50));
        }
        let _ = child.kill();
        child.wait().unwrap();
        if !look() {
            undone += 1;
            assert!(start().wait().unwrap().success(), "{args:?} again");
            assert!(look(), "{args:?} again");
        }
    }
    assert!(undone > 0, "{args:?} was never met before its end");
    println!("{args:?}: killed {moments} times, {undone} times before it was done");
}

#[test]
fn sessions_that_are_derived_anew_are_all_there_or_none_when_dwell_is_killed() {
    let folder = Folder::new();
    folder.does(&["generate", "--pageviews", "40000", "-o", "g.csv"]);
    folder.does(&["load", "--store", "first.db", "g.csv"]);
    let path = folder.path("s.db");
    let restore = || {
        for name in ["s.db", "s.db-wal", "s.db-shm"] {
            let _ = fs::remove_file(folder.path(name));
        }
        fs::copy(folder.path("first.db"), &path).unwrap();
    };
    restore();
    let n_before = support::stored_sessions(&path).len();
    kill(
        &folder,
        &["sessionize", "--store", "s.db", "--gap", "1m"],
        restore,
        || {
            assert_eq!(check(&path), 40_000);
            support::stored_sessions(&path).len() != n_before
        },
    );
}

#[test]
fn sessions_of_a_window_are_all_refreshed_or_none_when_dwell_is_killed() {
    let folder = Folder::new();
    folder.does(&["generate", "--pageviews", "40000", "-o", "g.csv"]);
    folder.does(&["load", "--store", "first.db", "g.csv"]);
    let path = folder.path("s.db");
    let whole = support::stored_sessions(&folder.path("first.db")).len();
    let connection = rusqlite::Connection::open(folder.path("first.db")).unwrap();
    connection
        .execute_batch("DELETE FROM session WHERE user % 2 = 0; PRAGMA wal_checkpoint(TRUNCATE)")
        .unwrap();
    drop(connection);
    let n_before = support::stored_sessions(&folder.path("first.db")).len();
    let restore = || {
        for name in ["s.db", "s.db-wal", "s.db-shm"] {
            let _ = fs::remove_file(folder.path(name));
        }
        fs::copy(folder.path("first.db"), &path).unwrap();
    };
    let args = [
        "sessionize",
        "--store",
        "s.db",
        "--from",
        "1970-01-01",
        "--to",
        "2100-01-01",
    ];
    kill(&folder, &args, restore, || {
        let n = support::stored_sessions(&path).len();
        assert!(n == n_before || n == whole, "{n}");
        n == whole
    });
}

#[test]
fn an_export_is_there_whole_or_not_at_all_when_dwell_is_killed() {
    let folder = Folder::new();
    folder.does(&["generate", "--pageviews", "40000", "-o", "g.csv"]);
    folder.does(&["export", "g.csv", "--rows", "pageviews", "-o", "whole.csv"]);
    let (out, whole) = (folder.path("out.csv"), folder.read("whole.csv"));
    let args = ["export", "g.csv", "--rows", "pageviews", "-o", "out.csv"];
    let restore = || {
        let _ = fs::remove_file(&out);
    };
    kill(&folder, &args, restore, || match fs::read_to_string(&out) {
        Ok(text) => {
            assert!(text == whole);
            true
        }
        Err(_) => false,
    });
    // What the last one that was killed left is removed by the next.
    fs::remove_file(&out).unwrap();
    folder.does(&args);
    assert_eq!(names(folder.work.path()), ["g.csv", "out.csv", "whole.csv"]);
}
