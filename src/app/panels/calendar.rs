//! The calendar: the sessions of each day, and of each weekday and hour. App floor.

use std::ops::Range;

use ratatui::layout::Rect;

use crate::app::App;
use crate::app::Command;
use crate::app::Data;
use crate::app::ExportChoice;
use crate::app::Listed;
use crate::app::Panel;
use crate::app::Prompt;
use crate::app::inside;
use crate::app::panels::behaviour::Behaviour;
use crate::words::timestamp::Timestamp;

pub(super) enum CalendarPanel {
    Days,
    Hours,
}

/// The weekdays as a filter takes them.
const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl CalendarPanel {
    fn panel(&self) -> Panel {
        match self {
            CalendarPanel::Days => Panel::Days,
            CalendarPanel::Hours => Panel::Hours,
        }
    }

    /// The filter that keeps the sessions of the selected cell.
    fn typed(&self, app: &App) -> String {
        let screen = &app.sessions_calendar;
        let cell = screen.grid(self.panel()).cursor;
        match self {
            CalendarPanel::Days => {
                let day = screen.counts.first_day + cell as i32;
                format!("time:{}", app.calendar().day_typed(day))
            }
            CalendarPanel::Hours => {
                format!("weekday:{} hour:{}", WEEKDAYS[cell / 24], cell % 24)
            }
        }
    }
}

impl Behaviour for CalendarPanel {
    fn list<'a>(&self, _app: &'a App) -> Option<&'a dyn Listed> {
        None
    }

    fn list_mut<'a>(&self, _app: &'a mut App) -> Option<&'a mut dyn Listed> {
        None
    }

    fn position(&self, app: &App) -> (usize, usize) {
        let screen = &app.sessions_calendar;
        let cells = screen.cells(self.panel()).len();
        (screen.grid(self.panel()).cursor, cells)
    }

    fn unfiltered(&self, app: &App) -> u64 {
        self.position(app).1 as u64
    }

    fn go_to(&self, app: &mut App, position: usize) {
        app.sessions_calendar.put_cursor(self.panel(), position);
    }

    /// To the day, and to the hour of the week in which it lies.
    fn go_to_moment(&self, app: &mut App, at: Range<i64>) {
        let day = app.calendar().day(Timestamp::clamped(at.start));
        let day = day - app.sessions_calendar.counts.first_day;
        let n_days = app.sessions_calendar.counts.days.len() as i32;
        if app.sessions_calendar.counted_at.is_none() {
            app.message = Some("the sessions are still being counted".to_owned());
        } else if (0..n_days).contains(&day) {
            app.focus_on(Panel::Days);
            app.sessions_calendar.put_cursor(Panel::Days, day as usize);
        } else {
            app.message = Some("no session starts on that day".to_owned());
        }
    }

    fn open(&self, app: &mut App) {
        let screen = &app.sessions_calendar;
        let cell = screen.grid(self.panel()).cursor;
        match screen.cells(self.panel()).get(cell) {
            None => {}
            Some(figures) if figures.sessions == 0 => {
                app.message = Some("no session starts there".to_owned());
            }
            Some(_) => {
                let typed = self.typed(app);
                app.enter_sessions(|sessions, dataset, calendar| {
                    sessions.list.enter_with(typed.clone());
                    sessions.set_filter(&typed, dataset, calendar);
                });
            }
        }
    }

    fn outer(&self, _app: &App) -> Option<Panel> {
        None
    }

    fn begin_filter(&self, app: &mut App) {
        let key = app.key_of(Command::Open);
        app.message = Some(format!(
            "nothing to filter here; {key} lists the sessions of a cell"
        ));
    }

    fn set_filter(&self, _app: &mut App, _typed: &str) {}

    fn noun(&self, _app: &App) -> &'static str {
        "cell"
    }

    fn go_back_to(&self, _app: &mut App, _before: &Prompt) {}

    fn let_go(&self, _app: &mut App) {}

    fn copied(&self, app: &App, _data: &Data) -> Option<(String, &'static str)> {
        Some((self.typed(app), "the filter for this cell"))
    }

    fn detail(&self, app: &App, _data: Option<&Data>) -> Option<String> {
        let screen = &app.sessions_calendar;
        let cell = screen
            .cells(self.panel())
            .get(screen.grid(self.panel()).cursor)?;
        let name = screen.selected_name(self.panel(), &app.calendar());
        Some(format!("{name}: {}", cell.words()))
    }

    fn export_rows(&self) -> usize {
        0
    }

    fn narrowed(&self, _app: &App, _data: &Data) -> Option<ExportChoice> {
        None
    }

    fn body(&self, rect: Rect) -> Rect {
        inside(rect)
    }

    fn click(&self, _app: &mut App, _line: usize, _height: usize) {}
}
