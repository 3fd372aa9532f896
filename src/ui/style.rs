//! The few styles there are. Ui floor.
//!
//! Of themselves only the terminal's own sixteen colours and its defaults: they are readable because their owner
//! chose them. A person may give each part another. Without colour nothing is lost, since emphasis is reversed, bold or dim, and the
//! selected row has a mark.

use ratatui::style::Color;
use ratatui::style::Modifier;
use ratatui::style::Style;

use crate::app::Theme;

/// The parts that can have a colour of their own, and what they are.
pub(crate) const COLOR_PARTS: [(&str, &str); 8] = [
    (
        "within",
        "what lies within a session; light-blue, on a light background blue",
    ),
    (
        "between",
        "what lies between two sessions; yellow, on a light background red",
    ),
    ("strong", "the figures that matter most"),
    ("plain", "other text"),
    ("found", "what was looked for"),
    ("dim", "what matters less"),
    ("selected", "the selected row"),
    (
        "selected-elsewhere",
        "the selected row of a panel that does not have the keys",
    ),
];

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
    /// The styles of a theme, with the colours that a person has chosen. `Mono` sets no colour at all: with one, a
    /// terminal library that obeys `NO_COLOR` would drop the reversal along with it.
    pub(super) fn of(theme: Theme, colors: &[(&'static str, Color)]) -> Styles {
        let mut styles = Styles::of_theme(theme);
        for (part, color) in colors.iter().filter(|_| theme != Theme::Mono) {
            if let Some(style) = styles.part(part) {
                *style = style.fg(*color);
            }
        }
        styles
    }

    fn part(&mut self, name: &str) -> Option<&mut Style> {
        Some(match name {
            "within" => &mut self.within,
            "between" => &mut self.between,
            "strong" => &mut self.strong,
            "plain" => &mut self.plain,
            "found" => &mut self.found,
            "dim" => &mut self.dim,
            "selected" => &mut self.selected,
            "selected-elsewhere" => &mut self.selected_elsewhere,
            _ => return None,
        })
    }

    fn of_theme(theme: Theme) -> Styles {
        let coloured = |dark: Color, light: Color| match theme {
            Theme::Dark => Style::new().fg(dark),
            Theme::Light => Style::new().fg(light),
            Theme::Mono => Style::new(),
        };
        Styles {
            within: coloured(Color::LightBlue, Color::Blue),
            // Yellow on white cannot be read, and blue is best told from red.
            between: coloured(Color::Yellow, Color::Red),
            strong: Style::new().add_modifier(Modifier::BOLD),
            plain: Style::new(),
            found: Style::new().add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
            dim: Style::new().add_modifier(Modifier::DIM),
            selected: Style::new().add_modifier(Modifier::REVERSED),
            selected_elsewhere: Style::new().add_modifier(Modifier::BOLD),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_takes_a_colour_but_without_colours() {
        for (part, _) in COLOR_PARTS {
            let colors = [(part, Color::Indexed(99))];
            for (theme, expected) in [
                (Theme::Dark, Some(Color::Indexed(99))),
                (Theme::Light, Some(Color::Indexed(99))),
                (Theme::Mono, None),
            ] {
                let mut styles = Styles::of(theme, &colors);
                assert_eq!(styles.part(part).unwrap().fg, expected, "{part}");
            }
        }
    }
}
