//! App floor: the explorer as one model, and everything that can happen to it.
//!
//! Pure: [`update()`] takes an action, changes the model and may ask for an effect; someone else carries
//! it out. Knows no thread, clock, file or database, and draws nothing.

mod action;
mod columns;
mod command;
mod data;
mod export;
mod gap;
mod hear;
mod help;
mod job;
mod keep;
mod keymap;
mod layout;
mod list;
mod loaded;
mod mouse;
mod moves;
mod navigate;
mod notes;
mod palette;
mod panels;
mod prompt;
mod screens;
mod trail;
mod update;

pub(crate) use action::Action;
pub(crate) use action::Answer;
pub(crate) use action::Effect;
pub(crate) use action::Origin;
pub(crate) use action::Start;
pub(crate) use action::Theme;
pub(crate) use action::Work;
pub(crate) use job::JobId;
pub(crate) use job::JobKind;
pub(crate) use job::JobProgress;
pub(crate) use job::ProgressUnit;
pub(crate) use keymap::Binding;
pub(crate) use keymap::KeyGroup;
pub(crate) use keymap::bindings;
pub(crate) use loaded::Loaded;
pub(crate) use update::update;

pub(crate) use columns::TrialStage;
pub(crate) use command::Command;
pub(crate) use data::Data;
pub(crate) use export::Dialog;
pub(crate) use export::DialogField;
pub(crate) use export::ExportChoice;
pub(crate) use export::ExportStage;
pub(crate) use export::FORMATS as EXPORT_FORMATS;
pub(crate) use export::ROWS as EXPORT_ROWS;
pub(crate) use help::help_columns;
pub(crate) use help::help_lines;
pub(crate) use help::reading_height;
pub(crate) use job::Job;
pub(crate) use job::Jobs;
pub(crate) use keymap::hints;
pub(crate) use layout::ScreenLayout;
pub(crate) use layout::columns_and_trial;
pub(crate) use layout::list_body;
pub(crate) use layout::middle;
pub(crate) use layout::timeline_body;
pub(crate) use list::List;
pub(crate) use list::Listed;
pub(crate) use notes::notes_width;
pub(crate) use palette::Palette;
pub(crate) use palette::WITH_VALUE;
pub(crate) use palette::entries as palette_entries;
pub(crate) use prompt::Prompt;
pub(crate) use screens::Panel;
pub(crate) use screens::Screen;
pub(crate) use trail::Trail;
pub(crate) use trail::TrailLine;

use std::time::Duration;

use chrono_tz::Tz;

use crate::answers::browse::calendar::Calendar;
use crate::answers::ribbon::CountScale;
use crate::source::NamedColumns;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::gap::Gap;

use columns::ColumnsScreen;
use screens::PagesScreen;
use screens::SessionsScreen;
use screens::UsersScreen;

/// The explorer: what it shows and what it waits for.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) name: String,
    pub(crate) origin: Origin,
    pub(crate) zone: Tz,
    pub(crate) theme: Theme,
    pub(crate) mouse: bool,
    /// Columns and rows of the terminal, as last heard.
    pub(crate) size: (u16, u16),
    /// Where everything lay after the last event.
    layout: ScreenLayout,
    pub(crate) gap: Gap,
    pub(crate) saved_gap: Gap,
    /// The gap that the one in view is compared with.
    pub(crate) pinned: Option<Gap>,
    /// How the pauses are drawn.
    pub(crate) scale: CountScale,
    /// The last key moved the gap.
    pub(crate) moved: bool,
    /// How long the last move of the gap took, once that is known.
    pub(crate) took: Option<Duration>,
    /// What has been loaded; `None` before the first of it is there.
    pub(crate) data: Option<Data>,
    /// What is being done outside.
    pub(crate) jobs: Jobs,
    /// Why the last load failed, if it did.
    failure: Option<Error>,
    /// Someone else has changed the store since it was loaded.
    pub(crate) store_changed: bool,
    /// The screen in view is the last; the first is never left.
    pub(crate) screens: Vec<Screen>,
    pub(crate) users: UsersScreen,
    pub(crate) all: SessionsScreen,
    pub(crate) pages: PagesScreen,
    pub(crate) columns: ColumnsScreen,
    /// The columns that a person chose to load.
    chosen: Option<NamedColumns>,
    command: String,
    pub(crate) popup: Option<Popup>,
    /// One sentence at the foot of the screen, until the next key.
    pub(crate) message: Option<String>,
}

/// What lies over the screen and takes the keys.
#[derive(Debug)]
pub(crate) enum Popup {
    Help { top: usize },
    Sort { cursor: usize },
    Filter(Prompt),
    Find(Prompt),
    Palette(Palette),
    Export(Box<Dialog>),
    Notes { top: usize },
    Error(String),
}

impl App {
    /// The explorer with nothing loaded yet, which can be drawn at once, and the load to begin with.
    pub(crate) fn new(start: Start) -> (App, Effect) {
        let mut app = App {
            name: start.name,
            origin: start.origin,
            zone: start.display_zone,
            theme: start.theme,
            mouse: start.mouse,
            size: (80, 24),
            layout: ScreenLayout::default(),
            gap: start.gap,
            saved_gap: start.saved_gap,
            pinned: None,
            scale: CountScale::default(),
            moved: false,
            took: None,
            data: None,
            jobs: Jobs::default(),
            failure: None,
            store_changed: false,
            screens: vec![match start.origin {
                Origin::Pauses => Screen::Gap,
                _ => Screen::Users,
            }],
            users: UsersScreen::default(),
            all: SessionsScreen::default(),
            pages: PagesScreen::default(),
            columns: ColumnsScreen::default(),
            chosen: None,
            command: start.command,
            popup: None,
            message: None,
        };
        let load = app.begin_load();
        (app, load)
    }

    /// What remains when the person has left: errors if the last load did.
    pub(crate) fn into_result(self) -> Result<()> {
        self.failure.map_or(Ok(()), Err)
    }

    /// How instants are shown and typed.
    pub(crate) fn calendar(&self) -> Calendar {
        self.data
            .as_ref()
            .map_or_else(|| Calendar::new(self.zone, None), |data| data.calendar)
    }

    /// Whether there is a pause to show: of pageviews, or counted elsewhere.
    pub(crate) fn has_pauses(&self) -> bool {
        let counted = self.data.as_ref().and_then(|data| data.counted.as_ref());
        self.has_rows() || counted.is_some_and(|pauses| pauses.pageviews() > 0)
    }

    /// Whether there is a pageview to show.
    pub(crate) fn has_rows(&self) -> bool {
        self.data
            .as_ref()
            .is_some_and(|data| data.cut.dataset().n_rows() > 0)
    }
}
