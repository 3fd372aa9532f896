//! The rows of an export, ordered by (user_id as bytes, started_at). Answers floor.

use std::io::Write;
use std::path::Path;

use crate::answers::export::Format;
use crate::answers::export::Request;
use crate::answers::export::Rows;
use crate::answers::export::Selection;
use crate::answers::export::encode::Encoder;
use crate::answers::export::parquet;
use crate::engine::columns::Columns;
use crate::engine::sessionize::Sessions;
use crate::engine::sessionize::session_of_user;
use crate::engine::sessionize::sessionize;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::gap::Gap;
use crate::words::progress::Observe;
use crate::words::progress::Progress;
use crate::words::progress::Stage;

const SESSION_COLUMNS: &[&str] = &[
    "session_id",
    "user_id",
    "session_number",
    "started_at",
    "ended_at",
    "duration_s",
    "pageviews",
    "landing_page",
    "exit_page",
    "is_bounce",
    "is_open",
    "starts_at_edge",
];
const PAGEVIEW_COLUMNS: &[&str] = &[
    "session_id",
    "user_id",
    "session_number",
    "pageview_number",
    "page_view_at",
    "page",
    "dwell_s",
];
const USER_COLUMNS: &[&str] = &[
    "user_id",
    "first_seen_at",
    "last_seen_at",
    "sessions",
    "pageviews",
    "bounces",
    "total_duration_s",
];

/// Bytes between two writes.
const BLOCK_BYTES: usize = 1 << 16;

/// Writes what is requested to `out`, which errors call `target`; returns how many rows.
///
/// A selection of sessions selects their pageviews, and the users who have one of them; a user's figures
/// are always those of all the user's sessions. Errors when `out` or `observe` does.
pub fn write(
    columns: &Columns,
    request: &Request,
    out: &mut dyn Write,
    target: &Path,
    observe: Observe<'_>,
) -> Result<u64> {
    let sessions = sessionize(columns, request.gap);
    let picked = Picked::new(columns, &sessions, &request.selection);
    if request.format == Format::Parquet {
        return parquet::write(columns, &sessions, &picked, request, out, target, observe);
    }
    let mut encoder = Encoder::new(request.format, names(request.rows));
    let mut rows = 0;
    let (mut done, total) = (0, columns.n_rows() as u64);
    for user in columns.users().in_text_order() {
        let user = user as usize;
        if picked.user(user) {
            rows += match request.rows {
                Rows::Sessions => {
                    write_sessions(columns, &sessions, request.gap, &picked, user, &mut encoder)
                }
                Rows::Pageviews => write_pageviews(columns, &sessions, &picked, user, &mut encoder),
                Rows::Users => write_user(columns, &sessions, user, &mut encoder),
            };
        }
        done += columns.rows_of(user).len() as u64;
        if encoder.bytes.len() >= BLOCK_BYTES {
            out.write_all(&encoder.bytes)
                .map_err(Error::io("write", target))?;
            encoder.bytes.clear();
            observe(Progress::of(Stage::Export, done, total))?;
        }
    }
    out.write_all(&encoder.bytes)
        .and_then(|()| out.flush())
        .map_err(Error::io("write", target))?;
    Ok(rows)
}

/// The names of the columns, in order.
pub(super) fn names(rows: Rows) -> &'static [&'static str] {
    match rows {
        Rows::Sessions => SESSION_COLUMNS,
        Rows::Pageviews => PAGEVIEW_COLUMNS,
        Rows::Users => USER_COLUMNS,
    }
}

fn write_sessions(
    columns: &Columns,
    sessions: &Sessions,
    gap: Gap,
    picked: &Picked,
    user: usize,
    encoder: &mut Encoder,
) -> u64 {
    let mut rows = 0;
    for index in sessions
        .of_user(user)
        .filter(|&session| picked.session(session))
    {
        let session = session_of_user(columns, sessions, gap, user, index);
        encoder
            .session_id(session.user_id, session.started_at)
            .text(session.user_id)
            .count(session.session_number)
            .time(session.started_at)
            .time(session.ended_at)
            .seconds(Some(session.duration_us()))
            .count(session.pageviews)
            .text(session.landing_page)
            .text(session.exit_page)
            .boolean(session.is_bounce())
            .boolean(session.is_open)
            .boolean(session.starts_at_edge)
            .end_row();
        rows += 1;
    }
    rows
}

fn write_pageviews(
    columns: &Columns,
    sessions: &Sessions,
    picked: &Picked,
    user: usize,
    encoder: &mut Encoder,
) -> u64 {
    let user_id = columns.users().text(user as u32);
    let mut written = 0;
    for (session, session_number) in sessions.of_user(user).zip(1..) {
        if !picked.session(session) {
            continue;
        }
        let rows = sessions.rows_of(session);
        let started_at = columns.at(rows.start);
        for (row, pageview_number) in rows.clone().zip(1..) {
            let next = (row + 1 < rows.end).then(|| columns.at_us()[row + 1]);
            encoder
                .session_id(user_id, started_at)
                .text(user_id)
                .count(session_number)
                .count(pageview_number)
                .time(columns.at(row))
                .text(columns.page_text(row))
                .seconds(next.map(|next| next - columns.at_us()[row]))
                .end_row();
            written += 1;
        }
    }
    written
}

fn write_user(columns: &Columns, sessions: &Sessions, user: usize, encoder: &mut Encoder) -> u64 {
    let rows = columns.rows_of(user);
    let at = columns.at_us();
    let (mut bounces, mut total_duration_us) = (0, 0);
    for session in sessions.of_user(user) {
        let rows = sessions.rows_of(session);
        bounces += u64::from(rows.len() == 1);
        total_duration_us += at[rows.end - 1] - at[rows.start];
    }
    encoder
        .text(columns.users().text(user as u32))
        .time(columns.at(rows.start))
        .time(columns.at(rows.end - 1))
        .count(sessions.of_user(user).len() as u64)
        .count(rows.len() as u64)
        .count(bounces)
        .seconds(Some(total_duration_us))
        .end_row();
    1
}

/// A selection, ready to be asked.
pub(super) struct Picked {
    /// By user index; `None` picks all.
    users: Option<Vec<bool>>,
    /// Ascending; `None` picks all sessions of the users.
    sessions: Option<Vec<u32>>,
}

impl Picked {
    fn new(columns: &Columns, sessions: &Sessions, selection: &Selection) -> Picked {
        let mut users = vec![false; columns.n_users()];
        match selection {
            Selection::All => Picked {
                users: None,
                sessions: None,
            },
            Selection::Users(selected) => {
                selected
                    .iter()
                    .for_each(|&user| users[user as usize] = true);
                Picked {
                    users: Some(users),
                    sessions: None,
                }
            }
            Selection::Sessions(selected) => {
                selected
                    .iter()
                    .for_each(|&session| users[sessions.user_of(session as usize)] = true);
                let mut selected = selected.clone();
                selected.sort_unstable();
                Picked {
                    users: Some(users),
                    sessions: Some(selected),
                }
            }
        }
    }

    pub(super) fn user(&self, user: usize) -> bool {
        self.users.as_ref().is_none_or(|users| users[user])
    }

    pub(super) fn session(&self, session: usize) -> bool {
        self.sessions
            .as_ref()
            .is_none_or(|sessions| sessions.binary_search(&(session as u32)).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::columns::Arrival;
    use crate::engine::dictionary::Dictionary;
    use crate::words::timestamp::Timestamp;

    fn export(rows: Rows, format: Format, selection: Selection) -> String {
        let users: Dictionary = ["b\"", "a"].into_iter().collect();
        let pages: Dictionary = ["/contact", "/a,b"].into_iter().collect();
        let at = |s: i64| Timestamp::from_us(s * 500_000).unwrap();
        let arrivals = [
            Arrival {
                user: 0,
                page: 0,
                at: at(0),
            },
            Arrival {
                user: 0,
                page: 1,
                at: at(3),
            },
            Arrival {
                user: 1,
                page: 0,
                at: at(8_000),
            },
            Arrival {
                user: 0,
                page: 0,
                at: at(8_000),
            },
        ];
        let columns = Columns::from_arrivals(&users, pages, &arrivals);
        let request = Request {
            rows,
            format,
            selection,
            gap: Gap::DEFAULT,
        };
        let mut out = Vec::new();
        let written = write(
            &columns,
            &request,
            &mut out,
            Path::new("-"),
            &mut |_| Ok(()),
        )
        .unwrap();
        let text = String::from_utf8(out).unwrap();
        let header = usize::from(format == Format::Csv);
        assert_eq!(text.lines().count() - header, written as usize);
        text
    }

    #[test]
    fn sessions_come_by_user_and_start() {
        let expected = "\
session_id,user_id,session_number,started_at,ended_at,duration_s,pageviews,landing_page,exit_page,is_bounce,is_open,starts_at_edge
a@4000000000,a,1,1970-01-01T01:06:40Z,1970-01-01T01:06:40Z,0,1,/contact,/contact,true,true,false
\"b\"\"@0\",\"b\"\"\",1,1970-01-01T00:00:00Z,1970-01-01T00:00:01.5Z,1.5,2,/contact,\"/a,b\",false,false,true
\"b\"\"@4000000000\",\"b\"\"\",2,1970-01-01T01:06:40Z,1970-01-01T01:06:40Z,0,1,/contact,/contact,true,true,false
";
        assert_eq!(
            export(Rows::Sessions, Format::Csv, Selection::All),
            expected
        );
    }

    #[test]
    fn the_dwell_time_of_an_exit_page_is_unknown() {
        let expected = r#"{"session_id":"b\"@0","user_id":"b\"","session_number":1,"pageview_number":1,"page_view_at":"1970-01-01T00:00:00Z","page":"/contact","dwell_s":1.5}
{"session_id":"b\"@0","user_id":"b\"","session_number":1,"pageview_number":2,"page_view_at":"1970-01-01T00:00:01.5Z","page":"/a,b","dwell_s":null}
"#;
        assert_eq!(
            export(Rows::Pageviews, Format::Jsonl, Selection::Sessions(vec![0])),
            expected
        );
    }

    #[test]
    fn users_have_the_figures_of_all_their_sessions() {
        let expected = "\
user_id,first_seen_at,last_seen_at,sessions,pageviews,bounces,total_duration_s
\"b\"\"\",1970-01-01T00:00:00Z,1970-01-01T01:06:40Z,2,3,1,1.5
";
        assert_eq!(
            export(Rows::Users, Format::Csv, Selection::Users(vec![0])),
            expected
        );
        assert_eq!(
            export(Rows::Users, Format::Csv, Selection::Sessions(vec![1])),
            expected
        );
    }
}
