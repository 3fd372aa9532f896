//! The sessions of the selected user along time. App floor.

use std::ops::Range;

use ratatui::layout::Rect;

use crate::app::App;
use crate::app::Data;
use crate::app::ExportChoice;
use crate::app::Listed;
use crate::app::Panel;
use crate::app::Prompt;
use crate::app::detail;
use crate::app::list_body;
use crate::app::panels::behaviour::Behaviour;
use crate::app::panels::lists::session_id;

pub(super) struct LifelinePanel;

impl Behaviour for LifelinePanel {
    fn list<'a>(&self, _app: &'a App) -> Option<&'a dyn Listed> {
        None
    }

    fn list_mut<'a>(&self, _app: &'a mut App) -> Option<&'a mut dyn Listed> {
        None
    }

    fn position(&self, app: &App) -> (usize, usize) {
        let Some(data) = &app.data else {
            return (0, 0);
        };
        let (trail, sessions) = (app.trail(), data.cut.sessions());
        let rows = trail.user.map(|user| data.cut.dataset().rows_of(user));
        rows.map_or((0, 0), |rows| {
            let of_user = sessions.within(rows);
            let row = trail.row_in(data.cut.dataset());
            let session = row.map_or(of_user.start, |row| sessions.containing(row));
            (session.saturating_sub(of_user.start), of_user.len())
        })
    }

    fn unfiltered(&self, app: &App) -> u64 {
        self.position(app).1 as u64
    }

    fn go_to(&self, app: &mut App, position: usize) {
        app.go_to_row(|data, rows| {
            let first = data.cut.sessions().containing(rows.start);
            data.cut.sessions().rows_of(first + position).start
        });
    }

    fn go_to_moment(&self, app: &mut App, at: Range<i64>) {
        app.go_to_pageview_at(at.start);
    }

    fn open(&self, app: &mut App) {
        app.focus_on(Panel::Timeline);
    }

    fn outer(&self, _app: &App) -> Option<Panel> {
        Some(Panel::Users)
    }

    fn begin_filter(&self, app: &mut App) {
        app.begin_find();
    }

    fn set_filter(&self, _app: &mut App, _typed: &str) {}

    fn noun(&self, _app: &App) -> &'static str {
        "pageview"
    }

    fn go_back_to(&self, _app: &mut App, _before: &Prompt) {}

    fn let_go(&self, _app: &mut App) {}

    fn copied(&self, app: &App, data: &Data) -> Option<(String, &'static str)> {
        let row = app.trail().row_in(data.cut.dataset())?;
        let session = data.cut.sessions().containing(row);
        Some(session_id(data, session as u32))
    }

    fn detail(&self, app: &App, data: Option<&Data>) -> Option<String> {
        let data = data?;
        let row = app.trail().row_in(data.cut.dataset())?;
        let session = data.cut.sessions().containing(row);
        detail::of_session(data, session as u32)
    }

    fn export_rows(&self) -> usize {
        0
    }

    fn narrowed(&self, app: &App, data: &Data) -> Option<ExportChoice> {
        ExportChoice::of_user(app.trail().user, data)
    }

    fn body(&self, rect: Rect) -> Rect {
        list_body(rect)
    }

    fn click(&self, _app: &mut App, _line: usize, _height: usize) {}
}
