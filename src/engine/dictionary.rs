//! A list of texts in one piece of memory. Engine floor.

use std::ops::Range;

/// A list of texts in one buffer: text `i` is the one pushed as the `i`-th, from 0.
///
/// Does not look texts up; [`Interner`](super::interner::Interner) does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dictionary {
    bytes: String,
    /// End of each text in `bytes`; a text starts where the one before it ends.
    ends: Vec<usize>,
}

impl Dictionary {
    /// Appends a text and returns its index.
    pub fn push(&mut self, text: &str) -> u32 {
        let index = self.ends.len() as u32;
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len());
        index
    }

    /// The text at `index`, which must be less than [`Dictionary::len`].
    pub fn text(&self, index: u32) -> &str {
        let index = index as usize;
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.bytes[start..self.ends[index]]
    }

    /// The same as bytes.
    #[inline]
    pub(super) fn bytes(&self, index: u32) -> &[u8] {
        let index = index as usize;
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.bytes.as_bytes()[start..self.ends[index]]
    }

    /// How many texts.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// How long all texts are together.
    pub(crate) fn n_bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The texts in index order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.ends.len()).map(|index| self.text(index as u32))
    }

    /// The indices in the byte order of their texts.
    pub(crate) fn in_text_order(&self) -> Vec<u32> {
        self.order_of(0..self.ends.len() as u32)
    }

    /// The indices of a range in the byte order of their texts.
    pub(crate) fn order_of(&self, indices: Range<u32>) -> Vec<u32> {
        // Most texts differ within a few bytes, so that most comparisons need not fetch the texts.
        let n_alike = self.n_alike(indices.clone());
        let mut order: Vec<(u64, u32)> = indices
            .map(|index| (first_bytes(&self.bytes(index)[n_alike..]), index))
            .collect();
        order.sort_unstable_by(|a, b| {
            a.0.cmp(&b.0)
                .then_with(|| self.text(a.1).cmp(self.text(b.1)))
        });
        order.into_iter().map(|(_, index)| index).collect()
    }

    /// With how many equal bytes all texts of a range begin.
    fn n_alike(&self, mut indices: Range<u32>) -> usize {
        let Some(first) = indices.next() else {
            return 0;
        };
        let first = self.bytes(first);
        indices.fold(first.len(), |n_alike, index| {
            let both = first[..n_alike].iter().zip(self.bytes(index));
            both.take_while(|(one, other)| one == other).count()
        })
    }

    /// Forgets all texts but keeps their memory.
    pub(crate) fn clear(&mut self) {
        self.truncate(0);
    }

    /// Forgets all texts but the first ones.
    pub(super) fn truncate(&mut self, n: usize) {
        self.ends.truncate(n);
        self.bytes.truncate(self.ends.last().copied().unwrap_or(0));
    }
}

/// The first eight bytes as a number with the same order. Missing bytes are 0.
fn first_bytes(bytes: &[u8]) -> u64 {
    let mut first = [0; 8];
    let n = bytes.len().min(8);
    first[..n].copy_from_slice(&bytes[..n]);
    u64::from_be_bytes(first)
}

impl<T: AsRef<str>> FromIterator<T> for Dictionary {
    fn from_iter<I: IntoIterator<Item = T>>(texts: I) -> Dictionary {
        let mut dictionary = Dictionary::default();
        for text in texts {
            dictionary.push(text.as_ref());
        }
        dictionary
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn texts_come_back_by_their_index() {
        let dictionary: Dictionary = ["b", "", "a"].into_iter().collect();
        assert_eq!(dictionary.iter().collect::<Vec<_>>(), ["b", "", "a"]);
        assert_eq!(dictionary.in_text_order(), [1, 2, 0]);
    }

    #[test]
    fn a_dictionary_that_was_cleared_begins_anew() {
        let mut dictionary: Dictionary = ["b", "é", "a"].into_iter().collect();
        assert!(!dictionary.is_empty());
        assert_eq!((dictionary.len(), dictionary.n_bytes()), (3, 4));
        dictionary.clear();
        assert!(dictionary.is_empty());
        assert_eq!(dictionary.push("c"), 0);
        assert_eq!(dictionary.text(0), "c");
    }

    proptest! {
        #[test]
        fn texts_are_ordered_as_bytes(
            beginning in "[\\x00a]{0,12}",
            ends in proptest::collection::vec("[\\x00a-c]{0,12}", 0..60),
        ) {
            let texts: Vec<String> = ends.iter().map(|end| format!("{beginning}{end}")).collect();
            let dictionary: Dictionary = texts.iter().collect();
            let mut expected: Vec<u32> = (0..texts.len() as u32).collect();
            expected.sort_by_key(|&index| &texts[index as usize]);
            let order = dictionary.in_text_order();
            let texts_of = |order: &[u32]| order.iter().map(|&index| texts[index as usize].clone()).collect::<Vec<_>>();
            prop_assert_eq!(texts_of(&order), texts_of(&expected));
        }
    }
}
