//! gzip, zstd, bzip2 and xz, as streams. Source floor.

use std::io;
use std::io::BufRead;
use std::io::Read;

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::GzDecoder;
use liblzma::bufread::XzDecoder;

use crate::source::input::decode::notes::Notes;
use crate::words::figure::counted;

/// How an input is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) enum Compression {
    Gzip,
    Zstd,
    Bzip2,
    Xz,
}

/// Most memory that xz data may need to be unpacked: as much as zstd's reader takes.
const MOST_XZ_BYTES: u64 = 128 << 20;

impl Compression {
    /// The compression of an input that begins like this.
    pub(in crate::source) fn of(head: &[u8]) -> Option<Compression> {
        match head {
            [0x1f, 0x8b, ..] => Some(Compression::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Compression::Zstd),
            // A skippable frame, as pzstd begins its files with.
            [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Compression::Zstd),
            // The digit and the magic number of a block or of an empty stream: "BZh" alone begins words.
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31 | 0x17, ..] => Some(Compression::Bzip2),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Compression::Xz),
            _ => None,
        }
    }

    /// Its name, which is also the name of its command.
    pub(in crate::source) fn name(self) -> &'static str {
        match self {
            Compression::Gzip => "gzip",
            Compression::Zstd => "zstd",
            Compression::Bzip2 => "bzip2",
            Compression::Xz => "xz",
        }
    }

    /// A reader of the unpacked bytes. Data that end too early are an error of kind [`io::ErrorKind::UnexpectedEof`].
    pub(super) fn reader<'a>(
        self,
        raw: Box<dyn BufRead + Send + 'a>,
        notes: Notes,
    ) -> io::Result<Box<dyn Read + Send + 'a>> {
        Ok(match self {
            Compression::Gzip => Box::new(Gzip {
                place: GzipState::Member(Box::new(GzDecoder::new(raw))),
                notes,
            }),
            // Refuses frames that need more than 128 MiB to be decompressed.
            Compression::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(raw)?),
            Compression::Bzip2 => Box::new(MultiBzDecoder::new(raw)),
            Compression::Xz => {
                let stream = liblzma::stream::Stream::new_stream_decoder(
                    MOST_XZ_BYTES,
                    liblzma::stream::CONCATENATED,
                )?;
                Box::new(XzDecoder::new_stream(raw, stream))
            }
        })
    }
}

/// gzip members one after the other, as `cat` and log rotation make them, and perhaps something else after
/// them, as tapes and block devices pad files.
struct Gzip<'a> {
    place: GzipState<'a>,
    notes: Notes,
}

enum GzipState<'a> {
    Member(Box<GzDecoder<Box<dyn BufRead + Send + 'a>>>),
    Between(Box<dyn BufRead + Send + 'a>),
    End,
}

impl Read for Gzip<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match std::mem::replace(&mut self.place, GzipState::End) {
                GzipState::End => return Ok(0),
                GzipState::Member(mut member) => {
                    let read = member.read(buffer);
                    self.place = match read {
                        Ok(0) if !buffer.is_empty() => GzipState::Between(member.into_inner()),
                        _ => GzipState::Member(member),
                    };
                    if !matches!(self.place, GzipState::Between(_)) {
                        return read;
                    }
                }
                GzipState::Between(mut raw) => match raw.fill_buf()? {
                    [] => return Ok(0),
                    [0x1f] | [0x1f, 0x8b, ..] => {
                        self.place = GzipState::Member(Box::new(GzDecoder::new(raw)));
                    }
                    _ => {
                        let n = io::copy(&mut raw, &mut io::sink())?;
                        self.notes.push(format!(
                            "{} after the end of the gzip data were left out",
                            counted(n, "byte")
                        ));
                        return Ok(0);
                    }
                },
            }
        }
    }
}
