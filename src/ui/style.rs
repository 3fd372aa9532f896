//! The few styles there are. Ui floor.
//!
//! Only the terminal's own sixteen colours and its defaults: they are readable because their owner
//! chose them. Without colour nothing is lost, since emphasis is reversed, bold or dim, and the
//! selected row has a mark.

use ratatui::style::Color;
use ratatui::style::Modifier;
use ratatui::style::Style;

use crate::app::Theme;

/// A style for each thing that is to be told apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Styles {
    /// What lies within a session.
    pub(super) within: Style,
    /// What lies between two sessions.
    pub(super) between: Style,
    /// The figure that a person came for.
    pub(super) strong: Style,
    pub(super) plain: Style,
    /// What was looked for, within a text.
    pub(super) found: Style,
    /// What is secondary.
    pub(super) dim: Style,
    /// The selected row of the panel that has the keys.
    pub(super) selected: Style,
    /// The selected row of another panel.
    pub(super) selected_elsewhere: Style,
}

impl Styles {
    /// The styles of a theme. `Mono` sets no colour at all: with one, a terminal library that obeys
    /// `NO_COLOR` would drop the reversal along with it.
    pub(super) fn of(theme: Theme) -> Styles {
        let coloured = |dark: Color, light: Color| match theme {
            Theme::Dark => Style::new().fg(dark),
            Theme::Light => Style::new().fg(light),
            Theme::Mono => Style::new(),
        };
        Styles {
            within: coloured(Color::LightBlue, Color::Blue),
            between: coloured(Color::Yellow, Color::Yellow),
            strong: Style::new().add_modifier(Modifier::BOLD),
            plain: Style::new(),
            found: Style::new().add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
            dim: Style::new().add_modifier(Modifier::DIM),
            selected: Style::new().add_modifier(Modifier::REVERSED),
            selected_elsewhere: Style::new().add_modifier(Modifier::BOLD),
        }
    }
}
