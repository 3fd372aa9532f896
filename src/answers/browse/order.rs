//! The order of a list's rows, which is sorted only where someone looks. Answers floor.
//!
//! Moving the gap changes the key of every row, but a person sees only forty of them. So the rows keep their natural
//! order. Where someone looks, one pass picks the keys that belong there, and only these are sorted. Knows nothing
//! about the rows.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::engine::parallel;

/// How many rows are sorted at a time. It is large enough that scrolling seldom needs a new pass.
const PIECE: usize = 4096;

/// Rows, named by 32-bit ids, in the order in which a list shows them.
#[derive(Clone, Debug)]
pub(crate) struct ListOrder(Repr);

#[derive(Clone, Debug)]
enum Repr {
    /// These ids in their own order.
    Natural(Range<usize>),
    Sorted(Sorted),
    Around(Around),
}

/// Of an order that is still being made, the rows that someone looks at.
#[derive(Clone, Debug)]
struct Around {
    len: usize,
    /// Position of the first of them.
    start: usize,
    ids: Vec<u32>,
}

/// Rows with their keys. Ids ascend, and decide between equal keys.
#[derive(Clone, Debug, Default)]
pub(crate) struct OrderedRows {
    keys: Vec<u64>,
    ids: Vec<u32>,
    /// Memory for the rows from which a piece is cut.
    near: Vec<(u64, u32)>,
}

impl OrderedRows {
    /// Appends a row. Ids must ascend.
    pub(crate) fn push(&mut self, key: u64, id: u32) {
        self.keys.push(key);
        self.ids.push(id);
    }

    /// Appends the rows with these ids, each with its key.
    pub(crate) fn extend(&mut self, keys: impl Iterator<Item = u64>, ids: Range<usize>) {
        self.keys.extend(keys);
        self.ids.extend(ids.map(|id| id as u32));
    }
}

/// The memory of an order that is no longer needed, for the next one to reuse.
#[derive(Clone, Debug, Default)]
pub(crate) struct Buffer(Vec<OrderedRows>);

#[derive(Clone, Debug, Default)]
struct Sorted {
    /// The parts in natural order: the ids of each come before those of the next.
    parts: Vec<OrderedRows>,
    len: usize,
    /// A sample of keys, ascending; empty until someone looks, and for short lists.
    sample: Vec<u64>,
    /// The ids of each piece that was looked at, by the position at which it starts.
    pieces: BTreeMap<usize, Vec<u32>>,
}

impl Default for ListOrder {
    fn default() -> ListOrder {
        ListOrder::natural(0..0)
    }
}

impl ListOrder {
    /// These ids in their own order. Costs nothing.
    pub(crate) fn natural(ids: Range<usize>) -> ListOrder {
        ListOrder(Repr::Natural(ids))
    }

    /// Of `len` rows, only these, which stand at `start` and behind: what is in view while the order is made elsewhere.
    pub(crate) fn around(len: usize, start: usize, ids: Vec<u32>) -> ListOrder {
        ListOrder(Repr::Around(Around { len, start, ids }))
    }

    /// Rows by (key, id), made by `push` from `0..n_sources` in parts of `size`, from several threads.
    /// Nothing is sorted before [`ListOrder::settle`].
    pub(crate) fn sorted(
        buffer: Buffer,
        n_sources: usize,
        size: usize,
        push: impl Fn(Range<usize>, &mut OrderedRows) + Sync,
    ) -> ListOrder {
        let mut parts = buffer.0;
        let sources = parallel::ranges(n_sources, size);
        parts.resize_with(sources.len(), OrderedRows::default);
        parallel::each(sources.zip(&mut parts), |(sources, rows)| {
            rows.keys.clear();
            rows.ids.clear();
            push(sources, rows);
        });
        ListOrder(Repr::Sorted(Sorted {
            len: parts.iter().map(|rows| rows.ids.len()).sum(),
            parts,
            ..Sorted::default()
        }))
    }

    /// The memory of an order that is no longer needed.
    pub(crate) fn into_buffer(self) -> Buffer {
        match self.0 {
            Repr::Sorted(sorted) => Buffer(sorted.parts),
            Repr::Natural(_) | Repr::Around(_) => Buffer::default(),
        }
    }

    /// How many rows.
    pub(crate) fn len(&self) -> usize {
        match &self.0 {
            Repr::Natural(ids) => ids.len(),
            Repr::Sorted(sorted) => sorted.len,
            Repr::Around(around) => around.len,
        }
    }

    /// Whether there is no row.
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Sorts the rows at these positions. Linear, the first time around a position.
    pub(crate) fn settle(&mut self, positions: Range<usize>) {
        if let Repr::Sorted(sorted) = &mut self.0 {
            sorted.settle(positions);
        }
    }

    /// The id at a position; `None` beyond the end, and where rows are not settled.
    pub(crate) fn at(&self, position: usize) -> Option<u32> {
        match &self.0 {
            Repr::Natural(ids) => {
                let is_there = position < ids.len();
                is_there.then(|| (ids.start + position) as u32)
            }
            Repr::Sorted(sorted) => {
                let (start, ids) = sorted.pieces.range(..=position).next_back()?;
                ids.get(position - start).copied()
            }
            Repr::Around(around) => {
                let place = position.checked_sub(around.start)?;
                around.ids.get(place).copied()
            }
        }
    }

    /// Where an id stands, settled or not; `None` if it is not in the list. Linear, unless it is settled.
    pub(crate) fn position(&self, id: u32) -> Option<usize> {
        match &self.0 {
            Repr::Natural(ids) => {
                let is_there = ids.contains(&(id as usize));
                is_there.then(|| id as usize - ids.start)
            }
            Repr::Sorted(sorted) => sorted.settled(id).or_else(|| sorted.position(id)),
            Repr::Around(around) => place_in(&around.ids, around.start, id),
        }
    }

    /// How many rows have a smaller key: where a row with this key would stand. Linear, but for an order without keys:
    /// in that, the keys of the ids ascend. Of an order that is still being made, 0.
    pub(crate) fn count_below(&self, key: u64, key_of: impl Fn(u32) -> u64) -> usize {
        match &self.0 {
            Repr::Natural(ids) => {
                let (mut below, mut above) = (ids.start, ids.end);
                while below < above {
                    let middle = below.midpoint(above);
                    match key_of(middle as u32) < key {
                        true => below = middle + 1,
                        false => above = middle,
                    }
                }
                below - ids.start
            }
            Repr::Around(_) => 0,
            Repr::Sorted(sorted) => {
                let counts = parallel::each(sorted.parts.iter(), |rows| below(&rows.keys, key));
                counts.into_iter().sum()
            }
        }
    }

    /// The ids, ascending.
    pub(crate) fn ids(&self) -> Vec<u32> {
        match &self.0 {
            Repr::Natural(ids) => (ids.start as u32..ids.end as u32).collect(),
            Repr::Sorted(sorted) => {
                let ids = sorted.parts.iter().flat_map(|rows| &rows.ids);
                ids.copied().collect()
            }
            Repr::Around(around) => around.ids.clone(),
        }
    }
}

fn below(keys: &[u64], key: u64) -> usize {
    keys.iter().map(|&other| usize::from(other < key)).sum()
}

/// The position of an id among some that begin at `start`.
fn place_in(ids: &[u32], start: usize, id: u32) -> Option<usize> {
    let place = ids.iter().position(|&other| other == id)?;
    Some(start + place)
}

impl Sorted {
    /// Where an id stands, if someone has looked there.
    fn settled(&self, id: u32) -> Option<usize> {
        let mut pieces = self.pieces.iter();
        pieces.find_map(|(&start, ids)| place_in(ids, start, id))
    }

    fn position(&self, id: u32) -> Option<usize> {
        let (part, place) = self
            .parts
            .iter()
            .enumerate()
            .find_map(|(part, rows)| Some((part, rows.ids.binary_search(&id).ok()?)))?;
        let key = self.parts[part].keys[place];
        // Rows with the same key keep their natural order.
        let above = key.checked_add(1);
        let counts = parallel::each(self.parts.iter().enumerate(), |(index, rows)| {
            let earlier = match index.cmp(&part) {
                std::cmp::Ordering::Less => rows.keys.len(),
                std::cmp::Ordering::Equal => place,
                std::cmp::Ordering::Greater => 0,
            };
            let (earlier, later) = rows.keys.split_at(earlier);
            above.map_or(earlier.len(), |above| below(earlier, above)) + below(later, key)
        });
        Some(counts.into_iter().sum())
    }

    fn settle(&mut self, positions: Range<usize>) {
        let start = positions.start.min(self.len) / PIECE * PIECE;
        let end = positions.end.min(self.len);
        let mut unknown = (start..end).step_by(PIECE);
        let Some(from) = unknown.find(|start| !self.pieces.contains_key(start)) else {
            return;
        };
        let to = end.next_multiple_of(PIECE).min(self.len);
        let ids = self.select(from..to);
        for (start, ids) in (from..).step_by(PIECE).zip(ids.chunks(PIECE)) {
            self.pieces.insert(start, ids.to_vec());
        }
    }

    /// The ids at these positions.
    fn select(&mut self, positions: Range<usize>) -> Vec<u32> {
        let (low, high) = self.guess(&positions);
        if low == high
            && let Some(ids) = self.select_among_equals(low, &positions)
        {
            return ids;
        }
        let mut below = self.collect(low, high);
        let mut n: usize = self.parts.iter().map(|rows| rows.near.len()).sum();
        if positions.start < below || positions.end > below + n {
            below = self.collect(0, u64::MAX);
            n = self.len;
        }
        let mut near = Vec::with_capacity(n);
        for rows in &self.parts {
            near.extend_from_slice(&rows.near);
        }
        let (start, end) = (positions.start - below, positions.end - below);
        if end < near.len() {
            near.select_nth_unstable(end);
        }
        if start > 0 {
            near[..end].select_nth_unstable(start);
        }
        near[start..end].sort_unstable();
        near[start..end].iter().map(|&(_, id)| id).collect()
    }

    /// The same if all rows have one key, as with millions of bounces; otherwise `None`. Such rows are in order
    /// already.
    fn select_among_equals(&self, key: u64, positions: &Range<usize>) -> Option<Vec<u32>> {
        let counts = parallel::each(self.parts.iter(), |rows| {
            let above = key.checked_add(1);
            let n_below = below(&rows.keys, key);
            let n_up_to = above.map_or(rows.keys.len(), |above| below(&rows.keys, above));
            (n_below, n_up_to - n_below)
        });
        let n_below: usize = counts.iter().map(|&(n_below, _)| n_below).sum();
        let n_equal: usize = counts.iter().map(|&(_, n_equal)| n_equal).sum();
        let mut skipped = positions.start.checked_sub(n_below)?;
        if positions.end > n_below + n_equal {
            return None;
        }
        let mut ids = Vec::with_capacity(positions.len());
        for (rows, (_, n_equal)) in self.parts.iter().zip(counts) {
            if skipped >= n_equal {
                skipped -= n_equal;
                continue;
            }
            let equals = rows
                .keys
                .iter()
                .zip(&rows.ids)
                .filter(|pair| *pair.0 == key);
            let wanted = positions.len() - ids.len();
            ids.extend(equals.skip(skipped).take(wanted).map(|(_, &id)| id));
            skipped = 0;
        }
        Some(ids)
    }

    /// The keys, both included, between which the rows at these positions should lie, estimated from a sample.
    fn guess(&mut self, positions: &Range<usize>) -> (u64, u64) {
        const SAMPLE: usize = 1 << 13;
        /// Four times the usual error of a rank in a sample of this size.
        const MARGIN: usize = 180;
        if self.len < 4 * SAMPLE {
            return (0, u64::MAX);
        }
        if self.sample.is_empty() {
            let step = self.len / SAMPLE;
            let keys = self.parts.iter().flat_map(|rows| rows.keys.iter());
            self.sample.extend(keys.step_by(step));
            self.sample.sort_unstable();
        }
        let place = |position: usize| {
            (position as u128 * self.sample.len() as u128 / self.len as u128) as usize
        };
        let low = place(positions.start).checked_sub(MARGIN);
        let high = self.sample.get(place(positions.end) + MARGIN);
        (
            low.map_or(0, |low| self.sample[low]),
            high.copied().unwrap_or(u64::MAX),
        )
    }

    /// Collects the rows with keys from `low` to `high`; returns how many keys are smaller.
    fn collect(&mut self, low: u64, high: u64) -> usize {
        const CHUNK: usize = 1 << 10;
        let counts = parallel::each(self.parts.iter_mut(), |rows| {
            let OrderedRows { keys, ids, near } = rows;
            near.clear();
            let (mut n_below, mut n) = (0, 0);
            for (keys, ids) in keys.chunks(CHUNK).zip(ids.chunks(CHUNK)) {
                if near.len() < n + CHUNK {
                    near.resize(2 * near.len() + CHUNK, (0, 0));
                }
                for (&key, &id) in keys.iter().zip(ids) {
                    n_below += usize::from(key < low);
                    // Always written, and kept only if it is near: a write costs less than a wrongly predicted branch.
                    near[n] = (key, id);
                    n += usize::from((low <= key) & (key <= high));
                }
            }
            near.truncate(n);
            n_below
        });
        counts.into_iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn order_of(keys: &[u64]) -> ListOrder {
        ListOrder::sorted(Buffer::default(), keys.len(), 1_000, |sources, rows| {
            sources.for_each(|id| rows.push(keys[id], id as u32));
        })
    }

    #[test]
    fn a_natural_order_is_the_ids_themselves() {
        let order = ListOrder::natural(5..8);
        assert_eq!(
            (order.at(2), order.at(3), order.position(6)),
            (Some(7), None, Some(1))
        );
        assert_eq!((order.position(4), order.position(8)), (None, None));
        assert_eq!(order.ids(), [5, 6, 7]);
    }

    #[test]
    fn an_order_finds_what_it_lists() {
        let order = ListOrder::sorted(Buffer::default(), 3, 2, |sources, rows| {
            sources.for_each(|n| rows.push(9 - n as u64, [2, 5, 9][n]));
        });
        assert_eq!(
            (order.position(2), order.position(9), order.position(3)),
            (Some(2), Some(0), None)
        );
        assert_eq!(order.ids(), [2, 5, 9]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.div_ceil(64), ..ProptestConfig::default() })]

        #[test]
        fn wherever_one_looks_the_rows_are_as_if_all_were_sorted(
            n in prop_oneof![0usize..20_000, 30_000usize..60_000],
            spread in prop_oneof![1u64..50, Just(u64::MAX)],
            seed in any::<u64>(),
            looks in proptest::collection::vec((0usize..60_000, 1usize..100), 1..6),
        ) {
            // Keys that look random, in long runs of the same key for some seeds.
            let keys: Vec<u64> = (0..n as u64)
                .map(|row| (row / (1 + seed % 3_000)).wrapping_mul(seed | 1).rotate_left(31) % spread)
                .collect();
            let mut sorted: Vec<(u64, u32)> = keys.iter().copied().zip(0..).collect();
            sorted.sort_unstable();
            let mut order = order_of(&keys);
            for (start, length) in looks {
                order.settle(start..start + length);
                for (position, pair) in sorted.iter().enumerate().skip(start).take(length) {
                    prop_assert_eq!(order.at(position), Some(pair.1));
                    prop_assert_eq!(order.position(pair.1), Some(position));
                }
                if let Some((position, pair)) = sorted.iter().enumerate().nth(start / 2) {
                    prop_assert_eq!(order.position(pair.1), Some(position), "unsettled");
                    let first = sorted.partition_point(|other| other.0 < pair.0);
                    prop_assert_eq!(order.count_below(pair.0, |_| unreachable!()), first);
                }
            }
        }
    }
}
