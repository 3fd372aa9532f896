//! The ladder of gaps. App floor.

use std::ops::Range;

use ratatui::layout::Rect;

use crate::app::App;
use crate::app::Data;
use crate::app::ExportChoice;
use crate::app::Listed;
use crate::app::Panel;
use crate::app::Prompt;
use crate::app::list_body;
use crate::app::panels::behaviour::Behaviour;

pub(super) struct LadderPanel;

impl Behaviour for LadderPanel {
    fn list<'a>(&self, _app: &'a App) -> Option<&'a dyn Listed> {
        None
    }

    fn list_mut<'a>(&self, _app: &'a mut App) -> Option<&'a mut dyn Listed> {
        None
    }

    fn position(&self, app: &App) -> (usize, usize) {
        let ladder = app.data.as_ref().map(Data::ladder).unwrap_or_default();
        let cursor = ladder.iter().position(|row| row.gap == app.gap);
        (cursor.unwrap_or(0), ladder.len())
    }

    fn unfiltered(&self, app: &App) -> u64 {
        self.position(app).1 as u64
    }

    fn go_to(&self, app: &mut App, position: usize) {
        let row = app.data.as_ref().map(|data| data.ladder()[position]);
        app.set_gap(row.map_or(app.gap, |row| row.gap));
    }

    fn go_to_moment(&self, app: &mut App, _at: Range<i64>) {
        app.say_where_moments_are();
    }

    fn open(&self, app: &mut App) {
        app.show_differing();
    }

    fn outer(&self, _app: &App) -> Option<Panel> {
        None
    }

    fn begin_filter(&self, app: &mut App) {
        app.message = Some("nothing to filter here".to_owned());
    }

    fn set_filter(&self, _app: &mut App, _typed: &str) {}

    fn noun(&self, _app: &App) -> &'static str {
        "gap"
    }

    fn go_back_to(&self, _app: &mut App, _before: &Prompt) {}

    fn let_go(&self, _app: &mut App) {}

    fn copied(&self, app: &App, _data: &Data) -> Option<(String, &'static str)> {
        Some((app.gap.to_string(), "the gap"))
    }

    fn detail(&self, app: &App, data: Option<&Data>) -> Option<String> {
        data.filter(|_| app.has_pauses()).map(Data::robustness)
    }

    fn export_rows(&self) -> usize {
        0
    }

    fn narrowed(&self, _app: &App, _data: &Data) -> Option<ExportChoice> {
        None
    }

    fn body(&self, rect: Rect) -> Rect {
        list_body(rect)
    }

    fn click(&self, _app: &mut App, _line: usize, _height: usize) {}
}
