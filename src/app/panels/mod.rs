//! What each panel does with the commands that all panels have. App floor.
//!
//! [`Panel::behaviour`] is the one place where that is chosen. A panel has a file here, and nothing in
//! [`Behaviour`] has a default, so that a new panel answers for everything.

mod all_sessions;
mod behaviour;
mod columns;
mod ladder;
mod lifeline;
mod lists;
mod pages;
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
            Panel::Columns => &columns::ColumnsPanel,
        }
    }
}
