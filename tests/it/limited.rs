//! With little memory, whatever an input claims: dwell reads it or refuses it, and never dies of it.

#![cfg(unix)]

use std::fs;
use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::Command;

use rand::RngExt;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rusqlite::Connection;

use crate::folder::DWELL;
use crate::folder::Folder;
use crate::support;

/// What a process may take, as `ulimit -v` counts it.
const KILOBYTES: u32 = 2_000_000;

/// Runs dwell with little memory; returns what it says. It ends by itself, with a sentence if it fails.
fn check(folder: &Folder, args: &[&str]) -> String {
    check_with(KILOBYTES, folder, args)
}

fn check_with(kilobytes: u32, folder: &Folder, args: &[&str]) -> String {
    let limited = format!("ulimit -v {kilobytes}; exec \"$@\"");
    let output = Command::new("sh")
        .args(["-c", &limited, "sh", DWELL])
        .args(args)
        .current_dir(folder.work.path())
        .env("TMPDIR", folder.temporary.path())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let signal = output.status.signal();
    assert_eq!(signal, None, "{args:?}: {said}");
    assert!(
        matches!(output.status.code(), Some(0..=2)),
        "{args:?}: {said}"
    );
    said
}

fn refused(folder: &Folder, args: &[&str], sentence: &str) {
    let said = check(folder, args);
    assert!(said.contains(sentence), "{args:?}: {said}");
}

/// A database of these statements.
fn database(folder: &Folder, name: &str, statements: &str) {
    let connection = Connection::open(folder.path(name)).unwrap();
    connection.execute_batch(statements).unwrap();
}

#[test]
fn a_view_that_makes_texts_or_rows_without_end_is_refused() {
    let folder = Folder::new();
    database(
        &folder,
        "x.db",
        "CREATE VIEW long AS SELECT printf('%.*c', 900000000, 'x') AS user_id, 1709287200 AS ts, '/' AS page;
         CREATE VIEW longer AS SELECT 'u' AS user_id, 1709287200 AS ts, zeroblob(900000000) AS page;",
    );
    database(
        &folder,
        "y.db",
        "CREATE VIEW endless AS
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
             SELECT printf('%.*c', 100000, 'x') || i AS user_id, 1709287200 AS ts, '/' AS page FROM n;",
    );
    // Less, so that it does not take long.
    let said = check_with(600_000, &folder, &["summary", "y.db", "--table", "endless"]);
    let sentence = "y.db, table endless: there is not enough memory for its pageviews";
    assert!(said.contains(sentence), "{said}");
    for table in ["long", "longer"] {
        let args = ["summary", "x.db", "--table", table];
        refused(
            &folder,
            &args,
            "is longer than 134.2 MB, the most that is read",
        );
    }
}

#[test]
fn a_line_of_nothing_but_delimiters_is_refused() {
    let folder = Folder::new();
    let commas = ",".repeat(40 << 20);
    folder.write("wide.csv", &format!("user,time,page{commas}\n"));
    check(&folder, &["summary", "wide.csv"]);
    folder.write(
        "row.csv",
        &format!("a,2024-01-01,/\nb,2024-01-01,/\nc{commas}\n"),
    );
    check(&folder, &["summary", "row.csv"]);
    check(&folder, &["summary", "row.csv", "--no-header"]);
}

#[test]
fn json_that_nests_without_end_is_refused() {
    let folder = Folder::new();
    for open in [
        "[",
        "{\"a\":",
        "{\"user_id\":\"a\",\"timestamp\":1,\"page\":",
    ] {
        folder.write("deep.jsonl", &open.repeat(1 << 20));
        check(&folder, &["summary", "deep.jsonl"]);
        check(
            &folder,
            &["summary", "deep.jsonl", "--input-format", "jsonl"],
        );
    }
}

/// A zstd frame of one block that is not compressed, which says how much of what came before must be kept for the next
/// (<https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1.1.2>).
fn zstd_frame(window: u8, content: &str) -> Vec<u8> {
    let block = (content.len() as u32) << 3 | 1;
    let head = [0x28, 0xb5, 0x2f, 0xfd, 0, window];
    [&head, &block.to_le_bytes()[..3], content.as_bytes()].concat()
}

/// The same in one segment, all of which must be kept: so long it says it is.
fn zstd_segment(length: u64, content: &str) -> Vec<u8> {
    let block = (content.len() as u32) << 3 | 1;
    let head = [0x28, 0xb5, 0x2f, 0xfd, 0b1110_0000];
    let length = length.to_le_bytes();
    [
        &head,
        &length[..],
        &block.to_le_bytes()[..3],
        content.as_bytes(),
    ]
    .concat()
}

#[test]
fn a_zstd_frame_is_read_if_its_window_has_room_and_else_refused() {
    let folder = Folder::new();
    let table = "user_id,timestamp,page\na,2024-01-01,/\n";
    let sentence = "it needs more than 128 MiB of memory to be decompressed: decompress it first";
    // Five bits of a power of two, from 1 KiB, and three of how many eighths of it more.
    for window in (0..=u8::MAX).filter(|window| matches!(window % 8, 0 | 7)) {
        fs::write(folder.path("a.zst"), zstd_frame(window, table)).unwrap();
        let said = check(&folder, &["summary", "a.zst"]);
        match window <= 17 << 3 {
            true => assert!(said.contains("1 pageview from"), "{window}: {said}"),
            false => assert!(said.contains(sentence), "{window}: {said}"),
        }
    }
    for bits in [27, 31, 32, 40, 63] {
        fs::write(folder.path("a.zst"), zstd_segment((1 << bits) + 2, table)).unwrap();
        refused(&folder, &["summary", "a.zst"], sentence);
    }
    // One after the other they need no more than one.
    let many = zstd_frame(17 << 3, "").repeat(1_000);
    fs::write(folder.path("a.zst"), [many, zstd_frame(0, table)].concat()).unwrap();
    let said = check(&folder, &["summary", "a.zst"]);
    assert!(said.contains("1 pageview from"), "{said}");
}

/// Writes gzip data of `rows` rows, each by its number, behind a header.
fn bomb(folder: &Folder, name: &str, header: &str, rows: u32, row: impl Fn(u32) -> String) {
    let file = fs::File::create(folder.path(name)).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    gzip.write_all(header.as_bytes()).unwrap();
    for number in 0..rows {
        gzip.write_all(row(number).as_bytes()).unwrap();
    }
    gzip.finish().unwrap();
}

/// A little that is packed holds texts that memory has no room for.
#[test]
fn texts_without_end_are_refused_before_memory_ends() {
    const ROWS: u32 = 45_000;
    const HEADER: &str = "user_id,timestamp,page\n";
    let long = "x".repeat(3_000);
    let folder = Folder::new();
    bomb(&folder, "users.gz", HEADER, ROWS, |n| {
        format!("{long}{n},2024-01-01,/\n")
    });
    bomb(&folder, "pages.gz", HEADER, ROWS, |n| {
        format!("u{},2024-01-01,/{long}{n}\n", n % 7)
    });
    bomb(&folder, "both.jsonl.gz", "", ROWS / 2, |n| {
        format!("{{\"user_id\":\"{long}{n}\",\"timestamp\":1704067200,\"page\":\"/{long}{n}\"}}\n")
    });
    bomb(&folder, "access.log.gz", "", ROWS, |n| {
        format!("192.0.2.1 - - [01/Jan/2024:10:00:00 +0000] \"GET /{long}{n} HTTP/1.1\" 200 1\n")
    });
    for name in ["users.gz", "pages.gz", "both.jsonl.gz", "access.log.gz"] {
        let packed = fs::metadata(folder.path(name)).unwrap().len();
        assert!(packed < 20 << 20, "{name}: {packed}");
        for args in [
            &["summary", name][..],
            &["load", "--store", "s.db", name],
            &["export", name, "-o", "out.csv"],
        ] {
            let said = check_with(KILOBYTES / 5, &folder, args);
            let sentence = format!("dwell: {name}: there is not enough memory for its pageviews");
            assert!(said.contains(&sentence), "{args:?}: {said}");
        }
    }
}

/// Files of a hundred gigabytes that take no room, and logs that say as much.
#[test]
fn a_store_that_says_it_holds_more_than_memory_is_refused() {
    let folder = Folder::new();
    folder.does(&["generate", "--pageviews", "300", "-o", "g.csv"]);
    folder.does(&["load", "--store", "s.db", "g.csv"]);
    let connection = Connection::open(folder.path("s.db")).unwrap();
    let edit = "UPDATE loads SET pageviews = 4000000000; PRAGMA journal_mode = DELETE";
    connection.execute_batch(edit).unwrap();
    drop(connection);
    let pages = 10_000_000u32;
    let mut bytes = fs::read(folder.path("s.db")).unwrap();
    bytes[28..32].copy_from_slice(&pages.to_be_bytes());
    fs::write(folder.path("s.db"), bytes).unwrap();
    let file = fs::OpenOptions::new().write(true).open(folder.path("s.db"));
    file.unwrap().set_len(u64::from(pages) * 4096).unwrap();
    for args in [
        &["summary", "s.db"][..],
        &["export", "s.db", "-o", "out.csv"],
    ] {
        refused(
            &folder,
            args,
            "s.db: there is not enough memory for its 4,000,000,000 pageviews",
        );
    }
}

/// Of a user a list has a byte, and memory eight and more.
#[test]
fn lists_of_more_users_than_there_are_pageviews_are_refused() {
    let folder = Folder::new();
    folder.does(&["generate", "--pageviews", "300", "-o", "g.csv"]);
    folder.does(&["load", "--store", "s.db", "g.csv"]);
    let connection = Connection::open(folder.path("s.db")).unwrap();
    let (hour, load): (i64, i64) = connection
        .query_row("SELECT hour, load FROM activity LIMIT 1", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    let edit = "UPDATE activity SET users = CAST(replace(hex(zeroblob(?3)), '00', x'01') AS BLOB)
                WHERE hour = ?1 AND load = ?2";
    let many = 90_000_000;
    connection.execute(edit, (hour, load, many)).unwrap();
    drop(connection);
    let sentence = "its lists of active users name more than it has pageviews";
    let checked = folder.run(&["check", "s.db"]);
    assert!(checked.out.contains(sentence), "{checked:?}");
    let all = ["--from", "1970-01-01", "--to", "2100-01-01"];
    let args = [&["sessionize", "--store", "s.db"], &all[..]].concat();
    refused(&folder, &args, sentence);
}

#[test]
fn a_page_of_a_hundred_megabytes_is_read() {
    let folder = Folder::new();
    let page = "/".repeat(99 << 20);
    folder.write(
        "long.csv",
        &format!("user_id,timestamp,page\na,2024-01-01,{page}\n"),
    );
    let said = check(&folder, &["summary", "long.csv"]);
    assert!(said.contains("1 pageview from"), "{said}");
}

/// Files that are read, with the arguments they are read with.
fn seeds(folder: &Folder) -> Vec<(PathBuf, Vec<String>)> {
    let in_words = |args: &[&str]| args.iter().map(|&arg| arg.to_owned()).collect();
    let mut seeds: Vec<(PathBuf, Vec<String>)> = Vec::new();
    for entry in fs::read_dir(support::data("formats")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            seeds.push((path, Vec::new()));
        }
    }
    folder.does(&["generate", "--pageviews", "3000", "-o", "g.csv"]);
    folder.does(&["load", "--store", "g.db", "g.csv"]);
    folder.does(&["export", "g.csv", "--format", "parquet", "-o", "g.parquet"]);
    let columns = [
        "--user-column",
        "user_id",
        "--time-column",
        "started_at",
        "--page-column",
        "landing_page",
    ];
    seeds.push((folder.path("g.parquet"), in_words(&columns)));
    seeds.push((folder.path("g.db"), Vec::new()));
    seeds.push((folder.path("g.db"), in_words(&["--table", "pageviews"])));
    let content = fs::read(folder.path("g.csv")).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&content).unwrap();
    fs::write(folder.path("g.csv.gz"), gzip.finish().unwrap()).unwrap();
    fs::write(
        folder.path("g.csv.zst"),
        zstd::encode_all(&content[..], 1).unwrap(),
    )
    .unwrap();
    for name in ["g.csv", "g.csv.gz", "g.csv.zst"] {
        seeds.push((folder.path(name), Vec::new()));
    }
    seeds.sort();
    seeds
}

/// Overwrites some bytes, most of them where a file says what is in it: at its ends.
fn mutate(bytes: &mut Vec<u8>, random: &mut ChaCha8Rng) {
    for _ in 0..random.random_range(1..6) {
        if bytes.is_empty() {
            return;
        }
        let near = bytes.len().min(600);
        let at = match random.random_range(0..4) {
            0 => random.random_range(0..near),
            1 | 2 => bytes.len() - 1 - random.random_range(0..near),
            _ => random.random_range(0..bytes.len()),
        };
        match random.random_range(0..5) {
            0 => bytes[at] ^= 1 << random.random_range(0..8),
            1 => bytes[at] = [0, 1, 0x7f, 0x80, 0xff][random.random_range(0..5)],
            2 => {
                let end = bytes.len().min(at + random.random_range(1..9));
                bytes[at..end].fill(0xff);
            }
            3 => bytes.truncate(at),
            _ => {
                let end = bytes.len().min(at + random.random_range(1..200));
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
        }
    }
}

#[test]
fn no_damaged_input_makes_dwell_die() {
    let folder = Folder::new();
    let seeds = seeds(&folder);
    let cases: u64 = std::env::var("PROPTEST_CASES").map_or(64, |cases| cases.parse().unwrap());
    for case in 0..cases {
        let mut random = ChaCha8Rng::seed_from_u64(support::seed() + case);
        let (path, options) = &seeds[random.random_range(0..seeds.len())];
        let mut bytes = fs::read(path).unwrap();
        mutate(&mut bytes, &mut random);
        let name = format!(
            "damaged-{case}-{}",
            path.file_name().unwrap().to_str().unwrap()
        );
        fs::write(folder.path(&name), bytes).unwrap();
        let mut args = vec!["summary", &name];
        args.extend(options.iter().map(String::as_str));
        check(&folder, &args);
        fs::remove_file(folder.path(&name)).unwrap();
    }
}
