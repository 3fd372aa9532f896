//! A user's sessions as blocks along time. Answers floor.

use std::ops::Range;

use crate::answers::browse::View;
use crate::engine::cut::Cut;

/// A stretch of time cut into slots of equal length.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lifeline {
    /// The stretch, half-open, microseconds since the epoch.
    pub from_us: i64,
    /// End of the stretch, more than `from_us`.
    pub to_us: i64,
    /// For each slot, the pageviews of the largest session in it; 0 without one. A session covers all slots from its
    /// first to its last pageview.
    pub slots: Vec<u32>,
    /// For each slot, whether a pageview in it follows a seam.
    pub seams: Vec<bool>,
}

impl Lifeline {
    /// The lifeline of the user whose rows these are, `n_slots` long. At zoom 0 it spans all of the
    /// user's pageviews; each zoom halves the stretch, around pageview `row`. Linear in the user's
    /// sessions, and in the pageviews while a gap is pinned.
    pub(crate) fn of(
        view: View<'_>,
        user: usize,
        row: usize,
        zoom: u32,
        n_slots: usize,
    ) -> Lifeline {
        let (cut, of_user) = (view.cut, view.cut.dataset().rows_of(user));
        let at = cut.dataset().at_us();
        let (from_us, to_us) = stretch(cut, of_user.clone(), row, zoom);
        let mut lifeline = Lifeline {
            from_us,
            to_us,
            slots: vec![0; n_slots],
            seams: vec![false; n_slots],
        };
        for rows in cut.sessions().spans(of_user.clone()) {
            let slots = lifeline.slots_of(at[rows.start], at[rows.end - 1]);
            for slot in &mut lifeline.slots[slots] {
                *slot = (*slot).max(rows.len() as u32);
            }
        }
        if view.pinned.is_some() {
            for pair in at[of_user].windows(2) {
                let slot = lifeline.slot_of(pair[1]);
                if let Some(slot) = slot.filter(|_| view.is_seam(pair[1] - pair[0])) {
                    lifeline.seams[slot] = true;
                }
            }
        }
        lifeline
    }

    /// The slots that a session from one instant to the other covers; none outside the stretch.
    pub(crate) fn slots_of(&self, first_us: i64, last_us: i64) -> Range<usize> {
        let from = self.slot_of(first_us.max(self.from_us));
        let to = self.slot_of(last_us.min(self.to_us - 1));
        match (from, to) {
            (Some(from), Some(to)) => from..to + 1,
            _ => 0..0,
        }
    }

    /// The slot of an instant; `None` outside the stretch.
    pub(crate) fn slot_of(&self, at_us: i64) -> Option<usize> {
        if at_us < self.from_us || at_us >= self.to_us {
            return None;
        }
        let length = i128::from(self.to_us - self.from_us);
        let slot = i128::from(at_us - self.from_us) * self.slots.len() as i128 / length;
        Some(slot as usize).filter(|&slot| slot < self.slots.len())
    }
}

fn stretch(cut: &Cut, rows: Range<usize>, row: usize, zoom: u32) -> (i64, i64) {
    let at = cut.dataset().at_us();
    let (first, last) = (at[rows.start], at[rows.end - 1] + 1);
    let length = ((last - first) >> zoom.min(62)).max(1);
    let latest_from = last - length;
    let from = (at[row] - length / 2).clamp(first, latest_from);
    (from, from + length)
}

/// How often a lifeline of `n_slots` can be zoomed before a slot is shorter than a second.
pub(crate) fn deepest_zoom(cut: &Cut, user: usize, n_slots: usize) -> u32 {
    let rows = cut.dataset().rows_of(user);
    let at = cut.dataset().at_us();
    let seconds = (at[rows.end - 1] - at[rows.start]) / 1_000_000 / n_slots.max(1) as i64;
    seconds.max(1).ilog2()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dataset::Dataset;
    use crate::words::gap::Gap;
    use crate::words::timestamp::Timestamp;
    use std::sync::Arc;

    #[test]
    fn a_session_is_a_span_of_all_slots_from_its_first_to_its_last_pageview() {
        const MINUTE: i64 = 60_000_000;
        let rows =
            [0, 20, 40, 99].map(|minute| ("a", Timestamp::from_us(minute * MINUTE).unwrap(), "/"));
        let cut = Cut::new(Arc::new(Dataset::of_rows(rows)), Gap::DEFAULT);
        let view = View {
            cut: &cut,
            background: None,
            pinned: None,
        };
        let lifeline = Lifeline::of(view, 0, 0, 0, 10);
        assert_eq!(lifeline.slots, [3, 3, 3, 3, 3, 0, 0, 0, 0, 1]);
        assert_eq!(lifeline.slots_of(-5 * MINUTE, 9 * MINUTE), 0..1);
        assert_eq!(lifeline.slots_of(200 * MINUTE, 300 * MINUTE), 0..0);
    }
}
