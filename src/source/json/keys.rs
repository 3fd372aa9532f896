//! The keys of objects, as dotted paths. Source floor.
//!
//! Knows where values are, not what they mean.

use std::collections::HashSet;

use crate::source::json::grammar::JsonText;
use crate::source::json::grammar::Scalar;
use crate::source::json::grammar::ValueKind;
use crate::source::json::grammar::Visit;
use crate::source::json::grammar::WithinText;
use crate::source::json::grammar::scan;
use crate::source::json::unescape::unescape;

/// The most keys that are collected. A file with more uses data as keys.
const MOST_KEYS: usize = 10_000;
/// Bytes of a path that is listed at most.
const MOST_PATH_BYTES: usize = 512;

/// Texts within texts that are looked into.
const MOST_TEXTS_DEEP: u32 = 3;

/// Paths to values that are neither arrays nor objects, in order of appearance; also into texts that are JSON.
#[derive(Debug, Default)]
pub(super) struct Keys {
    /// Dotted; of arrays only the first element: `items.0.id`.
    pub(super) paths: Vec<String>,
    /// For each path, whether it is a key of the outermost object.
    pub(super) are_outermost: Vec<bool>,
    /// Paths to arrays of objects that are in no other array.
    pub(super) arrays: Vec<String>,
    known: HashSet<String>,
    path: String,
    levels: Vec<Nesting>,
    /// Whether the next value is in an array and not the first.
    is_passed: bool,
    /// How many arrays and objects inside such values the scan is in.
    n_passed: u32,
    n_texts_deep: u32,
}

/// An array or object that the scan is in.
#[derive(Clone, Copy, Debug)]
struct Nesting {
    /// How long the path was before it.
    length: usize,
    is_array: bool,
    /// Whether an element was met.
    has_one: bool,
}

impl Keys {
    fn go(&mut self, key: &str) {
        if let Some(level) = self.levels.last() {
            self.path.truncate(level.length);
        }
        // A path that is too long only has to stay so.
        if self.path.len() <= MOST_PATH_BYTES {
            if !self.path.is_empty() {
                self.path.push('.');
            }
            self.path.push_str(key);
        }
    }

    /// Lists the keys of a text, as if it were the value of that key in the outermost object.
    pub(super) fn look_into(&mut self, key: &str, text: &[u8]) {
        self.begin();
        self.path.push_str(key);
        self.look_inside(text);
    }

    /// Adds paths to headers of requests that are lists of names and values, for each of the names that is in `text`.
    pub(super) fn add_headers(&mut self, text: &[u8]) {
        const HEADERS: [&str; 6] = [
            "User-Agent",
            "user-agent",
            "Host",
            "host",
            "X-Forwarded-For",
            "x-forwarded-for",
        ];
        let is_list = |array: &&String| {
            let has = |key: &str| self.known.contains(&format!("{array}.0.{key}"));
            array.ends_with("eaders") && has("name") && has("value")
        };
        let lists: Vec<String> = self.arrays.iter().filter(is_list).cloned().collect();
        for header in HEADERS {
            if memchr::memmem::find(text, format!("\"{header}\"").as_bytes()).is_some() {
                self.paths
                    .extend(lists.iter().map(|list| format!("{list}[{header}]")));
            }
        }
        self.are_outermost.resize(self.paths.len(), false);
    }

    fn look_inside(&mut self, text: &[u8]) {
        let start = text
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace())
            .count();
        if self.n_texts_deep == MOST_TEXTS_DEEP || !matches!(text.get(start), Some(b'{' | b'[')) {
            return;
        }
        self.n_texts_deep += 1;
        let path = self.path.clone();
        let levels = std::mem::take(&mut self.levels);
        // As an element of the outermost object, so that nothing inside counts as outermost.
        let n_levels = levels.len().max(1);
        self.levels = vec![
            Nesting {
                length: path.len(),
                is_array: false,
                has_one: false,
            };
            n_levels
        ];
        let text = JsonText {
            bytes: text,
            is_end: true,
            terminator: b'\n',
        };
        // If a text is broken, the keys before that may be listed, without values.
        let _ = scan(text, start, &mut WithinText(self));
        (self.path, self.levels) = (path, levels);
        (self.is_passed, self.n_passed) = (false, 0);
        self.n_texts_deep -= 1;
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
            .is_some_and(|level| std::mem::replace(&mut level.has_one, true));
        self.is_passed = had_one;
        if !had_one {
            self.go("0");
        }
    }

    fn open(&mut self, kind: ValueKind, _: usize) {
        if self.n_passed > 0 || self.is_passed {
            self.n_passed += 1;
            return;
        }
        let n_arrays = self.levels.iter().filter(|level| level.is_array).count();
        let is_element = self.levels.last().is_some_and(|level| level.is_array);
        if kind == ValueKind::Object && is_element && n_arrays == 1 {
            let array = self.path.strip_suffix(".0").unwrap_or_default();
            if !array.is_empty() && !self.arrays.iter().any(|known| known == array) {
                self.arrays.push(array.to_owned());
            }
        }
        self.levels.push(Nesting {
            length: self.path.len(),
            is_array: kind == ValueKind::Array,
            has_one: false,
        });
    }

    fn close(&mut self, _: usize) {
        match self.n_passed {
            0 => drop(self.levels.pop()),
            _ => self.n_passed -= 1,
        }
    }

    fn scalar(&mut self, bytes: &[u8], scalar: Scalar) {
        let is_listed = self.n_passed == 0
            && !self.is_passed
            && !self.levels.is_empty()
            && self.path.len() <= MOST_PATH_BYTES
            && self.paths.len() < MOST_KEYS;
        if !is_listed {
            return;
        }
        if !self.known.contains(&self.path) {
            self.known.insert(self.path.clone());
            self.paths.push(self.path.clone());
            self.are_outermost.push(self.levels.len() == 1);
        }
        let raw = &bytes[scalar.start..scalar.end];
        let is_text = matches!(scalar.kind, ValueKind::Plain | ValueKind::Escaped);
        if is_text && matches!(raw.trim_ascii_start(), [b'{' | b'[', ..]) {
            let mut said = Vec::new();
            if unescape(raw, &mut said).is_ok() {
                self.look_inside(&said);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(objects: &[&str], expected: &[&str]) -> Keys {
        let mut keys = Keys::default();
        for object in objects {
            let text = JsonText {
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
    fn texts_that_are_json_have_keys_and_arrays_of_objects_are_told() {
        let keys = check(
            &[
                r#"{"p":"{\"a\":1,\"b\":{\"c\":2}}","x":[{"d":[{"e":3}]}],"o":{"y":[{"f":4}]},"t":"{no"}"#,
            ],
            &["p", "p.a", "p.b.c", "x.0.d.0.e", "o.y.0.f", "t"],
        );
        assert_eq!(keys.arrays, ["x", "o.y"]);
        assert_eq!(keys.are_outermost, [true, false, false, false, false, true]);
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
