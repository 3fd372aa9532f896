//! Tables of databases that are not ours: read as pageviews, and never touched.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use dwell::answers::export::ExportRows;
use dwell::source::Input;
use dwell::source::ReadOptions;
use dwell::store::LoadOptions;
use dwell::store::LoadReport;
use dwell::store::Store;
use dwell::words::error::Result;
use dwell::words::gap::Gap;
use proptest::prelude::*;
use rusqlite::Connection;
use tempfile::TempDir;

use crate::support;

const VISITS: &str = "CREATE TABLE visits (user_id, ts, page);
    INSERT INTO visits VALUES ('a', 1709287200, '/b'), ('a', 1709287200, '/a'), ('b', 1709287200, '/c');";

/// A database `x.db` made by these statements, in a folder of its own.
fn database(statements: &str) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("x.db");
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch(statements).unwrap();
    connection.close().unwrap();
    (folder, path)
}

fn options(table: &str) -> LoadOptions {
    LoadOptions {
        read: ReadOptions {
            table: Some(table.to_owned()),
            ..ReadOptions::default()
        },
        again: false,
        ..support::load_options()
    }
}

/// Everything in the folder of a file, by name.
fn beside(path: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = fs::read_dir(path.parent().unwrap()).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let content = |file: PathBuf| (file.clone(), fs::read(file).unwrap());
    files.into_iter().map(content).collect()
}

/// Loads a table, and checks that nothing is changed and nothing left beside it, whatever comes of it.
fn load(store: &mut Store, path: &Path, options: &LoadOptions) -> Result<LoadReport> {
    let before = beside(path);
    let mut input = Input::open(path)?;
    let report = store.load(&mut input, options, &mut |_| Ok(()));
    assert!(beside(path) == before, "{} was touched", path.display());
    report
}

/// The pageviews of a table as `user page`, and its rejects.
fn read(path: &Path, table: &str) -> (Vec<String>, Vec<String>) {
    let mut store = Store::temporary().unwrap();
    let report = load(&mut store, path, &options(table)).unwrap();
    let rows = support::export(&store, ExportRows::Pageviews, Gap::DEFAULT);
    let row = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        format!("{} {}", fields[1], fields[5])
    };
    let rejects = report.read.first_rejects.iter();
    (
        rows.lines().skip(1).map(row).collect(),
        rejects
            .map(|reject| format!("{}: {}", reject.place, reject.reason))
            .collect(),
    )
}

fn refusal(path: &Path, table: &str) -> String {
    let mut store = Store::temporary().unwrap();
    let error = load(&mut store, path, &options(table)).unwrap_err();
    let folder = format!("{}/", path.parent().unwrap().display());
    error.to_string().replace(&folder, "")
}

#[test]
fn rows_come_in_the_order_they_were_stored_whatever_an_index_would_give() {
    let statements = format!("{VISITS} CREATE INDEX by_page ON visits (page, user_id, ts);");
    let (_folder, path) = database(&statements);
    let expected = ["a /b", "a /a", "b /c"];
    assert_eq!(read(&path, "visits").0, expected);
    assert_eq!(read(&path, "VISITS").0, expected);
}

#[test]
fn values_of_every_type_are_read_and_nulls_are_rejects() {
    let (_folder, path) = database(
        "CREATE TABLE \"odd \"\"name\" (user, time, \"the page\" TEXT, page);
         INSERT INTO \"odd \"\"name\" VALUES
             (9007199254740993, '2024-03-01 10:00:00', '', '/a'), (1.5, 1709287200.25, '', x'2f62'),
             (NULL, 1709287200, '', '/'), ('a', NULL, '', '/'), ('a', 1709287200, '', NULL);",
    );
    let (pageviews, rejects) = read(&path, "odd \"name");
    assert_eq!(pageviews, ["1.5 /b", "9007199254740993 /a"]);
    assert_eq!(
        rejects,
        [
            "row 3: the user is null",
            "row 4: the time is null",
            "row 5: the page is null"
        ]
    );
}

#[test]
fn views_and_tables_without_row_numbers_are_read_and_text_in_utf_16() {
    let (_folder, path) = database(
        "PRAGMA encoding = 'UTF-16le';
         CREATE TABLE visits (user_id, ts, page, PRIMARY KEY (user_id, page)) WITHOUT ROWID;
         INSERT INTO visits VALUES ('é', 1709287200, '/'), ('a', 1709287200, '/');
         CREATE VIEW upper AS SELECT user_id AS user, ts, upper(page) || 'X' AS page FROM visits;",
    );
    assert_eq!(read(&path, "visits").0, ["a /", "é /"]);
    assert_eq!(read(&path, "upper").0, ["a /X", "é /X"]);
}

#[test]
fn a_table_that_is_not_there_is_refused_with_those_that_are() {
    let (_folder, path) = database(VISITS);
    assert_eq!(
        refusal(&path, "hits"),
        "x.db: it has no table \"hits\" (its tables: visits; --table NAME reads one)"
    );
    let (_folder, path) = database("CREATE TABLE t (id, total);");
    assert_eq!(
        refusal(&path, "t"),
        "x.db, table t: no user column, no time column, no page column; the columns are: id, total; name them with \
         --user-column NAME --time-column NAME --page-column NAME"
    );
    let folder = TempDir::new().unwrap();
    let csv = folder.path().join("x.csv");
    fs::write(&csv, "user,ts,page\na,1709287200,/\n").unwrap();
    assert_eq!(
        refusal(&csv, "t"),
        "x.csv: --table needs a SQLite database, and this is not one"
    );
}

#[test]
fn a_schema_that_calls_what_acts_is_refused_by_sqlite() {
    let (_folder, path) = database(
        "CREATE TABLE x (a);
         CREATE VIEW pageviews AS SELECT load_extension('evil') AS user_id, 1 AS ts, a AS page FROM x;
         INSERT INTO x VALUES (1);",
    );
    let said = refusal(&path, "pageviews");
    assert!(said.contains("unsafe use of load_extension()"), "{said}");
}

/// A database whose rows are in its log only, as a crash leaves it; and the same without the log.
fn crashed() -> (TempDir, PathBuf, PathBuf) {
    let (folder, path) =
        database("PRAGMA journal_mode = WAL; CREATE TABLE visits (user_id, ts, page);");
    let connection = Connection::open(&path).unwrap();
    connection
        .execute_batch(VISITS.split_once(';').unwrap().1)
        .unwrap();
    let (whole, without) = (folder.path().join("crashed"), folder.path().join("lost"));
    for copy in [&whole, &without] {
        fs::create_dir(copy).unwrap();
        fs::copy(&path, copy.join("x.db")).unwrap();
    }
    fs::copy(folder.path().join("x.db-wal"), whole.join("x.db-wal")).unwrap();
    (folder, whole.join("x.db"), without.join("x.db"))
}

#[test]
fn a_log_that_a_crash_left_is_recovered_in_a_copy() {
    let (_folder, crashed, lost) = crashed();
    assert_eq!(read(&crashed, "visits").0, ["a /b", "a /a", "b /c"]);
    let mut store = Store::temporary().unwrap();
    let report = load(&mut store, &crashed, &options("visits")).unwrap();
    assert_eq!(
        report.read.understood.notes,
        ["x.db-wal is read along with it"]
    );

    // The same file without its log has other content.
    let report = load(&mut store, &lost, &options("visits")).unwrap();
    assert_eq!(report.read.pageviews, 0);
    let note = "it keeps a write-ahead log, and no x.db-wal is beside it: complete if it was closed properly";
    assert_eq!(report.read.understood.notes, [note]);
}

#[test]
fn a_table_is_taken_in_once_and_when_it_has_changed_only_if_asked_how() {
    let (_folder, path) = database(&format!(
        "{VISITS} CREATE TABLE v2 AS SELECT * FROM visits;"
    ));
    let mut store = Store::temporary().unwrap();
    load(&mut store, &path, &options("visits")).unwrap();
    let again = load(&mut store, &path, &options("visits")).unwrap_err();
    assert!(again.to_string().contains("was loaded already"), "{again}");
    // Another table of the same file is another content.
    load(&mut store, &path, &options("v2")).unwrap();

    let connection = Connection::open(&path).unwrap();
    connection
        .execute("INSERT INTO visits VALUES ('b', 1709287260, '/d')", [])
        .unwrap();
    connection.close().unwrap();
    let changed = load(&mut store, &path, &options("visits")).unwrap_err();
    assert!(
        changed.to_string().contains("has changed since"),
        "{changed}"
    );
    let deduped = LoadOptions {
        dedupe: true,
        ..options("visits")
    };
    let report = load(&mut store, &path, &deduped).unwrap();
    assert_eq!((report.read.pageviews, report.duplicates), (4, 3));
    assert_eq!(store.n_pageviews().unwrap(), 3 + 3 + 1);
}

#[test]
fn the_pageviews_of_a_store_can_be_read_like_any_table() {
    let mut store = Store::open_or_draft(&TempDir::new().unwrap().path().join("gone.db")).unwrap();
    drop(store);
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("s.db");
    store = Store::open_or_draft(&path).unwrap();
    support::load(
        &mut store,
        "user,ts,page\na,2024-03-01 10:00:00.5,/a\na,2024-03-01 10:00:00.5,/b\n",
    );
    store = store.keep().unwrap();
    let rows = support::export(&store, ExportRows::Sessions, Gap::DEFAULT);
    drop(store);
    let mut other = Store::temporary().unwrap();
    load(&mut other, &path, &options("pageviews")).unwrap();
    assert_eq!(
        support::export(&other, ExportRows::Sessions, Gap::DEFAULT),
        rows
    );
}

#[test]
fn names_that_are_no_text_are_shown_and_name_nothing() {
    let (_folder, path) = database("CREATE TABLE visits (user_id, ts, page, zzz);");
    let mut content = fs::read(&path).unwrap();
    let at = content
        .windows(3)
        .position(|three| three == b"zzz")
        .unwrap();
    content[at] = 0xff;
    fs::write(&path, content).unwrap();
    assert!(read(&path, "visits").0.is_empty());
    let asked = LoadOptions {
        read: ReadOptions {
            page_column: Some("\u{fffd}zz".to_owned()),
            ..options("visits").read
        },
        ..options("visits")
    };
    let mut store = Store::temporary().unwrap();
    let said = load(&mut store, &path, &asked).unwrap_err().to_string();
    assert!(said.contains("no such column"), "{said}");
}

/// A database of so many rows, and a page above others in the tree of its table, which names the first of them in
/// the place of every other.
fn with_a_page_many_times(table: &str, rows: u32) -> (TempDir, PathBuf) {
    let (folder, path) = database(&format!(
        "{table};
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT {rows})
         INSERT INTO visits SELECT 'user' || i, 1709287200, '/page/' || i FROM n;"
    ));
    let root: u32 = Connection::open(&path)
        .unwrap()
        .query_row(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'visits'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    let mut bytes = fs::read(&path).unwrap();
    let page = &mut bytes[(root as usize - 1) * 4096..][..4096];
    assert!(matches!(page[0], 2 | 5), "it is above others");
    let number = |page: &[u8], at: usize| usize::from(u16::from_be_bytes([page[at], page[at + 1]]));
    let n_cells = number(page, 3);
    let cells: Vec<usize> = (0..n_cells)
        .map(|cell| number(page, 12 + 2 * cell))
        .collect();
    let first: [u8; 4] = page[cells[0]..cells[0] + 4].try_into().unwrap();
    for cell in cells {
        page[cell..cell + 4].copy_from_slice(&first);
    }
    fs::write(&path, bytes).unwrap();
    (folder, path)
}

#[test]
fn a_page_that_is_in_a_tree_many_times_is_damage() {
    let (_folder, path) = with_a_page_many_times("CREATE TABLE visits (user_id, ts, page)", 5_000);
    assert_eq!(
        refusal(&path, "visits"),
        "x.db, table visits: the database is damaged: sqlite3 has a command .recover for what is left of it"
    );
}

#[test]
fn a_column_that_is_called_as_row_numbers_are_does_not_order_them() {
    let (_folder, path) = database(
        "CREATE TABLE visits (user_id, ts, page, _rowid_);
         INSERT INTO visits VALUES ('a', 1709287200, '/b', 7), ('a', 1709287200, '/a', 7), ('b', 1709287200, '/c', 1);",
    );
    assert_eq!(read(&path, "visits").0, ["a /b", "a /a", "b /c"]);
}

#[test]
fn a_text_longer_than_memory_is_refused() {
    let (_folder, path) = database(
        "CREATE VIEW long AS SELECT hex(zeroblob(450000000)) AS user_id, 1709287200 AS ts, '/' AS page",
    );
    assert_eq!(
        refusal(&path, "long"),
        "x.db, table long: a text in it is longer than 134.2 MB, the most that is read"
    );
}

#[test]
fn tables_are_listed_without_a_copy() {
    let (_folder, crashed, _) = crashed();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_dwell"))
        .args(["summary", "x.db"])
        .current_dir(crashed.parent().unwrap())
        .env("TMPDIR", "/no/such/folder")
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "dwell: x.db is a SQLite database, but not a dwell store (its tables: visits; x.db-wal, which is not read for \
         this list, may change it; --table NAME reads one)\n"
    );
}

proptest! {
    #![proptest_config(support::one_in(10))]

    #[test]
    fn a_damaged_database_is_read_or_refused(
        changes in proptest::collection::vec((0_usize..3 * 4096, any::<u8>()), 1..6),
    ) {
        let (_folder, path) = database(&format!("{VISITS} CREATE INDEX by_page ON visits (page);"));
        let mut content = fs::read(&path).unwrap();
        for (at, byte) in changes {
            if let Some(place) = content.get_mut(at) {
                *place = byte;
            }
        }
        fs::write(&path, content).unwrap();
        let mut store = Store::temporary().unwrap();
        let _ = load(&mut store, &path, &options("visits"));
    }
}
