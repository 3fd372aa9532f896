//! What every panel is drawn with.

use crate::app::App;
use crate::ui::style::Styles;

/// The model, and how it looks.
#[derive(Clone, Copy)]
pub(super) struct Ui<'a> {
    pub(super) app: &'a App,
    pub(super) styles: Styles,
    /// Whether the chips are in view.
    pub(super) has_chips: bool,
}
