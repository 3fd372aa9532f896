//! Identifies an input by its unpacked content. Source floor.
//!
//! Knows nothing about names and compression, which change when logs are rotated, or about what the content means.

use std::io;
use std::io::Read;

use memchr::memchr_iter;
use xxhash_rust::xxh3::Xxh3;

/// The part of content that already tells it from most others.
pub(crate) const HEAD_BYTES: u64 = 64 << 10;

/// The identity of content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// Its bytes.
    pub length: u64,
    /// XXH3-128 of them.
    pub digest: [u8; 16],
    /// The same for the first 64 KiB, or for all there is; `None` if it is not known.
    pub head: Option<[u8; 16]>,
}

/// The beginning of content, as an earlier load took it in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prefix {
    /// Its bytes.
    pub length: u64,
    /// Whether a line ends where it ends.
    pub is_whole_lines: bool,
    /// How many lines it has if lines end in a line feed, and if they end in a lone carriage return.
    lines: [u64; 2],
}

impl Prefix {
    /// How many lines it has, if they end in `terminator`.
    pub(in crate::source) fn lines(&self, terminator: u8) -> u64 {
        self.lines[usize::from(terminator == b'\r')]
    }
}

/// How content compares with known content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContentComparison {
    /// The place of the longest known content that this one begins with.
    pub begins: Option<(usize, Prefix)>,
    /// Whether nothing follows it.
    pub is_all: bool,
    /// The places of longer ones that this one may be the beginning of.
    pub longer: Vec<usize>,
    /// Whether the content ends within a line.
    pub ends_within_a_line: bool,
}

/// Content as it passes by.
#[derive(Clone, Default)]
pub(in crate::source) struct Content {
    digest: Xxh3,
    head: Option<[u8; 16]>,
    length: u64,
}

impl Content {
    /// Takes the next bytes.
    pub(in crate::source) fn take(&mut self, bytes: &[u8]) {
        let room = HEAD_BYTES - self.length.min(HEAD_BYTES);
        let in_head = bytes.len().min(usize::try_from(room).unwrap_or(usize::MAX));
        let (head, rest) = bytes.split_at(in_head);
        self.digest.update(head);
        self.length += bytes.len() as u64;
        if self.head.is_none() && self.length >= HEAD_BYTES {
            self.head = Some(self.digest());
        }
        self.digest.update(rest);
    }

    /// No content yet. It will differ from the same bytes with another salt.
    pub(in crate::source) fn salted(salt: &[u8]) -> Content {
        let mut content = Content::default();
        content.digest.update(salt);
        content
    }

    /// How many bytes have passed.
    pub(in crate::source) fn length(&self) -> u64 {
        self.length
    }

    pub(in crate::source) fn fingerprint(&self) -> Fingerprint {
        Fingerprint {
            length: self.length,
            digest: self.digest(),
            head: Some(self.head.unwrap_or_else(|| self.digest())),
        }
    }

    fn digest(&self) -> [u8; 16] {
        self.digest.digest128().to_be_bytes()
    }
}

/// A stream of content that is taken note of.
pub(in crate::source) struct Noted<'a, R> {
    pub(in crate::source) inner: R,
    pub(in crate::source) content: &'a mut Content,
}

impl<R: Read> Read for Noted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.content.take(&buffer[..n]);
        Ok(n)
    }
}

/// Compares content with known content. Reads no further than it must. `none` is the content before its first byte.
/// `go_on` is asked for each block.
pub(in crate::source) fn compare(
    content: &mut dyn Read,
    known: &[Fingerprint],
    none: Content,
    go_on: &dyn Fn() -> io::Result<()>,
) -> io::Result<ContentComparison> {
    let mut comparing = Comparing::new(known, none);
    let mut buffer = vec![0; 1 << 18];
    while !comparing.is_decided() {
        go_on()?;
        let n = content.read(&mut buffer)?;
        if n == 0 {
            return Ok(comparing.ended());
        }
        comparing.take(&buffer[..n]);
    }
    Ok(comparing.stopped())
}

struct Comparing<'a> {
    known: &'a [Fingerprint],
    /// Places of those that this may still begin with, the shortest last.
    left: Vec<usize>,
    content: Content,
    /// Line ends so far: feeds and returns.
    ends: [u64; 2],
    last: u8,
    /// The longest that was found, until the byte after it is known.
    found: Option<(usize, Prefix)>,
    is_next_known: bool,
}

impl<'a> Comparing<'a> {
    fn new(known: &'a [Fingerprint], content: Content) -> Self {
        let mut left: Vec<usize> = (0..known.len()).collect();
        // If several are equal, the first is found last, and stays.
        left.sort_by_key(|&place| {
            std::cmp::Reverse((known[place].length, std::cmp::Reverse(place)))
        });
        Comparing {
            known,
            left,
            content,
            ends: [0; 2],
            last: b'\n',
            found: None,
            is_next_known: true,
        }
    }

    fn is_decided(&self) -> bool {
        self.left.is_empty() && self.is_next_known
    }

    fn take(&mut self, mut bytes: &[u8]) {
        while let (false, Some(&next)) = (self.is_decided(), bytes.first()) {
            if let (Some((_, prefix)), false) = (&mut self.found, self.is_next_known) {
                prefix.is_whole_lines |= is_line_end(next);
                self.is_next_known = true;
            }
            let stop = self.next_stop().unwrap_or(u64::MAX) - self.content.length;
            let n = bytes.len().min(usize::try_from(stop).unwrap_or(usize::MAX));
            let (taken, rest) = bytes.split_at(n);
            self.content.take(taken);
            self.ends[0] += memchr_iter(b'\n', taken).count() as u64;
            self.ends[1] += memchr_iter(b'\r', taken).count() as u64;
            self.last = taken.last().copied().unwrap_or(self.last);
            self.look();
            bytes = rest;
        }
    }

    /// The next length at which there is something to compare.
    fn next_stop(&self) -> Option<u64> {
        let next = self.left.last().map(|&place| self.known[place].length)?;
        Some(match self.content.length < HEAD_BYTES {
            true => next.min(HEAD_BYTES),
            false => next,
        })
    }

    fn look(&mut self) {
        let now = self.content.fingerprint();
        if now.length == HEAD_BYTES {
            let known = self.known;
            self.left
                .retain(|&place| known[place].head.is_none_or(|head| Some(head) == now.head));
        }
        while let Some(&place) = self.left.last()
            && self.known[place].length == now.length
        {
            self.left.pop();
            if self.known[place].digest == now.digest {
                let prefix = Prefix {
                    length: now.length,
                    is_whole_lines: is_line_end(self.last),
                    // Text after the last terminator is a line, too, even if it is only the carriage return of a line
                    // end.
                    lines: [
                        self.ends[0] + u64::from(self.last != b'\n'),
                        self.ends[1] + u64::from(self.last != b'\r'),
                    ],
                };
                self.found = Some((place, prefix));
                self.is_next_known = false;
            }
        }
    }

    fn stopped(self) -> ContentComparison {
        ContentComparison {
            begins: self.found,
            ..ContentComparison::default()
        }
    }

    fn ended(self) -> ContentComparison {
        ContentComparison {
            is_all: self
                .found
                .is_some_and(|(_, prefix)| prefix.length == self.content.length),
            longer: self.left.iter().rev().copied().collect(),
            ends_within_a_line: !is_line_end(self.last),
            begins: self.found,
        }
    }
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    fn fingerprint(bytes: &[u8]) -> Fingerprint {
        let mut content = Content::default();
        content.take(bytes);
        content.fingerprint()
    }

    /// A reader that gives `n` bytes at a time.
    struct Dripping<'a>(&'a [u8], usize);

    impl Read for Dripping<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let n = self.1.min(self.0.len()).min(buffer.len());
            self.0.read(&mut buffer[..n])
        }
    }

    fn compared(content: &[u8], known: &[&[u8]], block: usize) -> ContentComparison {
        let known: Vec<Fingerprint> = known.iter().map(|bytes| fingerprint(bytes)).collect();
        let none = Content::default();
        compare(&mut Dripping(content, block), &known, none, &|| Ok(())).unwrap()
    }

    #[test]
    fn the_longest_beginning_is_found_and_whether_a_line_ends_there() {
        let begins = |content: &[u8], known: &[&[u8]]| {
            let (place, prefix) = compared(content, known, 3).begins?;
            Some((
                place,
                prefix.length,
                prefix.is_whole_lines,
                prefix.lines(b'\n'),
            ))
        };
        assert_eq!(
            begins(b"a\nb\nc\n", &[b"a\n", b"a\nb\n", b"x\n"]),
            Some((1, 4, true, 2))
        );
        assert_eq!(begins(b"a\nb\nc\n", &[b"a\nb"]), Some((0, 3, true, 2)));
        assert_eq!(begins(b"a\nbb\n", &[b"a\nb"]), Some((0, 3, false, 2)));
        assert_eq!(begins(b"a\n", &[b"a\nb\n"]), None);
    }

    #[test]
    fn of_equal_contents_the_first_is_named() {
        let all = compared(b"a\n", &[b"b\n", b"a\n", b"a\n"], 9);
        assert_eq!(
            (all.begins.map(|(place, _)| place), all.is_all),
            (Some(1), true)
        );
    }

    #[test]
    fn a_head_that_differs_is_enough() {
        let (ours, other) = (vec![b'a'; 1 << 20], vec![b'b'; 2 << 20]);
        let mut read = Dripping(&ours, 1 << 16);
        let known = [fingerprint(&other)];
        assert_eq!(
            compare(&mut read, &known, Content::default(), &|| Ok(())).unwrap(),
            ContentComparison::default()
        );
        assert_eq!(read.0.len(), ours.len() - HEAD_BYTES as usize);
    }

    proptest! {
        #[test]
        fn what_it_begins_with_and_what_may_go_on_are_found_in_any_blocks(
            lengths in proptest::collection::vec(0usize..200_000, 1..6),
            length in 1usize..200_000,
            block in 1usize..100_000,
            flip in proptest::option::of(0usize..200_000),
        ) {
            let whole: Vec<u8> = (0..200_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
            let mut other = whole.clone();
            if let Some(at) = flip {
                other[at] ^= 1;
            }
            let known: Vec<&[u8]> = lengths.iter().map(|&length| &other[..length]).collect();
            let found = compared(&whole[..length], &known, block);
            let is_ours = |known: &[u8]| whole.starts_with(known);
            let longest = known.iter().filter(|known| known.len() <= length && is_ours(known)).map(|known| known.len()).max();
            prop_assert_eq!(found.begins.map(|(_, prefix)| prefix.length as usize), longest);
            prop_assert_eq!(found.is_all, longest == Some(length));
            for (place, known) in known.iter().enumerate() {
                if known.len() > length && is_ours(known) {
                    prop_assert!(found.longer.contains(&place));
                }
            }
        }
    }
}
