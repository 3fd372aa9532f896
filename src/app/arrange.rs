//! Where everything lies on a terminal of some size. App floor.

use ratatui::layout::Constraint;
use ratatui::layout::Layout as Split;
use ratatui::layout::Rect;

use crate::app::App;
use crate::app::Command;
use crate::app::Origin;
use crate::app::Panel;
use crate::app::Screen;
use crate::app::ScreenLayout;
use crate::app::beside::side_by_side;
use crate::words::text::width;

/// Columns and rows below which nothing useful fits.
pub(crate) const SMALLEST: (u16, u16) = (30, 8);

/// Columns from which tabs and facts stand in one line.
const ONE_LINE: u16 = 150;

impl ScreenLayout {
    /// The parts of `area`; `None` if it is too small for any.
    pub(crate) fn of(app: &App, area: Rect) -> Option<ScreenLayout> {
        if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
            return None;
        }
        // The gap's screen is the ribbon, where it has room for its plots; columns have none.
        let is_columns = app.screen() == Screen::Columns;
        let is_plotted = app.screen() == Screen::Gap && area.height >= 18 || is_columns;
        // The calendar needs all rows there are, and its titles say what is selected.
        let is_calendar = app.screen() == Screen::Calendar;
        let bars = match area.height {
            _ if is_plotted => 0,
            0..=29 if is_calendar => 0,
            0..=11 => 0,
            12..=29 => 1,
            30..=35 => 2,
            36..=44 => 3,
            45..=54 => 4,
            _ => 6,
        };
        let has_facts = area.height >= 16 && area.width < ONE_LINE;
        let hint = u16::from(area.height >= 12 && has_hint(app, area.height));
        let detail = match area.height {
            _ if is_calendar => 0,
            0..=9 => 0,
            10..=23 => 1,
            _ => 2,
        };
        let chips = u16::from(area.height >= 10 && app.filtered_panel().is_some());
        let [
            top,
            header,
            axis,
            bars,
            figures,
            hint,
            chips,
            body,
            detail,
            footer,
        ] = Split::vertical([
            Constraint::Length(1),
            Constraint::Length(u16::from(has_facts)),
            Constraint::Length(u16::from(bars > 0 && area.height >= 28)),
            Constraint::Length(bars),
            Constraint::Length(u16::from(!is_columns)),
            Constraint::Length(hint),
            Constraint::Length(chips),
            Constraint::Min(3),
            Constraint::Length(detail),
            Constraint::Length(1),
        ])
        .areas(area);
        let inset = |rect: Rect| Rect {
            x: rect.x + 1,
            width: rect.width - 2,
            ..rect
        };
        let has_marks = header.is_empty();
        let tabs = tabs(app, top, has_marks);
        let end = tabs.last().map_or(top.x, |(_, tab)| tab.right());
        let beside = Rect {
            x: end,
            width: top.right() - end,
            ..top
        };
        Some(ScreenLayout {
            tabs,
            beside,
            header: if area.width < ONE_LINE {
                header
            } else {
                beside
            },
            axis: inset(axis),
            bars: inset(bars),
            figures,
            hint,
            chips,
            body,
            panels: panels(app, body),
            detail,
            footer,
        })
    }
}

/// Whether there is something to be said above the panels all the time.
fn has_hint(app: &App, height: u16) -> bool {
    let is_busy = app.jobs.foremost().is_some() && app.data.is_some();
    is_busy || matches!(app.origin, Origin::Sample | Origin::Pauses) && height >= 20
}

/// The tabs, beside what the figures rest on if `has_marks`: by their names, or only by their numbers but for the screen in view. A blank lies on both sides of each.
fn tabs(app: &App, line: Rect, has_marks: bool) -> Vec<(Screen, Rect)> {
    let here = app.tab();
    // What the figures rest on is always in sight, and goes before the names of other screens, then before them all.
    let marks = app.marks();
    let some = marks
        .first()
        .map_or(0, |mark| width(mark) + 3 * usize::from(marks.len() > 1));
    // The keys to the help and out, with blanks.
    let keys = [Command::Help, Command::Quit].map(|command| width(&app.key_of(command)) as u16);
    let keys = keys.iter().sum::<u16>() + 4;
    let beside = if has_marks {
        some as u16 + keys + 1
    } else {
        keys
    };
    let texts = |level: usize| {
        let text = move |&screen: &Screen| match level {
            0 => app.tab_text(screen, false),
            _ if Some(screen) == here => app.tab_text(screen, false),
            1 => app.tab_text(screen, true),
            _ => String::new(),
        };
        let wide = |text: String| match width(&text) as u16 {
            0 => 0,
            wide => wide + 2,
        };
        Screen::TABS.iter().map(text).map(wide)
    };
    let fits = |level: &usize| texts(*level).sum::<u16>() + beside <= line.width;
    let level = (0..2).find(fits).unwrap_or(2);
    let mut x = line.x;
    let mut tabs = Vec::new();
    for (&screen, wide) in Screen::TABS.iter().zip(texts(level)) {
        let width = wide.min(line.right().saturating_sub(x));
        tabs.push((screen, Rect { x, width, ..line }));
        x += width;
    }
    tabs
}

fn panels(app: &App, body: Rect) -> Vec<(Panel, Rect)> {
    let focus = app.panel();
    match app.screen() {
        _ if app.is_maximised => vec![(focus, body)],
        Screen::Gap => vec![(Panel::Ladder, body)],
        Screen::Pages => vec![(Panel::Pages, body)],
        Screen::Columns => vec![(Panel::Columns, body)],
        Screen::Marked => vec![(Panel::Marked, body)],
        Screen::Page => page_panels(focus, body),
        Screen::Calendar => calendar_panels(focus, body),
        Screen::Sessions => side_by_side(app, &[Panel::AllSessions, Panel::Timeline], body),
        Screen::Users => {
            let lifeline = match body.height {
                0..=14 => 0,
                15..=29 => 4,
                _ => 5,
            };
            let is_narrow = body.width < 60;
            let [columns, below] =
                Split::vertical([Constraint::Min(3), Constraint::Length(lifeline)]).areas(body);
            let all = [Panel::Users, Panel::UserSessions, Panel::Timeline];
            if lifeline == 0 || is_narrow && focus != Panel::Lifeline {
                return side_by_side(app, &all, body);
            }
            let mut panels = side_by_side(app, &all, columns);
            panels.push((Panel::Lifeline, below));
            panels
        }
    }
}

/// The sessions with a page above what came before and after it.
fn page_panels(focus: Panel, body: Rect) -> Vec<(Panel, Rect)> {
    /// Three lines and their frame.
    const SESSIONS: u16 = 5;
    if body.height < SESSIONS + 5 {
        return vec![(focus, body)];
    }
    let [sessions, sides] =
        Split::vertical([Constraint::Length(SESSIONS), Constraint::Min(5)]).areas(body);
    if body.width < 60 {
        let side = match focus {
            Panel::Before => Panel::Before,
            _ => Panel::After,
        };
        return vec![(Panel::SessionsOfPage, sessions), (side, sides)];
    }
    let [before, after] =
        Split::horizontal([Constraint::Fill(1), Constraint::Fill(1)]).areas(sides);
    vec![
        (Panel::SessionsOfPage, sessions),
        (Panel::Before, before),
        (Panel::After, after),
    ]
}

/// The days above the hours of the week, or beside them on a terminal that is not high enough.
fn calendar_panels(focus: Panel, body: Rect) -> Vec<(Panel, Rect)> {
    /// The names of the columns, seven days and their frame.
    const WEEK: u16 = 10;
    /// The names of the weekdays, a column an hour and their frame.
    const DAY: u16 = 33;
    let [days, hours] = if body.height >= 2 * WEEK {
        Split::vertical([Constraint::Fill(1), Constraint::Fill(1)]).areas(body)
    } else if body.width >= 2 * DAY {
        Split::horizontal([Constraint::Min(DAY), Constraint::Length(DAY)]).areas(body)
    } else {
        return vec![(focus, body)];
    };
    vec![(Panel::Days, days), (Panel::Hours, hours)]
}
