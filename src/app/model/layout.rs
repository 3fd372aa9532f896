//! Where everything lies on the terminal. App floor.
//!
//! ```text
//! tabs
//! header    (beside the tabs on wide terminals)
//! axis      (tall terminals)
//! bars      (1 to 6 rows, none on the gap's screen)
//! figures
//! hint      (on the sample, and while loading)
//! chips     (while a list is filtered)
//! panels
//! detail    (what is selected, whole)
//! footer
//! ```
//!
//! Here rather than where it is drawn, since scrolling and the mouse need it too.

use ratatui::layout::Constraint;
use ratatui::layout::Layout as Split;
use ratatui::layout::Rect;

use crate::app::Panel;
use crate::app::Screen;

/// The parts of a terminal. Parts that do not fit are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ScreenLayout {
    pub(crate) tabs: Vec<(Screen, Rect)>,
    /// What is left of the tabs' line.
    pub(crate) beside: Rect,
    pub(crate) header: Rect,
    pub(crate) axis: Rect,
    pub(crate) bars: Rect,
    pub(crate) figures: Rect,
    pub(crate) hint: Rect,
    pub(crate) chips: Rect,
    pub(crate) body: Rect,
    pub(crate) panels: Vec<(Panel, Rect)>,
    pub(crate) detail: Rect,
    pub(crate) footer: Rect,
}

impl ScreenLayout {
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

/// What a frame around a panel leaves of it.
pub(crate) fn inside(rect: Rect) -> Rect {
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
