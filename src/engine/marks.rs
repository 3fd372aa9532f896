//! Marks on rows, one bit each, and the number of marks before a row. Engine floor.
//!
//! Does not know what a mark means. A bit takes an eighth of a byte a row; a number in a list of rows would take four.
//! Several threads can set bits without knowing of each other.

use std::ops::Range;

use crate::engine::parallel;

/// Rows in a word.
pub(super) const WORD: usize = u64::BITS as usize;

/// Words that a thread handles at a time: half a million rows.
const PART: usize = 1 << 13;

/// Marks on the rows `0..n_rows`. The row after the last always has one, so that a search ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Marks {
    /// Row `64 * w + b` is marked iff bit `b` of word `w` is set.
    words: Vec<u64>,
    /// Marks before each word.
    before: Vec<u32>,
    n_rows: usize,
    n: usize,
}

impl Default for Marks {
    fn default() -> Marks {
        Marks {
            words: vec![1],
            before: vec![0],
            n_rows: 0,
            n: 0,
        }
    }
}

impl Marks {
    /// Marks rows anew and reuses the memory. `mark` gets consecutive words and the number of their first row, and
    /// sets all their bits. Several threads call it. Bits after the last row do not count.
    pub(super) fn set(&mut self, n_rows: usize, mark: impl Fn(usize, &mut [u64]) + Sync) {
        let n_words = n_rows / WORD + 1;
        self.words.resize(n_words, 0);
        self.before.resize(n_words, 0);
        self.n_rows = n_rows;
        let last_word = n_words - 1;
        let parts = self
            .words
            .chunks_mut(PART)
            .zip(self.before.chunks_mut(PART));
        let counts = parallel::each(parts.enumerate(), |(part, (words, before))| {
            mark(part * PART * WORD, words);
            if let Some(last) = words.get_mut(last_word - part * PART) {
                let behind = n_rows % WORD;
                *last = *last & !(u64::MAX << behind) | 1 << behind;
            }
            count(words, before)
        });
        self.add_up(&counts);
    }

    /// Puts a mark on each of these rows that has none, and takes it off the others. All are different, and less than
    /// `n_rows`.
    pub(super) fn flip(&mut self, rows: &[u32]) {
        for &row in rows {
            self.words[row as usize / WORD] ^= 1 << (row as usize % WORD);
        }
        let parts = self.words.chunks(PART).zip(self.before.chunks_mut(PART));
        let counts = parallel::each(parts, |(words, before)| count(words, before));
        self.add_up(&counts);
    }

    /// Makes numbers of marks within each part numbers of all marks; `counts` has those of the parts.
    fn add_up(&mut self, counts: &[u32]) {
        let mut n = 0;
        for (before, count) in self.before.chunks_mut(PART).zip(counts) {
            before.iter_mut().for_each(|before| *before += n);
            n += count;
        }
        self.n = n as usize - 1;
    }

    /// How many marks there are, without the one after the last row.
    pub(super) fn len(&self) -> usize {
        self.n
    }

    /// How many marks lie before `row`, which is at most `n_rows`.
    pub(super) fn before(&self, row: usize) -> usize {
        let below = self.words[row / WORD] & !(u64::MAX << (row % WORD));
        self.before[row / WORD] as usize + below.count_ones() as usize
    }

    /// The first marked row from `row` on, or `n_rows`. `row` is at most `n_rows`.
    pub(super) fn next(&self, row: usize) -> usize {
        let mut index = row / WORD;
        let mut word = self.words[index] & (u64::MAX << (row % WORD));
        // The mark behind the last row ends the search.
        while word == 0 {
            index += 1;
            word = self.words[index];
        }
        index * WORD + word.trailing_zeros() as usize
    }

    /// The row of mark number `n`, from 0; `n_rows` for `n` = [`Marks::len`].
    pub(super) fn row(&self, n: usize) -> usize {
        let index = self.before.partition_point(|&before| before as usize <= n) - 1;
        let mut word = self.words[index];
        for _ in self.before[index] as usize..n {
            word &= word - 1;
        }
        index * WORD + word.trailing_zeros() as usize
    }

    /// The marked rows without a mark in `other`, ascending. Both have the same number of rows.
    pub(super) fn without<'m>(&'m self, other: &'m Marks) -> impl Iterator<Item = usize> + 'm {
        let words = self.words.iter().zip(&other.words).enumerate();
        words.flat_map(|(index, (own, others))| {
            let mut word = own & !others;
            std::iter::from_fn(move || {
                let bit = word.trailing_zeros() as usize;
                word &= word.checked_sub(1)?;
                Some(index * WORD + bit)
            })
        })
    }

    /// From each mark in `rows` to the next mark, which may lie outside `rows`.
    pub(super) fn spans(&self, rows: Range<usize>) -> Spans<'_> {
        let start = self.next(rows.start);
        let index = start / WORD;
        Spans {
            words: &self.words,
            index,
            // Without the bits up to the mark itself.
            word: self.words[index] & (u64::MAX << (start % WORD)) & !(1 << (start % WORD)),
            start,
            end: rows.end.min(self.n_rows),
        }
    }
}

/// Counts the marks in these words, and before each of them.
fn count(words: &[u64], before: &mut [u32]) -> u32 {
    let mut n = 0;
    for (word, before) in words.iter().zip(before) {
        *before = n;
        n += word.count_ones();
    }
    n
}

/// The rows from each mark to the next.
#[derive(Clone, Debug)]
pub(super) struct Spans<'a> {
    words: &'a [u64],
    index: usize,
    /// The bits left of the word at `index`.
    word: u64,
    start: usize,
    end: usize,
}

impl Iterator for Spans<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let start = self.start;
        if start >= self.end {
            return None;
        }
        // The mark behind the last row ends the search.
        while self.word == 0 {
            self.index += 1;
            self.word = self.words[self.index];
        }
        self.start = self.index * WORD + self.word.trailing_zeros() as usize;
        self.word &= self.word - 1;
        Some(start..self.start)
    }

    /// The loop behind `for_each`: one loop for the words and one for the bits of each. That is faster than looking
    /// for the next mark after each one.
    fn fold<B, F: FnMut(B, Range<usize>) -> B>(self, init: B, mut f: F) -> B {
        let Spans {
            words,
            mut index,
            mut word,
            mut start,
            end,
        } = self;
        let mut folded = init;
        while start < end {
            while word != 0 && start < end {
                let next = index * WORD + word.trailing_zeros() as usize;
                word &= word - 1;
                folded = f(folded, start..next);
                start = next;
            }
            if word == 0 && start < end {
                index += 1;
                word = words[index];
            }
        }
        folded
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn marks_of(marked: &[bool]) -> Marks {
        let mut marks = Marks::default();
        marks.set(marked.len(), |first_row, words| {
            for (word, index) in words.iter_mut().zip(0..) {
                let rows = first_row + index * WORD..first_row + (index + 1) * WORD;
                // Bits after the last row are set, and must not count.
                *word = rows
                    .zip(0..)
                    .map(|(row, bit)| u64::from(marked.get(row).copied().unwrap_or(true)) << bit)
                    .sum();
            }
        });
        marks
    }

    proptest! {
        #[test]
        fn marks_are_those_of_a_plain_list(
            marked in prop_oneof![
                proptest::collection::vec(any::<bool>(), 0..300),
                proptest::collection::vec(proptest::bool::weighted(0.01), 0..2_000),
            ]
        ) {
            let marks = marks_of(&marked);
            let rows: Vec<usize> = (0..marked.len()).filter(|&row| marked[row]).collect();
            prop_assert_eq!(marks.len(), rows.len());
            for (n, &row) in rows.iter().enumerate() {
                prop_assert_eq!(marks.row(n), row);
            }
            prop_assert_eq!(marks.row(rows.len()), marked.len());
            for row in 0..=marked.len() {
                let before = rows.partition_point(|&marked| marked < row);
                prop_assert_eq!(marks.before(row), before);
                prop_assert_eq!(marks.next(row), rows.get(before).copied().unwrap_or(marked.len()));
            }
            let ends = rows.iter().skip(1).copied().chain([marked.len()]);
            let spans: Vec<_> = rows.iter().copied().zip(ends).map(|(start, end)| start..end).collect();
            for rows in [0..marked.len(), marked.len() / 3..marked.len() / 2] {
                let spans: Vec<_> = spans.iter().filter(|span| rows.contains(&span.start)).cloned().collect();
                let mut folded = Vec::new();
                marks.spans(rows.clone()).for_each(|span| folded.push(span));
                prop_assert_eq!(&folded, &spans);
                let mut stepped = Vec::new();
                for span in marks.spans(rows) {
                    stepped.push(span);
                }
                prop_assert_eq!(stepped, spans);
            }
        }
    }

    proptest! {
        #[test]
        fn flipped_rows_have_the_other_mark(
            marked in proptest::collection::vec(any::<bool>(), 0..300), flipped in proptest::collection::btree_set(0u32..300, 0..50),
        ) {
            let rows: Vec<u32> = flipped.into_iter().filter(|&row| (row as usize) < marked.len()).collect();
            let mut marks = marks_of(&marked);
            marks.flip(&rows);
            let mut marked = marked;
            rows.iter().for_each(|&row| marked[row as usize] ^= true);
            prop_assert_eq!(marks, marks_of(&marked));
        }
    }

    #[test]
    fn marks_of_several_threads_are_counted_through() {
        let marked: Vec<bool> = (0..PART * WORD * 2 + 77).map(|row| row % 3 == 0).collect();
        let marks = marks_of(&marked);
        assert_eq!(marks.len(), marked.len().div_ceil(3));
        for row in [
            0,
            1,
            PART * WORD - 1,
            PART * WORD,
            PART * WORD + 1,
            marked.len(),
        ] {
            assert_eq!(marks.before(row), row.div_ceil(3));
        }
        let others: Vec<u32> = (0..marked.len() as u32)
            .filter(|row| row % 3 == 1)
            .collect();
        let mut flipped = marks;
        flipped.flip(&others);
        let marked: Vec<bool> = (0..marked.len()).map(|row| row % 3 < 2).collect();
        assert_eq!(flipped, marks_of(&marked));
    }
}
