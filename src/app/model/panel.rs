//! The screens and panels by name. App floor.

use crate::app::Command;

/// What fills the body of the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Screen {
    Users,
    Sessions,
    Pages,
    Page,
    Gap,
    Calendar,
    Marked,
    Columns,
}

impl Screen {
    /// The screens that have a number, in its order.
    pub(crate) const TABS: [Screen; 5] = [
        Screen::Users,
        Screen::Sessions,
        Screen::Pages,
        Screen::Gap,
        Screen::Calendar,
    ];

    fn name(self) -> &'static str {
        match self {
            Screen::Users => "Users",
            Screen::Sessions => "Sessions",
            Screen::Pages => "Pages",
            Screen::Page => "Page",
            Screen::Gap => "Gap",
            Screen::Calendar => "Calendar",
            Screen::Marked => "Marked",
            Screen::Columns => "Columns",
        }
    }

    /// What its tab is for.
    pub(crate) fn command(self) -> Command {
        match self {
            Screen::Users => Command::ShowUsers,
            Screen::Sessions => Command::ShowSessions,
            Screen::Pages | Screen::Page => Command::ShowPages,
            Screen::Gap => Command::ShowGap,
            Screen::Calendar => Command::ShowCalendar,
            Screen::Marked => Command::ShowMarked,
            Screen::Columns => Command::Inspect,
        }
    }

    /// `2 Sessions`, or only its number.
    pub(crate) fn tab_text(self, is_short: bool) -> String {
        let place = Screen::TABS.iter().position(|&screen| screen == self);
        let number = place.map_or(String::new(), |place| (place + 1).to_string());
        match is_short {
            true => number,
            false => format!("{number} {}", self.name()).trim_start().to_owned(),
        }
    }
}

/// A part of a screen that can have the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Panel {
    Users,
    UserSessions,
    Timeline,
    Lifeline,
    AllSessions,
    Ladder,
    Pages,
    SessionsOfPage,
    Before,
    After,
    Days,
    Hours,
    Marked,
    Columns,
}

#[cfg(test)]
impl Panel {
    pub(crate) const ALL: [Panel; 14] = [
        Panel::Users,
        Panel::UserSessions,
        Panel::Timeline,
        Panel::Lifeline,
        Panel::AllSessions,
        Panel::Ladder,
        Panel::Pages,
        Panel::SessionsOfPage,
        Panel::Before,
        Panel::After,
        Panel::Days,
        Panel::Hours,
        Panel::Marked,
        Panel::Columns,
    ];
}
