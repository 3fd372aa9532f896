//! The timeline of a user. App floor.

use std::ops::Range;

use ratatui::layout::Rect;

use crate::app::App;
use crate::app::Data;
use crate::app::ExportChoice;
use crate::app::Listed;
use crate::app::Panel;
use crate::app::Prompt;
use crate::app::Screen;
use crate::app::TrailLine;
use crate::app::detail;
use crate::app::panels::behaviour::Behaviour;
use crate::app::timeline_body;

pub(super) struct TimelinePanel;

impl Behaviour for TimelinePanel {
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
        let trail = app.trail();
        let rows = trail.user.map(|user| data.cut.dataset().rows_of(user));
        rows.map_or((0, 0), |rows| {
            let row = trail.row.unwrap_or(rows.start);
            (row.saturating_sub(rows.start), rows.len())
        })
    }

    fn unfiltered(&self, app: &App) -> u64 {
        self.position(app).1 as u64
    }

    fn go_to(&self, app: &mut App, position: usize) {
        app.go_to_row(|_, rows| rows.start + position);
    }

    fn go_to_moment(&self, app: &mut App, at: Range<i64>) {
        app.go_to_pageview_at(at.start);
    }

    fn open(&self, app: &mut App) {
        app.message = Some("there is nothing inside a pageview; y copies its page".to_owned());
    }

    fn outer(&self, app: &App) -> Option<Panel> {
        match app.screen() {
            Screen::Users => Some(Panel::UserSessions),
            Screen::Sessions => Some(Panel::AllSessions),
            _ => None,
        }
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
        let dataset = data.cut.dataset();
        let row = app.trail().row_in(dataset)?;
        Some((dataset.page_text(row).to_owned(), "the page"))
    }

    fn detail(&self, app: &App, data: Option<&Data>) -> Option<String> {
        let data = data?;
        let row = app.trail().row_in(data.cut.dataset())?;
        Some(detail::of_pageview(data, row))
    }

    fn export_rows(&self) -> usize {
        1
    }

    fn narrowed(&self, app: &App, data: &Data) -> Option<ExportChoice> {
        ExportChoice::of_user(app.trail().user, data)
    }

    fn body(&self, rect: Rect) -> Rect {
        timeline_body(rect)
    }

    fn click(&self, app: &mut App, line: usize, height: usize) {
        let Some(data) = &app.data else { return };
        let lines = app.trail().lines(data.view(), &data.calendar, height);
        if let Some(&(TrailLine::Pageview(row) | TrailLine::Break(_, row))) = lines.get(line) {
            app.go_to_row(|_, _| row);
        }
    }
}
