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
    let mut rows = Vec::new();
    scan(&File::open(path).unwrap(), root, &[0; 2], &mut |row| {
        rows.push(*row);
        Ok(())
    })?;
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
