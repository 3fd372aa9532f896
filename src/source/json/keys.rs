//! The keys that objects have, as dotted paths. Source floor.
//!
//! Knows where values are, not what they mean.

use std::collections::HashSet;

use crate::source::json::grammar::Kind;
use crate::source::json::grammar::Scalar;
use crate::source::json::grammar::Visit;
use crate::source::json::unescape::unescape;

/// Keys that are collected at most; a file with more has data for keys.
const MOST_KEYS: usize = 10_000;
/// Bytes of a path that is listed at most.
const MOST_PATH_BYTES: usize = 512;

/// Paths to values that are neither arrays nor objects, in the order they were met.
#[derive(Debug, Default)]
pub(super) struct Keys {
    /// Dotted; of arrays only the first element: `items.0.id`.
    pub(super) paths: Vec<String>,
    /// By path, whether it is a key of the outermost object.
    pub(super) are_outermost: Vec<bool>,
    known: HashSet<String>,
    path: String,
    /// By level, how long the path was before it, and whether an element was met.
    levels: Vec<(usize, bool)>,
    /// Whether the next value is in an array and not the first.
    is_passed: bool,
    /// How many arrays and objects within such values the scan is in.
    n_passed: u32,
}

impl Keys {
    fn go(&mut self, key: &str) {
        if let Some(&(length, _)) = self.levels.last() {
            self.path.truncate(length);
        }
        // A path that is too long only has to stay so.
        if self.path.len() <= MOST_PATH_BYTES {
            if self.levels.len() > 1 {
                self.path.push('.');
            }
            self.path.push_str(key);
        }
    }
}

impl Visit for Keys {
    fn begin(&mut self) {
        self.path.clear();
        self.levels.clear();
        self.is_passed = false;
        self.n_passed = 0;
    }

    fn key(&mut self, raw: &[u8], _: bool) {
        if self.n_passed > 0 {
            return;
        }
        let mut key = Vec::new();
        let is_text = unescape(&raw[..raw.len().min(8 * MOST_PATH_BYTES)], &mut key).is_ok();
        self.is_passed = !is_text;
        if is_text {
            self.go(&String::from_utf8_lossy(&key));
        }
    }

    fn element(&mut self) {
        if self.n_passed > 0 {
            return;
        }
        let had_one = self
            .levels
            .last_mut()
            .is_some_and(|(_, has_one)| std::mem::replace(has_one, true));
        self.is_passed = had_one;
        if !had_one {
            self.go("0");
        }
    }

    fn open(&mut self, _: Kind) {
        match self.n_passed > 0 || self.is_passed {
            true => self.n_passed += 1,
            false => self.levels.push((self.path.len(), false)),
        }
    }

    fn close(&mut self) {
        match self.n_passed {
            0 => drop(self.levels.pop()),
            _ => self.n_passed -= 1,
        }
    }

    fn scalar(&mut self, _: Scalar) {
        let is_listed = self.n_passed == 0
            && !self.is_passed
            && !self.levels.is_empty()
            && self.path.len() <= MOST_PATH_BYTES
            && self.paths.len() < MOST_KEYS;
        if is_listed && !self.known.contains(&self.path) {
            self.known.insert(self.path.clone());
            self.paths.push(self.path.clone());
            self.are_outermost.push(self.levels.len() == 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::json::grammar::Text;
    use crate::source::json::grammar::scan;

    fn check(objects: &[&str], expected: &[&str]) -> Keys {
        let mut keys = Keys::default();
        for object in objects {
            let text = Text {
                bytes: object.as_bytes(),
                is_end: true,
                terminator: b'\n',
            };
            assert!(scan(text, 0, &mut keys).end.is_ok());
        }
        assert_eq!(keys.paths, expected);
        keys
    }

    #[test]
    fn keys_are_listed_once_with_their_paths() {
        let keys = check(
            &[
                r#"{"a":1,"b":{"c":{"d":2},"e":[{"f":1,"g":[]},{"h":3}]},"i":["x","y"]}"#,
                r#"{"j":null,"b":{"c":5},"a":{"z":1}}"#,
            ],
            &["a", "b.c.d", "b.e.0.f", "i.0", "j", "b.c", "a.z"],
        );
        assert_eq!(
            keys.are_outermost,
            [true, false, false, false, true, false, false]
        );
    }

    #[test]
    fn an_endless_path_is_not_listed() {
        let long = "k".repeat(10_000);
        check(
            &[&format!(r#"{{"{long}":{{"a":1,"b":{{"c":2}}}},"d":1}}"#)],
            &["d"],
        );
    }
}
