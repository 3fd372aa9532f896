//! The timeline of a user: pageviews, and pauses that deserve a line of their own. Answers floor.

use std::ops::Range;

use crate::answers::browse::View;
use crate::answers::browse::calendar::Calendar;
use crate::engine::cut::Cut;

/// A line that stands before a pageview.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Break {
    /// A pause that ended a session.
    Between {
        /// Microseconds, at least the gap.
        pause_us: i64,
        /// A day of the calendar began in it.
        new_day: bool,
    },
    /// A pause within a session that the pinned gap cuts.
    Within {
        /// Microseconds, less than the gap.
        pause_us: i64,
        /// A day of the calendar began in it.
        new_day: bool,
    },
    /// A day of the calendar began, in a pause that is not worth mentioning.
    NewDay,
}

impl Break {
    /// How long the pause is, in microseconds, if it is worth mentioning.
    pub(crate) fn pause_us(self) -> Option<i64> {
        match self {
            Break::Between { pause_us, .. } | Break::Within { pause_us, .. } => Some(pause_us),
            Break::NewDay => None,
        }
    }
}

/// The line before pageview `row` of the user whose rows these are; `None` before the first pageview and
/// after a short pause.
pub(crate) fn break_before(
    view: View<'_>,
    calendar: &Calendar,
    rows: &Range<usize>,
    row: usize,
) -> Option<Break> {
    if row <= rows.start || row >= rows.end {
        return None;
    }
    let (dataset, gap_us) = (view.cut.dataset(), view.cut.gap().as_us());
    let (before, at) = (dataset.at(row - 1), dataset.at(row));
    let pause_us = at.as_us() - before.as_us();
    let new_day = calendar.day(before) != calendar.day(at);
    if pause_us >= gap_us {
        Some(Break::Between { pause_us, new_day })
    } else if view.is_seam(pause_us) {
        Some(Break::Within { pause_us, new_day })
    } else {
        new_day.then_some(Break::NewDay)
    }
}

/// Microseconds until the next pageview of the session; `None` for an exit page, whose dwell time
/// nobody knows.
pub(crate) fn dwell_us(cut: &Cut, rows: &Range<usize>, row: usize) -> Option<i64> {
    if row + 1 >= rows.end {
        return None;
    }
    let pause_us = cut.dataset().at_us()[row + 1] - cut.dataset().at_us()[row];
    (pause_us < cut.gap().as_us()).then_some(pause_us)
}

/// The longest dwell time of a user at the gap, microseconds; 0 without one. One pass over the user.
pub(crate) fn longest_dwell_us(cut: &Cut, rows: Range<usize>) -> i64 {
    let pauses = cut.dataset().at_us()[rows].windows(2);
    let dwells = pauses
        .map(|pair| pair[1] - pair[0])
        .filter(|&pause| pause < cut.gap().as_us());
    dwells.max().unwrap_or(0)
}

/// From `from` on, the user's next row after a pause that is a seam, or the one before; wraps around at the end.
/// `rows` are those of the user, and `from` is one of them or the one after the last.
pub(crate) fn find_seam(
    view: View<'_>,
    rows: Range<usize>,
    from: usize,
    forward: bool,
) -> Option<usize> {
    let at = view.cut.dataset().at_us();
    let is_seam = |&row: &usize| row > rows.start && view.is_seam(at[row] - at[row - 1]);
    match forward {
        true => (from..rows.end).chain(rows.start..from).find(is_seam),
        false => (from..rows.end).chain(rows.start..from).rfind(is_seam),
    }
}
