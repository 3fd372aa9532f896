//! The beginning of delimited text: dialect, preamble, header. Source floor.
//!
//! Knows how to tell dialects apart; nothing about the rows that follow.

use crate::source::access_log::Meaning;
use crate::source::delimited::quoted;
use crate::source::delimited::row::Row;
use crate::source::delimited::split::Dialect;
use crate::source::delimited::split::NextRecord;
use crate::source::delimited::split::Record;
use crate::source::delimited::split::Splitter;
use crate::source::input::line_end::terminator;
use crate::source::input::window::Filled;
use crate::source::input::window::Window;
use crate::source::json::inside;
use crate::source::json::inside::Inside;
use crate::source::options::InputFormat;
use crate::source::options::ReadOptions;
use crate::source::roles;
use crate::source::roles::Offer;
use crate::source::roles::Role;
use crate::source::roles::Values;
use crate::source::time::looks_like_time;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::figure;

/// Delimiters looked for, the likeliest first.
const DELIMITERS: [u8; 5] = [b',', b'\t', b';', b'|', HIVE];

/// The separator in Hive's text files.
const HIVE: u8 = 1;

/// A header with more columns is refused: it is some other file's one long line.
const MOST_COLUMNS: usize = 1 << 20;

/// The most bytes of a column's name, so that one endless line does not become a long name.
const MOST_NAME_BYTES: usize = 1 << 10;

/// How many rows after the header are looked at to find the delimiter.
const ROWS_SAMPLED: usize = 16;

/// What the beginning of delimited text tells about the rest.
pub(super) struct Header {
    pub(super) beginning: TableStart,
    pub(super) meaning: Meaning,
    pub(super) inside: Option<Inside>,
}

/// How the text is written.
pub(super) struct TableStart {
    pub(super) dialect: Dialect,
    /// Names without blanks around them, in order; empty without a header.
    pub(super) names: Vec<String>,
    /// The header's line as it is in the file, to recognise it again; empty without a header.
    pub(super) raw: Vec<u8>,
    /// Line of the first record after the header, 1-based.
    pub(super) next_line: u64,
}

impl TableStart {
    /// How many fields a row must have. A last column without a name may be missing.
    pub(super) fn width(&self) -> usize {
        if self.is_missing() {
            return self.names.len();
        }
        let named = self.names.iter().rposition(|name| !name.is_empty());
        named.map_or(0, |last| last + 1)
    }

    /// Whether there is no header in the file.
    pub(super) fn is_missing(&self) -> bool {
        self.raw.is_empty()
    }
}

/// Reads and consumes everything up to the first row: a byte order mark, comments, blank lines, the
/// `sep=` line of a spreadsheet, the header.
pub(super) fn read(window: &mut Window<'_>, options: &ReadOptions) -> Result<Header> {
    // A header from a separate file is not a line of this one.
    let line = u64::from(window.facts().header().is_none());
    let mut reading = HeaderReading { window, line };
    let terminator = loop {
        match terminator(reading.window.bytes(), reading.window.is_at_end()) {
            Some(terminator) => break terminator,
            None => reading.more()?,
        }
    };
    let given = reading.skip_preamble(terminator)?;
    let candidates = match (given, options.format) {
        (Some(delimiter), _) => vec![delimiter],
        (None, InputFormat::Tsv) => vec![b'\t'],
        (None, _) => DELIMITERS.to_vec(),
    };
    reading.header(terminator, &candidates, options)
}

struct HeaderReading<'w, 'i> {
    window: &'w mut Window<'i>,
    /// The line of the first byte in the window.
    line: u64,
}

impl HeaderReading<'_, '_> {
    /// Reads on; errors if nothing more fits. At the end it changes nothing.
    fn more(&mut self) -> Result<()> {
        match self.window.fill()? {
            Filled::Full => Err(self.refused(&format!(
                "line {} is longer than {}",
                self.line,
                figure::bytes(self.window.limit() as u64)
            ))),
            Filled::More | Filled::AtEnd => Ok(()),
        }
    }

    fn refused(&self, problem: &str) -> Error {
        self.window.facts().problem(problem)
    }

    /// Skips comments, blank lines and a `sep=` line, whose delimiter it returns. Errors if there is nothing else.
    fn skip_preamble(&mut self, terminator: u8) -> Result<Option<u8>> {
        let mut delimiter = None;
        loop {
            let bytes = self.window.bytes();
            let at_end = self.window.is_at_end();
            let length = match memchr::memchr(terminator, bytes) {
                None if !at_end => {
                    self.more()?;
                    continue;
                }
                None => bytes.len(),
                Some(length) => length,
            };
            if length == bytes.len() && bytes.trim_ascii().is_empty() {
                return Err(self.window.facts().is_empty());
            }
            let line = bytes[..length].trim_ascii();
            let separator = line.strip_suffix(b"\"").unwrap_or(line);
            match separator.strip_prefix(b"\"").unwrap_or(separator) {
                [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', given] if given.is_ascii() => {
                    delimiter = Some(*given);
                }
                // Trimming took a tab away.
                b"sep=" => delimiter = Some(b'\t'),
                [] | [b'#', ..] => {}
                _ => return Ok(delimiter),
            }
            let passed = (length + 1).min(bytes.len());
            self.window.consume(passed);
            self.line += 1;
        }
    }

    /// The header, read with the delimiter that makes most sense of it and of the rows after it.
    fn header(
        &mut self,
        terminator: u8,
        candidates: &[u8],
        options: &ReadOptions,
    ) -> Result<Header> {
        let mut best: Option<(Rank, Dialect, FirstRecord)> = None;
        for &delimiter in candidates {
            let dialect = Dialect {
                delimiter,
                terminator,
            };
            let Some(first) = self.first_record(dialect)? else {
                continue;
            };
            let rank = Rank {
                roles: roles::count_found(&first.names, options),
                rows_alike: self.rows_alike(dialect, &first),
                fields: first.names.len(),
            };
            if best.as_ref().is_none_or(|(most, ..)| rank > *most) {
                best = Some((rank, dialect, first));
            }
        }
        let Some((_, dialect, first)) = best else {
            return Err(self.refused(&format!(
                "a quote opened on line {} is never closed",
                self.line
            )));
        };
        let is_missing = options.no_header || self.is_data(&first, options);
        let mut header = TableStart {
            dialect,
            names: first.names,
            raw: Vec::new(),
            next_line: self.line,
        };
        if is_missing {
            header.names.fill(String::new());
        } else {
            header.raw = self.window.bytes()[first.record.start..first.record.end].to_vec();
            self.window.consume(first.consumed);
            header.next_line += first.record.lines;
        }
        let (meaning, inside) = self.meaning(&header, options)?;
        Ok(Header {
            beginning: header,
            meaning,
            inside,
        })
    }

    fn meaning(
        &mut self,
        header: &TableStart,
        options: &ReadOptions,
    ) -> Result<(Meaning, Option<Inside>)> {
        let offer = Offer {
            input: self.window.facts().name(),
            names: &header.names,
            is_outer: &vec![true; header.names.len()],
            names_are_all: true,
            aliases: &[],
            folders: self.window.facts().folders(),
            sample: &mut |places| self.sample(header, places),
        };
        inside::meaning(offer, options)
    }

    /// The first rows' values in some columns.
    fn sample(&mut self, header: &TableStart, places: &[usize]) -> Result<Vec<Values>> {
        let most = match self.window.facts().path() {
            Some(_) => roles::MOST_BYTES,
            None => roles::MOST_BYTES_OF_PIPE,
        };
        self.window.hold(most)?;
        let held = self.window.bytes();
        let is_all = held.len() <= most && self.window.is_at_end();
        // Cut there, it does not depend on the size of the window.
        let bytes = &held[..held.len().min(most)];
        let mut values = vec![Values::default(); places.len()];
        let mut ends = vec![0; header.width()];
        let mut scratch = Vec::new();
        let mut splitter = Splitter::new(bytes, header.dialect, is_all);
        let mut left = roles::MOST_ROWS;
        while left > 0
            && let NextRecord::Record(record) = splitter.step(&mut ends)
        {
            let row = Row {
                bytes,
                text: "",
                record,
                ends: &ends,
            };
            if row.has_width(header.width(), header.dialect.delimiter) && row.raw() != header.raw {
                for (values, &place) in values.iter_mut().zip(places) {
                    let value = (place < header.width())
                        .then(|| quoted::read(row.field(place), &mut scratch).bytes);
                    values.push(value);
                }
                left -= 1;
            }
        }
        Ok(values)
    }

    /// Whether the first record is a row and not a header: one of its fields is a time, and none is a name that was
    /// asked for.
    fn is_data(&self, first: &FirstRecord, options: &ReadOptions) -> bool {
        let is_named = |role: Role| {
            let asked = role
                .asked_for(options)
                .into_iter()
                .flat_map(|wanted| wanted.split(','));
            asked
                .into_iter()
                .any(|wanted| first.names.iter().any(|name| name == wanted))
        };
        !Role::ALL.into_iter().any(is_named) && first.names.iter().any(|name| looks_like_time(name))
    }

    /// The record at the front of the window; `None` if a quote in it is never closed.
    fn first_record(&mut self, dialect: Dialect) -> Result<Option<FirstRecord>> {
        loop {
            let bytes = self.window.bytes();
            let mut splitter = Splitter::new(bytes, dialect, self.window.is_at_end());
            match splitter.step(&mut []) {
                NextRecord::Record(record) if record.fields > MOST_COLUMNS => {
                    return Err(self.refused(&format!(
                        "the header on line {} has {} columns: it does not look like a header",
                        self.line,
                        figure::count(record.fields as u64)
                    )));
                }
                NextRecord::Record(record) => {
                    let consumed = splitter.consumed();
                    let names = names(bytes, dialect, record);
                    return Ok(Some(FirstRecord {
                        record,
                        consumed,
                        names,
                    }));
                }
                NextRecord::Unclosed { .. } => return Ok(None),
                NextRecord::NeedsMore => self.more()?,
            }
        }
    }

    /// How many of the rows after the first, of those in the window, have as many fields as it.
    fn rows_alike(&self, dialect: Dialect, first: &FirstRecord) -> usize {
        let rows = &self.window.bytes()[first.consumed..];
        let mut splitter = Splitter::new(rows, dialect, self.window.is_at_end());
        std::iter::from_fn(|| match splitter.step(&mut []) {
            NextRecord::Record(record) => Some(record),
            NextRecord::NeedsMore | NextRecord::Unclosed { .. } => None,
        })
        .take(ROWS_SAMPLED)
        .filter(|row| row.fields == first.record.fields && row.fields > 1)
        .count()
    }
}

/// The first record as one delimiter has it.
struct FirstRecord {
    record: Record,
    consumed: usize,
    names: Vec<String>,
}

/// The evidence for a delimiter, the strongest first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    roles: usize,
    rows_alike: usize,
    fields: usize,
}

/// The fields of a record as names, the first ones if there are too many: unquoted, without blanks around them.
fn names(bytes: &[u8], dialect: Dialect, record: Record) -> Vec<String> {
    let mut ends = vec![0; record.fields.min(MOST_COLUMNS)];
    // Ends where the record ends, so the same record comes out.
    Splitter::new(&bytes[..record.end], dialect, true).step(&mut ends);
    let mut start = record.start;
    let mut scratch = Vec::new();
    ends.iter()
        .map(|&end| {
            let end = end as usize;
            let field = &bytes[start.min(end)..end];
            let said = quoted::read(&field[..field.len().min(MOST_NAME_BYTES)], &mut scratch);
            start = end + 1;
            String::from_utf8_lossy(said.bytes).trim().to_owned()
        })
        .collect()
}
