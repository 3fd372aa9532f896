//! Reads the rows of a tree of integers from its pages, without SQLite. Store floor.
//!
//! A scan through SQLite steps a program and needs a call for each value. Decoding pages costs a fifth of that. Only
//! reads; knows the format as in <https://www.sqlite.org/fileformat2.html#b_tree_pages>. The caller holds a
//! transaction in which the file does not change. Whatever is not as plain as dwell's own tables is left to SQLite,
//! which knows more formats and reports damage.

use std::fs::File;
use std::io::Read;
use std::io::Seek;
use std::io::SeekFrom;

use crate::store::file::pages;
use crate::store::file::record;
use crate::words::error::Error;

/// First bytes of pages: of pages with the rows of an index, and of the pages above them.
const LEAF: u8 = 10;
const INNER: u8 = 2;

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
pub(in crate::store) trait RowRoom: AsMut<[i64]> + Clone {}

impl<R: AsMut<[i64]> + Clone> RowRoom for R {}

/// Passes the rows of the tree at page `root`, as many integers each as `room` is for, to `take`, in key order.
pub(in crate::store) fn scan<R: RowRoom>(
    file: &File,
    root: u32,
    room: &R,
    take: &mut dyn FnMut(&R) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let mut tree = LeafTree::open(file)?;
    let mut page = Vec::new();
    tree.read(root, root, &mut page)?;
    let page_bytes = tree.page_bytes;
    match page[0] {
        LEAF => leaf(&page, page_bytes, room, take),
        _ => tree.inner(&page, MAX_LEVELS, room, take),
    }
}

struct LeafTree<'f> {
    file: &'f File,
    page_bytes: usize,
}

impl LeafTree<'_> {
    fn open(mut file: &File) -> Result<LeafTree<'_>, Stop> {
        let mut header = [0; 100];
        file.seek(SeekFrom::Start(0))?;
        file.read_exact(&mut header)?;
        let page_bytes = pages::page_bytes(&header);
        // SQLite may keep the end of each page for itself.
        if header[20] != 0 || page_bytes < 512 {
            return Err(Stop::NotPlain);
        }
        Ok(LeafTree { file, page_bytes })
    }

    /// Reads the pages from `first` to `last`, which is not before `first`. Leaves room to read eight bytes at any
    /// place in them.
    fn read(&mut self, first: u32, last: u32, into: &mut Vec<u8>) -> Result<(), Stop> {
        // The first page also has the header of the file.
        if first < 2 {
            return Err(Stop::NotPlain);
        }
        let bytes = (last - first + 1) as usize * self.page_bytes;
        into.resize(bytes + 8, 0);
        let place = u64::from(first - 1) * self.page_bytes as u64;
        self.file.seek(SeekFrom::Start(place))?;
        self.file.read_exact(&mut into[..bytes])?;
        Ok(())
    }

    /// The rows below and on a page above others.
    fn inner<R: RowRoom>(
        &mut self,
        page: &[u8],
        levels: usize,
        room: &R,
        take: &mut dyn FnMut(&R) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        if page[0] != INNER || levels == 0 {
            return Err(Stop::NotPlain);
        }
        let (mut below, mut rows) = (Vec::new(), Vec::new());
        for cell in cells(page, self.page_bytes, 12)? {
            below.push(number_at(page, cell)?);
            let mut row = room.clone();
            record::read_integers(page, cell + 4, self.page_bytes, row.as_mut())
                .ok_or(Stop::NotPlain)?;
            rows.push(row);
        }
        below.push(number_at(page, 8)?);
        let mut rows = rows.into_iter();
        let mut pages = Vec::new();
        let mut done = 0;
        while done < below.len() {
            let first = below[done];
            let n = n_together(&below[done..]);
            self.read(first, below[done + n - 1], &mut pages)?;
            for &number in &below[done..done + n] {
                let page = &pages[(number - first) as usize * self.page_bytes..];
                match page[0] {
                    LEAF => leaf(page, self.page_bytes, room, take)?,
                    _ => self.inner(page, levels - 1, room, take)?,
                }
                if let Some(row) = rows.next() {
                    take(&row)?;
                }
            }
            done += n;
        }
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

/// The rows of a leaf, which `page` begins with.
fn leaf<R: RowRoom>(
    page: &[u8],
    page_bytes: usize,
    room: &R,
    take: &mut dyn FnMut(&R) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let mut row = room.clone();
    for cell in cells(page, page_bytes, 8)? {
        record::read_integers(page, cell, page_bytes, row.as_mut()).ok_or(Stop::NotPlain)?;
        take(&row)?;
    }
    Ok(())
}

/// Where the cells of a page are, in key order.
fn cells(
    page: &[u8],
    page_bytes: usize,
    header_bytes: usize,
) -> Result<impl Iterator<Item = usize>, Stop> {
    let n = usize::from(u16::from_be_bytes([page[3], page[4]]));
    let end = header_bytes + 2 * n;
    if end > page_bytes {
        return Err(Stop::NotPlain);
    }
    let pointers = page[header_bytes..end].chunks_exact(2);
    Ok(pointers.map(|pointer| usize::from(u16::from_be_bytes([pointer[0], pointer[1]]))))
}

fn number_at(page: &[u8], place: usize) -> Result<u32, Stop> {
    let bytes = page.get(place..place + 4).ok_or(Stop::NotPlain)?;
    Ok(u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
}

#[cfg(test)]
mod tests;
