//! What comes after what was read of a file or pipe: joined to it batch by batch, on a worker. Explorer floor.

use std::env;
use std::mem;
use std::sync::Arc;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use crate::answers::browse::background::Background;
use crate::answers::browse::ladder;
use crate::app::Answer;
use crate::app::Loaded;
use crate::engine::dataset::Dataset;
use crate::engine::guards::doubts;
use crate::explorer::tracker::Tracker;
use crate::load::LoadedInputs;
use crate::load::Loading;
use crate::load::Observer;
use crate::load::ReadReport;
use crate::load::Spill;
use crate::source::Appended;
use crate::source::Follower;
use crate::source::Location;
use crate::source::Look;
use crate::source::PipeFollower;
use crate::store::LoadOptions;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::gap::Gap;
use crate::words::interrupt::Interrupt;
use crate::words::progress::Progress;
use crate::words::progress::Stage;

/// How often to look for more, and how long a batch takes at least.
const BETWEEN_LOOKS: Duration = Duration::from_millis(200);
const BETWEEN_BATCHES: Duration = Duration::from_secs(1);

/// How many times as long as the work took it rests, so that much data costs no more processor time than little: joining
/// to what is there, and studying all of it.
const REST_OF_JOIN: u32 = 18;
const REST_OF_STUDY: u32 = 60;

/// Rejects that are kept.
const REJECTS_SHOWN: usize = 5;

/// A file or a pipe.
enum FollowedLines {
    File(Box<Follower>),
    Pipe(PipeFollower),
}

/// What was read so far, and where more comes from.
pub(super) struct Following {
    lines: FollowedLines,
    options: LoadOptions,
    /// Everything so far.
    dataset: Arc<Dataset>,
    /// What of it was read before a file whose columns are to be decided anew.
    before: Option<Arc<Dataset>>,
    /// Whether the lines of the file that were read are read again with those that follow.
    is_provisional: bool,
    /// Warnings of the first reading. Doubts about everything so far come on top.
    warnings: Vec<String>,
    /// Lines that count no pageview and wait for one to come.
    held: Option<Dataset>,
    /// When all of it is to be studied again.
    study_at: Option<Instant>,
}

impl FollowedLines {
    fn look(&mut self) -> Result<Look> {
        match self {
            FollowedLines::File(follower) => follower.look(Instant::now(), true),
            FollowedLines::Pipe(pipe) => pipe.look(),
        }
    }

    /// What happened since this was asked last, a sentence each.
    fn said(&mut self) -> Vec<String> {
        match self {
            FollowedLines::File(follower) => follower.said(),
            FollowedLines::Pipe(pipe) => pipe.said(),
        }
    }

    /// Whether the format and the columns are decided. Until then all lines are read again with those that follow.
    fn are_decided(&self) -> bool {
        match self {
            FollowedLines::File(follower) => follower.is_decided(),
            FollowedLines::Pipe(pipe) => pipe.is_decided(),
        }
    }

    fn took(&mut self, appended: &Appended, read: &ReadReport) -> Result<()> {
        match self {
            // Too few lines to decide by are read again, with those that follow.
            _ if appended.is_provisional => Ok(()),
            FollowedLines::File(follower) => follower.took(appended, &read.understood),
            FollowedLines::Pipe(pipe) => {
                pipe.took(appended, &read.understood);
                Ok(())
            }
        }
    }
}

impl Following {
    /// Reads what is there; waits for the first line. Nothing follows a pipe that has ended.
    ///
    /// Errors when it cannot be read or followed, and when the observer does.
    pub(super) fn begin(
        location: &Location,
        notes: &[String],
        options: &LoadOptions,
        interrupt: Interrupt,
        observer: &mut dyn Observer,
    ) -> Result<(Loaded, Option<Following>)> {
        let is_pipe = location.is_pipe();
        let (lines, mut appended) = match is_pipe {
            true => {
                let feed = location.feed();
                let (pipe, first) = PipeFollower::begin(location.name(), feed, interrupt);
                (FollowedLines::Pipe(pipe), Some(first))
            }
            false => {
                let follower = Follower::new(location, &options.read, interrupt)?;
                (FollowedLines::File(Box::new(follower)), None)
            }
        };
        let mut following = Following {
            lines,
            options: options.clone(),
            dataset: Arc::default(),
            before: None,
            is_provisional: true,
            warnings: Vec::new(),
            held: None,
            study_at: None,
        };
        loop {
            let Some(mut next) = appended.take() else {
                observer.progress(Progress::of(Stage::Read, 0, 0))?;
                match following.lines.look()? {
                    Look::Ready(ready) => appended = Some(*ready),
                    Look::Quiet => thread::sleep(BETWEEN_LOOKS),
                    Look::Ended => {
                        return Err(Error::Empty {
                            input: location.name().to_owned(),
                        });
                    }
                }
                continue;
            };
            let read = following.read_all(&mut next, notes, observer);
            match read {
                // More lines may tell.
                Err(error) if following.awaits_more(&next) && error.is_of_input() => {
                    observer.progress(Progress::of(Stage::Read, 0, 0))?;
                    thread::sleep(BETWEEN_LOOKS);
                }
                Err(error) => return Err(error),
                Ok(inputs) => {
                    let is_done =
                        matches!(&following.lines, FollowedLines::Pipe(pipe) if pipe.is_at_end());
                    return Ok(match is_done {
                        true => (Loaded::inputs(inputs), None),
                        false => (following.loaded(), Some(following)),
                    });
                }
            }
        }
    }

    /// Reads lines from the beginning of a file. They come behind what was decided of the files before.
    fn read_all(
        &mut self,
        appended: &mut Appended,
        notes: &[String],
        observer: &mut dyn Observer,
    ) -> Result<LoadedInputs> {
        let mut loading =
            Loading::new(Spill::to(env::temp_dir()), appended.input.size()).keeping_arrival();
        notes.iter().for_each(|note| loading.note(note.clone()));
        let options = appended.options(&self.options.read);
        let strict = self.options.strict;
        let read = loading.read(&mut appended.input, None, &options, strict, observer)?;
        self.lines.took(appended, &read)?;
        let inputs = loading.finish_inputs(observer)?;
        self.warnings.clone_from(&read.understood.warnings);
        if !self.is_provisional {
            self.before = Some(Arc::clone(&self.dataset));
        }
        self.is_provisional = !self.lines.are_decided();
        self.dataset = match &self.before {
            Some(before) => Arc::new(before.with_newer(&inputs.dataset)),
            None => Arc::clone(&inputs.dataset),
        };
        self.settle(&read, appended.is_provisional);
        Ok(inputs)
    }

    /// Whether lines that could not be read are only the beginning of what is to be decided by.
    fn awaits_more(&self, appended: &Appended) -> bool {
        let awaits = match &self.lines {
            FollowedLines::File(_) => false,
            FollowedLines::Pipe(pipe) => pipe.awaits_more(),
        };
        awaits || appended.is_provisional || appended.is_unfinished()
    }

    fn settle(&mut self, read: &ReadReport, is_provisional: bool) {
        if let Some(settled) = read.understood.settled.clone().filter(|_| !is_provisional) {
            self.options.read.settle(settled);
        }
    }

    /// Tells of what comes, until that has an end; returns why. Errors when what comes cannot be read, and once the job
    /// is to stop.
    pub(super) fn run(&mut self, in_use: Gap, tracker: &Tracker) -> Result<String> {
        let (mut rest, mut joining) = (Duration::ZERO, Duration::ZERO);
        // What was read already has not been studied.
        let mut is_new = true;
        loop {
            if is_new {
                let began = Instant::now();
                let loaded = self.loaded();
                rest = BETWEEN_BATCHES.max((joining + began.elapsed()) * REST_OF_JOIN);
                let background = self.study(in_use, tracker)?;
                let loaded = Loaded {
                    background,
                    ..loaded
                };
                tracker.tell(Answer::Newer(Box::new(loaded)));
            }
            is_new = false;
            wait(mem::replace(&mut rest, BETWEEN_LOOKS), tracker)?;
            let began = Instant::now();
            let look = self.lines.look()?;
            let said = self.lines.said().into_iter();
            said.for_each(|sentence| tracker.tell(Answer::Said(sentence)));
            match look {
                Look::Quiet => {}
                Look::Ended => return Ok("the pipe has ended: this is all".to_owned()),
                Look::Ready(appended) => {
                    is_new = self.take(*appended, &tracker.interrupt)?;
                    rest = BETWEEN_BATCHES;
                    joining = began.elapsed();
                }
            }
        }
    }

    /// Reads lines and joins their pageviews to those that are there; returns whether there is any.
    fn take(&mut self, mut appended: Appended, interrupt: &Interrupt) -> Result<bool> {
        let mut observer = |_: Progress| interrupt.check();
        if appended.is_from_start && !appended.goes_on {
            let before = Arc::clone(&self.dataset);
            return match self.read_all(&mut appended, &[], &mut observer) {
                Ok(_) => Ok(self.dataset != before),
                // They were too few, and still are.
                Err(error) if error.is_of_input() => Ok(false),
                Err(error) => Err(error),
            };
        }
        let mut loading = Loading::new(Spill::to(env::temp_dir()), appended.input.size());
        let options = appended.options(&self.options.read);
        let strict = self.options.strict;
        let read = loading.read(&mut appended.input, None, &options, strict, &mut observer);
        let read = match read {
            Err(error) if error.is_of_input() && self.may_come_right(&appended) => {
                return Ok(false);
            }
            read => read?,
        };
        let mut newer = loading.finish(&mut observer)?;
        let coverage = &mut newer.coverage;
        coverage.notes.clear();
        coverage.warnings.clear();
        coverage.marks.clear();
        for reject in &mut coverage.first_rejects {
            appended.place(reject);
        }
        let room = REJECTS_SHOWN.saturating_sub(self.dataset.coverage.first_rejects.len());
        coverage.first_rejects.truncate(room);
        self.lines.took(&appended, &read)?;
        self.settle(&read, false);
        let newer = match self.held.take() {
            Some(held) => held.with_newer(&newer),
            None => newer,
        };
        if newer.n_rows() == 0 {
            // Not worth a copy of everything.
            self.held = Some(newer);
            return Ok(false);
        }
        let mut dataset = self.dataset.with_newer(&newer);
        let doubts = doubts(&dataset, self.options.read.times.zone);
        let coverage = &mut dataset.coverage;
        coverage.warnings.clone_from(&self.warnings);
        coverage.marks.clear();
        for doubt in doubts {
            coverage.warn(&doubt.mark, doubt.sentence);
        }
        self.dataset = Arc::new(dataset);
        Ok(true)
    }

    fn may_come_right(&mut self, appended: &Appended) -> bool {
        match &mut self.lines {
            FollowedLines::File(follower) => follower.may_come_right(appended, Instant::now()),
            FollowedLines::Pipe(_) => false,
        }
    }

    /// Everything so far.
    fn loaded(&self) -> Loaded {
        Loaded {
            goes_on: true,
            ..Loaded::pageviews(Arc::clone(&self.dataset))
        }
    }

    /// Studies everything so far, unless that was done a moment ago.
    fn study(&mut self, in_use: Gap, tracker: &Tracker) -> Result<Option<Arc<Background>>> {
        let began = Instant::now();
        if self.study_at.is_some_and(|at| began < at) {
            return Ok(None);
        }
        let gaps: Vec<Gap> = ladder::table().collect();
        let keep_going = || tracker.interrupt.check().is_ok();
        let background = Background::of(&self.dataset, &gaps, in_use, &keep_going);
        let background = background.ok_or(Error::Interrupted)?;
        self.study_at = Some(Instant::now() + began.elapsed() * REST_OF_STUDY);
        Ok(Some(Arc::new(background)))
    }
}

/// Rests; errors once the job is to stop.
fn wait(pause: Duration, tracker: &Tracker) -> Result<()> {
    const SLICE: Duration = Duration::from_millis(100);
    let until = Instant::now() + pause;
    while let Some(left) = until.checked_duration_since(Instant::now()) {
        tracker.interrupt.check()?;
        thread::sleep(left.min(SLICE));
    }
    tracker.interrupt.check()
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::fs;
    use std::fs::File;
    use std::path::Path;
    use std::time::SystemTime;

    use crate::source::ReadOptions;
    use crate::words::timestamp::Timestamp;

    /// Writes a file that has not changed for a while, so that it is decided by at once.
    fn write(path: &Path, text: &str) {
        fs::write(path, text).unwrap();
        let before = SystemTime::now() - Duration::from_secs(60);
        let file = File::options().write(true).open(path).unwrap();
        file.set_modified(before).unwrap();
    }

    #[test]
    fn a_file_with_other_columns_comes_behind_those_before_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        let rows = |n: usize, row: fn(usize) -> String| (0..n).map(row).collect::<String>();
        let user_first = rows(40, |n| format!("u{},{},/{n}\n", n % 3, 1_700_000_000 + n));
        write(&path, &format!("user,time,page\n{user_first}"));
        let (location, interrupt) = (Location::of_file(&path), Interrupt::default());
        let options = LoadOptions {
            read: ReadOptions::default(),
            strict: false,
            again: false,
            dedupe: false,
            loaded_at: Timestamp::MIN,
            rows_a_slab: usize::MAX,
        };
        let mut observer = |_: Progress| Ok(());
        let (_, following) =
            Following::begin(&location, &[], &options, interrupt.clone(), &mut observer).unwrap();
        let mut following = following.unwrap();
        assert_eq!(following.dataset.n_rows(), 40);
        fs::rename(&path, folder.path().join("a.csv.1")).unwrap();
        let page_first = rows(30, |n| format!("/{n},{},u{}\n", 1_700_000_100 + n, n % 3));
        write(&path, &format!("page,time,user\n{page_first}"));
        let mut take = |n_rows: usize| {
            let began = Instant::now();
            while following.dataset.n_rows() != n_rows {
                assert!(
                    began.elapsed() < Duration::from_secs(60),
                    "{n_rows} rows never came"
                );
                if let Look::Ready(appended) = following.lines.look().unwrap() {
                    following.take(*appended, &interrupt).unwrap();
                }
            }
            assert_eq!(following.dataset.n_users(), 3);
        };
        take(70);
        let more = "/30,1700000200,u1\n";
        fs::write(&path, format!("page,time,user\n{page_first}{more}")).unwrap();
        take(71);
    }
}
