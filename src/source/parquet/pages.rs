//! The pages of a Parquet file's columns, none larger than memory allows. Source floor.
//!
//! The parquet crate trusts what a page says about its own size, and unpacks a gzip or brotli page to its end before
//! it compares. Here both are checked first.

use std::fs::File;
use std::io;
use std::io::BufReader;
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use parquet::basic::Compression;
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

/// The most memory for all pages whose rows are in memory at once.
const MOST_BATCH_BYTES: u64 = 1 << 30;

/// The most values in a dictionary, or in a page of which all lengths are unpacked at once.
const MOST_VALUES: usize = 1 << 26;

/// No gzip data unpack to more than this many times their size (<https://www.zlib.net/zlib_tech.html>, maximum
/// compression factor).
const MOST_GZIP_FACTOR: u64 = 1032;

/// A file whose pages are checked before they are read.
pub(super) struct Chunks {
    file: File,
    size: u64,
    /// Where the page begins that was read last.
    page_at: AtomicU64,
    /// Bytes of the pages since the last batch.
    batch_bytes: AtomicU64,
}

/// The same for a column, which has one compression.
struct ColumnChunks {
    chunks: Arc<Chunks>,
    compression: Compression,
    /// The uncompressed bytes of the page checked last: its levels.
    level_bytes: AtomicU64,
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

    /// Where the page read last begins, in bytes from the beginning of the file.
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
        let chunks = ColumnChunks {
            chunks: Arc::clone(self),
            compression: meta.compression(),
            level_bytes: AtomicU64::new(0),
        };
        Ok(Pages {
            is_optional: meta.column_descr().max_def_level() > 0,
            pages: SerializedPageReader::new(Arc::new(chunks), meta, rows, None)?,
        })
    }
}

impl Length for ColumnChunks {
    fn len(&self) -> u64 {
        self.chunks.size
    }
}

impl ChunkReader for ColumnChunks {
    type T = BufReader<File>;

    /// Called before a page header is read from here. Refuses a page that is too large.
    fn get_read(&self, start: u64) -> Result<BufReader<File>> {
        let chunks = &self.chunks;
        chunks.page_at.store(start, Ordering::Relaxed);
        let mut head = Vec::new();
        chunks
            .file
            .get_read(start)?
            .take(64)
            .read_to_end(&mut head)?;
        let sizes = sizes(&head).ok_or_else(|| damaged("no page begins where one should"))?;
        let larger = sizes.unpacked.max(sizes.packed);
        if larger > MOST_PAGE_BYTES {
            return Err(ParquetError::General(format!(
                "a page takes {}; at most {} are read",
                figure::bytes(larger),
                figure::bytes(MOST_PAGE_BYTES)
            )));
        }
        let so_far = chunks.batch_bytes.fetch_add(larger, Ordering::Relaxed);
        if so_far + larger > MOST_BATCH_BYTES {
            return Err(ParquetError::General(format!(
                "a few rows take more than {}",
                figure::bytes(MOST_BATCH_BYTES)
            )));
        }
        self.level_bytes.store(sizes.levels, Ordering::Relaxed);
        chunks.file.get_read(start)
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        if start
            .checked_add(length as u64)
            .is_none_or(|end| end > self.chunks.size)
        {
            return Err(damaged("a page reaches beyond the end of the file"));
        }
        let page = self.chunks.file.get_bytes(start, length)?;
        let levels = usize::try_from(self.level_bytes.load(Ordering::Relaxed))?;
        let packed = page.get(levels..).unwrap_or_default();
        let is_too_large = match self.compression {
            // Usually the packed data are so small that they cannot reach the limit, and need not be unpacked to be
            // sure.
            Compression::GZIP(_) if packed.len() as u64 > MOST_PAGE_BYTES / MOST_GZIP_FACTOR => {
                is_longer(MultiGzDecoder::new(packed), MOST_PAGE_BYTES)
            }
            Compression::BROTLI(_) => {
                is_longer(brotli::Decompressor::new(packed, 1 << 12), MOST_PAGE_BYTES)
            }
            _ => false,
        };
        match is_too_large {
            true => Err(damaged("a page unpacks to more than it says")),
            false => Ok(page),
        }
    }
}

/// Whether more than `most` bytes come out of it. If anything else is wrong with it, the next reader will say so.
fn is_longer(unpacked: impl Read, most: u64) -> bool {
    let copied = io::copy(&mut unpacked.take(most + 1), &mut io::sink());
    copied.is_ok_and(|n| n > most)
}

/// The pages of one column in one row group. None of them can make the crate allocate more than it holds.
pub(super) struct Pages {
    pages: SerializedPageReader<ColumnChunks>,
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
    /// The crate allocates room for a whole dictionary, and for all lengths in a page of deltas, before it has seen
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

/// The bytes after the definition levels, which begin with their length.
fn after_levels(page: &[u8]) -> Option<&[u8]> {
    let (length, rest) = page.split_first_chunk::<4>()?;
    rest.get(u32::from_le_bytes(*length) as usize..)
}

/// How many values there are, by the beginning of a delta encoding: block size, miniblocks in a block, values.
fn n_deltas(mut bytes: &[u8]) -> Option<u64> {
    varint(&mut bytes)?;
    varint(&mut bytes)?;
    varint(&mut bytes)
}

/// The size of a page, as its header says.
#[derive(Debug, PartialEq, Eq)]
struct Sizes {
    unpacked: u64,
    packed: u64,
    /// How many bytes of it are uncompressed levels.
    levels: u64,
}

/// The sizes of a page by the beginning of its header: in Thrift's compact protocol the fields 1 to 3, each an i32,
/// written as the step from the field before and its type, and a zigzag number; and of a page of the second version the
/// fields 5 and 6 of the struct that is field 8.
fn sizes(mut head: &[u8]) -> Option<Sizes> {
    const NEXT_FIELD_IS_I32: u8 = 0x15;
    const FIELD_8_IS_STRUCT: [u8; 2] = [0x5c, 0x4c];
    const SECOND_VERSION: u64 = 3;
    fn number(head: &mut &[u8]) -> Option<u64> {
        let (&field, rest) = head.split_first()?;
        *head = rest;
        let zigzag = varint(head)?;
        (field == NEXT_FIELD_IS_I32 && zigzag % 2 == 0).then_some(zigzag / 2)
    }
    let (kind, unpacked, packed) = (number(&mut head)?, number(&mut head)?, number(&mut head)?);
    let mut sizes = Sizes {
        unpacked,
        packed,
        levels: 0,
    };
    if kind != SECOND_VERSION {
        return Some(sizes);
    }
    if head.first() == Some(&NEXT_FIELD_IS_I32) {
        // A checksum, which may have any sign.
        head = &head[1..];
        varint(&mut head)?;
    }
    let (field, rest) = head.split_first()?;
    if !FIELD_8_IS_STRUCT.contains(field) {
        return None;
    }
    head = rest;
    for _ in 0..4 {
        number(&mut head)?;
    }
    sizes.levels = number(&mut head)?.checked_add(number(&mut head)?)?;
    Some(sizes)
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

    /// The result for a page of a kilobyte, as its header says, which is packed in this way.
    fn check(compression: Compression, packed: &[u8]) -> Result<Bytes> {
        let mut file = tempfile::tempfile().unwrap();
        let header = [0x15, 0, 0x15, 0x80, 0x10, 0x15, 2];
        io::Write::write_all(&mut file, &[&header, packed].concat()).unwrap();
        let size = file.metadata().unwrap().len();
        let column = ColumnChunks {
            chunks: Arc::new(Chunks::new(file, size)),
            compression,
            level_bytes: AtomicU64::new(0),
        };
        column.get_read(0).unwrap();
        column.get_bytes(header.len() as u64, packed.len())
    }

    #[test]
    fn a_page_that_unpacks_to_more_than_is_read_is_refused() {
        let zeros = |n| io::repeat(0).take(n);
        let gzip = |n| {
            let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            io::copy(&mut zeros(n), &mut packer).unwrap();
            packer.finish().unwrap()
        };
        let brotli = |n| {
            let mut packed = Vec::new();
            let mut packer = brotli::CompressorWriter::new(&mut packed, 1 << 16, 1, 22);
            io::copy(&mut zeros(n), &mut packer).unwrap();
            drop(packer);
            packed
        };
        let said = |read: Result<Bytes>| read.map(|page| page.len()).map_err(|e| e.to_string());
        let refused = Err("Parquet error: a page unpacks to more than it says".to_owned());
        let (least, too_much) = (1 << 10, MOST_PAGE_BYTES + 1);
        let (gzipped, brotlied) = (
            Compression::GZIP(Default::default()),
            Compression::BROTLI(Default::default()),
        );
        assert_eq!(said(check(gzipped, &gzip(too_much))), refused);
        assert_eq!(said(check(brotlied, &brotli(too_much))), refused);
        assert!(check(gzipped, &gzip(least)).is_ok());
        assert!(check(brotlied, &brotli(least)).is_ok());
    }

    #[test]
    fn the_sizes_of_a_page_stand_at_its_beginning() {
        let of = |unpacked, packed, levels| {
            Some(Sizes {
                unpacked,
                packed,
                levels,
            })
        };
        assert_eq!(sizes(&[0x15, 0, 0x15, 4, 0x15, 2, 0x2c]), of(2, 1, 0));
        assert_eq!(
            sizes(&[0x15, 0, 0x15, 0x80, 0x80, 0x04, 0x15, 2]),
            of(1 << 15, 1, 0)
        );
        let second = [0x15, 6, 0x15, 4, 0x15, 2];
        let counts = [0x15, 2, 0x15, 0, 0x15, 2, 0x15, 0, 0x15, 8, 0x15, 4];
        assert_eq!(
            sizes(&[&second[..], &[0x5c], &counts].concat()),
            of(2, 1, 6)
        );
        let with_checksum = [&second[..], &[0x15, 3, 0x4c], &counts].concat();
        assert_eq!(sizes(&with_checksum), of(2, 1, 6));
        // A negative size, another field, too short.
        assert_eq!(sizes(&[0x15, 0, 0x15, 3, 0x15, 2]), None);
        assert_eq!(sizes(&[0x15, 0, 0x25, 4, 0x15, 2]), None);
        assert_eq!(sizes(&[0x15, 0, 0x15, 0x80]), None);
    }
}
