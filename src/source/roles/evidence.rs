//! What the values of one part say about it. Source floor.
//!
//! Only counts. [`choice`](super::choice) decides which part is taken.

use std::collections::HashSet;
use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use serde::Deserialize;
use serde::Serialize;
use serde::Serializer;

use crate::source::roles::nothing::Nothing;
use crate::words::figure::count;

/// Among this many values, repetitions are looked for.
const MOST_SEEN: usize = 1 << 20;

/// How many values are remembered from one load to the next.
const MOST_KEPT: usize = 256;

/// With this many rows, it counts against a part if its values never repeat or always do.
const ROWS_THAT_TELL: u64 = 100;

/// Counts over the rows so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Evidence {
    pub(super) n_rows: u64,
    /// Rows that have a value.
    pub(super) n_filled: u64,
    /// The first value.
    first: Option<Box<[u8]>>,
    has_another: bool,
    /// Hashes of the values, as long as none has come twice.
    #[serde(serialize_with = "some_of")]
    seen: HashSet<u64>,
    has_repeated: bool,
}

/// Writes only some of the hashes. That is enough to find another repetition.
fn some_of<S: Serializer>(seen: &HashSet<u64>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(seen.iter().take(MOST_KEPT))
}

impl Evidence {
    /// The evidence of the only candidate: this many of the rows had a user in it.
    pub(super) fn of_user(n_rows: u64, n_filled: u64) -> Evidence {
        Evidence {
            n_rows,
            n_filled,
            has_another: n_filled > 0,
            has_repeated: n_filled > 0,
            ..Evidence::default()
        }
    }

    /// Looks at the next row's value.
    #[inline]
    pub(super) fn add(&mut self, value: Option<&[u8]>, nothing: &Nothing) {
        self.n_rows += 1;
        let Some(value) = value.filter(|value| !nothing.is_no_user(value)) else {
            return;
        };
        self.n_filled += 1;
        if !self.has_another || !self.has_repeated {
            self.compare(value);
        }
    }

    #[cold]
    fn compare(&mut self, value: &[u8]) {
        match &self.first {
            None => self.first = Some(value.into()),
            Some(first) => self.has_another |= **first != *value,
        }
        if !self.has_repeated {
            let hash = FixedState::with_seed(0).hash_one(value);
            self.has_repeated = match self.seen.len() < MOST_SEEN {
                true => !self.seen.insert(hash),
                false => self.seen.contains(&hash),
            };
            if self.has_repeated {
                self.seen = HashSet::new();
            }
        }
    }

    /// Rows so far, and how many of them have a value.
    pub(super) fn counts(&self) -> (u64, u64) {
        (self.n_rows, self.n_filled)
    }

    /// Whether more than half of the rows have no value.
    pub(super) fn is_mostly_empty(&self) -> bool {
        self.n_filled * 2 < self.n_rows
    }

    /// Whether fewer than 95 rows of 100 have a value.
    pub(super) fn has_gaps(&self) -> bool {
        self.n_filled * 100 < self.n_rows * 95
    }

    /// Whether some value came twice.
    pub(super) fn repeats(&self) -> bool {
        self.has_repeated
    }

    /// Whether there are at least two values, and one of them came twice.
    pub(super) fn tells_users_apart(&self) -> bool {
        self.has_another && self.has_repeated
    }

    /// Whether there are enough values, and they are all different or all the same.
    pub(super) fn tells_nothing(&self) -> bool {
        self.n_filled >= ROWS_THAT_TELL && !self.tells_users_apart()
    }

    /// `in 1 of 8 rows`
    pub(super) fn fill_words(&self) -> String {
        format!("in {} of {} rows", count(self.n_filled), count(self.n_rows))
    }
}

/// Whether a value looks like the path or the address of a page.
pub(super) fn looks_like_page(value: &[u8]) -> bool {
    let has_scheme = |text: &str| {
        text.split_once("://").is_some_and(|(scheme, _)| {
            !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
    };
    let Ok(text) = std::str::from_utf8(value) else {
        return value.first() == Some(&b'/');
    };
    let text = text.trim();
    let host = text.split(['/', '?', '#']).next().unwrap_or_default();
    let is_host_and_path = host.len() < text.len()
        && host.contains('.')
        && host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':'));
    text.starts_with('/') || has_scheme(text) || is_host_and_path
}

/// Whether a value looks like the code of a country or region: `NO`, `NO-03`.
pub(super) fn looks_like_country(value: &[u8]) -> bool {
    let (country, region) = match value {
        [a, b] => ([a, b], &[][..]),
        [a, b, b'-', region @ ..] => ([a, b], region),
        _ => return false,
    };
    country.iter().all(|byte| byte.is_ascii_uppercase())
        && region.len() <= 3
        && region.iter().all(u8::is_ascii_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[&str]) -> Evidence {
        let mut evidence = Evidence::default();
        for value in values {
            evidence.add(Some(value.as_bytes()), &Nothing::new(None));
        }
        evidence
    }

    #[test]
    fn what_is_nothing_fills_no_row() {
        let evidence = of(&["", "a", "NULL", "\\N"]);
        assert_eq!((evidence.n_rows, evidence.n_filled), (4, 1));
        assert!(evidence.is_mostly_empty());
        assert!(!of(&["", "a"]).is_mostly_empty());
    }

    #[test]
    fn values_tell_users_apart_if_some_but_not_all_are_the_same() {
        assert!(of(&["a", "b", "a"]).tells_users_apart());
        assert!(!of(&["a", "a", "a"]).tells_users_apart());
        assert!(!of(&["a", "b", "c"]).tells_users_apart());
        assert!(!of(&["a"; 99]).tells_nothing());
        assert!(of(&["a"; 100]).tells_nothing());
    }

    #[test]
    fn pages_are_paths_and_addresses() {
        for value in [
            "/",
            "/a b",
            "https://shop.example/",
            "android-app.example/x",
            "shop.example/pricing",
        ] {
            assert!(looks_like_page(value.as_bytes()), "{value}");
        }
        for value in [
            "",
            "Home",
            "1/2/2024",
            "a and/or b",
            "Mr. X / Y",
            "12",
            "shop.example",
        ] {
            assert!(!looks_like_page(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn countries_have_two_letters() {
        assert!(looks_like_country(b"NO") && looks_like_country(b"NO-03"));
        assert!(
            !looks_like_country(b"no") && !looks_like_country(b"NOR") && !looks_like_country(b"")
        );
    }
}
