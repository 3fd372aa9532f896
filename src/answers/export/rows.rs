//! The rows of an export, user by user. Answers floor.
//!
//! Knows which rows there are and what their fields hold. The format decides what becomes of the fields.

use crate::answers::export::ExportRequest;
use crate::answers::export::ExportRows;
use crate::answers::export::Selection;
use crate::answers::export::fields::ExportFields;
use crate::engine::cut::Cut;
use crate::engine::dataset::TextValues;
use crate::words::coverage::UserSample;

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

/// The names of the columns that rows always have, in order.
pub(super) fn columns_of(rows: ExportRows) -> &'static [&'static str] {
    match rows {
        ExportRows::Sessions => SESSION_COLUMNS,
        ExportRows::Pageviews => PAGEVIEW_COLUMNS,
        ExportRows::Users => USER_COLUMNS,
    }
}

/// Whether rows of sessions or pageviews have a column of that name, whatever its case, besides what they carry.
pub(crate) fn is_fixed_column(name: &str) -> bool {
    let mut fixed = SESSION_COLUMNS.iter().chain(PAGEVIEW_COLUMNS);
    fixed.any(|column| column.eq_ignore_ascii_case(name))
}

/// The source of rows.
pub(super) struct Source<'a> {
    pub(super) cut: &'a Cut,
    pub(super) picked: Picked,
    pub(super) rows: ExportRows,
    /// The columns behind the fixed ones.
    carried: Vec<TextValues<'a>>,
    /// Of a sample of users, how many there are for each in it: a column behind all others, so that the file says so.
    one_in: Option<String>,
}

impl<'a> Source<'a> {
    pub(super) fn new(cut: &'a Cut, request: &ExportRequest) -> Source<'a> {
        let carried: Vec<TextValues<'a>> = match request.rows {
            ExportRows::Users => Vec::new(),
            _ => cut.dataset().carried().collect(),
        };
        let is_said = carried
            .iter()
            .any(|column| column.name == UserSample::COLUMN);
        let sample = cut.dataset().coverage.sample.filter(|_| !is_said);
        Source {
            cut,
            picked: Picked::new(cut, &request.selection),
            rows: request.rows,
            carried,
            one_in: sample.map(|sample| sample.one_in().to_string()),
        }
    }

    /// How many columns there are behind the fixed ones.
    #[cfg(feature = "parquet")]
    pub(super) fn n_carried(&self) -> usize {
        self.carried.len() + usize::from(self.one_in.is_some())
    }

    /// The names of the columns, in order.
    pub(super) fn columns(&self) -> Vec<&'a str> {
        let carried = self.carried.iter().map(|column| column.name);
        let fixed = columns_of(self.rows).iter().copied();
        let sample = self.one_in.iter().map(|_| UserSample::COLUMN);
        fixed.chain(carried).chain(sample).collect()
    }

    /// Passes on the rows of a user in order; returns how many.
    pub(super) fn rows_of(&self, user: usize, fields: &mut impl ExportFields) -> u64 {
        if !self.picked.user(user) {
            return 0;
        }
        fields.begin_user(self.cut.dataset().users().text(user as u32));
        match self.rows {
            ExportRows::Sessions => self.sessions_of(user, fields),
            ExportRows::Pageviews => self.pageviews_of(user, fields),
            ExportRows::Users => self.row_of(user, fields),
        }
    }

    fn sessions_of(&self, user: usize, fields: &mut impl ExportFields) -> u64 {
        let (sessions, page) = (self.cut.sessions(), self.cut.dataset().page());
        let of_user = self.cut.dataset().rows_of(user);
        let indices = sessions.within(of_user.clone());
        let mut written = 0;
        for (place, (index, rows)) in indices.zip(sessions.spans(of_user)).enumerate() {
            if !self.picked.session(index) {
                continue;
            }
            let (first, last) = (rows.start, rows.end - 1);
            let session = self.cut.session_of_rows(user, place, rows);
            fields
                .session_id(session.started_at)
                .user()
                .count(session.session_number)
                .time(session.started_at)
                .time(session.ended_at)
                .seconds(Some(session.duration_us()))
                .count(session.pageviews)
                .page(page[first])
                .page(page[last])
                .boolean(session.is_bounce())
                .boolean(session.is_open)
                .boolean(session.starts_at_edge);
            self.end_row(first, fields);
            written += 1;
        }
        written
    }

    fn pageviews_of(&self, user: usize, fields: &mut impl ExportFields) -> u64 {
        let (dataset, sessions) = (self.cut.dataset(), self.cut.sessions());
        let (at, page) = (dataset.at_us(), dataset.page());
        let of_user = dataset.rows_of(user);
        let indices = sessions.within(of_user.clone());
        let mut written = 0;
        for (session_number, (index, rows)) in (1..).zip(indices.zip(sessions.spans(of_user))) {
            if !self.picked.session(index) {
                continue;
            }
            let started_at = dataset.at(rows.start);
            for (row, pageview_number) in rows.clone().zip(1..) {
                let next = (row + 1 < rows.end).then(|| at[row + 1]);
                fields
                    .session_id(started_at)
                    .user()
                    .count(session_number)
                    .count(pageview_number)
                    .time(dataset.at(row))
                    .page(page[row])
                    .seconds(next.map(|next| next - at[row]));
                self.end_row(row, fields);
                written += 1;
            }
        }
        written
    }

    /// Ends a row behind what a pageview carries.
    fn end_row(&self, pageview: usize, fields: &mut impl ExportFields) {
        for column in &self.carried {
            fields.carried(column.text(pageview));
        }
        if let Some(one_in) = &self.one_in {
            fields.carried(Some(one_in));
        }
        fields.end_row();
    }

    fn row_of(&self, user: usize, fields: &mut impl ExportFields) -> u64 {
        let dataset = self.cut.dataset();
        let rows = dataset.rows_of(user);
        let at = dataset.at_us();
        let (mut n_sessions, mut bounces, mut total_duration_us) = (0, 0, 0);
        for rows in self.cut.sessions().spans(rows.clone()) {
            n_sessions += 1;
            bounces += u64::from(rows.len() == 1);
            total_duration_us += at[rows.end - 1] - at[rows.start];
        }
        fields
            .user()
            .time(dataset.at(rows.start))
            .time(dataset.at(rows.end - 1))
            .count(n_sessions)
            .count(rows.len() as u64)
            .count(bounces)
            .seconds(Some(total_duration_us));
        self.end_row(rows.start, fields);
        1
    }
}

/// A selection, prepared for fast lookups.
pub(super) struct Picked {
    /// By user index; `None` picks all.
    users: Option<Vec<bool>>,
    /// By session index; `None` picks all sessions of the users.
    sessions: Option<Vec<bool>>,
}

impl Picked {
    pub(super) fn new(cut: &Cut, selection: &Selection) -> Picked {
        let (dataset, sessions) = (cut.dataset(), cut.sessions());
        let mut users = vec![false; dataset.n_users()];
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
                let mut picked = vec![false; sessions.len()];
                for &session in selected {
                    picked[session as usize] = true;
                    users[dataset.user_of(sessions.rows_of(session as usize).start)] = true;
                }
                Picked {
                    users: Some(users),
                    sessions: Some(picked),
                }
            }
        }
    }

    fn user(&self, user: usize) -> bool {
        self.users.as_ref().is_none_or(|users| users[user])
    }

    fn session(&self, session: usize) -> bool {
        let sessions = self.sessions.as_ref();
        sessions.is_none_or(|sessions| sessions[session])
    }
}
