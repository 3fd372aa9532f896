//! The list of all sessions. App floor.

use std::ops::Range;

use crate::answers::browse::Sort;
use crate::answers::browse::search::SearchedList;
use crate::answers::browse::sessions;
use crate::answers::browse::sessions::SessionColumn;
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

pub(super) struct AllSessions;

impl ListCommands for AllSessions {
    fn rows<'a>(&self, app: &'a App) -> &'a dyn Listed {
        &app.all.sessions.list
    }

    fn rows_mut<'a>(&self, app: &'a mut App) -> &'a mut dyn Listed {
        &mut app.all.sessions.list
    }

    fn unfiltered(&self, app: &App) -> u64 {
        app.data.as_ref().map_or(0, |data| data.summary.sessions)
    }

    /// To the first session that starts then or later.
    fn go_to_moment(&self, app: &mut App, at: Range<i64>) {
        let list = &mut app.all.sessions.list;
        if list.sort.column != SessionColumn::Started {
            list.sort = Sort::by(SessionColumn::Started);
            list.stale = true;
            app.message = Some("sorted by start, to go to a moment".to_owned());
            app.settle();
        }
        let Some(data) = &app.data else { return };
        let list = &app.all.sessions.list;
        let position = sessions::position_at(&data.cut, &list.order, list.sort, at);
        app.jump_to(position);
    }

    fn open(&self, app: &mut App) {
        if app.all.sessions.list.selected().is_some() {
            app.focus_on(Panel::Timeline);
        }
    }

    fn outer(&self) -> Option<Panel> {
        None
    }

    fn set_filter(&self, app: &mut App, typed: &str) {
        let calendar = app.calendar();
        if let Some(data) = &app.data {
            let sessions = &mut app.all.sessions;
            sessions.set_filter(typed, data.cut.dataset(), &calendar);
        }
    }

    fn filter<'a>(&self, app: &'a App) -> Option<&'a ListFilter> {
        Some(&app.all.sessions.filter)
    }

    fn filter_mut<'a>(&self, app: &'a mut App) -> Option<&'a mut ListFilter> {
        Some(&mut app.all.sessions.filter)
    }

    fn searched(&self, app: &App, data: &Data) -> Option<SearchedList> {
        let users = 0..data.cut.dataset().n_users();
        Some(SearchedList::Sessions(users, app.all.sessions.list.sort))
    }

    fn noun(&self, _app: &App) -> &'static str {
        "session"
    }

    fn go_back_to(&self, app: &mut App, before: &Prompt) {
        app.all.trail.row = before.row;
    }

    fn let_go(&self, app: &mut App) {
        app.all.trail.row = None;
    }

    fn copied(&self, app: &App, data: &Data) -> Option<(String, &'static str)> {
        let session = app.all.sessions.list.selected()?;
        Some(session_id(data, session))
    }

    fn detail(&self, app: &App, data: Option<&Data>) -> Option<String> {
        detail::of_session(data?, app.all.sessions.list.selected()?)
    }

    fn export_rows(&self) -> usize {
        0
    }

    fn narrowed(&self, app: &App, data: &Data) -> Option<ExportChoice> {
        let sessions = &app.all.sessions;
        let is_filtered = !sessions.filter.chips.is_empty();
        is_filtered.then(|| ExportChoice::of_sessions(sessions.list.order.ids(), data))
    }
}
