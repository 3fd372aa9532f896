//! Keeps each text once and names it by its index. Engine floor.

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use std::hash::BuildHasher;
use std::hash::Hasher;
use std::ops::Range;

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
        // Most texts differ within their first bytes, so that most comparisons need not fetch the texts.
        let mut order: Vec<(u64, u32)> = indices
            .map(|index| (first_bytes(self.text(index)), index))
            .collect();
        order.sort_unstable_by(|a, b| {
            a.0.cmp(&b.0)
                .then_with(|| self.text(a.1).cmp(self.text(b.1)))
        });
        order.into_iter().map(|(_, index)| index).collect()
    }

    /// Forgets all texts but keeps their memory.
    pub(crate) fn clear(&mut self) {
        self.truncate(0);
    }

    /// Forgets all texts but the first ones.
    fn truncate(&mut self, n: usize) {
        self.ends.truncate(n);
        self.bytes.truncate(self.ends.last().copied().unwrap_or(0));
    }
}

/// The first eight bytes of a text as a number with the same order. Missing bytes are 0.
fn first_bytes(text: &str) -> u64 {
    let bytes = text.as_bytes();
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

/// A dictionary that gives each distinct text one index, in order of first appearance.
///
/// The hash is seeded anew in each process, so that no input can be made to collide.
///
/// Most ids are short. To find a short text takes one look into the table, which holds the text itself.
#[derive(Debug, Default)]
pub struct Interner {
    texts: Dictionary,
    places: HashTable<Slot>,
    hasher: RandomState,
    /// Keys of the texts that [`Interner::intern_all`] works on.
    keys: Vec<TextKey>,
}

/// The key of a text: the text itself if it is short, else its hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct TextKey {
    bytes: [u64; 2],
    len: u32,
}

/// A text in the table.
#[derive(Clone, Copy, Debug)]
struct Slot {
    key: TextKey,
    index: u32,
}

/// The longest text that fits into its key.
const SHORT_BYTES: usize = 16;

impl TextKey {
    #[inline]
    fn of(text: &str, hasher: &RandomState) -> TextKey {
        let bytes = text.as_bytes();
        TextKey {
            bytes: if bytes.len() <= SHORT_BYTES {
                short(bytes)
            } else {
                [hasher.hash_one(bytes), 0]
            },
            len: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
        }
    }

    /// Whether this is all of the text.
    #[inline]
    fn is_whole(self) -> bool {
        self.len as usize <= SHORT_BYTES
    }

    #[inline]
    fn hash(self, hasher: &RandomState) -> u64 {
        let mut hash = hasher.build_hasher();
        hash.write_u64(self.bytes[0]);
        hash.write_u64(self.bytes[1]);
        hash.finish()
    }
}

/// At most 16 bytes as two numbers. Together with the number of bytes they identify the text.
#[inline]
fn short(bytes: &[u8]) -> [u64; 2] {
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        [u64::from_le_bytes(*first), u64::from_le_bytes(*last)]
    } else if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
        [first.into(), last.into()]
    } else if let (Some(first), Some(last)) = (bytes.first(), bytes.last()) {
        let middle = bytes[bytes.len() / 2];
        [u32::from_le_bytes([*first, middle, *last, 0]).into(), 0]
    } else {
        [0, 0]
    }
}

impl Interner {
    /// The index of `text`, which is new if the text is.
    pub fn intern(&mut self, text: &str) -> u32 {
        let key = TextKey::of(text, &self.hasher);
        self.intern_key(text, key)
    }

    /// Replaces what `indices` holds by the indices of these texts, in their order.
    pub fn intern_all(&mut self, texts: &Dictionary, indices: &mut Vec<u32>) {
        // Hashing comes first, for all of them. So the lookups, which wait for memory, follow each other closely.
        let mut keys = std::mem::take(&mut self.keys);
        keys.clear();
        keys.extend(texts.iter().map(|text| TextKey::of(text, &self.hasher)));
        indices.clear();
        let texts = (0..).map(|index| texts.text(index));
        indices.extend(
            keys.iter()
                .zip(texts)
                .map(|(&key, text)| self.intern_key(text, key)),
        );
        self.keys = keys;
    }

    #[inline]
    fn intern_key(&mut self, text: &str, key: TextKey) -> u32 {
        let Interner {
            texts,
            places,
            hasher,
            ..
        } = self;
        let entry = places.entry(
            key.hash(hasher),
            |place| place.key == key && (key.is_whole() || texts.text(place.index) == text),
            |place| place.key.hash(hasher),
        );
        match entry {
            hashbrown::hash_table::Entry::Occupied(found) => found.get().index,
            hashbrown::hash_table::Entry::Vacant(vacant) => {
                let index = texts.len() as u32;
                vacant.insert(Slot { key, index });
                self.texts.push(text)
            }
        }
    }

    /// Forgets all distinct texts but the first ones. Looks at all of them.
    pub(crate) fn truncate(&mut self, n: usize) {
        if n < self.texts.len() {
            self.places.retain(|place| (place.index as usize) < n);
            self.texts.truncate(n);
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

    #[test]
    fn texts_with_the_same_first_and_last_bytes_are_told_apart() {
        let mut texts = Vec::new();
        for n in 0..40 {
            texts.extend([
                "a".repeat(n),
                "\0".repeat(n),
                format!("{}b{}", "a".repeat(n / 2), "a".repeat(n / 2)),
            ]);
        }
        let mut interner = Interner::default();
        for text in &texts {
            interner.intern(text);
        }
        let distinct: std::collections::HashSet<&String> = texts.iter().collect();
        assert_eq!(interner.texts().len(), distinct.len());
    }

    proptest! {
        #[test]
        fn each_distinct_text_has_one_index(
            texts in proptest::collection::vec(prop_oneof!["[ab]{0,3}", "[ab]{7,9}", "[ab]{0,2}.{14,18}[ab]"], 0..200),
        ) {
            let mut interner = Interner::default();
            let mut reference: HashMap<String, u32> = HashMap::new();
            let mut expected = Vec::new();
            for text in &texts {
                let next = reference.len() as u32;
                expected.push(*reference.entry(text.clone()).or_insert(next));
                prop_assert_eq!(interner.intern(text), expected[expected.len() - 1]);
            }
            prop_assert_eq!(interner.texts().len(), reference.len());

            let mut at_once = Interner::default();
            let mut indices = vec![7];
            at_once.intern_all(&texts.iter().collect(), &mut indices);
            prop_assert_eq!(indices, expected);
            prop_assert_eq!(at_once.texts(), interner.texts());
        }

        #[test]
        fn texts_that_were_forgotten_are_new(
            texts in proptest::collection::vec("[ab]{0,3}|[ab]{16,18}", 0..60), n in 0usize..20,
            later in proptest::collection::vec("[ab]{0,3}|[ab]{16,18}", 0..60),
        ) {
            let mut interner = Interner::default();
            for text in &texts {
                interner.intern(text);
            }
            interner.truncate(n);
            let mut fresh = Interner::default();
            let known: Vec<String> = interner.texts().iter().map(str::to_owned).collect();
            prop_assert!(known.len() <= n);
            for text in &known {
                fresh.intern(text);
            }
            for text in &later {
                prop_assert_eq!(interner.intern(text), fresh.intern(text));
            }
            prop_assert_eq!(interner.texts(), fresh.texts());
        }

        #[test]
        fn texts_are_ordered_as_bytes(texts in proptest::collection::vec("[\\x00a-c]{0,12}", 0..60)) {
            let dictionary: Dictionary = texts.iter().collect();
            let mut expected: Vec<u32> = (0..texts.len() as u32).collect();
            expected.sort_by_key(|&index| &texts[index as usize]);
            let order = dictionary.in_text_order();
            let texts_of = |order: &[u32]| order.iter().map(|&index| texts[index as usize].clone()).collect::<Vec<_>>();
            prop_assert_eq!(texts_of(&order), texts_of(&expected));
        }
    }
}
