//! The work that is done outside: what it is called, how far it is, what is waited for. App floor.

use std::time::Duration;

/// The name of one piece of work; never given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct JobId(u64);

/// What a piece of work does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JobKind {
    /// Reading pageviews.
    Load,
    /// Writing an export.
    Export,
    /// Writing the sessions of a gap to the store.
    Save,
    /// Writing a store of what was read.
    Keep,
    /// Looking at the columns of an input.
    Inspect,
    /// Reading the first rows with other columns.
    Try,
    /// Looking for the rows of a filter.
    Search,
    /// Computing what lists gain by, in the background.
    Study,
}

/// What an amount of work is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProgressUnit {
    /// Bytes of input.
    Bytes,
    /// Rows.
    Rows,
}

/// How far a piece of work is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct JobProgress {
    /// Name of the file or store, not made safe.
    pub what: String,
    /// What `done` and `total` count.
    pub unit: ProgressUnit,
    /// Done so far.
    pub done: u64,
    /// All there is to do, if that is known.
    pub total: Option<u64>,
    /// Rows so far.
    pub rows: u64,
    /// Rejects so far.
    pub rejects: u64,
    /// Since the job began.
    pub elapsed: Duration,
}

impl JobProgress {
    /// A job of which nothing is known yet.
    pub(crate) fn begun(what: String) -> JobProgress {
        JobProgress {
            what,
            unit: ProgressUnit::Bytes,
            done: 0,
            total: None,
            rows: 0,
            rejects: 0,
            elapsed: Duration::ZERO,
        }
    }

    /// The share done, 0 to 1; `None` if the total is not known.
    pub(crate) fn share(&self) -> Option<f64> {
        let total = self.total.filter(|&total| total > 0)?;
        Some((self.done as f64 / total as f64).clamp(0.0, 1.0))
    }

    /// Done a second; `None` in the first quarter of one.
    pub(crate) fn per_second(&self) -> Option<f64> {
        let elapsed_s = self.elapsed.as_secs_f64();
        (elapsed_s >= 0.25).then(|| self.done as f64 / elapsed_s)
    }

    /// Time left at the rate so far; `None` while that is not known.
    pub(crate) fn time_left(&self) -> Option<Duration> {
        let left = self.total?.saturating_sub(self.done) as f64;
        let rate = self.per_second().filter(|&rate| rate > 0.0)?;
        Duration::try_from_secs_f64(left / rate).ok()
    }
}

/// A job that has not answered for the last time.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) id: JobId,
    pub(crate) kind: JobKind,
    pub(crate) progress: JobProgress,
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
        });
        id
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
        self.running
            .iter()
            .rev()
            .find(|job| matches!(job.kind, JobKind::Load | JobKind::Save | JobKind::Keep))
    }
}
