//! How a job speaks while it is at work, and is asked to stop. Explorer floor.

use std::sync::mpsc::Sender;
use std::time::Duration;
use std::time::Instant;

use crate::app::Action;
use crate::app::Answer;
use crate::app::JobId;
use crate::app::JobProgress;
use crate::app::ProgressUnit;
use crate::explorer::events::Event;
use crate::words::error::Result;
use crate::words::interrupt::Interrupt;
use crate::words::progress;
use crate::words::progress::Stage;

/// No more than ten reports of progress a second: each costs a frame.
const BETWEEN_REPORTS: Duration = Duration::from_millis(100);

/// Says what one job has to say.
pub(super) struct Tracker {
    pub(super) interrupt: Interrupt,
    job: JobId,
    events: Sender<Event>,
    what: String,
    began: Instant,
    /// When progress was told last.
    told: Option<Instant>,
}

impl Tracker {
    pub(super) fn new(job: JobId, interrupt: Interrupt, events: Sender<Event>) -> Tracker {
        Tracker {
            interrupt,
            job,
            events,
            what: String::new(),
            began: Instant::now(),
            told: None,
        }
    }

    /// From now on the progress is that of this file.
    pub(super) fn turn_to(&mut self, what: &str) {
        self.what = what.to_owned();
        self.began = Instant::now();
    }

    pub(super) fn tell(&self, answer: Answer) {
        // When nobody listens any more the explorer is being left.
        let action = Action::Answer(self.job, answer);
        let _ = self.events.send(Event::Action(action));
    }

    /// Tells of progress, unless that was done a moment ago. Errors once the job is to stop.
    pub(super) fn observe(&mut self, progress: progress::Progress) -> Result<()> {
        self.interrupt.check()?;
        if self
            .told
            .is_some_and(|told| told.elapsed() < BETWEEN_REPORTS)
        {
            return Ok(());
        }
        self.told = Some(Instant::now());
        self.tell(Answer::Progress(JobProgress {
            what: self.what.clone(),
            unit: if progress.stage == Stage::Read {
                ProgressUnit::Bytes
            } else {
                ProgressUnit::Rows
            },
            done: progress.done,
            total: progress.total,
            rows: progress.pageviews,
            rejects: progress.rejects,
            elapsed: self.began.elapsed(),
        }));
        Ok(())
    }
}
