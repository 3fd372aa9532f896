//! All pageviews in memory, in the total order (user, time, arrival). Engine floor.
//!
//! A pageview is a row. One vector has the times, and one vector for each text column has indices of texts. The user
//! follows from where each user's rows begin. That takes 8 bytes a pageview, 4 more for each text column, 4 bytes a
//! user, and the dictionaries.

use std::ops::Range;

use crate::engine::dictionary::Dictionary;
use crate::engine::interner::Interner;
use crate::words::coverage::Coverage;
use crate::words::timestamp::Timestamp;

/// Pageviews ordered by (user index, time, arrival). Read-only once built.
///
/// Every user has at least one row, and the rows of a user are neighbours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dataset {
    /// How much of its inputs it holds.
    pub coverage: Coverage,
    users: Dictionary,
    /// First row of each user, and one more entry: the number of rows.
    user_starts: Vec<u32>,
    /// Microseconds since the epoch, by row; ascending within a user.
    at: Vec<i64>,
    /// The page first, then the carried columns.
    texts: Vec<TextColumn>,
    /// The names of the carried columns.
    carried: Vec<String>,
    /// Earliest and latest instant of all rows; `None` without rows.
    span: Option<(Timestamp, Timestamp)>,
}

/// A text of each row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct TextColumn {
    /// The distinct texts. Some may be in no row.
    texts: Dictionary,
    /// Index of the text, by row.
    by_row: Vec<u32>,
}

/// The texts of a column: the page, or what pageviews carry besides. A session's value of a carried column is that of
/// its landing pageview.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TextValues<'a> {
    pub(crate) name: &'a str,
    /// The distinct texts. Where they are carried, the empty one stands for nothing.
    pub(crate) texts: &'a Dictionary,
    /// Index of the text, by row.
    pub(crate) by_row: &'a [u32],
}

impl<'a> TextValues<'a> {
    /// The text of a row; `None` if nothing was there.
    pub(crate) fn text(&self, row: usize) -> Option<&'a str> {
        Some(self.texts.text(self.by_row[row])).filter(|text| !text.is_empty())
    }
}

impl Default for Dataset {
    fn default() -> Dataset {
        Dataset::of_columns(
            Dictionary::default(),
            vec![0],
            Vec::new(),
            vec![Default::default()],
        )
    }
}

impl Dataset {
    /// The most rows of a dataset: row numbers are 32 bits wide.
    pub const MAX_ROWS: usize = u32::MAX as usize - 1;

    /// Pageviews (user id, instant, page) in order of arrival. Users and pages are numbered as they first appear.
    pub fn of_rows<U: AsRef<str>, P: AsRef<str>>(
        rows: impl IntoIterator<Item = (U, Timestamp, P)>,
    ) -> Dataset {
        let (mut users, mut pages) = (Interner::default(), Interner::default());
        let rows = rows.into_iter();
        let mut rows: Vec<(u32, Timestamp, u32)> = rows
            .map(|(user, at, page)| (users.intern(user.as_ref()), at, pages.intern(page.as_ref())))
            .collect();
        rows.sort_by_key(|&(user, at, _)| (user, at));
        let mut builder = Builder::with_capacity(rows.len(), 1);
        for of_user in rows.chunk_by(|a, b| a.0 == b.0) {
            builder.begin_user(users.texts().text(of_user[0].0));
            for &(_, at, page) in of_user {
                builder.push(at, [page]);
            }
        }
        builder.finish([pages.into_texts()])
    }

    /// The same with what each pageview carries in columns of these names.
    #[cfg(test)]
    pub(crate) fn of_rows_carrying<U: AsRef<str>, P: AsRef<str>, const N: usize>(
        names: [&str; N],
        rows: impl IntoIterator<Item = (U, Timestamp, P, [P; N])>,
    ) -> Dataset {
        let mut users = Interner::default();
        let mut texts: Vec<Interner> = (0..=N).map(|_| Interner::default()).collect();
        let rows = rows.into_iter().map(|(user, at, page, carried)| {
            let columns = texts.iter_mut().zip(std::iter::once(page).chain(carried));
            let row: Vec<u32> = columns
                .map(|(texts, text)| texts.intern(text.as_ref()))
                .collect();
            (users.intern(user.as_ref()), at, row)
        });
        let mut rows: Vec<(u32, Timestamp, Vec<u32>)> = rows.collect();
        rows.sort_by_key(|&(user, at, _)| (user, at));
        let mut builder = Builder::with_capacity(rows.len(), N + 1);
        for of_user in rows.chunk_by(|a, b| a.0 == b.0) {
            builder.begin_user(users.texts().text(of_user[0].0));
            for (_, at, row) in of_user {
                builder.push(*at, [row[0]]);
                (0..N).for_each(|column| builder.push_carried(column, row[column + 1]));
            }
        }
        let texts = texts.into_iter().map(Interner::into_texts);
        let names = names.map(str::to_owned).to_vec();
        builder.finish(texts).carrying(names)
    }

    /// A dataset of rows that are in order already. `user_starts` has the first row of each user, and last the number
    /// of rows. `texts` has for each column, the page first, its texts and their indices by row.
    pub(crate) fn of_columns(
        users: Dictionary,
        user_starts: Vec<u32>,
        at: Vec<i64>,
        texts: Vec<(Dictionary, Vec<u32>)>,
    ) -> Dataset {
        // Within a user time ascends, so the span is that of the users' first and last rows.
        let ends = user_starts.windows(2).map(|ends| {
            let (first, last) = (at[ends[0] as usize], at[ends[1] as usize - 1]);
            (Timestamp::clamped(first), Timestamp::clamped(last))
        });
        let span = ends.reduce(|(a, b), (first, last)| (a.min(first), b.max(last)));
        let column = |(texts, by_row)| TextColumn { texts, by_row };
        Dataset {
            coverage: Coverage::default(),
            users,
            user_starts,
            at,
            texts: texts.into_iter().map(column).collect(),
            carried: Vec::new(),
            span,
        }
    }

    /// The same, with the names of its text columns after the page.
    pub(crate) fn carrying(self, names: Vec<String>) -> Dataset {
        debug_assert_eq!(names.len() + 1, self.texts.len(), "each column has a name");
        Dataset {
            carried: names,
            ..self
        }
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

    /// The pages, by page index. Some may be in no row.
    pub fn pages(&self) -> &Dictionary {
        &self.texts[0].texts
    }

    /// Instants by row, in microseconds since the epoch; ascending within a user.
    pub fn at_us(&self) -> &[i64] {
        &self.at
    }

    /// Page indices by row.
    pub fn page(&self) -> &[u32] {
        &self.texts[0].by_row
    }

    /// The text columns, the page first: the texts of each column, and their indices by row.
    pub(super) fn text_columns(&self) -> impl Iterator<Item = (&Dictionary, &[u32])> {
        let columns = self.texts.iter();
        columns.map(|column| (&column.texts, &column.by_row[..]))
    }

    /// The names of the columns that pageviews carry besides their page.
    pub fn carried_names(&self) -> &[String] {
        &self.carried
    }

    /// The columns that pageviews carry besides their page.
    pub(crate) fn carried(&self) -> impl ExactSizeIterator<Item = TextValues<'_>> {
        let columns = self.carried.iter().zip(&self.texts[1..]);
        columns.map(|(name, column)| TextValues {
            name,
            texts: &column.texts,
            by_row: &column.by_row,
        })
    }

    /// The pages, as a column beside the carried ones.
    pub(crate) fn page_values(&self) -> TextValues<'_> {
        TextValues {
            name: "page",
            texts: self.pages(),
            by_row: self.page(),
        }
    }

    /// The instant of a row.
    pub fn at(&self, row: usize) -> Timestamp {
        Timestamp::clamped(self.at[row])
    }

    /// The page of a row.
    pub fn page_text(&self, row: usize) -> &str {
        self.pages().text(self.page()[row])
    }

    /// The rows of a user, at least one.
    pub fn rows_of(&self, user: usize) -> Range<usize> {
        self.user_starts[user] as usize..self.user_starts[user + 1] as usize
    }

    /// The user of this row. For a row after the last one, the number of users.
    pub fn user_of(&self, row: usize) -> usize {
        self.user_starts
            .partition_point(|&start| start as usize <= row)
            - 1
    }

    /// The same pageviews without those of some users, by user index.
    pub fn without_users(&self, is_left_out: impl Fn(usize) -> bool) -> Dataset {
        let texts = self.texts.iter();
        let mut texts: Vec<TextColumn> = texts
            .map(|column| TextColumn {
                texts: column.texts.clone(),
                by_row: Vec::new(),
            })
            .collect();
        let (mut users, mut user_starts, mut at) = (Dictionary::default(), vec![0], Vec::new());
        for user in (0..self.n_users()).filter(|&user| !is_left_out(user)) {
            let rows = self.rows_of(user);
            users.push(self.users.text(user as u32));
            at.extend_from_slice(&self.at[rows.clone()]);
            user_starts.push(at.len() as u32);
            for (kept, column) in texts.iter_mut().zip(&self.texts) {
                kept.by_row.extend_from_slice(&column.by_row[rows.clone()]);
            }
        }
        let texts = texts.into_iter();
        let texts = texts.map(|column| (column.texts, column.by_row)).collect();
        Dataset {
            coverage: self.coverage.clone(),
            carried: self.carried.clone(),
            ..Dataset::of_columns(users, user_starts, at, texts)
        }
    }

    /// The same pageviews without some rows, which are ascending. A row must be left of every user.
    pub(crate) fn without_rows(&self, left_out: &[u32]) -> Dataset {
        let texts = self.texts.iter();
        let texts = texts.map(|column| (column.texts.clone(), without(&column.by_row, left_out)));
        let n_before = |start: &u32| left_out.partition_point(|row| row < start) as u32;
        let starts = self.user_starts.iter();
        Dataset {
            coverage: self.coverage.clone(),
            carried: self.carried.clone(),
            ..Dataset::of_columns(
                self.users.clone(),
                starts.map(|start| start - n_before(start)).collect(),
                without(&self.at, left_out),
                texts.collect(),
            )
        }
    }

    /// The earliest and the latest instant; `None` without rows.
    pub fn span(&self) -> Option<(Timestamp, Timestamp)> {
        self.span
    }

    /// The time of the latest pageview, up to which the data has been observed.
    pub fn watermark(&self) -> Option<Timestamp> {
        self.span.map(|(_, last)| last)
    }
}

/// The values that are not in some rows, which are ascending.
pub(crate) fn without<T: Copy>(values: &[T], left_out: &[u32]) -> Vec<T> {
    let mut kept = Vec::with_capacity(values.len() - left_out.len());
    let mut start = 0;
    for &row in left_out {
        kept.extend_from_slice(&values[start..row as usize]);
        start = row as usize + 1;
    }
    kept.extend_from_slice(&values[start..]);
    kept
}

/// Builds a dataset from rows that come in order, as from a scan of the store.
#[derive(Debug)]
pub(crate) struct Builder {
    users: Dictionary,
    user_starts: Vec<u32>,
    at: Vec<i64>,
    texts: Vec<Vec<u32>>,
}

impl Default for Builder {
    /// A builder of pageviews with one text, the page.
    fn default() -> Builder {
        Builder::with_capacity(0, 1)
    }
}

impl Builder {
    /// A builder with room for `n_rows` pageviews with so many texts each, the page first.
    pub(crate) fn with_capacity(n_rows: usize, n_texts: usize) -> Builder {
        Builder {
            users: Dictionary::default(),
            user_starts: Vec::new(),
            at: Vec::with_capacity(n_rows),
            texts: (0..n_texts).map(|_| Vec::with_capacity(n_rows)).collect(),
        }
    }

    /// Starts the next user. At least one row must follow before the next user.
    pub(crate) fn begin_user(&mut self, user_id: &str) {
        self.users.push(user_id);
        self.user_starts.push(self.at.len() as u32);
    }

    /// Appends a pageview of the user begun last, with the index of each text. It must not be earlier than the one
    /// before it.
    pub(crate) fn push<const N: usize>(&mut self, at: Timestamp, texts: [u32; N]) {
        debug_assert!(
            self.at.len() < Dataset::MAX_ROWS,
            "row numbers are 32 bits wide"
        );
        self.at.push(at.as_us());
        for (column, text) in self.texts.iter_mut().zip(texts) {
            column.push(text);
        }
    }

    /// Appends what the pageview pushed last carries in a column.
    pub(crate) fn push_carried(&mut self, column: usize, text: u32) {
        self.texts[1 + column].push(text);
    }

    /// Appends several pageviews of that user, given by column.
    pub(crate) fn extend(&mut self, at: &[i64], texts: &[Vec<u32>]) {
        self.at.extend_from_slice(at);
        for (column, texts) in self.texts.iter_mut().zip(texts) {
            column.extend_from_slice(texts);
        }
    }

    /// Forgets all pageviews but keeps their memory.
    pub(crate) fn clear(&mut self) {
        self.users.clear();
        self.user_starts.clear();
        self.at.clear();
        self.texts.iter_mut().for_each(Vec::clear);
    }

    /// Appends the pageviews of another builder. `goes_on` says whether its first user is the one begun last here.
    pub(crate) fn append(&mut self, next: &Builder, goes_on: bool) {
        let n_known = usize::from(goes_on);
        let before = self.at.len() as u32;
        next.users
            .iter()
            .skip(n_known)
            .for_each(|user_id| _ = self.users.push(user_id));
        let starts = next.user_starts.iter().skip(n_known);
        self.user_starts.extend(starts.map(|start| before + start));
        self.extend(&next.at, &next.texts);
    }

    /// How many pageviews so far.
    pub(crate) fn n_rows(&self) -> usize {
        self.at.len()
    }

    /// The dataset. `texts` has the texts of each column.
    pub(crate) fn finish(mut self, texts: impl IntoIterator<Item = Dictionary>) -> Dataset {
        self.user_starts.push(self.at.len() as u32);
        let texts = texts.into_iter().zip(self.texts).collect();
        Dataset::of_columns(self.users, self.user_starts, self.at, texts)
    }
}

#[cfg(test)]
mod tests;
