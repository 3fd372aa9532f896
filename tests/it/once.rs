//! Whatever is loaded twice, in whole or in part and under whatever name, counts once.

use std::fs;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use rusqlite::Connection;

use crate::folder::Folder;
use crate::support;

const HEADER: &str = "user_id,timestamp,page\n";

/// Rows `from` to `to` of a log, a minute apart.
fn rows(range: std::ops::Range<usize>) -> String {
    let row = |i| {
        format!(
            "u{},2024-03-01T{:02}:{:02}:00Z,/{i}\n",
            i % 3,
            i / 60,
            i % 60
        )
    };
    range.map(row).collect()
}

fn table(n: usize) -> String {
    HEADER.to_owned() + &rows(0..n)
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

impl Folder {
    /// How many pageviews a summary counts.
    fn counted(&self, args: &[&str]) -> u64 {
        let figures = self.prints(&[&["summary", "--format", "csv"], args].concat());
        let row = figures.lines().nth(1).unwrap();
        row.split(',').nth(2).unwrap().parse().unwrap()
    }

    fn load(&self, files: &[&str]) -> String {
        self.does(&[&["load", "--store", "s.db"], files].concat())
            .err
    }
}

#[test]
fn a_log_that_was_rotated_and_has_grown_counts_once() {
    let folder = Folder::new();
    folder.write("access.log", &table(4));
    folder.load(&["access.log"]);
    fs::rename(folder.path("access.log"), folder.path("access.log.1")).unwrap();
    folder.write("access.log.1", &table(6));
    folder.write("access.log", &(HEADER.to_owned() + &rows(6..8)));
    let said = folder.load(&["access.log", "access.log.1"]);
    assert!(
        said.contains("access.log.1: begins with content that was loaded before"),
        "{said}"
    );
    assert_eq!(folder.counted(&["s.db"]), 8);
}

#[test]
fn a_log_that_has_grown_and_was_packed_then_adds_what_is_new() {
    let folder = Folder::new();
    folder.write("access.log", &table(4));
    folder.load(&["access.log"]);
    fs::write(folder.path("access.log.1.gz"), gzip(&table(7))).unwrap();
    folder.load(&["access.log.1.gz"]);
    assert_eq!(folder.counted(&["s.db"]), 7);
}

#[test]
fn the_same_content_is_skipped_whatever_its_name_and_compression() {
    let folder = Folder::new();
    folder.write("a.csv", &table(4));
    folder.write("b.csv", &table(4));
    fs::write(folder.path("c.csv.gz"), gzip(&table(4))).unwrap();
    folder.load(&["a.csv"]);
    for file in ["a.csv", "b.csv", "c.csv.gz"] {
        let said = folder.load(&[file]);
        assert!(
            said.starts_with(&format!("{file} was loaded already, as a.csv at ")),
            "{said}"
        );
        assert!(
            said.ends_with("--again takes it in once more: skipped\n"),
            "{said}"
        );
        // To the second.
        let (_, at) = said.split_once(" at ").unwrap();
        assert_eq!(at.find("Z;"), Some("2024-03-01T10:00:00".len()), "{said}");
    }
    assert_eq!(folder.counted(&["s.db"]), 4);
    folder.load(&["c.csv.gz", "--again"]);
    assert_eq!(folder.counted(&["s.db"]), 8);
}

#[test]
fn the_beginning_of_what_was_loaded_is_skipped() {
    let folder = Folder::new();
    folder.write("whole.csv", &table(9));
    folder.load(&["whole.csv"]);
    folder.write("earlier.csv", &table(5));
    let cut = table(5);
    folder.write("cut.csv", &cut[..cut.len() - 2]);
    fs::write(folder.path("earlier.csv.gz"), gzip(&table(3))).unwrap();
    for file in ["earlier.csv", "cut.csv", "earlier.csv.gz"] {
        let said = folder.load(&[file]);
        let expected = format!("{file} is the beginning of what was loaded as whole.csv at ");
        assert!(said.starts_with(&expected), "{said}");
    }
    assert_eq!(folder.counted(&["s.db"]), 9);
}

#[test]
fn what_only_begins_alike_is_loaded() {
    let folder = Folder::new();
    folder.write("a.csv", &table(9));
    folder.load(&["a.csv"]);
    // Another page in the middle, another row at the end, other rows behind the header.
    folder.write("b.csv", &table(5).replace("/2\n", "/two\n"));
    folder.write("c.csv", &(table(5) + "z,2024-03-01T00:09:00Z,/z\n"));
    folder.write("d.csv", &(HEADER.to_owned() + &rows(1..3)));
    // Another row before a line that was cut and is none.
    folder.write(
        "e.csv",
        &(table(2) + "u1,2024-03-01T00:01:30Z,/z\nu2,2024-"),
    );
    let files = ["b.csv", "c.csv", "d.csv", "e.csv"];
    folder.load(&files);
    assert_eq!(folder.counted(&["s.db"]), 9 + 5 + 6 + 2 + 3);
    assert_eq!(
        folder.counted(&[&["a.csv"][..], &files].concat()),
        9 + 5 + 6 + 2 + 3
    );
}

#[test]
fn files_that_are_explored_together_count_once() {
    let folder = Folder::new();
    folder.write("access.log", &table(6));
    folder.write("access.log.1", &table(4));
    fs::write(folder.path("access.log.1.gz"), gzip(&table(4))).unwrap();
    for order in [
        ["access.log", "access.log.1", "access.log.1.gz"],
        ["access.log.1.gz", "access.log.1", "access.log"],
        ["access.log.1", "access.log", "access.log.1.gz"],
    ] {
        assert_eq!(folder.counted(&order), 6, "{order:?}");
    }
    let all = ["access.log.1.gz", "access.log.1", "access.log", "--again"];
    assert_eq!(folder.counted(&all), 14);
}

#[test]
fn a_pipe_is_known_by_its_content_too() {
    let folder = Folder::new();
    folder.write("a.csv", &table(4));
    folder.load(&["a.csv"]);
    let args = ["load", "--store", "s.db", "-"];
    let same = folder.run_with_input(&args, &table(4));
    assert!(
        same.err
            .contains("standard input was loaded already, as a.csv"),
        "{same:?}"
    );
    folder.run_with_input(&args, &table(6));
    assert_eq!(folder.counted(&["s.db"]), 6);
}

proptest! {
    #![proptest_config(support::one_in(40))]

    #[test]
    fn however_often_a_growing_log_is_loaded_each_row_counts_once(
        loads in proptest::collection::vec((1usize..40, any::<bool>(), any::<bool>()), 1..6),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut store = dwell::store::Store::open_or_draft(&folder.path().join("s.db")).unwrap();
        let mut longest = 0;
        for (place, (n, is_packed, is_stream)) in loads.into_iter().enumerate() {
            let bytes = if is_packed { gzip(&table(n)) } else { table(n).into_bytes() };
            let path = folder.path().join(format!("log.{place}"));
            fs::write(&path, &bytes).unwrap();
            let mut input = match is_stream {
                true => dwell::source::Input::from_reader("-", None, Box::new(std::io::Cursor::new(bytes))),
                false => dwell::source::Input::open(&path).unwrap(),
            };
            let options = dwell::store::LoadOptions { again: false, ..support::load_options() };
            match store.load(&mut input, &options, &mut |_| Ok(())) {
                Ok(_) => prop_assert!(n > longest),
                Err(error) => prop_assert!(error.is_no_loss(1) && n <= longest, "{error}"),
            }
            store = store.keep().unwrap();
            longest = longest.max(n);
            prop_assert_eq!(store.n_pageviews().unwrap(), longest as u64);
        }
    }
}

/// A folder with a store of version 1, which holds `plain.csv` and `packed.csv.gz` at a gap of one hour.
fn with_version_1() -> Folder {
    let folder = Folder::new();
    for name in ["version_1.db", "plain.csv", "packed.csv", "packed.csv.gz"] {
        fs::copy(support::data("stores").join(name), folder.path(name)).unwrap();
    }
    fs::rename(folder.path("version_1.db"), folder.path("s.db")).unwrap();
    folder
}

#[test]
fn a_store_of_the_first_version_is_read_as_it_is() {
    let folder = with_version_1();
    let before = fs::read(folder.path("s.db")).unwrap();
    let figures = folder.prints(&["summary", "--format", "csv", "s.db"]);
    assert!(figures.contains("\n1h,2,4,3,"), "{figures}");
    let store =
        dwell::store::Store::open(&folder.path("s.db"), dwell::store::Access::Read).unwrap();
    assert_eq!(store.coverage().unwrap().notes.len(), 2);
    drop(store);
    assert!(fs::read(folder.path("s.db")).unwrap() == before);
}

#[test]
fn a_store_of_the_first_version_is_brought_up_to_date_when_it_is_written_to() {
    let folder = with_version_1();
    folder.write("new.csv", &table(3));
    folder.load(&["new.csv"]);
    let fresh = Folder::new();
    fresh.write("new.csv", &table(3));
    for file in ["plain.csv", "packed.csv.gz"] {
        fs::copy(folder.path(file), fresh.path(file)).unwrap();
    }
    fresh.load(&["plain.csv", "packed.csv.gz", "new.csv"]);
    fresh.does(&["sessionize", "--store", "s.db", "--gap", "1h"]);
    let export = ["export", "s.db", "--rows", "pageviews"];
    assert_eq!(folder.prints(&export), fresh.prints(&export));
    let columns = |folder: &Folder| {
        let connection = Connection::open(folder.path("s.db")).unwrap();
        let query = "SELECT group_concat(m.name || ' ' || p.name || ' ' || p.type || ' ' || p.pk, ', ' ORDER BY m.name, p.name)
                     FROM sqlite_schema AS m, pragma_table_info(m.name) AS p";
        let columns: String = connection.query_row(query, [], |row| row.get(0)).unwrap();
        let version: i64 = connection
            .query_row("PRAGMA user_version", [], |row| row.get(0))
            .unwrap();
        let whole: String = connection
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .unwrap();
        (columns, version, whole)
    };
    assert_eq!(columns(&folder), columns(&fresh));
}

#[test]
fn a_store_that_is_brought_up_to_date_has_checksums_of_what_was_there() {
    for (edit, part) in [
        (
            "UPDATE pageview SET page = page % 2 + 1 WHERE arrival = 1",
            "pageviews",
        ),
        (
            "UPDATE users SET user_id = user_id || '?' WHERE id = 1",
            "user ids",
        ),
        ("UPDATE pages SET page = page || '?' WHERE id = 1", "pages"),
        (
            "UPDATE settings SET value = value + 1 WHERE name = 'gap_us'",
            "gap",
        ),
    ] {
        let folder = with_version_1();
        folder.does(&["load", "--store", "s.db", "plain.csv"]);
        let sound = folder.prints(&["check", "s.db"]);
        assert!(sound.starts_with("s.db: sound: "), "{sound}");
        let connection = Connection::open(folder.path("s.db")).unwrap();
        connection
            .pragma_update(None, "foreign_keys", "OFF")
            .unwrap();
        assert_eq!(connection.execute(edit, []).unwrap(), 1);
        let said = folder.run(&["summary", "s.db"]).err;
        let expected = format!("the checksum of its {part} differs");
        assert!(said.contains(&expected), "{said}");
    }
}

#[test]
fn a_damaged_store_of_the_first_version_is_not_brought_up_to_date() {
    for edit in [
        "DELETE FROM pageview WHERE arrival = 1",
        "UPDATE pageview SET page = 999 WHERE arrival = 1",
        "UPDATE pageview SET user = 999 WHERE arrival = 1",
    ] {
        let folder = with_version_1();
        let connection = Connection::open(folder.path("s.db")).unwrap();
        connection
            .pragma_update(None, "foreign_keys", "OFF")
            .unwrap();
        assert_eq!(connection.execute(edit, []).unwrap(), 1);
        drop(connection);
        let args = ["load", "--store", "s.db", "plain.csv"];
        let refused = folder.refuses(1, &args);
        assert!(refused.contains("the file is damaged ("), "{refused}");
    }
}

#[test]
fn what_the_first_version_loaded_is_known_packed_or_not() {
    let folder = with_version_1();
    fs::write(
        folder.path("plain.csv.gz"),
        gzip(&fs::read_to_string(folder.path("plain.csv")).unwrap()),
    )
    .unwrap();
    for (file, loaded) in [
        ("plain.csv", "plain.csv"),
        ("packed.csv.gz", "packed.csv.gz"),
        ("plain.csv.gz", "plain.csv"),
    ] {
        let said = folder.load(&[file]);
        assert!(
            said.starts_with(&format!("{file} was loaded already, as {loaded} at ")),
            "{said}"
        );
    }
}

#[test]
fn the_ledger_tells_what_was_read_and_how() {
    let folder = Folder::new();
    let request = |path: &str| {
        format!("192.0.2.1 - - [01/Mar/2024:10:00:00 +0000] \"GET {path} HTTP/1.1\" 200 612\n")
    };
    let log = request("/")
        + &request("/a.css")
        + &request("/b.css")
        + &request("/b")
        + "192.0.2.1 - - [01/Mar/2024:10:00:00 +0000] \"GET\n";
    fs::write(folder.path("a.log.gz"), gzip(&log)).unwrap();
    folder.load(&["a.log.gz"]);
    let connection = Connection::open(folder.path("s.db")).unwrap();
    let query = "SELECT source, bytes, passed, pageviews, rejects, left_out, read_as FROM loads";
    let found: (String, i64, i64, i64, i64, i64, String) = connection
        .query_row(query, [], |row| {
            Ok((
                row.get(0)?,
                row.get(1)?,
                row.get(2)?,
                row.get(3)?,
                row.get(4)?,
                row.get(5)?,
                row.get(6)?,
            ))
        })
        .unwrap();
    let store =
        dwell::store::Store::open(&folder.path("s.db"), dwell::store::Access::Read).unwrap();
    let coverage = store.coverage().unwrap();
    assert_eq!((coverage.rejects, coverage.n_left_out()), (1, 2));
    assert!(
        coverage.notes[0].starts_with("a.log.gz: 2 pageviews, 1 reject, 2 left out, loaded "),
        "{coverage:?}"
    );
    let read_as = found.6.clone();
    assert_eq!(
        found,
        (
            "a.log.gz".to_owned(),
            log.len() as i64,
            0,
            2,
            1,
            2,
            read_as.clone()
        )
    );
    assert!(
        read_as.starts_with("access log (Common), gzip: user from "),
        "{read_as}"
    );
}
