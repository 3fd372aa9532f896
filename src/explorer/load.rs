//! From what the explorer was opened on to a dataset. Explorer floor.

use std::env;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use chrono_tz::Tz;

use crate::answers::pauses_file::read_pauses;
use crate::app::Answer;
use crate::app::Loaded;
use crate::engine::dataset::Dataset;
use crate::engine::guards::doubts;
use crate::explorer::follow::Following;
use crate::explorer::inspect::inspect;
use crate::explorer::rejects::write_rejects;
use crate::explorer::sample::sample;
use crate::explorer::tracker::Tracker;
use crate::explorer::watch::StoreWatch;
use crate::load::LoadedInputs;
use crate::load::Loading;
use crate::load::Observer;
use crate::load::Spill;
use crate::load::try_columns;
use crate::output::Output;
use crate::source::FirstRows;
use crate::source::Location;
use crate::source::NamedColumns;
use crate::source::ReadOptions;
use crate::source::carrying_of_any;
use crate::store::Access;
use crate::store::LoadOptions;
use crate::store::Store;
use crate::store::open_table;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::gap::Gap;
use crate::words::interrupt::Interrupt;
use crate::words::progress::Progress;

/// What is loaded so far is shown up to this many pageviews; beyond, ordering it again costs too much.
const MAX_SEEN_EARLY: u64 = 2_000_000;

/// What the explorer is opened on.
#[derive(Clone, Debug)]
pub(crate) enum Opening {
    /// The bundled sample.
    Sample,
    /// A store.
    Store(PathBuf),
    /// Files of pageviews.
    Files {
        /// Where they are.
        locations: Vec<Location>,
        /// What was passed over, a sentence each.
        notes: Vec<String>,
        /// How they are read.
        options: Box<LoadOptions>,
        /// Whether what is appended to the only one is wanted, too.
        goes_on: bool,
    },
    /// Pauses that an engine counted.
    Pauses(PathBuf),
}

impl Opening {
    /// The files that are read.
    pub(super) fn paths(&self) -> Vec<PathBuf> {
        match self {
            Opening::Sample => Vec::new(),
            Opening::Store(path) | Opening::Pauses(path) => vec![path.clone()],
            Opening::Files { locations, .. } => {
                let files = locations
                    .iter()
                    .map(|location| location.file().to_path_buf());
                files.collect()
            }
        }
    }
}

/// What the explorer was opened on, and what is known of it.
pub(super) struct Subject {
    pub(super) name: String,
    pub(super) opening: Opening,
    pub(super) watch: StoreWatch,
    /// What was read of a file or pipe that goes on, while nobody works on it.
    pub(super) following: Mutex<Option<Following>>,
}

impl Subject {
    /// Loads all of it. With `shows_parts` the tracker tells of what is loaded so far, too; what had been read when it
    /// failed or was stopped is told of in any case.
    ///
    /// Where columns cannot be told, the answer has them.
    pub(super) fn load(
        &self,
        shows_parts: bool,
        columns: Option<&NamedColumns>,
        tracker: &mut Tracker,
    ) -> Result<Answer> {
        let mut dataset = match &self.opening {
            Opening::Sample => sample(tracker)?,
            Opening::Store(path) => {
                let store = Store::open_heeding(path, Access::Read, tracker.interrupt.clone())?;
                // Before the pageviews are read, so that a load that comes meanwhile is noticed.
                self.watch.remember(path, &store)?;
                tracker.turn_to(&self.name);
                store.dataset(&mut |progress| tracker.observe(progress))?
            }
            Opening::Pauses(path) => return pauses(path).map(loaded),
            Opening::Files {
                locations,
                notes,
                options,
                goes_on,
            } => {
                let options = named(options, columns);
                let mut reader = Reader {
                    shows_parts,
                    tracker,
                    at: 0,
                };
                let read = match (&locations[..], goes_on) {
                    ([location], true) => {
                        self.begin_following(location, notes, &options, &mut reader)
                    }
                    _ => read_files(locations, notes, &options, &mut reader).map(Loaded::inputs),
                };
                let at = reader.at;
                return match read {
                    Err(error) if error.is_of_columns() => {
                        let interrupt = &tracker.interrupt;
                        match inspect(&locations[at], &roles_of(&options), interrupt) {
                            Ok(inspection) => Ok(Answer::Undecided(error, Box::new(inspection))),
                            Err(_) => Err(error),
                        }
                    }
                    read => read.map(loaded),
                };
            }
        };
        let doubts = doubts(&dataset, Tz::UTC);
        for doubt in doubts {
            dataset.coverage.warn(&doubt.mark, doubt.sentence);
        }
        Ok(loaded(Loaded::pageviews(Arc::new(dataset))))
    }

    /// Reads a file or pipe as far as it goes by now.
    fn begin_following(
        &self,
        location: &Location,
        notes: &[String],
        options: &LoadOptions,
        reader: &mut Reader<'_>,
    ) -> Result<Loaded> {
        *self.following() = None;
        reader.tracker.turn_to(location.name());
        let interrupt = reader.tracker.interrupt.clone();
        let begun = Following::begin(location, notes, options, interrupt, reader);
        let (first, following) = begun?;
        *self.following() = following;
        Ok(first)
    }

    /// Tells of what comes after that, until the job is to stop or nothing can come any more.
    pub(super) fn follow(&self, in_use: Gap, tracker: &Tracker) -> Result<Answer> {
        let following = self.following().take();
        let mut following = following.ok_or(Error::Defect)?;
        following.run(in_use, tracker).map(Answer::Ended)
    }

    fn following(&self) -> MutexGuard<'_, Option<Following>> {
        // What a panic left is whole: it is replaced in one step.
        self.following
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at the columns of its first file.
    pub(super) fn inspect(
        &self,
        columns: Option<&NamedColumns>,
        interrupt: &Interrupt,
    ) -> Result<Answer> {
        match &self.opening {
            Opening::Files {
                locations, options, ..
            } if !locations.is_empty() => {
                let options = roles_of(&named(options, columns));
                let inspection = inspect(&locations[0], &options, interrupt)?;
                Ok(Answer::Inspected(Box::new(inspection)))
            }
            _ => Err(Error::Usage("only files have columns to choose".into())),
        }
    }

    /// Writes the rows of its files that cannot be read; returns how many they are.
    pub(super) fn write_rejects(
        &self,
        columns: Option<&NamedColumns>,
        output: &mut Output,
        tracker: &mut Tracker,
    ) -> Result<u64> {
        match &self.opening {
            Opening::Files {
                locations, options, ..
            } => write_rejects(
                locations,
                &roles_of(&named(options, columns)),
                output,
                tracker,
            ),
            _ => Err(Error::Usage("only files have rejects to write".into())),
        }
    }

    /// Reads the first rows of an input with these columns.
    pub(super) fn try_columns(&self, first: &FirstRows, columns: &NamedColumns) -> Result<Answer> {
        let read = match &self.opening {
            Opening::Files { options, .. } => roles_of(options),
            _ => ReadOptions::default(),
        };
        let trial = try_columns(first, columns, &read)?;
        Ok(Answer::Tried(Box::new(trial)))
    }
}

fn loaded(loaded: Loaded) -> Answer {
    Answer::Data(Box::new(loaded))
}

/// The same options with the columns that a person chose, if one did.
fn named(options: &LoadOptions, columns: Option<&NamedColumns>) -> LoadOptions {
    let mut options = options.clone();
    if let Some(columns) = columns {
        options.read.name_columns(columns);
    }
    options
}

/// How pageviews are found, whatever they carry.
fn roles_of(options: &LoadOptions) -> ReadOptions {
    ReadOptions {
        carried: Vec::new(),
        ..options.read.clone()
    }
}

/// Reads files, one after the other.
fn read_files(
    locations: &[Location],
    notes: &[String],
    options: &LoadOptions,
    reader: &mut Reader<'_>,
) -> Result<LoadedInputs> {
    let total_bytes = locations.iter().map(Location::size).sum();
    let mut loading = Loading::new(Spill::to(env::temp_dir()), total_bytes)
        .taking_again(options.again)
        .keeping_arrival();
    notes.iter().for_each(|note| loading.note(note.clone()));
    let interrupt = reader.tracker.interrupt.clone();
    let options = &LoadOptions {
        read: carrying_of_any(&options.read, locations, &interrupt)?,
        ..options.clone()
    };
    let mut skipped = None;
    for (at, location) in locations.iter().enumerate() {
        reader.at = at;
        match read_file(location, options, &mut loading, reader) {
            Ok(()) => {}
            Err(error) if error.is_no_loss(locations.len()) => {
                loading.note(format!("{error}: skipped"));
                skipped = Some(error);
            }
            Err(error) => {
                if loading.n_rows() > 0
                    && let Ok(part) = loading.finish(&mut |_| Ok(()))
                {
                    reader.tell(part);
                }
                return Err(error);
            }
        }
    }
    if let Some(error) = skipped.filter(|_| !loading.has_read()) {
        return Err(error);
    }
    loading.finish_inputs(reader)
}

fn read_file(
    location: &Location,
    options: &LoadOptions,
    loading: &mut Loading,
    reader: &mut Reader<'_>,
) -> Result<()> {
    let interrupt = reader.tracker.interrupt.clone();
    let mut input = location.open(&options.read, &interrupt)?;
    reader.tracker.turn_to(input.name());
    let table = open_table(&mut input, &options.read, &interrupt)?;
    let read = loading.read(&mut input, table, &options.read, options.strict, reader);
    read.map(drop)
}

/// Pauses without pageviews.
fn pauses(path: &Path) -> Result<Loaded> {
    let mut file = fs::File::open(path).map_err(Error::io("read", path))?;
    let pauses = read_pauses(&path.to_string_lossy(), &mut file)?;
    Ok(Loaded::pauses(pauses))
}

/// Watches files being read, one after the other.
struct Reader<'a> {
    shows_parts: bool,
    tracker: &'a mut Tracker,
    /// Which of the files it is.
    at: usize,
}

impl Reader<'_> {
    fn tell(&self, part: Dataset) {
        let part = Loaded::pageviews(Arc::new(part));
        self.tracker.tell(Answer::Data(Box::new(part)));
    }
}

impl Observer for Reader<'_> {
    fn progress(&mut self, progress: Progress) -> Result<()> {
        self.tracker.observe(progress)
    }

    fn so_far(&mut self, loading: &Loading) {
        let is_shown = self.shows_parts && loading.n_rows() <= MAX_SEEN_EARLY;
        if let Some(part) = is_shown.then(|| loading.so_far()).flatten() {
            self.tell(part);
        }
    }
}
