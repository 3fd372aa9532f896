//! What all panels that are lists do alike. App floor.

use std::ops::Range;

use ratatui::layout::Rect;

use crate::answers::browse::search::SearchedList;
use crate::app::App;
use crate::app::Data;
use crate::app::ExportChoice;
use crate::app::Listed;
use crate::app::Panel;
use crate::app::Popup;
use crate::app::Prompt;
use crate::app::list_body;
use crate::app::model::list_filter::ListFilter;
use crate::app::panels::behaviour::Behaviour;
use crate::words::session::write_session_id;

/// A panel that is a list: what it does not do as all lists do. See [`Behaviour`].
pub(super) trait ListCommands {
    fn rows<'a>(&self, app: &'a App) -> &'a dyn Listed;
    fn rows_mut<'a>(&self, app: &'a mut App) -> &'a mut dyn Listed;
    /// Where the list lies when the panel lies in `rect`.
    fn area(&self, rect: Rect) -> Rect {
        rect
    }
    fn unfiltered(&self, app: &App) -> u64;
    fn go_to_moment(&self, app: &mut App, at: Range<i64>);
    fn open(&self, app: &mut App);
    fn outer(&self) -> Option<Panel>;
    fn set_filter(&self, app: &mut App, typed: &str);
    fn filter<'a>(&self, _app: &'a App) -> Option<&'a ListFilter> {
        None
    }
    fn filter_mut<'a>(&self, _app: &'a mut App) -> Option<&'a mut ListFilter> {
        None
    }
    fn searched(&self, _app: &App, _data: &Data) -> Option<SearchedList> {
        None
    }
    fn noun(&self, _app: &App) -> &'static str;
    fn go_back_to(&self, app: &mut App, before: &Prompt);
    fn let_go(&self, app: &mut App);
    fn copied(&self, app: &App, data: &Data) -> Option<(String, &'static str)>;
    fn detail(&self, app: &App, data: Option<&Data>) -> Option<String>;
    fn export_rows(&self) -> usize;
    fn narrowed(&self, app: &App, data: &Data) -> Option<ExportChoice>;
}

impl<L: ListCommands> Behaviour for L {
    fn list<'a>(&self, app: &'a App) -> Option<&'a dyn Listed> {
        Some(self.rows(app))
    }

    fn list_mut<'a>(&self, app: &'a mut App) -> Option<&'a mut dyn Listed> {
        Some(self.rows_mut(app))
    }

    fn position(&self, app: &App) -> (usize, usize) {
        let list = self.rows(app);
        (list.cursor(), list.len())
    }

    fn unfiltered(&self, app: &App) -> u64 {
        ListCommands::unfiltered(self, app)
    }

    fn go_to(&self, app: &mut App, position: usize) {
        self.rows_mut(app).put_cursor(position);
    }

    fn go_to_moment(&self, app: &mut App, at: Range<i64>) {
        ListCommands::go_to_moment(self, app, at);
    }

    fn open(&self, app: &mut App) {
        ListCommands::open(self, app);
    }

    fn outer(&self, _app: &App) -> Option<Panel> {
        ListCommands::outer(self)
    }

    fn begin_filter(&self, app: &mut App) {
        let mut prompt = app.prompt(self.rows(app).typed());
        app.propose(&mut prompt);
        app.popup = Some(Popup::Filter(prompt));
    }

    fn set_filter(&self, app: &mut App, typed: &str) {
        self.rows_mut(app).retype(typed);
        ListCommands::set_filter(self, app, typed);
    }

    fn filter<'a>(&self, app: &'a App) -> Option<&'a ListFilter> {
        ListCommands::filter(self, app)
    }

    fn filter_mut<'a>(&self, app: &'a mut App) -> Option<&'a mut ListFilter> {
        ListCommands::filter_mut(self, app)
    }

    fn searched(&self, app: &App, data: &Data) -> Option<SearchedList> {
        ListCommands::searched(self, app, data)
    }

    fn noun(&self, app: &App) -> &'static str {
        ListCommands::noun(self, app)
    }

    fn go_back_to(&self, app: &mut App, before: &Prompt) {
        ListCommands::go_back_to(self, app, before);
    }

    fn let_go(&self, app: &mut App) {
        ListCommands::let_go(self, app);
    }

    fn copied(&self, app: &App, data: &Data) -> Option<(String, &'static str)> {
        ListCommands::copied(self, app, data)
    }

    fn detail(&self, app: &App, data: Option<&Data>) -> Option<String> {
        ListCommands::detail(self, app, data)
    }

    fn export_rows(&self) -> usize {
        ListCommands::export_rows(self)
    }

    fn narrowed(&self, app: &App, data: &Data) -> Option<ExportChoice> {
        ListCommands::narrowed(self, app, data)
    }

    fn body(&self, rect: Rect) -> Rect {
        list_body(self.area(rect))
    }

    fn click(&self, app: &mut App, line: usize, _height: usize) {
        let list = self.rows_mut(app);
        let position = list.top() + line;
        if position < list.len() {
            list.put_cursor(position);
        }
    }
}

/// The id of a session by its index, and what it is called.
pub(in crate::app) fn session_id(data: &Data, session: u32) -> (String, &'static str) {
    let dataset = data.cut.dataset();
    let row = data.cut.sessions().rows_of(session as usize).start;
    let user_id = dataset.users().text(dataset.user_of(row) as u32);
    let mut id = Vec::new();
    write_session_id(&mut id, user_id, dataset.at(row));
    let id = String::from_utf8_lossy(&id).into_owned();
    (id, "the session's id")
}
