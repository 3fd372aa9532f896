//! Members of zip archives. Source floor.

use std::fs::File;
use std::io;
use std::io::BufReader;
use std::io::Read;
use std::io::Seek;
use std::io::SeekFrom;
use std::path::Path;
use std::sync::Mutex;
use std::sync::PoisonError;

use ::zip::ZipArchive;
use bzip2::read::BzDecoder;
use flate2::Crc;
use flate2::bufread::DeflateDecoder;

use crate::source::input::archive::member::MOST_MEMBERS;
use crate::source::input::archive::member::Member;

/// An archive whose list has been read.
#[derive(Debug)]
pub(in crate::source) struct Zip(Mutex<ZipArchive<File>>);

impl Zip {
    /// Reads the list of an archive's files. The error says what is wrong with it.
    pub(in crate::source) fn open(path: &Path) -> Result<(Zip, Vec<Member>), String> {
        let damaged = |error: &dyn std::fmt::Display| {
            format!(
                "it is a zip archive or an xlsx workbook, but its list of files cannot be read ({error}): is the \
                file complete?"
            )
        };
        let file = File::open(path).map_err(|error| damaged(&error))?;
        let mut archive = ZipArchive::new(file).map_err(|error| damaged(&error))?;
        let mut members = Vec::new();
        for place in 0..archive.len().min(MOST_MEMBERS + 1) {
            let entry = archive
                .by_index_data(place)
                .map_err(|error| damaged(&error))?;
            if !entry.is_file() {
                continue;
            }
            let name = match entry.name() {
                Ok(name) => name.into_owned(),
                Err(_) => String::from_utf8_lossy(entry.name_raw()).into_owned(),
            };
            members.push(Member {
                name,
                size: entry.size(),
                at: place as u64,
            });
        }
        if archive.has_duplicate_names() {
            return Err(
                "two of its files have one name: unpack it so that both are kept, such as with 7z x -aou"
                    .to_owned(),
            );
        }
        if archive.has_overlapping_entries().unwrap_or(true) {
            return Err("its files overlap, as in a zip bomb, so it is not read".to_owned());
        }
        Ok((Zip(Mutex::new(archive)), members))
    }

    /// The bytes of the file at a place in the list. The error says why it cannot be read.
    pub(in crate::source) fn member(
        &self,
        place: u64,
        path: &Path,
    ) -> Result<Box<dyn Read + Send>, String> {
        let damaged = |error: &dyn std::fmt::Display| format!("the archive is damaged: {error}");
        let mut archive = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = usize::try_from(place).unwrap_or(usize::MAX);
        let entry = archive
            .by_index_raw(place)
            .map_err(|error| damaged(&error))?;
        if entry.entry().encrypted() {
            return Err(
                "it is encrypted: unpack the archive with its password first, such as with 7z x"
                    .to_owned(),
            );
        }
        let start = entry
            .data_start()
            .ok_or_else(|| damaged(&"it has no data"))?;
        let (size, packed_size) = (entry.entry().size(), entry.entry().compressed_size());
        let (crc, method) = (entry.entry().crc32(), entry.entry().compression());
        drop(entry);
        let mut file = File::open(path).map_err(|error| damaged(&error))?;
        file.seek(SeekFrom::Start(start))
            .map_err(|error| damaged(&error))?;
        let packed = BufReader::with_capacity(1 << 16, file.take(packed_size));
        let inner = unpacked(method, packed)?;
        Ok(Box::new(CheckedMember {
            inner,
            crc: Crc::new(),
            size,
            expected: crc,
        }))
    }
}

/// Unpacks what a method packed.
fn unpacked(
    method: ::zip::CompressionMethod,
    packed: BufReader<io::Take<File>>,
) -> Result<Box<dyn Read + Send>, String> {
    use ::zip::CompressionMethod as Method;
    Ok(match method {
        Method::STORE => Box::new(packed),
        Method::DEFLATE => Box::new(DeflateDecoder::new(packed)),
        Method::BZIP2 => Box::new(BzDecoder::new(packed)),
        Method::ZSTD => match zstd::stream::read::Decoder::with_buffer(packed) {
            Ok(decoder) => Box::new(decoder),
            Err(error) => return Err(format!("the archive is damaged: {error}")),
        },
        other => {
            return Err(format!(
                "it is compressed by a method that dwell does not read ({other}): unpack the archive first, such as \
                with 7z x"
            ));
        }
    })
}

/// A member's bytes, which must be those that the archive's list promises.
struct CheckedMember {
    inner: Box<dyn Read + Send>,
    crc: Crc,
    size: u64,
    expected: u32,
}

impl Read for CheckedMember {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.crc.update(&buffer[..n]);
        let so_far = u64::from(self.crc.amount());
        let damaged = |problem: &str| {
            Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!("the archive is damaged: {problem}"),
            ))
        };
        // The crate counts modulo 2^32.
        let is_longer = so_far > self.size && self.size <= u64::from(u32::MAX);
        if is_longer {
            return damaged("the file is longer than the archive's list says");
        }
        if n == 0 && !buffer.is_empty() {
            if so_far != self.size & u64::from(u32::MAX) {
                return damaged("the file is shorter than the archive's list says");
            }
            if self.crc.sum() != self.expected {
                return damaged("the file's checksum does not match");
            }
        }
        Ok(n)
    }
}
