//! Where everything lies on a terminal of some size. App floor.

use ratatui::layout::Constraint;
use ratatui::layout::Layout as Split;
use ratatui::layout::Rect;

use crate::app::App;
use crate::app::Origin;
use crate::app::Panel;
use crate::app::Screen;
use crate::app::ScreenLayout;
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
        let bars = match area.height {
            _ if is_plotted => 0,
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
            Constraint::Length(u16::from(area.height >= 28 && !is_plotted)),
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
        let tabs = tabs(app, top);
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

/// The tabs by their names, or only by their numbers but for the screen in view. A blank lies on both sides of each.
fn tabs(app: &App, line: Rect) -> Vec<(Screen, Rect)> {
    let here = app.tab();
    // What the figures rest on is always in sight, and goes before the names of other screens, then before them all.
    let marks = app.marks();
    let some = marks
        .first()
        .map_or(0, |mark| width(mark) + 3 * usize::from(marks.len() > 1));
    let beside = some as u16 + 7;
    let texts = |level: usize| {
        let text = move |&screen: &Screen| match level {
            0 => screen.tab_text(false),
            _ if Some(screen) == here => screen.tab_text(false),
            1 => screen.tab_text(true),
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

/// How many columns a panel takes with its border: without which it is not worth showing, with which nothing of it is
/// left out, and beyond which it gains nothing.
struct PanelRoom {
    shown: u16,
    whole: u16,
    wanted: u16,
}

impl PanelRoom {
    fn of(app: &App, panel: Panel) -> PanelRoom {
        /// The border, the mark of the selected row, and a blank at the end.
        const FRAME: u16 = 5;
        let extents = app.data.as_ref().map(|data| &data.extents);
        let extents = extents.cloned().unwrap_or_default();
        let Some(list) = panel.behaviour().list(app) else {
            let page = extents.page.wide;
            return PanelRoom {
                shown: 27,
                whole: 40,
                // Times, dwell times and bars.
                wanted: page.saturating_add(36),
            };
        };
        let rooms = list.column_rooms(&extents);
        let sum = |wide: &dyn Fn(u16, u8) -> u16, of: &dyn Fn(usize) -> u16| {
            let wides = rooms.iter().enumerate();
            let wides = wides.map(|(n, room)| wide(of(n).saturating_add(1), room.rank));
            wides.fold(FRAME - 1, u16::saturating_add)
        };
        let least = |n: usize| rooms[n].least;
        PanelRoom {
            shown: sum(&|wide, rank| if rank <= 1 { wide } else { 0 }, &least),
            whole: sum(&|wide, _| wide, &least),
            wanted: sum(&|wide, _| wide, &|n| rooms[n].wanted),
        }
    }
}

/// As many of these panels as there is room for, among them the one that has the keys, which goes before the others.
///
/// A wider terminal never takes a column away: a panel more is shown only where the one with the keys stays whole, and
/// all three where all are.
fn side_by_side(app: &App, all: &[Panel], area: Rect) -> Vec<(Panel, Rect)> {
    let focus = app.panel();
    let at = all.iter().position(|&panel| panel == focus);
    // The lifeline lies below all of them; the timeline shows what it is about.
    let at = at.unwrap_or(all.len() - 1);
    let rooms: Vec<PanelRoom> = all.iter().map(|&panel| PanelRoom::of(app, panel)).collect();
    let whole: u16 = rooms
        .iter()
        .fold(0, |sum, room| sum.saturating_add(room.whole));
    let pair = if at + 1 < all.len() {
        at..at + 2
    } else {
        at - 1..at + 1
    };
    // Whoever goes down into a timeline wants to see where it comes from, too.
    let least = |n: usize| match n == at && all[n] != Panel::Timeline {
        true => rooms[n].whole,
        false => rooms[n].shown,
    };
    let shown = if all.len() > 2 && whole <= area.width {
        0..all.len()
    } else if pair.clone().map(least).sum::<u16>() <= area.width {
        pair
    } else {
        at..at + 1
    };
    let is_all = shown.len() == all.len() && whole <= area.width;
    let first = |n: usize| if is_all { rooms[n].whole } else { least(n) };
    let mut widths: Vec<u16> = shown.clone().map(first).collect();
    let mut left = area.width.saturating_sub(widths.iter().sum());
    let goals: [fn(&PanelRoom) -> u16; 2] = [|room| room.whole, |room| room.wanted];
    for goal in goals {
        let goals: Vec<u16> = rooms[shown.clone()].iter().map(goal).collect();
        share_out(&mut left, &mut widths, &goals);
    }
    if let Some(last) = widths.last_mut() {
        *last += left;
    }
    let mut x = area.x;
    let mut panels = Vec::new();
    for (&panel, wide) in all[shown].iter().zip(widths) {
        let width = wide.min(area.right() - x);
        panels.push((panel, Rect { x, width, ..area }));
        x += width;
    }
    panels
}

/// Widens all alike until each has what it is to have, or nothing is left.
pub(crate) fn share_out(left: &mut u16, widths: &mut [u16], goals: &[u16]) {
    loop {
        let hungry = widths.iter().zip(goals).filter(|(wide, goal)| wide < goal);
        let n_hungry = hungry.count() as u16;
        if n_hungry == 0 || *left == 0 {
            return;
        }
        let step = (*left / n_hungry).max(1);
        for (wide, goal) in widths.iter_mut().zip(goals) {
            let more = goal.saturating_sub(*wide).min(step).min(*left);
            *wide += more;
            *left -= more;
        }
    }
}
