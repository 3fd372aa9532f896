//! What every panel is drawn with.

use std::cell::RefCell;

use ratatui::layout::Rect;

use crate::app::App;
use crate::app::Target;
use crate::app::Targets;
use crate::ui::style::Styles;

/// The model, how it looks, and what there is to click.
#[derive(Clone, Copy)]
pub(super) struct Ui<'a> {
    pub(super) app: &'a App,
    pub(super) styles: Styles,
    /// Whether the chips are in view.
    pub(super) has_chips: bool,
    pub(super) targets: &'a RefCell<Targets>,
}

impl Ui<'_> {
    /// Says what a click there is for.
    pub(super) fn target(self, rect: Rect, target: Target) {
        if self.app.mouse && !rect.is_empty() {
            self.targets.borrow_mut().add(rect, target);
        }
    }

    /// The same of some columns of a line.
    pub(super) fn target_within(self, line: Rect, from: u16, to: u16, target: Target) {
        let x = line.x.saturating_add(from);
        let to = line.x.saturating_add(to).min(line.right());
        let rect = Rect {
            x,
            width: to.saturating_sub(x),
            height: line.height.min(1),
            ..line
        };
        self.target(rect, target);
    }
}
