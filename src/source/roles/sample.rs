//! The first rows of an input: the values of some of its parts. Source floor.
//!
//! Knows nothing about what values mean.

/// Rows that are looked at, at most.
pub(in crate::source) const MOST_ROWS: usize = 10_000;

/// How many bytes of a file are looked at. In most tables this is enough for all sampled rows.
pub(in crate::source) const MOST_BYTES: usize = 2 << 20;

/// How many bytes of a pipe are looked at, which may never end.
pub(in crate::source) const MOST_BYTES_OF_PIPE: usize = 64 << 10;

/// The values of one part, row by row.
#[derive(Clone, Debug, Default)]
pub(in crate::source) struct Values {
    bytes: Vec<u8>,
    /// Where each value ends; `None` if there is none.
    ends: Vec<Option<usize>>,
}

impl Values {
    /// Bytes of a value that are kept.
    pub(in crate::source) const MOST_BYTES_OF_VALUE: usize = 256;

    /// The same for values that may be JSON, and for a part.
    const MOST_BYTES_OF_JSON: usize = 32 << 10;
    const MOST_BYTES_OF_PART: usize = 8 << 20;

    /// Adds the next row's value, of which only a beginning is kept.
    pub(in crate::source) fn push(&mut self, value: Option<&[u8]>) {
        let end = value.map(|value| {
            let may_be_json = matches!(value.first(), Some(b'{' | b'['));
            let most = match may_be_json && self.bytes.len() < Self::MOST_BYTES_OF_PART {
                true => Self::MOST_BYTES_OF_JSON,
                false => Self::MOST_BYTES_OF_VALUE,
            };
            let kept = &value[..value.len().min(most)];
            self.bytes.extend_from_slice(kept);
            self.bytes.len()
        });
        self.ends.push(end);
    }

    /// How many rows there are.
    pub(in crate::source) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The values in order; `None` where a row has none.
    pub(in crate::source) fn iter(&self) -> impl Iterator<Item = Option<&[u8]>> {
        let mut start = 0;
        self.ends.iter().map(move |&end| {
            let end = end?;
            let value = &self.bytes[start..end];
            start = end;
            Some(value)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_out_as_they_went_in() {
        let mut values = Values::default();
        let long = [b'x'; 1000];
        for value in [Some(&b"a"[..]), None, Some(b""), Some(&long), Some(b"b")] {
            values.push(value);
        }
        let out: Vec<_> = values.iter().collect();
        assert_eq!(
            out,
            [
                Some(&b"a"[..]),
                None,
                Some(b""),
                Some(&long[..256]),
                Some(b"b")
            ]
        );
    }
}
