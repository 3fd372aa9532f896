//! Compares a store filled without SQLite with one loaded through it.

use crate::source::ReadOptions;
use std::io::Cursor;

use proptest::prelude::*;
use rusqlite::types::Value;

use super::*;
use crate::store::write::refresh::Refreshed;
use crate::store::write::refresh::Touched;
use crate::words::timestamp::Timestamp;

/// The epoch of the rows below, microseconds.
const START_US: i64 = 1_704_067_200_000_000;

/// What a load may depend on.
#[derive(Clone, Copy, Debug)]
struct Case {
    rows_a_slab: usize,
    dedupe: bool,
}

fn load(store: &mut Store, table: &str, case: Case) -> LoadReport {
    let options = LoadOptions {
        read: ReadOptions::default(),
        strict: false,
        again: true,
        dedupe: case.dedupe,
        loaded_at: Timestamp::MIN,
        rows_a_slab: case.rows_a_slab,
    };
    let table = Box::new(Cursor::new(table.as_bytes().to_vec()));
    let mut input = Input::from_reader("t", None, table);
    store.load(&mut input, &options, &mut |_| Ok(())).unwrap()
}

/// All rows of a query.
fn all(store: &Store, query: &str) -> Vec<Vec<Value>> {
    let mut statement = store.connection.prepare(query).unwrap();
    let n = statement.column_count();
    let row = |row: &rusqlite::Row<'_>| (0..n).map(|column| row.get(column)).collect();
    statement
        .query_map([], row)
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

/// Loads a table both ways. Everything in the stores must be equal, and the built one must be sound.
fn check(table: &str, case: Case) {
    let folder = tempfile::tempdir().unwrap();
    let mut built = Store::open_or_draft(&folder.path().join("built.db")).unwrap();
    let built_report = load(&mut built, table, case);
    let built = built.keep().unwrap();
    assert_eq!(
        all(&built, "PRAGMA integrity_check"),
        [[Value::Text("ok".to_owned())]]
    );

    let mut inserted = Store::open_or_draft(&folder.path().join("inserted.db")).unwrap();
    load(&mut inserted, "user_id,page_view_at,page\n", case);
    let mut inserted = inserted.keep().unwrap();
    let inserted_report = load(&mut inserted, table, case);
    inserted
        .connection
        .execute_batch(
            "DELETE FROM loads WHERE id = 1; UPDATE loads SET id = 1; UPDATE activity SET load = 1",
        )
        .unwrap();

    assert_eq!(format!("{built_report:?}"), format!("{inserted_report:?}"));
    for table in ["pageview", "session", "users", "pages", "loads", "settings"] {
        let query = format!("SELECT * FROM {table}");
        assert_eq!(all(&built, &query), all(&inserted, &query), "{table}");
    }
    let window = (Timestamp::MIN, Timestamp::MAX);
    let active = |store: &Store| store.users_between(window.0, window.1).unwrap();
    assert_eq!(active(&built), active(&inserted));
}

/// A pageview as (user, tens of minutes).
type Row = (u8, i64);

/// Pageviews of a store, and few enough of a later load that it refreshes.
fn rows_and_few_more() -> impl Strategy<Value = (Vec<Row>, Vec<Row>)> {
    let rows = |n| proptest::collection::vec((0u8..3, 0i64..90), n);
    (rows(60..90), rows(1..15))
}

/// What the later load did, and the store that it was loaded into, in its folder.
fn refreshed(
    first: &[Row],
    later: &[Row],
    rows_a_slab: usize,
) -> (Refreshed, Store, tempfile::TempDir) {
    let table = |rows: &[Row]| {
        let row =
            |&(user, step): &Row| format!("u{user},{},/{step}\n", START_US + step * 600_000_000);
        "user_id,page_view_at,page\n".to_owned() + &rows.iter().map(row).collect::<String>()
    };
    let case = Case {
        rows_a_slab,
        dedupe: false,
    };
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open_or_draft(&folder.path().join("s.db")).unwrap();
    load(&mut store, &table(first), case);
    let mut store = store.keep().unwrap();
    (
        load(&mut store, &table(later), case).refreshed,
        store,
        folder,
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_filled_store_is_equal_to_one_loaded_through_sql(
        rows in proptest::collection::vec((0u8..6, -3i64..50, 0u8..4), 0..80),
        rows_a_slab in prop_oneof![Just(usize::MAX), 1usize..30],
        dedupe in any::<bool>(),
    ) {
        let mut table = "user_id,page_view_at,page\n".to_owned();
        for (user, step, page) in rows {
            let at_us = START_US + step * 600_000_000;
            table += &format!("u{},{at_us},/{page}\n", user * 37 % 6);
        }
        check(&table, Case { rows_a_slab, dedupe });
    }

    #[test]
    fn a_refresh_does_the_same_whatever_the_slab(
        (first, later) in rows_and_few_more(), rows_a_slab in 1usize..10,
    ) {
        let [a, b] = [rows_a_slab, usize::MAX].map(|slab| refreshed(&first, &later, slab).0);
        prop_assert_eq!(a, b);
    }

    #[test]
    fn a_refresh_gives_the_sessions_of_a_rebuild((first, later) in rows_and_few_more(), rows_a_slab in 1usize..10) {
        let (_, mut store, _folder) = refreshed(&first, &later, rows_a_slab);
        let sessions = |store: &Store| all(store, "SELECT * FROM session");
        let found = sessions(&store);
        let gap = store.gap().unwrap();
        store.rebuild(gap, &mut |_| Ok(())).unwrap();
        prop_assert_eq!(found, sessions(&store));
    }

    /// Loads that are a small part of the store refresh its sessions, larger ones rebuild them, a slab at a time.
    #[test]
    fn sessions_are_those_of_a_rebuild_whatever_the_slab(
        first in proptest::collection::vec((0u8..6, 0i64..200), 1..150),
        later in proptest::collection::vec(proptest::collection::vec((0u8..8, 0i64..200), 1..20), 1..4),
        rows_a_slab in 1usize..40,
    ) {
        let table = |rows: &[(u8, i64)]| {
            let row = |&(user, step): &(u8, i64)| format!("u{user},{},/{step}\n", START_US + step * 600_000_000);
            "user_id,page_view_at,page\n".to_owned() + &rows.iter().map(row).collect::<String>()
        };
        let case = Case { rows_a_slab, dedupe: false };
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open_or_draft(&folder.path().join("s.db")).unwrap();
        load(&mut store, &table(&first), case);
        let mut store = store.keep().unwrap();
        for rows in &later {
            load(&mut store, &table(rows), case);
            let stored = all(&store, "SELECT * FROM session");
            for slab in [rows_a_slab, usize::MAX] {
                let gap = store.gap().unwrap();
                let rebuilt = store.rebuild_within(gap, 0, slab, &mut |_| Ok(())).unwrap();
                prop_assert_eq!(rebuilt.written, stored.len() as u64);
                prop_assert_eq!(&all(&store, "SELECT * FROM session"), &stored);
            }
        }
    }
}

#[test]
fn many_rows_and_long_texts_fill_a_store_as_sql_does() {
    let mut table = "user_id,page_view_at,page\n".to_owned();
    for i in 0u64..30_000 {
        let (user, page) = (i * 7_919 % 4_001, i * 31 % 97);
        let long = "x".repeat(if page == 0 { 9_000 } else { page as usize });
        table += &format!("u{user},{},/{long}{page}\n", 1_000_000_000 + i * 977);
    }
    for rows_a_slab in [usize::MAX, 10_000] {
        check(
            &table,
            Case {
                rows_a_slab,
                dedupe: false,
            },
        );
    }
}

#[test]
fn a_small_store_that_came_out_wrong_takes_no_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.db");
    let mut store = Store::open_or_draft(&path).unwrap();
    let mut table = "user_id,page_view_at,page\n".to_owned();
    for i in 0..2_000 {
        table += &format!("u{i},{},/\n", START_US + i);
    }
    let case = Case {
        rows_a_slab: usize::MAX,
        dedupe: false,
    };
    load(&mut store, &table, case);
    let file = store.file().to_path_buf();
    let mut bytes = std::fs::read(&file).unwrap();
    let leaf = bytes.chunks(4096).position(|page| page[0] == 10).unwrap();
    bytes[leaf * 4096 + 8..(leaf + 1) * 4096].fill(0xff);
    store
        .aside(|| {
            std::fs::write(&file, &bytes).unwrap();
            Ok(())
        })
        .unwrap();
    let refused = store.keep().unwrap_err().to_string();
    assert!(
        refused.contains("cannot make ") || refused.contains("damaged"),
        "{refused}"
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// A store of four users with two sessions each.
fn store_of_users(folder: &std::path::Path) -> Store {
    let mut store = Store::open_or_draft(&folder.join("s.db")).unwrap();
    let mut table = "user_id,page_view_at,page\n".to_owned();
    for user in 0..4 {
        table += &format!(
            "u{user},{START_US},/\nu{user},{},/\n",
            START_US + 86_400_000_000
        );
    }
    let case = Case {
        rows_a_slab: usize::MAX,
        dedupe: false,
    };
    load(&mut store, &table, case);
    store.keep().unwrap()
}

#[test]
fn a_rebuild_says_how_many_sessions_it_removed() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store_of_users(folder.path());
    let rebuilt = store
        .rebuild("48h".parse().unwrap(), &mut |_| Ok(()))
        .unwrap();
    assert_eq!(
        (rebuilt.pageviews, rebuilt.removed, rebuilt.written),
        (8, 8, 4)
    );
}

/// The first pageview of each of these users.
fn first_pageviews() -> Vec<Touched> {
    let first = |user| Touched {
        user,
        first_us: START_US,
        last_us: START_US,
    };
    (1..=4).map(first).collect()
}

#[test]
fn sessions_that_are_right_are_left_alone_whatever_the_slab() {
    let folder = tempfile::tempdir().unwrap();
    let store = store_of_users(folder.path());
    for rows_a_slab in [1, 2, usize::MAX] {
        let gap = store.gap().unwrap();
        let mut touched = first_pageviews();
        let refreshed = store
            .refresh_touched(&mut touched, gap, rows_a_slab, &mut |_| Ok(()))
            .unwrap();
        let expected = Refreshed {
            pageviews: 4,
            unchanged: 4,
            ..Refreshed::default()
        };
        assert_eq!(refreshed, expected, "{rows_a_slab}");
    }
}

#[test]
fn progress_is_heard_of_when_a_slab_is_full() {
    let folder = tempfile::tempdir().unwrap();
    let store = store_of_users(folder.path());
    let gap = store.gap().unwrap();
    let mut touched = first_pageviews();
    for (rows_a_slab, of_rebuild, of_refresh) in [(1, 3, 3), (3, 1, 1), (4, 1, 0), (8, 0, 0)] {
        let mut heard = 0;
        let mut observe = |_| {
            heard += 1;
            Ok(())
        };
        store
            .rebuild_within(gap, 0, rows_a_slab, &mut observe)
            .unwrap();
        assert_eq!(heard, of_rebuild, "{rows_a_slab}");
        let mut heard = 0;
        let mut observe = |_| {
            heard += 1;
            Ok(())
        };
        store
            .refresh_touched(&mut touched, gap, rows_a_slab, &mut observe)
            .unwrap();
        assert_eq!(heard, of_refresh, "{rows_a_slab}");
    }
}
