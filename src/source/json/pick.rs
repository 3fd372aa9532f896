//! The few values that are wanted of a JSON value, picked while it is scanned. Source floor.
//!
//! Knows paths into objects and arrays; nothing about what they hold.

use std::ops::Range;

use crate::source::json::grammar::Kind;
use crate::source::json::grammar::Scalar;
use crate::source::json::grammar::Visit;
use crate::source::json::unescape::unescape;

/// A path with more keys than this is read in two ways only: as one key, and as all its keys.
const MOST_KEYS_JOINED: usize = 6;

/// No node: what is not wanted.
const NONE: usize = usize::MAX;

/// Paths to look for. Each may be in several cells: `a.b` may be a key, or the key `b` in the object of `a`.
#[derive(Debug)]
pub(super) struct Wanted {
    nodes: Vec<Node>,
    n_cells: usize,
    /// By path, its cells, the preferred first.
    cells: Vec<Vec<usize>>,
}

/// A place in the value, from which wanted values can be reached.
#[derive(Debug)]
struct Node {
    steps: Vec<Step>,
    /// Where this value itself goes, if it is wanted.
    cell: Option<usize>,
    /// The cells of this value and of all within it.
    cells: Range<usize>,
}

#[derive(Debug)]
struct Step {
    key: Vec<u8>,
    /// The key as a place in an array.
    index: Option<u64>,
    node: usize,
}

/// Paths while they are put together.
#[derive(Default)]
struct Tree {
    branches: Vec<(String, Tree)>,
    /// By path and rank, who wants the value here.
    wanted: Vec<(usize, usize)>,
}

impl Wanted {
    /// Dotted paths, of which a key that itself has dots takes the longest part it can.
    pub(super) fn dotted(paths: &[&str]) -> Wanted {
        let all: Vec<_> = paths.iter().map(|path| readings(path)).collect();
        Wanted::of(&all)
    }

    fn of(paths: &[Vec<Vec<String>>]) -> Wanted {
        let mut tree = Tree::default();
        for (path, readings) in paths.iter().enumerate() {
            for (rank, keys) in readings.iter().enumerate() {
                tree.at(keys).wanted.push((path, rank));
            }
        }
        let mut wanted = Wanted {
            nodes: Vec::new(),
            n_cells: 0,
            cells: vec![Vec::new(); paths.len()],
        };
        let mut ranked = vec![Vec::new(); paths.len()];
        wanted.add(tree, &mut ranked);
        for (cells, mut ranked) in wanted.cells.iter_mut().zip(ranked) {
            ranked.sort_unstable();
            *cells = ranked.into_iter().map(|(_, cell)| cell).collect();
        }
        wanted
    }

    /// Adds a tree and returns its node. Cells are numbered as they are met, so that those of a node
    /// follow one another.
    fn add(&mut self, tree: Tree, ranked: &mut [Vec<(usize, usize)>]) -> usize {
        let (node, first_cell) = (self.nodes.len(), self.n_cells);
        let cell = (!tree.wanted.is_empty()).then_some(first_cell);
        self.n_cells += usize::from(cell.is_some());
        for (path, rank) in tree.wanted {
            ranked[path].push((rank, first_cell));
        }
        self.nodes.push(Node {
            steps: Vec::new(),
            cell,
            cells: first_cell..first_cell,
        });
        for (key, branch) in tree.branches {
            let step = Step {
                index: key.parse().ok(),
                key: key.into_bytes(),
                node: self.add(branch, ranked),
            };
            self.nodes[node].steps.push(step);
        }
        self.nodes[node].cells = first_cell..self.n_cells;
        node
    }
}

impl Tree {
    fn at(&mut self, keys: &[String]) -> &mut Tree {
        let Some((first, rest)) = keys.split_first() else {
            return self;
        };
        let known = self.branches.iter().position(|(key, _)| key == first);
        let place = known.unwrap_or_else(|| {
            self.branches.push((first.clone(), Tree::default()));
            self.branches.len() - 1
        });
        self.branches[place].1.at(rest)
    }
}

/// The ways to read a dotted path as keys, those with the longest keys in front first.
fn readings(path: &str) -> Vec<Vec<String>> {
    let keys: Vec<&str> = path.split('.').collect();
    let owned = |keys: &[&str]| keys.iter().map(|&key| key.to_owned()).collect();
    if keys.len() > MOST_KEYS_JOINED {
        return vec![vec![path.to_owned()], owned(&keys)];
    }
    let mut readings: Vec<Vec<String>> = vec![vec![path.to_owned()]];
    for n in (1..keys.len()).rev() {
        let first = keys[..n].join(".");
        for mut rest in self::readings(&keys[n..].join(".")) {
            rest.insert(0, first.clone());
            readings.push(rest);
        }
    }
    readings
}

/// Picks what is wanted of one value after the other. Of a key that an object has twice, the last counts.
pub(super) struct Picker<'w> {
    wanted: &'w Wanted,
    cells: Vec<Option<Scalar>>,
    /// The node of the value that comes next, or [`NONE`].
    next: usize,
    /// The nodes that the scan is in, and how many elements each had so far.
    open: Vec<(usize, u64)>,
    /// How many arrays and objects without a node the scan is in.
    n_passed: u32,
    scratch: Vec<u8>,
}

impl<'w> Picker<'w> {
    pub(super) fn new(wanted: &'w Wanted) -> Picker<'w> {
        Picker {
            wanted,
            cells: vec![None; wanted.n_cells],
            next: NONE,
            open: Vec::new(),
            n_passed: 0,
            scratch: Vec::new(),
        }
    }

    /// The value at a path, by the path's number; of an array or object only what it is. `None` if there is none.
    #[inline]
    pub(super) fn value(&self, path: usize) -> Option<Scalar> {
        self.wanted.cells[path]
            .iter()
            .find_map(|&cell| self.cells[cell])
    }

    #[inline]
    fn go(&mut self, is_step: impl Fn(&Step) -> bool) {
        let Some(&(node, _)) = self.open.last() else {
            return;
        };
        self.next = NONE;
        if let Some(step) = self.wanted.nodes[node]
            .steps
            .iter()
            .find(|step| is_step(step))
        {
            self.next = step.node;
            self.cells[self.wanted.nodes[step.node].cells.clone()].fill(None);
        }
    }

    fn put(&mut self, scalar: Scalar) {
        if let Some(cell) = self.wanted.nodes[self.next].cell {
            self.cells[cell] = Some(scalar);
        }
    }

    #[cold]
    fn escaped_key(&mut self, raw: &[u8]) {
        let mut scratch = std::mem::take(&mut self.scratch);
        match unescape(raw, &mut scratch) {
            Ok(()) => self.go(|step| step.key == scratch),
            Err(_) => self.next = NONE,
        }
        self.scratch = scratch;
    }
}

impl Visit for Picker<'_> {
    #[inline]
    fn begin(&mut self) {
        self.cells.fill(None);
        self.next = 0;
        self.open.clear();
        self.n_passed = 0;
    }

    #[inline]
    fn key(&mut self, raw: &[u8], is_escaped: bool) {
        if self.n_passed == 0 {
            match is_escaped {
                true => self.escaped_key(raw),
                false => self.go(|step| step.key == raw),
            }
        }
    }

    #[inline]
    fn element(&mut self) {
        if self.n_passed == 0
            && let Some((_, n_elements)) = self.open.last_mut()
        {
            let index = *n_elements;
            *n_elements += 1;
            self.go(|step| step.index == Some(index));
        }
    }

    #[inline]
    fn open(&mut self, kind: Kind) {
        if self.n_passed > 0 || self.next == NONE {
            self.n_passed += 1;
            return;
        }
        self.put(Scalar {
            kind,
            start: 0,
            end: 0,
        });
        self.open.push((self.next, 0));
    }

    #[inline]
    fn close(&mut self) {
        match self.n_passed {
            0 => drop(self.open.pop()),
            _ => self.n_passed -= 1,
        }
    }

    #[inline]
    fn scalar(&mut self, scalar: Scalar) {
        if self.n_passed == 0 && self.next != NONE {
            self.put(scalar);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::json::grammar::Text;
    use crate::source::json::grammar::scan;

    /// The raw text at a path; `array`, `object` or nothing.
    fn picked(json: &str, paths: &[&str]) -> Vec<String> {
        let wanted = Wanted::dotted(paths);
        let mut picker = Picker::new(&wanted);
        let text = Text {
            bytes: json.as_bytes(),
            is_end: true,
            terminator: b'\n',
        };
        assert_eq!(scan(text, 0, &mut picker).end, Ok(json.len()));
        let raw = |path| match picker.value(path) {
            Some(Scalar {
                kind: Kind::Array, ..
            }) => "array".to_owned(),
            Some(Scalar {
                kind: Kind::Object, ..
            }) => "object".to_owned(),
            Some(scalar) => json[scalar.start..scalar.end].to_owned(),
            None => String::new(),
        };
        (0..paths.len()).map(raw).collect()
    }

    #[test]
    fn paths_lead_into_objects_and_arrays() {
        let json = r#"{"a":{"b":[{"c":1},{"c":"x"}],"d":null},"e":[[7,8]],"f":{"b":2}}"#;
        assert_eq!(
            picked(
                json,
                &["a.b.1.c", "a.d", "e.0.1", "a.b", "f", "b", "a.b.2.c"]
            ),
            ["x", "null", "8", "array", "object", "", ""]
        );
    }

    #[test]
    fn a_key_with_dots_is_taken_before_an_object() {
        assert_eq!(picked(r#"{"a.b":1,"a":{"b":2}}"#, &["a.b"]), ["1"]);
        assert_eq!(picked(r#"{"a":{"b":2},"a.b":1}"#, &["a.b"]), ["1"]);
        assert_eq!(picked(r#"{"a":{"b":2}}"#, &["a.b"]), ["2"]);
        assert_eq!(picked(r#"{"a":{"b.c":3},"a.b":{}}"#, &["a.b.c"]), ["3"]);
        assert_eq!(picked(r#"{"a.b":{"c":3}}"#, &["a.b.c"]), ["3"]);
        let long = "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z";
        assert_eq!(picked(&format!("{{\"{long}\":1}}"), &[long]), ["1"]);
    }

    #[test]
    fn of_a_key_that_is_there_twice_the_last_counts() {
        assert_eq!(picked(r#"{"a":1,"a":2}"#, &["a"]), ["2"]);
        assert_eq!(picked(r#"{"a":{"b":1},"a":{}}"#, &["a.b"]), [""]);
        assert_eq!(picked(r#"{"a":{"b":1},"a":3}"#, &["a.b"]), [""]);
    }

    #[test]
    fn a_key_is_what_it_says_not_how_it_is_written() {
        assert_eq!(
            picked(r#"{"\u0061\/":1,"b\ud800":2}"#, &["a/", "b"]),
            ["1", ""]
        );
    }

    #[test]
    fn two_paths_may_be_one() {
        assert_eq!(picked(r#"{"a":1}"#, &["a", "a"]), ["1", "1"]);
    }
}
