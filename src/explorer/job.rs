//! The worker: everything that takes long, off the thread that draws. Explorer floor.
//!
//! One order after another. Each is answered with an action, and can be interrupted.

use std::fs;
use std::panic;
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc;
use std::sync::mpsc::RecvTimeoutError;
use std::sync::mpsc::Sender;
use std::thread;
use std::thread::JoinHandle;
use std::time::Duration;
use std::time::Instant;
use std::time::SystemTime;

use crate::answers::browse::background::Background;
use crate::answers::export;
use crate::answers::export::Request;
use crate::answers::pauses_file::read_pauses;
use crate::app::Action;
use crate::app::Effect;
use crate::app::Job;
use crate::app::Loaded;
use crate::app::Unit;
use crate::engine::cut::Cut;
use crate::engine::dataset::Dataset;
use crate::engine::dictionary::Dictionary;
use crate::engine::order::Arrival;
use crate::explorer::events::Event;
use crate::output::Output;
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
use crate::words::gap::Gap;
use crate::words::interrupt::Interrupt;
use crate::words::progress::Progress;
use crate::words::progress::Stage;

/// The store that an installed dwell carries along.
const SAMPLE: &[u8] = include_bytes!("../../sample.db");

/// How often an idle worker looks whether the store has changed underneath.
const BETWEEN_LOOKS: Duration = Duration::from_secs(1);

/// No more than ten reports of progress a second: each costs a frame.
const BETWEEN_REPORTS: Duration = Duration::from_millis(100);

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

/// A thread that carries out effects.
pub(super) struct Worker {
    orders: Option<Sender<Effect>>,
    interrupt: Interrupt,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts the thread, which loads first of all.
    pub(super) fn spawn(name: String, opening: Opening, events: Sender<Event>) -> Worker {
        let (orders, received) = mpsc::channel();
        let interrupt = Interrupt::default();
        let mut bench = Bench {
            name,
            opening,
            store: None,
            dataset: None,
            seen: None,
            events,
            interrupt: interrupt.clone(),
        };
        let thread = thread::spawn(move || {
            bench.carry_out(Effect::Reload);
            loop {
                match received.recv_timeout(BETWEEN_LOOKS) {
                    Ok(order) => {
                        bench.interrupt.reset();
                        bench.carry_out(order);
                    }
                    Err(RecvTimeoutError::Timeout) => bench.look(),
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
        });
        Worker {
            orders: Some(orders),
            interrupt,
            thread: Some(thread),
        }
    }

    /// Gives an order, or takes the one that is being carried out back.
    pub(super) fn take(&self, effect: Effect) {
        match (effect, &self.orders) {
            (Effect::Cancel, _) => self.interrupt.request(),
            (order, Some(orders)) => drop(orders.send(order)),
            (_, None) => {}
        }
    }

    /// Stops what is being done and waits until a temporary store is removed, but not for ever.
    fn stop(&mut self) {
        const PATIENCE: Duration = Duration::from_secs(2);
        self.orders = None;
        let began = Instant::now();
        if let Some(thread) = self.thread.take() {
            while !thread.is_finished() && began.elapsed() < PATIENCE {
                // Again and again, since an order that was still waiting takes it back as it begins.
                self.interrupt.request();
                thread::sleep(Duration::from_millis(2));
            }
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.stop();
    }
}

/// What the worker works on.
struct Bench {
    name: String,
    opening: Opening,
    /// The temporary store. One of the person's own is not kept open, so that nothing lies beside it.
    store: Option<Store>,
    dataset: Option<Arc<Dataset>>,
    /// What the person's store was when it was read or written to last.
    seen: Option<Seen>,
    events: Sender<Event>,
    interrupt: Interrupt,
}

/// What tells that someone else has changed a store.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    /// Times and sizes of its files: a cheap sign that it is worth looking into it.
    files: Vec<Option<(SystemTime, u64)>>,
    /// How many loads, and the gap of its sessions.
    revision: (u64, Gap),
}

impl Seen {
    fn files(path: &Path) -> Vec<Option<(SystemTime, u64)>> {
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        let stamp = |path: &Path| {
            fs::metadata(path)
                .and_then(|m| Ok((m.modified()?, m.len())))
                .ok()
        };
        vec![stamp(path), stamp(Path::new(&log))]
    }

    fn of(path: &Path, store: &Store) -> Result<Seen> {
        Ok(Seen {
            files: Seen::files(path),
            revision: (store.n_loads()?, store.gap()?),
        })
    }
}

impl Bench {
    /// Says so when the person's store is not what it was. What cannot be read now is looked at again later.
    fn look(&mut self) {
        let (Opening::Store(path), Some(seen)) = (&self.opening, &self.seen) else {
            return;
        };
        if Seen::files(path) == seen.files {
            return;
        }
        let now = Store::open(path, Access::Read).and_then(|store| Seen::of(path, &store));
        let Ok(now) = now else { return };
        let is_changed = now.revision != seen.revision;
        self.seen = Some(now);
        if is_changed {
            self.tell(Action::StoreChanged);
        }
    }

    fn carry_out(&mut self, order: Effect) {
        let job = match order {
            Effect::Export { .. } => Job::Export,
            Effect::Save(_) => Job::Save,
            _ => Job::Load,
        };
        let done = panic::catch_unwind(AssertUnwindSafe(|| match order {
            Effect::Reload => self.load().map(Some),
            Effect::Save(gap) => self.save(gap).map(Some),
            Effect::Export {
                request,
                gap,
                path,
                overwrite,
            } => self.export(&request, gap, path, overwrite).map(Some),
            Effect::Study {
                dataset,
                gaps,
                in_use,
            } => {
                let keep_going = || self.interrupt.check().is_ok();
                let background = Background::of(&dataset, &gaps, in_use, &keep_going);
                Ok(background.map(|background| Action::Studied(Arc::new(background))))
            }
            _ => Ok(None),
        }));
        let action = match done {
            Ok(Ok(action)) => action,
            Ok(Err(Error::Interrupted)) => Some(Action::Cancelled(job)),
            Ok(Err(Error::Exists { path })) => {
                Some(Action::ExportExists(path.to_string_lossy().into_owned()))
            }
            Ok(Err(error)) => Some(Action::Failed(error.to_string())),
            Err(_) => Some(Action::Failed(
                "dwell made a mistake of its own: please report what you did".into(),
            )),
        };
        if let Some(action) = action {
            self.tell(action);
        }
    }

    fn tell(&self, action: Action) {
        // When nobody listens any more the explorer is being left.
        let _ = self.events.send(Event::Action(action));
    }

    fn load(&mut self) -> Result<Action> {
        self.store = None;
        let mut reports: Vec<LoadReport> = Vec::new();
        let store = match self.opening.clone() {
            Opening::Sample => Store::temporary_copy(SAMPLE)?,
            Opening::Store(path) => Store::open(&path, Access::Read)?,
            Opening::Pauses(path) => return load_pauses(&path),
            Opening::Files { paths, options } => {
                let mut store = Store::temporary()?.heeding(self.interrupt.clone())?;
                for path in &paths {
                    reports.push(self.load_file(&mut store, path, &options)?);
                }
                store
            }
        }
        .heeding(self.interrupt.clone())?;
        // Before the pageviews are read, so that a load that comes meanwhile is noticed.
        self.seen = match &self.opening {
            Opening::Store(path) => Some(Seen::of(path, &store)?),
            _ => None,
        };
        let mut tracker = self.tracker(Job::Load, self.name.clone());
        let mut dataset = store.dataset(&mut |progress| tracker.observe(progress))?;
        dataset.coverage = coverage(reports);
        let dataset = Arc::new(dataset);
        self.store = Some(store).filter(|_| !matches!(self.opening, Opening::Store(_)));
        self.dataset = Some(Arc::clone(&dataset));
        Ok(Action::Data(Box::new(Loaded::pageviews(dataset))))
    }

    fn load_file(
        &self,
        store: &mut Store,
        path: &Path,
        options: &LoadOptions,
    ) -> Result<LoadReport> {
        let mut input = Input::open(path)?.heeding(self.interrupt.clone());
        let mut tracker = self.tracker(Job::Load, input.name().to_owned());
        // Only of the first file: later ones would show less than there is already.
        tracker.shows_early = store.is_new()?;
        store.load(&mut input, options, &mut tracker)
    }

    fn save(&mut self, gap: Gap) -> Result<Action> {
        let mut tracker = self.tracker(Job::Save, self.name.clone());
        let mut observe = |progress| tracker.observe(progress);
        if let Opening::Store(path) = &self.opening {
            Store::open(path, Access::Write)?
                .heeding(self.interrupt.clone())?
                .rebuild(gap, &mut observe)?;
            if let Some(seen) = &mut self.seen {
                // Our own change is known; whether there was another, the next look tells.
                seen.revision.1 = gap;
                seen.files.clear();
            }
        } else if let Some(store) = &mut self.store {
            store.rebuild(gap, &mut observe)?;
        }
        Ok(Action::Saved(gap))
    }

    fn export(
        &mut self,
        request: &Request,
        gap: Gap,
        path: String,
        overwrite: bool,
    ) -> Result<Action> {
        let Some(dataset) = self.dataset.clone() else {
            return Err(Error::Usage("nothing has been loaded to export".into()));
        };
        let inputs = match &self.opening {
            Opening::Sample => Vec::new(),
            Opening::Store(path) | Opening::Pauses(path) => vec![path.clone()],
            Opening::Files { paths, .. } => paths.clone(),
        };
        let target = PathBuf::from(&path);
        let mut output = Output::file(&target, overwrite, &inputs)?;
        let mut tracker = self.tracker(Job::Export, path.clone());
        let mut observe = |progress| tracker.observe(progress);
        let cut = Cut::new(dataset, gap);
        let rows = export::write(&cut, request, &mut output, &target, &mut observe)?;
        let bytes = output.finish()?;
        Ok(Action::Exported { path, rows, bytes })
    }

    fn tracker(&self, job: Job, what: String) -> Tracker {
        Tracker {
            job,
            what,
            began: Instant::now(),
            told: None,
            shows_early: false,
            extent: Extent::Whole,
            events: self.events.clone(),
            interrupt: self.interrupt.clone(),
        }
    }
}

/// Pauses without pageviews.
fn load_pauses(path: &Path) -> Result<Action> {
    let mut file = fs::File::open(path).map_err(Error::io("read", path))?;
    let pauses = read_pauses(&path.to_string_lossy(), &mut file)?;
    Ok(Action::Data(Box::new(Loaded::pauses(pauses))))
}

/// What loads that ran to their end covered.
fn coverage(reports: Vec<LoadReport>) -> Coverage {
    let mut coverage = Coverage::default();
    for report in reports {
        coverage.rejects += report.rejects;
        coverage.first_rejects.extend(report.first_rejects);
        coverage.notes.push(report.understood.to_string());
        coverage.notes.extend(report.understood.notes);
    }
    coverage
}

/// Passes the progress of a job on to the explorer.
struct Tracker {
    job: Job,
    what: String,
    began: Instant,
    /// When progress was told last.
    told: Option<Instant>,
    shows_early: bool,
    /// How much of the input has been read.
    extent: Extent,
    events: Sender<Event>,
    interrupt: Interrupt,
}

impl Tracker {
    fn observe(&mut self, progress: Progress) -> Result<()> {
        self.interrupt.check()?;
        self.extent = Extent::Partial {
            read_bytes: progress.done,
            of: progress.total,
        };
        if self
            .told
            .is_some_and(|told| told.elapsed() < BETWEEN_REPORTS)
        {
            return Ok(());
        }
        self.told = Some(Instant::now());
        let progress = crate::app::Progress {
            job: self.job,
            what: self.what.clone(),
            unit: if progress.stage == Stage::Read {
                Unit::Bytes
            } else {
                Unit::Rows
            },
            done: progress.done,
            total: progress.total,
            rows: progress.pageviews,
            rejects: progress.rejects,
            elapsed: self.began.elapsed(),
        };
        let _ = self.events.send(Event::Action(Action::Progress(progress)));
        Ok(())
    }
}

impl Observer for Tracker {
    fn progress(&mut self, progress: Progress) -> Result<()> {
        self.observe(progress)
    }

    fn so_far(&mut self, users: &Dictionary, pages: &Dictionary, arrivals: &[Arrival]) {
        if !self.shows_early || arrivals.len() > MAX_SEEN_EARLY {
            return;
        }
        let mut dataset = Dataset::from_arrivals(users, pages.clone(), arrivals);
        dataset.coverage.extent = self.extent;
        let action = Action::Data(Box::new(Loaded::pageviews(Arc::new(dataset))));
        let _ = self.events.send(Event::Action(action));
    }
}
