//! Files that SQLite made, and what is not as plain.

use rusqlite::Connection;
use tempfile::TempPath;

use super::*;

const PAGE_BYTES: usize = 512;

/// Where the first table begins.
const ROOT: u32 = 2;

/// A file with one table, which needs pages above others.
fn made(table: &str) -> TempPath {
    let path = tempfile::NamedTempFile::new().unwrap().into_temp_path();
    let connection = Connection::open(&path).unwrap();
    let fill = "WITH n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999)
                INSERT INTO t SELECT i, i * 7 FROM n";
    let sql = format!("PRAGMA page_size = {PAGE_BYTES}; CREATE TABLE t {table}; {fill}");
    connection.execute_batch(&sql).unwrap();
    path
}

fn plain() -> TempPath {
    made("(a INTEGER, b INTEGER, PRIMARY KEY (a)) WITHOUT ROWID")
}

fn scanned(path: &TempPath, root: u32) -> Result<Vec<[i64; 2]>, Stop> {
    let file = File::open(path).unwrap();
    let pages = TreePages::open(&file)?;
    let mut rows = Vec::new();
    for branch in pages.branches(root, &[0; 2])? {
        pages.rows(&branch, &[0; 2], |row| {
            rows.push(*row);
            Ok(())
        })?;
    }
    Ok(rows)
}

/// The file must be left to SQLite once these bytes are put at that place.
fn check_not_plain(path: TempPath, place: usize, bytes: &[u8]) {
    let mut content = std::fs::read(&path).unwrap();
    content[place..place + bytes.len()].copy_from_slice(bytes);
    std::fs::write(&path, content).unwrap();
    let found = scanned(&path, ROOT);
    assert!(matches!(found, Err(Stop::NotPlain)), "{found:?}");
}

#[test]
fn a_table_of_sqlite_is_read_in_key_order() {
    let rows: Vec<[i64; 2]> = (0..1_000).map(|i| [i, i * 7]).collect();
    assert_eq!(scanned(&plain(), ROOT).unwrap(), rows);
}

#[test]
fn pages_that_hold_no_tree_are_left_to_sqlite() {
    let path = plain();
    for root in [0, 1, 100_000, u32::MAX] {
        let found = scanned(&path, root);
        assert!(matches!(found, Err(Stop::NotPlain)), "{root}: {found:?}");
    }
}

#[test]
fn a_table_by_row_id_is_left_to_sqlite() {
    check_not_plain(made("(a INTEGER PRIMARY KEY, b INTEGER)"), 0, b"");
}

#[test]
fn a_page_that_lies_above_itself_is_left_to_sqlite() {
    let root = (ROOT as usize - 1) * PAGE_BYTES;
    check_not_plain(plain(), root + 8, &ROOT.to_be_bytes());
}

#[test]
fn a_page_that_claims_more_rows_than_it_has_room_for_is_left_to_sqlite() {
    let root = (ROOT as usize - 1) * PAGE_BYTES;
    check_not_plain(plain(), root + 3, &[0xff, 0xff]);
}

#[test]
fn a_file_with_room_of_its_own_on_each_page_is_left_to_sqlite() {
    check_not_plain(plain(), 20, &[8]);
}

#[test]
fn a_file_with_smaller_pages_than_there_can_be_is_left_to_sqlite() {
    for page_bytes in [0u16, 256] {
        check_not_plain(plain(), 16, &page_bytes.to_be_bytes());
    }
}

/// A file with a table of texts, and what is read of its pages.
fn texts_of(made: &str) -> Result<Vec<(i64, String)>, Stop> {
    let path = tempfile::NamedTempFile::new().unwrap().into_temp_path();
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch(made).unwrap();
    let file = File::open(&path).unwrap();
    let mut texts = Vec::new();
    TreePages::open(&file)?.texts(ROOT, |id, text| {
        texts.push((id, text.to_owned()));
        Ok(())
    })?;
    Ok(texts)
}

#[test]
fn a_table_of_texts_is_read_in_the_order_of_its_ids() {
    let fill = "CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT);
                WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
                INSERT INTO t SELECT i * i, substr(hex(zeroblob(200)), 1, i % 400) || 'é' FROM n;";
    let expected: Vec<(i64, String)> = (1..=3_000)
        .map(|i| (i * i, "0".repeat(i as usize % 400) + "é"))
        .collect();
    for page_bytes in [1024, 4096, 65_536] {
        let made = format!("PRAGMA page_size = {page_bytes}; {fill}");
        assert_eq!(texts_of(&made).unwrap(), expected, "{page_bytes}");
    }
}

#[test]
fn texts_that_are_not_plain_are_left_to_sqlite() {
    let table = "CREATE TABLE t (id INTEGER PRIMARY KEY, text); INSERT INTO t VALUES";
    for made in [
        format!("PRAGMA encoding = 'UTF-16le'; {table} (1, 'a')"),
        // Its end is on another page.
        format!("{table} (1, hex(zeroblob(3000)))"),
        format!("{table} (1, 7)"),
        format!("{table} (1, NULL)"),
        format!("{table} (1, x'61')"),
        format!("{table} (1, CAST(x'ff' AS TEXT))"),
        format!("{table} (-1, 'a')"),
        format!(
            "{table} (1, 'a'); ALTER TABLE t ADD COLUMN more; INSERT INTO t VALUES (2, 'b', 'c')"
        ),
        "CREATE TABLE t (text TEXT PRIMARY KEY) WITHOUT ROWID; INSERT INTO t VALUES ('a')".into(),
    ] {
        let found = texts_of(&made);
        assert!(matches!(found, Err(Stop::NotPlain)), "{made}: {found:?}");
    }
}

#[test]
fn pages_that_lie_below_many_others_are_read_once() {
    // Every inner page names the next for each of its cells, and the last is a leaf without rows: more ways than can be gone.
    let n_levels = MAX_LEVELS as u32 - 1;
    let mut content = vec![0; PAGE_BYTES * (n_levels as usize + 2)];
    content[16..18].copy_from_slice(&(PAGE_BYTES as u16).to_be_bytes());
    content[59] = 1;
    for level in 0..n_levels {
        let page = &mut content[(ROOT + level - 1) as usize * PAGE_BYTES..][..PAGE_BYTES];
        let below = (ROOT + level + 1).to_be_bytes();
        page[0] = 5;
        page[4] = 50;
        page[8..12].copy_from_slice(&below);
        for cell in 0..50 {
            let place = PAGE_BYTES - 5 * (cell + 1);
            page[12 + 2 * cell..14 + 2 * cell].copy_from_slice(&(place as u16).to_be_bytes());
            page[place..place + 4].copy_from_slice(&below);
            page[place + 4] = cell as u8 + 1;
        }
    }
    content[(ROOT + n_levels - 1) as usize * PAGE_BYTES] = 13;
    let path = tempfile::NamedTempFile::new().unwrap().into_temp_path();
    std::fs::write(&path, content).unwrap();
    let file = File::open(&path).unwrap();
    let read = TreePages::open(&file).unwrap().texts(ROOT, |_, _| Ok(()));
    assert!(matches!(read, Err(Stop::NotPlain)));
}

#[test]
fn pages_that_lie_close_to_each_other_are_read_in_one_piece() {
    for (pages, n) in [
        (&[7][..], 1),
        (&[7, 8, 10, 18, 27, 28], 4),
        (&[7, 8, 8], 2),
        (&[7, 8, 3], 2),
    ] {
        assert_eq!(n_together(pages), n, "{pages:?}");
    }
    let many: Vec<u32> = (7..200).collect();
    assert_eq!(n_together(&many), MAX_PAGES_A_READ as usize);
}
