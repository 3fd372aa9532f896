//! Whether the same users have pauses on both sides of a gap. Engine floor.
//!
//! A valley can lie between users: for example, machines make only short pauses, and people only come back the next
//! day. Then no gap separates the pauses of any one user.

use crate::engine::dataset::Dataset;

/// Users with two pauses or more, by where their pauses lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BothSides {
    /// Users with pauses on both sides of the gap.
    pub users: u64,
    /// Users with two pauses or more.
    pub of: u64,
    /// How many of these would have pauses on both sides if all took them from the same two kinds.
    pub expected: f64,
}

impl BothSides {
    /// Looks at every user's pauses after the rows that are `taken`: are they shorter than `gap_us`, or at least as
    /// long? One pass.
    pub(in crate::engine) fn at(
        dataset: &Dataset,
        gap_us: i64,
        taken: impl Fn(usize) -> bool,
    ) -> BothSides {
        let mut users = 0;
        let (mut pauses, mut longer) = (0, 0);
        let mut counts = Vec::new();
        for user in 0..dataset.n_users() {
            let (mut n, mut n_longer) = (0, 0);
            for pause_us in pauses_of(dataset, user, &taken) {
                n += 1;
                n_longer += usize::from(pause_us >= gap_us);
            }
            if n < 2 {
                continue;
            }
            users += u64::from(n_longer > 0 && n_longer < n);
            pauses += n;
            longer += n_longer;
            counts.push(n as u32);
        }
        let share = longer as f64 / (pauses as f64).max(1.0);
        let on_both = |n: u32| {
            let n = f64::from(n);
            1.0 - share.powf(n) - (1.0 - share).powf(n)
        };
        BothSides {
            users,
            of: counts.len() as u64,
            expected: counts.into_iter().map(on_both).sum(),
        }
    }

    /// Users with pauses on both sides, divided by the number expected: 1 if users are alike, 0 if none has both.
    pub(super) fn purity(&self) -> f64 {
        self.users as f64 / self.expected.max(1e-9)
    }
}

/// How many users have pauses after the rows that are `taken`, and how few of them have half of these pauses.
pub(super) fn users_with_half(dataset: &Dataset, taken: impl Fn(usize) -> bool) -> (usize, usize) {
    let counts = (0..dataset.n_users()).map(|user| pauses_of(dataset, user, &taken).count());
    let mut counts: Vec<usize> = counts.filter(|&n| n > 0).collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    let half = counts.iter().sum::<usize>().div_ceil(2);
    let mut seen = 0;
    let enough = counts.iter().position(|&n| {
        seen += n;
        seen >= half
    });
    (counts.len(), enough.map_or(0, |users| users + 1))
}

/// The pauses of a user after the rows that are `taken`, microseconds.
fn pauses_of(
    dataset: &Dataset,
    user: usize,
    taken: impl Fn(usize) -> bool,
) -> impl Iterator<Item = i64> {
    let rows = dataset.rows_of(user);
    let pairs = rows.clone().zip(dataset.at_us()[rows].windows(2));
    pairs
        .filter(move |&(row, _)| taken(row))
        .map(|(_, pair)| pair[1] - pair[0])
}
