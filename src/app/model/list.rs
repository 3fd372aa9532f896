//! A list with a cursor: what is selected, how far it is scrolled. App floor.

use crate::answers::browse::ListColumn;
use crate::answers::browse::Sort;
use crate::answers::browse::extent::ColumnRoom;
use crate::answers::browse::extent::Extents;
use crate::answers::browse::order::Buffer;
use crate::answers::browse::order::ListOrder;
use crate::words::gap::Gap;

/// What is left of an order while the next one is made.
#[derive(Clone, Debug)]
struct Behind {
    /// Its gap.
    before: Gap,
    /// Its memory, for the next one.
    buffer: Buffer,
}

/// A list of rows named by ids. While it is in view, `top <= cursor < top + height`, and the rows in
/// view are settled.
#[derive(Clone, Debug)]
pub(crate) struct List<C> {
    pub(crate) sort: Sort<C>,
    /// The columns that are shown, in this order; never none.
    pub(crate) shown: Vec<C>,
    /// The names of those that a person wants to see, if they chose; some may not be carried here.
    wanted: Vec<String>,
    /// The names of the columns with what is carried.
    carried: Vec<String>,
    pub(crate) order: ListOrder,
    pub(crate) cursor: usize,
    /// Position of the first row in view.
    pub(crate) top: usize,
    /// The filter as typed; empty for none.
    pub(crate) typed: String,
    /// The filters before this one, which Esc goes back to, the last one last.
    earlier: Vec<String>,
    /// The filter that the screen was entered with, and the one that it had before.
    pub(in crate::app) entered: Option<(String, String)>,
    /// The order is not that of the figures any more.
    pub(crate) stale: bool,
    /// The order to take when the list is ordered next, if it was made elsewhere.
    prepared: Option<ListOrder>,
    /// Set while only what is in view is listed, and the order of all is made elsewhere.
    behind: Option<Behind>,
    /// What one of its columns is called here, if not by its name.
    called: Option<(C, String)>,
}

impl<C: ListColumn> List<C> {
    pub(crate) fn sorted_by(column: C) -> List<C> {
        List {
            sort: Sort::by(column),
            shown: C::ALL.to_vec(),
            wanted: Vec::new(),
            carried: Vec::new(),
            order: ListOrder::default(),
            cursor: 0,
            top: 0,
            typed: String::new(),
            earlier: Vec::new(),
            entered: None,
            stale: true,
            prepared: None,
            behind: None,
            called: None,
        }
    }

    /// The same without one of its columns.
    pub(crate) fn hiding(mut self, column: C) -> List<C> {
        self.shown.retain(|&shown| shown != column);
        self
    }

    /// A list of other rows with the same columns in the same order, with a column that is called differently.
    pub(in crate::app) fn of_others(&self, called: Option<(C, String)>) -> List<C> {
        List {
            sort: self.sort,
            shown: self.shown.clone(),
            wanted: self.wanted.clone(),
            called,
            ..List::sorted_by(self.sort.column)
        }
    }

    /// What a column is called. Not made safe.
    pub(crate) fn heading(&self, column: C) -> String {
        let called = self.called.as_ref().filter(|(one, _)| *one == column);
        let carried = column
            .carried_place()
            .and_then(|place| self.carried.get(place));
        match called.map(|(_, name)| name).or(carried) {
            // Two columns of a list are never called the same.
            Some(name) if C::ALL.iter().any(|other| other.name() == name) => {
                format!("{name} (carried)")
            }
            Some(name) => name.clone(),
            None => column.name().to_owned(),
        }
    }

    /// All its columns, those with what is carried behind the others.
    fn all(&self) -> Vec<C> {
        let carried = (0..self.carried.len()).filter_map(C::carried);
        C::ALL.iter().copied().chain(carried).collect()
    }

    /// The name of a column in the configuration.
    fn name_of(&self, column: C) -> String {
        let carried = column
            .carried_place()
            .and_then(|place| self.carried.get(place));
        carried.map_or(column.name().to_owned(), |name| format!("{CARRIED}{name}"))
    }

    /// Has columns for what is carried under these names.
    pub(in crate::app) fn carry(&mut self, names: &[String]) {
        if self.carried == names {
            return;
        }
        let before = self.shown.iter().map(|&column| self.name_of(column));
        let wanted = match self.wanted.is_empty() {
            true => before.collect(),
            false => self.wanted.clone(),
        };
        let sorted_by = self.name_of(self.sort.column);
        self.carried = names.to_vec();
        self.show_named(&wanted);
        let all = self.all();
        let mut same = all
            .iter()
            .filter(|&&column| self.name_of(column) == sorted_by);
        match same.next() {
            Some(&column) => self.sort.column = column,
            None => self.sort = Sort::by(C::ALL[0]),
        }
    }

    /// Shows the columns of these names, as far as they are there.
    fn show_named(&mut self, names: &[String]) {
        let all = self.all();
        let of_name = |name: &String| all.iter().find(|&&column| self.name_of(column) == *name);
        let shown: Vec<C> = names.iter().filter_map(of_name).copied().collect();
        if !shown.is_empty() {
            self.shown = shown;
        }
    }

    /// The columns that are shown, with their headings and how much room each takes.
    pub(crate) fn rooms(&self, extents: &Extents) -> Vec<(String, ColumnRoom)> {
        let shown = self.shown.iter();
        shown
            .map(|&column| (self.heading(column), column.room(extents)))
            .collect()
    }

    /// The id under the cursor; `None` in an empty list.
    pub(crate) fn selected(&self) -> Option<u32> {
        self.order.at(self.cursor)
    }

    /// Puts the cursor on an id, or leaves it where it is as far as the list reaches.
    pub(crate) fn follow(&mut self, id: Option<u32>) {
        if let Some(position) = id.and_then(|id| self.order.position(id)) {
            // The row stays at its height on the screen if it can.
            self.top = (position + self.top).saturating_sub(self.cursor);
            self.cursor = position;
        }
        self.cursor = self.cursor.min(self.order.len().saturating_sub(1));
    }

    /// The screen is entered with this filter, and goes back to its own when it is left.
    pub(in crate::app) fn enter_with(&mut self, typed: String) {
        let before = match self.entered.take() {
            Some((_, before)) => before,
            None => std::mem::take(&mut self.typed),
        };
        self.earlier.clear();
        self.typed.clone_from(&typed);
        self.entered = Some((typed, before));
        (self.cursor, self.top) = (0, 0);
        self.stale = true;
    }

    /// Forgets the rows, since their ids mean nothing any more.
    pub(crate) fn forget(&mut self) {
        self.order = ListOrder::default();
        self.stale = true;
    }

    /// Takes a new order: one that is prepared, else made by `make` in the memory of the old one.
    pub(crate) fn reorder(&mut self, make: impl FnOnce(Buffer) -> ListOrder) {
        let buffer = std::mem::take(&mut self.order).into_buffer();
        self.order = self.prepared.take().unwrap_or_else(|| make(buffer));
        self.stale = false;
        self.behind = None;
    }

    /// Scrolls so that the cursor is in view, and settles what is.
    pub(crate) fn show(&mut self, height: usize) {
        let (height, len) = (height.max(1), self.order.len());
        self.cursor = self.cursor.min(len.saturating_sub(1));
        self.top = self
            .top
            .min(len.saturating_sub(height))
            .min(self.cursor)
            .max((self.cursor + 1).saturating_sub(height));
        self.order.settle(self.top..self.top + height);
    }
}

/// What the names of columns with what is carried begin with in the configuration.
pub(crate) const CARRIED: &str = "carried:";

/// A list whatever its columns are.
pub(crate) trait Listed {
    fn cursor(&self) -> usize;
    fn len(&self) -> usize;
    /// Position of the first row in view.
    fn top(&self) -> usize;
    /// The id at a position.
    fn at(&self, position: usize) -> Option<u32>;
    /// The filter as typed; empty for none.
    fn typed(&self) -> &str;
    /// What the columns are called, and which of them it is sorted by. Not made safe.
    fn columns(&self) -> (Vec<String>, usize);
    /// The names of the columns in the configuration, by place in [`Listed::columns`].
    fn column_names(&self) -> Vec<String>;
    /// Whether it has columns with what is carried.
    fn can_carry(&self) -> bool;
    /// Shows the columns of these names, and those that are not carried here where they are.
    fn want_columns(&mut self, names: &[String]);
    /// The names of the columns to show, those that are not carried here included.
    fn wanted_columns(&self) -> Vec<String>;
    /// By place in [`Listed::columns`], the columns that are shown, in their order.
    fn shown(&self) -> Vec<usize>;
    /// Shows these columns, by place in [`Listed::columns`], in this order; at least one.
    fn show_columns(&mut self, columns: &[usize]);
    /// How much room the columns that are shown take.
    fn column_rooms(&self, extents: &Extents) -> Vec<ColumnRoom>;
    /// What it is sorted by, with an arrow: `sessions ▼`.
    fn sort_text(&self) -> String;
    /// Puts the cursor at a position that there is.
    fn put_cursor(&mut self, position: usize);
    /// Scrolls by some rows where `height` are in view; the cursor goes along only if it would be out of view.
    fn scroll(&mut self, rows: usize, down: bool, height: usize);
    /// Brings the cursor to the middle of a view this high, if it is out of it.
    fn centre(&mut self, height: usize);
    /// Takes a new filter, and begins at the top unless what is selected is further down.
    fn retype(&mut self, typed: &str);
    /// Takes a new filter of which the rows are not known yet.
    fn type_ahead(&mut self, typed: &str);
    /// The rows of the filter are these.
    fn prepare(&mut self, order: ListOrder);
    /// Whether the order is not that of the figures any more.
    fn is_stale(&self) -> bool;
    /// Lists only these, which are in view, while the order of all `len` rows is made elsewhere. The gap was this one
    /// `before`.
    fn fall_behind(&mut self, before: Gap, len: usize, in_view: Vec<u32>, selected: Option<u32>);
    /// The gap of the order before, while the list has fallen behind.
    fn behind(&self) -> Option<Gap>;
    /// The list is to be put in order now.
    fn catch_up(&mut self);
    /// The memory for the order that is to be made elsewhere, if the list has fallen behind.
    fn take_buffer(&mut self) -> Option<Buffer>;
    /// An order of other rows came, of which only the memory is of use.
    fn give_buffer(&mut self, buffer: Buffer);
    /// The order is this one; the cursor stays on its row.
    fn take_order(&mut self, order: ListOrder);
    /// A person has settled for the filter; this is the one before.
    fn keep_filter(&mut self, before: &str);
    /// The filter to go back to; `None` if there is no filter, or the screen was entered with it.
    fn filter_before(&mut self) -> Option<String>;
    /// Sorts by the `n`-th column; by the same again, the other way.
    fn sort_by(&mut self, n: usize);
}

impl<C: ListColumn> Listed for List<C> {
    fn cursor(&self) -> usize {
        self.cursor
    }

    fn len(&self) -> usize {
        self.order.len()
    }

    fn top(&self) -> usize {
        self.top
    }

    fn at(&self, position: usize) -> Option<u32> {
        self.order.at(position)
    }

    fn typed(&self) -> &str {
        &self.typed
    }

    fn column_names(&self) -> Vec<String> {
        let all = self.all().into_iter();
        all.map(|column| self.name_of(column)).collect()
    }

    fn can_carry(&self) -> bool {
        C::carried(0).is_some()
    }

    fn want_columns(&mut self, names: &[String]) {
        self.wanted = names.to_vec();
        self.show_named(names);
    }

    fn wanted_columns(&self) -> Vec<String> {
        self.wanted.clone()
    }

    fn columns(&self) -> (Vec<String>, usize) {
        let all = self.all();
        let names = all.iter().map(|&column| self.heading(column)).collect();
        let now = all.iter().position(|&column| column == self.sort.column);
        (names, now.unwrap_or(0))
    }

    fn shown(&self) -> Vec<usize> {
        let all = self.all();
        let place = |column: &C| all.iter().position(|one| one == column);
        self.shown.iter().filter_map(place).collect()
    }

    fn show_columns(&mut self, columns: &[usize]) {
        let all = self.all();
        let columns = columns.iter().filter_map(|&place| all.get(place));
        let columns: Vec<C> = columns.copied().collect();
        if columns.is_empty() {
            return;
        }
        let names = self.column_names();
        // What is not carried here is shown again where it is.
        let elsewhere = self.wanted.iter().filter(|name| !names.contains(name));
        let shown = columns.iter().map(|&column| self.name_of(column));
        self.wanted = shown.chain(elsewhere.cloned()).collect();
        self.shown = columns;
    }

    fn column_rooms(&self, extents: &Extents) -> Vec<ColumnRoom> {
        self.shown
            .iter()
            .map(|column| column.room(extents))
            .collect()
    }

    fn sort_text(&self) -> String {
        let arrow = if self.sort.descending { '▼' } else { '▲' };
        format!("{} {arrow}", self.heading(self.sort.column))
    }

    fn put_cursor(&mut self, position: usize) {
        self.cursor = position;
    }

    fn scroll(&mut self, rows: usize, down: bool, height: usize) {
        let (height, len) = (height.max(1), self.order.len());
        self.top = match down {
            true => (self.top + rows).min(len.saturating_sub(height)),
            false => self.top.saturating_sub(rows),
        };
        let last = (self.top + height).min(len).saturating_sub(1);
        self.cursor = self.cursor.clamp(self.top.min(last), last);
    }

    fn centre(&mut self, height: usize) {
        if !(self.top..self.top + height.max(1)).contains(&self.cursor) {
            self.top = self.cursor.saturating_sub(height / 2);
        }
    }

    fn retype(&mut self, typed: &str) {
        self.type_ahead(typed);
        (self.cursor, self.top) = (0, 0);
        self.stale = true;
    }

    fn type_ahead(&mut self, typed: &str) {
        self.typed = typed.to_owned();
    }

    fn prepare(&mut self, order: ListOrder) {
        self.take_order(order);
        (self.cursor, self.top) = (0, 0);
    }

    fn is_stale(&self) -> bool {
        self.stale
    }

    fn fall_behind(&mut self, before: Gap, len: usize, in_view: Vec<u32>, selected: Option<u32>) {
        let mut places = in_view.iter();
        let place = places.position(|&id| Some(id) == selected);
        let last = in_view.len().saturating_sub(1);
        let place = place.unwrap_or((self.cursor - self.top).min(last));
        self.cursor = self.top + place;
        let order = ListOrder::around(len.max(self.top + in_view.len()), self.top, in_view);
        let buffer = std::mem::replace(&mut self.order, order).into_buffer();
        self.stale = false;
        self.behind.get_or_insert(Behind { before, buffer });
    }

    fn behind(&self) -> Option<Gap> {
        self.behind.as_ref().map(|behind| behind.before)
    }

    fn catch_up(&mut self) {
        self.stale |= self.behind.is_some();
    }

    fn take_buffer(&mut self) -> Option<Buffer> {
        let behind = self.behind.as_mut()?;
        Some(std::mem::take(&mut behind.buffer))
    }

    fn give_buffer(&mut self, buffer: Buffer) {
        if let Some(behind) = &mut self.behind {
            behind.buffer = buffer;
        }
    }

    fn take_order(&mut self, order: ListOrder) {
        self.prepared = Some(order);
        self.stale = true;
    }

    fn keep_filter(&mut self, before: &str) {
        if self.typed != before {
            self.earlier.push(before.to_owned());
        }
    }

    fn filter_before(&mut self) -> Option<String> {
        let entered = self.entered.as_ref();
        if self.typed.is_empty() || entered.is_some_and(|(entered, _)| *entered == self.typed) {
            return None;
        }
        Some(self.earlier.pop().unwrap_or_default())
    }

    fn sort_by(&mut self, n: usize) {
        let Some(&column) = self.all().get(n) else {
            return;
        };
        self.sort = if self.sort.column == column {
            self.sort.reversed()
        } else {
            Sort::by(column)
        };
        (self.cursor, self.top) = (0, 0);
        self.stale = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::browse::users::UserColumn;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_cursor_is_in_range_and_in_view(n in 0usize..50, cursor in 0usize..80, top in 0usize..80, height in 0usize..30) {
            let mut list = List::sorted_by(UserColumn::User);
            list.order = ListOrder::natural(0..n);
            (list.cursor, list.top) = (cursor, top);
            list.show(height);
            prop_assert!(list.cursor < n.max(1));
            prop_assert!(list.top <= list.cursor && list.cursor < list.top + height.max(1));
        }
    }

    fn listed(ids: std::ops::Range<u32>) -> ListOrder {
        ListOrder::sorted(Buffer::default(), ids.len(), 16, |part, rows| {
            part.for_each(|place| rows.push(0, ids.start + place as u32));
        })
    }

    #[test]
    fn a_row_that_moves_stays_at_its_height_on_the_screen() {
        let mut list = List::sorted_by(UserColumn::User);
        list.order = listed(0..100);
        (list.cursor, list.top) = (25, 20);
        list.order = listed(20..100);
        list.follow(Some(25));
        list.show(10);
        assert_eq!((list.cursor, list.top), (5, 0));
    }
}
