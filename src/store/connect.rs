//! Connections to SQLite files, each with the pragmas of its purpose, and SQLite's errors in our words. Store floor.
//!
//! Knows nothing about the content of the files.

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::OpenFlags;

use crate::store::file::stamp::Stamp;
use crate::system::files::CAN_HOLD;
use crate::words::error::Error;
use crate::words::interrupt::Interrupt;

/// How long to wait for another process that holds the store, before reporting it.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How long to sleep before looking again whether it has let go.
const BUSY_PAUSE: Duration = Duration::from_millis(10);

/// Steps of SQLite's machine between two looks whether someone has asked to stop: less than a millisecond.
const STEPS_BETWEEN_LOOKS: i32 = 1 << 14;

/// Makes the work of a connection end with an error once `interrupt` is requested: a statement, the wait for another
/// process, and a commit, which becomes a rollback.
pub(super) fn heed(connection: &mut Connection, interrupt: &Interrupt) -> rusqlite::Result<()> {
    let interrupt = interrupt.clone();
    let is_to_stop = move || interrupt.check().is_err();
    connection.progress_handler(STEPS_BETWEEN_LOOKS, Some(is_to_stop.clone()))?;
    connection.commit_hook(Some(is_to_stop.clone()))?;
    connection.busy_handler(Some(move |n_pauses: i32| {
        let is_to_wait = !is_to_stop() && BUSY_PAUSE * n_pauses.unsigned_abs() < BUSY_TIMEOUT;
        if is_to_wait {
            thread::sleep(BUSY_PAUSE);
        }
        is_to_wait
    }))
}

/// A connection to a new store. It has no journal: if filling the store fails, it is dropped.
pub(super) fn connect_to_draft(path: &Path, interrupt: &Interrupt) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = match CAN_HOLD {
        // The draft is held with another kind of lock, which would keep SQLite out on some file systems.
        true => Connection::open_with_flags_and_vfs(path, flags, c"unix-none")?,
        false => Connection::open_with_flags(path, flags)?,
    };
    let connection = prepare(connection, interrupt)?;
    connection.pragma_update(None, "journal_mode", "OFF")?;
    connection.pragma_update(None, "synchronous", "OFF")?;
    Ok(connection)
}

/// A connection to an existing store. Errors if it is write-protected, before SQLite makes files beside it that it
/// could not remove again.
pub(super) fn connect_to_write(path: &Path, interrupt: &Interrupt) -> rusqlite::Result<Connection> {
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    if connection.is_readonly("main")? {
        let problem = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_READONLY);
        return Err(rusqlite::Error::SqliteFailure(problem, None));
    }
    prepare(connection, interrupt)
}

/// A connection that cannot change the store and leaves nothing beside it. If the store is read without a lock, also
/// returns what the file looks like.
///
/// It is opened for writing if that is allowed, because only then does SQLite remove the files that it shares with a
/// writer. If writing is not allowed, SQLite can still lock the file, unless locking needs such files. If it does and
/// there are none, nobody is writing. Then the file is read as it is, and the caller checks afterwards whether it is
/// still the same.
pub(super) fn connect_to_read(
    path: &Path,
    interrupt: &Interrupt,
) -> rusqlite::Result<(Connection, Option<Stamp>)> {
    use rusqlite::ErrorCode::CannotOpen;
    use rusqlite::ErrorCode::ReadOnly;
    // SQLite looks for these files beside the file itself, not beside a link to it.
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let stamp = Stamp::of(path).ok();
    let is_quiet = stamp.as_ref().is_some_and(Stamp::is_quiet);
    let (connection, stamp) = match connect_to_write(path, interrupt) {
        Err(error) if matches!(error.sqlite_error_code(), Some(ReadOnly | CannotOpen)) => {
            let stamp = stamp.filter(|stamp| is_quiet && stamp.has_log());
            let connection = match stamp {
                Some(_) => connect_immutable(path),
                None => open(path, OpenFlags::SQLITE_OPEN_READ_ONLY),
            };
            (prepare(connection?, interrupt)?, stamp)
        }
        connected => (connected?, None),
    };
    connection.pragma_update(None, "query_only", "ON")?;
    Ok((connection, stamp))
}

/// A connection to a file that nobody writes to. SQLite neither makes nor recovers the files beside it.
pub(super) fn connect_immutable(path: &Path) -> rusqlite::Result<Connection> {
    let uri = format!(
        "file:{}?immutable=1",
        plain(path)
            .to_string_lossy()
            .replace('%', "%25")
            .replace('?', "%3f")
            .replace('#', "%23")
    );
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    Connection::open_with_flags(uri, flags)
}

/// The path in a form that can only be a path. To SQLite, `:memory:` and names that begin with `file:` mean something
/// else.
fn plain(path: &Path) -> PathBuf {
    Path::new(".").join(path)
}

fn open(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    Connection::open_with_flags(plain(path), flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
}

/// Makes a connection trust nothing in the schema that it finds, and heed the interrupt.
fn prepare(mut connection: Connection, interrupt: &Interrupt) -> rusqlite::Result<Connection> {
    heed(&mut connection, interrupt)?;
    connection.pragma_update(None, "trusted_schema", "OFF")?;
    // Ids come from the dictionaries themselves; looking each one up again costs a third of a load.
    connection.pragma_update(None, "foreign_keys", "OFF")?;
    connection.pragma_update(None, "cache_size", -65_536)?;
    connection.set_prepared_statement_cache_capacity(32);
    Ok(connection)
}

/// Turns what SQLite says into an [`Error`] that tells a person what to do.
pub(super) fn sqlite(action: &'static str, path: &Path) -> impl FnOnce(rusqlite::Error) -> Error {
    let path = path.to_path_buf();
    move |error| {
        use rusqlite::ErrorCode::*;
        use rusqlite::ffi::SQLITE_READONLY_ROLLBACK;
        let extended = error.sqlite_error().map(|error| error.extended_code);
        let problem = match error.sqlite_error_code() {
            Some(DatabaseCorrupt) => {
                "the file is damaged: load its sources into a new store".to_owned()
            }
            Some(NotADatabase) => {
                "the file is damaged: its header is not that of a database".to_owned()
            }
            Some(DatabaseBusy | DatabaseLocked) => {
                "another process is writing to it: try again when it is done".to_owned()
            }
            Some(ReadOnly) if extended == Some(SQLITE_READONLY_ROLLBACK) => {
                "a change to it was broken off, and only who may write to it can undo that: \
                 let them open it once"
                    .to_owned()
            }
            Some(ReadOnly) => "it can only be read".to_owned(),
            Some(CannotOpen) => {
                "the log beside it cannot be used here: let someone open it once who may write to it and its folder"
                    .to_owned()
            }
            Some(SystemIoFailure) => format!("{error}: is the disk full, or a limit reached?"),
            Some(DiskFull) => "no space left on the disk".to_owned(),
            Some(OperationInterrupted) => return Error::Interrupted,
            _ => match error {
                rusqlite::Error::IntegralValueOutOfRange(_, number) => format!(
                    "it has the number {number} where none can be so large: the file is damaged"
                ),
                error => error.to_string(),
            },
        };
        Error::Store {
            action,
            path,
            problem,
        }
    }
}
