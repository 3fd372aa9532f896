//! The pages of a Parquet file's columns, none larger than can be afforded. Source floor.
//!
//! The parquet crate believes what a page says about its own size. Here that is looked at before. What it unpacks of a
//! gzip or brotli page that lies about its size is the crate's to bound, and it does not: it notices only afterwards.

use std::fs::File;
use std::io::BufReader;
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use parquet::basic::Encoding;
use parquet::column::page::Page;
use parquet::column::page::PageMetadata;
use parquet::column::page::PageReader;
use parquet::errors::ParquetError;
use parquet::errors::Result;
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::reader::ChunkReader;
use parquet::file::reader::Length;
use parquet::file::reader::SerializedPageReader;

use crate::words::figure;

/// The most a page may take, packed or unpacked: as much as a row of text may.
const MOST_PAGE_BYTES: u64 = 256 << 20;

/// The most that the pages may take of which rows are in memory at once.
const MOST_BATCH_BYTES: u64 = 1 << 30;

/// The most values in a dictionary, or in a page of which all lengths are unpacked at once.
const MOST_VALUES: usize = 1 << 26;

/// A file whose pages are looked at before they are read.
pub(super) struct Chunks {
    file: File,
    size: u64,
    /// Where the page begins that was read last.
    page_at: AtomicU64,
    /// Bytes of the pages since the last batch.
    batch_bytes: AtomicU64,
}

impl Chunks {
    pub(super) fn new(file: File, size: u64) -> Chunks {
        Chunks {
            file,
            size,
            page_at: AtomicU64::new(0),
            batch_bytes: AtomicU64::new(0),
        }
    }

    /// Where the page begins that was read last, in bytes from the beginning of the file.
    pub(super) fn page_at(&self) -> u64 {
        self.page_at.load(Ordering::Relaxed)
    }

    /// Forgets the pages before.
    pub(super) fn begin_batch(&self) {
        self.batch_bytes.store(0, Ordering::Relaxed);
    }

    /// The pages of a column in a row group.
    pub(super) fn pages(
        self: &Arc<Self>,
        group: &RowGroupMetaData,
        column: usize,
    ) -> Result<Pages> {
        let meta = group.column(column);
        let from = meta
            .dictionary_page_offset()
            .unwrap_or(meta.data_page_offset());
        let (start, length) = (u64::try_from(from), u64::try_from(meta.compressed_size()));
        let (Ok(start), Ok(length)) = (start, length) else {
            return Err(damaged("a column begins before the file"));
        };
        self.page_at.store(start, Ordering::Relaxed);
        if start.checked_add(length).is_none_or(|end| end > self.size) {
            return Err(damaged("a column reaches beyond the end of the file"));
        }
        let rows = usize::try_from(group.num_rows())?;
        Ok(Pages {
            is_optional: meta.column_descr().max_def_level() > 0,
            pages: SerializedPageReader::new(Arc::clone(self), meta, rows, None)?,
        })
    }
}

impl Length for Chunks {
    fn len(&self) -> u64 {
        self.size
    }
}

impl ChunkReader for Chunks {
    type T = BufReader<File>;

    /// A page header is about to be read from here: refuses one of a page that is too large.
    fn get_read(&self, start: u64) -> Result<BufReader<File>> {
        self.page_at.store(start, Ordering::Relaxed);
        let mut head = Vec::new();
        self.file.get_read(start)?.take(24).read_to_end(&mut head)?;
        let [unpacked, packed] =
            sizes(&head).ok_or_else(|| damaged("no page begins where one should"))?;
        let larger = unpacked.max(packed);
        if larger > MOST_PAGE_BYTES {
            return Err(ParquetError::General(format!(
                "a page takes {}; at most {} are read",
                figure::bytes(larger),
                figure::bytes(MOST_PAGE_BYTES)
            )));
        }
        let so_far = self.batch_bytes.fetch_add(larger, Ordering::Relaxed);
        if so_far + larger > MOST_BATCH_BYTES {
            return Err(ParquetError::General(format!(
                "a few rows take more than {}",
                figure::bytes(MOST_BATCH_BYTES)
            )));
        }
        self.file.get_read(start)
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        if start
            .checked_add(length as u64)
            .is_none_or(|end| end > self.size)
        {
            return Err(damaged("a page reaches beyond the end of the file"));
        }
        self.file.get_bytes(start, length)
    }
}

/// The pages of one column in one row group, of which none makes the crate allocate more than it holds.
pub(super) struct Pages {
    pages: SerializedPageReader<Chunks>,
    is_optional: bool,
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.pages.get_next_page()?;
        if let Some(page) = &page {
            self.check(page)?;
        }
        Ok(page)
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.pages.skip_next_page()
    }
}

impl Iterator for Pages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Result<Page>> {
        self.get_next_page().transpose()
    }
}

impl Pages {
    /// The crate makes room for all of a dictionary, and for all lengths in a page of deltas, before it has seen
    /// one of them.
    fn check(&self, page: &Page) -> Result<()> {
        let (bytes, values) = (page.buffer(), page.num_values() as usize);
        if page.is_dictionary_page() && values > bytes.len().min(MOST_VALUES) {
            return Err(damaged(
                "a dictionary says that it has more values than it can have",
            ));
        }
        let is_delta = matches!(
            page.encoding(),
            Encoding::DELTA_BINARY_PACKED
                | Encoding::DELTA_LENGTH_BYTE_ARRAY
                | Encoding::DELTA_BYTE_ARRAY
        );
        if !is_delta {
            return Ok(());
        }
        let deltas = match page {
            Page::DataPageV2 {
                def_levels_byte_len,
                rep_levels_byte_len,
                ..
            } => bytes.get(
                (*def_levels_byte_len as usize).saturating_add(*rep_levels_byte_len as usize)..,
            ),
            _ if self.is_optional => after_levels(bytes),
            _ => Some(&bytes[..]),
        };
        match deltas.and_then(n_deltas) {
            Some(n) if n <= values.min(MOST_VALUES) as u64 => Ok(()),
            _ => Err(damaged(
                "a page says that it has more values than it can have",
            )),
        }
    }
}

fn damaged(what: &str) -> ParquetError {
    ParquetError::General(what.to_owned())
}

/// What follows the definition levels, which begin with their length.
fn after_levels(page: &[u8]) -> Option<&[u8]> {
    let (length, rest) = page.split_first_chunk::<4>()?;
    rest.get(u32::from_le_bytes(*length) as usize..)
}

/// How many values there are, by the beginning of a delta encoding: block size, miniblocks a block, values.
fn n_deltas(mut bytes: &[u8]) -> Option<u64> {
    varint(&mut bytes)?;
    varint(&mut bytes)?;
    varint(&mut bytes)
}

/// The sizes of a page, unpacked and packed, by the beginning of its header: in Thrift's compact protocol the fields 1
/// to 3, each an i32, written as the step from the field before and its type, and a zigzag number.
fn sizes(mut head: &[u8]) -> Option<[u64; 2]> {
    const NEXT_FIELD_IS_I32: u8 = 0x15;
    let mut number = || {
        let (&field, rest) = head.split_first()?;
        head = rest;
        let zigzag = varint(&mut head)?;
        (field == NEXT_FIELD_IS_I32 && zigzag % 2 == 0).then_some(zigzag / 2)
    };
    let (_kind, unpacked, packed) = (number()?, number()?, number()?);
    Some([unpacked, packed])
}

/// Passes a number of seven bits a byte, the lowest first.
fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sizes_of_a_page_stand_at_its_beginning() {
        assert_eq!(sizes(&[0x15, 0, 0x15, 4, 0x15, 2, 0x2c]), Some([2, 1]));
        assert_eq!(
            sizes(&[0x15, 0, 0x15, 0x80, 0x80, 0x04, 0x15, 2]),
            Some([1 << 15, 1])
        );
        // A negative size, another field, too short.
        assert_eq!(sizes(&[0x15, 0, 0x15, 3, 0x15, 2]), None);
        assert_eq!(sizes(&[0x15, 0, 0x25, 4, 0x15, 2]), None);
        assert_eq!(sizes(&[0x15, 0, 0x15, 0x80]), None);
    }
}
