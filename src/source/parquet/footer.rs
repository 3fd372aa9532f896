//! The end of a Parquet file, which says what is in it. Source floor.
//!
//! ```text
//! PAR1 | column chunks ... | metadata | length of the metadata, 4 bytes | PAR1
//! ```
//!
//! As in <https://parquet.apache.org/docs/file-format/>. Never allocates more than the file's own length because of a
//! number in it.

use std::fs::File;
use std::io::Read;
use std::io::Seek;
use std::io::SeekFrom;

use parquet::file::metadata::ParquetMetaData;
use parquet::file::metadata::ParquetMetaDataReader;

use crate::source::parquet::guard::guarded;
use crate::source::parquet::shape;
use crate::words::figure;

/// The bytes with which every Parquet file begins and ends.
pub(in crate::source) const MAGIC: &[u8; 4] = b"PAR1";

/// The bytes with which a file ends if its metadata are encrypted.
const ENCRYPTED: &[u8; 4] = b"PARE";

/// Larger metadata are refused. A file with thousands of row groups has a few MB of them.
const MOST_BYTES: u64 = 128 << 20;

/// The content of the file. The error says what is wrong with it.
pub(super) fn read(file: &mut File, size: u64) -> Result<ParquetMetaData, String> {
    let incomplete = |what: &str| {
        format!(
            "it is not a complete Parquet file: {what}; was it cut off, or is it still being written?"
        )
    };
    let smallest = 2 * MAGIC.len() as u64 + 4;
    if size < smallest {
        return Err(incomplete(&format!(
            "it has {}, and the shortest has {smallest}",
            figure::bytes(size)
        )));
    }
    let mut tail = [0; 8];
    read_at(file, size - 8, &mut tail)?;
    let [l0, l1, l2, l3, magic @ ..] = tail;
    if magic == *ENCRYPTED {
        return Err("it is an encrypted Parquet file: decrypt it first".to_owned());
    }
    if magic != *MAGIC {
        return Err(incomplete("it does not end with PAR1"));
    }
    let length = u64::from(u32::from_le_bytes([l0, l1, l2, l3]));
    let place = format!("(byte {})", size - 8);
    if length > size - smallest {
        return Err(format!(
            "its metadata are said {place} to take {}, more than the whole file has: the file is damaged",
            figure::bytes(length)
        ));
    }
    if length > MOST_BYTES {
        return Err(format!(
            "its metadata take {}; at most {} are read",
            figure::bytes(length),
            figure::bytes(MOST_BYTES)
        ));
    }
    let from = size - 8 - length;
    let mut metadata = vec![0; length as usize];
    read_at(file, from, &mut metadata)?;
    shape::check(&metadata)
        .and_then(|()| guarded(|| ParquetMetaDataReader::decode_metadata(&metadata)))
        .map_err(|problem| format!("its metadata (from byte {from}) are damaged: {problem}"))
}

fn read_at(file: &mut File, at: u64, buffer: &mut [u8]) -> Result<(), String> {
    file.seek(SeekFrom::Start(at))
        .and_then(|_| file.read_exact(buffer))
        .map_err(|error| format!("it cannot be read at byte {at}: {error}"))
}
