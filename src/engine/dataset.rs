//! All pageviews in memory, in the total order (user, time, arrival). Engine floor.
//!
//! A pageview is a row: its time in one vector, what its texts are in one vector a column, its user implied by
//! where the user's rows begin. 8 bytes a pageview, 4 a text column, 4 a user, and the dictionaries.

use std::ops::Range;

use crate::engine::dictionary::Dictionary;
use crate::engine::order::Arrival;
use crate::engine::order::Ordered;
use crate::words::coverage::Coverage;
use crate::words::timestamp::Timestamp;

/// Pageviews ordered by (user index, time, arrival). Read-only once built.
///
/// Every user has at least one row, and the rows of a user are neighbours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dataset {
    /// How much of its inputs it holds.
    pub coverage: Coverage,
    users: Dictionary,
    /// First row of each user, and one more entry: the number of rows.
    user_starts: Vec<u32>,
    /// Microseconds since the epoch, by row; ascending within a user.
    at: Vec<i64>,
    /// The page.
    page: TextColumn,
    /// Earliest and latest instant of all rows; `None` without rows.
    span: Option<(Timestamp, Timestamp)>,
}

/// A text of each row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct TextColumn {
    /// The distinct texts. There may be some that no row has.
    texts: Dictionary,
    /// Index of the text, by row.
    by_row: Vec<u32>,
}

impl Dataset {
    /// The most rows of a dataset: row numbers are 32 bits wide.
    pub const MAX_ROWS: usize = u32::MAX as usize - 1;

    /// Puts pageviews in order; those equal in user and time stay in the order given, which is that of
    /// arrival. Users without a row are left out and the others keep their order.
    pub fn from_arrivals(users: &Dictionary, pages: Dictionary, arrivals: &[Arrival]) -> Dataset {
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
        &self.page.texts
    }

    /// Instants by row, in microseconds since the epoch; ascending within a user.
    pub fn at_us(&self) -> &[i64] {
        &self.at
    }

    /// Page indices by row.
    pub fn page(&self) -> &[u32] {
        &self.page.by_row
    }

    /// The instant of a row.
    pub fn at(&self, row: usize) -> Timestamp {
        Timestamp::clamped(self.at[row])
    }

    /// The page of a row.
    pub fn page_text(&self, row: usize) -> &str {
        self.page.texts.text(self.page.by_row[row])
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

/// Builds a dataset from rows that come in order already, as a scan of the store gives them.
#[derive(Debug, Default)]
pub struct Builder {
    dataset: Dataset,
}

impl Builder {
    /// A builder with room for `n_rows` pageviews.
    pub fn with_capacity(n_rows: usize) -> Builder {
        let mut dataset = Dataset::default();
        dataset.at.reserve_exact(n_rows);
        dataset.page.by_row.reserve_exact(n_rows);
        Builder { dataset }
    }

    /// Starts the next user. At least one [`Builder::push`] must follow before the next user.
    pub fn begin_user(&mut self, user_id: &str) {
        let start = self.dataset.at.len() as u32;
        self.dataset.users.push(user_id);
        self.dataset.user_starts.push(start);
    }

    /// Appends a pageview of the user begun last, not earlier than the one before it.
    pub fn push(&mut self, at: Timestamp, page: u32) {
        debug_assert!(
            self.dataset.at.len() < Dataset::MAX_ROWS,
            "row numbers are 32 bits wide"
        );
        self.dataset.at.push(at.as_us());
        self.dataset.page.by_row.push(page);
    }

    /// How many pageviews so far.
    pub fn n_rows(&self) -> usize {
        self.dataset.at.len()
    }

    /// The dataset, with the pages that its page indices mean.
    pub fn finish(mut self, pages: Dictionary) -> Dataset {
        let dataset = &mut self.dataset;
        dataset.user_starts.push(dataset.at.len() as u32);
        dataset.page.texts = pages;
        // Within a user time ascends, so the span is that of the users' first and last rows.
        dataset.span = dataset.user_starts.windows(2).fold(None, |span, ends| {
            let (first, last) = (
                dataset.at[ends[0] as usize],
                dataset.at[ends[1] as usize - 1],
            );
            let (first, last) = (Timestamp::clamped(first), Timestamp::clamped(last));
            Some(
                span.map_or((first, last), |(a, b): (Timestamp, Timestamp)| {
                    (a.min(first), b.max(last))
                }),
            )
        });
        self.dataset
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
        let dataset = Dataset::from_arrivals(&users, pages, &arrivals);

        assert_eq!(dataset.users().iter().collect::<Vec<_>>(), ["b", "a"]);
        assert_eq!(dataset.at_us(), [7, 3, 5, 5]);
        assert_eq!(
            dataset.page(),
            [1, 2, 0, 3],
            "equal times stay in order of arrival"
        );
        assert_eq!(dataset.rows_of(1), 1..4);
        assert_eq!(
            (0..4).map(|row| dataset.user_of(row)).collect::<Vec<_>>(),
            [0, 1, 1, 1]
        );
        assert_eq!(dataset.watermark(), Timestamp::from_us(7));
    }

    #[test]
    fn no_pageviews_make_an_empty_dataset() {
        let dataset = Dataset::from_arrivals(&Dictionary::default(), Dictionary::default(), &[]);
        assert_eq!(
            (dataset.n_users(), dataset.n_rows(), dataset.span()),
            (0, 0, None)
        );
    }
}
