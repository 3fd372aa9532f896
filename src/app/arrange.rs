//! Where everything lies on a terminal of some size. App floor.

use ratatui::layout::Constraint;
use ratatui::layout::Layout as Split;
use ratatui::layout::Rect;

use crate::app::App;
use crate::app::Origin;
use crate::app::Panel;
use crate::app::Screen;
use crate::app::ScreenLayout;

/// Columns and rows below which nothing useful fits.
const SMALLEST: (u16, u16) = (30, 6);

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
            0..=9 => 0,
            10..=29 => 1,
            30..=35 => 2,
            36..=44 => 3,
            45..=54 => 4,
            _ => 6,
        };
        let hint = u16::from(area.height >= 12 && has_hint(app));
        let chips = u16::from(area.height >= 10 && app.filtered_panel().is_some());
        let [header, axis, bars, figures, hint, chips, body, footer] = Split::vertical([
            Constraint::Length(1),
            Constraint::Length(u16::from(area.height >= 28 && !is_plotted)),
            Constraint::Length(bars),
            Constraint::Length(u16::from(!is_columns)),
            Constraint::Length(hint),
            Constraint::Length(chips),
            Constraint::Min(3),
            Constraint::Length(1),
        ])
        .areas(area);
        let inset = |rect: Rect| Rect {
            x: rect.x + 1,
            width: rect.width - 2,
            ..rect
        };
        Some(ScreenLayout {
            header,
            axis: inset(axis),
            bars: inset(bars),
            figures,
            hint,
            chips,
            body,
            panels: panels(app, body),
            footer,
        })
    }
}

/// Whether there is something to be said above the panels all the time.
fn has_hint(app: &App) -> bool {
    let is_busy = app.jobs.foremost().is_some() && app.data.is_some();
    is_busy || matches!(app.origin, Origin::Sample | Origin::Pauses)
}

fn panels(app: &App, body: Rect) -> Vec<(Panel, Rect)> {
    let focus = app.panel();
    let narrow = body.width < 60;
    match app.screen() {
        Screen::Gap => vec![(Panel::Ladder, body)],
        Screen::Pages => vec![(Panel::Pages, body)],
        Screen::Columns => vec![(Panel::Columns, body)],
        Screen::Sessions if narrow => vec![(focus, body)],
        Screen::Sessions if focus == Panel::Timeline || body.width >= 150 => {
            let [list, timeline] =
                Split::horizontal([Constraint::Fill(3), Constraint::Fill(2)]).areas(body);
            vec![(Panel::AllSessions, list), (Panel::Timeline, timeline)]
        }
        Screen::Sessions => vec![(Panel::AllSessions, body)],
        Screen::Users => {
            let lifeline = match body.height {
                0..=15 => 0,
                16..=29 => 4,
                _ => 5,
            };
            let [columns, lifeline] =
                Split::vertical([Constraint::Min(3), Constraint::Length(lifeline)]).areas(body);
            let mut panels = user_columns(focus, columns);
            if lifeline.height > 0 && (!narrow || focus == Panel::Lifeline) {
                panels.push((Panel::Lifeline, lifeline));
            } else if focus == Panel::Lifeline {
                panels = vec![(Panel::Timeline, body)];
            } else {
                for (_, rect) in &mut panels {
                    rect.height = body.height;
                }
            }
            panels
        }
    }
}

fn user_columns(focus: Panel, area: Rect) -> Vec<(Panel, Rect)> {
    let all = [Panel::Users, Panel::UserSessions, Panel::Timeline];
    let shown = match (area.width, focus) {
        (110.., _) => &all[..],
        (60.., Panel::Users) => &all[..2],
        (60.., _) => &all[1..],
        (_, Panel::Users) => &all[..1],
        (_, Panel::UserSessions) => &all[1..2],
        _ => &all[2..],
    };
    // The timeline has the longest texts, the users the shortest.
    let shares = shown.iter().map(|panel| match panel {
        Panel::Users => Constraint::Fill(9),
        Panel::UserSessions => Constraint::Fill(10),
        _ => Constraint::Fill(11),
    });
    let rects = Split::horizontal(shares).split(area);
    shown.iter().copied().zip(rects.iter().copied()).collect()
}
