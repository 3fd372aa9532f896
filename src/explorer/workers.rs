//! The workers: everything that takes long, off the thread that draws. Explorer floor.
//!
//! Each job has a thread and an interrupt of its own. It works on what it was given and answers under its
//! name, so that jobs neither wait for one another nor meddle with one another.

use std::panic;
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::mpsc::Sender;
use std::thread;
use std::thread::JoinHandle;
use std::time::Duration;
use std::time::Instant;

use chrono::Utc;

use crate::answers::browse::background::Background;
use crate::answers::browse::counts::CountRequest;
use crate::answers::browse::counts::Counts;
use crate::answers::browse::search::ListSearch;
use crate::answers::export;
use crate::answers::export::write_table;
use crate::app::Answer;
use crate::app::JobId;
use crate::app::Work;
use crate::engine::cut::Cut;
use crate::engine::dataset::Dataset;
use crate::engine::every_gap::EveryGap;
use crate::explorer::events::Event;
use crate::explorer::load::Opening;
use crate::explorer::load::Subject;
use crate::explorer::paths::typed_path;
use crate::explorer::paths::whole_path;
use crate::explorer::tracker::Tracker;
use crate::explorer::watch::StoreWatch;
use crate::load::LoadedInputs;
use crate::output::Output;
use crate::source::NamedColumns;
use crate::store::Access;
use crate::store::Store;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::gap::Gap;
use crate::words::interrupt::Interrupt;
use crate::words::progress::Observe;
use crate::words::progress::Progress;
use crate::words::progress::Stage;
use crate::words::timestamp::Timestamp;

/// The threads that carry work out.
pub(super) struct Workers {
    subject: Arc<Subject>,
    events: Sender<Event>,
    running: Vec<Worker>,
    watching: Option<Sender<()>>,
}

struct Worker {
    job: JobId,
    interrupt: Interrupt,
    is_following: bool,
    thread: JoinHandle<()>,
}

impl Workers {
    /// Workers without work, who watch the store if it is one.
    pub(super) fn new(name: String, opening: Opening, events: Sender<Event>) -> Workers {
        let watch = StoreWatch::default();
        let watching = match &opening {
            Opening::Store(path) => Some(watch.begin(path.clone(), events.clone())),
            _ => None,
        };
        Workers {
            subject: Arc::new(Subject {
                name,
                opening,
                watch,
                following: Mutex::default(),
            }),
            events,
            running: Vec::new(),
            watching,
        }
    }

    /// Begins a job, beside those that run.
    pub(super) fn begin(&mut self, job: JobId, work: Work) {
        if let Work::Study {
            instead_of: Some(needless),
            ..
        }
        | Work::Search {
            instead_of: Some(needless),
            ..
        } = work
        {
            self.cancel(needless);
        }
        if let Work::Load { .. } = work {
            let following = self.running.iter().filter(|worker| worker.is_following);
            following.for_each(|worker| worker.interrupt.request());
        }
        self.running.retain(|worker| !worker.thread.is_finished());
        let is_following = matches!(work, Work::Follow { .. });
        let interrupt = Interrupt::default();
        let tracker = || Tracker::new(job, interrupt.clone(), self.events.clone());
        let desk = Desk {
            subject: Arc::clone(&self.subject),
            tracker: tracker(),
        };
        let carry_out = move || desk.carry_out(work);
        match thread::Builder::new().spawn(carry_out) {
            Ok(thread) => {
                let interrupt = interrupt.clone();
                self.running.push(Worker {
                    job,
                    interrupt,
                    is_following,
                    thread,
                });
            }
            Err(error) => {
                let error = Error::io("start", "a thread")(error);
                tracker().tell(Answer::Failed(error));
            }
        }
    }

    /// Asks a job to stop. One that has ended meanwhile has said so already.
    pub(super) fn cancel(&self, job: JobId) {
        if let Some(worker) = self.running.iter().find(|worker| worker.job == job) {
            worker.interrupt.request();
        }
    }

    /// Stops all jobs and waits until nothing temporary is left of them, but not for ever.
    fn stop(&mut self) {
        const PATIENCE: Duration = Duration::from_secs(2);
        self.watching = None;
        let began = Instant::now();
        for worker in &self.running {
            worker.interrupt.request();
        }
        while began.elapsed() < PATIENCE
            && self
                .running
                .iter()
                .any(|worker| !worker.thread.is_finished())
        {
            thread::sleep(Duration::from_millis(2));
        }
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Where one job is carried out.
struct Desk {
    subject: Arc<Subject>,
    tracker: Tracker,
}

impl Desk {
    fn carry_out(mut self, work: Work) {
        let done = panic::catch_unwind(AssertUnwindSafe(|| self.answer(work)));
        let answer = match done {
            Ok(Ok(answer)) => answer,
            Ok(Err(Error::Interrupted)) => Answer::Cancelled,
            Ok(Err(error)) => Answer::Failed(error),
            Err(_) => Answer::Failed(Error::Defect),
        };
        self.tracker.tell(answer);
    }

    fn answer(&mut self, work: Work) -> Result<Answer> {
        self.tracker.interrupt.check()?;
        match work {
            Work::Load {
                shows_parts,
                columns,
            } => {
                let tracker = &mut self.tracker;
                self.subject.load(shows_parts, columns.as_ref(), tracker)
            }
            Work::Follow { in_use } => self.subject.follow(in_use, &self.tracker),
            Work::Inspect { columns } => {
                let interrupt = &self.tracker.interrupt;
                self.subject.inspect(columns.as_ref(), interrupt)
            }
            Work::Try { first, columns } => self.subject.try_columns(&first, &columns),
            Work::Save(gap) => self.save(gap),
            Work::Keep { inputs, gap, path } => self.keep(&inputs, gap, path),
            Work::Rejects { path, columns } => self.rejects(path, columns.as_ref()),
            Work::Export {
                dataset,
                request,
                gap,
                path,
                overwrite,
            } => self.export(path, overwrite, |output, target, observe| {
                export::write(&Cut::new(dataset, gap), &request, output, target, observe)
            }),
            Work::ExportTable {
                dataset,
                table,
                format,
                gap,
                path,
                overwrite,
            } => self.export(path, overwrite, |output, target, observe| {
                let table = table.make(&Cut::new(Arc::clone(&dataset), gap));
                write_table(&table, dataset.pages(), format, output, target, observe)
            }),
            Work::Search { search, .. } => self.search(search),
            Work::Study {
                dataset,
                gaps,
                in_use,
                ..
            } => {
                let interrupt = self.tracker.interrupt.clone();
                let keep_going = || interrupt.check().is_ok();
                let every_gap = EveryGap::of(&dataset, &keep_going).ok_or(Error::Interrupted)?;
                let measured = Answer::Measured(Arc::clone(&dataset), Arc::new(every_gap));
                self.tracker.tell(measured);
                let background = Background::of(&dataset, &gaps, in_use, &keep_going);
                let background = background.ok_or(Error::Interrupted)?;
                Ok(Answer::Studied(dataset, Arc::new(background)))
            }
            Work::Count {
                dataset,
                gap,
                request,
            } => self.count(dataset, gap, request),
        }
    }

    fn count(&self, dataset: Arc<Dataset>, gap: Gap, request: CountRequest) -> Result<Answer> {
        let interrupt = &self.tracker.interrupt;
        let keep_going = || interrupt.check().is_ok();
        let cut = Cut::new(Arc::clone(&dataset), gap);
        let counts = Counts::of(&cut, request, &keep_going).ok_or(Error::Interrupted)?;
        Ok(Answer::Counted(dataset, gap, Box::new(counts)))
    }

    fn search(&mut self, search: ListSearch) -> Result<Answer> {
        let interrupt = self.tracker.interrupt.clone();
        let total = search.n_users() as u64;
        // Users looked at and rows found so far, and who tells of them.
        let so_far = Mutex::new((0, 0, &mut self.tracker));
        let found = search.run(&|n_users, n_rows| {
            let mut so_far = so_far.lock().unwrap_or_else(PoisonError::into_inner);
            so_far.0 += n_users as u64;
            so_far.1 += n_rows as u64;
            let progress = Progress {
                pageviews: so_far.1,
                ..Progress::of(Stage::Scan, so_far.0, total)
            };
            so_far.2.observe(progress).is_ok()
        });
        interrupt.check()?;
        Ok(Answer::Found(Box::new(found)))
    }

    fn save(&mut self, gap: Gap) -> Result<Answer> {
        let Subject {
            name,
            opening: Opening::Store(path),
            watch,
            ..
        } = &*self.subject
        else {
            return Err(Error::Usage("only a store keeps a gap".into()));
        };
        self.tracker.turn_to(name);
        watch.while_writing(gap, || {
            let interrupt = self.tracker.interrupt.clone();
            let mut store = Store::open_heeding(path, Access::Write, interrupt)?;
            store.rebuild(gap, &mut |progress| self.tracker.observe(progress))
        })?;
        Ok(Answer::Saved(gap))
    }

    fn keep(&mut self, inputs: &LoadedInputs, gap: Gap, path: String) -> Result<Answer> {
        self.tracker.turn_to(&path);
        let interrupt = self.tracker.interrupt.clone();
        let mut observe = |progress| self.tracker.observe(progress);
        let now = Timestamp::clamped(Utc::now().timestamp_micros());
        let target = typed_path(&path);
        Store::keep_inputs(&target, inputs, gap, now, interrupt, &mut observe)?;
        let pageviews = inputs.dataset.n_rows() as u64;
        let path = whole_path(&target);
        Ok(Answer::Kept { path, pageviews })
    }

    fn rejects(&mut self, path: String, columns: Option<&NamedColumns>) -> Result<Answer> {
        let target = typed_path(&path);
        let mut output = Output::file(&target, false, &self.subject.opening.paths())?;
        let rows = (self.subject).write_rejects(columns, &mut output, &mut self.tracker)?;
        self.tracker.interrupt.check()?;
        let bytes = output.finish()?;
        let path = whole_path(&target);
        Ok(Answer::Exported { path, rows, bytes })
    }

    fn export(
        &mut self,
        path: String,
        overwrite: bool,
        write: impl FnOnce(&mut Output, &Path, Observe<'_>) -> Result<u64>,
    ) -> Result<Answer> {
        let target = typed_path(&path);
        let inputs = self.subject.opening.paths();
        let mut output = Output::file(&target, overwrite, &inputs)?;
        self.tracker.turn_to(&path);
        let mut observe = |progress| self.tracker.observe(progress);
        let rows = write(&mut output, &target, &mut observe)?;
        // The last moment at which nothing is to be seen of it.
        self.tracker.interrupt.check()?;
        let bytes = output.finish()?;
        let path = whole_path(&target);
        Ok(Answer::Exported { path, rows, bytes })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::sync::mpsc::Receiver;

    use chrono_tz::Tz;

    use super::*;
    use crate::answers::export::ExportRequest;
    use crate::answers::export::ExportRows;
    use crate::answers::export::Format;
    use crate::answers::export::Selection;
    use crate::app::Action;
    use crate::app::JobKind;
    use crate::app::Jobs;
    use crate::engine::dataset::Dataset;

    fn on_the_sample() -> (Workers, Receiver<Event>) {
        let (events, heard) = mpsc::channel();
        let workers = Workers::new("sample.db".into(), Opening::Sample, events);
        (workers, heard)
    }

    /// What a job says in the end.
    fn last_answer(job: JobId, heard: &Receiver<Event>) -> Answer {
        loop {
            match heard.recv().unwrap() {
                Event::Action(Action::Answer(of, answer)) if of == job => match answer {
                    Answer::Progress(_) | Answer::Measured(..) => {}
                    answer => return answer,
                },
                _ => {}
            }
        }
    }

    fn load(jobs: &mut Jobs, workers: &mut Workers, heard: &Receiver<Event>) -> Arc<Dataset> {
        let job = jobs.begin(JobKind::Load, String::new());
        let work = Work::Load {
            shows_parts: false,
            columns: None,
        };
        workers.begin(job, work);
        match last_answer(job, heard) {
            Answer::Data(loaded) => Arc::clone(loaded.cut.dataset()),
            other => panic!("{other:?}"),
        }
    }

    fn export_of(dataset: &Arc<Dataset>, path: &std::path::Path) -> Work {
        Work::Export {
            dataset: Arc::clone(dataset),
            request: ExportRequest {
                rows: ExportRows::Sessions,
                format: Format::Csv,
                selection: Selection::All,
                zone: Tz::UTC,
            },
            gap: Gap::DEFAULT,
            path: path.to_string_lossy().into_owned(),
            overwrite: false,
        }
    }

    #[test]
    fn an_export_that_is_cancelled_before_it_begins_leaves_no_file() {
        let (mut workers, heard) = on_the_sample();
        let mut jobs = Jobs::default();
        let dataset = load(&mut jobs, &mut workers, &heard);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sessions.csv");
        let job = jobs.begin(JobKind::Export, String::new());
        let interrupt = Interrupt::default();
        interrupt.request();
        let desk = Desk {
            subject: Arc::clone(&workers.subject),
            tracker: Tracker::new(job, interrupt, workers.events.clone()),
        };
        desk.carry_out(export_of(&dataset, &path));
        assert!(matches!(last_answer(job, &heard), Answer::Cancelled));
        assert_eq!(folder.path().read_dir().unwrap().count(), 0);
    }

    fn begin_study(jobs: &mut Jobs, workers: &mut Workers, dataset: &Arc<Dataset>) -> JobId {
        let study = jobs.begin(JobKind::Study, String::new());
        let work = Work::Study {
            dataset: Arc::clone(dataset),
            gaps: vec![Gap::DEFAULT],
            in_use: Gap::DEFAULT,
            instead_of: None,
        };
        workers.begin(study, work);
        study
    }

    #[test]
    fn cancelling_a_job_leaves_the_others_at_work() {
        let (mut workers, heard) = on_the_sample();
        let mut jobs = Jobs::default();
        let dataset = load(&mut jobs, &mut workers, &heard);
        let study = begin_study(&mut jobs, &mut workers, &dataset);
        let export = jobs.begin(JobKind::Export, String::new());
        let folder = tempfile::tempdir().unwrap();
        workers.begin(export, export_of(&dataset, &folder.path().join("a.csv")));
        workers.cancel(export);
        match last_answer(study, &heard) {
            Answer::Studied(about, _) => assert!(Arc::ptr_eq(&about, &dataset)),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_study_tells_the_figures_at_every_gap_first() {
        let (mut workers, heard) = on_the_sample();
        let mut jobs = Jobs::default();
        let dataset = load(&mut jobs, &mut workers, &heard);
        let study = begin_study(&mut jobs, &mut workers, &dataset);
        match heard.recv().unwrap() {
            Event::Action(Action::Answer(job, Answer::Measured(about, every_gap))) => {
                assert!(job == study && Arc::ptr_eq(&about, &dataset));
                let cut = Cut::new(dataset, Gap::DEFAULT);
                assert_eq!(every_gap.at(Gap::DEFAULT).as_ref(), Some(cut.summary()));
            }
            _ => panic!("something else came first"),
        }
        assert!(matches!(last_answer(study, &heard), Answer::Studied(..)));
    }

    #[test]
    fn an_export_is_of_the_pageviews_it_was_given_whatever_was_loaded_since() {
        let (mut workers, heard) = on_the_sample();
        let mut jobs = Jobs::default();
        load(&mut jobs, &mut workers, &heard);
        let other = Arc::default();
        let job = jobs.begin(JobKind::Export, String::new());
        let folder = tempfile::tempdir().unwrap();
        workers.begin(job, export_of(&other, &folder.path().join("a.csv")));
        let answer = last_answer(job, &heard);
        assert!(
            matches!(answer, Answer::Exported { rows: 0, .. }),
            "{answer:?}"
        );
    }
}
