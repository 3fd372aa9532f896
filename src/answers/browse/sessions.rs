//! The list of sessions, of all users or of one. Answers floor.

use std::ops::Range;

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
use crate::answers::filter::session_filter::USERS_A_PART;
use crate::engine::cut::Cut;

/// A column of the list of sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SessionColumn {
    /// Who the session belongs to.
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
    /// Whether it may go on after the data ends, or may have begun before they begin.
    State,
    /// What its first pageview carries, by the place of the column among the carried ones.
    Carried(usize),
}

impl ListColumn for SessionColumn {
    const ALL: &'static [SessionColumn] = &[
        SessionColumn::User,
        SessionColumn::Started,
        SessionColumn::Duration,
        SessionColumn::Pageviews,
        SessionColumn::Landing,
        SessionColumn::Exit,
        SessionColumn::State,
    ];

    fn name(self) -> &'static str {
        match self {
            SessionColumn::User => "user",
            SessionColumn::Started => "started",
            SessionColumn::Duration => "duration",
            SessionColumn::Pageviews => "views",
            SessionColumn::Landing => "landing",
            SessionColumn::Exit => "exit",
            SessionColumn::State => "state",
            SessionColumn::Carried(_) => "carried",
        }
    }

    fn largest_first(self) -> bool {
        matches!(
            self,
            SessionColumn::Duration | SessionColumn::Pageviews | SessionColumn::State
        )
    }

    fn carried(place: usize) -> Option<SessionColumn> {
        Some(SessionColumn::Carried(place))
    }

    fn carried_place(self) -> Option<usize> {
        match self {
            SessionColumn::Carried(place) => Some(place),
            _ => None,
        }
    }

    fn room(self, extents: &Extents) -> ColumnRoom {
        let name = self.name();
        let page = |rank| ColumnRoom::pages(8, &extents.page, name, rank);
        match self {
            SessionColumn::User => ColumnRoom::ids(&extents.user, name),
            SessionColumn::Started => ColumnRoom::figure(extents.moment, name, 0),
            SessionColumn::Duration => ColumnRoom::figure(7, name, 1),
            SessionColumn::Pageviews => ColumnRoom::count(extents.views_of_user, name, 2),
            SessionColumn::Landing => page(3),
            SessionColumn::Exit => page(4),
            SessionColumn::State => ColumnRoom::figure(9, name, 5),
            SessionColumn::Carried(place) => {
                let wide = extents.carried.get(place).map_or(0, |texts| texts.wide);
                ColumnRoom::text(8, wide, "", 6)
            }
        }
    }
}

/// The order of the sessions of these users that the filter keeps. Reuses the buffer of an earlier order.
///
/// Without a filter, two orders are the natural one and cost nothing: sessions of one user by start, and those of all
/// by user while users sort as they come. Until the background is there, users and pages sort as they come.
pub(crate) fn order(
    view: View<'_>,
    users: Range<usize>,
    sort: Sort<SessionColumn>,
    filter: &SessionFilter,
    buffer: Buffer,
) -> ListOrder {
    order_watched(view, users, sort, filter, buffer, &|_, _| true)
}

/// The same, and reports progress. Once the report is answered with no, sessions are missing.
pub(crate) fn order_watched(
    view: View<'_>,
    users: Range<usize>,
    sort: Sort<SessionColumn>,
    filter: &SessionFilter,
    buffer: Buffer,
    watch: WatchRows<'_>,
) -> ListOrder {
    let (dataset, at) = (view.cut.dataset(), view.cut.dataset().at_us());
    let is_natural = match sort.column {
        SessionColumn::User => view.background.is_none() || users.len() == 1,
        SessionColumn::Started => users.len() == 1,
        _ => false,
    };
    if is_natural && !sort.descending && filter.is_empty() && !users.is_empty() {
        let rows = dataset.rows_of(users.start).start..dataset.rows_of(users.end - 1).end;
        return ListOrder::natural(view.cut.sessions().within(rows));
    }
    let user_rank = view.background.map(|background| &background.user_rank);
    let page_rank = view.background.map(|background| &background.pages.rank);
    let page_key = |row: usize| {
        let page = dataset.page()[row];
        u64::from(page_rank.map_or(page, |rank| rank[page as usize]))
    };
    let carried = sort.column.carried_place();
    let carried = carried.and_then(|place| Some((place, dataset.carried().nth(place)?)));
    let carried_key = |row: usize| {
        carried.map_or(0, |(place, values)| {
            let text = values.by_row[row];
            let rank = view.background.map(|known| &known.carried_rank[place]);
            u64::from(rank.map_or(text, |rank| rank[text as usize]))
        })
    };
    ListOrder::sorted(buffer, users.len(), USERS_A_PART, |part, listed| {
        if !watch(0, 0) {
            return;
        }
        let of_part = users.start + part.start..users.start + part.end;
        let mut n_listed = 0;
        filter.for_each_kept(view.cut, of_part, |user, session, rows| {
            let key = match sort.column {
                SessionColumn::User => user_rank.map_or(user as u64, |rank| u64::from(rank[user])),
                SessionColumn::Started => sortable(at[rows.start]),
                SessionColumn::Duration => (at[rows.end - 1] - at[rows.start]) as u64,
                SessionColumn::Pageviews => rows.len() as u64,
                SessionColumn::Landing => page_key(rows.start),
                SessionColumn::Exit => page_key(rows.end - 1),
                SessionColumn::State => {
                    let facts = view.cut.session(session as usize);
                    u64::from(facts.is_open) << 1 | u64::from(facts.starts_at_edge)
                }
                SessionColumn::Carried(_) => carried_key(rows.start),
            };
            listed.push(sort.key(key), session);
            n_listed += 1;
        });
        watch(part.len(), n_listed);
    })
}

/// In an order by start, the place of the first session that started at or after the instant. In a descending order,
/// that of the first session that started before its end.
pub(crate) fn position_at(
    cut: &Cut,
    order: &ListOrder,
    sort: Sort<SessionColumn>,
    at: Range<i64>,
) -> usize {
    let key = if sort.descending {
        sort.key(sortable(at.end - 1))
    } else {
        sort.key(sortable(at.start))
    };
    let started = cut.dataset().at_us();
    order.count_below(key, |session| {
        let first = cut.sessions().rows_of(session as usize).start;
        sort.key(sortable(started[first]))
    })
}
