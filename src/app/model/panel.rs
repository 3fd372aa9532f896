//! The screens and panels by name. App floor.

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
