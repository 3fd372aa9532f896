//! What somebody may have meant who wrote a name that there is not. Words floor.

/// As alike as two words are of which one has a letter too few, too many or in the wrong place.
const ALIKE: f64 = 0.6;

/// The name that a word is most like, if it is like one at all.
pub(crate) fn nearest<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let like = |name: &str| strsim::normalized_damerau_levenshtein(name, word);
    let best = names.max_by(|a, b| like(a).total_cmp(&like(b)))?;
    (like(best) >= ALIKE).then_some(best)
}
