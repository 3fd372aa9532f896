//! The list of users. App floor.

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

pub(super) struct UsersPanel;

impl ListCommands for UsersPanel {
    fn rows<'a>(&self, app: &'a App) -> &'a dyn Listed {
        &app.users.list
    }

    fn rows_mut<'a>(&self, app: &'a mut App) -> &'a mut dyn Listed {
        &mut app.users.list
    }

    fn unfiltered(&self, app: &App) -> u64 {
        app.data.as_ref().map_or(0, |data| data.summary.users)
    }

    fn go_to_moment(&self, app: &mut App, at: Range<i64>) {
        app.go_to_pageview_at(at.start);
        app.focus_on(Panel::Timeline);
    }

    fn open(&self, app: &mut App) {
        if app.users.list.selected().is_some() {
            app.focus_on(Panel::UserSessions);
        }
    }

    fn outer(&self) -> Option<Panel> {
        None
    }

    fn set_filter(&self, app: &mut App, typed: &str) {
        let calendar = app.calendar();
        if let Some(data) = &app.data {
            let (filter, dataset) = (&mut app.users.filter, data.cut.dataset());
            filter.read(typed, dataset.carried_names(), &calendar);
            filter.make_ready(dataset);
        }
    }

    fn filter<'a>(&self, app: &'a App) -> Option<&'a ListFilter> {
        Some(&app.users.filter)
    }

    fn filter_mut<'a>(&self, app: &'a mut App) -> Option<&'a mut ListFilter> {
        Some(&mut app.users.filter)
    }

    fn searched(&self, app: &App, data: &Data) -> Option<SearchedList> {
        let n_users = data.cut.dataset().n_users();
        (n_users > 0).then_some(SearchedList::Users(app.users.list.sort))
    }

    fn noun(&self, _app: &App) -> &'static str {
        "user"
    }

    fn go_back_to(&self, app: &mut App, before: &Prompt) {
        app.users.anchor = before.selected;
        app.users.trail.row = before.row;
    }

    fn let_go(&self, app: &mut App) {
        app.users.anchor = None;
    }

    fn copied(&self, app: &App, data: &Data) -> Option<(String, &'static str)> {
        let user = app.users.list.selected()?;
        let id = data.cut.dataset().users().text(user);
        Some((id.to_owned(), "the user's id"))
    }

    fn detail(&self, app: &App, data: Option<&Data>) -> Option<String> {
        Some(detail::of_user(data?, app.users.list.selected()?))
    }

    fn export_rows(&self) -> usize {
        2
    }

    fn narrowed(&self, app: &App, data: &Data) -> Option<ExportChoice> {
        let users = app.users.list.order.ids();
        let is_filtered = !app.users.filter.chips.is_empty();
        is_filtered.then(|| ExportChoice::of_users("as filtered".to_owned(), users, data))
    }
}
