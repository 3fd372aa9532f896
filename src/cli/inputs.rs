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
use crate::source::CarriedPart;
use crate::source::Input;
use crate::source::Location;
use crate::source::ReadOptions;
use crate::source::carrying_of_any;
use crate::source::locate;
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
use crate::words::interrupt::Interrupt;
use crate::words::nearest::nearest;
use crate::words::timestamp::Timestamp;

use super::args::ReadArgs;
use super::report;
use super::report::Reporter;

/// What the paths are.
#[derive(Clone, Debug)]
pub(super) enum Inputs {
    /// One store.
    Store(PathBuf),
    /// Pageviews: files, what folders and archives hold, or standard input.
    Files {
        locations: Vec<Location>,
        /// What was passed over.
        notes: Vec<String>,
    },
}

impl Inputs {
    /// Looks at the first bytes of the files. Errors if one is missing, or if a store is named together with
    /// other files. Where a table is asked for, a database is a file like any other.
    pub(super) fn of(paths: &[PathBuf], read: &ReadArgs, interrupt: &Interrupt) -> Result<Inputs> {
        let is_named = |path: &&PathBuf| read.files.table.is_none() && path.is_file();
        for path in paths.iter().filter(is_named) {
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
        let mut located = locate(paths, &read.options(), interrupt);
        let mut notes = read.defaults.notes.clone();
        notes.append(&mut located.notes);
        Ok(Inputs::Files {
            locations: located.all()?,
            notes,
        })
    }

    /// The files that are read.
    pub(super) fn files(&self) -> Vec<PathBuf> {
        match self {
            Inputs::Store(path) => vec![path.clone()],
            Inputs::Files { locations, .. } => {
                let files = locations.iter().map(Location::file);
                files.map(Path::to_path_buf).collect()
            }
        }
    }

    /// The names of the columns that the pageviews carry.
    pub(super) fn carried(&self, read: &ReadArgs) -> Result<Vec<String>> {
        match self {
            Inputs::Store(path) => {
                let store = Store::open(path, Access::Read)?;
                let kept = store.carried_names()?;
                let asked = read.carried();
                let is_lacking =
                    |asked: &&CarriedPart| !kept.iter().any(|kept| asked.is_called(kept));
                match asked.iter().find(is_lacking) {
                    None => Ok(kept),
                    Some(asked) => Err(lacks_carried(path, &asked.name, &kept)),
                }
            }
            Inputs::Files { .. } => {
                let carried = read.carried().into_iter();
                Ok(carried.map(|carried| carried.name).collect())
            }
        }
    }

    /// The pageviews in memory, and the gap that the store keeps; says how files were understood.
    pub(super) fn open(
        &self,
        read: &ReadArgs,
        reporter: &mut Reporter,
    ) -> Result<(Arc<Dataset>, Gap)> {
        let (dataset, gap) = match self {
            Inputs::Store(path) => {
                let store = Store::open_heeding(path, Access::Read, reporter.interrupt())?;
                let gap = store.gap()?;
                let dataset = store.dataset(&mut |progress| reporter.observe(progress))?;
                reporter.clear();
                if let Some(sample) = dataset.coverage.sample {
                    report::say(&format!("{}: note: {}", path.display(), sample.sentence()));
                }
                (dataset, gap)
            }
            Inputs::Files { locations, notes } => {
                notes.iter().for_each(|note| report::say(note));
                (read_files(locations, read, reporter)?, read.defaults.gap)
            }
        };
        reporter.clear();
        Ok((Arc::new(dataset), gap))
    }
}

/// The error for a store whose pageviews do not carry a column.
fn lacks_carried(store: &Path, name: &str, kept: &[String]) -> Error {
    let carry = match kept {
        [] => "carry nothing".to_owned(),
        kept => format!("carry {}", kept.join(", ")),
    };
    let meant = nearest(name, kept.iter().map(String::as_str));
    let meant = meant.map(|meant| format!(" (did you mean {meant}?)"));
    Error::Usage(format!(
        "--carry {name}{}: the pageviews of {} {carry}; what is carried is chosen when they are loaded into a new \
         store: dwell load --carry {name}",
        meant.unwrap_or_default(),
        store.display()
    ))
}

/// Reads files into memory, one after the other. One that holds nothing new is skipped.
fn read_files(locations: &[Location], read: &ReadArgs, reporter: &mut Reporter) -> Result<Dataset> {
    let options = carrying_of_any(&read.options(), locations, &reporter.interrupt())?;
    let total_bytes = locations.iter().map(Location::size).sum();
    let mut loading =
        Loading::new(Spill::to(env::temp_dir()), total_bytes).taking_again(read.rows.again);
    let mut skipped = None;
    for location in locations {
        let interrupt = reporter.interrupt();
        let report = open(location, &options, &interrupt).and_then(|mut input| {
            let table = open_table(&mut input, &options, &interrupt)?;
            let mut observer = |progress| reporter.observe(progress);
            loading.read(&mut input, table, &options, read.rows.strict, &mut observer)
        });
        match report {
            Ok(report) => reporter.say_read(&report),
            Err(error) if error.is_no_loss(locations.len()) => {
                reporter.say_skipped(&error);
                skipped = Some(error);
            }
            Err(error) => return Err(error),
        }
    }
    if !loading.has_read() {
        let names = locations.iter().map(Location::name);
        return Err(nothing_read(names, skipped));
    }
    let dataset = loading.finish(&mut |progress| reporter.observe(progress))?;
    reporter.clear();
    if let Some(words) = report::duplicates_said(duplicates(&dataset).len() as u64, "kept") {
        report::say(&words);
    }
    let doubts = doubts(&dataset, options.times.zone).into_iter();
    reporter.warn(doubts.map(|doubt| doubt.sentence));
    reporter.say_warnings();
    Ok(dataset)
}

/// Opens an input.
pub(super) fn open(
    location: &Location,
    options: &ReadOptions,
    interrupt: &Interrupt,
) -> Result<Input> {
    if location.path() == Some(Path::new("-")) && io::stdin().is_terminal() {
        return Err(Error::Usage(
            "standard input is a terminal: pipe pageviews into dwell, or name a file".into(),
        ));
    }
    if options.table.is_none()
        && let Some(path) = location.path().filter(|path| path.is_file())
    {
        refuse_database(path)?;
    }
    location.open(options, interrupt)
}

/// Loads an input into a store.
pub(super) fn load(
    store: &mut Store,
    location: &Location,
    options: &LoadOptions,
    reporter: &mut Reporter,
) -> Result<LoadReport> {
    store.refuse_itself(location.file())?;
    let mut input = open(location, &options.read, &reporter.interrupt())?;
    let mut observer = |progress| reporter.observe(progress);
    store.load(&mut input, options, &mut observer)
}

/// Files that are named in a message.
const MOST_NAMED: usize = 5;

/// The error of inputs of which none has pageviews; `skipped` is that of the last.
pub(super) fn nothing_read<'n>(
    names: impl Iterator<Item = &'n str>,
    skipped: Option<Error>,
) -> Error {
    if let Some(error @ Error::ErrorLog { .. }) = skipped {
        return error;
    }
    let names: Vec<&str> = names.collect();
    let mut shown = names[..names.len().min(MOST_NAMED)].join(", ");
    if names.len() > MOST_NAMED {
        shown += &format!(", … ({} in all)", names.len());
    }
    Error::Empty { input: shown }
}

/// What a load is asked to do, now.
pub(super) fn load_options(read: &ReadArgs) -> LoadOptions {
    LoadOptions {
        read: read.options(),
        strict: read.rows.strict,
        again: read.rows.again,
        dedupe: false,
        loaded_at: Timestamp::clamped(Utc::now().timestamp_micros()),
        rows_a_slab: Spill::usual_rows(),
    }
}
