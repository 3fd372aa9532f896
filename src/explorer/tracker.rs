//! How a job speaks while it is at work, and is asked to stop. Explorer floor.

use std::collections::VecDeque;
use std::sync::mpsc::Sender;
use std::time::Duration;
use std::time::Instant;

use crate::app::Action;
use crate::app::Answer;
use crate::app::JobId;
use crate::app::JobProgress;
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
    /// The stage at work, and how much of it was done when, of late.
    recent: (Stage, VecDeque<(Instant, u64)>),
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
            recent: (Stage::Read, VecDeque::new()),
        }
    }

    /// From now on the progress is that of this file.
    pub(super) fn turn_to(&mut self, what: &str) {
        self.what = what.to_owned();
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
        let per_second = self.rate(&progress);
        self.tell(Answer::Progress(JobProgress {
            what: self.what.clone(),
            stage: progress.stage,
            done: progress.done,
            total: progress.total,
            rows: progress.pageviews,
            rejects: progress.rejects,
            per_second,
            elapsed: self.began.elapsed(),
        }));
        Ok(())
    }

    /// What is done a second, over the last seconds of this stage.
    fn rate(&mut self, progress: &progress::Progress) -> Option<f64> {
        const OF_LATE: Duration = Duration::from_secs(3);
        const TELLING: Duration = Duration::from_millis(250);
        let (stage, recent) = &mut self.recent;
        // The next file may be counted from its beginning.
        if *stage != progress.stage || recent.back().is_some_and(|last| last.1 > progress.done) {
            recent.clear();
            *stage = progress.stage;
        }
        let now = Instant::now();
        recent.push_back((now, progress.done));
        while recent
            .get(1)
            .is_some_and(|second| now - second.0 >= OF_LATE)
        {
            recent.pop_front();
        }
        let (since, done) = *recent.front()?;
        let lasted = now - since;
        (lasted >= TELLING).then(|| (progress.done - done) as f64 / lasted.as_secs_f64())
    }
}
