//! The selected thing whole: what its row had to cut. App floor.

use crate::app::App;
use crate::app::Data;
use crate::app::panels::session_id;
use crate::words::figure::counted;
use crate::words::figure::duration;
use crate::words::timestamp::Timestamp;

impl App {
    /// What is selected, in full; not made safe for a terminal.
    pub(crate) fn detail(&self) -> Option<String> {
        let data = self.data.as_ref();
        self.panel().behaviour().detail(self, data)
    }
}

/// `7 Jan 2014 06:44:28.25 – 06:49:10`, with both dates if they differ.
pub(crate) fn span_text(data: &Data, from: Timestamp, to: Timestamp) -> String {
    let calendar = &data.calendar;
    let exact = |at| calendar.exact_time(at);
    let first = format!("{} {}", calendar.weekday(from), exact(from));
    if from == to {
        first
    } else if calendar.day(from) == calendar.day(to) {
        format!("{first} – {}", exact(to))
    } else {
        format!("{first} – {} {}", calendar.weekday(to), exact(to))
    }
}

/// A user, by index.
pub(in crate::app) fn of_user(data: &Data, user: u32) -> String {
    let dataset = data.cut.dataset();
    let rows = dataset.rows_of(user as usize);
    let sessions = data.cut.sessions().within(rows.clone()).len() as u64;
    let span = span_text(data, dataset.at(rows.start), dataset.at(rows.end - 1));
    let id = dataset.users().text(user);
    let views = counted(rows.len() as u64, "view");
    format!("{id} · {span} · {} · {views}", counted(sessions, "session"))
}

/// A session, by index.
pub(in crate::app) fn of_session(data: &Data, session: u32) -> Option<String> {
    let session =
        Some(session).filter(|&session| (session as usize) < data.cut.sessions().len())?;
    let facts = data.cut.session(session as usize);
    let (id, _) = session_id(data, session);
    let span = span_text(data, facts.started_at, facts.ended_at);
    let pages = match facts.is_bounce() {
        true => facts.landing_page.to_owned(),
        false => format!("{} → {}", facts.landing_page, facts.exit_page),
    };
    let landing = data.cut.sessions().rows_of(session as usize).start;
    Some(format!("{id} · {span} · {pages}{}", carried(data, landing)))
}

/// A pageview, by row.
pub(in crate::app) fn of_pageview(data: &Data, row: usize) -> String {
    let dataset = data.cut.dataset();
    let rows = dataset.rows_of(dataset.user_of(row));
    let dwell = crate::answers::browse::timeline::dwell_us(&data.cut, &rows, row);
    let dwell = dwell.map_or("exit".to_owned(), duration);
    let at = span_text(data, dataset.at(row), dataset.at(row));
    let page = dataset.page_text(row);
    format!("{page} · {at} · {dwell}{}", carried(data, row))
}

/// What a pageview carries: ` · referrer google.com`, without the columns in which it has nothing.
fn carried(data: &Data, row: usize) -> String {
    let columns = data.cut.dataset().carried();
    let texts = columns.filter_map(|column| Some((column.name, column.text(row)?)));
    texts
        .map(|(name, text)| format!(" · {name} {text}"))
        .collect()
}
