//! Reads a table of a SQLite database, ours or not, as pageviews. Store floor.
//!
//! The database is not changed. If a crash left something beside it, this is recovered in a private copy. A database
//! that may have a log but has none is read as a file that does not change, so that SQLite makes nothing beside it.
//! Any other is locked for reading as soon as it is opened. Nothing in its schema may call functions that do more than
//! compute, and nothing in it is trusted to be in order.

use std::fs;
use std::fs::File;
use std::io;
use std::io::Read;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::time::SystemTime;

use rusqlite::Connection;
use rusqlite::OpenFlags;
use rusqlite::OptionalExtension;
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;

use crate::output::draft::TemporaryFolder;
use crate::source::Table;
use crate::source::Value;
use crate::store::connect::connect_immutable;
use crate::store::connect::heed;
use crate::store::schema;
use crate::store::schema::FileHeader;
use crate::system::files::private_file;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::figure;
use crate::words::interrupt::Interrupt;

/// At most this many names of tables are listed.
const MOST_LISTED: usize = 20;

/// The longest text that a view may make.
const MOST_TEXT_BYTES: i32 = 128 << 20;

/// Each row of a table takes at least this.
const LEAST_ROW_BYTES: u64 = 4;

/// The error for a database that is not a store.
pub(in crate::store) fn not_a_store(path: &Path) -> Error {
    let found = match Foreign::look(path) {
        Ok(foreign) => foreign.listed(),
        Err(Error::Input { problem, .. }) => problem,
        Err(error) => error.to_string(),
    };
    Error::NotAStore {
        path: path.into(),
        found,
    }
}

/// Errors if the input is a database and the load names no table. The error lists the tables.
pub fn refuse_database(path: &Path) -> Result<()> {
    match schema::header(path)? {
        FileHeader::NotSqlite => Ok(()),
        FileHeader::Foreign => Err(not_a_store(path)),
        FileHeader::Store(_) => Err(Error::Input {
            input: path.to_string_lossy().into_owned(),
            problem: "it is a store itself: --table pageviews takes in its pageviews".to_owned(),
        }),
    }
}

/// A database that is open for reading, and one of its tables.
pub(in crate::store) struct Foreign {
    connection: Connection,
    path: PathBuf,
    /// The name as it is in the database; empty until one is chosen.
    pub(in crate::store) table: String,
    is_view: bool,
    /// What is special about how it is read, as words in a list.
    log: Option<String>,
    /// Where the copy is, if a copy is read.
    _copy: Option<TemporaryFolder>,
}

impl Foreign {
    /// Opens a database to read a table of it, until `interrupt` is requested. The error says what is wrong.
    pub(in crate::store) fn open(path: &Path, interrupt: &Interrupt) -> Result<Foreign> {
        let left = beside(path);
        let name = file_name(path);
        let (connection, log, copy) = if !left.is_empty() {
            let (folder, copy) = copy(&resolved(path), &left, interrupt)?;
            let opened = Connection::open_with_flags(copy, OpenFlags::SQLITE_OPEN_READ_WRITE);
            let left = file_name(&left[0]);
            let log = match left.ends_with("-wal") {
                true => format!("{left} is read along with it"),
                false => format!("{left} holds an unfinished change, which is undone"),
            };
            (opened, Some(log), Some(folder))
        } else if has_log(path) {
            let log = format!(
                "it keeps a write-ahead log, and no {name}-wal is beside it: complete if it was closed properly"
            );
            (connect_immutable(path), Some(log), None)
        } else {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            (Connection::open_with_flags(path, flags), None, None)
        };
        let connection = connection.and_then(|connection| prepare(connection, interrupt));
        Ok(Foreign {
            connection: connection.map_err(|error| failed(path, &error))?,
            path: path.into(),
            table: String::new(),
            is_view: false,
            log,
            _copy: copy,
        })
    }

    /// Opens a database to see which tables it has. Files beside it are left alone, and nothing is copied.
    fn look(path: &Path) -> Result<Foreign> {
        let connection = connect_immutable(path)
            .and_then(|connection| prepare(connection, &Interrupt::default()));
        let log = beside(path).first().map(|left| {
            format!(
                "{}, which is not read for this list, may change it",
                file_name(left)
            )
        });
        Ok(Foreign {
            connection: connection.map_err(|error| failed(path, &error))?,
            path: path.into(),
            table: String::new(),
            is_view: false,
            log,
            _copy: None,
        })
    }

    /// Chooses the table or view of that name. If there is none, the error lists the tables.
    pub(in crate::store) fn at(mut self, name: &str) -> Result<Foreign> {
        let found = self
            .connection
            .query_row(
                "SELECT name, type = 'view' FROM sqlite_schema
                 WHERE type IN ('table', 'view') AND name = ?1 COLLATE NOCASE
                 ORDER BY name <> ?1 LIMIT 1",
                [name],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()
            .map_err(|error| failed(&self.path, &error))?;
        let Some((table, is_view)) = found else {
            let problem = format!("it has no table \"{name}\" ({})", self.listed());
            return Err(refused(&self.path, problem));
        };
        (self.table, self.is_view) = (table, is_view);
        Ok(self)
    }

    /// Its tables and views, as words.
    fn listed(&self) -> String {
        let names = self.texts(
            "SELECT name FROM sqlite_schema
             WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
            [],
        );
        let log = self.log.as_deref().map(|log| format!("; {log}"));
        let log = log.unwrap_or_default();
        match names {
            Err(error) => words(&error),
            Ok(names) if names.is_empty() => format!("it has no tables{log}"),
            Ok(names) => {
                let more = match names.len().saturating_sub(MOST_LISTED) {
                    0 => String::new(),
                    more => format!(" and {more} more"),
                };
                let shown = &names[..names.len().min(MOST_LISTED)];
                format!(
                    "its tables: {}{more}{log}; --table NAME reads one",
                    shown.join(", ")
                )
            }
        }
    }

    /// The texts that a query gives. Bytes that are not UTF-8 become U+FFFD; such a name does not name anything.
    fn texts(&self, query: &str, params: impl rusqlite::Params) -> rusqlite::Result<Vec<String>> {
        let mut statement = self.connection.prepare(query)?;
        let text = |row: &rusqlite::Row<'_>| {
            let text = row.get_ref(0)?.as_bytes_or_null()?;
            Ok(String::from_utf8_lossy(text.unwrap_or_default()).into_owned())
        };
        statement.query_map(params, text)?.collect()
    }

    fn problem(&self, error: &rusqlite::Error) -> Error {
        self.called(failed(&self.path, error))
    }

    /// The error, with the table added to its place.
    fn called(&self, error: Error) -> Error {
        match error {
            Error::Input { input, problem } => Error::Input {
                input: format!("{input}, table {}", self.table),
                problem,
            },
            other => other,
        }
    }

    /// How long the database is, with the files beside it.
    fn bytes(&self) -> Result<u64> {
        let query = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
        let bytes = self
            .connection
            .query_row(query, [], |row| row.get::<_, i64>(0));
        bytes
            .map(|bytes| bytes.max(0) as u64)
            .map_err(|error| self.problem(&error))
    }

    /// The name by which the rows of the table are numbered, if no column has taken it.
    fn row_number(&self) -> Result<Option<&'static str>> {
        if self.is_view {
            return Ok(None);
        }
        let columns = self.columns()?;
        let is_free = |name: &&str| {
            !columns
                .iter()
                .any(|column| column.eq_ignore_ascii_case(name))
        };
        Ok(["_rowid_", "rowid", "oid"].into_iter().find(is_free))
    }
}

impl Table for Foreign {
    fn format(&self) -> String {
        let what = if self.is_view { "view" } else { "table" };
        format!("SQLite {what}")
    }

    fn columns(&self) -> Result<Vec<String>> {
        self.texts(
            "SELECT name FROM pragma_table_xinfo(?1) WHERE hidden <> 1 ORDER BY cid",
            [&self.table],
        )
        .map_err(|error| self.problem(&error))
    }

    fn rows(
        &mut self,
        columns: &[&str],
        most: Option<u64>,
        take: &mut dyn FnMut(&[Value<'_>]) -> Result<()>,
    ) -> Result<()> {
        let names: Vec<String> = columns.iter().map(|name| quoted(name)).collect();
        let names = names.join(", ");
        let of = |number: &str, order: &str| {
            let table = quoted(&self.table);
            format!("SELECT {names}, {number} FROM {table}{order}")
        };
        // Without this, an index could give the rows in its own order. Not every table numbers its rows.
        let numbered = self.row_number()?.and_then(|number| {
            let query = of(number, &format!(" ORDER BY {number}"));
            self.connection.prepare(&query).ok()
        });
        let is_numbered = numbered.is_some();
        let statement = match numbered {
            Some(statement) => Ok(statement),
            None => self.connection.prepare(&of("NULL", "")),
        };
        let mut statement = statement.map_err(|error| self.problem(&error))?;
        let most_rows = match self.is_view {
            true => u64::MAX,
            false => self.bytes()? / LEAST_ROW_BYTES,
        };
        let mut rows = statement.query([]).map_err(|error| self.problem(&error))?;
        let (mut n_rows, mut previous) = (0, None);
        while most.is_none_or(|most| n_rows < most)
            && let Some(row) = rows.next().map_err(|error| self.problem(&error))?
        {
            // If a page is in the tree more than once, its rows would come again and again.
            n_rows += 1;
            let number = row.get(columns.len());
            let number: Option<i64> = number.map_err(|error| self.problem(&error))?;
            if n_rows > most_rows || (is_numbered && previous >= number) {
                return Err(self.called(refused(&self.path, DAMAGED)));
            }
            previous = number;
            let values: Vec<Value<'_>> = (0..columns.len())
                .map(|at| row.get_ref(at).map(value))
                .collect::<rusqlite::Result<_>>()
                .map_err(|error| self.problem(&error))?;
            take(&values)?;
        }
        Ok(())
    }

    fn notes(&self) -> Vec<String> {
        self.log.iter().cloned().collect()
    }
}

fn value(value: ValueRef<'_>) -> Value<'_> {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(text) | ValueRef::Blob(text) => Value::Text(text),
    }
}

/// A name, quoted for SQL, whatever it contains.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Files beside a database, left by a crash or a program that has it open. They hold parts that are not in the
/// database yet, or must be undone.
pub(in crate::store) fn beside(path: &Path) -> Vec<PathBuf> {
    // SQLite puts these files beside the file itself, not beside a link to it.
    let path = &resolved(path);
    let is_there = |path: &PathBuf| {
        fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.len() > 0)
    };
    ["-wal", "-journal"]
        .map(|ending| with_ending(path, ending))
        .into_iter()
        .filter(is_there)
        .collect()
}

/// The file that a path leads to.
fn resolved(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}

/// The path of a file that SQLite keeps beside another.
pub(in crate::store) fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Whether the header says that the database keeps a write-ahead log
/// (<https://www.sqlite.org/fileformat2.html#file_format_version_numbers>).
fn has_log(path: &Path) -> bool {
    let mut head = [0; 20];
    File::open(path)
        .and_then(|mut file| file.read_exact(&mut head))
        .is_ok_and(|()| head[18] == 2 || head[19] == 2)
}

/// Copies a database with the files beside it. The error says why it cannot be copied.
fn copy(
    path: &Path,
    beside: &[PathBuf],
    interrupt: &Interrupt,
) -> Result<(TemporaryFolder, PathBuf)> {
    let seen = || -> Vec<Option<(u64, SystemTime)>> {
        std::iter::once(path)
            .chain(beside.iter().map(PathBuf::as_path))
            .map(|path| {
                let metadata = fs::metadata(path).ok()?;
                Some((metadata.len(), metadata.modified().ok()?))
            })
            .collect()
    };
    let failed = |error: io::Error| {
        refused(
            path,
            format!("it cannot be copied to be recovered: {error}"),
        )
    };
    let folder = TemporaryFolder::new().map_err(failed)?;
    let before = seen();
    let copied = folder.path().join("copy.db");
    let mut to_copy = vec![(path, copied.clone())];
    for file in beside {
        let ending = &file_name(file)[file_name(path).len()..];
        to_copy.push((file, with_ending(&copied, ending)));
    }
    for (from, to) in to_copy {
        let (mut from, mut to) = (
            File::open(from).map_err(failed)?,
            private_file(&to).map_err(failed)?,
        );
        let mut block = vec![0; 1 << 18];
        loop {
            interrupt.check()?;
            match from.read(&mut block).map_err(failed)? {
                0 => break,
                n => to.write_all(&block[..n]).map_err(failed)?,
            }
        }
    }
    if seen() != before {
        let problem = "another program is writing to it: try again when it is done";
        return Err(refused(path, problem));
    }
    Ok((folder, copied))
}

/// Makes a connection safe for a database that nobody has checked.
fn prepare(mut connection: Connection, interrupt: &Interrupt) -> rusqlite::Result<Connection> {
    heed(&mut connection, interrupt)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, MOST_TEXT_BYTES)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    // Otherwise a quoted name that names nothing would become a text.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.pragma_update(None, "trusted_schema", "OFF")?;
    connection.pragma_update(None, "cell_size_check", "ON")?;
    // Only a first look finds a file that is damaged or not a database. It also recovers a copy. From then on, nobody
    // changes it.
    connection.execute_batch("BEGIN")?;
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    connection.pragma_update(None, "query_only", "ON")?;
    Ok(connection)
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}

const DAMAGED: &str =
    "the database is damaged: sqlite3 has a command .recover for what is left of it";

fn refused(path: &Path, problem: impl Into<String>) -> Error {
    Error::Input {
        input: path.to_string_lossy().into_owned(),
        problem: problem.into(),
    }
}

/// What SQLite says about a database that is not ours, as an error.
fn failed(path: &Path, error: &rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::OperationInterrupted) => Error::Interrupted,
        _ => refused(path, words(error)),
    }
}

/// The same in our words.
fn words(error: &rusqlite::Error) -> String {
    use rusqlite::ErrorCode::*;
    match error.sqlite_error_code() {
        Some(DatabaseCorrupt) => DAMAGED.to_owned(),
        Some(NotADatabase) => {
            "the database is damaged or encrypted: its header is not one that SQLite takes"
                .to_owned()
        }
        Some(DatabaseBusy | DatabaseLocked) => {
            "another program is writing to it: try again when it is done".to_owned()
        }
        Some(TooBig) => format!(
            "a text in it is longer than {}, the most that is read",
            figure::bytes(MOST_TEXT_BYTES as u64)
        ),
        Some(OutOfMemory) => "it takes more memory than there is".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests;
