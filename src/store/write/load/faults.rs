//! For every n, the n-th read of an input fails, or the observer stops the n-th time: the load is all there or not at
//! all.

use std::fs;
use std::io;
use std::io::Read;
use std::path::Path;

use rusqlite::types::Value;

use super::*;
use crate::source::ReadOptions;
use crate::words::error::Error;
use crate::words::timestamp::Timestamp;

/// Bytes of a read.
const STEP: usize = 256;

/// Few, so that runs are written and merged.
const ROWS_A_SLAB: usize = 40;

/// What fails, and how often it succeeds before.
#[derive(Clone, Copy, Debug)]
enum LoadFault {
    Read(usize),
    Progress(usize),
}

/// Gives its text a little at a time, and fails at the given read.
struct Faulty {
    text: io::Cursor<Vec<u8>>,
    left: usize,
}

impl Read for Faulty {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.left = self.left.checked_sub(1).ok_or(io::ErrorKind::TimedOut)?;
        let n = buffer.len().min(STEP);
        self.text.read(&mut buffer[..n])
    }
}

/// Rows of a few users in no order of time.
fn table(seed: usize) -> String {
    let row = |i: usize| {
        let at = 1_000_000_000 + (i * 7_919 + seed) % 5_000;
        format!("u{},{at},/{}\n", (i + seed) % 7, i % 11)
    };
    let rows: String = (0..400).map(row).collect();
    "user_id,page_view_at,page\n".to_owned() + &rows
}

/// Loads a table of which something fails.
fn load(store: &mut Store, seed: usize, fault: Option<LoadFault>) -> Result<LoadReport> {
    let (mut reads, mut reports) = (usize::MAX, usize::MAX);
    match fault {
        Some(LoadFault::Read(n)) => reads = n,
        Some(LoadFault::Progress(n)) => reports = n,
        None => {}
    }
    let text = io::Cursor::new(table(seed).into_bytes());
    let reader = Box::new(Faulty { text, left: reads });
    let mut watch = |_: Progress| {
        reports = reports.checked_sub(1).ok_or(Error::Interrupted)?;
        Ok(())
    };
    let options = LoadOptions {
        read: ReadOptions::default(),
        strict: false,
        again: true,
        dedupe: false,
        loaded_at: Timestamp::MIN,
        rows_a_slab: ROWS_A_SLAB,
    };
    let mut input = Input::from_reader("t", None, reader);
    store.load(&mut input, &options, &mut watch)
}

/// All content of a store, which must be sound.
fn content(store: &Store) -> Vec<Vec<Value>> {
    let integrity: String = store.one("PRAGMA integrity_check").unwrap();
    assert_eq!(integrity, "ok");
    let mut content = Vec::new();
    for table in [
        "pageview", "session", "users", "pages", "loads", "activity", "settings",
    ] {
        let mut statement = store.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let n = statement.column_count();
        let row = |row: &rusqlite::Row<'_>| (0..n).map(|column| row.get(column)).collect();
        let rows = statement.query_map([], row).unwrap();
        content.extend(rows.map(std::result::Result::unwrap));
    }
    content
}

/// Tries every number of successes before the fault, until the load succeeds.
fn every(fault: fn(usize) -> LoadFault, mut fails: impl FnMut(LoadFault) -> bool) {
    let n_failed = (0..).take_while(|&n| fails(fault(n))).count();
    assert!(n_failed > 3, "{:?}: {n_failed}", fault(0));
}

fn names(folder: &Path) -> usize {
    fs::read_dir(folder).unwrap().count()
}

#[test]
fn a_new_store_of_which_something_fails_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.db");
    let mut whole = Store::open_or_draft(&path).unwrap();
    load(&mut whole, 0, None).unwrap();
    let expected = content(&whole);
    drop(whole);
    for fault in [LoadFault::Read, LoadFault::Progress] {
        every(fault, |fault| {
            let mut store = Store::open_or_draft(&path).unwrap();
            if load(&mut store, 0, Some(fault)).is_ok() {
                let kept = store.keep().unwrap();
                assert_eq!(content(&kept), expected);
                drop(kept);
                fs::remove_file(&path).unwrap();
                return false;
            }
            drop(store);
            assert_eq!(names(folder.path()), 0, "{fault:?}");
            true
        });
    }
}

#[test]
fn a_later_load_of_which_something_fails_leaves_the_store_as_it_was_and_can_be_repeated() {
    let folder = tempfile::tempdir().unwrap();
    for fault in [LoadFault::Read, LoadFault::Progress] {
        let path = folder.path().join(format!("{:?}.db", fault(0)));
        let mut store = Store::open_or_draft(&path).unwrap();
        load(&mut store, 0, None).unwrap();
        let mut store = store.keep().unwrap();
        let before = content(&store);
        every(fault, |fault| {
            if load(&mut store, 3, Some(fault)).is_ok() {
                assert_eq!(store.n_pageviews().unwrap(), 800);
                assert!(content(&store).len() > before.len());
                return false;
            }
            assert!(content(&store) == before, "{fault:?}");
            true
        });
    }
}
