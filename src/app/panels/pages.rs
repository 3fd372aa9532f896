//! The list of pages, or of the values of a carried column. App floor.

use std::ops::Range;

use crate::answers::browse::pages::CountedColumn;
use crate::app::App;
use crate::app::Data;
use crate::app::ExportChoice;
use crate::app::Listed;
use crate::app::Panel;
use crate::app::Prompt;
use crate::app::model::list_filter::ListFilter;
use crate::app::panels::lists::ListCommands;

pub(super) struct PagesPanel;

impl ListCommands for PagesPanel {
    fn rows<'a>(&self, app: &'a App) -> &'a dyn Listed {
        &app.pages.list
    }

    fn rows_mut<'a>(&self, app: &'a mut App) -> &'a mut dyn Listed {
        &mut app.pages.list
    }

    fn unfiltered(&self, app: &App) -> u64 {
        app.pages.seen as u64
    }

    fn go_to_moment(&self, app: &mut App, _at: Range<i64>) {
        app.say_where_moments_are();
    }

    fn open(&self, app: &mut App) {
        match app.pages.by {
            CountedColumn::Page => app.open_page(),
            CountedColumn::Carried(column) => app.open_sessions_carrying(column),
        }
    }

    fn outer(&self) -> Option<Panel> {
        None
    }

    fn set_filter(&self, app: &mut App, typed: &str) {
        let calendar = app.calendar();
        if let Some(data) = &app.data {
            let (filter, dataset) = (&mut app.pages.filter, data.cut.dataset());
            filter.read(typed, dataset.carried_names(), &calendar);
            filter.make_ready(dataset);
        }
    }

    fn filter<'a>(&self, app: &'a App) -> Option<&'a ListFilter> {
        Some(&app.pages.filter)
    }

    fn filter_mut<'a>(&self, app: &'a mut App) -> Option<&'a mut ListFilter> {
        Some(&mut app.pages.filter)
    }

    fn noun(&self, app: &App) -> &'static str {
        match app.pages.by {
            CountedColumn::Page => "page",
            CountedColumn::Carried(_) => "value",
        }
    }

    fn go_back_to(&self, app: &mut App, before: &Prompt) {
        app.pages.anchor = before.selected;
    }

    fn let_go(&self, app: &mut App) {
        app.pages.anchor = None;
    }

    fn copied(&self, app: &App, data: &Data) -> Option<(String, &'static str)> {
        let text = app.pages.list.selected()?;
        let values = app.pages.by.values(data.cut.dataset())?;
        let what = match app.pages.by {
            CountedColumn::Page => "the page",
            CountedColumn::Carried(_) => "the value",
        };
        Some((values.texts.text(text).to_owned(), what))
    }

    fn detail(&self, app: &App, data: Option<&Data>) -> Option<String> {
        let values = app.pages.by.values(data?.cut.dataset())?;
        let text = values.texts.text(app.pages.list.selected()?);
        Some(match app.pages.by {
            CountedColumn::Page => text.to_owned(),
            CountedColumn::Carried(_) if text.is_empty() => format!("no {}", values.name),
            CountedColumn::Carried(_) => format!("{} {text}", values.name),
        })
    }

    fn export_rows(&self) -> usize {
        0
    }

    fn narrowed(&self, _app: &App, _data: &Data) -> Option<ExportChoice> {
        None
    }
}
