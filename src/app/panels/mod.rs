//! What each panel does with the commands that all panels have. App floor.
//!
//! [`Panel::behaviour`] is the one place where that is chosen. A panel has a file here, and nothing in
//! [`Behaviour`] has a default, so that a new panel answers for everything.

mod all_sessions;
mod behaviour;
mod calendar;
mod columns;
mod ladder;
mod lifeline;
mod lists;
mod marked;
mod neighbours;
mod pages;
mod sessions_of_page;
mod timeline;
mod user_sessions;
mod users;

use crate::app::Panel;

use behaviour::Behaviour;

pub(in crate::app) use lists::session_id;

impl Panel {
    pub(super) fn behaviour(self) -> &'static dyn Behaviour {
        match self {
            Panel::Users => &users::UsersPanel,
            Panel::UserSessions => &user_sessions::UserSessions,
            Panel::Timeline => &timeline::TimelinePanel,
            Panel::Lifeline => &lifeline::LifelinePanel,
            Panel::AllSessions => &all_sessions::AllSessions,
            Panel::Ladder => &ladder::LadderPanel,
            Panel::Pages => &pages::PagesPanel,
            Panel::SessionsOfPage => &sessions_of_page::SessionsOfPagePanel,
            Panel::Before => &neighbours::NeighboursPanel::Before,
            Panel::After => &neighbours::NeighboursPanel::After,
            Panel::Days => &calendar::CalendarPanel::Days,
            Panel::Hours => &calendar::CalendarPanel::Hours,
            Panel::Marked => &marked::MarkedPanel,
            Panel::Columns => &columns::ColumnsPanel,
        }
    }
}
