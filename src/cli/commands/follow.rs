//! `dwell load --follow`: keeps a store up to date with a file that grows. Command line floor.

use std::mem;
use std::path::Path;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use chrono::Utc;

use crate::cli::args::LoadArgs;
use crate::cli::inputs::load_options;
use crate::cli::report::Reporter;
use crate::cli::report::say;
use crate::source::Appended;
use crate::source::Follower;
use crate::source::Location;
use crate::source::Look;
use crate::source::locate;
use crate::store::LoadOptions;
use crate::store::LoadReport;
use crate::store::Store;
use crate::store::refuse_database;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::figure::count;
use crate::words::figure::counted;
use crate::words::timestamp::Timestamp;

/// How often to look at the file. A look takes a few system calls.
const BETWEEN_LOOKS: Duration = Duration::from_millis(200);

/// How long the lines of one transaction are waited for.
const BETWEEN_LOADS: Duration = Duration::from_secs(1);

/// How often to say how far it is.
const BETWEEN_REPORTS: Duration = Duration::from_secs(10);

/// Rows by which the share of rejects is judged.
const ROWS_JUDGED: u64 = 100;

/// Loads what is appended to a file until the process is asked to stop, which is an error.
pub(super) fn run(args: &LoadArgs) -> Result<()> {
    let mut reporter = Reporter::new();
    let location = the_file(args, &reporter)?;
    args.read.defaults.notes.iter().for_each(|note| say(note));
    let options = LoadOptions {
        dedupe: args.dedupe,
        ..load_options(&args.read)
    };
    let store = Store::open_or_draft_heeding(&args.store, reporter.interrupt())?;
    store.refuse_itself(location.file())?;
    let mut follower = Follower::new(&location, &options.read, reporter.interrupt())?;
    if let Some(taken) = store.last_of(location.name())? {
        follower.resume(taken)?;
    }
    say(&format!("{}: following it; Ctrl-C ends", location.name()));
    let mut loader = Loader {
        location,
        options,
        store: Some(store),
        is_held_up: false,
        so_far: Totals::default(),
        reported: Totals::default(),
        reported_at: Instant::now(),
    };
    let followed = loader.follow(&mut follower, &mut reporter);
    reporter.clear();
    loader.report();
    reporter.say_warnings();
    match followed {
        Err(Error::Interrupted) if loader.store.as_ref().is_some_and(|store| !store.is_draft()) => {
            Err(Error::Stopped {
                store: args.store.clone(),
            })
        }
        followed => followed,
    }
}

/// The one file to follow.
fn the_file(args: &LoadArgs, reporter: &Reporter) -> Result<Location> {
    let refused = |problem: &str| Err(Error::Usage(problem.to_owned()));
    let path = match &args.files[..] {
        [path] if path == Path::new("-") => {
            return refused(
                "--follow needs a file: what came from standard input cannot be read again after a stop",
            );
        }
        [path] if path.is_dir() => {
            return refused("--follow takes one file that grows: name the one in the folder");
        }
        [path] => path,
        _ => {
            return refused(
                "--follow takes one file: start one dwell for each, with a store of its own",
            );
        }
    };
    if path.is_file() {
        refuse_database(path)?;
    }
    let located = locate(&args.files, &args.read.options(), &reporter.interrupt());
    match <[Location; 1]>::try_from(located.all()?) {
        Ok([location]) => Ok(location),
        Err(_) => refused("--follow takes one file, not a pattern or an archive"),
    }
}

struct Loader {
    location: Location,
    options: LoadOptions,
    /// A draft until the first lines are in it. There is none only while it takes its place.
    store: Option<Store>,
    /// Whether another process writes to the store, which has been said.
    is_held_up: bool,
    so_far: Totals,
    reported: Totals,
    reported_at: Instant,
}

/// What was read since the beginning.
#[derive(Clone, Copy, Default)]
struct Totals {
    pageviews: u64,
    rejects: u64,
    left_out: u64,
    /// The latest pageview.
    until: Option<Timestamp>,
}

impl Loader {
    /// Errors once the process is asked to stop, or if lines cannot be loaded.
    fn follow(&mut self, follower: &mut Follower, reporter: &mut Reporter) -> Result<()> {
        let interrupt = reporter.interrupt();
        loop {
            interrupt.check()?;
            let began = Instant::now();
            let look = follower.look(began, false)?;
            for sentence in follower.said() {
                say(&format!("{}: {sentence}", self.location.name()));
            }
            let pause = match look {
                Look::Quiet | Look::Ended => BETWEEN_LOOKS,
                Look::Ready(appended) => {
                    self.load(follower, *appended, reporter)?;
                    BETWEEN_LOADS.saturating_sub(began.elapsed())
                }
            };
            if self.reported_at.elapsed() >= BETWEEN_REPORTS {
                self.report();
            }
            let until = Instant::now() + pause;
            while let Some(left) = until.checked_duration_since(Instant::now()) {
                interrupt.check()?;
                thread::sleep(left.min(BETWEEN_LOOKS));
            }
        }
    }

    fn load(
        &mut self,
        follower: &mut Follower,
        mut appended: Appended,
        reporter: &mut Reporter,
    ) -> Result<()> {
        let mut store = match self.store.take() {
            Some(store) => store,
            None => return Err(Error::Defect),
        };
        if store.is_held_by_another()? {
            if !mem::replace(&mut self.is_held_up, true) {
                say(&format!(
                    "{}: another process writes to the store: waiting for it",
                    store.path().display()
                ));
            }
            self.store = Some(store);
            return Ok(());
        }
        self.is_held_up = false;
        let options = LoadOptions {
            loaded_at: Timestamp::clamped(Utc::now().timestamp_micros()),
            ..self.options.clone()
        };
        let mut observer = |progress| reporter.observe(progress);
        let loaded = store.append(&mut appended, &options, &mut observer);
        reporter.clear();
        match loaded {
            Ok(report) => {
                self.store = Some(store.keep()?);
                let is_first = !appended.goes_on;
                follower.took(&appended, &report.read.understood)?;
                self.add(&report)?;
                if is_first {
                    reporter.say_load(&report, options.dedupe);
                    super::load::say_stored(&report);
                    (self.reported, self.reported_at) = (self.so_far, Instant::now());
                }
                Ok(())
            }
            Err(error) => {
                // What was loaded before is in it.
                self.store = Some(store);
                match error {
                    Error::LoadedAlready { .. } => {
                        follower.knew(&appended);
                        Ok(())
                    }
                    error if error.is_of_input() => {
                        match follower.may_come_right(&appended, Instant::now()) {
                            true => Ok(()),
                            false => Err(error),
                        }
                    }
                    error => Err(error),
                }
            }
        }
    }

    /// Counts what a load brought. Errors if too many rows of all were rejected.
    fn add(&mut self, report: &LoadReport) -> Result<()> {
        let (read, so_far) = (&report.read, &mut self.so_far);
        so_far.pageviews += read.pageviews;
        so_far.rejects += read.rejects;
        so_far.left_out += read.understood.n_left_out();
        so_far.until = so_far.until.max(read.span.map(|(_, last)| last));
        let rows = so_far.pageviews + so_far.rejects;
        let share = so_far.rejects as f64 / rows.max(1) as f64;
        let most = self.options.read.max_rejects.unwrap_or(0.5);
        match (
            rows >= ROWS_JUDGED && share > most,
            read.first_rejects.first(),
        ) {
            (true, Some(reject)) => Err(Error::Input {
                input: self.location.name().to_owned(),
                problem: format!(
                    "{} of the {} since this began were rejected, the last ones like this: {reject}; --max-rejects {}% \
                     goes on all the same",
                    count(so_far.rejects),
                    counted(rows, "row"),
                    (share * 100.0).ceil().min(99.0)
                ),
            }),
            _ => Ok(()),
        }
    }

    /// Says what came since the last report, if anything did.
    fn report(&mut self) {
        let (now, before) = (self.so_far, self.reported);
        self.reported = now;
        self.reported_at = Instant::now();
        let new = [
            (now.pageviews - before.pageviews, "pageview"),
            (now.rejects - before.rejects, "reject"),
            (now.left_out - before.left_out, "left-out line"),
        ];
        let mut new: Vec<String> = new
            .into_iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, noun)| format!("+{}", counted(n, noun)))
            .collect();
        if new.is_empty() {
            return;
        }
        new.extend(now.until.map(|until| format!("up to {until}")));
        say(&format!("{}: {}", self.location.name(), new.join(", ")));
    }
}
