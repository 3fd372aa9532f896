//! Delimited text into records and fields. Source floor.
//!
//! Knows quotes, delimiters and line ends; nothing of columns and what they mean.

use memchr::memchr;
use memchr::memchr2_iter;

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    /// Stands between fields.
    pub(super) delimiter: u8,
    /// Ends a record: line feed (a carriage return before it is dropped), or a lone carriage return.
    pub(super) terminator: u8,
}

/// One record: its text and where its fields are in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record<'a> {
    bytes: &'a [u8],
    /// `bytes` as text, if all of it is UTF-8: checked once a block instead of once a field.
    text: Option<&'a str>,
    fields: &'a [(usize, usize)],
    /// Line on which the record starts, 1-based.
    pub(super) line: u64,
}

impl<'a> Record<'a> {
    /// How many fields, at least 1.
    pub(super) fn len(&self) -> usize {
        self.fields.len()
    }

    /// A field's bytes; its index is less than [`Record::len`].
    pub(super) fn bytes(&self, field: usize) -> &'a [u8] {
        let (start, end) = self.fields[field];
        &self.bytes[start..end]
    }

    /// A field as text; `None` if it is not UTF-8.
    pub(super) fn text(&self, field: usize) -> Option<&'a str> {
        let (start, end) = self.fields[field];
        match self.text {
            Some(text) => text.get(start..end),
            None => std::str::from_utf8(&self.bytes[start..end]).ok(),
        }
    }
}

/// Why a block could not be split to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rest {
    /// Every record was complete.
    Nothing,
    /// The last record goes on behind the block; if it has an open quote, that is on this line.
    Open {
        /// Line of the quote that is still open.
        quote_line: Option<u64>,
    },
}

/// Splits blocks of a table, keeping count of its lines.
#[derive(Debug)]
pub(super) struct Splitter {
    dialect: Dialect,
    line: u64,
    fields: Vec<(usize, usize)>,
    scratch: Vec<u8>,
}

impl Splitter {
    /// A splitter whose first block starts on line `line`.
    pub(super) fn new(dialect: Dialect, line: u64) -> Splitter {
        Splitter {
            dialect,
            line,
            fields: Vec::new(),
            scratch: Vec::new(),
        }
    }

    /// The line on which the next record starts.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Hands over the complete records of `block` in order, leaving out blank lines. With `is_last` the end
    /// of the block ends the last record. Returns how many bytes are done with, and what is left.
    pub(super) fn split<E>(
        &mut self,
        block: &[u8],
        is_last: bool,
        mut take: impl FnMut(Record<'_>) -> Result<(), E>,
    ) -> Result<(usize, Rest), E> {
        if memchr(b'"', block).is_some() {
            return self.split_quoted(block, is_last, &mut take);
        }
        let complete = match memchr::memrchr(self.dialect.terminator, block) {
            _ if is_last => block.len(),
            Some(end) => end + 1,
            None => 0,
        };
        let bytes = &block[..complete];
        let text = std::str::from_utf8(bytes).ok();
        let Dialect {
            delimiter,
            terminator,
        } = self.dialect;
        let mut field_start = 0;
        self.fields.clear();
        for at in memchr2_iter(delimiter, terminator, bytes) {
            if bytes[at] == delimiter {
                self.fields.push((field_start, at));
            } else {
                let end = if at > field_start && bytes[at - 1] == b'\r' {
                    at - 1
                } else {
                    at
                };
                self.fields.push((field_start, end));
                let fields = std::mem::take(&mut self.fields);
                let done = emit(bytes, text, &fields, self.line, &mut take);
                self.fields = fields;
                self.fields.clear();
                self.line += 1;
                done?;
            }
            field_start = at + 1;
        }
        if field_start < bytes.len() || !self.fields.is_empty() {
            let end =
                bytes.len() - usize::from(bytes.ends_with(b"\r") && field_start < bytes.len());
            self.fields.push((field_start, end));
            emit(bytes, text, &self.fields, self.line, &mut take)?;
            self.fields.clear();
            self.line += 1;
        }
        let rest = if complete == block.len() {
            Rest::Nothing
        } else {
            Rest::Open { quote_line: None }
        };
        Ok((complete, rest))
    }

    /// The same for a block with quotes in it, a record at a time through a buffer.
    fn split_quoted<E>(
        &mut self,
        block: &[u8],
        is_last: bool,
        take: &mut impl FnMut(Record<'_>) -> Result<(), E>,
    ) -> Result<(usize, Rest), E> {
        let mut start = 0;
        while start < block.len() {
            match self.unquote(&block[start..], is_last) {
                Ok((length, lines)) => {
                    let text = std::str::from_utf8(&self.scratch).ok();
                    emit(&self.scratch, text, &self.fields, self.line, take)?;
                    self.line += lines;
                    start += length;
                }
                Err(quote_line) => return Ok((start, Rest::Open { quote_line })),
            }
        }
        Ok((start, Rest::Nothing))
    }

    /// Puts the fields of the first record into the buffer, without their quotes; returns the record's
    /// length and how many lines it takes. Errors with the line of the open quote, if there is one, when
    /// the record does not end.
    ///
    /// A quote opens a field only at its beginning. Within, `""` is a quote, and so is `\"` unless it ends
    /// the field. A lone quote closes it; what follows belongs to the field as it stands.
    fn unquote(&mut self, block: &[u8], is_last: bool) -> Result<(usize, u64), Option<u64>> {
        let Dialect {
            delimiter,
            terminator,
        } = self.dialect;
        self.scratch.clear();
        self.fields.clear();
        let (mut field_start, mut at, mut lines) = (0, 0, 0);
        let mut open_quote = None;
        let mut at_field_start = true;
        // Whether the last byte was a carriage return outside quotes.
        let mut bare_return = false;
        while let Some(&byte) = block.get(at) {
            at += 1;
            if open_quote.is_some() {
                let next = block.get(at).copied();
                let ends_field = next
                    .is_none_or(|next| next == delimiter || next == terminator || next == b'\r');
                match byte {
                    b'"' if next == Some(b'"') => {
                        self.scratch.push(b'"');
                        at += 1;
                    }
                    b'"' if !ends_field && self.scratch[field_start..].last() == Some(&b'\\') => {
                        self.scratch.push(b'"');
                    }
                    // Whether a quote at the end of the block is one of two is not known yet.
                    b'"' if next.is_none() && !is_last => return Err(open_quote),
                    b'"' => open_quote = None,
                    _ => {
                        lines += u64::from(byte == terminator);
                        self.scratch.push(byte);
                    }
                }
                continue;
            }
            if byte == terminator {
                lines += 1;
                self.end_record(field_start, bare_return);
                return Ok((at, lines));
            }
            if byte == delimiter {
                self.fields.push((field_start, self.scratch.len()));
                field_start = self.scratch.len();
                (at_field_start, bare_return) = (true, false);
                continue;
            }
            bare_return = byte == b'\r';
            if byte == b'"' && at_field_start {
                open_quote = Some(self.line + lines);
            } else {
                self.scratch.push(byte);
            }
            at_field_start = false;
        }
        if !is_last || open_quote.is_some() {
            return Err(open_quote);
        }
        self.end_record(field_start, bare_return);
        Ok((at, lines + 1))
    }

    /// Ends the last field of the record in the buffer, without a carriage return of the line end.
    fn end_record(&mut self, field_start: usize, bare_return: bool) {
        let end = self.scratch.len() - usize::from(bare_return);
        self.fields.push((field_start, end));
    }
}

/// Hands over a record unless it is a blank line.
fn emit<E>(
    bytes: &[u8],
    text: Option<&str>,
    fields: &[(usize, usize)],
    line: u64,
    take: &mut impl FnMut(Record<'_>) -> Result<(), E>,
) -> Result<(), E> {
    match fields {
        [(start, end)] if start == end => Ok(()),
        _ => take(Record {
            bytes,
            text,
            fields,
            line,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::convert::Infallible;

    /// Splits a table in blocks of `step` bytes, as a reader does; returns (line, fields) of each record.
    fn split(table: &[u8], terminator: u8, step: usize) -> (Vec<(u64, Vec<String>)>, Rest) {
        let mut splitter = Splitter::new(
            Dialect {
                delimiter: b',',
                terminator,
            },
            1,
        );
        let mut records = Vec::new();
        let (mut start, mut end) = (0, 0);
        loop {
            end = (end + step).min(table.len());
            let is_last = end == table.len();
            let (done, rest) = splitter
                .split(&table[start..end], is_last, |record| {
                    let fields = (0..record.len())
                        .map(|field| String::from_utf8_lossy(record.bytes(field)).into_owned());
                    records.push((record.line, fields.collect()));
                    Ok::<(), Infallible>(())
                })
                .unwrap();
            start += done;
            if is_last {
                return (records, rest);
            }
        }
    }

    fn check(table: &str, expect: &[(u64, &[&str])]) {
        let expect: Vec<(u64, Vec<String>)> = expect
            .iter()
            .map(|(line, fields)| {
                (
                    *line,
                    fields.iter().map(|field| field.to_string()).collect(),
                )
            })
            .collect();
        for step in [1, 2, 3, 7, 1_000] {
            assert_eq!(
                split(table.as_bytes(), b'\n', step).0,
                expect,
                "{table:?} in blocks of {step}"
            );
        }
    }

    #[test]
    fn fields_and_lines_are_counted() {
        check("a,b\nc,d\n", &[(1, &["a", "b"]), (2, &["c", "d"])]);
        check("a,b\r\n\r\nc,\r\n", &[(1, &["a", "b"]), (3, &["c", ""])]);
        check("a,b\nc,d", &[(1, &["a", "b"]), (2, &["c", "d"])]);
        check("\n\n", &[]);
    }

    #[test]
    fn quotes_hold_delimiters_line_ends_and_quotes() {
        check(
            "\"a,1\",\"b\n2\"\nc,\"d \"\"e\"\"\"\n",
            &[(1, &["a,1", "b\n2"]), (3, &["c", "d \"e\""])],
        );
        check(
            "\"a\",b\r\n\"c\",\"d\"\r\n",
            &[(1, &["a", "b"]), (2, &["c", "d"])],
        );
    }

    #[test]
    fn stray_quotes_never_merge_rows() {
        check(
            "a,/x\"y\nb,\"/z\"w\nc,d\n",
            &[(1, &["a", "/x\"y"]), (2, &["b", "/zw"]), (3, &["c", "d"])],
        );
        check(
            "\"a\\\"b\",x\nc,d\n",
            &[(1, &["a\\\"b", "x"]), (2, &["c", "d"])],
        );
    }

    #[test]
    fn a_quote_that_is_never_closed_is_told_with_its_line() {
        let (records, rest) = split(b"a,b\nc,\"d\ne,f\n", b'\n', 4);
        assert_eq!(records.len(), 1);
        assert_eq!(
            rest,
            Rest::Open {
                quote_line: Some(2)
            }
        );
    }

    #[test]
    fn a_lone_carriage_return_can_end_records() {
        let expect = vec![
            (1, vec!["a".to_owned(), "b".to_owned()]),
            (2, vec!["c".to_owned(), "d".to_owned()]),
        ];
        assert_eq!(split(b"a,b\rc,d\r", b'\r', 3).0, expect);
    }

    proptest! {
        #[test]
        fn well_formed_tables_are_split_as_the_csv_crate_does(
            rows in proptest::collection::vec(proptest::collection::vec("[ab,\"\r\n é]{0,6}", 1..4), 0..12),
            step in 1usize..40,
        ) {
            let mut writer = ::csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let table = writer.into_inner().unwrap();
            let records: Vec<Vec<String>> = split(&table, b'\n', step).0.into_iter().map(|(_, fields)| fields).collect();
            // A record of one empty field is written as `""`, which here is a blank line.
            let rows: Vec<Vec<String>> = rows.into_iter().filter(|row| row.len() != 1 || !row[0].is_empty()).collect();
            prop_assert_eq!(records, rows);
        }

        #[test]
        fn the_size_of_blocks_does_not_matter(table in "[ab,\"\\\\\r\n]{0,60}", step in 1usize..20) {
            prop_assert_eq!(split(table.as_bytes(), b'\n', step), split(table.as_bytes(), b'\n', 1_000));
        }

        #[test]
        fn any_bytes_are_split_without_a_panic(table in proptest::collection::vec(any::<u8>(), 0..80), step in 1usize..20) {
            split(&table, b'\r', step);
        }
    }
}
