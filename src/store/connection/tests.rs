//! What a store does when it is asked to stop.

use super::*;

/// A statement that never ends.
const ENDLESS: &str =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

fn check(store: &Store) {
    let ended = store.one::<i64>(ENDLESS);
    assert!(matches!(ended, Err(Error::Interrupted)), "{ended:?}");
}

#[test]
fn every_connection_of_a_store_heeds_its_interrupt() {
    let folder = tempfile::tempdir().unwrap();
    let interrupt = Interrupt::default();
    let store = Store::open_or_draft(&folder.path().join("s.db")).unwrap();
    let mut store = store.heeding(interrupt.clone()).unwrap();
    interrupt.request();
    check(&store);
    store.aside(|| Ok(())).unwrap();
    check(&store);
    interrupt.reset();
    let store = store.keep().unwrap();
    assert_eq!(store.n_sessions().unwrap(), 0);
    interrupt.request();
    check(&store);
}

/// A store in its place, and the interrupt that it heeds.
fn kept(folder: &Path) -> (Store, Interrupt) {
    let interrupt = Interrupt::default();
    let path = folder.join("s.db");
    let store = Store::open_or_draft_heeding(&path, interrupt.clone()).unwrap();
    (store.keep().unwrap(), interrupt)
}

#[test]
fn a_commit_that_is_interrupted_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (store, interrupt) = kept(folder.path());
    let transaction = store.begin_write().unwrap();
    store.save_gap(Gap::from_us(1).unwrap()).unwrap();
    interrupt.request();
    let ended = transaction.commit().map_err(store.failed("write"));
    assert!(matches!(ended, Err(Error::Interrupted)), "{ended:?}");
    interrupt.reset();
    assert_eq!(store.gap().unwrap(), Gap::DEFAULT);
}

#[test]
fn nobody_waits_for_another_process_when_interrupted() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, interrupt) = kept(folder.path());
    let holder = Connection::open(folder.path().join("s.db")).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    interrupt.request();
    let ended = store.rebuild(Gap::DEFAULT, &mut |_| Ok(()));
    assert!(matches!(ended, Err(Error::Interrupted)), "{ended:?}");
}

#[test]
fn nobody_waits_to_open_a_store_when_interrupted() {
    let folder = tempfile::tempdir().unwrap();
    let (store, interrupt) = kept(folder.path());
    drop(store);
    let path = folder.path().join("s.db");
    let holder = Connection::open(&path).unwrap();
    holder
        .execute_batch("PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE")
        .unwrap();
    interrupt.request();
    for access in [Access::Read, Access::Write] {
        let opened = Store::open_heeding(&path, access, interrupt.clone());
        assert!(matches!(opened, Err(Error::Interrupted)), "{opened:?}");
    }
}

#[test]
fn a_new_store_that_is_interrupted_takes_no_place() {
    let folder = tempfile::tempdir().unwrap();
    let interrupt = Interrupt::default();
    let path = folder.path().join("s.db");
    let store = Store::open_or_draft_heeding(&path, interrupt.clone()).unwrap();
    interrupt.request();
    assert!(matches!(store.keep(), Err(Error::Interrupted)));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
