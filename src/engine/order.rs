//! Pageviews brought into the total order (user, time, arrival). Engine floor.

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
