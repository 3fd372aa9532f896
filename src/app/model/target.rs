//! What a click can hit besides the rows of a panel. App floor.

use crossterm::event::KeyCode;
use ratatui::layout::Position;
use ratatui::layout::Rect;

use crate::app::Command;
use crate::app::DialogField;
use crate::app::Panel;

/// What lies somewhere on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// Nothing; what is below is covered.
    Nothing,
    /// A command.
    Run(Command),
    /// A key of the pop-up in view.
    Key(KeyCode),
    /// A column of a panel's list, by its place: sorts by it.
    Column(Panel, usize),
    /// A cell of a calendar.
    Cell(Panel, usize),
    /// A field of the export dialog.
    Field(DialogField),
    /// The same, and its value before (0) or after (1) the one in view.
    Step(DialogField, usize),
    /// An entry of the sort picker or of the palette, by its place.
    Entry(usize),
}

/// Where targets lie in a frame: what was drawn last lies on top.
#[derive(Clone, Debug, Default)]
pub(crate) struct Targets(Vec<(Rect, Target)>);

impl Targets {
    /// Puts a target on top of the others.
    pub(crate) fn add(&mut self, rect: Rect, target: Target) {
        self.0.push((rect, target));
    }

    /// The target at a position, if there is one.
    pub(crate) fn at(&self, position: Position) -> Option<Target> {
        let mut targets = self.0.iter().rev();
        let found = targets.find(|(rect, _)| rect.contains(position));
        found.map(|&(_, target)| target)
    }
}
