//! The calendar of sessions: which day and which hour of the week are selected, and where cells lie. App floor.

use std::ops::Range;

use ratatui::layout::Rect;

use crate::answers::browse::calendar::Calendar;
use crate::answers::browse::session_calendar::CalendarFigure;
use crate::answers::browse::session_calendar::CellFigures;
use crate::answers::browse::session_calendar::HOURS;
use crate::answers::browse::session_calendar::SessionCalendar;
use crate::answers::browse::session_calendar::shades;
use crate::app::Panel;
use crate::app::ScreenLayout;
use crate::app::inside;
use crate::words::gap::Gap;
use crate::words::text::width;

/// The weekdays in the order of the rows.
pub(crate) const WEEKDAY_NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Days and hours of the week, as last counted.
#[derive(Debug)]
pub(crate) struct CalendarScreen {
    pub(crate) focus: Panel,
    pub(crate) figure: CalendarFigure,
    pub(crate) counts: SessionCalendar,
    /// The gap at which they were counted; `None` before they are.
    pub(crate) counted_at: Option<Gap>,
    pub(crate) days: CalendarGrid,
    pub(crate) hours: CalendarGrid,
    /// The number of the selected day; `None` before one was.
    anchor: Option<i32>,
}

/// What a grid of cells keeps beside its figures. A row of it is a weekday.
#[derive(Debug, Default)]
pub(crate) struct CalendarGrid {
    /// The selected cell.
    pub(crate) cursor: usize,
    /// The first column in view.
    pub(crate) first: usize,
    /// The first weekday in view, on a terminal that has not room for seven.
    pub(crate) top: usize,
    /// Where shades begin; `None` where there is nothing to shade.
    pub(crate) shades: Option<[f64; 3]>,
    /// Columns of the terminal that the longest figure takes.
    pub(crate) longest: u16,
}

impl Default for CalendarScreen {
    fn default() -> CalendarScreen {
        CalendarScreen {
            focus: Panel::Days,
            figure: CalendarFigure::default(),
            counts: SessionCalendar::default(),
            counted_at: None,
            days: CalendarGrid::default(),
            hours: CalendarGrid::default(),
            anchor: None,
        }
    }
}

impl CalendarGrid {
    fn measure(&mut self, figure: CalendarFigure, cells: &[CellFigures]) {
        let values: Vec<f64> = cells.iter().filter_map(|cell| figure.value(cell)).collect();
        // Of durations a longer one can be the shorter text.
        let most = values.iter().copied().fold(0.0, f64::max);
        self.longest = match figure {
            CalendarFigure::Sessions => width(&figure.text(most)) as u16,
            CalendarFigure::BounceRate | CalendarFigure::MedianDuration => 7,
        };
        self.shades = shades(values);
    }

    /// How dark a cell is, from 0 to 3; `None` without a session.
    pub(crate) fn shade(&self, figure: CalendarFigure, cell: &CellFigures) -> Option<usize> {
        let value = figure.value(cell)?;
        let begun = self.shades?.iter().filter(|&&shade| shade <= value).count();
        Some(begun)
    }
}

impl CalendarScreen {
    pub(in crate::app) fn take(&mut self, gap: Gap, counts: SessionCalendar) {
        self.counts = counts;
        self.counted_at = Some(gap);
        self.measure();
    }

    /// Forgets figures of pageviews that are gone. The day that is selected stays so.
    pub(in crate::app) fn forget(&mut self) {
        self.counts = SessionCalendar::default();
        self.counted_at = None;
    }

    /// Shows the next figure.
    pub(in crate::app) fn turn_figure(&mut self) {
        let place = CalendarFigure::ALL
            .iter()
            .position(|&figure| figure == self.figure);
        let next = place.map_or(0, |place| (place + 1) % CalendarFigure::ALL.len());
        self.figure = CalendarFigure::ALL[next];
        self.measure();
    }

    fn measure(&mut self) {
        self.days.measure(self.figure, &self.counts.days);
        self.hours.measure(self.figure, &self.counts.hours);
    }

    /// The cells of a panel.
    pub(crate) fn cells(&self, panel: Panel) -> &[CellFigures] {
        match panel {
            Panel::Hours => &self.counts.hours,
            _ => &self.counts.days,
        }
    }

    /// The grid of a panel.
    pub(crate) fn grid(&self, panel: Panel) -> &CalendarGrid {
        match panel {
            Panel::Hours => &self.hours,
            _ => &self.days,
        }
    }

    pub(in crate::app) fn put_cursor(&mut self, panel: Panel, cell: usize) {
        match panel {
            Panel::Hours => self.hours.cursor = cell,
            _ => {
                self.days.cursor = cell;
                self.anchor = Some(self.counts.first_day + cell as i32);
            }
        }
    }

    /// The weekday of the first day, from 0 for Monday.
    fn first_weekday(&self) -> usize {
        // The first day of the calendar that days are counted by was a Monday.
        (self.counts.first_day - 1).rem_euclid(7) as usize
    }

    /// Column and weekday of a cell.
    pub(crate) fn place(&self, panel: Panel, cell: usize) -> (usize, usize) {
        match panel {
            Panel::Hours => (cell % 24, cell / 24),
            _ => {
                let cell = cell + self.first_weekday();
                (cell / 7, cell % 7)
            }
        }
    }

    /// The cell at a column and weekday; `None` where there is none.
    pub(crate) fn cell_at(&self, panel: Panel, column: usize, weekday: usize) -> Option<usize> {
        let cell = match panel {
            Panel::Hours => Some(weekday * 24 + column).filter(|_| column < 24),
            _ => (column * 7 + weekday).checked_sub(self.first_weekday()),
        };
        cell.filter(|&cell| cell < self.cells(panel).len())
    }

    /// How many columns of cells a panel has.
    pub(crate) fn n_columns(&self, panel: Panel) -> usize {
        let cells = self.cells(panel);
        cells.len().checked_sub(1).map_or(0, |last| match panel {
            Panel::Hours => 24,
            _ => self.place(panel, last).0 + 1,
        })
    }

    /// What the selected cell of a panel is: `Sun 2 Feb 2020`, `Mon 9:00`.
    pub(crate) fn selected_name(&self, panel: Panel, calendar: &Calendar) -> String {
        let cell = self.grid(panel).cursor;
        match panel {
            Panel::Hours => format!("{} {}:00", WEEKDAY_NAMES[(cell / 24) % 7], cell % 24),
            _ => calendar.day_name(self.counts.first_day + cell as i32),
        }
    }

    /// Where the cells of a panel lie.
    pub(crate) fn room(&self, panel: Panel, rect: Rect) -> GridRoom {
        GridRoom::of(rect, self.n_columns(panel), self.grid(panel).longest)
    }

    /// Brings cursors and scroll positions in line with what was counted.
    pub(in crate::app) fn settle(&mut self, layout: &ScreenLayout) {
        let n_days = self.counts.days.len();
        if n_days == 0 {
            return;
        }
        let last_day = self.counts.first_day + n_days as i32 - 1;
        let day = self
            .anchor
            .unwrap_or(last_day)
            .clamp(self.counts.first_day, last_day);
        self.anchor = Some(day);
        self.days.cursor = (day - self.counts.first_day) as usize;
        self.hours.cursor = self.hours.cursor.min(HOURS - 1);
        for panel in [Panel::Days, Panel::Hours] {
            let room = self.room(panel, layout.panel(panel).unwrap_or_default());
            let (column, weekday) = self.place(panel, self.grid(panel).cursor);
            let n_columns = self.n_columns(panel);
            let grid = match panel {
                Panel::Hours => &mut self.hours,
                _ => &mut self.days,
            };
            grid.first = scrolled(grid.first, column, room.columns, n_columns);
            grid.top = scrolled(grid.top, weekday, usize::from(room.body.height), 7);
        }
    }
}

/// The first of `n` in view, of which `shown` are, so that one of them is.
fn scrolled(first: usize, one: usize, shown: usize, n: usize) -> usize {
    let shown = shown.max(1);
    first
        .min(n.saturating_sub(shown))
        .min(one)
        .max((one + 1).saturating_sub(shown))
}

/// Where the cells of a calendar lie in its panel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct GridRoom {
    /// The names of the columns; empty if there is no room for them.
    pub(crate) heading: Rect,
    /// The cells, without the names of the weekdays.
    pub(crate) body: Rect,
    /// What is left below.
    pub(crate) below: Rect,
    /// Columns of the terminal that a cell takes.
    pub(crate) cell: u16,
    /// How many columns of cells are in view.
    pub(crate) columns: usize,
    /// Whether a cell has room for its figure.
    pub(crate) has_figures: bool,
}

/// Columns that the names of the weekdays take, with the mark of the selected one.
pub(crate) const WEEKDAYS: u16 = 6;

impl GridRoom {
    fn of(rect: Rect, n_columns: usize, longest: u16) -> GridRoom {
        let inside = inside(rect);
        let heads = u16::from(inside.height >= 4);
        let room = inside.width.saturating_sub(WEEKDAYS + 1);
        let widest = room / (n_columns.clamp(1, usize::from(u16::MAX)) as u16);
        // A shade, the figure, a blank.
        let with_figure = longest.saturating_add(2);
        let has_figures = widest >= with_figure;
        let cell = match has_figures {
            true => with_figure,
            false => widest.clamp(1, 3),
        };
        let columns = usize::from(room / cell).min(n_columns);
        let height = (inside.height - heads).min(7);
        let body = Rect {
            x: inside.x + inside.width.min(WEEKDAYS),
            y: inside.y + heads,
            width: (columns as u16) * cell,
            height,
        };
        GridRoom {
            heading: Rect {
                y: inside.y,
                height: heads,
                width: room,
                ..body
            },
            body,
            below: Rect {
                x: inside.x,
                width: inside.width,
                y: body.y + height,
                height: inside.height - heads - height,
            },
            cell,
            columns,
            has_figures,
        }
    }

    /// Where the cell in this column and row of those in view lies.
    pub(crate) fn cell(&self, column: usize, row: usize) -> Rect {
        Rect {
            x: self.body.x + column as u16 * self.cell,
            y: self.body.y + row as u16,
            width: self.cell,
            height: 1,
        }
    }

    /// The columns of cells in view, from the first on.
    pub(crate) fn shown(&self, first: usize) -> Range<usize> {
        first..first + self.columns
    }
}
