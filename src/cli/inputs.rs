//! From the paths that were typed to their pageviews in memory. Command line floor.

use std::env;
use std::io;
use std::io::IsTerminal;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::Utc;

use crate::engine::dataset::Dataset;
use crate::engine::guards::doubts;
use crate::load::Loading;
use crate::load::Spill;
use crate::load::duplicates;
use crate::source::Input;
use crate::source::ReadOptions;
use crate::store::Access;
use crate::store::LoadOptions;
use crate::store::LoadReport;
use crate::store::Store;
use crate::store::is_sqlite;
use crate::store::open_table;
use crate::store::refuse_database;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::gap::Gap;
use crate::words::timestamp::Timestamp;

use super::args::ReadArgs;
use super::report;
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

    /// The pageviews in memory, and the gap that the store keeps; says how files were understood.
    pub(super) fn open(
        &self,
        read: &ReadArgs,
        reporter: &mut Reporter,
    ) -> Result<(Arc<Dataset>, Gap)> {
        let (dataset, gap) = match self {
            Inputs::Store(path) => {
                let store = Store::open(path, Access::Read)?.heeding(reporter.interrupt())?;
                let gap = store.gap()?;
                (
                    store.dataset(&mut |progress| reporter.observe(progress))?,
                    gap,
                )
            }
            Inputs::Files(paths) => (read_files(paths, read, reporter)?, Gap::DEFAULT),
        };
        reporter.clear();
        Ok((Arc::new(dataset), gap))
    }
}

/// Reads files into memory, one after the other. One that holds nothing new is skipped.
fn read_files(paths: &[PathBuf], read: &ReadArgs, reporter: &mut Reporter) -> Result<Dataset> {
    let options = read.options();
    let mut loading = Loading::new(Spill::to(env::temp_dir()), None).taking_again(read.again);
    let mut skipped = None;
    for path in paths {
        let mut input = open(path, &options, reporter)?;
        let table = open_table(&mut input, &options, &reporter.interrupt())?;
        let mut observer = |progress| reporter.observe(progress);
        match loading.read(&mut input, table, &options, read.strict, &mut observer) {
            Ok(report) => reporter.say_read(&report),
            Err(error) if error.is_no_loss(paths.len()) => {
                reporter.say_skipped(&error);
                skipped = Some(error);
            }
            Err(error) => return Err(error),
        }
    }
    if !loading.has_read() {
        return Err(nothing_read(paths, skipped));
    }
    let dataset = loading.finish(&mut |progress| reporter.observe(progress))?;
    reporter.clear();
    report::say_duplicates(None, duplicates(&dataset).len() as u64);
    reporter.warn(doubts(&dataset, options.time_zone));
    reporter.say_warnings();
    Ok(dataset)
}

/// Opens a file or standard input.
fn open(path: &Path, options: &ReadOptions, reporter: &Reporter) -> Result<Input> {
    if path == Path::new("-") && io::stdin().is_terminal() {
        return Err(Error::Usage(
            "standard input is a terminal: pipe pageviews into dwell, or name a file".into(),
        ));
    }
    if options.table.is_none() && path.is_file() {
        refuse_database(path)?;
    }
    Ok(Input::open(path)?.heeding(reporter.interrupt()))
}

/// Loads a file or standard input into a store.
pub(super) fn load(
    store: &mut Store,
    path: &Path,
    options: &LoadOptions,
    reporter: &mut Reporter,
) -> Result<LoadReport> {
    store.refuse_itself(path)?;
    let mut input = open(path, &options.read, reporter)?;
    let mut observer = |progress| reporter.observe(progress);
    store.load(&mut input, options, &mut observer)
}

/// The error of files of which none has pageviews; `skipped` is that of the last.
pub(super) fn nothing_read(paths: &[PathBuf], skipped: Option<Error>) -> Error {
    if let Some(error @ Error::ErrorLog { .. }) = skipped {
        return error;
    }
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
