//! Texts kept once and named by their index. Engine floor.

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use std::hash::BuildHasher;

/// A list of texts in one buffer: text `i` is the one pushed as the `i`-th, from 0.
///
/// Does not look texts up; [`Interner`] does.
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

    /// How many texts.
    pub fn len(&self) -> usize {
        self.ends.len()
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
    pub fn in_text_order(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.ends.len() as u32).collect();
        order.sort_unstable_by(|&a, &b| self.text(a).cmp(self.text(b)));
        order
    }
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

/// A dictionary that gives each distinct text one index, in order of first appearance.
///
/// The hash is seeded anew in each process, so that no input can be made to collide.
#[derive(Debug, Default)]
pub struct Interner {
    texts: Dictionary,
    indices: HashTable<u32>,
    hasher: RandomState,
}

impl Interner {
    /// The index of `text`, which is new if the text is.
    pub fn intern(&mut self, text: &str) -> u32 {
        let Interner {
            texts,
            indices,
            hasher,
        } = self;
        let hash = hasher.hash_one(text);
        let entry = indices.entry(
            hash,
            |&index| texts.text(index) == text,
            |&index| hasher.hash_one(texts.text(index)),
        );
        match entry {
            hashbrown::hash_table::Entry::Occupied(found) => *found.get(),
            hashbrown::hash_table::Entry::Vacant(place) => {
                // `texts` is borrowed by the closures above until here.
                let index = texts.len() as u32;
                place.insert(index);
                self.texts.push(text)
            }
        }
    }

    /// The distinct texts so far.
    pub fn texts(&self) -> &Dictionary {
        &self.texts
    }

    /// The distinct texts, without the means to look them up.
    pub fn into_texts(self) -> Dictionary {
        self.texts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    #[test]
    fn texts_come_back_by_their_index() {
        let dictionary: Dictionary = ["b", "", "a"].into_iter().collect();
        assert_eq!(dictionary.iter().collect::<Vec<_>>(), ["b", "", "a"]);
        assert_eq!(dictionary.in_text_order(), [1, 2, 0]);
    }

    proptest! {
        #[test]
        fn each_distinct_text_has_one_index(texts in proptest::collection::vec("[ab]{0,3}", 0..200)) {
            let mut interner = Interner::default();
            let mut reference: HashMap<String, u32> = HashMap::new();
            for text in &texts {
                let next = reference.len() as u32;
                let expected = *reference.entry(text.clone()).or_insert(next);
                prop_assert_eq!(interner.intern(text), expected);
            }
            prop_assert_eq!(interner.texts().len(), reference.len());
        }
    }
}
