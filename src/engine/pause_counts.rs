//! Pauses that were counted elsewhere: how many there are between one length and the next. Engine floor.
//!
//! The counts of any number of pageviews are a small table, and that is enough to choose a gap. Knows no pageviews,
//! and no files that the counts may come from.

use crate::engine::study::BothSides;
use crate::engine::study::GroupedPauses;
use crate::engine::study::PauseHistogram;
use crate::engine::study::StudiedUsers;
use crate::engine::study::ValleyStudy;
use crate::words::gap::Gap;

/// Pauses by length, and the number of users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PauseCounts {
    /// (from, pauses): pauses of at least `from` microseconds and shorter than the next row's. Ascending,
    /// each `from` once, none negative.
    rows: Vec<(i64, u64)>,
    /// For each row the pauses of at least its `from`, and last 0; one longer than `rows`.
    at_least: Vec<u64>,
    /// Whether each pause is exactly the `from` of its row.
    lengths_are_exact: bool,
    users: u64,
    /// The pauses by groups of users; empty if all users were counted together.
    groups: Vec<PauseHistogram>,
    /// Who has them, if known.
    owners: Option<PauseOwners>,
}

/// Who has the pauses, which tells whether the same users have short and long ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PauseOwners {
    /// By length, ascending, each once. A row covers the lengths from its own up to the next row's.
    pub by_length: Vec<OwnersOfLength>,
    /// (n, users): users with at least `n` pauses and fewer than about a sixteenth more. Ascending.
    pub by_number: Vec<(u64, u64)>,
}

/// Who has the pauses of about one length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct OwnersOfLength {
    /// The shortest length, microseconds.
    pub from_us: i64,
    /// Pauses of users with only one pause.
    pub lone: u64,
    /// Users whose longest pause this is, minus those whose shortest it is.
    pub crossing: i64,
}

/// How many sessions a gap gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SessionCount {
    /// Users and pauses of at least the gap.
    pub sessions: u64,
    /// Whether this is exact. If not, the pauses between the row below the gap and the one above were assumed to be
    /// spread evenly.
    pub is_exact: bool,
}

impl PauseCounts {
    /// Takes counts in any order, and adds up those of one length. `None` if a length is negative, or if the number of
    /// pageviews does not fit into 64 bits.
    pub(crate) fn new(
        mut rows: Vec<(i64, u64)>,
        lengths_are_exact: bool,
        users: u64,
    ) -> Option<PauseCounts> {
        rows.sort_unstable();
        let pauses = rows
            .iter()
            .try_fold(0u64, |sum, &(_, count)| sum.checked_add(count))?;
        pauses.checked_add(users)?;
        if rows.first().is_some_and(|&(from, _)| from < 0) {
            return None;
        }
        rows.dedup_by(|next, row| {
            let is_same = next.0 == row.0;
            row.1 += if is_same { next.1 } else { 0 };
            is_same
        });
        let mut at_least = vec![0; rows.len() + 1];
        for (row, &(_, count)) in rows.iter().enumerate().rev() {
            at_least[row] = at_least[row + 1] + count;
        }
        Some(PauseCounts {
            rows,
            at_least,
            lengths_are_exact,
            users,
            groups: Vec::new(),
            owners: None,
        })
    }

    /// The same, with the histograms of groups of users, who have these pauses together, and with who has them.
    pub(crate) fn by_users(
        mut self,
        groups: Vec<PauseHistogram>,
        owners: Option<PauseOwners>,
    ) -> PauseCounts {
        self.groups = groups;
        self.owners = owners;
        self
    }

    /// How many users.
    pub(crate) fn users(&self) -> u64 {
        self.users
    }

    /// How many pauses.
    pub(crate) fn pauses(&self) -> u64 {
        self.at_least[0]
    }

    /// How many pageviews: each follows a pause, except the first of each user.
    pub(crate) fn pageviews(&self) -> u64 {
        self.users + self.pauses()
    }

    /// How many sessions a gap gives.
    pub(crate) fn sessions_at(&self, gap: Gap) -> SessionCount {
        let gap_us = gap.as_us();
        let next = self.rows.partition_point(|&(from, _)| from < gap_us);
        let known = SessionCount {
            sessions: self.users + self.at_least[next],
            is_exact: true,
        };
        let is_at_row = self.rows.get(next).is_some_and(|&(from, _)| from == gap_us);
        // The row below may hold pauses longer than the gap.
        let Some(&(from, count)) = next.checked_sub(1).and_then(|row| self.rows.get(row)) else {
            return known;
        };
        if is_at_row || self.lengths_are_exact || count == 0 {
            return known;
        }
        // The last row has no upper end. It is taken to end at twice its length.
        let end = self.rows.get(next).map_or_else(
            || from.saturating_mul(2).max(from.saturating_add(1)),
            |&(end, _)| end,
        );
        let share = (end.saturating_sub(gap_us)) as f64 / (end - from) as f64;
        SessionCount {
            sessions: known.sessions + (count as f64 * share.clamp(0.0, 1.0)).round() as u64,
            is_exact: false,
        }
    }

    /// The study of these counts; `in_use` is kept if it is good.
    pub(crate) fn study(&self, in_use: Gap) -> ValleyStudy {
        let groups = match self.groups.is_empty() {
            true => vec![self.histogram()],
            false => self.groups.clone(),
        };
        let owners = self.owners.as_ref();
        let users = StudiedUsers {
            users: self.users,
            span_us: None,
            half: owners.map(|owners| owners.users_with_half()),
            sides: &|gap_us| Some(self.sides(owners?, gap_us)),
        };
        let grouped = GroupedPauses::of_histograms(groups);
        ValleyStudy::of_groups(&grouped, &users, in_use, &|| true).expect("nobody asks to stop")
    }

    /// Who has pauses on both sides of a gap, as exactly as the rows tell.
    fn sides(&self, owners: &PauseOwners, gap_us: i64) -> BothSides {
        let next = self.rows.partition_point(|&(from_us, _)| from_us < gap_us);
        let longer = self.at_least[next] as f64;
        let lone: f64 = owners.by_length.iter().map(|row| row.lone as f64).sum();
        let from = owners.by_length.partition_point(|row| row.from_us < gap_us);
        let above = owners.by_length[from..].iter();
        let lone_longer: f64 = above.clone().map(|row| row.lone as f64).sum();
        let on_both: i128 = above.map(|row| i128::from(row.crossing)).sum();
        let pauses = self.pauses() as f64 - lone;
        let share = ((longer - lone_longer) / pauses.max(1.0)).clamp(0.0, 1.0);
        let several = owners.by_number.iter().filter(|&&(n, _)| n > 1);
        let of = several
            .clone()
            .fold(0u64, |of, row| of.saturating_add(row.1));
        let expected = several.map(|&(n, users)| {
            let n = middle(n);
            users as f64 * (1.0 - share.powf(n) - (1.0 - share).powf(n))
        });
        BothSides {
            users: u64::try_from(on_both).unwrap_or(0).min(of),
            of,
            expected: expected.sum(),
        }
    }

    /// The counts in the form that the gap study takes.
    pub(crate) fn histogram(&self) -> PauseHistogram {
        PauseHistogram::of_counts(self.users, &self.rows)
    }
}

impl PauseOwners {
    /// How many users there are.
    pub(crate) fn users(&self) -> u64 {
        let users = self.by_number.iter().map(|row| row.1);
        users.fold(0, u64::saturating_add)
    }

    /// About how few users have half of the pauses.
    fn users_with_half(&self) -> u64 {
        let of = |&(n, users): &(u64, u64)| middle(n) * users as f64;
        let mut left = self.by_number.iter().map(of).sum::<f64>() / 2.0;
        let mut few = 0.0;
        for row @ &(n, users) in self.by_number.iter().rev().filter(|row| row.0 > 0) {
            if of(row) >= left {
                few += (left / middle(n)).ceil();
                break;
            }
            left -= of(row);
            few += users as f64;
        }
        few as u64
    }
}

/// The middle of the numbers that are counted together with `n`: exact below 32, within a sixteenth of a doubling
/// above.
fn middle(n: u64) -> f64 {
    let width = 1u64 << n.max(1).ilog2().saturating_sub(4);
    (n - n % width) as f64 + (width - 1) as f64 / 2.0
}

#[cfg(test)]
mod tests;
