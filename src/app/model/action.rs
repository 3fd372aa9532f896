//! Everything that can happen to the explorer, and everything it can ask for. App floor.

use std::sync::Arc;
use std::time::Duration;

use chrono_tz::Tz;
use crossterm::event::KeyEvent;
use crossterm::event::MouseEvent;
use ratatui::layout::Position;
use ratatui::style::Color;

use crate::answers::browse::background::Background;
use crate::answers::browse::counts::CountRequest;
use crate::answers::browse::counts::Counts;
use crate::answers::browse::search::ListFound;
use crate::answers::browse::search::ListSearch;
use crate::answers::export::ExportRequest;
use crate::answers::export::Format;
use crate::answers::tables::TableRequest;
use crate::app::JobId;
use crate::app::JobProgress;
use crate::app::Keymap;
use crate::app::Loaded;
use crate::app::Panel;
use crate::app::Target;
use crate::engine::dataset::Dataset;
use crate::engine::every_gap::EveryGap;
use crate::load::LoadedInputs;
use crate::load::Trial;
use crate::source::FirstRows;
use crate::source::Inspection;
use crate::source::NamedColumns;
use crate::words::error::Error;
use crate::words::gap::Gap;

/// What the explorer is opened with.
#[derive(Clone, Debug, Default)]
pub(crate) struct Start {
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
    /// Whether more may come after what is read first: a file is followed, or it is a pipe.
    pub goes_on: bool,
    /// Whether a store that has changed is loaded again by itself.
    pub autoreload: bool,
    /// The colours.
    pub theme: Theme,
    /// What the terminal can do.
    pub terminal: TerminalTraits,
    /// Whether the mouse is wanted from the beginning.
    pub mouse: bool,
    /// What the keys do.
    pub keymap: Keymap,
    /// By panel, the names of the columns that its list shows at first, if they are not the customary ones.
    pub columns: Vec<(Panel, Vec<String>)>,
    /// Parts of the screen that have a colour of a person's own, by name.
    pub colors: Vec<(&'static str, Color)>,
    /// The command that opens the same files, without the options that name their columns, as a shell takes it.
    pub command: String,
}

/// What a terminal can do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct TerminalTraits {
    /// It shows ASCII only.
    pub is_ascii: bool,
    /// It was asked for its background and has not answered yet.
    pub owes_answer: bool,
    /// Why a text that is sent to its clipboard may not arrive there.
    pub copy_caveat: Option<&'static str>,
}

/// Where the pageviews come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The bundled sample.
    #[default]
    Sample,
    /// A store, which can keep a gap.
    Store,
    /// Files, which cannot.
    Files,
    /// Pauses that an engine counted, over pageviews that are not here.
    Pauses,
}

/// Which colours are used where a person has not chosen others, all of them of the terminal's own sixteen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Theme {
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
pub(crate) enum Action {
    /// A key was pressed, repeated or released.
    Key(KeyEvent),
    /// Text was pasted.
    Paste(String),
    /// The mouse did something.
    Mouse(MouseEvent),
    /// A target was clicked.
    Hit(Target),
    /// This place was clicked twice.
    DoubleClick(Position),
    /// The terminal has this many columns and rows.
    Resize(u16, u16),
    /// A job has something to say. Nobody listens to one that has ended.
    Answer(JobId, Answer),
    /// The gap move before took this long.
    Took(Duration),
    /// A path that was typed goes on so.
    PathCompleted(CompletedPath),
    /// The columns of a list are kept in this file; or why they are not.
    ColumnsKept(Result<String, String>),
    /// Someone else has changed the store.
    StoreChanged,
}

/// A path that was completed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CompletedPath {
    /// As it was typed.
    pub typed: String,
    /// With all that its folder leaves no choice about.
    pub path: String,
    /// The names in the folder that begin as the typed one does; those of folders end in a slash.
    pub names: Vec<String>,
}

/// What a job can say.
#[derive(Debug)]
pub(crate) enum Answer {
    /// It is at work.
    Progress(JobProgress),
    /// Pageviews are there: all of them, which ends the job, or what is loaded so far.
    Data(Box<Loaded>),
    /// These are all pageviews, with newer ones. The job goes on.
    Newer(Box<Loaded>),
    /// Something has happened to what is followed. The job goes on.
    Said(String),
    /// There will be nothing newer any more.
    Ended(String),
    /// It is left open which columns of an input are the user, the time and the page.
    Undecided(Error, Box<Inspection>),
    /// These are an input's columns, as they are read.
    Inspected(Box<Inspection>),
    /// The columns that are chosen give this, by the first rows.
    Tried(Box<Trial>),
    /// These are the rows of a filter.
    Found(Box<ListFound>),
    /// These are the figures of those pageviews at every gap. The study goes on.
    Measured(Arc<Dataset>, Arc<EveryGap>),
    /// This follows from those pageviews.
    Studied(Arc<Dataset>, Arc<Background>),
    /// This was counted of those pageviews, cut at this gap.
    Counted(Arc<Dataset>, Gap, Box<Counts>),
    /// The store keeps this gap now.
    Saved(Gap),
    /// What was read is kept in a store.
    Kept {
        /// Where it is.
        path: String,
        /// How many pageviews it has.
        pageviews: u64,
    },
    /// An export is complete.
    Exported {
        /// Where it is.
        path: String,
        /// How many rows.
        rows: u64,
        /// How many bytes.
        bytes: u64,
    },
    /// The job failed.
    Failed(Error),
    /// The job stopped because it was asked to.
    Cancelled,
}

/// Everything the explorer can ask for.
#[derive(Debug)]
pub(crate) enum Effect {
    /// Begin a job beside those that run; it says what comes of it by [`Action::Answer`].
    Begin(JobId, Work),
    /// Stop this job and no other.
    Cancel(JobId),
    /// Put a text on the terminal's clipboard.
    Copy(String),
    /// Go on with this path, as far as its folder leaves no choice.
    CompletePath(String),
    /// Keep for next time which columns a panel's list shows, by name and in their order.
    KeepColumns(Panel, Vec<String>),
    /// Draw every cell anew, whatever the terminal shows.
    Redraw,
    /// Stop the process as Ctrl-Z does.
    Suspend,
    /// Turn the mouse on or off.
    Mouse(bool),
    /// Leave.
    Quit,
}

/// What a job is to do. It works on what it is given here, whatever is in view by then.
#[derive(Debug)]
pub(crate) enum Work {
    /// Load everything.
    Load {
        /// Whether what is loaded so far is wanted, too.
        shows_parts: bool,
        /// The columns, if a person chose them.
        columns: Option<NamedColumns>,
    },
    /// Tell of pageviews that are newer than what was loaded last, as they come.
    Follow {
        /// The saved gap, which is kept if it is good.
        in_use: Gap,
    },
    /// Look at the columns of what is loaded.
    Inspect {
        /// The columns, if a person chose them.
        columns: Option<NamedColumns>,
    },
    /// Read the first rows of an input with these columns.
    Try {
        /// The rows.
        first: Arc<FirstRows>,
        /// The columns.
        columns: NamedColumns,
    },
    /// Keep this gap in the store and cut the sessions of all that is in it.
    Save(Gap),
    /// Write a new store of what was read.
    Keep {
        /// What was read.
        inputs: Arc<LoadedInputs>,
        /// Its gap.
        gap: Gap,
        /// Where to.
        path: String,
    },
    /// Read everything again, and write the rows that cannot be read.
    Rejects {
        /// Where to.
        path: String,
        /// The columns, if a person chose them.
        columns: Option<NamedColumns>,
    },
    /// Write an export.
    Export {
        /// The pageviews that the request is about.
        dataset: Arc<Dataset>,
        /// Of what.
        request: ExportRequest,
        /// The gap at which its sessions are cut.
        gap: Gap,
        /// Where to.
        path: String,
        /// Whether a file that is there may be replaced.
        overwrite: bool,
    },
    /// Write a table that a screen shows.
    ExportTable {
        /// The pageviews that the table is about.
        dataset: Arc<Dataset>,
        /// The table.
        table: TableRequest,
        /// How it is written.
        format: Format,
        /// The gap that its figures are of.
        gap: Gap,
        /// Where to.
        path: String,
        /// Whether a file that is there may be replaced.
        overwrite: bool,
    },
    /// Look for the rows of a filter.
    Search {
        /// The filter, and the list.
        search: ListSearch,
        /// A search that nobody needs any more: it is to be stopped.
        instead_of: Option<JobId>,
    },
    /// Compute [`EveryGap::of`] and then [`Background::of`] these pageviews.
    Study {
        /// The pageviews.
        dataset: Arc<Dataset>,
        /// The gaps of the ladder.
        gaps: Vec<Gap>,
        /// The saved gap, which is kept if it is good.
        in_use: Gap,
        /// A study that nobody needs any more: it is to be stopped.
        instead_of: Option<JobId>,
    },
    /// Count [`Counts::of`] these pageviews.
    Count {
        /// The pageviews.
        dataset: Arc<Dataset>,
        /// The gap at which they are cut.
        gap: Gap,
        /// What.
        request: CountRequest,
    },
}
