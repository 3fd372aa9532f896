//! The list of users. Answers floor.

use crate::answers::browse::ListColumn;
use crate::answers::browse::Sort;
use crate::answers::browse::View;
use crate::answers::browse::WatchRows;
use crate::answers::browse::extent::ColumnRoom;
use crate::answers::browse::extent::Extents;
use crate::answers::browse::order::Buffer;
use crate::answers::browse::order::ListOrder;
use crate::answers::browse::sortable;
use crate::answers::filter::session_filter::SessionFilter;
use crate::engine::cut::Cut;
use crate::words::timestamp::Timestamp;

/// A column of the list of users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UserColumn {
    /// The id.
    User,
    /// How many sessions.
    Sessions,
    /// How many pageviews.
    Pageviews,
    /// The last pageview.
    LastSeen,
}

impl ListColumn for UserColumn {
    const ALL: &'static [UserColumn] = &[
        UserColumn::User,
        UserColumn::Sessions,
        UserColumn::Pageviews,
        UserColumn::LastSeen,
    ];

    fn name(self) -> &'static str {
        match self {
            UserColumn::User => "user",
            UserColumn::Sessions => "sessions",
            UserColumn::Pageviews => "views",
            UserColumn::LastSeen => "last seen",
        }
    }

    fn largest_first(self) -> bool {
        self != UserColumn::User
    }

    fn room(self, extents: &Extents) -> ColumnRoom {
        let name = self.name();
        match self {
            UserColumn::User => ColumnRoom::ids(&extents.user, name),
            UserColumn::Sessions => ColumnRoom::count(extents.views_of_user, name, 1),
            UserColumn::Pageviews => ColumnRoom::count(extents.views_of_user, name, 2),
            UserColumn::LastSeen => ColumnRoom::figure(extents.day, name, 3),
        }
    }
}

/// A row of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UserRow<'a> {
    /// The id, not made safe.
    pub user_id: &'a str,
    /// How many sessions at the gap.
    pub sessions: u64,
    /// How many pageviews.
    pub pageviews: u64,
    /// The last pageview.
    pub last_seen: Timestamp,
}

/// The row of a user.
pub(crate) fn row(cut: &Cut, user: usize) -> UserRow<'_> {
    let dataset = cut.dataset();
    let rows = dataset.rows_of(user);
    UserRow {
        user_id: dataset.users().text(user as u32),
        sessions: cut.sessions().within(rows.clone()).len() as u64,
        pageviews: rows.len() as u64,
        last_seen: dataset.at(rows.end - 1),
    }
}

/// Users that a thread handles at a time.
const USERS_A_PART: usize = 1 << 14;

/// The order of the users that the filter chooses. Reuses the buffer of an earlier order. Until the background is
/// there, users sort by id as they come.
pub(crate) fn order(
    view: View<'_>,
    sort: Sort<UserColumn>,
    filter: &SessionFilter,
    buffer: Buffer,
) -> ListOrder {
    order_watched(view, sort, filter, buffer, &|_, _| true)
}

/// The same, and reports progress. Once the report is answered with no, users are missing.
pub(crate) fn order_watched(
    view: View<'_>,
    sort: Sort<UserColumn>,
    filter: &SessionFilter,
    buffer: Buffer,
    watch: WatchRows<'_>,
) -> ListOrder {
    let dataset = view.cut.dataset();
    let rank = view.background.map(|background| &background.user_rank);
    let key = |user: u32| -> u64 {
        let index = user as usize;
        sort.key(match sort.column {
            UserColumn::User => u64::from(rank.map_or(user, |rank| rank[index])),
            UserColumn::Sessions => view.cut.sessions().within(dataset.rows_of(index)).len() as u64,
            UserColumn::Pageviews => dataset.rows_of(index).len() as u64,
            UserColumn::LastSeen => sortable(dataset.at_us()[dataset.rows_of(index).end - 1]),
        })
    };
    let n = dataset.n_users();
    ListOrder::sorted(buffer, n, USERS_A_PART, |part, rows| {
        if !watch(0, 0) {
            return;
        }
        let n = part.len();
        if filter.is_empty() {
            match sort.column {
                // Counted through, since the gap moves these.
                UserColumn::Sessions => {
                    let counts = view.cut.sessions().counts(dataset, part.clone());
                    rows.extend(counts.map(|n| sort.key(n as u64)), part);
                }
                _ => rows.extend(part.clone().map(|user| key(user as u32)), part),
            }
            watch(n, n);
            return;
        }
        let mut n_listed = 0;
        for user in part.filter(|&user| filter.chooses_user(view.cut, user)) {
            rows.push(key(user as u32), user as u32);
            n_listed += 1;
        }
        watch(n, n_listed);
    })
}
