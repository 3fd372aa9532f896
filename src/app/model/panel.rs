//! The screens and panels by name. App floor.

use crate::app::Command;
use crate::app::Keymap;

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

    /// `2 Sessions`, or only its key; a screen that has none is known by its name.
    pub(crate) fn tab_text(self, keymap: &Keymap, is_short: bool) -> String {
        let is_tab = Screen::TABS.contains(&self);
        let key = keymap.key(self.command());
        match is_tab && !key.starts_with(':') {
            true if is_short => key,
            true => format!("{key} {}", self.name()),
            false => self.name().to_owned(),
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
