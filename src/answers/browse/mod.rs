//! The lists of the explorer: their rows, their order, which rows a filter keeps, and the few that are in view.
//! Answers floor.
//!
//! A list may have millions of rows, so only those in view are ever made. Knows nothing about keys, cursors or panels.

pub(crate) mod background;
pub(crate) mod calendar;
pub(crate) mod counts;
pub(crate) mod extent;
pub(in crate::answers) mod groups;
pub(crate) mod ladder;
pub(crate) mod lifeline;
pub(crate) mod local_clock;
pub(crate) mod needle;
pub(crate) mod neighbours;
mod offsets;
pub(crate) mod order;
pub(crate) mod pages;
pub(crate) mod search;
pub(crate) mod session_calendar;
pub(crate) mod sessions;
pub(crate) mod text_facts;
pub(crate) mod ticks;
pub(crate) mod timeline;
pub(crate) mod users;

use crate::answers::browse::background::Background;
use crate::answers::browse::extent::ColumnRoom;
use crate::answers::browse::extent::Extents;
use crate::engine::cut::Cut;
use crate::words::gap::Gap;

/// What is shown: a cut, what is computed of its dataset in the background, and what it is compared with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'a> {
    /// The sessions at the gap.
    pub cut: &'a Cut,
    /// What takes long to compute, once it is there.
    pub background: Option<&'a Background>,
    /// The gap that is pinned to compare with.
    pub pinned: Option<Gap>,
}

impl View<'_> {
    /// Whether a pause is a seam: cut at the gap or at the pinned one, and not at the other.
    pub(crate) fn is_seam(self, pause_us: i64) -> bool {
        let gap = self.cut.gap();
        let is_between = |pinned: Gap| {
            let (shorter, longer) = (gap.min(pinned), gap.max(pinned));
            (shorter.as_us()..longer.as_us()).contains(&pause_us)
        };
        self.pinned.is_some_and(is_between)
    }
}

/// Called with the users looked at so far and the rows listed; says whether to go on.
pub(crate) type WatchRows<'a> = &'a (dyn Fn(usize, usize) -> bool + Sync);

/// What a list is sorted by.
pub(crate) trait ListColumn: Copy + PartialEq + 'static {
    /// The columns in the order they are shown.
    const ALL: &'static [Self];

    /// The column's name, lower case.
    fn name(self) -> &'static str;

    /// Whether a person who sorts by this column wants the largest first.
    fn largest_first(self) -> bool;

    /// The column with what is carried, by its place; `None` where rows have no such value.
    fn carried(_place: usize) -> Option<Self> {
        None
    }

    /// Its place among what is carried, if it is one of these columns.
    fn carried_place(self) -> Option<usize> {
        None
    }

    /// How much room it takes in the list.
    fn room(self, extents: &Extents) -> ColumnRoom;
}

/// A column and a direction. Rows that are equal in the column stay in their natural order, in both
/// directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sort<C> {
    /// The column.
    pub column: C,
    /// Largest first.
    pub descending: bool,
}

impl<C: ListColumn> Sort<C> {
    /// By this column, in the direction that a person expects.
    pub(crate) fn by(column: C) -> Sort<C> {
        Sort {
            column,
            descending: column.largest_first(),
        }
    }

    /// The same column in the other direction.
    pub(crate) fn reversed(self) -> Sort<C> {
        Sort {
            descending: !self.descending,
            ..self
        }
    }

    /// A key that sorts ascending in this direction.
    pub(crate) fn key(self, value: u64) -> u64 {
        if self.descending { !value } else { value }
    }
}

/// A signed value as an unsigned one that sorts the same.
fn sortable(value: i64) -> u64 {
    (value as u64) ^ (1 << 63)
}

#[cfg(test)]
mod tests;
