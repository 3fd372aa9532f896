//! The pages before or after the page in view. App floor.

use std::ops::Range;

use crate::answers::browse::neighbours::Neighbour;
use crate::app::App;
use crate::app::Data;
use crate::app::ExportChoice;
use crate::app::Listed;
use crate::app::Panel;
use crate::app::Prompt;
use crate::app::SessionsOfPage;
use crate::app::panels::lists::ListCommands;

pub(super) enum NeighboursPanel {
    Before,
    After,
}

impl NeighboursPanel {
    fn neighbours<'a>(&self, app: &'a App) -> &'a [Neighbour] {
        let found = app.page.neighbours();
        found.map_or(&[], |found| match self {
            NeighboursPanel::Before => &found.before,
            NeighboursPanel::After => &found.after,
        })
    }

    fn selected(&self, app: &App) -> Option<Neighbour> {
        let place = self.rows(app).at(self.rows(app).cursor())?;
        self.neighbours(app).get(place as usize).copied()
    }
}

impl ListCommands for NeighboursPanel {
    fn rows<'a>(&self, app: &'a App) -> &'a dyn Listed {
        match self {
            NeighboursPanel::Before => &app.page.before,
            NeighboursPanel::After => &app.page.after,
        }
    }

    fn rows_mut<'a>(&self, app: &'a mut App) -> &'a mut dyn Listed {
        match self {
            NeighboursPanel::Before => &mut app.page.before,
            NeighboursPanel::After => &mut app.page.after,
        }
    }

    fn unfiltered(&self, app: &App) -> u64 {
        self.neighbours(app).len() as u64
    }

    fn go_to_moment(&self, app: &mut App, _at: Range<i64>) {
        app.say_where_moments_are();
    }

    /// The page that is selected, or the sessions that begin or end here.
    fn open(&self, app: &mut App) {
        let Some(neighbour) = self.selected(app) else {
            return;
        };
        match (neighbour.page, self) {
            (Some(page), _) if Some(page) == app.page.page() => {
                app.message = Some("this is the page itself, seen twice in a row".to_owned());
            }
            (Some(page), _) => app.page.open(page),
            (None, NeighboursPanel::Before) => app.open_sessions_of_page(SessionsOfPage::Landing),
            (None, NeighboursPanel::After) => app.open_sessions_of_page(SessionsOfPage::Exiting),
        }
    }

    fn outer(&self) -> Option<Panel> {
        None
    }

    fn set_filter(&self, _app: &mut App, _typed: &str) {}

    fn noun(&self, _app: &App) -> &'static str {
        "page"
    }

    fn go_back_to(&self, app: &mut App, before: &Prompt) {
        app.page.follow(self.panel(), before.selected);
    }

    fn let_go(&self, app: &mut App) {
        app.page.follow(self.panel(), None);
    }

    fn copied(&self, app: &App, data: &Data) -> Option<(String, &'static str)> {
        let page = self.selected(app)?.page?;
        let page = data.cut.dataset().pages().text(page);
        Some((page.to_owned(), "the page"))
    }

    fn detail(&self, app: &App, data: Option<&Data>) -> Option<String> {
        let page = self.selected(app)?.page?;
        Some(data?.cut.dataset().pages().text(page).to_owned())
    }

    fn export_rows(&self) -> usize {
        0
    }

    fn narrowed(&self, _app: &App, _data: &Data) -> Option<ExportChoice> {
        None
    }
}

impl NeighboursPanel {
    fn panel(&self) -> Panel {
        match self {
            NeighboursPanel::Before => Panel::Before,
            NeighboursPanel::After => Panel::After,
        }
    }
}
