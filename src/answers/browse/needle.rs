//! What a person searches for: a literal text, whatever its case. Answers floor.

/// A text to find in others. Every character means itself; upper and lower case are the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Needle {
    lower: String,
}

impl Needle {
    /// Searches for `text`; an empty text is found everywhere.
    pub(crate) fn new(text: &str) -> Needle {
        Needle {
            lower: text.to_lowercase(),
        }
    }

    /// The text, lower-cased.
    pub(crate) fn lower(&self) -> &str {
        &self.lower
    }

    /// Returns true if and only if the lower-cased haystack contains the lower-cased text.
    pub(crate) fn is_in(&self, haystack: &str) -> bool {
        let Some((&first, rest)) = self.lower.as_bytes().split_first() else {
            return true;
        };
        if !haystack.is_ascii() {
            return haystack.to_lowercase().contains(&self.lower);
        }
        // Comparing ASCII byte by byte needs no memory, and a list may have millions of rows.
        let bytes = haystack.as_bytes();
        memchr::memchr2_iter(first, first.to_ascii_uppercase(), bytes).any(|at| {
            bytes
                .get(at + 1..at + 1 + rest.len())
                .is_some_and(|found| found.eq_ignore_ascii_case(rest))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_character_means_itself() {
        assert!(Needle::new("50%").is_in("/sale/50%-off"));
        assert!(!Needle::new("5%f").is_in("/sale/50%-off"));
        assert!(!Needle::new("a.c").is_in("abc"));
        assert!(Needle::new("").is_in(""));
    }

    #[test]
    fn case_does_not_matter_in_any_script() {
        assert!(Needle::new("CART").is_in("/my-Cart"));
        assert!(Needle::new("ÜBER").is_in("/über"));
    }

    proptest! {
        #[test]
        fn the_fast_road_finds_what_the_plain_one_finds(haystack in "[aAbBk\u{212a}é%]{0,12}", text in "[aAbBkKé%]{0,3}") {
            let plain = haystack.to_lowercase().contains(&text.to_lowercase());
            prop_assert_eq!(Needle::new(&text).is_in(&haystack), plain);
        }
    }
}
