//! Keeps each text once and names it by its index. Engine floor.

use std::hash::BuildHasher;
use std::hash::Hasher;

use foldhash::fast::RandomState;

use crate::engine::dictionary::Dictionary;

/// A dictionary that gives each distinct text one index, in order of first appearance.
///
/// The hash is seeded anew in each process, so that no input can be made to collide.
///
/// Most ids are short. To find a short text takes one look into the table, which holds the text itself. Of many texts,
/// these looks do not wait for each other: see [`Interner::intern_all`].
#[derive(Debug, Default)]
pub struct Interner {
    texts: Dictionary,
    /// A power of two of them, or none. A text is in the first free slot from the one that its hash names.
    slots: Vec<Slot>,
    hasher: RandomState,
}

/// The key of a text: the text itself if it is short, else its hash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct TextKey {
    bytes: [u64; 3],
    len: u32,
}

/// A place for a text in the table: two of them in a line of a core's cache.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    bytes: [u64; 3],
    len: u32,
    /// Its index and one more; 0 if the slot is free.
    place: u32,
}

/// The longest text that fits into its key.
const SHORT_BYTES: usize = 24;

/// Texts whose slots are looked at together.
const TOGETHER: usize = 32;

impl TextKey {
    #[inline]
    fn of(bytes: &[u8], hasher: &RandomState) -> TextKey {
        TextKey {
            bytes: if bytes.len() <= SHORT_BYTES {
                short(bytes)
            } else {
                [hasher.hash_one(bytes), 0, 0]
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
    fn hash(self, hasher: &RandomState) -> usize {
        let mut hash = hasher.build_hasher();
        self.bytes.into_iter().for_each(|word| hash.write_u64(word));
        hash.finish() as usize
    }
}

/// At most 24 bytes as three numbers. Together with the number of bytes they identify the text.
#[inline]
fn short(bytes: &[u8]) -> [u64; 3] {
    let middle = || bytes[8..].first_chunk();
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        let middle = middle().filter(|_| bytes.len() > 16);
        let [first, last] = [first, last].map(|eight| u64::from_le_bytes(*eight));
        [
            first,
            last,
            middle.map_or(0, |eight| u64::from_le_bytes(*eight)),
        ]
    } else if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        let [first, last] = [first, last].map(|four| u32::from_le_bytes(*four));
        [first.into(), last.into(), 0]
    } else if let (Some(first), Some(last)) = (bytes.first(), bytes.last()) {
        let middle = bytes[bytes.len() / 2];
        [u32::from_le_bytes([*first, middle, *last, 0]).into(), 0, 0]
    } else {
        [0; 3]
    }
}

impl Slot {
    fn is_free(self) -> bool {
        self.place == 0
    }

    #[inline]
    fn key(self) -> TextKey {
        TextKey {
            bytes: self.bytes,
            len: self.len,
        }
    }

    /// The index of the text, if it is in this slot.
    #[inline]
    fn index_of(self, text: &str, key: TextKey, texts: &Dictionary) -> Option<u32> {
        let index = self.place.checked_sub(1)?;
        let is_same = self.key() == key && (key.is_whole() || texts.text(index) == text);
        is_same.then_some(index)
    }
}

impl Interner {
    /// The index of `text`, which is new if the text is.
    pub fn intern(&mut self, text: &str) -> u32 {
        self.make_room(1);
        let key = TextKey::of(text.as_bytes(), &self.hasher);
        self.intern_from(key.hash(&self.hasher), text, key)
    }

    /// Replaces what `indices` holds by the indices of these texts, in their order.
    ///
    /// A slot is usually far away in memory. So the slots of several texts are fetched together before any of them is
    /// looked at: what happens next does not depend on their content, and the core need not guess it.
    pub fn intern_all(&mut self, texts: &Dictionary, indices: &mut Vec<u32>) {
        indices.clear();
        indices.reserve(texts.len());
        let mut keys = [TextKey::default(); TOGETHER];
        let mut starts = [0; TOGETHER];
        let mut found = [Slot::default(); TOGETHER];
        for first in (0..texts.len()).step_by(TOGETHER) {
            let n = TOGETHER.min(texts.len() - first);
            self.make_room(n);
            for i in 0..n {
                keys[i] = TextKey::of(texts.bytes((first + i) as u32), &self.hasher);
                starts[i] = keys[i].hash(&self.hasher);
            }
            for (found, start) in found.iter_mut().zip(starts) {
                *found = self.slots[start & (self.slots.len() - 1)];
            }
            for i in 0..n {
                let text = || texts.text((first + i) as u32);
                let at_once = match keys[i].is_whole() {
                    true => found[i].index_of("", keys[i], &self.texts),
                    false => found[i].index_of(text(), keys[i], &self.texts),
                };
                indices
                    .push(at_once.unwrap_or_else(|| self.intern_from(starts[i], text(), keys[i])));
            }
        }
    }

    /// Looks for a text from the slot on that its hash names, and adds it if it is new. There must be a free slot.
    #[inline(never)]
    fn intern_from(&mut self, hash: usize, text: &str, key: TextKey) -> u32 {
        let last = self.slots.len() - 1;
        let mut at = hash & last;
        loop {
            if self.slots[at].is_free() {
                let index = self.texts.push(text);
                self.slots[at] = Slot {
                    bytes: key.bytes,
                    len: key.len,
                    place: index + 1,
                };
                return index;
            }
            if let Some(index) = self.slots[at].index_of(text, key, &self.texts) {
                return index;
            }
            at = (at + 1) & last;
        }
    }

    /// Makes room for `n` more texts. A quarter of the slots stays free, so that a free one is never far.
    #[inline]
    fn make_room(&mut self, n: usize) {
        let least = (self.texts.len() + n).saturating_mul(4) / 3;
        if least >= self.slots.len() {
            self.place_all((least + 1).next_power_of_two());
        }
    }

    /// Makes a table of `n` slots for the texts that are known.
    #[inline(never)]
    fn place_all(&mut self, n: usize) {
        let known = std::mem::replace(&mut self.slots, vec![Slot::default(); n]);
        for slot in known
            .into_iter()
            .filter(|slot| slot.place as usize <= self.texts.len())
        {
            if slot.is_free() {
                continue;
            }
            let mut at = slot.key().hash(&self.hasher) & (n - 1);
            while !self.slots[at].is_free() {
                at = (at + 1) & (n - 1);
            }
            self.slots[at] = slot;
        }
    }

    /// Forgets all distinct texts but the first ones. Looks at all of them.
    pub(crate) fn truncate(&mut self, n: usize) {
        if n < self.texts.len() {
            self.texts.truncate(n);
            self.place_all(self.slots.len());
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
    }
}
