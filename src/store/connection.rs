//! Opening, making and keeping a store. Store floor.

use std::cell::OnceCell;
use std::fs;
use std::fs::File;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use rusqlite::Connection;
use rusqlite::OptionalExtension;
use tempfile::NamedTempFile;

use crate::output::draft::temporary_file;
use crate::output::draft_file;
use crate::output::replace::followed;
use crate::output::replace::sync_folder;
use crate::store::checksum::Checksum;
use crate::store::checksum::StorePart;
use crate::store::connect::connect_to_draft;
use crate::store::connect::connect_to_read;
use crate::store::connect::connect_to_write;
use crate::store::connect::heed;
use crate::store::connect::sqlite;
use crate::store::file::pages::PAGE_BYTES;
use crate::store::file::stamp::Stamp;
use crate::store::read::foreign;
use crate::store::schema;
use crate::store::schema::FileHeader;
use crate::system::files::FileId;
use crate::system::files::hand_on;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::gap::Gap;
use crate::words::interrupt::Interrupt;

/// What a store is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Reading only; works on files and folders that cannot be written.
    Read,
    /// Loading and sessionizing too.
    Write,
}

/// SQLite checks new stores up to this size before they take their place. That takes a few milliseconds.
const BYTES_LOOKED_AT: i64 = 1 << 22;

/// A SQLite file of pageviews and their sessions.
#[derive(Debug)]
pub struct Store {
    pub(super) connection: Connection,
    /// The file itself, once its pages are read directly. It is closed after the connection.
    pub(super) pages: OnceCell<File>,
    path: PathBuf,
    pub(super) interrupt: Interrupt,
    /// Which file it is; `None` while nobody else can see it.
    pub(super) id: Option<FileId>,
    /// What the file looked like when it was opened, if it is read without a lock.
    pub(super) unlocked: Option<Stamp>,
    life: Life,
}

/// How often a store that is read without a lock is tried while others write to it.
const ATTEMPTS: usize = 5;

/// What becomes of the file when the store is dropped.
#[derive(Debug)]
enum Life {
    /// It stays.
    Kept,
    /// It is removed; [`Store::keep`] moves it to where it belongs.
    Draft {
        file: NamedTempFile,
        target: PathBuf,
    },
    /// It is removed.
    Temporary(NamedTempFile),
}

/// Which file is at a path.
pub(super) fn file_id(path: &Path) -> Result<FileId> {
    let metadata = fs::metadata(path).map_err(Error::io("read", path))?;
    Ok(FileId::of(&metadata))
}

/// Whether a file's first bytes are those of a SQLite database, ours or not.
///
/// Errors when the file cannot be read.
pub(crate) fn is_sqlite(path: &Path) -> Result<bool> {
    // A pipe or a folder is not a database, and reading from a pipe would lose bytes.
    let metadata = fs::metadata(path).map_err(Error::io("read", path))?;
    Ok(metadata.is_file() && schema::header(path)? != FileHeader::NotSqlite)
}

/// Errors if this dwell cannot read a store of this version.
fn refuse_version(path: &Path, found: i64) -> Result<()> {
    match found {
        1..=schema::VERSION_THAT_CARRIES => Ok(()),
        ..=0 => Err(Error::Store {
            action: "open",
            path: path.into(),
            problem: format!(
                "its version is {found}, which no version of dwell writes: its header is damaged"
            ),
        }),
        _ => Err(Error::NewerStore {
            path: path.into(),
            found,
            known: schema::VERSION_THAT_CARRIES,
        }),
    }
}

impl Store {
    /// Opens a store. A store of an earlier dwell is brought up to date if it is opened for writing. Refuses a file
    /// that is not a SQLite database, not a dwell store, or made by a later dwell, and leaves it untouched.
    pub fn open(path: &Path, access: Access) -> Result<Store> {
        Store::open_heeding(path, access, Interrupt::default())
    }

    /// The same, for work that is to stop once `interrupt` is requested; so is the opening.
    pub fn open_heeding(path: &Path, access: Access, interrupt: Interrupt) -> Result<Store> {
        let metadata = fs::metadata(path).map_err(Error::io("read", path))?;
        if !metadata.is_file() && !metadata.is_dir() {
            // Reading from it might wait for ever.
            return Err(Error::Store {
                action: "open",
                path: path.into(),
                problem: "it is a pipe or a device, and a store is a file".to_owned(),
            });
        }
        match schema::header(path)? {
            FileHeader::Store(version) => refuse_version(path, version)?,
            FileHeader::Foreign => {
                return Err(foreign::not_a_store(path));
            }
            FileHeader::NotSqlite => {
                let problem = "it is not a SQLite database".to_owned();
                return Err(Error::Store {
                    action: "open",
                    path: path.into(),
                    problem,
                });
            }
        }
        let id = file_id(path)?;
        let opened = match access {
            Access::Read => connect_to_read(path, &interrupt),
            Access::Write => {
                connect_to_write(path, &interrupt).map(|connection| (connection, None))
            }
        };
        let (connection, unlocked) = opened.map_err(|error| {
            let interrupted = interrupt.check().err();
            interrupted.unwrap_or_else(|| sqlite("open", path)(error))
        })?;
        let store = Store {
            connection,
            pages: OnceCell::new(),
            path: path.into(),
            interrupt,
            id: Some(id),
            unlocked,
            life: Life::Kept,
        };
        // Only a first look at the content finds a damaged or locked file.
        let looked = store.look();
        if file_id(path)? != id || store.has_changed() {
            return Err(store.is_written_to());
        }
        looked?;
        if access == Access::Write {
            store.migrate()?;
        }
        Ok(store)
    }

    /// The version of the store as the connection sees it. Errors if this dwell does not know it.
    pub(super) fn version(&self) -> Result<i64> {
        let version = schema::version(&self.connection).map_err(self.failed("open"))?;
        refuse_version(&self.path, version).map(|()| version)
    }

    /// Looks at the content for the first time. The version in the header may be older than the one in the log.
    fn look(&self) -> Result<()> {
        self.version()?;
        self.gap().map(drop)
    }

    /// Does a piece of work that only reads the store. If there is no lock and someone wrote to the store meanwhile,
    /// does it again with the store as it is now.
    pub(super) fn undisturbed<T>(&self, mut work: impl FnMut(&Store) -> Result<T>) -> Result<T> {
        let mut done = work(self);
        let mut is_disturbed = self.has_changed();
        for _ in 1..ATTEMPTS {
            if !is_disturbed {
                break;
            }
            let interrupt = self.interrupt.clone();
            let store = Store::open_heeding(&self.path, Access::Read, interrupt)?;
            done = work(&store);
            is_disturbed = store.has_changed();
        }
        match is_disturbed {
            true => Err(self.is_written_to()),
            false => done,
        }
    }

    /// Whether the store is read without a lock and has changed.
    fn has_changed(&self) -> bool {
        let now = || Stamp::of(&self.path).ok();
        self.unlocked.is_some() && self.unlocked != now()
    }

    fn is_written_to(&self) -> Error {
        Error::Store {
            action: "read",
            path: self.path.clone(),
            problem: "another process is writing to it: try again when it is done".to_owned(),
        }
    }

    /// Opens the store at `path` for loading, or begins a new one if there is no file or an empty one.
    ///
    /// A new store is a draft beside `path`. Nobody sees it until [`Store::keep`].
    pub fn open_or_draft(path: &Path) -> Result<Store> {
        Store::open_or_draft_heeding(path, Interrupt::default())
    }

    /// The same, for work that is to stop once `interrupt` is requested; so is the opening.
    pub fn open_or_draft_heeding(path: &Path, interrupt: Interrupt) -> Result<Store> {
        match fs::metadata(path) {
            Ok(metadata) if metadata.len() > 0 || !metadata.is_file() => {
                Store::open_heeding(path, Access::Write, interrupt)
            }
            replaced => Store::draft(path, replaced.ok())?.heeding(interrupt),
        }
    }

    /// Begins a new store. It will replace an empty file, if there is one.
    fn draft(path: &Path, replaced: Option<fs::Metadata>) -> Result<Store> {
        let target = followed(path);
        let file = draft_file(&target).map_err(Error::io("make", path))?;
        if let Some(empty) = replaced {
            hand_on(&empty, file.as_file()).map_err(Error::io("make", path))?;
        }
        let connection = Store::begin(file.path())?;
        let life = Life::Draft { file, target };
        Store {
            connection,
            pages: OnceCell::new(),
            path: path.into(),
            interrupt: Interrupt::default(),
            id: None,
            unlocked: None,
            life,
        }
        .summed()
    }

    /// A new store in the system's folder for temporary files, removed when dropped.
    pub fn temporary() -> Result<Store> {
        let file = temporary_file().map_err(Error::io("make", tempfile::env::temp_dir()))?;
        Store {
            connection: Store::begin(file.path())?,
            pages: OnceCell::new(),
            path: file.path().into(),
            interrupt: Interrupt::default(),
            id: None,
            unlocked: None,
            life: Life::Temporary(file),
        }
        .summed()
    }

    /// A temporary copy of another store, given as the bytes of its file.
    pub fn temporary_copy(bytes: &[u8]) -> Result<Store> {
        let file = temporary_file().map_err(Error::io("make", tempfile::env::temp_dir()))?;
        let path = file.path().to_path_buf();
        fs::write(&path, bytes).map_err(Error::io("write", &path))?;
        let store = Store::open(&path, Access::Write)?;
        Ok(Store {
            life: Life::Temporary(file),
            ..store
        })
    }

    /// Makes an empty store of an empty file.
    fn begin(path: &Path) -> Result<Connection> {
        let made = || {
            let connection = connect_to_draft(path, &Interrupt::default())?;
            connection.pragma_update(None, "page_size", PAGE_BYTES as i64)?;
            connection.pragma_update(None, "application_id", schema::APPLICATION_ID)?;
            connection.pragma_update(None, "user_version", schema::VERSION)?;
            connection.execute_batch(&schema::schema(&[]))?;
            Ok(connection)
        };
        made().map_err(sqlite("make", path))
    }

    /// The same store, which stops its work once `interrupt` is requested.
    fn heeding(mut self, interrupt: Interrupt) -> Result<Store> {
        heed(&mut self.connection, &interrupt).map_err(self.failed("open"))?;
        self.interrupt = interrupt;
        Ok(self)
    }

    /// The same store with sums of 0, to which loads add.
    fn summed(self) -> Result<Store> {
        for part in [StorePart::Pageviews, StorePart::Users, StorePart::Pages] {
            self.save_checksum(part, Checksum::default())?;
        }
        Ok(self)
    }

    /// Whether nobody else can see the store: it is new, and not in its place yet.
    pub(super) fn is_unseen(&self) -> bool {
        !matches!(self.life, Life::Kept)
    }

    /// The file that the store is in now.
    pub(super) fn file(&self) -> &Path {
        match &self.life {
            Life::Kept => &self.path,
            Life::Draft { file, .. } | Life::Temporary(file) => file.path(),
        }
    }

    /// Closes the connection to a store that nobody else sees, lets `work` change the file, and opens the connection
    /// again. If opening fails, the store can only be dropped.
    pub(super) fn aside<T>(&mut self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let nothing = Connection::open_in_memory().map_err(self.failed("write"))?;
        let closed = std::mem::replace(&mut self.connection, nothing).close();
        closed.map_err(|(_, error)| sqlite("write", &self.path)(error))?;
        let done = work();
        self.connection =
            connect_to_draft(self.file(), &self.interrupt).map_err(self.failed("write"))?;
        done
    }

    /// Puts a draft in its place, complete and on disk. Does nothing to a store that is in its place already.
    ///
    /// Errors, leaving nothing behind, when a file has appeared there in the meantime, or when someone has asked to
    /// stop. Once the store is in its place, it stays there, even if someone asks to stop.
    pub fn keep(self) -> Result<Store> {
        if let Life::Draft { .. } = self.life {
            self.look_at_what_was_built()?;
        }
        let Life::Draft { file, target } = self.life else {
            return Ok(self);
        };
        self.interrupt.check()?;
        self.connection
            .close()
            .map_err(|(_, error)| sqlite("write", &target)(error))?;
        let written = file.as_file().sync_all();
        written.map_err(Error::io("write", &target))?;
        let is_empty = fs::metadata(&target).is_ok_and(|metadata| metadata.len() == 0);
        let moved = if is_empty {
            file.persist(&target)
        } else {
            file.persist_noclobber(&target)
        };
        let moved = moved.map_err(|failed| match failed.error.kind() {
            io::ErrorKind::AlreadyExists => Error::Store {
                action: "make",
                path: self.path.clone(),
                problem: "another program made it meanwhile: load again to add to it".to_owned(),
            },
            _ => Error::io("write", &self.path)(failed.error),
        })?;
        // If it were closed later, that would give up the locks of the connection that is opened next.
        drop(moved);
        sync_folder(&target);
        let store = Store::open(&self.path, Access::Write)?;
        // In WAL mode, readers see the last state while a load writes the next.
        let wal = store.connection.pragma_update(None, "journal_mode", "WAL");
        wal.map_err(store.failed("write"))?;
        store.heeding(self.interrupt)
    }

    /// Lets SQLite check a store that was built without it, if it is small. A large one would take too long.
    fn look_at_what_was_built(&self) -> Result<()> {
        let bytes = self.one::<i64>("PRAGMA page_count")? * self.one::<i64>("PRAGMA page_size")?;
        if bytes > BYTES_LOOKED_AT {
            return Ok(());
        }
        match self.one::<String>("PRAGMA quick_check(1)")? {
            said if said == "ok" => Ok(()),
            said => Err(Error::Store {
                action: "make",
                path: self.path.clone(),
                problem: format!(
                    "SQLite does not take what was written ({said}): please report this"
                ),
            }),
        }
    }

    /// Where the store is, or where a draft will be.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether no load has been taken in yet.
    pub fn is_new(&self) -> Result<bool> {
        Ok(self.one::<i64>("SELECT count(*) FROM loads")? == 0)
    }

    /// The gap at which the stored sessions were cut.
    pub fn gap(&self) -> Result<Gap> {
        let stored: Option<i64> = self
            .connection
            .query_row(
                "SELECT value FROM settings WHERE name = 'gap_us' AND typeof(value) = 'integer'",
                [],
                |row| row.get(0),
            )
            .optional()
            .map_err(self.failed("read"))?;
        match stored {
            Some(us) => {
                self.compare_checksum(StorePart::Gap, Checksum::of_number(us))?;
                Gap::from_us(us).ok_or_else(|| self.damaged("its saved gap is not a gap"))
            }
            None if self.checksum(StorePart::Gap)?.is_some() => {
                Err(self.damaged("its gap is missing"))
            }
            None => Ok(Gap::DEFAULT),
        }
    }

    pub(super) fn save_gap(&self, gap: Gap) -> Result<()> {
        self.connection
            .execute(
                "INSERT OR REPLACE INTO settings (name, value) VALUES ('gap_us', ?1)",
                [gap.as_us()],
            )
            .map_err(self.failed("write"))?;
        self.save_checksum(StorePart::Gap, Checksum::of_number(gap.as_us()))
    }

    /// How many sessions are stored.
    pub fn n_sessions(&self) -> Result<u64> {
        self.one::<i64>("SELECT count(*) FROM session")
            .map(|n| n.max(0) as u64)
    }

    pub(super) fn one<T: rusqlite::types::FromSql>(&self, query: &str) -> Result<T> {
        self.connection
            .query_row(query, [], |row| row.get(0))
            .map_err(self.failed("read"))
    }

    /// Turns what SQLite says about this store into an [`Error`]; for `map_err`. If someone has asked to stop, that is
    /// the error.
    pub(super) fn failed(&self, action: &'static str) -> impl FnOnce(rusqlite::Error) -> Error {
        move |error| match self.interrupt.check() {
            Err(interrupted) => interrupted,
            Ok(()) => sqlite(action, &self.path)(error),
        }
    }
}

#[cfg(test)]
mod tests;
