//! Appends pages to a SQLite file, without SQLite. Store floor.
//!
//! For a new store that nobody else can see, while no connection is open on it. Knows where pages go, but not what is
//! in them. Offsets as in <https://www.sqlite.org/fileformat2.html#the_database_header>.

use std::fs::File;
use std::fs::OpenOptions;
use std::io;
use std::io::Read;
use std::io::Seek;
use std::io::SeekFrom;
use std::io::Write;
use std::mem;
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::mpsc::Receiver;
use std::sync::mpsc::SyncSender;
use std::sync::mpsc::channel;
use std::sync::mpsc::sync_channel;
use std::thread;
use std::thread::JoinHandle;

/// Size of a page, which a new store is made with.
pub(in crate::store) const PAGE_BYTES: usize = 4096;

/// Pages that are written to the file in one piece.
const PAGES_A_WRITE: usize = 64;

/// Pieces that may wait to be written.
const PIECES_AHEAD: usize = 8;

/// Bytes after which what was written goes on to the disk, while more is built. All at the end would take longer.
const BYTES_A_SYNC: usize = 64 << 20;

/// The byte that SQLite's locks lie on. The page with this byte stays empty.
const LOCKS_AT: usize = 1 << 30;

/// Where in the file its header keeps the size of a page, the bytes of a page that are left free, the
/// change counter, the number of pages, the largest root page if pages move by themselves, and the change
/// counter for which the number of pages is right.
const PAGE_SIZE_AT: usize = 16;
const RESERVED_AT: usize = 20;
const CHANGES_AT: usize = 24;
const PAGES_AT: usize = 28;
const AUTO_VACUUM_AT: usize = 52;
const VALID_FOR_AT: usize = 92;

/// A SQLite file that grows by whole pages.
///
/// SQLite does not see the new pages until [`FilePages::finish`]. If this is dropped before, the file is cut back to
/// its old length.
pub(in crate::store) struct FilePages {
    file: File,
    header: [u8; 100],
    page_bytes: usize,
    bytes_before: u64,
    /// Number of the next page; the first of a file is number 1.
    next: u32,
    /// Pages that are not on their way to the file yet.
    buffer: Vec<u8>,
    /// There is one as soon as there are pages enough for a write.
    writer: Option<PageWriter>,
    is_finished: bool,
}

impl FilePages {
    /// Opens a file that SQLite has made. No connection may be open on it.
    pub(in crate::store) fn open(path: &Path) -> io::Result<FilePages> {
        let mut file = OpenOptions::new().read(true).write(true).open(path)?;
        let mut header = [0; 100];
        file.read_exact(&mut header)?;
        let bytes_before = file.seek(SeekFrom::End(0))?;
        let page_bytes = page_bytes(&header);
        let is_as_made = page_bytes >= 512
            && header[RESERVED_AT] == 0
            && number_at(&header, AUTO_VACUUM_AT) == 0
            && u64::from(number_at(&header, PAGES_AT)) * page_bytes as u64 == bytes_before;
        if !is_as_made {
            let problem = "the file is not laid out as a new store is";
            return Err(io::Error::new(io::ErrorKind::InvalidData, problem));
        }
        Ok(FilePages {
            file,
            header,
            page_bytes,
            bytes_before,
            next: number_at(&header, PAGES_AT) + 1,
            buffer: Vec::with_capacity(PAGES_A_WRITE * page_bytes),
            writer: None,
            is_finished: false,
        })
    }

    /// Size of its pages.
    pub(in crate::store) fn page_bytes(&self) -> usize {
        self.page_bytes
    }

    /// Appends a page and returns its number.
    pub(in crate::store) fn append(&mut self, page: &[u8]) -> io::Result<u32> {
        if self.next as usize == LOCKS_AT / self.page_bytes + 1 {
            self.put(&vec![0; self.page_bytes])?;
        }
        self.put(page)
    }

    fn put(&mut self, page: &[u8]) -> io::Result<u32> {
        let number = self.next;
        self.next = number
            .checked_add(1)
            .filter(|&next| next < u32::MAX)
            .ok_or(io::ErrorKind::FileTooLarge)?;
        self.buffer.extend_from_slice(page);
        if self.buffer.len() == PAGES_A_WRITE * self.page_bytes {
            let writer = match &mut self.writer {
                Some(writer) => writer,
                none => none.insert(PageWriter::start(self.file.try_clone()?)?),
            };
            match writer.write(mem::take(&mut self.buffer)) {
                Some(next) => self.buffer = next,
                None => self.finish_writing()?,
            }
        }
        Ok(number)
    }

    /// Waits until all pages are in the file that are on their way.
    fn finish_writing(&mut self) -> io::Result<()> {
        self.writer.take().map_or(Ok(()), PageWriter::finish)
    }

    /// Puts `roots` in the place of the pages with these numbers, and lets SQLite see what was appended.
    pub(in crate::store) fn finish<'p>(
        mut self,
        roots: impl IntoIterator<Item = (u32, &'p [u8])>,
    ) -> io::Result<()> {
        self.finish_writing()?;
        self.file.write_all(&self.buffer)?;
        for (number, page) in roots {
            let place = (u64::from(number) - 1) * self.page_bytes as u64;
            self.file.seek(SeekFrom::Start(place))?;
            self.file.write_all(page)?;
        }
        // The change counter tells a connection that saw the file before that it has changed.
        let changes = number_at(&self.header, CHANGES_AT).wrapping_add(1);
        set_number_at(&mut self.header, CHANGES_AT, changes);
        set_number_at(&mut self.header, VALID_FOR_AT, changes);
        set_number_at(&mut self.header, PAGES_AT, self.next - 1);
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&self.header)?;
        self.is_finished = true;
        Ok(())
    }
}

impl Drop for FilePages {
    fn drop(&mut self) {
        if !self.is_finished {
            // Nothing may be written behind the new end.
            let _ = self.finish_writing();
            // If cutting fails, the rest lies behind the end that SQLite sees.
            let _ = self.file.set_len(self.bytes_before);
        }
    }
}

/// Writes pieces to a file on a thread of its own.
struct PageWriter {
    full: SyncSender<Vec<u8>>,
    /// The memory of pieces that were written.
    empty: Receiver<Vec<u8>>,
    thread: JoinHandle<io::Result<()>>,
}

impl PageWriter {
    fn start(mut file: File) -> io::Result<PageWriter> {
        let (full, pieces) = sync_channel::<Vec<u8>>(PIECES_AHEAD);
        let (used, empty) = channel();
        let write_all = move || {
            let mut n_waiting = 0;
            for mut piece in pieces {
                file.write_all(&piece)?;
                n_waiting += piece.len();
                if n_waiting >= BYTES_A_SYNC {
                    file.sync_data()?;
                    n_waiting = 0;
                }
                piece.clear();
                // Nobody needs memory for a next piece at the end.
                let _ = used.send(piece);
            }
            Ok(())
        };
        let thread = thread::Builder::new().spawn(write_all)?;
        Ok(PageWriter {
            full,
            empty,
            thread,
        })
    }

    /// Takes a piece, and returns empty memory for the next. `None` if a piece before could not be written.
    fn write(&self, piece: Vec<u8>) -> Option<Vec<u8>> {
        self.full.send(piece).ok()?;
        Some(self.empty.try_recv().unwrap_or_default())
    }

    /// Waits until all pieces are written. Errors if one of them was not.
    fn finish(self) -> io::Result<()> {
        drop(self.full);
        self.thread
            .join()
            .unwrap_or_else(|panic| resume_unwind(panic))
    }
}

/// The size of a file's pages, as its header says it.
pub(in crate::store) fn page_bytes(header: &[u8; 100]) -> usize {
    match u16::from_be_bytes([header[PAGE_SIZE_AT], header[PAGE_SIZE_AT + 1]]) {
        1 => 1 << 16,
        bytes => usize::from(bytes),
    }
}

fn number_at(header: &[u8; 100], place: usize) -> u32 {
    let bytes = &header[place..place + 4];
    u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

fn set_number_at(header: &mut [u8; 100], place: usize, number: u32) {
    header[place..place + 4].copy_from_slice(&number.to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;
    use tempfile::TempPath;

    fn made() -> TempPath {
        let path = tempfile::NamedTempFile::new().unwrap().into_temp_path();
        let connection = Connection::open(&path).unwrap();
        connection.execute_batch("CREATE TABLE t (a)").unwrap();
        path
    }

    #[test]
    fn a_file_that_is_not_as_sqlite_makes_it_is_refused() {
        assert!(FilePages::open(&made()).is_ok());
        let changes: [(usize, &[u8]); 5] = [
            (PAGE_SIZE_AT, &[0, 0]),
            (PAGE_SIZE_AT, &[1, 0]),
            (RESERVED_AT, &[8]),
            (AUTO_VACUUM_AT, &[0, 0, 0, 1]),
            (PAGES_AT, &[0, 0, 0, 3]),
        ];
        for (place, bytes) in changes {
            let path = made();
            let mut content = std::fs::read(&path).unwrap();
            content[place..place + bytes.len()].copy_from_slice(bytes);
            if bytes == [1, 0] {
                // As many pages of 256 bytes as there are bytes.
                let n_pages = (content.len() / 256) as u32;
                content[PAGES_AT..PAGES_AT + 4].copy_from_slice(&n_pages.to_be_bytes());
            }
            std::fs::write(&path, content).unwrap();
            assert!(FilePages::open(&path).is_err(), "{place}");
        }
    }

    #[test]
    fn pages_that_are_not_finished_leave_the_file_as_it_was() {
        let path = made();
        let before = std::fs::read(&path).unwrap();
        let mut pages = FilePages::open(&path).unwrap();
        for _ in 0..10 * PAGES_A_WRITE + 1 {
            pages.append(&[1; PAGE_BYTES]).unwrap();
        }
        drop(pages);
        assert!(std::fs::read(&path).unwrap() == before);
    }

    #[test]
    fn a_page_that_cannot_be_written_is_an_error() {
        let path = made();
        for n in [1, PAGES_A_WRITE, 3 * PAGES_A_WRITE, 100 * PAGES_A_WRITE] {
            let mut pages = FilePages::open(&path).unwrap();
            pages.file = File::open(&path).unwrap();
            let mut append = || pages.append(&[1; PAGE_BYTES]).map(|_| ());
            let appended = (0..n).try_for_each(|_| append());
            let ended = appended.and_then(|()| pages.finish([]));
            assert!(ended.is_err(), "{n}");
        }
    }

    #[test]
    fn pages_come_to_lie_behind_each_other() {
        let path = made();
        let before = std::fs::metadata(&path).unwrap().len() as usize;
        let n = 3 * PAGES_A_WRITE + 5;
        let mut pages = FilePages::open(&path).unwrap();
        for page in 0..n {
            pages.append(&[page as u8; PAGE_BYTES]).unwrap();
        }
        pages.finish([]).unwrap();
        let content = std::fs::read(&path).unwrap();
        let expected: Vec<u8> = (0..n).flat_map(|page| [page as u8; PAGE_BYTES]).collect();
        assert!(content[before..] == expected);
    }
}
