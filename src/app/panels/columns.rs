//! The list of a file's columns. App floor.

use std::ops::Range;

use ratatui::layout::Rect;

use crate::app::App;
use crate::app::Command;
use crate::app::Data;
use crate::app::ExportChoice;
use crate::app::Listed;
use crate::app::Panel;
use crate::app::Prompt;
use crate::app::columns_and_trial;
use crate::app::panels::lists::ListCommands;

pub(super) struct ColumnsPanel;

impl ListCommands for ColumnsPanel {
    fn rows<'a>(&self, app: &'a App) -> &'a dyn Listed {
        &app.columns.list
    }

    fn rows_mut<'a>(&self, app: &'a mut App) -> &'a mut dyn Listed {
        &mut app.columns.list
    }

    fn area(&self, rect: Rect) -> Rect {
        columns_and_trial(rect).0
    }

    fn unfiltered(&self, app: &App) -> u64 {
        app.columns.inspection.first.n_parts()
    }

    fn go_to_moment(&self, app: &mut App, _at: Range<i64>) {
        app.say_where_moments_are();
    }

    fn open(&self, app: &mut App) {
        let key = app.key_of(Command::TakeColumns);
        app.message = Some(format!("{key} loads with the columns that are chosen"));
    }

    fn outer(&self) -> Option<Panel> {
        None
    }

    fn set_filter(&self, _app: &mut App, _typed: &str) {}

    fn noun(&self, _app: &App) -> &'static str {
        "column"
    }

    fn go_back_to(&self, app: &mut App, before: &Prompt) {
        app.columns.anchor = before.selected;
    }

    fn let_go(&self, app: &mut App) {
        app.columns.anchor = None;
    }

    fn copied(&self, _app: &App, _data: &Data) -> Option<(String, &'static str)> {
        None
    }

    fn detail(&self, app: &App, _data: Option<&Data>) -> Option<String> {
        let place = app.columns.list.selected()?;
        let part = app.columns.inspection.parts.get(place as usize)?;
        Some(format!("{}: {}", part.name, part.examples.join(", ")))
    }

    fn export_rows(&self) -> usize {
        0
    }

    fn narrowed(&self, _app: &App, _data: &Data) -> Option<ExportChoice> {
        None
    }
}
