//! From what the explorer was opened on to a dataset. Explorer floor.

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::slice;
use std::sync::Arc;

use crate::answers::pauses_file::read_pauses;
use crate::app::Answer;
use crate::app::Loaded;
use crate::engine::dataset::Dataset;
use crate::engine::dictionary::Dictionary;
use crate::engine::order::Arrival;
use crate::explorer::tracker::Tracker;
use crate::explorer::watch::Watch;
use crate::source::Input;
use crate::store::Access;
use crate::store::LoadOptions;
use crate::store::LoadReport;
use crate::store::Observer;
use crate::store::Store;
use crate::words::coverage::Coverage;
use crate::words::coverage::Extent;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::progress::Progress;
use crate::words::progress::Stage;

/// The store that an installed dwell carries along.
const SAMPLE: &[u8] = include_bytes!("../../sample.db");

/// What is loaded so far is shown up to this many pageviews; beyond, ordering it again costs too much.
const MAX_SEEN_EARLY: usize = 2_000_000;

/// What the explorer is opened on.
#[derive(Clone, Debug)]
pub enum Opening {
    /// The bundled sample.
    Sample,
    /// A store.
    Store(PathBuf),
    /// Files of pageviews, by way of a temporary store.
    Files {
        /// The files; `-` is standard input.
        paths: Vec<PathBuf>,
        /// How they are read.
        options: Box<LoadOptions>,
    },
    /// Pauses that an engine counted.
    Pauses(PathBuf),
}

impl Opening {
    /// The files that are read.
    pub(super) fn paths(&self) -> &[PathBuf] {
        match self {
            Opening::Sample => &[],
            Opening::Store(path) | Opening::Pauses(path) => slice::from_ref(path),
            Opening::Files { paths, .. } => paths,
        }
    }
}

/// What the explorer was opened on, and what is known of it.
pub(super) struct Subject {
    pub(super) name: String,
    pub(super) opening: Opening,
    pub(super) watch: Watch,
}

impl Subject {
    /// Loads all of it. With `shows_parts` the tracker tells of what is loaded so far, too.
    pub(super) fn load(&self, shows_parts: bool, tracker: &mut Tracker) -> Result<Loaded> {
        let interrupt = || tracker.interrupt.clone();
        let dataset = match &self.opening {
            Opening::Sample => {
                let store = Store::temporary_copy(SAMPLE)?.heeding(interrupt())?;
                self.scan(&store, tracker)?
            }
            Opening::Store(path) => {
                let store = Store::open(path, Access::Read)?.heeding(interrupt())?;
                // Before the pageviews are read, so that a load that comes meanwhile is noticed.
                self.watch.remember(path, &store)?;
                self.scan(&store, tracker)?
            }
            Opening::Pauses(path) => return pauses(path),
            Opening::Files { paths, options } => {
                let mut store = Store::temporary()?.heeding(interrupt())?;
                let coverage = read(paths, options, &mut store, shows_parts, tracker)?;
                let mut dataset = self.scan(&store, tracker)?;
                dataset.coverage = coverage;
                dataset
            }
        };
        Ok(Loaded::pageviews(Arc::new(dataset)))
    }

    /// The pageviews of a store.
    fn scan(&self, store: &Store, tracker: &mut Tracker) -> Result<Dataset> {
        tracker.turn_to(&self.name);
        let mut dataset = store.dataset(&mut |progress| tracker.observe(progress))?;
        dataset.coverage = store.coverage()?;
        Ok(dataset)
    }
}

/// Reads files into a store, one after the other; returns what was covered. What is known already, or empty beside
/// others, is skipped.
fn read(
    paths: &[PathBuf],
    options: &LoadOptions,
    store: &mut Store,
    shows_parts: bool,
    tracker: &mut Tracker,
) -> Result<Coverage> {
    let mut coverage = Coverage::default();
    let mut skipped = None;
    let mut reader = Reader {
        of: paths.iter().map(|path| size_of(path)).sum(),
        read_before: 0,
        read_bytes: 0,
        rejects: 0,
        shows_parts,
        tracker,
    };
    for path in paths {
        let mut input = Input::open(path)?.heeding(reader.tracker.interrupt.clone());
        reader.tracker.turn_to(input.name());
        match store.load(&mut input, options, &mut reader) {
            Ok(report) => add(report, &mut coverage),
            Err(error) if error.is_no_loss(paths.len()) => {
                coverage.notes.push(format!("{error}: skipped"));
                skipped = Some(error);
                continue;
            }
            Err(error) => return Err(error),
        }
        // Later files alone would show less than there is already.
        reader.shows_parts = false;
        reader.read_before += input.bytes_read();
    }
    match skipped {
        Some(error) if store.is_new()? => Err(error),
        _ => Ok(coverage),
    }
}

/// Adds what a load that ran to its end covered.
fn add(report: LoadReport, coverage: &mut Coverage) {
    let understood = report.understood;
    coverage.rejects += report.rejects;
    coverage.first_rejects.extend(report.first_rejects);
    coverage.notes.push(understood.to_string());
    coverage.notes.extend(understood.notes);
    coverage.warnings.extend(understood.warnings);
    coverage.left_out.extend(understood.left_out);
}

/// How many bytes a file has; `None` for what is no plain file.
fn size_of(path: &Path) -> Option<u64> {
    let metadata = fs::metadata(path).ok()?;
    metadata.is_file().then_some(metadata.len())
}

/// Pauses without pageviews.
fn pauses(path: &Path) -> Result<Loaded> {
    let mut file = fs::File::open(path).map_err(Error::io("read", path))?;
    let pauses = read_pauses(&path.to_string_lossy(), &mut file)?;
    Ok(Loaded::pauses(pauses))
}

/// Watches files being read, one after the other.
struct Reader<'a> {
    /// Bytes of all files, where that is known.
    of: Option<u64>,
    /// Bytes of the files before this one.
    read_before: u64,
    /// Bytes and rejects of this one.
    read_bytes: u64,
    rejects: u64,
    shows_parts: bool,
    tracker: &'a mut Tracker,
}

impl Observer for Reader<'_> {
    fn progress(&mut self, progress: Progress) -> Result<()> {
        if progress.stage == Stage::Read {
            (self.read_bytes, self.rejects) = (progress.done, progress.rejects);
        }
        self.tracker.observe(progress)
    }

    fn so_far(&mut self, users: &Dictionary, pages: &Dictionary, arrivals: &[Arrival]) {
        if !self.shows_parts || arrivals.len() > MAX_SEEN_EARLY {
            return;
        }
        let extent = Extent::Partial {
            read_bytes: self.read_before + self.read_bytes,
            of: self.of,
        };
        let mut part = Dataset::from_arrivals(users, pages.clone(), arrivals);
        part.coverage.extent = extent;
        part.coverage.rejects = self.rejects;
        let part = Loaded::pageviews(Arc::new(part));
        self.tracker.tell(Answer::Data(Box::new(part)));
    }
}
