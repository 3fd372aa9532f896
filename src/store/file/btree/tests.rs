//! Compares built trees with what SQLite reads from them.

use std::fs::File;
use std::io::Read;
use std::io::Seek;
use std::io::SeekFrom;
use std::io::Write;
use std::sync::LazyLock;

use proptest::prelude::*;
use rusqlite::Connection;
use rusqlite::params;
use tempfile::TempPath;

use super::*;
use crate::store::file::leaves::Stop;
use crate::store::file::leaves::TreePages;
use crate::store::file::pages::PAGE_BYTES;

const SCHEMA: &str = "
CREATE TABLE texts (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE numbers (a INTEGER NOT NULL, b INTEGER NOT NULL, c INTEGER NOT NULL, d INTEGER NOT NULL,
    PRIMARY KEY (a, b, c)) STRICT, WITHOUT ROWID;
";

type Row = [i64; 4];

/// Small pages make high trees with few rows.
const SMALL: usize = 512;
const SIZES: [usize; 4] = [SMALL, 1024, PAGE_BYTES, 65_536];

/// An empty file for each page size, as SQLite makes it. Making one takes longer than filling it.
static EMPTY: LazyLock<[Vec<u8>; SIZES.len()]> = LazyLock::new(|| {
    SIZES.map(|page_bytes| {
        let path = tempfile::NamedTempFile::new().unwrap().into_temp_path();
        let connection = Connection::open(&path).unwrap();
        connection
            .pragma_update(None, "page_size", page_bytes as i64)
            .unwrap();
        connection.execute_batch(SCHEMA).unwrap();
        std::fs::read(&path).unwrap()
    })
});

fn new_file(page_bytes: usize) -> TempPath {
    let path = tempfile::NamedTempFile::new().unwrap().into_temp_path();
    let size = SIZES.iter().position(|&size| size == page_bytes).unwrap();
    std::fs::write(&path, &EMPTY[size]).unwrap();
    path
}

fn root(path: &TempPath, name: &str) -> u32 {
    let query = "SELECT rootpage FROM sqlite_schema WHERE name = ?1";
    let connection = Connection::open(path).unwrap();
    connection
        .query_row(query, [name], |row| row.get(0))
        .unwrap()
}

/// A file with these rows and texts, built without SQLite.
fn build(rows: &[Row], texts: &[&str], page_bytes: usize) -> TempPath {
    let path = new_file(page_bytes);
    let roots = ["numbers", "texts", "sqlite_autoindex_texts_1"].map(|name| root(&path, name));
    let mut pages = FilePages::open(&path).unwrap();
    let mut numbers = IndexTree::new(page_bytes);
    for row in rows {
        numbers.push(&mut pages, *row).unwrap();
    }
    let mut by_id = TextTree::new(page_bytes);
    for (text, id) in texts.iter().zip(1..) {
        by_id.push(&mut pages, id, text).unwrap();
    }
    let mut order: Vec<usize> = (0..texts.len()).collect();
    order.sort_by_key(|&index| texts[index]);
    let mut by_text = IndexTree::new(page_bytes);
    for index in order {
        by_text
            .push_text(&mut pages, texts[index], index as i64 + 1)
            .unwrap();
    }
    let built = [
        numbers.finish(&mut pages).unwrap(),
        by_id.finish(&mut pages).unwrap(),
        by_text.finish(&mut pages).unwrap(),
    ];
    pages
        .finish(roots.into_iter().zip(built.iter().map(|page| &**page)))
        .unwrap();
    path
}

fn is_whole(connection: &Connection) {
    let said: String = connection
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(said, "ok");
}

fn rows_of(connection: &Connection) -> Vec<Row> {
    let mut statement = connection
        .prepare("SELECT a, b, c, d FROM numbers ORDER BY a, b, c")
        .unwrap();
    let row = |row: &rusqlite::Row<'_>| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]);
    statement
        .query_map([], row)
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

/// The rows on the pages, up to the first that is out of order.
fn scanned(path: &TempPath) -> Result<Vec<Row>, Stop> {
    let file = File::open(path).unwrap();
    let pages = TreePages::open(&file)?;
    let mut rows: Vec<Row> = Vec::new();
    for branch in pages.branches(root(path, "numbers"), &Row::default())? {
        pages.rows(&branch, &Row::default(), |row: &Row| {
            if rows.last().is_some_and(|last| last[..3] >= row[..3]) {
                return Err(Stop::NotPlain);
            }
            rows.push(*row);
            Ok(())
        })?;
    }
    Ok(rows)
}

fn texts_of(connection: &Connection) -> Vec<String> {
    let mut statement = connection
        .prepare("SELECT text FROM texts ORDER BY id")
        .unwrap();
    statement
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

/// Builds a file from `rows` in key order. SQLite must find it sound, and both SQLite and the scan must read what was
/// put in.
fn check_content(rows: &[Row], texts: &[&str], page_bytes: usize) -> TempPath {
    let path = build(rows, texts, page_bytes);
    let connection = Connection::open(&path).unwrap();
    is_whole(&connection);
    assert!(rows_of(&connection) == rows, "{} rows", rows.len());
    assert!(scanned(&path).unwrap() == rows, "{} rows", rows.len());
    assert!(texts_of(&connection) == texts, "{} texts", texts.len());
    path
}

/// The same, and every row and text must be found where it belongs, and SQLite must go on writing.
fn check(rows: &[Row], texts: &[&str], page_bytes: usize) {
    let path = check_content(rows, texts, page_bytes);
    let connection = Connection::open(&path).unwrap();
    let find = "SELECT d FROM numbers WHERE a = ?1 AND b = ?2 AND c = ?3";
    let mut find = connection.prepare(find).unwrap();
    for [a, b, c, d] in rows {
        assert_eq!(
            find.query_row([a, b, c], |row| row.get::<_, i64>(0)),
            Ok(*d)
        );
    }
    let mut find = connection
        .prepare("SELECT id FROM texts WHERE text = ?1")
        .unwrap();
    for (text, id) in texts.iter().zip(1i64..) {
        assert_eq!(find.query_row([text], |row| row.get(0)), Ok(id));
    }

    connection.execute_batch("BEGIN").unwrap();
    let mut insert = connection
        .prepare("INSERT INTO numbers VALUES (?1, ?2, ?3, ?4)")
        .unwrap();
    for [a, b, c, d] in rows.iter().step_by(3) {
        insert.execute([*a, *b, *c ^ (1 << 40), *d]).unwrap();
    }
    let mut insert = connection
        .prepare("INSERT INTO texts (text) VALUES (?1)")
        .unwrap();
    for text in texts.iter().step_by(3) {
        insert.execute(params![format!("{text} and more")]).unwrap();
    }
    connection
        .execute_batch(
            "DELETE FROM numbers WHERE a % 2 = 0; DELETE FROM texts WHERE id % 5 = 0; COMMIT",
        )
        .unwrap();
    is_whole(&connection);
    assert_eq!(scanned(&path).unwrap(), rows_of(&connection));
    connection.execute_batch("VACUUM").unwrap();
    is_whole(&connection);
    assert_eq!(scanned(&path).unwrap(), rows_of(&connection));
}

fn rows(n: usize) -> Vec<Row> {
    (0..n as i64)
        .map(|i| [i / 7, i % 7 * 1_000_000_007, i, -i])
        .collect()
}

/// About 27 rows fill a small leaf, and about 22 leaves have room below a page. Whatever is on the last page of a
/// level, up to two more than a page above has room for, comes up.
#[test]
fn any_number_of_rows_makes_a_whole_tree() {
    for n in 0..750 {
        check_content(&rows(n), &[], SMALL);
    }
    for size in SIZES {
        for n in [0, 1, 2, 3, 100, 500] {
            check(&rows(n), &[], size);
        }
    }
}

/// The same one level higher, where the pages in the middle are counted.
#[test]
fn any_number_of_pages_in_the_middle_makes_a_whole_tree() {
    for n in (13_000..14_500).step_by(13) {
        check_content(&rows(n), &[], SMALL);
    }
}

/// A small page has room for one of these texts, and for about 60 pages below it.
#[test]
fn any_number_of_texts_makes_whole_trees() {
    let texts: Vec<String> = (0..140).map(|i| format!("{i:0400}")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    for n in 0..texts.len() {
        check_content(&[], &texts[..n], SMALL);
    }
}

#[test]
fn trees_of_pages_of_a_new_store_are_whole_whatever_the_last_pages_hold() {
    for n in [190, 210, 230, 30_000, 45_000, 45_200, 120_000] {
        check(&rows(n), &[], PAGE_BYTES);
    }
}

/// Each leaf has room for one more row, which stands above it.
#[test]
fn trees_take_hardly_more_pages_than_sqlite_packs_them_into() {
    let texts: Vec<String> = (0..4_000)
        .map(|i| format!("user {}", i * 7919 % 4_000))
        .collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    for size in [SMALL, PAGE_BYTES] {
        let path = build(&rows(20_000), &texts, size);
        let connection = Connection::open(&path).unwrap();
        let n_pages = || -> i64 {
            connection
                .query_row("PRAGMA page_count", [], |row| row.get(0))
                .unwrap()
        };
        let built = n_pages();
        connection.execute_batch("VACUUM").unwrap();
        let packed = n_pages();
        assert!(25 * built <= 26 * packed, "{built} and {packed}");
    }
}

/// However many pages there are and however long what stands between them, each group fits on a page above, and no
/// page above is without a divider.
#[test]
fn pages_above_have_two_pages_below_at_least() {
    for inner in [Kind::InnerIndex, Kind::InnerTable] {
        for divider_bytes in (1..=max_local_in_index(SMALL) + 9).step_by(3) {
            let mut level = Level::default();
            for n in 2..200u32 {
                level.push(n, &vec![0; divider_bytes]);
                let mut next = 0;
                for group in level.groups(inner, SMALL) {
                    assert_eq!(group.start, next);
                    assert!(group.len() >= 2 || level.pages.len() == 1, "{group:?}");
                    let bytes = (group.len() - 1) * (4 + divider_bytes + 2);
                    assert!(inner.header_bytes() + bytes <= SMALL, "{group:?}");
                    next = group.end;
                }
                assert_eq!(next, level.pages.len());
            }
        }
    }
}

#[test]
fn the_extremes_of_integers_are_kept() {
    let mut values = vec![0, i64::MIN, i64::MAX];
    for bits in 0..63 {
        values.extend([1 << bits, (1 << bits) - 1, -(1 << bits), -(1 << bits) - 1]);
    }
    values.sort_unstable();
    values.dedup();
    let n = values.len();
    let rows: Vec<Row> = (0..n)
        .map(|i| {
            [
                values[i],
                values[n - 1 - i],
                values[(i + 7) % n],
                values[(i + 29) % n],
            ]
        })
        .collect();
    let path = build(&rows, &[], PAGE_BYTES);
    let connection = Connection::open(&path).unwrap();
    is_whole(&connection);
    assert_eq!(rows_of(&connection), rows);
    assert_eq!(scanned(&path).unwrap(), rows);
}

#[test]
fn texts_of_any_length_are_kept() {
    for size in SIZES {
        // Around the lengths at which a text goes on in pages of its own, and at which one more is needed.
        let bounds = [
            0,
            min_local(size),
            max_local_in_index(size),
            max_local_in_table(size),
            size,
            2 * size,
            17 * size,
        ];
        for bound in bounds {
            let lengths = bound.saturating_sub(12)..bound + 12;
            let texts: Vec<String> = lengths
                .map(|n| "é".repeat(n / 2) + &"x".repeat(n % 2))
                .collect();
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            check(&[], &texts, size);
        }
    }
}

#[test]
fn many_texts_make_whole_trees() {
    for (n, size) in [(1, PAGE_BYTES), (100, SMALL), (20_000, PAGE_BYTES)] {
        let texts: Vec<String> = (0..n).map(|i| format!("user {}", i * 7919 % n)).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        check(&rows(n / 2), &texts, size);
    }
}

#[test]
fn nothing_is_left_of_pages_that_are_not_finished() {
    let path = new_file(PAGE_BYTES);
    let before = std::fs::read(&path).unwrap();
    let mut pages = FilePages::open(&path).unwrap();
    let mut tree = IndexTree::new(PAGE_BYTES);
    for row in rows(100_000) {
        tree.push(&mut pages, row).unwrap();
    }
    drop(pages);
    assert!(std::fs::read(&path).unwrap() == before);
}

#[test]
fn nothing_is_put_on_the_page_that_locks_lie_on() {
    let path = new_file(PAGE_BYTES);
    // A file of almost a gibibyte, which takes no room, as its header says.
    let n_pages = (1 << 30) / PAGE_BYTES - 2;
    let mut file = File::options().write(true).open(&path).unwrap();
    file.set_len((n_pages * PAGE_BYTES) as u64).unwrap();
    file.seek(SeekFrom::Start(28)).unwrap();
    file.write_all(&(n_pages as u32).to_be_bytes()).unwrap();

    let mut pages = FilePages::open(&path).unwrap();
    let before = n_pages as u32;
    let numbers = [1, 2, 3, 4].map(|byte| pages.append(&[byte; PAGE_BYTES]).unwrap() - before);
    assert_eq!(numbers, [1, 2, 4, 5]);
    pages.finish([]).unwrap();
    let mut rest = Vec::new();
    let mut file = File::open(&path).unwrap();
    file.seek(SeekFrom::Start((n_pages * PAGE_BYTES) as u64))
        .unwrap();
    file.read_to_end(&mut rest).unwrap();
    let first_bytes: Vec<u8> = rest.iter().step_by(PAGE_BYTES).copied().collect();
    assert_eq!(first_bytes, [1, 2, 0, 3, 4]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_rows_and_texts_make_whole_trees(
        rows in proptest::collection::btree_map(
            (-3i64..3, any::<i32>().prop_map(i64::from), 0i64..i64::from(u32::MAX)), any::<i64>(), 0..1500,
        ),
        texts in proptest::collection::btree_set(
            prop_oneof![8 => ".{0,30}", 1 => "[a-c]{90,110}", 1 => "[a-c]{4000,13000}"], 0..60,
        ),
        size in proptest::sample::select(&SIZES),
    ) {
        let rows: Vec<Row> = rows.into_iter().map(|((a, b, c), d)| [a, b, c, d]).collect();
        let mut texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        texts.sort_by_key(|text| text.len());
        check(&rows, &texts, size);
    }

    /// A damaged file is given up, or read as far as it is in order. Reading it never panics, and always ends.
    #[test]
    fn damaged_pages_are_read_without_a_panic(
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40),
        at_pointers in any::<bool>(),
    ) {
        let path = build(&rows(1_000), &[], SMALL);
        let mut bytes = std::fs::read(&path).unwrap();
        for (place, byte) in damage {
            let mut place = SMALL + place.index(bytes.len() - SMALL);
            if at_pointers {
                place = place / SMALL * SMALL + place % 64;
            }
            bytes[place] = byte;
        }
        std::fs::write(&path, bytes).unwrap();
        let _ = scanned(&path);
    }
}
