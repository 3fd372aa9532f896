//! Pageviews as columns, in the total order (user, time, arrival). Engine floor.
//!
//! A pageview is a row: its time in one vector, its page in another, its user implied by where the
//! user's rows begin. 12 bytes a pageview, 4 a user, and the dictionaries.

use std::ops::Range;

use crate::engine::dictionary::Dictionary;
use crate::words::timestamp::Timestamp;

/// A pageview before it has its place: who, when, what, as indices into dictionaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Index of the user.
    pub user: u32,
    /// Index of the page.
    pub page: u32,
    /// When.
    pub at: Timestamp,
}

/// Arrivals brought into the total order (user, time, arrival).
#[derive(Clone, Debug)]
pub struct Ordered {
    /// First row of each user, and one more entry: the number of rows.
    user_starts: Vec<u32>,
    rows: Vec<Placed>,
}

/// A pageview in its place among those of its user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// When.
    pub at: Timestamp,
    /// Its number in the order of arrival, from 0.
    pub arrival: u32,
    /// Index of the page.
    pub page: u32,
}

impl Ordered {
    /// Orders `arrivals` of the users 0 to `n_users` - 1. Linear in the arrivals, but for users whose
    /// pageviews did not arrive in time order: theirs are sorted.
    pub fn new(n_users: usize, arrivals: &[Arrival]) -> Ordered {
        let mut user_starts = vec![0u32; n_users + 1];
        for arrival in arrivals {
            user_starts[arrival.user as usize + 1] += 1;
        }
        for user in 0..n_users {
            user_starts[user + 1] += user_starts[user];
        }
        let mut next = user_starts.clone();
        let nowhere = Placed {
            at: Timestamp::MIN,
            arrival: 0,
            page: 0,
        };
        let mut rows = vec![nowhere; arrivals.len()];
        for (arrival, number) in arrivals.iter().zip(0..) {
            let place = &mut next[arrival.user as usize];
            rows[*place as usize] = Placed {
                at: arrival.at,
                arrival: number,
                page: arrival.page,
            };
            *place += 1;
        }
        for ends in user_starts.windows(2) {
            let rows = &mut rows[ends[0] as usize..ends[1] as usize];
            if !rows.is_sorted_by_key(|row| row.at) {
                rows.sort_by_key(|row| row.at);
            }
        }
        Ordered { user_starts, rows }
    }

    /// The rows of a user in order; empty if none arrived.
    pub fn rows_of(&self, user: usize) -> &[Placed] {
        &self.rows[self.user_starts[user] as usize..self.user_starts[user + 1] as usize]
    }
}

/// Pageviews ordered by (user index, time, arrival). Read-only once built.
///
/// Every user has at least one row, and the rows of a user are neighbours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    users: Dictionary,
    pages: Dictionary,
    /// First row of each user, and one more entry: the number of rows.
    user_starts: Vec<u32>,
    /// Microseconds since the epoch, by row; ascending within a user.
    at: Vec<i64>,
    /// Index of the page, by row.
    page: Vec<u32>,
    /// Earliest and latest instant of all rows; `None` without rows.
    span: Option<(Timestamp, Timestamp)>,
}

impl Columns {
    /// The most rows that columns hold: row numbers are 32 bits wide.
    pub const MAX_ROWS: usize = u32::MAX as usize - 1;

    /// Puts pageviews in order; those equal in user and time stay in the order given, which is that of
    /// arrival. Users without a row are left out and the others keep their order.
    pub fn from_arrivals(users: &Dictionary, pages: Dictionary, arrivals: &[Arrival]) -> Columns {
        let ordered = Ordered::new(users.len(), arrivals);
        let mut builder = Builder::with_capacity(arrivals.len());
        for user in 0..users.len() {
            let rows = ordered.rows_of(user);
            if rows.is_empty() {
                continue;
            }
            builder.begin_user(users.text(user as u32));
            for row in rows {
                builder.push(row.at, row.page);
            }
        }
        builder.finish(pages)
    }

    /// How many users.
    pub fn n_users(&self) -> usize {
        self.users.len()
    }

    /// How many pageviews.
    pub fn n_rows(&self) -> usize {
        self.at.len()
    }

    /// The ids of the users, by user index.
    pub fn users(&self) -> &Dictionary {
        &self.users
    }

    /// The pages, by page index. There may be pages that no row names.
    pub fn pages(&self) -> &Dictionary {
        &self.pages
    }

    /// Instants by row, in microseconds since the epoch; ascending within a user.
    pub fn at_us(&self) -> &[i64] {
        &self.at
    }

    /// Page indices by row.
    pub fn page(&self) -> &[u32] {
        &self.page
    }

    /// The instant of a row.
    pub fn at(&self, row: usize) -> Timestamp {
        Timestamp::clamped(self.at[row])
    }

    /// The page of a row.
    pub fn page_text(&self, row: usize) -> &str {
        self.pages.text(self.page[row])
    }

    /// The rows of a user, at least one.
    pub fn rows_of(&self, user: usize) -> Range<usize> {
        self.user_starts[user] as usize..self.user_starts[user + 1] as usize
    }

    /// The user whose row this is.
    pub fn user_of(&self, row: usize) -> usize {
        self.user_starts
            .partition_point(|&start| start as usize <= row)
            - 1
    }

    /// The earliest and the latest instant; `None` without rows.
    pub fn span(&self) -> Option<(Timestamp, Timestamp)> {
        self.span
    }

    /// The latest pageview of all, up to which the data has been observed.
    pub fn watermark(&self) -> Option<Timestamp> {
        self.span.map(|(_, last)| last)
    }
}

/// Builds columns from rows that come in order already, as a scan of the store gives them.
#[derive(Debug, Default)]
pub struct Builder {
    columns: Columns,
}

impl Builder {
    /// A builder with room for `n_rows` pageviews.
    pub fn with_capacity(n_rows: usize) -> Builder {
        let mut columns = Columns::default();
        columns.at.reserve_exact(n_rows);
        columns.page.reserve_exact(n_rows);
        Builder { columns }
    }

    /// Starts the next user. At least one [`Builder::push`] must follow before the next user.
    pub fn begin_user(&mut self, user_id: &str) {
        self.columns.users.push(user_id);
        self.columns.user_starts.push(self.columns.at.len() as u32);
    }

    /// Appends a pageview of the user begun last, not earlier than the one before it.
    pub fn push(&mut self, at: Timestamp, page: u32) {
        let columns = &mut self.columns;
        debug_assert!(
            columns.at.len() < Columns::MAX_ROWS,
            "row numbers are 32 bits wide"
        );
        columns.at.push(at.as_us());
        columns.page.push(page);
    }

    /// How many pageviews so far.
    pub fn n_rows(&self) -> usize {
        self.columns.at.len()
    }

    /// The columns, with the pages that their page indices mean.
    pub fn finish(mut self, pages: Dictionary) -> Columns {
        let columns = &mut self.columns;
        columns.user_starts.push(columns.at.len() as u32);
        columns.pages = pages;
        // Within a user time ascends, so the span is that of the users' first and last rows.
        columns.span = columns.user_starts.windows(2).fold(None, |span, ends| {
            let (first, last) = (
                columns.at[ends[0] as usize],
                columns.at[ends[1] as usize - 1],
            );
            let (first, last) = (Timestamp::clamped(first), Timestamp::clamped(last));
            Some(
                span.map_or((first, last), |(a, b): (Timestamp, Timestamp)| {
                    (a.min(first), b.max(last))
                }),
            )
        });
        self.columns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrival(user: u32, at_us: i64, page: u32) -> Arrival {
        Arrival {
            user,
            page,
            at: Timestamp::from_us(at_us).unwrap(),
        }
    }

    #[test]
    fn rows_are_ordered_by_user_time_and_arrival() {
        let users = ["b", "unseen", "a"].into_iter().collect();
        let pages: Dictionary = ["/0", "/1", "/2", "/3"].into_iter().collect();
        let arrivals = [
            arrival(2, 5, 0),
            arrival(0, 7, 1),
            arrival(2, 3, 2),
            arrival(2, 5, 3),
        ];
        let columns = Columns::from_arrivals(&users, pages, &arrivals);

        assert_eq!(columns.users().iter().collect::<Vec<_>>(), ["b", "a"]);
        assert_eq!(columns.at_us(), [7, 3, 5, 5]);
        assert_eq!(
            columns.page(),
            [1, 2, 0, 3],
            "equal times stay in order of arrival"
        );
        assert_eq!(columns.rows_of(1), 1..4);
        assert_eq!(
            (0..4).map(|row| columns.user_of(row)).collect::<Vec<_>>(),
            [0, 1, 1, 1]
        );
        assert_eq!(columns.watermark(), Timestamp::from_us(7));
    }

    #[test]
    fn no_pageviews_make_empty_columns() {
        let columns = Columns::from_arrivals(&Dictionary::default(), Dictionary::default(), &[]);
        assert_eq!(
            (columns.n_users(), columns.n_rows(), columns.span()),
            (0, 0, None)
        );
    }
}
