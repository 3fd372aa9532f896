//! Everything that can happen to the explorer, and everything it can ask for. App floor.

use std::sync::Arc;
use std::time::Duration;

use chrono_tz::Tz;
use crossterm::event::KeyEvent;
use crossterm::event::MouseEvent;

use crate::answers::browse::background::Background;
use crate::answers::export::Request;
use crate::engine::cut::Cut;
use crate::engine::dataset::Dataset;
use crate::engine::pause_counts::PauseCounts;
use crate::engine::study::PauseHistogram;
use crate::words::gap::Gap;

/// What the explorer is opened with.
#[derive(Clone, Debug)]
pub struct Start {
    /// Name of the file or store, for the header.
    pub name: String,
    /// Where the pageviews come from.
    pub origin: Origin,
    /// The gap that changes are shown against, and that a reset goes back to.
    pub saved_gap: Gap,
    /// The gap to begin with.
    pub gap: Gap,
    /// The zone in which times are shown and typed.
    pub display_zone: Tz,
    /// The colours.
    pub theme: Theme,
    /// Whether the mouse is wanted from the beginning.
    pub mouse: bool,
}

/// Where the pageviews come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The bundled sample.
    Sample,
    /// A store, which can keep a gap.
    Store,
    /// Files, which cannot.
    Files,
    /// Pauses that an engine counted, over pageviews that are not here.
    Pauses,
}

/// Which colours are used, all of them of the terminal's own sixteen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// For a dark background.
    #[default]
    Dark,
    /// For a light background.
    Light,
    /// No colour at all; for `NO_COLOR`.
    Mono,
}

/// Everything that can happen.
#[derive(Debug)]
pub enum Action {
    /// A key was pressed, repeated or released.
    Key(KeyEvent),
    /// Text was pasted.
    Paste(String),
    /// The mouse did something.
    Mouse(MouseEvent),
    /// The terminal has this many columns and rows.
    Resize(u16, u16),
    /// The worker is at work.
    Progress(Progress),
    /// Pageviews are there: all of them, or what is loaded so far.
    Data(Box<Loaded>),
    /// The answer to [`Effect::Study`].
    Studied(Arc<Background>),
    /// The store keeps this gap now.
    Saved(Gap),
    /// An export is complete.
    Exported {
        /// Where it is.
        path: String,
        /// How many rows.
        rows: u64,
        /// How many bytes.
        bytes: u64,
    },
    /// An export was not begun, since the file is there already.
    ExportExists(String),
    /// The worker failed: one sentence, safe to show.
    Failed(String),
    /// The worker stopped because it was asked to.
    Cancelled(Job),
    /// The gap move before took this long.
    Took(Duration),
    /// Someone else has changed the store.
    StoreChanged,
}

/// Pageviews to explore.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The pageviews, cut at some gap.
    pub cut: Cut,
    /// The histogram of their pauses.
    pub histogram: PauseHistogram,
    /// Pauses that were counted elsewhere: there are no pageviews then, and all there is to see is the gap.
    pub counted: Option<Arc<PauseCounts>>,
}

impl Loaded {
    /// Pageviews. Makes all of it that takes a pass over them.
    pub fn pageviews(dataset: Arc<Dataset>) -> Loaded {
        Loaded {
            histogram: PauseHistogram::of(&dataset),
            counted: None,
            cut: Cut::new(dataset, Gap::DEFAULT),
        }
    }

    /// Pauses without pageviews.
    pub fn pauses(counted: PauseCounts) -> Loaded {
        Loaded {
            histogram: counted.histogram(),
            counted: Some(Arc::new(counted)),
            cut: Cut::new(Arc::default(), Gap::DEFAULT),
        }
    }
}

/// What the worker can be doing for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    /// Reading pageviews.
    Load,
    /// Writing an export.
    Export,
    /// Writing the sessions of a gap to the store.
    Save,
}

/// What an amount of work is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Bytes of input.
    Bytes,
    /// Rows.
    Rows,
}

/// How far the worker is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// At what.
    pub job: Job,
    /// Name of the file or store, not made safe.
    pub what: String,
    /// What `done` and `total` count.
    pub unit: Unit,
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

impl Progress {
    /// A job of which nothing is known yet.
    pub fn begun(job: Job, what: String) -> Progress {
        Progress {
            job,
            what,
            unit: Unit::Bytes,
            done: 0,
            total: None,
            rows: 0,
            rejects: 0,
            elapsed: Duration::ZERO,
        }
    }

    /// The share done, 0 to 1; `None` if the total is not known.
    pub fn share(&self) -> Option<f64> {
        let total = self.total.filter(|&total| total > 0)?;
        Some((self.done as f64 / total as f64).clamp(0.0, 1.0))
    }

    /// Done a second; `None` in the first quarter of one.
    pub fn per_second(&self) -> Option<f64> {
        let elapsed_s = self.elapsed.as_secs_f64();
        (elapsed_s >= 0.25).then(|| self.done as f64 / elapsed_s)
    }

    /// Time left at the rate so far; `None` while that is not known.
    pub fn time_left(&self) -> Option<Duration> {
        let left = self.total?.saturating_sub(self.done) as f64;
        let rate = self.per_second().filter(|&rate| rate > 0.0)?;
        Duration::try_from_secs_f64(left / rate).ok()
    }
}

/// Everything the explorer can ask for.
#[derive(Debug)]
pub enum Effect {
    /// Keep this gap in the store and cut its sessions anew.
    Save(Gap),
    /// Write an export.
    Export {
        /// Of what.
        request: Request,
        /// The gap at which its sessions are cut.
        gap: Gap,
        /// Where to.
        path: String,
        /// Whether a file that is there may be replaced.
        overwrite: bool,
    },
    /// Compute `Background::of(dataset, gaps)`, and answer with [`Action::Studied`].
    Study {
        /// The pageviews.
        dataset: Arc<Dataset>,
        /// The gaps of the ladder.
        gaps: Vec<Gap>,
        /// The saved gap, which is kept if it is good.
        in_use: Gap,
    },
    /// Stop the job that is running.
    Cancel,
    /// Put a text on the terminal's clipboard.
    Copy(String),
    /// Stop the process as Ctrl-Z does.
    Suspend,
    /// Turn the mouse on or off.
    Mouse(bool),
    /// Load everything again.
    Reload,
    /// Leave.
    Quit,
}
