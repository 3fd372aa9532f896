//! Stores that others write to at the same time, that a link leads to, or that may only be read.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use dwell::store::Access;
use dwell::store::Store;
use rusqlite::Connection;

use crate::folder::Folder;
use crate::folder::set_mode;
use crate::support;

/// A store of this many users with a pageview each.
fn store_of(path: &Path, n_users: u32) -> Store {
    let mut table = "user_id,page_view_at,page\n".to_owned();
    for user in 0..n_users {
        table += &format!("u{user},{},/\n", 1_700_000_000 + user);
    }
    let mut store = Store::open_or_draft(path).unwrap();
    support::load(&mut store, &table);
    store.keep().unwrap()
}

fn n_pageviews(export: &str) -> usize {
    export.lines().count() - 1
}

#[test]
fn a_store_that_a_link_leads_to_is_read_with_its_log() {
    let folder = Folder::new();
    fs::create_dir(folder.path("data")).unwrap();
    let mut store = store_of(&folder.path("data/s.db"), 10);
    symlink("data/s.db", folder.path("link.db")).unwrap();
    // Its connection is open, so that what it loads stays in the log.
    support::load(
        &mut store,
        "user_id,page_view_at,page\nnew,1700000005,/new\n",
    );
    assert!(fs::metadata(folder.path("data/s.db-wal")).unwrap().len() > 0);
    let export = folder.prints(&["export", "--rows", "pageviews", "link.db"]);
    assert_eq!(n_pageviews(&export), 11);
}

#[test]
fn a_database_that_a_link_leads_to_is_read_with_its_log() {
    let folder = Folder::new();
    fs::create_dir(folder.path("data")).unwrap();
    let writer = Connection::open(folder.path("data/other.db")).unwrap();
    writer
        .execute_batch(
            "PRAGMA journal_mode = WAL; CREATE TABLE visits (user_id TEXT, timestamp INTEGER, page TEXT);
             PRAGMA wal_checkpoint(TRUNCATE); INSERT INTO visits VALUES ('a', 1700000000, '/')",
        )
        .unwrap();
    symlink("data/other.db", folder.path("link.db")).unwrap();
    let args = [
        "export",
        "--rows",
        "pageviews",
        "--table",
        "visits",
        "link.db",
    ];
    assert_eq!(n_pageviews(&folder.prints(&args)), 1);
}

#[test]
fn a_store_whose_name_another_took_is_read_as_it_was_opened() {
    let folder = Folder::new();
    drop(store_of(&folder.path("s.db"), 10));
    drop(store_of(&folder.path("other.db"), 3));
    let store = Store::open(&folder.path("s.db"), Access::Read).unwrap();
    fs::rename(folder.path("other.db"), folder.path("s.db")).unwrap();
    assert_eq!(store.dataset(&mut |_| Ok(())).unwrap().n_rows(), 10);
}

/// What a writer that was killed leaves: some of its changes in the file, and beside it how to undo them.
#[test]
fn half_a_change_is_not_read_by_who_may_not_undo_it() {
    let mut folder = Folder::new();
    let path = folder.path("writing.db");
    drop(store_of(&path, 5_000));
    let writer = Connection::open(&path).unwrap();
    writer
        .execute_batch(
            "PRAGMA journal_mode = DELETE; PRAGMA cache_size = 2; PRAGMA cache_spill = 2; BEGIN;
             UPDATE pageview SET page = page, at = at + 1; UPDATE loads SET rejects = 1",
        )
        .unwrap();
    fs::copy(&path, folder.path("s.db")).unwrap();
    fs::copy(
        folder.path("writing.db-journal"),
        folder.path("s.db-journal"),
    )
    .unwrap();
    drop(writer);
    folder.bind_by_permissions();
    set_mode(&folder.path("s.db"), 0o444);
    let sentence = folder.refuses(1, &["export", "--rows", "pageviews", "s.db"]);
    assert_eq!(
        sentence,
        "cannot open s.db: a change to it was broken off, and only who may write to it can undo that: \
         let them open it once"
    );
    set_mode(&folder.path("s.db"), 0o644);
    let export = folder.prints(&["export", "--rows", "pageviews", "s.db"]);
    assert_eq!(n_pageviews(&export), 5_000);
}

/// Without a log SQLite can lock a file that may only be read.
#[test]
fn a_store_without_a_log_is_locked_by_who_may_only_read_it() {
    let mut folder = Folder::new();
    drop(store_of(&folder.path("s.db"), 10));
    let writer = Connection::open(folder.path("s.db")).unwrap();
    writer
        .execute_batch("PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE")
        .unwrap();
    folder.bind_by_permissions();
    set_mode(&folder.path("s.db"), 0o444);
    let ran = folder.run(&["export", "s.db"]);
    assert_eq!(ran.status, 1);
    assert_eq!(
        ran.err,
        "dwell: cannot open s.db: another process is writing to it: try again when it is done\n"
    );
}

#[test]
fn a_log_beside_a_protected_store_is_read_or_said_to_be_in_the_way() {
    let mut folder = Folder::new();
    let mut store = store_of(&folder.path("s.db"), 10);
    support::load(
        &mut store,
        "user_id,page_view_at,page\nnew,1700000005,/new\n",
    );
    folder.bind_by_permissions();
    set_mode(&folder.path("s.db"), 0o444);
    set_mode(&folder.path("s.db-wal"), 0o444);
    set_mode(&folder.path("s.db-shm"), 0o444);
    set_mode(folder.work.path(), 0o555);
    let export = folder.prints(&["export", "--rows", "pageviews", "s.db"]);
    assert_eq!(n_pageviews(&export), 11);

    set_mode(&folder.path("s.db-shm"), 0o000);
    let sentence = folder.refuses(1, &["export", "--rows", "pageviews", "s.db"]);
    assert!(
        sentence.starts_with("cannot open s.db: the log beside it cannot be used here"),
        "{sentence}"
    );
    set_mode(folder.work.path(), 0o755);
}

/// As after `sudo -u`, which may keep the folders of who called it.
#[test]
fn a_configuration_that_may_not_be_read_is_said_and_not_used() {
    let mut folder = Folder::new();
    folder.write(
        "views.csv",
        "user_id,page_view_at,page\na,2024-03-05 09:00:00,/\n",
    );
    fs::create_dir_all(folder.path("config/dwell")).unwrap();
    folder.write("config/dwell/config.toml", "gap = \"1h\"\n");
    folder.bind_by_permissions();
    set_mode(&folder.path("config"), 0o000);
    let command = |args: &[&str]| {
        let mut command = folder.command(args);
        command.env("XDG_CONFIG_HOME", folder.path("config"));
        command
    };
    let output = command(&["summary", "views.csv"]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{said}");
    assert!(
        said.contains("config.toml: permission denied; it is not used"),
        "{said}"
    );
    let named = command(&["summary", "views.csv"])
        .env("DWELL_CONFIG", folder.path("config/dwell/config.toml"))
        .output()
        .unwrap();
    assert_eq!(named.status.code(), Some(2), "{named:?}");
    let quiet = command(&["help"]).output().unwrap();
    assert!(
        quiet.status.success() && quiet.stderr.is_empty(),
        "{quiet:?}"
    );
    set_mode(&folder.path("config"), 0o755);
}
