//! A session as a row of a list: a cell for each column that is shown. Ui floor.

use ratatui::style::Style;

use crate::answers::browse::sessions::SessionColumn;
use crate::app::Data;
use crate::ui::context::Ui;
use crate::ui::grid::Cell;
use crate::words::figure::count;
use crate::words::figure::duration;

/// The cells of a session by its index; `None` if the sessions are cut otherwise by now.
pub(super) fn session_cells<'a>(
    ui: Ui<'a>,
    data: &'a Data,
    session: u32,
    shown: &[SessionColumn],
) -> Option<Vec<(Cell<'a>, Style)>> {
    let session = Some(session as usize).filter(|&session| session < data.cut.sessions().len())?;
    let facts = data.cut.session(session);
    let styles = ui.styles;
    let extents = &data.extents;
    let cell = |column: &SessionColumn| match column {
        SessionColumn::User => (Cell::Id(facts.user_id, &extents.user), styles.plain),
        SessionColumn::Started => {
            let started = data.calendar.moment(facts.started_at);
            (Cell::Own(started), styles.plain)
        }
        SessionColumn::Duration => {
            let duration = duration(facts.duration_us());
            (Cell::Own(duration), styles.within)
        }
        SessionColumn::Pageviews => (Cell::Own(count(facts.pageviews)), styles.plain),
        SessionColumn::Landing => (Cell::Page(facts.landing_page, &extents.page), styles.plain),
        SessionColumn::Exit => (Cell::Page(facts.exit_page, &extents.page), styles.plain),
        SessionColumn::State => {
            let state = match (facts.starts_at_edge, facts.is_open) {
                (true, true) => "edge open",
                (true, false) => "edge",
                (false, true) => "open",
                (false, false) => "",
            };
            (Cell::Own(state.to_owned()), styles.dim)
        }
        SessionColumn::Carried(place) => {
            let landing = data.cut.sessions().rows_of(session).start;
            let values = data.cut.dataset().carried().nth(*place);
            let text = values.and_then(|values| values.text(landing));
            match text.zip(extents.carried.get(*place)) {
                Some((text, extent)) => (Cell::Page(text, extent), styles.plain),
                None => (Cell::Own(String::new()), styles.plain),
            }
        }
    };
    Some(shown.iter().map(cell).collect())
}

/// What the pages of a list begin with, if it shows any.
pub(super) fn beginning<'a>(data: &'a Data, shown: &[SessionColumn]) -> &'a str {
    let has_pages = shown
        .iter()
        .any(|column| matches!(column, SessionColumn::Landing | SessionColumn::Exit));
    match has_pages {
        true => &data.extents.page.prefix,
        false => "",
    }
}
