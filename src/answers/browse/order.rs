//! The order of a list's rows, sorted only where someone looks. Answers floor.
//!
//! Moving the gap changes the key of every row, and a person then sees forty of them. So an order is
//! partitioned around the rows in view, which is linear, and only those are sorted. Knows nothing of
//! what the rows are.

use std::collections::BTreeMap;
use std::ops::Range;

/// Sorted pieces are at least this long, so that scrolling seldom partitions anew.
const PIECE: usize = 4096;

/// Rows, named by 32-bit ids, in the order in which a list shows them.
#[derive(Clone, Debug)]
pub struct Order(Repr);

#[derive(Clone, Debug)]
enum Repr {
    /// The ids `0..n` as they are.
    Natural(usize),
    /// These ids, ascending.
    Listed(Vec<u32>),
    Sorted(Pieces),
}

/// Pairs of key and id, cut into pieces: every pair of a piece comes before every pair of the next.
#[derive(Clone, Debug)]
struct Pieces {
    pairs: Vec<(u64, u32)>,
    /// Start of each piece, and whether its inside is sorted too.
    starts: BTreeMap<usize, bool>,
}

impl Default for Order {
    fn default() -> Order {
        Order::natural(0)
    }
}

impl Order {
    /// The ids `0..n` in their own order. Costs nothing.
    pub fn natural(n: usize) -> Order {
        Order(Repr::Natural(n))
    }

    /// Some ids, which must ascend.
    pub fn listed(ids: Vec<u32>) -> Order {
        debug_assert!(ids.is_sorted(), "listed ids ascend");
        Order(Repr::Listed(ids))
    }

    /// Ids by (key, id). Nothing is sorted before [`Order::settle`].
    pub fn sorted(pairs: Vec<(u64, u32)>) -> Order {
        Order(Repr::Sorted(Pieces {
            pairs,
            starts: BTreeMap::from([(0, false)]),
        }))
    }

    /// The memory of an order that is no longer needed, empty, for the next one.
    pub fn into_buffer(self) -> Vec<(u64, u32)> {
        match self.0 {
            Repr::Sorted(mut pieces) => {
                pieces.pairs.clear();
                pieces.pairs
            }
            _ => Vec::new(),
        }
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        match &self.0 {
            Repr::Natural(n) => *n,
            Repr::Listed(ids) => ids.len(),
            Repr::Sorted(pieces) => pieces.pairs.len(),
        }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Puts the rows at these positions in their final place. Linear the first time around a position.
    pub fn settle(&mut self, positions: Range<usize>) {
        if let Repr::Sorted(pieces) = &mut self.0 {
            pieces.settle(positions);
        }
    }

    /// The id at a position; `None` beyond the end. Right if the position has been settled.
    pub fn at(&self, position: usize) -> Option<u32> {
        match &self.0 {
            Repr::Natural(n) => (position < *n).then_some(position as u32),
            Repr::Listed(ids) => ids.get(position).copied(),
            Repr::Sorted(pieces) => pieces.pairs.get(position).map(|pair| pair.1),
        }
    }

    /// Where an id stands, settled or not; `None` if it is not in the list. Linear.
    pub fn position(&self, id: u32) -> Option<usize> {
        match &self.0 {
            Repr::Natural(n) => ((id as usize) < *n).then_some(id as usize),
            Repr::Listed(ids) => ids.binary_search(&id).ok(),
            Repr::Sorted(pieces) => pieces.position(id),
        }
    }

    /// How many rows have a smaller key: where a row with this key would stand. Linear. 0 for an order
    /// without keys.
    pub fn count_below(&self, key: u64) -> usize {
        match &self.0 {
            Repr::Sorted(pieces) => pieces.pairs.iter().filter(|pair| pair.0 < key).count(),
            _ => 0,
        }
    }

    /// The ids, ascending.
    pub fn ids(&self) -> Vec<u32> {
        match &self.0 {
            Repr::Natural(n) => (0..*n as u32).collect(),
            Repr::Listed(ids) => ids.clone(),
            Repr::Sorted(pieces) => {
                let mut ids: Vec<u32> = pieces.pairs.iter().map(|pair| pair.1).collect();
                ids.sort_unstable();
                ids
            }
        }
    }
}

impl Pieces {
    fn settle(&mut self, positions: Range<usize>) {
        let start = positions.start / PIECE * PIECE;
        let end = positions.end.div_ceil(PIECE) * PIECE;
        self.cut(start);
        self.cut(end);
        let unsorted: Vec<usize> = self
            .starts
            .range(start..end)
            .filter(|&(_, &sorted)| !sorted)
            .map(|(&start, _)| start)
            .collect();
        for start in unsorted {
            let end = self.end_of(start);
            self.pairs[start..end].sort_unstable();
            self.starts.insert(start, true);
        }
    }

    /// Makes `position` the start of a piece.
    fn cut(&mut self, position: usize) {
        if position >= self.pairs.len() || self.starts.contains_key(&position) {
            return;
        }
        let (start, sorted) = self.piece_of(position);
        if !sorted {
            let end = self.end_of(start);
            self.pairs[start..end].select_nth_unstable(position - start);
        }
        self.starts.insert(position, sorted);
    }

    /// Start of the piece around a position, and whether it is sorted.
    fn piece_of(&self, position: usize) -> (usize, bool) {
        self.starts
            .range(..=position)
            .next_back()
            .map(|(&start, &sorted)| (start, sorted))
            .expect("a piece starts at 0")
    }

    fn end_of(&self, start: usize) -> usize {
        self.starts
            .range(start + 1..)
            .next()
            .map_or(self.pairs.len(), |(&next, _)| next)
    }

    fn position(&self, id: u32) -> Option<usize> {
        let found = self.pairs.iter().position(|pair| pair.1 == id)?;
        let (start, sorted) = self.piece_of(found);
        if sorted {
            return Some(found);
        }
        let pair = self.pairs[found];
        let piece = &self.pairs[start..self.end_of(start)];
        Some(start + piece.iter().filter(|&&other| other < pair).count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_natural_order_is_the_ids_themselves() {
        let order = Order::natural(3);
        assert_eq!(
            (order.at(2), order.at(3), order.position(1)),
            (Some(2), None, Some(1))
        );
    }

    #[test]
    fn a_listed_order_finds_what_it_lists() {
        let order = Order::listed(vec![2, 5, 9]);
        assert_eq!(
            (order.at(1), order.position(9), order.position(3)),
            (Some(5), Some(2), None)
        );
    }

    proptest! {
        #[test]
        fn wherever_one_looks_the_rows_are_as_if_all_were_sorted(
            keys in proptest::collection::vec(0u64..50, 0..20_000),
            looks in proptest::collection::vec((0usize..20_000, 1usize..100), 1..6),
        ) {
            let pairs: Vec<(u64, u32)> = keys.iter().copied().zip(0..).collect();
            let mut sorted = pairs.clone();
            sorted.sort_unstable();
            let mut order = Order::sorted(pairs);
            for (start, length) in looks {
                order.settle(start..start + length);
                for (position, pair) in sorted.iter().enumerate().skip(start).take(length) {
                    prop_assert_eq!(order.at(position), Some(pair.1));
                    prop_assert_eq!(order.position(pair.1), Some(position));
                }
                if let Some((position, pair)) = sorted.iter().enumerate().nth(start / 2) {
                    prop_assert_eq!(order.position(pair.1), Some(position), "unsettled");
                    let first = sorted.partition_point(|other| other.0 < pair.0);
                    prop_assert_eq!(order.count_below(pair.0), first);
                }
            }
        }
    }
}
