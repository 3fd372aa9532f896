//! Every format that is read, with a small file of our own each: tests/data/formats.

use std::fs;

use rusqlite::Connection;

use crate::folder::Folder;
use crate::support;

/// The words of a command line: apart at blanks, together within single quotes.
pub(crate) fn words(line: &str) -> Vec<&str> {
    let pieces = line.split('\'').enumerate();
    pieces
        .flat_map(|(i, piece)| match i % 2 {
            0 => piece.split_whitespace().collect(),
            _ => vec![piece],
        })
        .collect()
}

#[test]
fn every_format_has_the_pageviews_users_rejects_and_sessions_of_its_manifest() {
    let manifest = support::data("formats/manifest.csv");
    let mut rows = csv::Reader::from_path(&manifest).unwrap();
    let mut listed = Vec::new();
    for row in rows.records() {
        let row = row.unwrap();
        let [file, options, pageviews, users, rejects, sessions, format] =
            std::array::from_fn(|field| row[field].to_owned());
        let folder = Folder::new();
        let path = support::data("formats").join(&file);
        let path = path.to_str().unwrap();
        let mut args = vec!["load", "--store", "s.db", path];
        args.extend(words(&options));
        let ran = folder.does(&args);
        let understood = ran.err.lines().next().unwrap_or_default().to_owned();
        assert!(
            understood.contains(&format!(": {format}:")),
            "{file}: {understood}"
        );

        let connection = Connection::open(folder.path("s.db")).unwrap();
        let count = |query: &str| -> String {
            let n: i64 = connection.query_row(query, [], |row| row.get(0)).unwrap();
            n.to_string()
        };
        let found = [
            count("SELECT count(*) FROM pageviews"),
            count("SELECT count(DISTINCT user_id) FROM pageviews"),
            count("SELECT sum(rejects) FROM loads"),
            count("SELECT count(*) FROM sessions"),
        ];
        assert_eq!(
            found,
            [pageviews, users, rejects, sessions],
            "{file} {options}: {}",
            ran.err
        );
        listed.push(file);
    }
    for entry in fs::read_dir(support::data("formats")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let is_listed = name == "manifest.csv" || name == "README.md" || listed.contains(&name);
        assert!(
            is_listed,
            "tests/data/formats/{name} is not in the manifest"
        );
    }
}

#[test]
fn the_same_pageviews_in_any_format_are_exported_to_the_same_bytes() {
    let folder = Folder::new();
    let generated = [
        "generate",
        "--pageviews",
        "3000",
        "--users",
        "150",
        "--seed",
        "7",
    ];
    for (name, more) in [("v.csv", &[][..]), ("v.jsonl", &["--format", "jsonl"])] {
        folder.does(&[&generated[..], more, &["-o", name]].concat());
    }
    folder.does(&["load", "--store", "v.db", "v.csv"]);
    folder.does(&[
        "export",
        "v.db",
        "--rows",
        "pageviews",
        "--format",
        "parquet",
        "-o",
        "v.parquet",
    ]);
    let table = folder.read("v.csv");
    folder.write("v.tsv", &table.replace(',', "\t"));
    let compress = |name: &str, bytes: std::io::Result<Vec<u8>>| {
        fs::write(folder.path(name), bytes.unwrap()).unwrap();
    };
    compress("v.csv.zst", zstd::encode_all(table.as_bytes(), 3));
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, table.as_bytes()).unwrap();
    compress("v.csv.gz", gzip.finish());
    for rows in ["sessions", "pageviews", "users"] {
        let expected = folder.prints(&["export", "v.csv", "--rows", rows]);
        assert!(expected.lines().count() > 100);
        for name in [
            "v.tsv",
            "v.jsonl",
            "v.parquet",
            "v.csv.gz",
            "v.csv.zst",
            "v.db",
        ] {
            let found = folder.prints(&["export", name, "--rows", rows]);
            assert!(found == expected, "{rows} of {name}");
        }
    }
}

#[test]
fn an_error_log_beside_an_access_log_is_skipped_and_alone_it_is_refused() {
    let folder = Folder::new();
    folder.write(
        "access.log",
        "192.0.2.1 - - [01/Mar/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 612\n",
    );
    folder.write(
        "error.log",
        "2024/03/01 10:00:00 [error] 416#416: *399 denied, client: 192.0.2.1\n",
    );
    let both = ["access.log", "error.log"];
    let said = folder.does(&[&["summary"][..], &both].concat()).err;
    assert!(said.contains("server's error log"), "{said}");
    folder.does(&[&["load", "--store", "s.db"][..], &both].concat());
    for command in [
        &["summary", "error.log"][..],
        &["load", "--store", "t.db", "error.log"],
    ] {
        let sentence = folder.refuses(1, command);
        assert!(sentence.contains("server's error log"), "{sentence}");
    }
}

/// A log whose two requests are for static assets, and what else is in it.
fn left_out(rest: &str) -> Folder {
    let folder = Folder::new();
    let request = "192.0.2.1 - - [01/Mar/2024:10:00:00 +0000] \"GET /a.css HTTP/1.1\" 200 612";
    folder.write("access.log", &format!("{request}\n{request}\n{rest}"));
    folder
}

#[test]
fn a_log_of_which_every_request_is_left_out_is_read_and_said_aloud() {
    let said = left_out("").does(&["summary", "access.log"]).err;
    assert!(said.contains("static assets 2"), "{said}");
    let last = said.lines().last().unwrap();
    assert_eq!(last, "warning: access.log: no pageview was read from it");
}

#[test]
fn a_log_of_which_every_other_line_is_rejected_is_refused() {
    let folder = left_out("192.0.2.1 - - [01/Mar/2024:10:00:00 +0000] \"GET\n");
    let sentence = folder.refuses(1, &["load", "--store", "s.db", "access.log"]);
    assert!(
        sentence.contains("none of 1 rows is a pageview"),
        "{sentence}"
    );
    assert!(!folder.path("s.db").exists());
}
