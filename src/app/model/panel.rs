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

    pub(in crate::app) fn name(self) -> &'static str {
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
