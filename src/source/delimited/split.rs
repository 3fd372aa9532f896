//! Bytes -> records and the places of their fields. Source floor.
//!
//! Knows delimiters, quotes and line ends; nothing about what a field means. Copies nothing.
//!
//! Every byte is looked at once, 64 at a time: a block becomes a mask with one bit for each byte
//! that could matter (delimiter, terminator, quote), and the walk goes from bit to bit.

/// The character that quotes a field.
pub(super) const QUOTE: u8 = b'"';

/// How records are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) struct Dialect {
    /// Between fields; an ASCII character.
    pub(in crate::source) delimiter: u8,
    /// After a record: `\n`, also where the file has `\r\n`; or `\r` where it has nothing else.
    pub(in crate::source) terminator: u8,
}

/// One record. Positions count from the beginning of the bytes being split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) struct Record {
    /// Where its first field starts.
    pub(super) start: usize,
    /// Where its last field ends, without the line end.
    pub(super) end: usize,
    /// How many fields, at least 1.
    pub(super) fields: usize,
    /// Lines it takes, at least 1; more when there are line ends within quotes.
    pub(super) lines: u64,
    /// Whether any field is quoted.
    pub(super) quoted: bool,
}

impl Record {
    /// Whether there is nothing on the line but white space.
    pub(super) fn is_blank(&self, bytes: &[u8]) -> bool {
        self.fields == 1 && bytes[self.start..self.end].trim_ascii().is_empty()
    }
}

/// The kind of the next bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) enum NextRecord {
    /// A whole record.
    Record(Record),
    /// At most the beginning of a record, or nothing.
    NeedsMore,
    /// A quote was opened `lines` lines after the record's first, and either never closed, or closed on a later line
    /// by a quote that looks like the opening one of another field.
    Unclosed {
        /// 0 if it was opened on the record's first line.
        lines: u64,
    },
}

/// Walks over bytes from record to record.
pub(in crate::source) struct Splitter<'a> {
    bytes: &'a [u8],
    dialect: Dialect,
    at_end: bool,
    /// Where the next record starts.
    start: usize,
    /// Where the current block of 64 bytes starts.
    block: usize,
    /// The bytes of the block that matter and were not passed yet.
    mask: u64,
}

impl<'a> Splitter<'a> {
    /// A walk over `bytes`, which begin with a record and are fewer than 4 GiB. `at_end` says that the input ends after them, so that the last
    /// record needs no line end.
    pub(in crate::source) fn new(bytes: &'a [u8], dialect: Dialect, at_end: bool) -> Splitter<'a> {
        let mut splitter = Splitter {
            bytes,
            dialect,
            at_end,
            start: 0,
            block: 0,
            mask: 0,
        };
        splitter.mask = splitter.mask_of(0);
        splitter
    }

    /// How many bytes the records so far took, line ends included.
    pub(in crate::source) fn consumed(&self) -> usize {
        self.start
    }

    /// The next record. Writes where each of its first `ends.len()` fields ends; a field starts one
    /// after the end of the one before.
    ///
    /// A quote opens only at the beginning of a field; anywhere else it is text. [`NextRecord::Unclosed`] is the only
    /// failure.
    pub(in crate::source) fn step(&mut self, ends: &mut [u32]) -> NextRecord {
        let start = self.start;
        let mut record = Record {
            start,
            end: start,
            fields: 1,
            lines: 1,
            quoted: false,
        };
        let mut field_start = start;
        while let Some(at) = self.next_mark() {
            let mark = self.bytes[at];
            if mark == self.dialect.delimiter {
                if let Some(end) = ends.get_mut(record.fields - 1) {
                    *end = at as u32;
                }
                record.fields += 1;
                field_start = at + 1;
            } else if mark == self.dialect.terminator {
                self.start = at + 1;
                return self.finish(record, at, ends);
            } else if at == field_start {
                record.quoted = true;
                let lines_before = record.lines - 1;
                match self.pass_quoted(at) {
                    Quoted::Closed { line_ends } => record.lines += line_ends,
                    Quoted::Unclosed => {
                        return NextRecord::Unclosed {
                            lines: lines_before,
                        };
                    }
                    Quoted::NeedsMore => return NextRecord::NeedsMore,
                }
            }
        }
        if !self.at_end || start == self.bytes.len() {
            return NextRecord::NeedsMore;
        }
        self.start = self.bytes.len();
        self.finish(record, self.start, ends)
    }

    /// Ends the record at `end`, or before a carriage return there.
    fn finish(&self, mut record: Record, end: usize, ends: &mut [u32]) -> NextRecord {
        let has_return = end > record.start && self.bytes[end - 1] == b'\r';
        record.end = end - usize::from(has_return);
        if let Some(last) = ends.get_mut(record.fields - 1) {
            *last = record.end as u32;
        }
        NextRecord::Record(record)
    }

    /// Goes on to the quote that closes the field opened at `opened`.
    ///
    /// A doubled quote is text, as in RFC 4180. So is a quote after a backslash, as MySQL writes it, if the field
    /// still closes on the same line. If `\\""` ends a line, both could be meant, and MySQL's reading is taken,
    /// because it merges no rows. Text between the closing quote and the delimiter counts, too.
    fn pass_quoted(&mut self, opened: usize) -> Quoted {
        let mut line_ends = 0;
        let mut text_until = opened + 1;
        let mut line = LineAhead::default();
        while let Some(at) = self.next_mark() {
            line_ends += u64::from(self.bytes[at] == self.dialect.terminator);
            if self.bytes[at] != QUOTE || at < text_until {
                continue;
            }
            // Up to three bytes after the quote tell what it means.
            if !self.at_end && at + 3 >= self.bytes.len() {
                return Quoted::NeedsMore;
            }
            let escaped = at > opened + 1 && self.bytes[at - 1] == b'\\';
            if self.ends_field(at + 1) {
                return Quoted::Closed { line_ends };
            } else if self.bytes[at + 1] == QUOTE {
                let may_close = escaped && self.ends_field(at + 2);
                text_until = match may_close.then(|| line.has_quote_after(at + 1, self)) {
                    Some(None) => return Quoted::NeedsMore,
                    Some(Some(false)) => at + 1,
                    Some(Some(true)) | None => at + 2,
                };
            } else if escaped {
                match line.has_quote_after(at, self) {
                    None => return Quoted::NeedsMore,
                    Some(true) => {}
                    Some(false) => return Quoted::Closed { line_ends },
                }
            } else if line_ends > 0 {
                return Quoted::Unclosed;
            } else {
                return Quoted::Closed { line_ends };
            }
        }
        if self.at_end {
            Quoted::Unclosed
        } else {
            Quoted::NeedsMore
        }
    }

    /// Whether a field can end before `at`: a delimiter, a line end or the end is there.
    fn ends_field(&self, at: usize) -> bool {
        match self.bytes.get(at) {
            None => self.at_end,
            Some(&byte) if byte == self.dialect.delimiter || byte == self.dialect.terminator => {
                true
            }
            Some(b'\r') => matches!(self.bytes.get(at + 1), None | Some(b'\n')),
            Some(_) => false,
        }
    }

    /// The next byte that could matter; `None` at the end of the bytes.
    #[inline]
    fn next_mark(&mut self) -> Option<usize> {
        while self.mask == 0 {
            if self.block + BLOCK >= self.bytes.len() {
                return None;
            }
            self.block += BLOCK;
            self.mask = self.mask_of(self.block);
        }
        let at = self.block + self.mask.trailing_zeros() as usize;
        self.mask &= self.mask - 1;
        Some(at)
    }

    /// The mask of the block that starts at `at`, with no bits beyond the end of the bytes.
    #[inline]
    fn mask_of(&self, at: usize) -> u64 {
        if let Some(block) = self.bytes.get(at..).and_then(|rest| rest.first_chunk()) {
            return marks(block, self.dialect);
        }
        let rest = self.bytes.get(at..).unwrap_or_default();
        let mut block = [0; BLOCK];
        block[..rest.len()].copy_from_slice(rest);
        marks(&block, self.dialect) & ((1 << rest.len()) - 1)
    }
}

/// How the walk through a quoted field ended.
enum Quoted {
    /// At its closing quote, after this many line ends inside.
    Closed { line_ends: u64 },
    /// There is no closing quote.
    Unclosed,
    /// The bytes do not tell.
    NeedsMore,
}

/// The last quote of the line that was searched last, so that a line full of backslashes is not searched again for
/// each of them.
#[derive(Default)]
struct LineAhead {
    end: usize,
    last_quote: Option<usize>,
}

impl LineAhead {
    /// Whether there is a quote between `at` and the end of its line; `None` if that end is not in
    /// the bytes.
    fn has_quote_after(&mut self, at: usize, splitter: &Splitter<'_>) -> Option<bool> {
        if at >= self.end {
            let rest = &splitter.bytes[at..];
            let length = match memchr::memchr(splitter.dialect.terminator, rest) {
                None if !splitter.at_end => return None,
                None => rest.len(),
                Some(length) => length,
            };
            self.end = at + length;
            self.last_quote = memchr::memrchr(QUOTE, &rest[..length]).map(|offset| at + offset);
        }
        Some(self.last_quote.is_some_and(|quote| quote > at))
    }
}

/// Bytes a mask stands for.
const BLOCK: usize = 64;

/// Bit i is set iff byte i of the block is the delimiter, the terminator or a quote.
#[inline]
fn marks(block: &[u8; BLOCK], dialect: Dialect) -> u64 {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    /// Gathers the high bits of eight bytes, lowest byte first, in the highest byte of the product.
    const GATHER: u64 = 0x0002_0408_1020_4081;
    let spread = |byte: u8| u64::from(byte) * 0x0101_0101_0101_0101;
    let needles = [
        spread(dialect.delimiter),
        spread(dialect.terminator),
        spread(QUOTE),
    ];
    let mut mask = 0;
    for (i, word) in block.chunks_exact(8).enumerate() {
        let word = u64::from_le_bytes(word.try_into().expect("chunks of 8 have 8 bytes"));
        // The high bit of a byte stays clear iff the byte equals the needle: exact, no carries.
        let unequal = needles.map(|needle| {
            let difference = word ^ needle;
            ((difference & LOW) + LOW) | difference
        });
        let equal = !(unequal[0] & unequal[1] & unequal[2]) & !LOW;
        mask |= (equal.wrapping_mul(GATHER) >> 56) << (i * 8);
    }
    mask
}

#[cfg(test)]
mod tests;
