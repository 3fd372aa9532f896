//! From the paths that were typed to a store that holds their pageviews. Command line floor.

use std::io;
use std::io::IsTerminal;
use std::path::Path;
use std::path::PathBuf;

use chrono::Utc;

use crate::source::Input;
use crate::store::Access;
use crate::store::LoadOptions;
use crate::store::LoadReport;
use crate::store::Store;
use crate::store::is_sqlite;
use crate::store::refuse_database;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::timestamp::Timestamp;

use super::args::ReadArgs;
use super::report::Reporter;

/// What the paths are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Inputs {
    /// One store.
    Store(PathBuf),
    /// Files of pageviews, or standard input.
    Files(Vec<PathBuf>),
}

impl Inputs {
    /// Looks at the first bytes of the files. Errors if one is missing, or if a store is named together with
    /// other files. Where a table is asked for, a database is a file like any other.
    pub(super) fn of(paths: &[PathBuf], read: &ReadArgs) -> Result<Inputs> {
        if read.table.is_some() {
            return Ok(Inputs::Files(paths.to_vec()));
        }
        for path in paths.iter().filter(|path| *path != Path::new("-")) {
            if is_sqlite(path)? {
                if paths.len() > 1 {
                    let store = path.display();
                    return Err(Error::Usage(format!(
                        "{store} is a database and cannot be read together with other files"
                    )));
                }
                return Ok(Inputs::Store(path.clone()));
            }
        }
        Ok(Inputs::Files(paths.to_vec()))
    }

    /// The store, or a temporary one with the files' pageviews; says how they were understood.
    pub(super) fn store(&self, read: &ReadArgs, reporter: &mut Reporter) -> Result<Store> {
        match self {
            Inputs::Store(path) => Store::open(path, Access::Read)?.heeding(reporter.interrupt()),
            Inputs::Files(paths) => {
                let mut store = Store::temporary()?.heeding(reporter.interrupt())?;
                let (mut is_loaded, options) = (false, load_options(read));
                for path in paths {
                    match load(&mut store, path, &options, reporter) {
                        Ok((report, bytes)) => {
                            reporter.say_load(&report, bytes);
                            is_loaded = true;
                        }
                        Err(error) if error.is_no_loss(paths.len()) => reporter.say_skipped(&error),
                        Err(error) => return Err(error),
                    }
                }
                if !is_loaded {
                    return Err(all_are_empty(paths));
                }
                reporter.say_warnings();
                Ok(store)
            }
        }
    }
}

/// Loads a file or standard input; returns the report and how many bytes were read.
pub(super) fn load(
    store: &mut Store,
    path: &Path,
    options: &LoadOptions,
    reporter: &mut Reporter,
) -> Result<(LoadReport, u64)> {
    if path == Path::new("-") && io::stdin().is_terminal() {
        return Err(Error::Usage(
            "standard input is a terminal: pipe pageviews into dwell, or name a file".into(),
        ));
    }
    store.refuse_itself(path)?;
    if options.read.table.is_none() && path.is_file() {
        refuse_database(path)?;
    }
    let mut input = Input::open(path)?.heeding(reporter.interrupt());
    let mut observer = |progress| reporter.observe(progress);
    let report = store.load(&mut input, options, &mut observer)?;
    Ok((report, input.bytes_read()))
}

/// The error of files of which none has content.
pub(super) fn all_are_empty(paths: &[PathBuf]) -> Error {
    let files = paths.iter().map(|path| path.to_string_lossy());
    Error::Empty {
        input: files.collect::<Vec<_>>().join(", "),
    }
}

/// What a load is asked to do, now.
pub(super) fn load_options(read: &ReadArgs) -> LoadOptions {
    LoadOptions {
        read: read.options(),
        strict: read.strict,
        again: read.again,
        dedupe: false,
        loaded_at: Timestamp::clamped(Utc::now().timestamp_micros()),
    }
}
