//! A record and the text of its fields. Source floor.
//!
//! Knows where fields are and whether they need unquoting; nothing about what they mean.

use std::ops::Range;

use crate::source::delimited::split::QUOTE;
use crate::source::delimited::split::Record;

/// A record with the bytes it lies in.
pub(super) struct Row<'a> {
    pub(super) bytes: &'a [u8],
    /// A beginning of `bytes`, perhaps short of this record.
    pub(super) text: &'a str,
    pub(super) record: Record,
    /// Where the fields end. Entries beyond the row's own fields are left over from another row.
    pub(super) ends: &'a [u32],
}

impl<'a> Row<'a> {
    /// The field's raw bytes. The row must have it.
    #[inline]
    pub(super) fn field(&self, position: usize) -> &'a [u8] {
        &self.bytes[self.range(position)]
    }

    /// The field without the quotes around it, if it has no others; `None` if its text must be put together.
    #[inline]
    pub(super) fn plain(&self, position: usize) -> Option<Range<usize>> {
        let range = self.range(position);
        match &self.bytes[range.clone()] {
            [QUOTE, inner @ .., QUOTE] if self.record.quoted => memchr::memchr(QUOTE, inner)
                .is_none()
                .then_some(range.start + 1..range.end - 1),
            [QUOTE, ..] if self.record.quoted => None,
            _ => Some(range),
        }
    }

    /// The field as text without looking at it again; `None` if it is not known to be text, or not plain.
    #[inline]
    pub(super) fn text(&self, position: usize) -> Option<&'a str> {
        self.text.get(self.plain(position)?)
    }

    #[inline]
    fn range(&self, position: usize) -> Range<usize> {
        self.start(position)..self.ends[position] as usize
    }

    #[inline]
    fn start(&self, position: usize) -> usize {
        match position {
            0 => self.record.start,
            _ => self.ends[position - 1] as usize + 1,
        }
    }

    pub(super) fn raw(&self) -> &'a [u8] {
        &self.bytes[self.record.start..self.record.end]
    }

    /// Whether it has this many fields, and any more are empty.
    pub(super) fn has_width(&self, width: usize, delimiter: u8) -> bool {
        let fields = self.record.fields;
        !self.record.is_blank(self.bytes)
            && (fields == width || fields > width && self.is_empty_from(width, delimiter))
    }

    /// Whether all fields from this one on are empty.
    fn is_empty_from(&self, position: usize, delimiter: u8) -> bool {
        self.bytes[self.start(position)..self.record.end]
            .iter()
            .all(|&byte| byte == delimiter || byte == b' ' || byte == b'"')
    }
}

/// The longest beginning of the bytes that is text. Checked all at once, since that is many times as
/// fast as field by field; only up to the last line end, since the bytes may end within a character.
pub(super) fn text_of(bytes: &[u8], terminator: u8) -> &str {
    let whole = memchr::memrchr(terminator, bytes).map_or(bytes, |last| &bytes[..last]);
    std::str::from_utf8(whole).unwrap_or_else(|error| {
        std::str::from_utf8(&whole[..error.valid_up_to()]).expect("valid up to there")
    })
}
