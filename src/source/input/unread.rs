//! Recognises files that dwell does not read, and knows the command that converts them. Source floor.
//!
//! Looks at how files begin, not at names. The name only goes into the command.

use crate::source::input::archive::is_tar;

/// The beginnings of files, and the message for each. `{file}` is the input's name, `{stem}` the name without its
/// ending.
const MAGIC: &[(&[u8], &str)] = &[
    (
        b"SQLite format 3\0",
        "it is a SQLite database: --table NAME reads one of its tables",
    ),
    (
        b"PK\x03\x04",
        "it is a zip archive or a workbook (xlsx) that did not come as a file of its own: save it as one, and name \
        that",
    ),
    (b"PK\x05\x06", "it is an empty zip archive"),
    (
        b"PAR1",
        "it is a Parquet file: leave --input-format and --encoding out",
    ),
    (b"PARE", "it is an encrypted Parquet file: decrypt it first"),
    (
        b"\x04\x22\x4d\x18",
        "it is compressed with lz4, which dwell does not read: lz4 -dc {file} > {stem}",
    ),
    (
        b"\xff\x06\0\0sNaPpY",
        "it is compressed with snappy, which dwell does not read: decompress it first, such as with snzip -dc {file} \
        > {stem}",
    ),
    (
        b"\x1f\x9d",
        "it is compressed with compress, which dwell does not read: gzip -dc < {file} > {stem}",
    ),
    (
        b"\x5d\0\0",
        "it is compressed with lzma, which dwell does not read: xz --format=lzma -dc < {file} > {stem}",
    ),
    (
        b"7z\xbc\xaf\x27\x1c",
        "it is a 7z archive, which dwell does not read: unpack it with 7z x {file}, and name the files",
    ),
    (
        b"Rar!\x1a\x07",
        "it is a rar archive, which dwell does not read: unpack it with unrar x {file}, and name the files",
    ),
    (
        b"Obj\x01",
        "it is an Avro file, which dwell does not read: fastavro {file} > {stem}.jsonl makes JSON of it (pip install \
        fastavro)",
    ),
    (
        b"ORC",
        "it is an ORC file, which dwell does not read: python3 -c \"from pyarrow import orc, parquet; \
         parquet.write_table(orc.read_table('{file}'), '{stem}.parquet')\" makes Parquet of it",
    ),
    (b"ARROW1", FEATHER),
    (b"FEA1", FEATHER),
    (
        b"\xff\xff\xff\xff",
        "it is an Arrow stream, which dwell does not read: python3 -c \"from pyarrow import ipc, parquet; \
         parquet.write_table(ipc.open_stream(open('{file}', 'rb')).read_all(), '{stem}.parquet')\" makes Parquet of it",
    ),
    (
        b"PGDMP",
        "it is a dump of pg_dump, which dwell does not read: restore it with pg_restore -d NAME {file}, then psql \
        NAME -c \"\\copy TABLE TO '{stem}.csv' CSV HEADER\"",
    ),
    (
        b"SEQ\x06",
        "it is a Hadoop sequence file, which dwell does not read: hadoop fs -text {file} > {stem}.txt",
    ),
    (
        b"\x89HDF",
        "it is an HDF5 file, which dwell does not read: python3 -c \"import pandas; \
         pandas.read_hdf('{file}').to_parquet('{stem}.parquet')\" makes Parquet of it",
    ),
    (b"\x80\x04\x95", PICKLE),
    (b"\x80\x05\x95", PICKLE),
    (b"\x89PNG", "it does not look like text: it is a PNG image"),
    (
        b"\xff\xd8\xff",
        "it does not look like text: it is a JPEG image",
    ),
    (b"GIF8", "it does not look like text: it is a GIF image"),
    (
        b"%PDF-",
        "it does not look like text: it is a PDF document; ask its maker for CSV, JSON or Excel",
    ),
    (
        b"\xd0\xcf\x11\xe0",
        "it is an old Office document (xls), or a workbook with a password: soffice --headless --convert-to xlsx \
        {file} makes a workbook of it that is read",
    ),
];

const FEATHER: &str = "it is an Arrow file (Feather), which dwell does not read: python3 -c \"from pyarrow import \
                       feather, parquet; parquet.write_table(feather.read_table('{file}'), '{stem}.parquet')\" makes \
                       Parquet of it";

const PICKLE: &str = "it is a Python pickle, which dwell does not read: python3 -c \"import pandas; \
                      pandas.read_pickle('{file}').to_parquet('{stem}.parquet')\" makes Parquet of it";

const DUCKDB: &str = "it is a DuckDB database: duckdb {file} -c \"COPY pageviews TO '{stem}.parquet'\" exports its \
                      table pageviews; duckdb {file} -c \"SHOW TABLES\" lists them";

const TAR: &str = "it is a tar archive that did not come as a file of its own, or is within another: save it as a \
                   file, and name that; or tar -xOf - NAME writes one file of it to a pipe";

/// Beginnings of text that is not a table, after blank lines, in lower case.
const TEXT: &[(&str, &str)] = &[
    ("-- mysql dump", MYSQL),
    ("-- mariadb dump", MYSQL),
    ("/*!", MYSQL),
    ("--\n-- postgresql database dump", POSTGRES),
    (
        "pragma foreign_keys",
        "it is a dump of SQLite: sqlite3 {stem}.db < {file}, then dwell {stem}.db --table NAME",
    ),
    ("create table", SQL),
    ("insert into", SQL),
    ("drop table", SQL),
    (
        "<!doctype html",
        "it is a web page (HTML), not an export: was a log-in or an error saved in its place?",
    ),
    (
        "<html",
        "it is a web page (HTML), not an export: was a log-in or an error saved in its place?",
    ),
    (
        "<?xml",
        "it is XML, which dwell does not read: export CSV or JSON instead",
    ),
    (
        "version https://git-lfs.github.com/",
        "it is only a pointer to a file that Git LFS keeps: git lfs pull fetches it",
    ),
];

const MYSQL: &str = "it is a dump of MySQL, which dwell does not read: load it with mysql NAME < {file}, then mysql \
                     NAME --batch -e 'SELECT * FROM TABLE' > {stem}.tsv";

const POSTGRES: &str = "it is a dump of PostgreSQL, which dwell does not read: load it with psql NAME -f {file}, \
                        then psql NAME -c \"\\copy TABLE TO '{stem}.csv' CSV HEADER\"";

const SQL: &str = "it is SQL, which dwell does not read: run it in the database that it is for, and export the table \
                   as CSV";

/// The message for an input with this name and beginning, if dwell does not read such files.
///
/// If a person says that it is text, this is only said if it is certainly something else.
pub(in crate::source) fn said(sample: &[u8], name: &str, is_asked_for: bool) -> Option<String> {
    let is_odd = |byte: &u8| matches!(byte, 0..=0x08 | 0x0e..=0x1a | 0x1c..=0x1f | 0x7f..);
    let is_beyond_doubt = |magic: &[u8]| magic.iter().any(is_odd);
    let magic = MAGIC.iter().find(|(magic, _)| sample.starts_with(magic));
    let by_magic = magic.filter(|(magic, _)| !is_asked_for || is_beyond_doubt(magic));
    let said = match by_magic {
        Some((_, said)) => Some(*said),
        None if sample.get(8..12) == Some(b"DUCK") => Some(DUCKDB),
        None if is_tar(sample) => Some(TAR),
        None if is_asked_for => None,
        None => of_text(sample),
    };
    said.map(|said| filled_in(said, name))
}

fn of_text(sample: &[u8]) -> Option<&'static str> {
    const MOST_BYTES: usize = 64;
    let text = sample.trim_ascii_start();
    let text = String::from_utf8_lossy(&text[..text.len().min(MOST_BYTES)]);
    let text = text.to_ascii_lowercase().replace("\r\n", "\n");
    let found = TEXT
        .iter()
        .find(|(beginning, _)| text.starts_with(beginning));
    found.map(|(_, said)| *said)
}

/// A sentence with the name of a file in its commands, or a stand-in for one that a shell would not take as it is.
fn filled_in(said: &str, name: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "._-/=".contains(c);
    let is_file = !name.is_empty() && !name.starts_with('-') && name.chars().all(is_plain);
    let file = if is_file { name } else { "FILE" };
    let last = file.rsplit('/').next().unwrap_or(file);
    let stem = match last.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        // This keeps a command from overwriting the file that it reads.
        _ if said.contains("> {stem}") => "TARGET",
        _ => last,
    };
    said.replace("{file}", file).replace("{stem}", stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(head: &[u8], name: &str, expected: &str) {
        let said = said(head, name, false).unwrap_or_default();
        assert!(said.contains(expected), "{said}");
    }

    #[test]
    fn what_is_not_read_is_named_with_the_command_that_helps() {
        check(
            b"Obj\x01...",
            "a/heap.avro",
            "fastavro a/heap.avro > heap.jsonl",
        );
        check(
            b"12345678DUCK....",
            "shop.duckdb",
            "duckdb shop.duckdb -c \"COPY pageviews TO 'shop.parquet'\"",
        );
        check(b"\xff\xff\xff\xff\x10", "e.arrows", "'e.parquet'");
        check(b"\n-- MySQL dump 10.13", "d.sql", "mysql NAME < d.sql");
        check(
            b"--\r\n-- PostgreSQL database dump\r\n--",
            "d.sql",
            "psql NAME -f d.sql",
        );
        check(b"<!DOCTYPE html><html>", "x.csv", "web page");
        check(b"PARE", "x.parquet", "encrypted");
    }

    #[test]
    fn a_name_that_a_shell_would_change_is_not_put_into_a_command() {
        check(b"Obj\x01", "a b;rm.avro", "fastavro FILE > TARGET.jsonl");
        check(b"\x04\x22\x4d\x18", "views", "lz4 -dc views > TARGET");
    }

    #[test]
    fn what_a_person_calls_text_may_begin_with_any_word() {
        assert_eq!(said(b"ORC,2024-03-01,/\n", "x", true), None);
        assert_eq!(said(b"insert into,b\n", "x", true), None);
        assert!(said(b"PK\x03\x04", "x", true).is_some());
    }

    #[test]
    fn tables_are_not_taken_for_something_else() {
        for text in [
            "user,time,page\n",
            "-- a comment\n",
            "--\n",
            "create,table\n",
            "<a>,b\n",
        ] {
            assert_eq!(said(text.as_bytes(), "x", false), None, "{text}");
        }
    }
}
