//! Reads the rows of a tree from its pages, without SQLite. Store floor.
//!
//! A scan through SQLite steps a program and needs a call for each value. Decoding pages costs a fifth of that, and
//! several threads can share it. Only reads; knows the format as in
//! <https://www.sqlite.org/fileformat2.html#b_tree_pages>. The caller holds a transaction in which the file does not
//! change. Whatever is not as plain as dwell's own tables is left to SQLite, which knows more formats and reports damage.

use std::fs::File;

use crate::store::file::pages;
use crate::store::file::record;
use crate::system::files::read_exact_at;
use crate::words::error::Error;

/// The most levels that a tree of plain rows can have.
const MAX_LEVELS: usize = 12;

/// Leaves that lie close together are read in one piece, with the pages between them.
const MAX_PAGES_BETWEEN: u32 = 8;
const MAX_PAGES_A_READ: u32 = 64;

/// Why a scan ended early.
#[derive(Debug)]
pub(in crate::store) enum Stop {
    /// The pages are not plain, or not readable: SQLite must be asked.
    NotPlain,
    /// `take` failed.
    Failed(Error),
}

impl From<std::io::Error> for Stop {
    fn from(_: std::io::Error) -> Stop {
        Stop::NotPlain
    }
}

/// Room for the integers of a row: an array, or a vector where their number is not known beforehand.
pub(in crate::store) trait RowRoom: AsRef<[i64]> + AsMut<[i64]> + Clone {}

impl<R: AsRef<[i64]> + AsMut<[i64]> + Clone> RowRoom for R {}

/// A page with what lies below it, and the row of integers behind that, which stands above it.
#[derive(Debug)]
pub(in crate::store) struct Branch<R> {
    page: u32,
    row_behind: Option<R>,
}

/// The pages of a file of SQLite.
#[derive(Clone, Copy)]
pub(in crate::store) struct TreePages<'f> {
    file: &'f File,
    page_bytes: usize,
}

impl TreePages<'_> {
    pub(in crate::store) fn open(file: &File) -> Result<TreePages<'_>, Stop> {
        let mut header = [0; 100];
        read_exact_at(file, &mut header, 0)?;
        let page_bytes = pages::page_bytes(&header);
        // SQLite may keep the end of each page for itself, and texts in UTF-16.
        if header[20] != 0 || header[56..60] != [0, 0, 0, 1] || page_bytes < 512 {
            return Err(Stop::NotPlain);
        }
        Ok(TreePages { file, page_bytes })
    }

    /// The branches of the tree of integers at page `root`, in key order. Each is a few hundred leaves or fewer.
    pub(in crate::store) fn branches<R: RowRoom>(
        self,
        root: u32,
        room: &R,
    ) -> Result<Vec<Branch<R>>, Stop> {
        let n_pages = self.file.metadata()?.len() / self.page_bytes as u64;
        let mut branches = vec![Branch {
            page: root,
            row_behind: None,
        }];
        let mut page = Vec::new();
        for _ in 0..MAX_LEVELS {
            self.read(branches[0].page, branches[0].page, &mut page)?;
            if page[0] == INNER_INDEX {
                let first = self.below(&page)?[0];
                self.read(first, first, &mut page)?;
            }
            if page[0] == LEAF_INDEX {
                return Ok(branches);
            }
            let mut finer = Vec::new();
            for branch in branches {
                self.read(branch.page, branch.page, &mut page)?;
                self.split(&page, branch.row_behind, room, &mut finer)?;
            }
            // No page is part of two branches.
            if finer.len() as u64 > n_pages {
                return Err(Stop::NotPlain);
            }
            branches = finer;
        }
        Err(Stop::NotPlain)
    }

    /// The branches that begin right below an inner page.
    fn split<R: RowRoom>(
        self,
        page: &[u8],
        row_behind: Option<R>,
        room: &R,
        branches: &mut Vec<Branch<R>>,
    ) -> Result<(), Stop> {
        if page[0] != INNER_INDEX {
            return Err(Stop::NotPlain);
        }
        let mut rows = Vec::new();
        let mut take = |row: &R| {
            rows.push(row.clone());
            Ok(())
        };
        let mut cells = IntegerRows {
            row: room.clone(),
            take: &mut take,
        };
        for cell in self.cells(page, INNER_HEADER_BYTES)? {
            cells.inner(page, cell + 4, self.page_bytes)?;
        }
        let rows = rows.into_iter().map(Some).chain([row_behind]);
        let both = self.below(page)?.into_iter().zip(rows);
        branches.extend(both.map(|(page, row_behind)| Branch { page, row_behind }));
        Ok(())
    }

    /// Passes the rows of a branch to `take`, in key order.
    pub(in crate::store) fn rows<R: RowRoom>(
        self,
        branch: &Branch<R>,
        room: &R,
        take: impl FnMut(&R) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let mut cells = IntegerRows {
            row: room.clone(),
            take,
        };
        self.tree(branch.page, &mut cells)?;
        match &branch.row_behind {
            Some(row) => (cells.take)(row),
            None => Ok(()),
        }
    }

    /// Passes the rows of the table at page `root`, each a row id and a text, to `take` in the order of their ids.
    pub(in crate::store) fn texts(
        self,
        root: u32,
        take: impl FnMut(i64, &str) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        self.tree(root, &mut TextRows { last_id: 0, take })
    }

    fn tree(self, root: u32, cells: &mut impl TreeCells) -> Result<(), Stop> {
        let mut page = Vec::new();
        self.read(root, root, &mut page)?;
        self.page(&page, MAX_LEVELS, cells)
    }

    /// The cells on and below the page that `page` begins with.
    fn page<C: TreeCells>(self, page: &[u8], levels: usize, cells: &mut C) -> Result<(), Stop> {
        if page[0] == C::LEAF {
            for cell in self.cells(page, LEAF_HEADER_BYTES)? {
                cells.leaf(page, cell, self.page_bytes)?;
            }
            return Ok(());
        }
        if page[0] != C::INNER || levels == 0 {
            return Err(Stop::NotPlain);
        }
        let below = self.below(page)?;
        let mut between = self.cells(page, INNER_HEADER_BYTES)?;
        let mut pages = Vec::new();
        let mut done = 0;
        while done < below.len() {
            let first = below[done];
            let n = n_together(&below[done..]);
            self.read(first, below[done + n - 1], &mut pages)?;
            for &number in &below[done..done + n] {
                let page_below = &pages[(number - first) as usize * self.page_bytes..];
                self.page(page_below, levels - 1, cells)?;
                if let Some(cell) = between.next() {
                    cells.inner(page, cell + 4, self.page_bytes)?;
                }
            }
            done += n;
        }
        Ok(())
    }

    /// Reads the pages from `first` to `last`, which is not before `first`. Leaves room to read eight bytes at any
    /// place in them.
    fn read(self, first: u32, last: u32, into: &mut Vec<u8>) -> Result<(), Stop> {
        // The first page also has the header of the file.
        if first < 2 {
            return Err(Stop::NotPlain);
        }
        let bytes = (last - first + 1) as usize * self.page_bytes;
        into.resize(bytes + 8, 0);
        let place = u64::from(first - 1) * self.page_bytes as u64;
        read_exact_at(self.file, &mut into[..bytes], place)?;
        Ok(())
    }

    /// The pages right below an inner page.
    fn below(self, page: &[u8]) -> Result<Vec<u32>, Stop> {
        let cells = self.cells(page, INNER_HEADER_BYTES)?;
        cells.chain([8]).map(|cell| number_at(page, cell)).collect()
    }

    /// Where the cells of a page are, in key order.
    fn cells(self, page: &[u8], header_bytes: usize) -> Result<impl Iterator<Item = usize>, Stop> {
        let n = usize::from(u16::from_be_bytes([page[3], page[4]]));
        let end = header_bytes + 2 * n;
        if end > self.page_bytes {
            return Err(Stop::NotPlain);
        }
        let pointers = page[header_bytes..end].chunks_exact(2);
        Ok(pointers.map(|pointer| usize::from(u16::from_be_bytes([pointer[0], pointer[1]]))))
    }
}

/// First bytes of the pages of an index.
const LEAF_INDEX: u8 = 10;
const INNER_INDEX: u8 = 2;

const LEAF_HEADER_BYTES: usize = 8;
const INNER_HEADER_BYTES: usize = 12;

/// What the cells of a tree hold. Each is passed with the page that it is on and its place there. Behind the page there
/// are eight bytes more.
trait TreeCells {
    /// The first byte of a leaf.
    const LEAF: u8;
    /// The first byte of a page above others.
    const INNER: u8;

    fn leaf(&mut self, page: &[u8], place: usize, page_bytes: usize) -> Result<(), Stop>;

    /// `place` is behind the number of the page below.
    fn inner(&mut self, page: &[u8], place: usize, page_bytes: usize) -> Result<(), Stop>;
}

/// An index, or a table without row ids, of integers. Its inner pages hold rows, too.
struct IntegerRows<R, F> {
    row: R,
    take: F,
}

impl<R: RowRoom, F: FnMut(&R) -> Result<(), Stop>> TreeCells for IntegerRows<R, F> {
    const LEAF: u8 = LEAF_INDEX;
    const INNER: u8 = INNER_INDEX;

    #[inline]
    fn leaf(&mut self, page: &[u8], place: usize, page_bytes: usize) -> Result<(), Stop> {
        record::read_integers(page, place, page_bytes, self.row.as_mut()).ok_or(Stop::NotPlain)?;
        (self.take)(&self.row)
    }

    fn inner(&mut self, page: &[u8], place: usize, page_bytes: usize) -> Result<(), Stop> {
        self.leaf(page, place, page_bytes)
    }
}

/// A table of texts by row id. Its inner pages hold ids only.
struct TextRows<F> {
    /// The last id on an inner page.
    last_id: u64,
    take: F,
}

impl<F: FnMut(i64, &str) -> Result<(), Stop>> TreeCells for TextRows<F> {
    const LEAF: u8 = 13;
    const INNER: u8 = 5;

    fn leaf(&mut self, page: &[u8], place: usize, page_bytes: usize) -> Result<(), Stop> {
        let row = record::read_id_and_text(&page[..page_bytes], place);
        let (id, text) = row.ok_or(Stop::NotPlain)?;
        (self.take)(id, text)
    }

    /// Without this, pages that damage has put below many others would be read again and again.
    fn inner(&mut self, page: &[u8], place: usize, page_bytes: usize) -> Result<(), Stop> {
        let id = record::read_id(&page[..page_bytes], place).ok_or(Stop::NotPlain)?;
        if id <= self.last_id {
            return Err(Stop::NotPlain);
        }
        self.last_id = id;
        Ok(())
    }
}

/// How many of these pages, from the first, are worth reading in one piece.
fn n_together(pages: &[u32]) -> usize {
    let goes_on = |pair: &[u32]| {
        pair[0] < pair[1]
            && pair[1] - pair[0] <= MAX_PAGES_BETWEEN
            && pair[1] - pages[0] < MAX_PAGES_A_READ
    };
    1 + pages.windows(2).take_while(|pair| goes_on(pair)).count()
}

fn number_at(page: &[u8], place: usize) -> Result<u32, Stop> {
    let bytes = page.get(place..place + 4).ok_or(Stop::NotPlain)?;
    Ok(u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
}

#[cfg(test)]
mod tests;
