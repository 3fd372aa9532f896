//! The sessions of the selected user. App floor.

use std::ops::Range;

use crate::answers::browse::search::SearchedList;
use crate::app::App;
use crate::app::Data;
use crate::app::ExportChoice;
use crate::app::Listed;
use crate::app::Panel;
use crate::app::Prompt;
use crate::app::detail;
use crate::app::model::list_filter::ListFilter;
use crate::app::panels::lists::ListCommands;
use crate::app::panels::lists::session_id;

pub(super) struct UserSessions;

impl ListCommands for UserSessions {
    fn rows<'a>(&self, app: &'a App) -> &'a dyn Listed {
        &app.users.sessions.list
    }

    fn rows_mut<'a>(&self, app: &'a mut App) -> &'a mut dyn Listed {
        &mut app.users.sessions.list
    }

    fn unfiltered(&self, app: &App) -> u64 {
        let of_user = app.data.as_ref().zip(app.users.trail.user);
        of_user.map_or(0, |(data, user)| {
            let rows = data.cut.dataset().rows_of(user);
            data.cut.sessions().within(rows).len() as u64
        })
    }

    fn go_to_moment(&self, app: &mut App, at: Range<i64>) {
        app.go_to_pageview_at(at.start);
    }

    fn open(&self, app: &mut App) {
        app.focus_on(Panel::Timeline);
    }

    fn outer(&self) -> Option<Panel> {
        Some(Panel::Users)
    }

    fn set_filter(&self, app: &mut App, typed: &str) {
        let calendar = app.calendar();
        if let Some(data) = &app.data {
            let sessions = &mut app.users.sessions;
            sessions.set_filter(typed, data.cut.dataset(), &calendar);
        }
    }

    fn filter<'a>(&self, app: &'a App) -> Option<&'a ListFilter> {
        Some(&app.users.sessions.filter)
    }

    fn filter_mut<'a>(&self, app: &'a mut App) -> Option<&'a mut ListFilter> {
        Some(&mut app.users.sessions.filter)
    }

    fn searched(&self, app: &App, data: &Data) -> Option<SearchedList> {
        let user = app
            .users
            .trail
            .user
            .filter(|&user| user < data.cut.dataset().n_users())?;
        let sort = app.users.sessions.list.sort;
        Some(SearchedList::Sessions(user..user + 1, sort))
    }

    fn noun(&self, _app: &App) -> &'static str {
        "session"
    }

    fn go_back_to(&self, app: &mut App, before: &Prompt) {
        app.users.trail.row = before.row;
    }

    fn let_go(&self, app: &mut App) {
        app.users.trail.row = None;
    }

    fn copied(&self, app: &App, data: &Data) -> Option<(String, &'static str)> {
        let session = app.users.sessions.list.selected()?;
        Some(session_id(data, session))
    }

    fn detail(&self, app: &App, data: Option<&Data>) -> Option<String> {
        detail::of_session(data?, app.users.sessions.list.selected()?)
    }

    fn export_rows(&self) -> usize {
        0
    }

    fn narrowed(&self, app: &App, data: &Data) -> Option<ExportChoice> {
        let sessions = &app.users.sessions;
        if sessions.filter.chips.is_empty() {
            ExportChoice::of_user(app.users.trail.user, data)
        } else {
            Some(ExportChoice::of_sessions(sessions.list.order.ids(), data))
        }
    }
}
