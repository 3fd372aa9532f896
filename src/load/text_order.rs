//! Keeps texts in byte order while more of them come. Load floor.

use crate::engine::dictionary::Dictionary;

/// The indices of a dictionary's texts in byte order.
#[derive(Debug, Default)]
pub(super) struct TextOrder(Vec<u32>);

impl TextOrder {
    /// The order of a dictionary that is complete.
    pub(super) fn of(texts: &Dictionary) -> TextOrder {
        TextOrder(texts.in_text_order())
    }

    /// The indices, in the order of their texts.
    pub(super) fn indices(&self) -> &[u32] {
        &self.0
    }

    /// Adds the texts that have come since.
    pub(super) fn extend(&mut self, texts: &Dictionary) {
        let fresh = texts.order_of(self.0.len() as u32..texts.len() as u32);
        if self.0.is_empty() || fresh.is_empty() {
            self.0.extend(fresh);
            return;
        }
        let mut merged = Vec::with_capacity(texts.len());
        let mut known = std::mem::take(&mut self.0).into_iter().peekable();
        for index in fresh {
            let text = texts.text(index);
            while let Some(before) = known.next_if(|&known| texts.text(known) < text) {
                merged.push(before);
            }
            merged.push(index);
        }
        merged.extend(known);
        self.0 = merged;
    }

    /// For each index, the place in byte order.
    pub(super) fn places(&self) -> Vec<u32> {
        let mut places = vec![0; self.0.len()];
        for (place, &index) in (0..).zip(&self.0) {
            places[index as usize] = place;
        }
        places
    }

    /// The texts in byte order.
    pub(super) fn in_order(&self, texts: &Dictionary) -> Dictionary {
        self.0.iter().map(|&index| texts.text(index)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn texts_that_come_in_parts_are_ordered_as_all_at_once(
            texts in proptest::collection::hash_set("[a-c\\x00]{0,10}", 0..60),
            ends in proptest::collection::vec(0usize..60, 0..4),
        ) {
            let texts: Vec<String> = texts.into_iter().collect();
            let mut order = TextOrder::default();
            let mut ends: Vec<usize> = ends.into_iter().map(|end| end.min(texts.len())).collect();
            ends.sort_unstable();
            for end in ends.into_iter().chain([texts.len()]) {
                order.extend(&texts[..end].iter().collect());
            }
            let all: Dictionary = texts.iter().collect();
            prop_assert_eq!(&order.0, &all.in_text_order());
            let in_order = order.in_order(&all);
            for (text, place) in texts.iter().zip(order.places()) {
                prop_assert_eq!(in_order.text(place), text);
            }
        }
    }
}
