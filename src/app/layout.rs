//! Where everything lies on the terminal. App floor.
//!
//! ```text
//! header
//! axis      (tall terminals)
//! bars      (1 to 6 rows, none on the gap's screen)
//! figures
//! hint      (on the sample, and while loading)
//! panels
//! footer
//! ```
//!
//! Here rather than where it is drawn, since scrolling and the mouse need it too.

use ratatui::layout::Constraint;
use ratatui::layout::Layout as Split;
use ratatui::layout::Rect;

use crate::app::App;
use crate::app::Origin;
use crate::app::Panel;
use crate::app::Screen;

/// The parts of a terminal. Parts that do not fit are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ScreenLayout {
    pub(crate) header: Rect,
    pub(crate) axis: Rect,
    pub(crate) bars: Rect,
    pub(crate) figures: Rect,
    pub(crate) hint: Rect,
    pub(crate) body: Rect,
    pub(crate) panels: Vec<(Panel, Rect)>,
    pub(crate) footer: Rect,
}

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
        let [header, axis, bars, figures, hint, body, footer] = Split::vertical([
            Constraint::Length(1),
            Constraint::Length(u16::from(area.height >= 28 && !is_plotted)),
            Constraint::Length(bars),
            Constraint::Length(u16::from(!is_columns)),
            Constraint::Length(hint),
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
            body,
            panels: panels(app, body),
            footer,
        })
    }

    /// Where a panel lies; `None` if it is not in view.
    pub(crate) fn panel(&self, panel: Panel) -> Option<Rect> {
        let found = self.panels.iter().find(|(name, _)| *name == panel);
        found.map(|&(_, rect)| rect)
    }

    /// How many rows of its list, or lines of its timeline, a panel shows.
    pub(crate) fn rows(&self, panel: Panel) -> usize {
        let rect = self.panel(panel).unwrap_or_default();
        usize::from(panel.behaviour().body(rect).height)
    }

    /// How many slots the lifeline has; 0 if it is not in view.
    pub(crate) fn lifeline_slots(&self) -> usize {
        self.panel(Panel::Lifeline)
            .map_or(0, |rect| usize::from(rect.width.saturating_sub(2)))
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

fn inside(rect: Rect) -> Rect {
    Rect {
        x: rect.x + rect.width.min(1),
        y: rect.y + rect.height.min(1),
        width: rect.width.saturating_sub(2),
        height: rect.height.saturating_sub(2),
    }
}

fn below(rect: Rect, rows: u16) -> Rect {
    Rect {
        y: rect.y + rows,
        height: rect.height - rows,
        ..rect
    }
}

/// Where the rows of a list lie in its panel: under the border and, if there is room, the headings.
pub(crate) fn list_body(panel: Rect) -> Rect {
    let inside = inside(panel);
    below(inside, u16::from(inside.height >= 3))
}

/// Of the panel of columns, where their list lies, and what they give.
pub(crate) fn columns_and_trial(panel: Rect) -> (Rect, Rect) {
    let trial = match panel.height {
        0..=5 => 0,
        6..=11 => 4,
        12..=19 => 6,
        _ => 8,
    };
    let [columns, trial] =
        Split::vertical([Constraint::Min(3), Constraint::Length(trial)]).areas(panel);
    (columns, trial)
}

/// Where the lines of a timeline lie in its panel: under the border and, if there is room, two lines of
/// facts and an empty one.
pub(crate) fn timeline_body(panel: Rect) -> Rect {
    let inside = inside(panel);
    below(inside, if inside.height >= 7 { 3 } else { 0 })
}

/// The box in the middle of the terminal for something this large, as far as it fits.
pub(crate) fn middle(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    }
}
