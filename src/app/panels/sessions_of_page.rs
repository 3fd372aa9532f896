//! The sessions with the page in view. App floor.

use std::ops::Range;

use ratatui::layout::Rect;

use crate::app::App;
use crate::app::Command;
use crate::app::Data;
use crate::app::ExportChoice;
use crate::app::Listed;
use crate::app::Panel;
use crate::app::Prompt;
use crate::app::SessionsOfPage;
use crate::app::inside;
use crate::app::panels::behaviour::Behaviour;

pub(super) struct SessionsOfPagePanel;

impl Behaviour for SessionsOfPagePanel {
    fn list<'a>(&self, _app: &'a App) -> Option<&'a dyn Listed> {
        None
    }

    fn list_mut<'a>(&self, _app: &'a mut App) -> Option<&'a mut dyn Listed> {
        None
    }

    fn position(&self, app: &App) -> (usize, usize) {
        (app.page.cursor, SessionsOfPage::ALL.len())
    }

    fn unfiltered(&self, _app: &App) -> u64 {
        SessionsOfPage::ALL.len() as u64
    }

    fn go_to(&self, app: &mut App, position: usize) {
        app.page.cursor = position;
    }

    fn go_to_moment(&self, app: &mut App, _at: Range<i64>) {
        app.say_where_moments_are();
    }

    fn open(&self, app: &mut App) {
        app.open_sessions_of_page(SessionsOfPage::ALL[app.page.cursor]);
    }

    fn outer(&self, _app: &App) -> Option<Panel> {
        None
    }

    fn begin_filter(&self, app: &mut App) {
        let key = app.key_of(Command::NextPanel);
        app.message = Some(format!(
            "nothing to filter here; {key} leads to the pages around"
        ));
    }

    fn set_filter(&self, _app: &mut App, _typed: &str) {}

    fn noun(&self, _app: &App) -> &'static str {
        "kind of session"
    }

    fn go_back_to(&self, _app: &mut App, _before: &Prompt) {}

    fn let_go(&self, _app: &mut App) {}

    fn copied(&self, app: &App, data: &Data) -> Option<(String, &'static str)> {
        let page = data.cut.dataset().pages().text(app.page.page()?);
        Some((page.to_owned(), "the page"))
    }

    fn detail(&self, app: &App, data: Option<&Data>) -> Option<String> {
        let page = app.page.page()?;
        Some(data?.cut.dataset().pages().text(page).to_owned())
    }

    fn export_rows(&self) -> usize {
        0
    }

    fn narrowed(&self, _app: &App, _data: &Data) -> Option<ExportChoice> {
        None
    }

    fn body(&self, rect: Rect) -> Rect {
        inside(rect)
    }

    fn click(&self, app: &mut App, line: usize, _height: usize) {
        app.page.cursor = line.min(SessionsOfPage::ALL.len() - 1);
    }
}
