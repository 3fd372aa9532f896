//! A set of numbers that finds the one at a rank. Engine floor.
//!
//! It remembers where it looked last, so that a rank nearby is found at once.

/// Numbers below a limit.
pub(super) struct RankedSet {
    /// Number `64 * w + b` is in the set iff bit `b` of word `w` is set.
    words: Vec<u64>,
    /// The word of the last search; one after the last if the set ended before.
    word: usize,
    /// How many numbers lie in the words before that.
    before: usize,
}

impl RankedSet {
    /// An empty set of numbers below `limit`.
    pub(super) fn of_at_most(limit: usize) -> RankedSet {
        RankedSet {
            words: vec![0; limit.div_ceil(64)],
            word: 0,
            before: 0,
        }
    }

    /// Takes a number in, or out if it is in.
    pub(super) fn flip(&mut self, number: usize) {
        let (word, bit) = (number / 64, 1 << (number % 64));
        self.words[word] ^= bit;
        if word < self.word {
            match self.words[word] & bit {
                0 => self.before -= 1,
                _ => self.before += 1,
            }
        }
    }

    /// The number at a rank, from 0, in ascending order; `None` if there are not so many.
    pub(super) fn nth(&mut self, rank: usize) -> Option<usize> {
        while rank < self.before {
            self.word -= 1;
            self.before -= self.words[self.word].count_ones() as usize;
        }
        let mut word = *self.words.get(self.word)?;
        while self.before + word.count_ones() as usize <= rank {
            self.before += word.count_ones() as usize;
            self.word += 1;
            word = *self.words.get(self.word)?;
        }
        for _ in self.before..rank {
            word &= word - 1;
        }
        Some(64 * self.word + word.trailing_zeros() as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn numbers_are_found_at_their_ranks(
            steps in proptest::collection::vec((proptest::collection::vec(0usize..300, 0..40), 0usize..300), 0..20),
        ) {
            let (mut set, mut plain) = (RankedSet::of_at_most(300), BTreeSet::new());
            for (flips, rank) in steps {
                for number in flips {
                    set.flip(number);
                    if !plain.remove(&number) {
                        plain.insert(number);
                    }
                }
                prop_assert_eq!(set.nth(rank), plain.iter().nth(rank).copied());
            }
        }
    }
}
