//! Puts pageviews into the total order (user, time, arrival). Load floor.

use std::mem;
use std::ops::Range;

use crate::engine::parallel;

/// Pageviews in order of arrival, with one vector for each column. Users and texts are numbered in the order in which
/// they came.
#[derive(Clone, Debug, Default)]
pub(super) struct Arrivals {
    pub(super) user: Vec<u32>,
    /// Microseconds since the epoch.
    pub(super) at: Vec<i64>,
    /// By text column.
    pub(super) texts: Vec<Vec<u32>>,
}

/// Pageviews in the total order, users and texts numbered anew.
#[derive(Debug)]
pub(super) struct Ordered {
    /// First row of each user, and one more entry: the number of rows.
    pub(super) user_starts: Vec<u32>,
    /// Microseconds since the epoch, ascending within a user.
    pub(super) at: Vec<i64>,
    /// For each column the indices of the texts; last, the numbers of arrival, if they are kept.
    pub(super) columns: Vec<Vec<u32>>,
}

impl Arrivals {
    pub(super) fn with_capacity(n_rows: usize, n_text_columns: usize) -> Arrivals {
        let column = |_| Vec::with_capacity(n_rows);
        Arrivals {
            user: Vec::with_capacity(n_rows),
            at: Vec::with_capacity(n_rows),
            texts: (0..n_text_columns).map(column).collect(),
        }
    }

    /// Forgets all but the first pageviews.
    pub(super) fn truncate(&mut self, n: usize) {
        self.user.truncate(n);
        self.at.truncate(n);
        self.texts.iter_mut().for_each(|column| column.truncate(n));
    }

    /// Whether these pageviews are equal, one by one.
    pub(super) fn agree(&self, a: Range<usize>, b: Range<usize>) -> bool {
        let mut texts = self.texts.iter();
        self.user[a.clone()] == self.user[b.clone()]
            && self.at[a.clone()] == self.at[b.clone()]
            && texts.all(|column| column[a.clone()] == column[b.clone()])
    }

    /// How much memory each takes.
    pub(super) fn bytes_a_row(&self) -> usize {
        size_of::<u32>() * (1 + self.texts.len()) + size_of::<i64>()
    }

    /// How many pageviews.
    pub(super) fn len(&self) -> usize {
        self.at.len()
    }
}

/// A column on its way into the order.
enum Scatter<'a> {
    Times(&'a mut [i64]),
    Texts {
        from: &'a [u32],
        numbers: &'a [u32],
        to: &'a mut [u32],
    },
    /// Numbers of arrival from this one on.
    Arrivals(u32, &'a mut [u32]),
}

/// Orders pageviews and consumes them. `users` and each of `texts` map old numbers to new ones. Numbers of arrival
/// begin with `first_arrival`; they are kept only if it is given. Pageviews equal in user and time stay in order of
/// arrival. Takes linear time, except that a user's pageviews are sorted if they did not arrive in time order.
pub(super) fn order(
    arrivals: Arrivals,
    users: &[u32],
    texts: &[Vec<u32>],
    first_arrival: Option<u32>,
) -> Ordered {
    let Arrivals {
        user: mut places,
        at: arrived_at,
        texts: arrived_texts,
    } = arrivals;
    // By old number, how many rows a user has; then the place of the next of them.
    let mut next = vec![0u32; users.len()];
    for &user in &places {
        next[user as usize] += 1;
    }
    let mut user_starts = vec![0u32; users.len() + 1];
    for (&user, &n_rows) in users.iter().zip(&next) {
        user_starts[user as usize + 1] = n_rows;
    }
    for user in 0..users.len() {
        user_starts[user + 1] += user_starts[user];
    }
    for (&user, next) in users.iter().zip(&mut next) {
        *next = user_starts[user as usize];
    }
    // The new places of rows overwrite their users, to save memory.
    for place in &mut places {
        let next = &mut next[*place as usize];
        *place = mem::replace(next, *next + 1);
    }
    drop(next);

    let mut at = vec![0; places.len()];
    let n_columns = texts.len() + usize::from(first_arrival.is_some());
    let mut columns: Vec<Vec<u32>> = (0..n_columns).map(|_| vec![0; places.len()]).collect();
    let mut to = columns.iter_mut();
    let mut scatters = vec![Scatter::Times(&mut at)];
    for ((from, numbers), to) in arrived_texts.iter().zip(texts).zip(&mut to) {
        scatters.push(Scatter::Texts { from, numbers, to });
    }
    if let (Some(first), Some(to)) = (first_arrival, to.next()) {
        scatters.push(Scatter::Arrivals(first, to));
    }
    parallel::each(scatters.into_iter(), |column| match column {
        Scatter::Times(to) => {
            for (&place, &at) in places.iter().zip(&arrived_at) {
                to[place as usize] = at;
            }
        }
        Scatter::Texts { from, numbers, to } => {
            for (&place, &text) in places.iter().zip(from) {
                to[place as usize] = numbers[text as usize];
            }
        }
        Scatter::Arrivals(first, to) => {
            for (&place, arrival) in places.iter().zip(first..) {
                to[place as usize] = arrival;
            }
        }
    });
    drop((places, arrived_at, arrived_texts));

    let mut ordered = Ordered {
        user_starts,
        at,
        columns,
    };
    for user in 0..users.len() {
        let rows = ordered.user_starts[user] as usize..ordered.user_starts[user + 1] as usize;
        if ordered.at[rows.clone()].is_sorted() {
            continue;
        }
        let columns = ordered.columns.iter_mut();
        let mut columns: Vec<_> = columns.map(|column| &mut column[rows.clone()]).collect();
        sort_by_time(&mut ordered.at[rows], &mut columns);
    }
    ordered
}

/// Puts the rows of one user in time order. Rows of equal time stay in their order.
pub(super) fn sort_by_time(at: &mut [i64], columns: &mut [&mut [u32]]) {
    let mut from: Vec<u32> = (0..at.len() as u32).collect();
    from.sort_by_key(|&row| at[row as usize]);
    put_in_order(at, &from);
    for column in columns {
        put_in_order(column, &from);
    }
}

/// Moves to each place the value at the place that `from` names for it.
fn put_in_order<T: Copy>(column: &mut [T], from: &[u32]) {
    let ordered: Vec<T> = from.iter().map(|&row| column[row as usize]).collect();
    column.copy_from_slice(&ordered);
}
