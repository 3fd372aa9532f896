//! A table of a SQLite database, ours or not, read as pageviews. Store floor.
//!
//! The database is not touched. What a crash left beside it is recovered in a copy; a database that may have a log, but
//! has none, is read as a file that does not change, so that SQLite makes nothing beside it; any other is locked for
//! reading while it is read. Nothing in its schema is trusted to call functions that do more than compute.

use std::fs;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;
use std::time::SystemTime;

use rusqlite::Connection;
use rusqlite::OpenFlags;
use rusqlite::OptionalExtension;
use rusqlite::config::DbConfig;
use rusqlite::types::ValueRef;
use tempfile::TempDir;

use crate::source;
use crate::source::Input;
use crate::source::ReadOptions;
use crate::source::Sink;
use crate::source::Table;
use crate::source::Understood;
use crate::source::Value;
use crate::store::connect::BUSY_TIMEOUT;
use crate::store::connect::connect_immutable;
use crate::store::schema;
use crate::store::schema::Header;
use crate::words::error::Error;
use crate::words::error::Result;

/// Names of tables that are listed.
const MOST_LISTED: usize = 20;

/// Why a database that was named is not taken as it is: it is not a store.
pub(super) fn not_a_store(path: &Path) -> Error {
    let found = match Foreign::open(path) {
        Ok(foreign) => foreign.listed(),
        Err(problem) => problem,
    };
    Error::NotAStore {
        path: path.into(),
        found,
    }
}

/// Errors if the input is a database, for a load that names no table: says which tables there are.
pub fn refuse_database(path: &Path) -> Result<()> {
    match schema::header(path)? {
        Header::NotSqlite => Ok(()),
        Header::Foreign => Err(not_a_store(path)),
        Header::Store(_) => Err(Error::Input {
            input: path.to_string_lossy().into_owned(),
            problem: "it is a store itself: --table pageviews takes in its pageviews".to_owned(),
        }),
    }
}

/// A database that is open for reading, and one of its tables.
pub(super) struct Foreign {
    connection: Connection,
    path: PathBuf,
    /// The name as it is in the database; empty before one is chosen.
    pub(super) table: String,
    is_view: bool,
    /// What is special about how it is read, as it stands in a list.
    log: Option<String>,
    /// Where the copy is, if it is one.
    _copy: Option<TempDir>,
}

impl Foreign {
    /// Opens a database. Errors with what is wrong with it.
    pub(super) fn open(path: &Path) -> std::result::Result<Foreign, String> {
        let left = beside(path);
        let name = file_name(path);
        let (connection, log, copy) = if !left.is_empty() {
            let (folder, copy) = copy(path, &left)?;
            let opened = Connection::open_with_flags(copy, OpenFlags::SQLITE_OPEN_READ_WRITE);
            let left = file_name(&left[0]);
            let log = match left.ends_with("-wal") {
                true => format!("what {left} holds is read with it"),
                false => format!("a change that {left} says was broken off is undone"),
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
        let connection = connection
            .and_then(|connection| {
                connection.busy_timeout(BUSY_TIMEOUT)?;
                connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
                // A name in quotes that names nothing is not to become a text.
                connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
                connection.pragma_update(None, "trusted_schema", "OFF")?;
                connection.pragma_update(None, "cell_size_check", "ON")?;
                // The first look is what finds a file that is none or damaged, and recovers a copy.
                connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
                connection.pragma_update(None, "query_only", "ON")?;
                Ok(connection)
            })
            .map_err(|error| words(&error))?;
        Ok(Foreign {
            connection,
            path: path.into(),
            table: String::new(),
            is_view: false,
            log,
            _copy: copy,
        })
    }

    /// The same at a table or view of that name. Errors with those that there are.
    pub(super) fn at(mut self, name: &str) -> std::result::Result<Foreign, String> {
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
            .map_err(|error| words(&error))?;
        let Some((table, is_view)) = found else {
            return Err(format!("it has no table \"{name}\" ({})", self.listed()));
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

    /// Reads the table that `input` was made, to its end.
    pub(super) fn read<S: Sink + ?Sized>(
        mut self,
        input: &mut Input,
        options: &ReadOptions,
        sink: &mut S,
    ) -> Result<Understood> {
        source::read_table(input, options, sink, &mut self)
    }

    /// The texts that a query gives. What is not UTF-8 in them becomes U+FFFD: a name that has it names nothing.
    fn texts(&self, query: &str, params: impl rusqlite::Params) -> rusqlite::Result<Vec<String>> {
        let mut statement = self.connection.prepare(query)?;
        let text = |row: &rusqlite::Row<'_>| {
            let text = row.get_ref(0)?.as_bytes_or_null()?;
            Ok(String::from_utf8_lossy(text.unwrap_or_default()).into_owned())
        };
        statement.query_map(params, text)?.collect()
    }

    fn problem(&self, error: &rusqlite::Error) -> Error {
        Error::Input {
            input: format!("{}, table {}", self.path.display(), self.table),
            problem: words(error),
        }
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
        columns: [&str; 3],
        take: &mut dyn FnMut([Value<'_>; 3]) -> Result<()>,
    ) -> Result<()> {
        let [user, time, page] = columns.map(quoted);
        let query = format!("SELECT {user}, {time}, {page} FROM {}", quoted(&self.table));
        // An index would give the rows in its own order.
        let in_order = format!("{query} ORDER BY _rowid_");
        let statement = match self.is_view {
            false => self.connection.prepare(&in_order),
            true => self.connection.prepare(&query),
        };
        // Not every table has rows with numbers.
        let statement = statement.or_else(|_| self.connection.prepare(&query));
        let mut statement = statement.map_err(|error| self.problem(&error))?;
        let mut rows = statement.query([]).map_err(|error| self.problem(&error))?;
        while let Some(row) = rows.next().map_err(|error| self.problem(&error))? {
            let value = |at: usize| {
                row.get_ref(at)
                    .map(value)
                    .map_err(|error| self.problem(&error))
            };
            take([value(0)?, value(1)?, value(2)?])?;
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

/// A name as SQL takes it, whatever it has in it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// What a crash, or a program that has it open, left beside a database: parts of it that are not in it yet, or not to
/// be in it.
pub(super) fn beside(path: &Path) -> Vec<PathBuf> {
    let with = |ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    let is_there = |path: &PathBuf| {
        fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.len() > 0)
    };
    ["-wal", "-journal"]
        .map(with)
        .into_iter()
        .filter(is_there)
        .collect()
}

/// Whether the header says that the database keeps a write-ahead log
/// (<https://www.sqlite.org/fileformat2.html#file_format_version_numbers>).
fn has_log(path: &Path) -> bool {
    let mut head = [0; 20];
    File::open(path)
        .and_then(|mut file| file.read_exact(&mut head))
        .is_ok_and(|()| head[18] == 2 || head[19] == 2)
}

/// Copies a database with what is beside it. Errors with why it cannot be.
fn copy(path: &Path, beside: &[PathBuf]) -> std::result::Result<(TempDir, PathBuf), String> {
    let seen = || -> Vec<Option<(u64, SystemTime)>> {
        std::iter::once(path)
            .chain(beside.iter().map(PathBuf::as_path))
            .map(|path| {
                let metadata = fs::metadata(path).ok()?;
                Some((metadata.len(), metadata.modified().ok()?))
            })
            .collect()
    };
    let failed = |error: std::io::Error| format!("it cannot be copied to be recovered: {error}");
    let folder = tempfile::Builder::new()
        .prefix("dwell-")
        .tempdir()
        .map_err(failed)?;
    let before = seen();
    let copied = folder.path().join("copy.db");
    copy_content(path, &copied).map_err(failed)?;
    for file in beside {
        let ending = file.as_os_str().len() - path.as_os_str().len();
        let name = file_name(file);
        let ending = &name[name.len().saturating_sub(ending)..];
        copy_content(file, &folder.path().join(format!("copy.db{ending}"))).map_err(failed)?;
    }
    if seen() != before {
        return Err("another program is writing to it: try again when it is done".to_owned());
    }
    Ok((folder, copied))
}

/// Copies what is in a file, but not that it may not be written to.
fn copy_content(from: &Path, to: &Path) -> std::io::Result<()> {
    std::io::copy(&mut File::open(from)?, &mut File::create(to)?).map(drop)
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}

/// What SQLite says about a database that is not ours.
fn words(error: &rusqlite::Error) -> String {
    use rusqlite::ErrorCode::*;
    match error.sqlite_error_code() {
        Some(DatabaseCorrupt) => {
            "the database is damaged: sqlite3 has a command .recover for what is left of it"
                .to_owned()
        }
        Some(NotADatabase) => {
            "the database is damaged or encrypted: its header is not one that SQLite takes"
                .to_owned()
        }
        Some(DatabaseBusy | DatabaseLocked) => {
            "another program is writing to it: try again when it is done".to_owned()
        }
        _ => error.to_string(),
    }
}
