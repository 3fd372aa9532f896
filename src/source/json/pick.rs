//! Picks the few wanted values out of a JSON value while it is scanned. Source floor.
//!
//! Follows paths into objects, arrays, and texts that are JSON themselves; knows nothing about what values mean. An
//! array on the way stands for its only element. If it has more, the value is one of several, and the first is not
//! simply taken.

use crate::source::json::grammar::JsonText;
use crate::source::json::grammar::Scalar;
use crate::source::json::grammar::ValueKind;
use crate::source::json::grammar::Visit;
use crate::source::json::grammar::WithinText;
use crate::source::json::grammar::scan;
use crate::source::json::unescape::unescape;
use crate::source::json::wanted::PathStep;
use crate::source::json::wanted::Wanted;

/// Texts within texts that are looked into.
const MOST_TEXTS_DEEP: usize = 4;

/// No node: the value is not wanted.
const NONE: usize = usize::MAX;
/// The element of an array of names and values; its name; its value; an object instead of its value.
const ELEMENT: usize = usize::MAX - 1;
const NAME: usize = usize::MAX - 2;
const VALUE: usize = usize::MAX - 3;
/// The number that is no node.
const LEAST: usize = VALUE;

/// A value, and the text that it is in.
#[derive(Clone, Copy, Debug)]
struct PickedValue {
    scalar: Scalar,
    /// 0 for the bytes that are scanned, else 1 plus the place among the texts inside them.
    text: usize,
}

/// What is known about an element of an array of names and values.
#[derive(Clone, Copy, Debug, Default)]
struct Element {
    /// The array's node.
    array: usize,
    /// The node of the name, if it is wanted.
    named: Option<usize>,
    value: Option<PickedValue>,
}

/// Where the scan is.
#[derive(Debug, Default)]
struct State {
    /// The node of the value that comes next, or one of the constants.
    next: usize,
    /// The nodes that the scan is in, and how many elements each had so far.
    open: Vec<(usize, u64)>,
    /// How many arrays and objects without a node the scan is in.
    n_passed: u32,
    element: Element,
    /// As in [`PickedValue`].
    text: usize,
}

/// Picks what is wanted out of one value after the other. If an object has a key twice, the last counts.
pub(super) struct Picker<'w> {
    wanted: &'w Wanted,
    cells: Vec<Option<PickedValue>>,
    state: State,
    /// Decoded texts that are JSON. The first `n_texts` belong to this value.
    texts: Vec<Vec<u8>>,
    n_texts: usize,
    n_texts_deep: usize,
    has_several: bool,
    /// The node of the array that they are in, of the last ones.
    several_in: usize,
    scratch: Vec<u8>,
}

impl<'w> Picker<'w> {
    pub(super) fn new(wanted: &'w Wanted) -> Picker<'w> {
        Picker {
            wanted,
            cells: vec![None; wanted.n_cells],
            state: State::default(),
            texts: Vec::new(),
            n_texts: 0,
            n_texts_deep: 0,
            has_several: false,
            several_in: 0,
            scratch: Vec::new(),
        }
    }

    /// The value at a path, by the path's number: its kind and its text, with brackets if it is an array or object.
    /// `None` if there is none. `bytes` must be those that were scanned.
    #[inline]
    pub(super) fn value<'t>(
        &'t self,
        bytes: &'t [u8],
        path: usize,
    ) -> Option<(ValueKind, &'t [u8])> {
        let cells = &self.wanted.cells[path];
        let cell = cells.iter().find_map(|&cell| self.cells[cell])?;
        let text = match cell.text {
            0 => bytes,
            text => &self.texts[text - 1],
        };
        Some((cell.scalar.kind, &text[cell.scalar.start..cell.scalar.end]))
    }

    /// Whether any value is one of several.
    #[inline]
    pub(super) fn has_several(&self) -> bool {
        self.has_several
    }

    /// The path to the array with several values.
    #[cold]
    pub(super) fn array_of_several(&self) -> String {
        self.wanted.path_to(self.several_in)
    }

    /// Forgets what was picked.
    pub(super) fn clear(&mut self) {
        self.cells.fill(None);
        self.n_texts = 0;
        self.has_several = false;
    }

    /// Picks what is wanted out of a text, as if it were the value of that key in the outermost object.
    pub(super) fn look_into(&mut self, key: &[u8], text: &[u8]) {
        self.state = State::default();
        self.state.open.push((0, 0));
        self.go(|step| step.key == key);
        if self.state.next < LEAST {
            self.look_inside(|said| said.extend_from_slice(text));
        }
    }

    #[inline]
    fn go(&mut self, is_step: impl Fn(&PathStep) -> bool) {
        let Some(&(node, _)) = self.state.open.last() else {
            return;
        };
        self.state.next = NONE;
        let steps = &self.wanted.nodes[node].steps;
        if let Some(step) = steps.iter().find(|step| is_step(step)) {
            self.enter(step.node);
        }
    }

    #[inline]
    fn enter(&mut self, node: usize) {
        self.state.next = node;
        self.cells[self.wanted.nodes[node].cells.clone()].fill(None);
    }

    #[inline]
    fn put(&mut self, scalar: Scalar) {
        let text = self.state.text;
        if let Some(cell) = self.wanted.nodes[self.state.next].cell {
            self.cells[cell] = Some(PickedValue { scalar, text });
        }
    }

    /// The next value is an element of an array that is wanted, as a whole or in part.
    fn element_of(&mut self, node: usize, index: u64) {
        let wanted = &self.wanted.nodes[node];
        self.state.next = NONE;
        if index == 1 && wanted.stands_for_its_element() {
            self.several(node);
        }
        if let Some(step) = wanted.steps.iter().find(|step| step.index == Some(index)) {
            self.enter(step.node);
        } else if !wanted.named.is_empty() {
            self.state.next = ELEMENT;
            self.state.element = Element {
                array: node,
                ..Element::default()
            };
        } else if index == 0 && wanted.stands_for_its_element() {
            self.state.next = node;
        }
    }

    /// What was picked out of an array's first element is one of several. The array itself is not a value.
    #[cold]
    fn several(&mut self, node: usize) {
        let wanted = &self.wanted.nodes[node];
        if let Some(cell) = wanted.cell
            && let Some(cell) = &mut self.cells[cell]
        {
            cell.scalar.kind = ValueKind::Array;
        }
        for step in wanted.steps.iter().filter(|step| step.index.is_none()) {
            for cell in self.cells[self.wanted.nodes[step.node].cells.clone()]
                .iter_mut()
                .flatten()
            {
                cell.scalar.kind = ValueKind::Several;
                (self.has_several, self.several_in) = (true, node);
            }
        }
    }

    /// A key of an element of names and values.
    fn part_of_element(&mut self, key: &[u8]) {
        self.state.next = match key {
            b"value" => VALUE,
            key if key.ends_with(b"_value") => VALUE,
            b"key" | b"name" if self.is_in(ELEMENT) => NAME,
            _ => NONE,
        };
    }

    fn is_in(&self, what: usize) -> bool {
        self.state
            .open
            .last()
            .is_some_and(|(node, _)| *node == what)
    }

    fn scalar_of_element(&mut self, bytes: &[u8], scalar: Scalar) {
        let text = self.state.text;
        if self.state.next == VALUE && scalar.kind != ValueKind::Null {
            self.state
                .element
                .value
                .get_or_insert(PickedValue { scalar, text });
        }
        if self.state.next == NAME {
            let named = &self.wanted.nodes[self.state.element.array].named;
            let raw = &bytes[scalar.start..scalar.end];
            let is_name = match scalar.kind {
                ValueKind::Plain => true,
                ValueKind::Escaped => unescape(raw, &mut self.scratch).is_ok(),
                _ => false,
            };
            let name = match scalar.kind {
                ValueKind::Escaped => &self.scratch[..],
                _ => raw,
            };
            let found = named.iter().find(|(wanted, _)| is_name && wanted == name);
            self.state.element.named = found.map(|(_, node)| *node);
        }
    }

    fn end_element(&mut self) {
        if let (Some(node), Some(value)) = (self.state.element.named, self.state.element.value)
            && let Some(cell) = self.wanted.nodes[node].cell
        {
            self.cells[cell] = match self.cells[cell] {
                None => Some(value),
                Some(mut first) => {
                    first.scalar.kind = ValueKind::Several;
                    (self.has_several, self.several_in) = (true, self.state.element.array);
                    Some(first)
                }
            };
        }
    }

    #[cold]
    fn escaped_key(&mut self, raw: &[u8]) {
        let mut scratch = std::mem::take(&mut self.scratch);
        self.state.next = NONE;
        if unescape(raw, &mut scratch).is_ok() {
            self.go(|step| step.key == scratch);
        }
        self.scratch = scratch;
    }

    /// Picks what is wanted out of the text that `say` writes, in place of the next value.
    #[cold]
    fn look_inside(&mut self, say: impl FnOnce(&mut Vec<u8>)) {
        if self.n_texts_deep == MOST_TEXTS_DEEP {
            return;
        }
        if self.n_texts == self.texts.len() {
            self.texts.push(Vec::new());
        }
        let place = self.n_texts;
        let mut said = std::mem::take(&mut self.texts[place]);
        said.clear();
        say(&mut said);
        self.n_texts += 1;
        self.n_texts_deep += 1;
        let node = self.state.next;
        let own = self.wanted.nodes[node]
            .cell
            .and_then(|cell| self.cells[cell]);
        let inner = State {
            next: node,
            text: place + 1,
            ..State::default()
        };
        let outer = std::mem::replace(&mut self.state, inner);
        let start = said
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace())
            .count();
        let text = JsonText {
            bytes: &said,
            is_end: true,
            terminator: b'\n',
        };
        let end = scan(text, start, &mut WithinText(self)).end;
        if !end.is_ok_and(|end| said[end..].trim_ascii().is_empty()) {
            self.cells[self.wanted.nodes[node].cells.clone()].fill(None);
        }
        // As a value it is the text.
        if let (Some(cell), Some(text)) = (self.wanted.nodes[node].cell, own) {
            self.cells[cell] = Some(text);
        }
        self.state = outer;
        self.n_texts_deep -= 1;
        self.texts[place] = said;
    }
}

impl Visit for Picker<'_> {
    #[inline]
    fn begin(&mut self) {
        self.clear();
        self.state.next = 0;
        self.state.open.clear();
        self.state.n_passed = 0;
        self.state.text = 0;
    }

    #[inline]
    fn key(&mut self, raw: &[u8], is_escaped: bool) {
        if self.state.n_passed > 0 {
            return;
        }
        match self.state.open.last() {
            Some((LEAST.., _)) => self.part_of_element(raw),
            _ if is_escaped => self.escaped_key(raw),
            _ => self.go(|step| step.key == raw),
        }
    }

    #[inline]
    fn element(&mut self) {
        if self.state.n_passed == 0
            && let Some((node, n_elements)) = self.state.open.last_mut()
        {
            let (node, index) = (*node, *n_elements);
            *n_elements += 1;
            self.element_of(node, index);
        }
    }

    #[inline]
    fn open(&mut self, kind: ValueKind, at: usize) {
        let next = self.state.next;
        if self.state.n_passed > 0 || next == NONE {
            self.state.n_passed += 1;
            return;
        }
        if next >= LEAST {
            match (kind, next) {
                (ValueKind::Object, ELEMENT | VALUE) => self.state.open.push((next, 0)),
                _ => self.state.n_passed += 1,
            }
            return;
        }
        self.put(Scalar {
            kind,
            start: at,
            end: at,
        });
        self.state.open.push((next, 0));
    }

    #[inline]
    fn close(&mut self, at: usize) {
        if self.state.n_passed > 0 {
            self.state.n_passed -= 1;
            return;
        }
        match self.state.open.pop() {
            Some((ELEMENT, _)) => self.end_element(),
            Some((node @ ..LEAST, n_elements)) => {
                let wanted = &self.wanted.nodes[node];
                let cell = wanted.cell.and_then(|cell| self.cells[cell].as_mut());
                match cell {
                    Some(cell) if wanted.is_whole => cell.scalar.end = at,
                    // An array without a value says as little as null.
                    Some(cell) if cell.scalar.kind == ValueKind::Array && n_elements == 0 => {
                        cell.scalar.kind = ValueKind::Null;
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    #[inline]
    fn scalar(&mut self, bytes: &[u8], scalar: Scalar) {
        let next = self.state.next;
        if self.state.n_passed > 0 || next == NONE {
            return;
        }
        if next >= LEAST {
            return self.scalar_of_element(bytes, scalar);
        }
        self.put(scalar);
        let raw = &bytes[scalar.start..scalar.end];
        if matches!(scalar.kind, ValueKind::Plain | ValueKind::Escaped)
            && matches!(raw.trim_ascii_start(), [b'{' | b'[', ..])
            && self.wanted.nodes[next].leads_on()
        {
            self.look_inside(|said| {
                // A text with half a character is not JSON.
                if unescape(raw, said).is_err() {
                    said.clear();
                }
            });
        }
    }
}

#[cfg(test)]
mod tests;
