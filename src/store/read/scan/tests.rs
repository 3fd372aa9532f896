//! Tests which way a store is read, and what a writer changes about it.

use std::io::Cursor;
use std::path::Path;

use proptest::prelude::*;
use rusqlite::Connection;

use super::*;
use crate::source::CarriedPart;
use crate::source::Input;
use crate::source::ReadOptions;
use crate::store::connect::connect_immutable;
use crate::store::connection::Access;
use crate::store::file::stamp::Stamp;
use crate::store::options::LoadOptions;
use crate::words::timestamp::Timestamp;

fn options() -> LoadOptions {
    LoadOptions {
        read: ReadOptions::default(),
        strict: false,
        again: true,
        dedupe: false,
        loaded_at: Timestamp::MIN,
        rows_a_slab: usize::MAX,
    }
}

fn load(store: &mut Store, rows: std::ops::Range<u32>) {
    let mut table = "user_id,page_view_at,page\n".to_owned();
    for row in rows {
        table += &format!("u{},{},/{}\n", row % 100, 1_700_000_000 + row, row % 10);
    }
    let options = options();
    let table = Box::new(Cursor::new(table.into_bytes()));
    let mut input = Input::from_reader("t", None, table);
    store.load(&mut input, &options, &mut |_| Ok(())).unwrap();
}

pub(in crate::store) fn store_of(path: &Path, rows: u32) -> Store {
    let mut store = Store::open_or_draft(path).unwrap();
    load(&mut store, 0..rows);
    store.keep().unwrap()
}

/// The columns by each way; `None` where the pages are not read.
fn both_ways(store: &Store) -> (Option<Dataset>, Dataset) {
    let _snapshot = store.connection.unchecked_transaction().unwrap();
    let users = Texts::read(store, StorePart::Users).unwrap();
    let pages = Texts::read(store, StorePart::Pages).unwrap();
    let carried = 1..=store.carried_names().unwrap().len();
    let carried = carried.map(|number| Texts::read(store, StorePart::Carried(number)).unwrap());
    let carried: Vec<Texts> = carried.collect();
    let scan = StoreScan {
        store,
        texts: RowTexts {
            users: &users,
            pages: &pages,
            carried: &carried,
        },
    };
    let texts = || [&pages].into_iter().chain(&carried);
    let dataset = |builder: Builder| builder.finish(texts().map(|texts| texts.texts.clone()));
    let by_pages = scan.by_pages(&mut |_| Ok(())).unwrap().map(dataset);
    (by_pages, dataset(scan.by_sql(&mut |_| Ok(())).unwrap()))
}

#[test]
fn what_is_carried_is_read_from_the_pages_and_by_sqlite_alike() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.db");
    let mut store = Store::open_or_draft(&path).unwrap();
    let mut table = "user_id,page_view_at,page,a,b\n".to_owned();
    for row in 0..5_000 {
        let at = 1_700_000_000 + row * 7;
        table += &format!(
            "u{},{at},/{},{},{}\n",
            row % 40,
            row % 9,
            row * 31 % 700,
            row % 3
        );
    }
    let part = |name: &str| CarriedPart {
        name: name.to_owned(),
        part: name.to_owned(),
    };
    let mut options = options();
    options.read.carried = vec![part("a"), part("b")];
    let mut input = Input::from_reader("t", None, Box::new(Cursor::new(table.into_bytes())));
    store.load(&mut input, &options, &mut |_| Ok(())).unwrap();
    let store = store.keep().unwrap();
    let (by_pages, by_sql) = both_ways(&store);
    assert_eq!(by_pages.unwrap(), by_sql);
    assert_eq!(by_sql.n_rows(), 5_000);
}

#[test]
fn pages_are_read_where_all_of_the_store_is_in_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.db");
    drop(store_of(&path, 5_000));
    for settings in [
        "SELECT 1",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA page_size = 512; VACUUM",
        "PRAGMA page_size = 65536; VACUUM",
        "PRAGMA auto_vacuum = FULL; VACUUM",
        "PRAGMA journal_mode = WAL",
    ] {
        Connection::open(&path)
            .unwrap()
            .execute_batch(settings)
            .unwrap();
        let store = Store::open(&path, Access::Read).unwrap();
        let (by_pages, by_sql) = both_ways(&store);
        assert!(by_pages.as_ref() == Some(&by_sql), "{settings}");
    }
    let mut store = Store::open(&path, Access::Write).unwrap();
    load(&mut store, 5_000..5_010);
    assert!(both_ways(&store).0.is_none(), "the last load is in the log");
    drop(store);
    let (by_pages, by_sql) = both_ways(&Store::open(&path, Access::Read).unwrap());
    assert_eq!(by_sql.n_rows(), 5_010);
    assert!(by_pages == Some(by_sql));
}

/// A store opened as by a person who may write neither to it nor to its folder.
fn unlocked(path: &Path) -> Store {
    let stamp = Stamp::of(path).unwrap();
    let mut store = Store::open(path, Access::Read).unwrap();
    store.connection = connect_immutable(path).unwrap();
    store.unlocked = Some(stamp);
    store
}

#[test]
fn a_store_that_is_written_to_while_it_is_read_without_a_lock_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.db");
    let n = 2 * ROWS_A_REPORT as u32;
    drop(store_of(&path, n));
    let store = unlocked(&path);
    let mut is_written = false;
    let columns = store.dataset(&mut |_| {
        if !std::mem::replace(&mut is_written, true) {
            let mut writer = Store::open(&path, Access::Write).unwrap();
            load(&mut writer, n..n + 100);
        }
        Ok(())
    });
    assert_eq!(columns.unwrap().n_rows() as u32, n + 100);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// At every number of pages and every size of a page, both ways give the same.
    #[test]
    fn pages_and_sql_give_the_same(rows in 1u32..3_000, page_size in 9u32..17) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.db");
        drop(store_of(&path, rows));
        let settings = format!("PRAGMA journal_mode = DELETE; PRAGMA page_size = {}; VACUUM", 1 << page_size);
        Connection::open(&path).unwrap().execute_batch(&settings).unwrap();
        let (by_pages, by_sql) = both_ways(&Store::open(&path, Access::Read).unwrap());
        prop_assert_eq!(by_sql.n_rows() as u32, rows);
        prop_assert!(by_pages == Some(by_sql));
    }
}
