//! The explorer as one model. App floor.

use std::sync::Arc;
use std::time::Duration;

use chrono_tz::Tz;
use ratatui::style::Color;

use crate::answers::browse::calendar::Calendar;
use crate::answers::browse::counts::CountRequest;
use crate::answers::ribbon::CountScale;
use crate::app::Command;
use crate::app::Data;
use crate::app::Dialog;
use crate::app::Effect;
use crate::app::FollowState;
use crate::app::Jobs;
use crate::app::Keymap;
use crate::app::Origin;
use crate::app::Palette;
use crate::app::Prompt;
use crate::app::Screen;
use crate::app::ScreenLayout;
use crate::app::Start;
use crate::app::TerminalTraits;
use crate::app::Theme;
use crate::source::NamedColumns;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::gap::Gap;

use crate::app::model::calendar::CalendarScreen;
use crate::app::model::columns::ColumnsScreen;
use crate::app::model::marks::MarkList;
use crate::app::model::page::PageScreen;
use crate::app::model::prompt::History;
use crate::app::model::screens::PagesScreen;
use crate::app::model::screens::SessionsScreen;
use crate::app::model::screens::UsersScreen;

/// The explorer: what it shows and what it waits for.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) name: String,
    pub(crate) origin: Origin,
    pub(crate) zone: Tz,
    pub(crate) theme: Theme,
    pub(crate) colors: Vec<(&'static str, Color)>,
    pub(crate) terminal: TerminalTraits,
    pub(crate) mouse: bool,
    pub(crate) keymap: Arc<Keymap>,
    /// Columns and rows of the terminal, as last heard.
    pub(crate) size: (u16, u16),
    /// Where everything lay after the last event.
    pub(crate) layout: ScreenLayout,
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
    /// The panel that has the keys fills the screen.
    pub(in crate::app) is_maximised: bool,
    /// Columns by which texts that are cut are scrolled sideways.
    pub(crate) sideways: u16,
    /// What is being done outside.
    pub(crate) jobs: Jobs,
    /// Why the last load failed, if it did.
    pub(in crate::app) failure: Option<Error>,
    /// Whether more may come after what is read first.
    pub(in crate::app) goes_on: bool,
    /// What is followed, from when it was read for the first time.
    pub(crate) follow: Option<FollowState>,
    /// Whether a store that has changed is loaded again by itself.
    pub(crate) autoreload: bool,
    /// Someone else has changed the store since it was loaded.
    pub(crate) store_changed: bool,
    /// The screen in view is the last; the first is never left.
    pub(crate) screens: Vec<Screen>,
    pub(crate) users: UsersScreen,
    pub(crate) all: SessionsScreen,
    pub(crate) pages: PagesScreen,
    pub(crate) page: PageScreen,
    pub(crate) sessions_calendar: CalendarScreen,
    pub(crate) marks: MarkList,
    /// As many pageviews are counted without a worker: in less than a frame.
    pub(crate) counted_at_once: usize,
    /// The sessions of as many pageviews are ordered without a worker.
    pub(crate) ordered_at_once: usize,
    /// What could not be counted, and at which gap: it is not tried again.
    pub(in crate::app) uncountable: Option<(Gap, CountRequest)>,
    pub(crate) columns: ColumnsScreen,
    /// The columns that a person chose to load.
    pub(in crate::app) chosen: Option<NamedColumns>,
    pub(in crate::app) command: String,
    pub(crate) popup: Option<Popup>,
    pub(in crate::app) filters_typed: History,
    pub(in crate::app) texts_sought: History,
    /// One sentence at the foot of the screen, until the next key.
    pub(crate) message: Option<String>,
}

/// What lies over the screen and takes the keys.
#[derive(Debug)]
pub(crate) enum Popup {
    Help {
        top: usize,
    },
    Sort {
        cursor: usize,
    },
    /// Which columns a list shows, by place: in their order those that are shown, then the others.
    ShownColumns {
        cursor: usize,
        order: Vec<usize>,
        shown: usize,
        /// Those that were shown before.
        before: Vec<usize>,
    },
    Filter(Prompt),
    /// Which condition of the filter is to go.
    Chips {
        cursor: usize,
    },
    Find(Prompt),
    Palette(Palette),
    Export(Box<Dialog>),
    Notes {
        top: usize,
    },
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
            colors: start.colors,
            terminal: start.terminal,
            mouse: start.mouse,
            keymap: Arc::new(start.keymap),
            size: (80, 24),
            layout: ScreenLayout::default(),
            gap: start.gap,
            saved_gap: start.saved_gap,
            pinned: None,
            scale: CountScale::default(),
            moved: false,
            took: None,
            data: None,
            is_maximised: false,
            sideways: 0,
            jobs: Jobs::default(),
            failure: None,
            goes_on: start.goes_on,
            follow: None,
            autoreload: start.autoreload,
            store_changed: false,
            screens: vec![match start.origin {
                Origin::Pauses => Screen::Gap,
                _ => Screen::Users,
            }],
            users: UsersScreen::default(),
            all: SessionsScreen::default(),
            pages: PagesScreen::default(),
            page: PageScreen::default(),
            sessions_calendar: CalendarScreen::default(),
            marks: MarkList::default(),
            counted_at_once: 1 << 17,
            ordered_at_once: 1 << 21,
            uncountable: None,
            columns: ColumnsScreen::default(),
            chosen: None,
            command: start.command,
            popup: None,
            filters_typed: History::default(),
            texts_sought: History::default(),
            message: None,
        };
        for (panel, columns) in start.columns {
            if let Some(list) = panel.behaviour().list_mut(&mut app) {
                list.want_columns(&columns);
            }
        }
        let load = app.begin_load();
        (app, load)
    }

    /// What remains when the person has left: errors if the last load did.
    pub(crate) fn into_result(self) -> Result<()> {
        self.failure.map_or(Ok(()), Err)
    }

    /// The key to press for a command, as a sentence names it.
    pub(crate) fn key_of(&self, command: Command) -> String {
        self.keymap.key(command)
    }

    /// `2 Sessions`, or only the key of the screen; one that has none is known by its name.
    pub(crate) fn tab_text(&self, screen: Screen, is_short: bool) -> String {
        let key = self.key_of(screen.command());
        match Screen::TABS.contains(&screen) && !key.starts_with(':') {
            true if is_short => key,
            true => format!("{key} {}", screen.name()),
            false => screen.name().to_owned(),
        }
    }

    /// How instants are shown and typed.
    pub(crate) fn calendar(&self) -> Calendar {
        self.data
            .as_ref()
            .map_or_else(|| Calendar::new(self.zone, None), |data| data.calendar)
    }

    /// The names of the columns that pageviews carry.
    pub(crate) fn carried_names(&self) -> &[String] {
        let data = self.data.as_ref();
        data.map_or(&[], |data| data.cut.dataset().carried_names())
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
