//! Decodes an input's raw bytes to text: first compression, then another encoding. Source floor.
//!
//! Goes by the first bytes; names are not trusted. Knows nothing about the text.

mod compressed;
mod notes;
mod transcoded;

use std::io;
use std::io::BufReader;
use std::io::Cursor;
use std::io::Read;

use encoding_rs::Encoding;
use encoding_rs::UTF_8;

use crate::source::input::content::Content;
use crate::source::input::content::Noted;
pub(in crate::source) use crate::source::input::decode::compressed::Compression;
pub(in crate::source) use crate::source::input::decode::notes::Notes;
use crate::source::input::decode::transcoded::BLOCK_BYTES;
use crate::source::input::decode::transcoded::Transcoder;
use crate::source::input::facts::InputFacts;
use crate::source::input::raw::failed_to_read;
use crate::words::error::Error;
use crate::words::figure::bytes;

/// A stream of text, and how it was decoded.
pub(in crate::source) struct Decoded<'a> {
    pub(in crate::source) text: Box<dyn Read + Send + 'a>,
    pub(in crate::source) compression: Option<Compression>,
    /// The encoding, if it is not UTF-8.
    pub(in crate::source) encoding: Option<&'static Encoding>,
    pub(in crate::source) notes: Notes,
}

impl<'a> Decoded<'a> {
    /// A stream that is text already, in UTF-8 or the encoding that is `asked`.
    pub(in crate::source) fn plain(
        raw: impl Read + Send + 'a,
        content: &'a mut Content,
        asked: Option<&'static Encoding>,
    ) -> Decoded<'a> {
        let bytes = Box::new(Noted {
            inner: raw,
            content,
        });
        Decoded {
            text: bytes,
            compression: None,
            encoding: asked.filter(|encoding| *encoding != UTF_8),
            notes: Notes::default(),
        }
    }

    /// The same text after another.
    pub(in crate::source) fn after(self, before: impl Read + Send + 'a) -> Decoded<'a> {
        Decoded {
            text: Box::new(before.chain(self.text)),
            ..self
        }
    }
}

/// Decodes compression and encoding of a stream, and computes the identity of its content in between. A byte order
/// mark decides; else the encoding is `asked`, or UTF-8. UTF-8 is not changed, even where it is invalid.
///
/// Errors when the stream does or its compressed data are damaged, with the compression if there is one: see
/// [`failed`].
pub(in crate::source) fn decode<'a>(
    raw: impl Read + Send + 'a,
    content: &'a mut Content,
    asked: Option<&'static Encoding>,
) -> Result<Decoded<'a>, (Option<Compression>, io::Error)> {
    let notes = Notes::default();
    let (inner, compression) = unpack(raw, &notes)?;
    let mut bytes = Noted { inner, content };
    let head = read_head(&mut bytes).map_err(|error| (compression, error))?;
    let mark = Encoding::for_bom(&head).map(|(encoding, _)| encoding);
    let encoding = mark.or(asked).filter(|encoding| *encoding != UTF_8);
    let bytes = Box::new(Cursor::new(head).chain(bytes));
    let text: Box<dyn Read + Send + 'a> = match encoding {
        None => bytes,
        Some(encoding) => Box::new(Transcoder::new(bytes, encoding, notes.clone())),
    };
    Ok(Decoded {
        text,
        compression,
        encoding,
        notes,
    })
}

/// The unpacked stream, and how it was compressed.
pub(in crate::source) type Unpacked<'a> = (Box<dyn Read + Send + 'a>, Option<Compression>);

/// Unpacks a stream; errors as [`decode`] does.
pub(in crate::source) fn unpack<'a>(
    mut raw: impl Read + Send + 'a,
    notes: &Notes,
) -> Result<Unpacked<'a>, (Option<Compression>, io::Error)> {
    let head = read_head(&mut raw).map_err(|error| (None, error))?;
    let raw = Cursor::new(head.clone()).chain(raw);
    let Some(compression) = Compression::of(&head) else {
        return Ok((Box::new(raw), None));
    };
    let raw = Box::new(BufReader::with_capacity(BLOCK_BYTES, raw));
    match compression.reader(raw, notes.clone()) {
        Ok(unpacked) => Ok((unpacked, Some(compression))),
        Err(error) => Err((Some(compression), error)),
    }
}

/// The error for a failed read of decoded text, after `text_bytes`. If the input is compressed, its data are to blame.
pub(in crate::source) fn failed(
    facts: &InputFacts,
    compression: Option<Compression>,
    text_bytes: u64,
    error: io::Error,
) -> Error {
    let error = failed_to_read(facts.name(), error);
    let (Error::Io { source, .. }, Some(compression)) = (&error, compression) else {
        return error;
    };
    let name = compression.name();
    let so_far = bytes(text_bytes);
    match source.kind() {
        io::ErrorKind::UnexpectedEof => facts.problem(format!(
            "truncated {name}: the data end too early, after {so_far} of text; is the file complete?"
        )),
        _ if ["too much memory", "memory limit"]
            .iter()
            .any(|words| source.to_string().contains(words)) =>
        {
            let option = match compression {
                Compression::Zstd => " --memory=2048MB",
                _ => "",
            };
            facts.problem(format!(
                "it needs more than 128 MiB of memory to be decompressed: decompress it first, such as with \
                 {name} -d{option} -c"
            ))
        }
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::Other => facts
            .problem(format!(
                "the {name} data are damaged after {so_far} of text: {source}"
            )),
        _ => error,
    }
}

/// The first bytes, enough to know a magic number by; fewer only if there are no more.
fn read_head(reader: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    reader.take(8).read_to_end(&mut head)?;
    Ok(head)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    use encoding_rs::UTF_16LE;
    use encoding_rs::WINDOWS_1252;
    use proptest::prelude::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        zstd::encode_all(bytes, 1).unwrap()
    }

    fn bzip2(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn xz(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 1);
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn read(raw: &[u8], asked: Option<&'static Encoding>) -> io::Result<(Vec<u8>, Vec<String>)> {
        let mut content = Content::default();
        let mut decoded = decode(raw, &mut content, asked).map_err(|(_, error)| error)?;
        let mut text = Vec::new();
        decoded.text.read_to_end(&mut text)?;
        Ok((text, decoded.notes.so_far()))
    }

    fn check(raw: &[u8], asked: Option<&'static Encoding>, expected: &str, notes: &[&str]) {
        let (text, said) = read(raw, asked).unwrap();
        assert_eq!(String::from_utf8_lossy(&text), expected);
        assert_eq!(said, notes);
    }

    #[test]
    fn compression_is_found_by_content_and_taken_off_member_by_member() {
        for compress in [gzip, zstd, bzip2, xz] {
            check(&compress(b"a,b\n"), None, "a,b\n", &[]);
            check(&compress(b""), None, "", &[]);
            let two = [compress(b"a,b\n"), compress(b"c,d\n")].concat();
            check(&two, None, "a,b\nc,d\n", &[]);
        }
        check(b"a,b\n", None, "a,b\n", &[]);
    }

    #[test]
    fn what_follows_a_gzip_member_and_is_none_is_left_out_and_said() {
        let mut padded = gzip(b"a,b\n");
        padded.extend([0; 512]);
        let note = "512 bytes after the end of the gzip data were left out";
        check(&padded, None, "a,b\n", &[note]);
    }

    #[test]
    fn data_that_end_too_early_are_an_error_and_not_a_short_text() {
        for compress in [gzip, zstd, bzip2, xz] {
            let whole = compress("a,b\n".repeat(500).as_bytes());
            for length in 8..whole.len() {
                let error = read(&whole[..length], None).unwrap_err();
                assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof, "{length}");
            }
        }
    }

    #[test]
    fn xz_data_that_need_much_memory_are_refused() {
        let mut options = liblzma::stream::LzmaOptions::new_preset(0).unwrap();
        options.dict_size(1 << 28);
        let mut filters = liblzma::stream::Filters::new();
        filters.lzma2(&options);
        let check = liblzma::stream::Check::Crc64;
        let stream = liblzma::stream::Stream::new_stream_encoder(&filters, check).unwrap();
        let mut encoder = liblzma::write::XzEncoder::new_stream(Vec::new(), stream);
        encoder.write_all(b"a,b\n").unwrap();
        let error = read(&encoder.finish().unwrap(), None).unwrap_err();
        assert!(error.to_string().contains("memory limit"), "{error}");
    }

    #[test]
    fn a_byte_order_mark_decides_and_else_what_was_asked_for() {
        let utf16 =
            |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
        check(&utf16("\u{feff}é,b\n"), None, "é,b\n", &[]);
        check(&utf16("é,b\n"), Some(UTF_16LE), "é,b\n", &[]);
        check(b"\xe9,b\n", Some(WINDOWS_1252), "é,b\n", &[]);
        check("\u{feff}é".as_bytes(), Some(WINDOWS_1252), "\u{feff}é", &[]);
        check(&gzip(&utf16("\u{feff}é")), None, "é", &[]);
        let note = "bytes that are not UTF-16LE became U+FFFD";
        check(b"\xff\xfea\0\x00\xdcb\0", None, "a\u{fffd}b", &[note]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_decoded_or_refused(
            magic in proptest::sample::select(vec![&b""[..], b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"BZh9", b"\xff\xfe"]),
            bytes in proptest::collection::vec(any::<u8>(), 0..300),
        ) {
            let _ = read(&[magic, &bytes].concat(), None);
        }
    }
}
