//! The list of sessions, of all users or of one. Answers floor.

use std::ops::Range;

use crate::answers::browse::Column;
use crate::answers::browse::Sort;
use crate::answers::browse::View;
use crate::answers::browse::chips::Filter;
use crate::answers::browse::order::Order;
use crate::answers::browse::sortable;

/// A column of the list of sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionColumn {
    /// Whose session.
    User,
    /// Instant of the first pageview.
    Started,
    /// From the first to the last pageview.
    Duration,
    /// How many pageviews.
    Pageviews,
    /// Page of the first pageview.
    Landing,
    /// Page of the last pageview.
    Exit,
}

impl Column for SessionColumn {
    const ALL: &'static [SessionColumn] = &[
        SessionColumn::User,
        SessionColumn::Started,
        SessionColumn::Duration,
        SessionColumn::Pageviews,
        SessionColumn::Landing,
        SessionColumn::Exit,
    ];

    fn name(self) -> &'static str {
        match self {
            SessionColumn::User => "user",
            SessionColumn::Started => "started",
            SessionColumn::Duration => "duration",
            SessionColumn::Pageviews => "views",
            SessionColumn::Landing => "landing",
            SessionColumn::Exit => "exit",
        }
    }

    fn largest_first(self) -> bool {
        matches!(self, SessionColumn::Duration | SessionColumn::Pageviews)
    }
}

/// The order of the sessions of these users that the filter keeps. Takes a buffer that an order before
/// left over.
///
/// Without a filter, sessions of one user by start and all sessions by user come in their natural order
/// and cost nothing. While the background is not there, users and pages sort as they come.
pub fn order(
    view: View<'_>,
    users: Range<usize>,
    sort: Sort<SessionColumn>,
    filter: &Filter,
    mut buffer: Vec<(u64, u32)>,
) -> Order {
    let (columns, at) = (view.columns, view.columns.at_us());
    let all_by_user = sort.column == SessionColumn::User
        && !sort.descending
        && view.background.is_none()
        && users.len() == columns.n_users();
    if all_by_user && filter.is_empty() {
        return Order::natural(view.sessions.len());
    }
    let user_rank = view.background.map(|background| &background.user_rank);
    let page_rank = view.background.map(|background| &background.page_rank);
    let page_key = |row: usize| {
        let page = columns.page()[row];
        u64::from(page_rank.map_or(page, |rank| rank[page as usize]))
    };
    for user in users {
        if !filter.keeps_user(user) {
            continue;
        }
        let user_key = user_rank.map_or(user as u64, |rank| u64::from(rank[user]));
        let rows = columns.rows_of(user);
        let sessions = view.sessions.within(rows.clone());
        for (session, rows) in sessions.zip(view.sessions.spans(rows)) {
            if !filter.keeps_session(columns, user, rows.clone()) {
                continue;
            }
            let key = match sort.column {
                SessionColumn::User => user_key,
                SessionColumn::Started => sortable(at[rows.start]),
                SessionColumn::Duration => (at[rows.end - 1] - at[rows.start]) as u64,
                SessionColumn::Pageviews => rows.len() as u64,
                SessionColumn::Landing => page_key(rows.start),
                SessionColumn::Exit => page_key(rows.end - 1),
            };
            buffer.push((sort.key(key), session as u32));
        }
    }
    Order::sorted(buffer)
}

/// Where in an order by start the first session stands that started at or after the instant, or in a
/// descending one the first that started before the end of it.
pub fn position_at(order: &Order, sort: Sort<SessionColumn>, at: Range<i64>) -> usize {
    let key = if sort.descending {
        sort.key(sortable(at.end - 1))
    } else {
        sort.key(sortable(at.start))
    };
    order.count_below(key)
}
