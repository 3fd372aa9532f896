//! From which gap to which each session lives. Engine floor.
//!
//! A longer gap only joins neighbours. So a run of rows is a session from the gap that closes its longest inner pause
//! up to the shorter of the two pauses around it; most runs are so at no gap. All gaps together have at most two
//! sessions a row, and one pass finds them. Gaps and pauses are whole seconds, as [`Pauses`] has them.
//!
//! [`Pauses`]: crate::engine::pauses::Pauses

use std::ops::Range;

/// Cuts the rows into about `n` parts, so that no session of any gap lies in two of them. There are fewer parts if
/// users have many rows.
pub(super) fn parts(pauses_s: &[u16], n: usize) -> Vec<Range<usize>> {
    let n_rows = pauses_s.len();
    let mut parts = Vec::with_capacity(n);
    let mut start = 0;
    for part in 1..=n {
        let about = (n_rows * part / n).max(start);
        let more = pauses_s[about..].iter().position(|&s| s == u16::MAX);
        let end = more.map_or(n_rows, |more| about + more);
        if start < end {
            parts.push(start..end);
        }
        start = end;
    }
    parts
}

/// Calls `with` for each session of two pageviews or more that there is at any gap: with its rows, and the first and
/// the last gap at which it is one. `rows` is one of [`parts`].
pub(super) fn for_each(
    pauses_s: &[u16],
    rows: Range<usize>,
    mut with: impl FnMut(Range<usize>, u16, u16),
) {
    // Sessions that are still open start at these rows, each after a shorter pause than the one before. The first of
    // these pauses is endless, so it is never closed.
    let mut outer: Vec<(usize, u16)> = Vec::new();
    let (mut start, mut inner_s) = (rows.start, u16::MAX);
    let later_s = pauses_s[rows.start + 1..rows.end].iter().copied();
    for (row, pause_s) in (rows.start + 1..).zip(later_s.chain([u16::MAX])) {
        while inner_s < pause_s {
            let Some((outer_start, outer_s)) = outer.pop() else {
                break;
            };
            with(outer_start..row, inner_s + 1, outer_s.min(pause_s));
            (start, inner_s) = (outer_start, outer_s);
        }
        // If the same gap closes both pauses, a session up to the first one does not go on from here.
        if inner_s > pause_s {
            outer.push((start, inner_s));
        }
        (start, inner_s) = (row, pause_s);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn at_each_gap_those_that_live_are_its_sessions(
            pauses_s in proptest::collection::vec(prop_oneof![0u16..9, 0..=u16::MAX, Just(u16::MAX)], 1..60),
            n in 1usize..5,
        ) {
            let mut pauses_s = pauses_s;
            pauses_s[0] = u16::MAX;
            let mut found = Vec::new();
            let mut next = 0;
            for rows in parts(&pauses_s, n) {
                prop_assert_eq!(rows.start, next);
                next = rows.end;
                for_each(&pauses_s, rows, |rows, first, last| found.push((rows, first, last)));
            }
            prop_assert_eq!(next, pauses_s.len());
            let gaps: BTreeSet<u16> = pauses_s.iter().flat_map(|&s| [s.max(1), s.saturating_add(1)]).collect();
            for gap_s in gaps {
                let starts = (0..pauses_s.len()).filter(|&row| pauses_s[row] >= gap_s);
                let starts: Vec<usize> = starts.chain([pauses_s.len()]).collect();
                let sessions = starts.windows(2).map(|ends| ends[0]..ends[1]);
                let sessions: Vec<_> = sessions.filter(|rows| rows.len() > 1).collect();
                let lives = found.iter().filter(|(_, first, last)| (*first..=*last).contains(&gap_s));
                let mut living: Vec<_> = lives.map(|(rows, ..)| rows.clone()).collect();
                living.sort_unstable_by_key(|rows| rows.start);
                prop_assert_eq!(living, sessions, "{}", gap_s);
            }
        }
    }
}
