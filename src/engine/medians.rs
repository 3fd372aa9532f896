//! The median duration at every gap of whole seconds. Engine floor.
//!
//! The gaps are cut into bands. A first pass over the sessions of all gaps counts those at the first gap of each band by
//! about how long they are, which tells between which durations the medians of a band lie. A second pass counts the
//! shorter ones and collects those between. These come and go as the gap grows through the band, and the median is the
//! one at its rank.

use std::ops::Range;
use std::ops::RangeInclusive;

use crate::engine::lifetimes;
use crate::engine::parallel;
use crate::engine::pauses::GAPS;
use crate::engine::ranked::RankedSet;

/// Bands double the gap in four, and a bit of a word stands for each. Band 0 has no gap.
const BANDS: usize = 60;
const BAND_BITS: u32 = 2;

/// Sizes double the duration in 64. Size 0 is no duration at all.
const SIZES: usize = 3712;
const SIZE_BITS: u32 = 6;

/// Room for the first gap of each band, the last gap of all, and one more.
const POINTS: usize = 64;

/// In datasets of so few rows, all sessions are collected.
const FEW_ROWS: usize = 1 << 16;

/// The rows of a dataset and what is known of them: instants, pauses in whole seconds, and parts as
/// [`lifetimes::parts`] makes them; by gap, how many sessions and how many bounces there are.
#[derive(Clone, Copy)]
pub(super) struct MeasuredRows<'a> {
    pub at: &'a [i64],
    pub pauses_s: &'a [u16],
    pub parts: &'a [Range<usize>],
    pub sessions: &'a [u32],
    pub bounces: &'a [u32],
    /// Asked for each part of each pass.
    pub keep_going: &'a (dyn Fn() -> bool + Sync),
}

/// By gap, the median of all durations in microseconds, as a [`Summary`] has it. `None` where it is not between the
/// durations where it was looked for, or too many are. Returns `None` as soon as it is not to go on.
///
/// [`Summary`]: crate::engine::measure::Summary
pub(super) fn medians(rows: MeasuredRows<'_>) -> Option<Vec<Option<i64>>> {
    if rows.at.is_empty() {
        return Some(vec![None; GAPS]);
    }
    let windows = match rows.at.len() <= FEW_ROWS {
        true => vec![Some(1..=SIZES - 1); BANDS],
        false => SizeCounts::of(rows).windows(rows),
    };
    (rows.keep_going)().then_some(())?;
    let near = NearMedians::of(rows, &windows);
    (rows.keep_going)().then_some(())?;
    let Some(near) = near else {
        return Some(vec![None; GAPS]);
    };
    let bands = parallel::each(windows.iter().enumerate(), |(band, window)| match window {
        Some(window) => near.medians(rows, band, window),
        None => vec![None; gaps_of(band).len()],
    });
    Some(bands.into_iter().flatten().collect())
}

/// The place of a value on a scale that doubles in `1 << bits` equal steps. Small values are their own places.
fn place(value: u64, bits: u32) -> usize {
    let shift = value.max(1 << bits).ilog2() - bits;
    ((shift as usize) << bits) + (value >> shift) as usize
}

/// The least value at a place.
fn least(place: usize, bits: u32) -> usize {
    match (place >> bits).checked_sub(1) {
        None => place,
        Some(shift) => (place - (shift << bits)) << shift,
    }
}

fn band_of(gap_s: u16) -> usize {
    place(u64::from(gap_s), BAND_BITS)
}

fn gaps_of(band: usize) -> Range<usize> {
    least(band, BAND_BITS)..least(band + 1, BAND_BITS)
}

fn size_of(us: i64) -> usize {
    place(us as u64, SIZE_BITS)
}

/// The ranks of the two middle ones of `n`, from 0; the same one twice if there is one.
fn middle(n: u32) -> [u32; 2] {
    [n.saturating_sub(1) / 2, n / 2]
}

/// The sessions of two pageviews or more by size, at the first gap of each band and at the last gap of all: row by row
/// the counts of one size.
struct SizeCounts(Vec<[u32; POINTS]>);

impl SizeCounts {
    fn of(rows: MeasuredRows<'_>) -> SizeCounts {
        // At first, how much the count changes from one point to the next, which may be less than nothing.
        let changes = parallel::each(rows.parts.iter().cloned(), |part| {
            let mut changes = vec![[0u32; POINTS]; SIZES];
            if !(rows.keep_going)() {
                return changes;
            }
            lifetimes::for_each(rows.pauses_s, part, |session, first, last| {
                let us = rows.at[session.end - 1] - rows.at[session.start];
                // The last gap of all stands after the last band.
                let is_last = usize::from(last == u16::MAX);
                let (from, to) = (band_of(first - 1) + 1, band_of(last) + is_last + 1);
                let changes = &mut changes[size_of(us)];
                changes[from] = changes[from].wrapping_add(1);
                changes[to] = changes[to].wrapping_sub(1);
            });
            changes
        });
        let mut counts = vec![[0u32; POINTS]; SIZES];
        for part in &changes {
            for (counts, changes) in counts.iter_mut().zip(part) {
                for (count, change) in counts.iter_mut().zip(changes) {
                    *count = count.wrapping_add(*change);
                }
            }
        }
        for counts in &mut counts {
            let mut living = 0u32;
            for count in counts {
                living = living.wrapping_add(*count);
                *count = living;
            }
        }
        SizeCounts(counts)
    }

    /// By band, the sizes that the medians of its gaps should have; `None` where many sessions have these.
    fn windows(&self, rows: MeasuredRows<'_>) -> Vec<Option<RangeInclusive<usize>>> {
        let window = |band: usize| {
            let gaps = gaps_of(band);
            let at_start = self.sizes_of_middle(rows, band, gaps.start);
            let at_end = self.sizes_of_middle(rows, band + 1, gaps.end.min(GAPS - 1));
            // Between the two gaps the median may be a little beside what it is there.
            let low = at_start[0].min(at_end[0]).saturating_sub(1).max(1);
            let high = (at_start[1].max(at_end[1]) + 1).min(SIZES - 1);
            let within = self.0[low..=high]
                .iter()
                .map(|counts| counts[band] as usize);
            (within.sum::<usize>() <= rows.at.len() / 16).then_some(low..=high)
        };
        (0..BANDS).map(window).collect()
    }

    /// The sizes of the two middle durations at a gap, which is that of a point.
    fn sizes_of_middle(&self, rows: MeasuredRows<'_>, point: usize, gap_s: usize) -> [usize; 2] {
        middle(rows.sessions[gap_s]).map(|rank| {
            let mut shorter = rows.bounces[gap_s];
            if rank < shorter {
                return 0;
            }
            let mut counts = self.0.iter();
            let size = counts.position(|counts| {
                shorter += counts[point];
                rank < shorter
            });
            size.unwrap_or(SIZES - 1)
        })
    }
}

/// A session at the gaps from `first` to `last`.
#[derive(Clone, Copy)]
struct MedianCandidate {
    us: i64,
    first: u16,
    last: u16,
}

/// The sessions that may be the median of some gap.
struct NearMedians {
    /// By duration, ascending.
    candidates: Vec<MedianCandidate>,
    /// By gap, how many sessions of two pageviews or more are shorter than those of the band's window.
    shorter: Vec<u32>,
}

/// Of a size, a bit for each band.
#[derive(Clone, Copy, Default)]
struct BandsOfSize {
    /// The size lies in the window.
    within: u64,
    /// The size lies below it.
    below: u64,
}

impl NearMedians {
    /// `None` if they would take more than four bytes a row.
    fn of(
        rows: MeasuredRows<'_>,
        windows: &[Option<RangeInclusive<usize>>],
    ) -> Option<NearMedians> {
        let mut sizes = vec![BandsOfSize::default(); SIZES];
        for (band, window) in windows.iter().enumerate() {
            let Some(window) = window else { continue };
            let (below, others) = sizes.split_at_mut(*window.start());
            below.iter_mut().for_each(|size| size.below |= 1 << band);
            let within = &mut others[..window.clone().count()];
            within.iter_mut().for_each(|size| size.within |= 1 << band);
        }
        let parts = parallel::each(rows.parts.iter().cloned(), |part| {
            NearMedians::of_part(rows, part, &sizes)
        });
        let parts: Vec<NearMedians> = parts.into_iter().collect::<Option<_>>()?;
        let mut near = NearMedians {
            candidates: Vec::with_capacity(parts.iter().map(|part| part.candidates.len()).sum()),
            shorter: vec![0; GAPS + 1],
        };
        for part in parts {
            near.candidates.extend(part.candidates);
            for (sum, change) in near.shorter.iter_mut().zip(part.shorter) {
                *sum = sum.wrapping_add(change);
            }
        }
        // Each part is sorted already, which this sort notices.
        near.candidates.sort_by_key(|candidate| candidate.us);
        let mut shorter = 0u32;
        for count in &mut near.shorter {
            shorter = shorter.wrapping_add(*count);
            *count = shorter;
        }
        Some(near)
    }

    /// The same for some rows; of the shorter ones, how much their number changes from one gap to the next.
    fn of_part(
        rows: MeasuredRows<'_>,
        part: Range<usize>,
        sizes: &[BandsOfSize],
    ) -> Option<NearMedians> {
        if !(rows.keep_going)() {
            return None;
        }
        let most = part.len() / 4 + FEW_ROWS;
        let mut candidates = Vec::new();
        let mut changes = vec![0u32; GAPS + 1];
        lifetimes::for_each(rows.pauses_s, part, |session, first, last| {
            let us = rows.at[session.end - 1] - rows.at[session.start];
            let size = sizes[size_of(us)];
            let lives = u64::MAX << band_of(first) & u64::MAX >> (63 - band_of(last));
            if size.within & lives != 0 && candidates.len() <= most {
                candidates.push(MedianCandidate { us, first, last });
            }
            let mut below = size.below & lives;
            // Bands beside each other are counted at once.
            while below != 0 {
                let from = below.trailing_zeros();
                let to = from + (below >> from).trailing_ones();
                let start = gaps_of(from as usize).start.max(usize::from(first));
                let end = gaps_of(to as usize).start.min(usize::from(last) + 1);
                changes[start] = changes[start].wrapping_add(1);
                changes[end] = changes[end].wrapping_sub(1);
                below &= u64::MAX << to;
            }
        });
        if candidates.len() > most {
            return None;
        }
        candidates.sort_unstable_by_key(|candidate| candidate.us);
        Some(NearMedians {
            candidates,
            shorter: changes,
        })
    }

    /// The medians at the gaps of a band, which has this window.
    fn medians(
        &self,
        rows: MeasuredRows<'_>,
        band: usize,
        window: &RangeInclusive<usize>,
    ) -> Vec<Option<i64>> {
        let gaps = gaps_of(band);
        let below = |size: usize| {
            let candidates = &self.candidates;
            candidates.partition_point(|candidate| size_of(candidate.us) < size)
        };
        let within = &self.candidates[below(*window.start())..below(window.end() + 1)];
        let lives = |candidate: &&MedianCandidate| {
            usize::from(candidate.first) < gaps.end && gaps.start <= usize::from(candidate.last)
        };
        let candidates: Vec<MedianCandidate> = within.iter().filter(lives).copied().collect();
        let changes = Changes::of(&candidates, gaps.clone());
        let mut living = RankedSet::of_at_most(candidates.len());
        let median = |gap_s: usize| {
            changes
                .at(gap_s - gaps.start)
                .iter()
                .for_each(|&n| living.flip(n as usize));
            let shorter = rows.bounces[gap_s] + self.shorter[gap_s];
            let durations =
                middle(rows.sessions[gap_s]).map(|rank| match rank.checked_sub(shorter) {
                    Some(rank) => living.nth(rank as usize).map(|n| candidates[n].us),
                    // No window begins below the shortest duration that there can be.
                    None => (*window.start() == 1).then_some(0),
                });
            let [lower, upper] = [durations[0]?, durations[1]?];
            Some(lower + (upper - lower) / 2)
        };
        gaps.clone().map(median).collect()
    }
}

/// By gap of a band, which candidates come to be sessions or cease to be.
struct Changes {
    /// Where the changes of each gap begin, and one more entry for those after the last.
    starts: Vec<usize>,
    candidates: Vec<u32>,
}

impl Changes {
    fn of(candidates: &[MedianCandidate], gaps: Range<usize>) -> Changes {
        let n_gaps = gaps.len();
        let places = |candidate: &MedianCandidate| {
            let place = |gap_s: usize| gap_s.saturating_sub(gaps.start).min(n_gaps);
            let (first, last) = (candidate.first, candidate.last);
            [place(usize::from(first)), place(usize::from(last) + 1)]
        };
        let mut starts = vec![0; n_gaps + 2];
        for place in candidates.iter().flat_map(places) {
            starts[place + 1] += 1;
        }
        for place in 0..=n_gaps {
            starts[place + 1] += starts[place];
        }
        let mut next = starts.clone();
        let mut changed = vec![0; 2 * candidates.len()];
        for (n, candidate) in (0..).zip(candidates) {
            for place in places(candidate) {
                changed[next[place]] = n;
                next[place] += 1;
            }
        }
        Changes {
            starts,
            candidates: changed,
        }
    }

    fn at(&self, place: usize) -> &[u32] {
        &self.candidates[self.starts[place]..self.starts[place + 1]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_in_the_order_of_values_and_begin_at_the_least() {
        for (bits, n) in [(BAND_BITS, BANDS), (SIZE_BITS, SIZES)] {
            for at in 1..n {
                let value = least(at, bits) as u64;
                assert_eq!([place(value - 1, bits), place(value, bits)], [at - 1, at]);
            }
        }
        assert_eq!(band_of(u16::MAX) + 1, BANDS);
        assert_eq!(size_of(i64::MAX) + 1, SIZES);
        assert_eq!(gaps_of(BANDS - 1).end, GAPS);
    }
}
