//! The work that is done outside: what it is called, how far it is, what is waited for. App floor.

use std::time::Duration;

use crate::words::progress::OverallProgress;
use crate::words::progress::Stage;

/// The name of one piece of work; never given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct JobId(u64);

/// What a piece of work does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JobKind {
    /// Reading pageviews.
    Load,
    /// Waiting for what comes after what was read.
    Follow,
    /// Writing an export.
    Export,
    /// Writing the sessions of a gap to the store.
    Save,
    /// Writing a store of what was read.
    Keep,
    /// Writing the rows that could not be read.
    Rejects,
    /// Looking at the columns of an input.
    Inspect,
    /// Reading the first rows with other columns.
    Try,
    /// Looking for the rows of a filter.
    Search,
    /// Putting a list in order after the gap has moved.
    Order,
    /// Computing what lists gain by, in the background.
    Study,
    /// Counting what a screen shows of all sessions.
    Count,
}

/// How far a piece of work is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct JobProgress {
    /// Name of the file or store, not made safe.
    pub what: String,
    /// What `done` and `total` count.
    pub stage: Stage,
    /// Done of this stage so far.
    pub done: u64,
    /// All there is to do of it, if that is known.
    pub total: Option<u64>,
    /// Rows so far.
    pub rows: u64,
    /// Rejects so far.
    pub rejects: u64,
    /// Done a second, of late; `None` in the first moments.
    pub per_second: Option<f64>,
    /// Since the job began.
    pub elapsed: Duration,
}

impl JobProgress {
    /// A job of which nothing is known yet.
    pub(crate) fn begun(what: String) -> JobProgress {
        JobProgress {
            what,
            stage: Stage::Read,
            done: 0,
            total: None,
            rows: 0,
            rejects: 0,
            per_second: None,
            elapsed: Duration::ZERO,
        }
    }
}

/// A job that has not answered for the last time.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) id: JobId,
    pub(crate) kind: JobKind,
    pub(crate) progress: JobProgress,
    overall: OverallProgress,
}

impl Job {
    /// Takes a report.
    pub(in crate::app) fn advance(&mut self, progress: JobProgress) {
        let (done, total) = (progress.done, progress.total);
        self.overall.take(progress.stage, done, total);
        self.progress = progress;
    }

    /// The share of all its stages that is done, 0 to 1, which never falls; `None` while there is no telling.
    pub(crate) fn share(&self) -> Option<f64> {
        self.overall.share()
    }

    /// Time left, as what is done took; `None` while that would be a guess.
    pub(crate) fn time_left(&self) -> Option<Duration> {
        const TELLING: f64 = 0.02;
        let elapsed_s = self.progress.elapsed.as_secs_f64();
        let share = self
            .share()
            .filter(|&share| share >= TELLING && elapsed_s >= 1.0)?;
        Duration::try_from_secs_f64(elapsed_s * (1.0 - share) / share).ok()
    }
}

/// The jobs whose answers are waited for. An answer of any other is none.
#[derive(Debug, Default)]
pub(crate) struct Jobs {
    /// In the order in which they began.
    running: Vec<Job>,
    n_begun: u64,
}

impl Jobs {
    /// Waits for a new job from now on.
    pub(crate) fn begin(&mut self, kind: JobKind, what: String) -> JobId {
        self.n_begun += 1;
        let id = JobId(self.n_begun);
        self.running.push(Job {
            id,
            kind,
            progress: JobProgress::begun(what),
            overall: OverallProgress::of(match kind {
                JobKind::Save | JobKind::Keep => OverallProgress::STORE,
                JobKind::Export => OverallProgress::EXPORT,
                JobKind::Search | JobKind::Order | JobKind::Rejects => OverallProgress::ALONE,
                _ => OverallProgress::READ,
            }),
        });
        id
    }

    /// The job goes through these stages rather than those that are usual for its kind.
    pub(in crate::app) fn along(&mut self, id: JobId, course: &'static [(Stage, f64)]) {
        if let Some(job) = self.get_mut(id) {
            job.overall = OverallProgress::of(course);
        }
    }

    /// Waits for a job no longer.
    pub(crate) fn end(&mut self, id: JobId) {
        self.running.retain(|job| job.id != id);
    }

    pub(crate) fn get(&self, id: JobId) -> Option<&Job> {
        self.running.iter().find(|job| job.id == id)
    }

    pub(crate) fn get_mut(&mut self, id: JobId) -> Option<&mut Job> {
        self.running.iter_mut().find(|job| job.id == id)
    }

    /// The job of a kind; there is at most one of each but exports.
    pub(crate) fn of(&self, kind: JobKind) -> Option<&Job> {
        self.running.iter().find(|job| job.kind == kind)
    }

    /// The job to be told of all the time: the one that a person waits for, and began last. An export is
    /// told of in its dialog.
    pub(crate) fn foremost(&self) -> Option<&Job> {
        self.running.iter().rev().find(|job| {
            matches!(
                job.kind,
                JobKind::Load | JobKind::Save | JobKind::Keep | JobKind::Rejects
            )
        })
    }
}
