//! The list of what is marked. App floor.

use std::ops::Range;

use crate::app::App;
use crate::app::Data;
use crate::app::ExportChoice;
use crate::app::Listed;
use crate::app::Panel;
use crate::app::Prompt;
use crate::app::detail::span_text;
use crate::app::panels::lists::ListCommands;
use crate::words::figure::counted;
use crate::words::session::write_session_id;

pub(super) struct MarkedPanel;

impl ListCommands for MarkedPanel {
    fn rows<'a>(&self, app: &'a App) -> &'a dyn Listed {
        &app.marks.list
    }

    fn rows_mut<'a>(&self, app: &'a mut App) -> &'a mut dyn Listed {
        &mut app.marks.list
    }

    fn unfiltered(&self, app: &App) -> u64 {
        app.marks.all.len() as u64
    }

    fn go_to_moment(&self, app: &mut App, _at: Range<i64>) {
        app.say_where_moments_are();
    }

    fn open(&self, app: &mut App) {
        app.open_mark();
    }

    fn outer(&self) -> Option<Panel> {
        None
    }

    fn set_filter(&self, _app: &mut App, _typed: &str) {}

    fn noun(&self, _app: &App) -> &'static str {
        "mark"
    }

    fn go_back_to(&self, _app: &mut App, _before: &Prompt) {}

    fn let_go(&self, _app: &mut App) {}

    fn copied(&self, app: &App, _data: &Data) -> Option<(String, &'static str)> {
        let place = app.marks.list.selected()?;
        let mark = app.marks.all.get(place as usize)?;
        let Some(session) = mark.session else {
            return Some((mark.user_id.clone(), "the user's id"));
        };
        let mut id = Vec::new();
        write_session_id(&mut id, &mark.user_id, session.started_at);
        let id = String::from_utf8_lossy(&id).into_owned();
        Some((id, "the session's id"))
    }

    fn detail(&self, app: &App, data: Option<&Data>) -> Option<String> {
        let mark = app.marks.all.get(app.marks.list.selected()? as usize)?;
        let Some(session) = mark.session else {
            return Some(mark.user_id.clone());
        };
        let at = session.started_at;
        let views = counted(session.pageviews as u64, "view");
        Some(format!(
            "{} · {} · {views}",
            mark.user_id,
            span_text(data?, at, at)
        ))
    }

    fn export_rows(&self) -> usize {
        0
    }

    fn narrowed(&self, app: &App, data: &Data) -> Option<ExportChoice> {
        app.marked_choice(data)
    }
}
