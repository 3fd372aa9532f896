//! The values that are wanted from a JSON value: paths into objects and arrays, as a tree. Source floor.
//!
//! Knows nothing about what the values hold.

use std::ops::Range;

/// A path with more keys than this is read in two ways only: as one key, and as all its keys.
const MOST_KEYS_JOINED: usize = 6;

/// Paths to look for: `a.b`, `a.0.b`, `params[page_location]`. Each may be in several cells: `a.b` may be a key, or the
/// key `b` in the object of `a`.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) nodes: Vec<Node>,
    pub(super) n_cells: usize,
    /// By path, its cells, the preferred first.
    pub(super) cells: Vec<Vec<usize>>,
}

/// A place in the value, from which wanted values can be reached.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) steps: Vec<PathStep>,
    /// The names of wanted elements in an array of names and values, with the nodes of their values.
    pub(super) named: Vec<(Vec<u8>, usize)>,
    /// Where this value itself goes, if it is wanted.
    pub(super) cell: Option<usize>,
    /// Whether it is wanted as a whole, even if it is an array.
    pub(super) is_whole: bool,
    /// The cells of this value and of all values inside it.
    pub(super) cells: Range<usize>,
}

impl Node {
    /// Whether something is wanted within it.
    pub(super) fn leads_on(&self) -> bool {
        !self.steps.is_empty() || !self.named.is_empty()
    }

    /// Whether an array here stands for its only element.
    pub(super) fn stands_for_its_element(&self) -> bool {
        let is_key = |step: &PathStep| step.index.is_none();
        !self.is_whole && (self.cell.is_some() || self.steps.iter().any(is_key))
    }
}

#[derive(Debug)]
pub(super) struct PathStep {
    pub(super) key: Vec<u8>,
    /// The key as a place in an array.
    pub(super) index: Option<u64>,
    pub(super) node: usize,
}

/// A step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Key {
    /// Into an object; or, of digits, to the element of an array.
    Into(String),
    /// To the value of the element of that name.
    Named(String),
}

/// Paths while they are put together.
#[derive(Default)]
struct Tree {
    branches: Vec<(Key, Tree)>,
    /// By path and rank, who wants the value here.
    wanted: Vec<(usize, usize)>,
}

impl Wanted {
    /// Dotted paths, of which a key that itself has dots takes the longest part it can.
    pub(super) fn dotted(paths: &[&str]) -> Wanted {
        let all: Vec<_> = paths.iter().map(|path| keys(path)).collect();
        Wanted::of(&all)
    }

    /// The same, with the last of the paths as a whole, even if it is an array.
    pub(super) fn with_whole(paths: &[&str]) -> Wanted {
        let mut wanted = Wanted::dotted(paths);
        let last = wanted.cells.last().cloned().unwrap_or_default();
        for node in &mut wanted.nodes {
            let is_last = |cell: usize| last.contains(&cell);
            node.is_whole = node.cell.is_some_and(is_last);
        }
        wanted
    }

    fn of(paths: &[Vec<Vec<Key>>]) -> Wanted {
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

    /// The dotted path to a node; empty for the outermost.
    pub(super) fn path_to(&self, node: usize) -> String {
        let mut keys = Vec::new();
        let mut at = node;
        let above = |at: usize| {
            let nodes = self.nodes.iter().enumerate();
            let mut steps =
                nodes.flat_map(|(from, node)| node.steps.iter().map(move |step| (from, step)));
            steps.find(|(_, step)| step.node == at)
        };
        while let Some((from, step)) = above(at) {
            keys.push(String::from_utf8_lossy(&step.key));
            at = from;
        }
        keys.reverse();
        keys.join(".")
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
            named: Vec::new(),
            cell,
            is_whole: false,
            cells: first_cell..first_cell,
        });
        for (key, branch) in tree.branches {
            let to = self.add(branch, ranked);
            match key {
                Key::Into(key) => self.nodes[node].steps.push(PathStep {
                    index: key.parse().ok(),
                    key: key.into_bytes(),
                    node: to,
                }),
                Key::Named(name) => self.nodes[node].named.push((name.into_bytes(), to)),
            }
        }
        self.nodes[node].cells = first_cell..self.n_cells;
        node
    }
}

impl Tree {
    fn at(&mut self, keys: &[Key]) -> &mut Tree {
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

/// The ways to read a path. Text in brackets at the end of a key, but not at its beginning, may be a name.
fn keys(path: &str) -> Vec<Vec<Key>> {
    let into = |keys: Vec<String>| keys.into_iter().map(Key::Into).collect::<Vec<_>>();
    let mut all: Vec<Vec<Key>> = readings(path).into_iter().map(into).collect();
    if let Some((array, name)) = named(path) {
        for keys in readings(array) {
            let mut keys = into(keys);
            keys.push(Key::Named(name.to_owned()));
            all.push(keys);
        }
    }
    all
}

/// `event_params` and `page_location` of `event_params[page_location]`.
fn named(path: &str) -> Option<(&str, &str)> {
    let inner = path.strip_suffix(']')?;
    let is_open = |&(at, _): &(usize, &str)| at > 0 && !inner[..at].ends_with('.');
    let (at, _) = inner.match_indices('[').find(is_open)?;
    Some((&inner[..at], &inner[at + 1..]))
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
