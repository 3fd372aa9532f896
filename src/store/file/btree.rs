//! Builds B-trees in SQLite's file format from rows that come in key order. Store floor.
//!
//! For each row, SQLite runs a statement's program, searches for its place and balances pages. Rows that come in order
//! need none of this. Leaves are filled one after the other, then the pages above them. Knows the format of pages and
//! records, as in <https://www.sqlite.org/fileformat2.html#b_tree_pages>, but not what the rows mean.

use std::io;
use std::ops::Range;

use crate::store::file::pages::FilePages;
use crate::store::file::record;

/// The most bytes of a row on a page of an index. A longer row continues on overflow pages.
fn max_local_in_index(page_bytes: usize) -> usize {
    (page_bytes - 12) * 64 / 255 - 23
}

/// The same for a table.
fn max_local_in_table(page_bytes: usize) -> usize {
    page_bytes - 35
}

/// The fewest bytes that stay on the page if a row continues on overflow pages.
fn min_local(page_bytes: usize) -> usize {
    (page_bytes - 12) * 32 / 255 - 23
}

/// What a page is, as its first byte says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    InnerIndex = 2,
    InnerTable = 5,
    LeafIndex = 10,
    LeafTable = 13,
}

impl Kind {
    fn header_bytes(self) -> usize {
        match self {
            Kind::InnerIndex | Kind::InnerTable => 12,
            Kind::LeafIndex | Kind::LeafTable => 8,
        }
    }
}

/// An index, or a table without row ids: its rows are its keys. Rows must come in key order, none twice.
pub(in crate::store) struct IndexTree {
    leaf: Page,
    leaves: Level,
    cell: Vec<u8>,
}

impl IndexTree {
    /// A tree for a file with pages of this size.
    pub(in crate::store) fn new(page_bytes: usize) -> IndexTree {
        IndexTree {
            leaf: Page::new(Kind::LeafIndex, page_bytes),
            leaves: Level::default(),
            cell: Vec::new(),
        }
    }

    /// Adds a row of up to six integers.
    pub(in crate::store) fn push<const N: usize>(
        &mut self,
        pages: &mut FilePages,
        row: [i64; N],
    ) -> io::Result<()> {
        let (cell, len) = record::cell_of_integers(row);
        self.push_cell(pages, &cell[..len])
    }

    /// Adds a row of any integers.
    pub(in crate::store) fn push_row(
        &mut self,
        pages: &mut FilePages,
        row: &[i64],
    ) -> io::Result<()> {
        let mut cell = std::mem::take(&mut self.cell);
        record::put_integers(row, &mut cell);
        self.push_cell(pages, &cell)?;
        self.cell = cell;
        Ok(())
    }

    /// Adds the row (text, row id) of a text's index.
    pub(in crate::store) fn push_text(
        &mut self,
        pages: &mut FilePages,
        text: &str,
        id: i64,
    ) -> io::Result<()> {
        let mut cell = std::mem::take(&mut self.cell);
        let payload = record::text_and_id(text, id);
        cell.clear();
        record::put_varint(payload.len() as u64, &mut cell);
        put_payload(
            &payload,
            max_local_in_index(pages.page_bytes()),
            pages,
            &mut cell,
        )?;
        self.push_cell(pages, &cell)?;
        self.cell = cell;
        Ok(())
    }

    fn push_cell(&mut self, pages: &mut FilePages, cell: &[u8]) -> io::Result<()> {
        if !self.leaf.has_room(cell.len()) {
            // The row between two leaves stands above them. The last row of the full leaf becomes that row, so the new
            // row is left for the next leaf. A leaf has room for at least four rows.
            let divider = self.leaf.pop();
            let number = pages.append(self.leaf.seal(0))?;
            self.leaves.push(number, &divider);
            self.leaf.clear();
        }
        self.leaf.push(&[], cell);
        Ok(())
    }

    /// Writes what is left, except the root, which is returned.
    pub(in crate::store) fn finish(self, pages: &mut FilePages) -> io::Result<Box<[u8]>> {
        self.leaves.finish(self.leaf, Kind::InnerIndex, pages)
    }
}

/// A table of texts by row id: (id INTEGER PRIMARY KEY, text). Ids must ascend.
pub(in crate::store) struct TextTree {
    leaf: Page,
    leaves: Level,
    last_id: i64,
}

impl TextTree {
    /// A tree for a file with pages of this size.
    pub(in crate::store) fn new(page_bytes: usize) -> TextTree {
        TextTree {
            leaf: Page::new(Kind::LeafTable, page_bytes),
            leaves: Level::default(),
            last_id: 0,
        }
    }

    pub(in crate::store) fn push(
        &mut self,
        pages: &mut FilePages,
        id: i64,
        text: &str,
    ) -> io::Result<()> {
        let payload = record::null_and_text(text);
        let mut cell = Vec::with_capacity(payload.len() + 20);
        record::put_varint(payload.len() as u64, &mut cell);
        record::put_varint(id as u64, &mut cell);
        put_payload(
            &payload,
            max_local_in_table(pages.page_bytes()),
            pages,
            &mut cell,
        )?;
        if !self.leaf.has_room(cell.len()) {
            let number = pages.append(self.leaf.seal(0))?;
            let mut divider = Vec::with_capacity(9);
            record::put_varint(self.last_id as u64, &mut divider);
            self.leaves.push(number, &divider);
            self.leaf.clear();
        }
        self.leaf.push(&[], &cell);
        self.last_id = id;
        Ok(())
    }

    /// Writes what is left, except the root, which is returned.
    pub(in crate::store) fn finish(self, pages: &mut FilePages) -> io::Result<Box<[u8]>> {
        self.leaves.finish(self.leaf, Kind::InnerTable, pages)
    }
}

/// Appends a payload to its cell. If it is too long for a page, the rest goes to overflow pages. Each of these begins
/// with the number of the next, and the cell ends with the number of the first.
fn put_payload(
    payload: &[u8],
    max_local: usize,
    pages: &mut FilePages,
    cell: &mut Vec<u8>,
) -> io::Result<()> {
    let room = pages.page_bytes() - 4;
    let min_local = min_local(pages.page_bytes());
    if payload.len() <= max_local {
        cell.extend_from_slice(payload);
        return Ok(());
    }
    let even = min_local + (payload.len() - min_local) % room;
    let n_local = if even <= max_local { even } else { min_local };
    let (local, rest) = payload.split_at(n_local);
    // From the last to the first, because each must name the next.
    let mut next = 0u32;
    for piece in rest.chunks(room).rev() {
        let mut page = vec![0; room + 4];
        page[..4].copy_from_slice(&next.to_be_bytes());
        page[4..4 + piece.len()].copy_from_slice(piece);
        next = pages.append(&page)?;
    }
    cell.extend_from_slice(local);
    cell.extend_from_slice(&next.to_be_bytes());
    Ok(())
}

/// The pages of one level of a tree, and the dividers between them.
#[derive(Default)]
struct Level {
    /// Page numbers.
    pages: Vec<u32>,
    /// The dividers, one after the other.
    dividers: Vec<u8>,
    /// End of each divider in `dividers`.
    ends: Vec<usize>,
}

impl Level {
    /// Adds a page, and the divider between it and the next.
    fn push(&mut self, page: u32, divider: &[u8]) {
        self.pages.push(page);
        self.dividers.extend_from_slice(divider);
        self.ends.push(self.dividers.len());
    }

    /// The divider after a page, which must not be the last.
    fn divider(&self, page: usize) -> &[u8] {
        let start = if page == 0 { 0 } else { self.ends[page - 1] };
        &self.dividers[start..self.ends[page]]
    }

    /// Adds the last leaf and builds the pages above. Returns the root.
    fn finish(
        mut self,
        mut leaf: Page,
        inner: Kind,
        pages: &mut FilePages,
    ) -> io::Result<Box<[u8]>> {
        if self.pages.is_empty() {
            leaf.seal(0);
            return Ok(leaf.bytes);
        }
        self.pages.push(pages.append(leaf.seal(0))?);
        loop {
            let groups = self.groups(inner, pages.page_bytes());
            let mut above = Level::default();
            let mut page = Page::new(inner, pages.page_bytes());
            for group in &groups {
                page.clear();
                for child in group.start..group.end - 1 {
                    page.push(&self.pages[child].to_be_bytes(), self.divider(child));
                }
                let sealed = page.seal(self.pages[group.end - 1]);
                if groups.len() == 1 {
                    return Ok(page.bytes);
                }
                let number = pages.append(sealed)?;
                if group.end < self.pages.len() {
                    above.push(number, self.divider(group.end - 1));
                } else {
                    above.pages.push(number);
                }
            }
            self = above;
        }
    }

    /// Groups neighbours that fit on one page above them, at least two in each group.
    fn groups(&self, inner: Kind, page_bytes: usize) -> Vec<Range<usize>> {
        let mut groups: Vec<Range<usize>> = Vec::new();
        let mut start = 0;
        let mut room = PageRoom::of(inner, page_bytes);
        for child in 1..self.pages.len() {
            if !room.take(4 + self.divider(child - 1).len()) {
                groups.push(start..child);
                start = child;
                room = PageRoom::of(inner, page_bytes);
            }
        }
        if let Some(before) = groups.last_mut().filter(|_| start + 1 == self.pages.len()) {
            // A page above must have a divider. It has room for four, so its neighbour has one to give.
            before.end -= 1;
            start -= 1;
        }
        groups.push(start..self.pages.len());
        groups
    }
}

/// Counts the room for cells and the pointers to them.
struct PageRoom(usize);

impl PageRoom {
    fn of(kind: Kind, page_bytes: usize) -> PageRoom {
        PageRoom(page_bytes - kind.header_bytes())
    }

    /// Takes the room of a cell, if there is enough.
    fn take(&mut self, cell_bytes: usize) -> bool {
        let left = self.0.checked_sub(cell_bytes + 2);
        self.0 = left.unwrap_or(self.0);
        left.is_some()
    }
}

/// A page being filled. Pointers to the cells grow upwards from its header, and cells grow downwards from its end.
struct Page {
    bytes: Box<[u8]>,
    kind: Kind,
    n_cells: usize,
    /// Where the last cell starts.
    top: usize,
}

impl Page {
    fn new(kind: Kind, page_bytes: usize) -> Page {
        Page {
            bytes: vec![0; page_bytes].into(),
            kind,
            n_cells: 0,
            top: page_bytes,
        }
    }

    fn clear(&mut self) {
        self.n_cells = 0;
        self.top = self.bytes.len();
    }

    fn pointers_end(&self) -> usize {
        self.kind.header_bytes() + 2 * self.n_cells
    }

    fn has_room(&self, cell_bytes: usize) -> bool {
        self.pointers_end() + 2 + cell_bytes <= self.top
    }

    /// Adds a cell, given in two parts. There must be room for it.
    fn push(&mut self, front: &[u8], back: &[u8]) {
        let end = self.pointers_end();
        self.top -= back.len();
        self.bytes[self.top..self.top + back.len()].copy_from_slice(back);
        self.top -= front.len();
        self.bytes[self.top..self.top + front.len()].copy_from_slice(front);
        self.bytes[end..end + 2].copy_from_slice(&(self.top as u16).to_be_bytes());
        self.n_cells += 1;
    }

    /// Removes the last cell. There must be one before it.
    fn pop(&mut self) -> Vec<u8> {
        let before = self.pointers_end() - 4;
        let end = usize::from(u16::from_be_bytes([
            self.bytes[before],
            self.bytes[before + 1],
        ]));
        let cell = self.bytes[self.top..end].to_vec();
        self.n_cells -= 1;
        self.top = end;
        cell
    }

    /// Completes the page. `right` is the last page below it, 0 for a leaf.
    fn seal(&mut self, right: u32) -> &[u8] {
        let end = self.pointers_end();
        self.bytes[end..self.top].fill(0);
        self.bytes[0] = self.kind as u8;
        self.bytes[1..3].fill(0);
        self.bytes[3..5].copy_from_slice(&(self.n_cells as u16).to_be_bytes());
        self.bytes[5..7].copy_from_slice(&(self.top as u16).to_be_bytes());
        self.bytes[7] = 0;
        if self.kind.header_bytes() == 12 {
            self.bytes[8..12].copy_from_slice(&right.to_be_bytes());
        }
        &self.bytes
    }
}

#[cfg(test)]
mod tests;
