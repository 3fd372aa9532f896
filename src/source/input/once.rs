//! Whether an input was taken in before, or begins with content that was. Source floor.
//!
//! Knows content, but not where the record of earlier inputs is kept.

use std::io;
use std::io::Read;

use crate::source::input::content::ContentComparison;
use crate::source::input::content::Fingerprint;
use crate::source::input::content::HEAD_BYTES;
use crate::source::input::content::compare;
use crate::source::input::decode::Compression;
use crate::source::input::decode::Notes;
use crate::source::input::decode::unpack;
use crate::source::input::facts::InputFacts;
use crate::source::input::raw::Input;
use crate::source::input::raw::failed_to_read;
use crate::words::error::Result;

impl Input {
    /// Compares its content with known content. A fingerprint without a head may be of packed bytes, so the packed
    /// bytes are compared with it, too.
    ///
    /// The input is at its beginning afterwards. Of a stream, usually only the head is read. If the head is known, the
    /// stream is kept in a temporary file, to be read again. Errors if the input cannot be read. Also errors if it is
    /// packed and begins with known packed bytes, because nobody can tell what is new in it.
    pub fn compare(&mut self, known: &[Fingerprint]) -> Result<ContentComparison> {
        if known.is_empty() {
            return Ok(ContentComparison::default());
        }
        if !self.is_seekable() {
            if !self.may_be(known)? {
                return Ok(ContentComparison::default());
            }
            self.make_seekable()?;
        }
        let (mut found, compression) = self.compare_unpacked(known)?;
        if !self.facts.folders().is_empty() {
            // The same rows in another folder are others.
            found.longer.clear();
        }
        match compression {
            Some(compression) if found.begins.is_none() => {
                self.compare_packed(known, compression, found)
            }
            _ => Ok(found),
        }
    }

    /// Content that cannot be unpacked is like no other. Reading it will say why.
    fn compare_unpacked(
        &mut self,
        known: &[Fingerprint],
    ) -> Result<(ContentComparison, Option<Compression>)> {
        let Input { facts, stream, .. } = self;
        let go_on = || facts.check_interrupt().map_err(io::Error::other);
        let found = match unpack(stream, &Notes::default()) {
            Ok((mut unpacked, compression)) => {
                let found = compare(&mut unpacked, known, facts.no_content(), &go_on);
                facts.check_interrupt()?;
                (found.unwrap_or_default(), compression)
            }
            Err(_) => Default::default(),
        };
        self.rewind()?;
        Ok(found)
    }

    fn compare_packed(
        &mut self,
        known: &[Fingerprint],
        compression: Compression,
        unpacked: ContentComparison,
    ) -> Result<ContentComparison> {
        let places: Vec<usize> = (0..known.len())
            .filter(|&place| known[place].head.is_none())
            .collect();
        let packed: Vec<Fingerprint> = places.iter().map(|&place| known[place]).collect();
        let Input { facts, stream, .. } = self;
        let go_on = || facts.check_interrupt().map_err(io::Error::other);
        let found = compare(stream, &packed, facts.no_content(), &go_on)
            .map_err(|error| failed_to_read(facts.name(), error))?;
        self.rewind()?;
        match found.begins {
            None => Ok(unpacked),
            Some((place, prefix)) if found.is_all => Ok(ContentComparison {
                begins: Some((places[place], prefix)),
                is_all: true,
                ..ContentComparison::default()
            }),
            Some(_) => Err(self
                .facts
                .has_grown(&format!("{} data", compression.name()))),
        }
    }

    /// Whether a stream may be known content, judged by its head. It is at its beginning afterwards.
    fn may_be(&mut self, known: &[Fingerprint]) -> Result<bool> {
        let mut recording = self.recording();
        let mut head = Vec::new();
        let read = unpack(&mut recording, &Notes::default())
            .map_err(|(_, error)| error)
            .and_then(|(unpacked, compression)| {
                unpacked.take(HEAD_BYTES).read_to_end(&mut head)?;
                Ok(compression.is_some())
            });
        let (kept, has_failed) = (recording.kept, recording.has_failed);
        self.give_back(kept);
        match read {
            Err(error) if has_failed => Err(failed_to_read(self.name(), error)),
            // It cannot be unpacked; reading it will say so.
            Err(_) => Ok(false),
            Ok(is_packed) => Ok(known.iter().any(|known| {
                may_begin(known, &head, &self.facts) || is_packed && known.head.is_none()
            })),
        }
    }
}

/// Whether content with this head may begin with known content, or be the beginning of it.
fn may_begin(known: &Fingerprint, head: &[u8], facts: &InputFacts) -> bool {
    let digest = |bytes: &[u8]| {
        let mut content = facts.no_content();
        content.take(bytes);
        content.fingerprint().digest
    };
    match usize::try_from(known.length) {
        Ok(length) if length <= head.len() => digest(&head[..length]) == known.digest,
        _ if (head.len() as u64) < HEAD_BYTES => true,
        _ => known.head.is_none_or(|known| known == digest(head)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;
    use std::io::Write;

    use proptest::prelude::*;
    use xxhash_rust::xxh3::xxh3_128;

    use crate::source::ReadOptions;
    use crate::source::read;
    use crate::source::rows::test_sink::TestSink;
    use crate::words::error::Error;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn stream(bytes: &[u8]) -> Input {
        Input::from_reader("in", None, Box::new(Cursor::new(bytes.to_vec())))
    }

    fn heard(input: &mut Input) -> Vec<String> {
        let mut heard = TestSink::default();
        read(input, &ReadOptions::default(), &mut heard).unwrap();
        heard.0
    }

    fn table(n: usize) -> String {
        let rows = (0..n).map(|i| format!("u{i},2024-03-01 10:00:00,/{i}\n"));
        "user_id,timestamp,page\n".to_owned() + &rows.collect::<String>()
    }

    /// The fingerprint of a table that has been read.
    fn known(table: &str) -> Fingerprint {
        let mut input = stream(table.as_bytes());
        heard(&mut input);
        input.fingerprint()
    }

    proptest! {
        #[test]
        fn a_stream_is_read_as_if_it_had_not_been_compared(
            n_rows in prop_oneof![1usize..20, 2_000usize..4_000],
            n_known in prop_oneof![1usize..20, 2_000usize..4_000],
            packed in any::<bool>(),
        ) {
            let table = table(n_rows);
            let bytes = if packed { gzip(table.as_bytes()) } else { table.clone().into_bytes() };
            let mut compared = stream(&bytes);
            let found = compared.compare(&[known(&self::table(n_known))]).unwrap();
            prop_assert_eq!(found.begins.is_some(), n_known <= n_rows);
            prop_assert_eq!(found.is_all, n_known == n_rows);
            prop_assert_eq!(found.longer.is_empty(), n_known <= n_rows);
            prop_assert_eq!(heard(&mut compared), heard(&mut stream(&bytes)));
            prop_assert_eq!(compared.fingerprint(), known(&table));
        }
    }

    #[test]
    fn a_long_stream_whose_head_is_unknown_is_not_kept() {
        let mut input = stream(table(10_000).as_bytes());
        let other = known(&table(10_000).replace("u1", "w1"));
        assert_eq!(
            input.compare(&[other]).unwrap(),
            ContentComparison::default()
        );
        assert!(!input.is_seekable());
    }

    #[test]
    fn what_is_known_by_its_packed_bytes_is_found_packed() {
        let packed = gzip(table(3).as_bytes());
        let by_bytes = |bytes: &[u8]| Fingerprint {
            length: bytes.len() as u64,
            digest: xxh3_128(bytes).to_be_bytes(),
            head: None,
        };
        let known = [by_bytes(b"other"), by_bytes(&packed)];
        let found = stream(&packed).compare(&known).unwrap();
        assert_eq!(
            (found.begins.map(|(place, _)| place), found.is_all),
            (Some(1), true)
        );
        let grown = [packed.clone(), gzip(b"a,2024-03-01,/\n")].concat();
        let refused = stream(&grown).compare(&known).unwrap_err().to_string();
        assert!(
            refused.contains("cannot tell what is new in gzip data"),
            "{refused}"
        );
    }

    #[test]
    fn a_stream_that_fails_is_told_of() {
        struct Failing;
        impl Read for Failing {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::ErrorKind::ConnectionReset.into())
            }
        }
        let mut input = Input::from_reader("in", None, Box::new(Failing));
        let failed = input.compare(&[known(&table(1))]).unwrap_err();
        assert!(matches!(failed, Error::Io { .. }), "{failed}");
    }
}
