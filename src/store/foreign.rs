//! A table of a SQLite database that is no store, as an input. Store floor.
//!
//! Its rows come as JSON Lines, one line a row, on a thread of their own: so a table is read, recognised by its
//! content and taken in exactly once as any other input is. The database is never written to, and nothing of it
//! is run: its schema is not trusted, and what was left in a write-ahead log is recovered in a copy.

use std::fs;
use std::fs::File;
use std::io;
use std::io::BufWriter;
use std::io::PipeReader;
use std::io::PipeWriter;
use std::io::Read;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::sync::mpsc;
use std::sync::mpsc::Receiver;
use std::thread;

use rusqlite::Connection;
use rusqlite::types::ValueRef;
use tempfile::TempDir;

use crate::source::Input;
use crate::store::connection::connect_immutable;
use crate::store::connection::sqlite;
use crate::store::connection::table_names;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::text::safe;

/// An input of the rows of `table`, in the order in which SQLite gives them.
///
/// Errors if the file cannot be read or is no SQLite database, and if it has no such table or view; then the
/// tables that it has are named.
pub(super) fn input(path: &Path, table: &str) -> Result<Input> {
    let database = Database::open(path)?;
    let columns = database.columns(table).map_err(sqlite("read", path))?;
    if columns.is_empty() {
        let names = match table_names(&database.connection).unwrap_or_default() {
            names if names.is_empty() => "it has no tables".to_owned(),
            names => format!("its tables: {}", names.join(", ")),
        };
        return Err(Error::Input {
            input: path.to_string_lossy().into_owned(),
            problem: format!("there is no table \"{table}\" in it ({names})"),
        });
    }
    let (reader, writer) = io::pipe().map_err(Error::io("read", path))?;
    let (sender, outcome) = mpsc::channel();
    let table = table.to_owned();
    // Ends with the table, or when nobody reads any more.
    thread::spawn(move || {
        let written = database.write_rows(&table, &columns, writer);
        drop(sender.send(written));
    });
    let name = path.to_string_lossy();
    Ok(Input::from_reader(
        &name,
        None,
        Box::new(Rows { reader, outcome }),
    ))
}

/// A database opened to be read.
struct Database {
    connection: Connection,
    /// The folder of the copy that is read, if it is one.
    _copy: Option<TempDir>,
}

impl Database {
    fn open(path: &Path) -> Result<Database> {
        let mut magic = [0; 16];
        let mut file = File::open(path).map_err(Error::io("read", path))?;
        let is_sqlite = file.read_exact(&mut magic).is_ok() && magic == *b"SQLite format 3\0";
        if !is_sqlite {
            return Err(Error::Input {
                input: path.to_string_lossy().into_owned(),
                problem: "--table reads a table of a SQLite database, and this is none".to_owned(),
            });
        }
        let (file, copy) = with_log(path).map_err(Error::io("copy", path))?;
        let connection = match &copy {
            Some(_) => Connection::open(&file),
            None => connect_immutable(&file),
        };
        let connection = connection.and_then(prepare).map_err(sqlite("read", path))?;
        Ok(Database {
            connection,
            _copy: copy,
        })
    }

    /// The names of a table's or view's columns; none if there is no such table.
    fn columns(&self, table: &str) -> rusqlite::Result<Vec<String>> {
        let mut statement = self
            .connection
            .prepare("SELECT name FROM pragma_table_xinfo(?1) WHERE hidden <> 1 ORDER BY cid")?;
        statement.query_map([table], |row| row.get(0))?.collect()
    }

    /// Writes every row as a line. Errors with what SQLite says; a reader that went away is none.
    fn write_rows(
        &self,
        table: &str,
        columns: &[String],
        writer: PipeWriter,
    ) -> rusqlite::Result<()> {
        let table = table.replace('"', "\"\"");
        let listed: Vec<String> = columns
            .iter()
            .map(|name| format!("\"{}\"", name.replace('"', "\"\"")))
            .collect();
        let select = format!("SELECT {} FROM \"{table}\"", listed.join(", "));
        let keys: Vec<String> = columns.iter().map(|name| json_string(name)).collect();
        let mut statement = self.connection.prepare(&select)?;
        let mut rows = statement.query([])?;
        let mut out = BufWriter::with_capacity(1 << 16, writer);
        let mut line = Vec::new();
        while let Some(row) = rows.next()? {
            line.clear();
            for (place, key) in keys.iter().enumerate() {
                line.push(if place == 0 { b'{' } else { b',' });
                line.extend_from_slice(key.as_bytes());
                line.push(b':');
                write_value(&mut line, row.get_ref(place)?);
            }
            line.extend_from_slice(b"}\n");
            if out.write_all(&line).is_err() {
                return Ok(());
            }
        }
        drop(out.flush());
        Ok(())
    }
}

/// The file itself, or, if a log of changes lies beside it that are not in it yet, a copy of both.
fn with_log(path: &Path) -> io::Result<(PathBuf, Option<TempDir>)> {
    let beside = |ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    let logs = ["-wal", "-journal"].map(|ending| (ending, beside(ending)));
    let is_left = |log: &Path| fs::metadata(log).is_ok_and(|metadata| metadata.len() > 0);
    if !logs.iter().any(|(_, log)| is_left(log)) {
        return Ok((path.to_path_buf(), None));
    }
    let folder = TempDir::new()?;
    let copy = folder.path().join("copy.db");
    fs::copy(path, &copy)?;
    for (ending, log) in logs {
        if is_left(&log) {
            fs::copy(&log, folder.path().join(format!("copy.db{ending}")))?;
        }
    }
    Ok((copy, Some(folder)))
}

fn prepare(connection: Connection) -> rusqlite::Result<Connection> {
    connection.pragma_update(None, "trusted_schema", "OFF")?;
    connection.pragma_update(None, "query_only", "ON")?;
    Ok(connection)
}

/// A text as JSON has it.
fn json_string(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// A value as JSON has it. Bytes that are no text become an empty array, which no column of a pageview can be.
fn write_value(line: &mut Vec<u8>, value: ValueRef<'_>) {
    match value {
        ValueRef::Null => line.extend_from_slice(b"null"),
        ValueRef::Integer(number) => {
            line.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
        }
        ValueRef::Real(number) if number.is_finite() => {
            line.extend_from_slice(number.to_string().as_bytes());
        }
        ValueRef::Real(_) => line.extend_from_slice(b"null"),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => line.extend_from_slice(json_string(text).as_bytes()),
            Err(_) => line.extend_from_slice(b"[]"),
        },
    }
}

/// The lines, and at their end what SQLite said.
struct Rows {
    reader: PipeReader,
    outcome: Receiver<rusqlite::Result<()>>,
}

impl Read for Rows {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.reader.read(buffer)?;
        if n == 0 && !buffer.is_empty() {
            // Told a moment after the other end of the pipe is closed.
            if let Ok(Err(error)) = self.outcome.recv() {
                return Err(io::Error::other(safe(&error.to_string()).into_owned()));
            }
        }
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(schema: &str, table: &str, expected: &str) {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("x.db");
        Connection::open(&path)
            .unwrap()
            .execute_batch(schema)
            .unwrap();
        let before = fs::read(&path).unwrap();
        let database = Database::open(&path).unwrap();
        let columns = match database.columns(table) {
            Ok(columns) => columns,
            Err(error) => return assert_eq!(error.to_string(), expected),
        };
        let (mut reader, writer) = io::pipe().unwrap();
        let table = table.to_owned();
        let writing = thread::spawn(move || database.write_rows(&table, &columns, writer));
        let mut lines = String::new();
        reader.read_to_string(&mut lines).unwrap();
        let outcome = writing.join().unwrap();
        let outcome = outcome
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default();
        assert_eq!(lines + &outcome, expected);
        assert!(
            fs::read(&path).unwrap() == before,
            "the database was changed"
        );
    }

    #[test]
    fn rows_come_as_lines_with_their_types() {
        check(
            "CREATE TABLE t(\"a \"\"b\", n, r, z);
             INSERT INTO t VALUES ('x\"', 7, 1.5, NULL), (x'ff', -1, 9e99, x'41');",
            "t",
            &format!(
                "{{\"a \\\"b\":\"x\\\"\",\"n\":7,\"r\":1.5,\"z\":null}}\n\
                 {{\"a \\\"b\":[],\"n\":-1,\"r\":{},\"z\":\"A\"}}\n",
                9e99
            ),
        );
    }

    #[test]
    fn views_are_read_but_run_nothing() {
        check("CREATE VIEW v AS SELECT 1 AS a", "v", "{\"a\":1}\n");
        check(
            "CREATE TABLE x(a); INSERT INTO x VALUES (1);
             CREATE VIEW v AS SELECT load_extension('evil') AS a FROM x",
            "v",
            "unsafe use of load_extension()",
        );
    }

    #[test]
    fn what_is_in_the_log_alone_is_read_and_left_there() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("x.db");
        let writer = Connection::open(&path).unwrap();
        writer.pragma_update(None, "journal_mode", "WAL").unwrap();
        writer.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
        writer
            .execute_batch("CREATE TABLE t(a); INSERT INTO t VALUES (1), (2)")
            .unwrap();
        let log = folder.path().join("x.db-wal");
        let before = (fs::read(&path).unwrap(), fs::read(&log).unwrap());
        let database = Database::open(&path).unwrap();
        let count: i64 = database
            .connection
            .query_row("SELECT count(*) FROM t", [], |row| row.get(0))
            .unwrap();
        assert_eq!(count, 2);
        assert!((fs::read(&path).unwrap(), fs::read(&log).unwrap()) == before);
        let missing = input(&path, "s")
            .err()
            .map(|error| error.to_string())
            .unwrap();
        assert!(
            missing.ends_with("there is no table \"s\" in it (its tables: t)"),
            "{missing}"
        );
    }
}
