//! Reading CSV, TSV and their kin. Source floor.
//!
//! One buffer for the whole file: it holds a block, whose complete records are handed over without a
//! copy, and grows only for a record longer than itself.

use memchr::memchr;

use crate::source::InputFormat;
use crate::source::ReadOptions;
use crate::source::Sink;
use crate::source::header;
use crate::source::header::Layout;
use crate::source::input::Input;
use crate::source::sniff;
use crate::source::split::Dialect;
use crate::source::split::Record;
use crate::source::split::Rest;
use crate::source::split::Splitter;
use crate::source::time::Clock;
use crate::source::understood::Tallies;
use crate::source::understood::Understood;
use crate::words::error::Result;
use crate::words::figure::bytes;
use crate::words::figure::counted;
use crate::words::pageview::Pageview;
use crate::words::pageview::Reject;

/// Size of the buffer: it stays in the second-level cache.
pub(super) const BUFFER_BYTES: usize = 1 << 18;

/// The longest record that is read. A file without line ends, or with a quote that is never closed, is not
/// taken into memory whole.
const MAX_RECORD_BYTES: usize = 1 << 28;

/// Reads a table with a header line through a buffer of `buffer_bytes`, at least 16: enough to tell formats apart.
pub(super) fn read(
    input: &mut Input,
    options: &ReadOptions,
    sink: &mut dyn Sink,
    buffer_bytes: usize,
) -> Result<Understood> {
    let mut block = Block::new(buffer_bytes);
    block.fill(input)?;
    if block.bytes().is_empty() {
        return Err(input.problem("the file is empty"));
    }
    if let Some(problem) = sniff::problem(block.bytes()) {
        return Err(input.problem(problem));
    }
    if block.bytes().starts_with(b"\xef\xbb\xbf") {
        block.consume(3);
    }

    let header = loop {
        match find_header(block.bytes(), block.is_last, options.format) {
            Some(header) => break header,
            None if block.is_last => return Err(input.problem("the file is empty")),
            None => block.grow(input, 1)?,
        }
    };
    block.consume(header.start);
    let mut splitter = Splitter::new(header.dialect, header.line);
    let passed_lines = input.passed_lines(header.dialect.terminator);
    let mut rows: Option<Rows> = None;
    loop {
        let line = splitter.line();
        let (done, rest) =
            splitter.split(block.bytes(), block.is_last, |record| match &mut rows {
                Some(_) if record.line <= passed_lines => Ok(()),
                Some(rows) => rows.row(&record, sink),
                None => {
                    rows = Some(Rows::new(input.name(), &record, options)?);
                    Ok(())
                }
            })?;
        block.consume(done);
        sink.progress(input.bytes_read())?;
        match rest {
            Rest::Open { quote_line } if block.is_last => {
                let line = quote_line.unwrap_or(line);
                return Err(
                    input.problem(format!("the quote opened on line {line} is never closed"))
                );
            }
            _ if block.is_last => break,
            // Nothing was complete: the record needs a larger block.
            _ if done == 0 => block.grow(input, splitter.line())?,
            _ => block.fill(input)?,
        }
    }
    let rows = rows.ok_or_else(|| input.problem("the file is empty"))?;
    Ok(rows.understood(header.dialect, options))
}

/// The bytes that have been read and not yet split.
struct Block {
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Whether the input ends with this block.
    is_last: bool,
}

impl Block {
    fn new(bytes: usize) -> Block {
        Block {
            buffer: vec![0; bytes.max(16)],
            start: 0,
            end: 0,
            is_last: false,
        }
    }

    fn bytes(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    fn consume(&mut self, n: usize) {
        self.start += n;
    }

    /// Reads on until the buffer is full or the input ends.
    fn fill(&mut self, input: &mut Input) -> Result<()> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        let free = self.buffer.len() - self.end;
        let n = input.fill(&mut self.buffer[self.end..])?;
        self.end += n;
        self.is_last = n < free;
        Ok(())
    }

    /// The same with twice the buffer, for a record that starts on `line` and is longer than it.
    fn grow(&mut self, input: &mut Input, line: u64) -> Result<()> {
        if self.end - self.start == self.buffer.len() {
            let size = self.buffer.len() * 2;
            if size > MAX_RECORD_BYTES {
                let limit = bytes(MAX_RECORD_BYTES as u64);
                return Err(input.problem(format!("the record on line {line} is longer than {limit}: is a line end or a closing quote missing?")));
            }
            self.buffer.resize(size, 0);
        }
        self.fill(input)
    }
}

/// Where the header is and how the table is written.
struct Header {
    start: usize,
    line: u64,
    dialect: Dialect,
}

/// Passes over blank lines, `#` comments and Excel's `sep=;` to the header line. `None` if that is not
/// complete in `block`.
fn find_header(block: &[u8], is_last: bool, format: InputFormat) -> Option<Header> {
    let terminator = match (memchr(b'\n', block), memchr(b'\r', block)) {
        (None, Some(_)) if is_last || block.len() > 1 << 16 => b'\r',
        (None, Some(_)) => return None,
        _ => b'\n',
    };
    let (mut start, mut line) = (0, 1);
    let mut delimiter = (format == InputFormat::Tsv).then_some(b'\t');
    loop {
        let rest = &block[start..];
        let end = match memchr(terminator, rest) {
            Some(end) => end,
            None if is_last => rest.len(),
            None => return None,
        };
        let text = rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]);
        if !text.trim_ascii().is_empty() && text[0] != b'#' {
            match (text.strip_prefix(b"sep="), delimiter) {
                (Some([separator]), None) => delimiter = Some(*separator),
                _ => {
                    let delimiter = delimiter.unwrap_or_else(|| sniff::delimiter(&rest[..end]));
                    return Some(Header {
                        start,
                        line,
                        dialect: Dialect {
                            delimiter,
                            terminator,
                        },
                    });
                }
            }
        }
        if start + end >= block.len() {
            return None;
        }
        start += end + 1;
        line += 1;
    }
}

/// Turns records into pageviews and rejects.
struct Rows {
    input: String,
    layout: Layout,
    columns: [String; 3],
    /// Names that more than one column has.
    repeated: Vec<String>,
    clock: Clock,
    tallies: Tallies,
}

impl Rows {
    fn new(input: &str, header: &Record<'_>, options: &ReadOptions) -> Result<Rows> {
        let names: Vec<String> = (0..header.len())
            .map(|field| {
                String::from_utf8_lossy(header.bytes(field))
                    .trim()
                    .to_owned()
            })
            .collect();
        let asked = [
            &options.user_column,
            &options.time_column,
            &options.page_column,
        ];
        let layout = header::find(input, &names, asked.map(Option::as_deref))?;
        let columns = [layout.user, layout.time, layout.page].map(|column| names[column].clone());
        let repeated = columns
            .iter()
            .filter(|name| names.iter().filter(|other| other == name).count() > 1);
        Ok(Rows {
            input: input.to_owned(),
            repeated: repeated.cloned().collect(),
            columns,
            layout,
            clock: Clock::new(options.time_zone),
            tallies: Tallies::default(),
        })
    }

    fn row(&mut self, record: &Record<'_>, sink: &mut dyn Sink) -> Result<()> {
        match self.pageview(record, sink) {
            Ok(taken) => taken,
            Err(reason) => sink.reject(Reject {
                input: self.input.clone(),
                line: record.line,
                reason,
            }),
        }
    }

    /// Hands over the record's pageview, or errors with the reason why it is none.
    fn pageview(&mut self, record: &Record<'_>, sink: &mut dyn Sink) -> Result<Result<()>, String> {
        let Layout {
            user,
            time,
            page,
            width,
        } = self.layout;
        let surplus = width..record.len();
        if record.len() < width
            || surplus
                .into_iter()
                .any(|field| !record.bytes(field).is_empty())
        {
            return Err(format!(
                "{} where the header has {width}",
                counted(record.len() as u64, "field")
            ));
        }
        let user_id = record.text(user).ok_or("the user is not UTF-8 text")?;
        if user_id.is_empty() {
            return Err("the user is empty".to_owned());
        }
        let time = record.text(time).ok_or("the timestamp is not UTF-8 text")?;
        let read = self
            .clock
            .read(time)
            .map_err(|refusal| refusal.reason(time))?;
        self.tallies.time(&read, record.line);
        let mut pageview = Pageview {
            user_id,
            page_view_at: read.at,
            page: "",
        };
        match record.text(page) {
            Some(page) => {
                pageview.page = page;
                Ok(sink.pageview(pageview))
            }
            None => {
                self.tallies.replaced(record.line);
                let page = String::from_utf8_lossy(record.bytes(page));
                pageview.page = &page;
                Ok(sink.pageview(pageview))
            }
        }
    }

    fn understood(self, dialect: Dialect, options: &ReadOptions) -> Understood {
        let mut notes = self.tallies.notes();
        for name in &self.repeated {
            notes.push(format!(
                "more than one column is named \"{name}\": the first one was read"
            ));
        }
        Understood {
            format: match dialect.delimiter {
                b'\t' => "TSV".to_owned(),
                delimiter => format!("CSV with '{}'", delimiter.escape_ascii()),
            },
            columns: self.columns,
            time_zone: options.time_zone,
            forms: self.tallies.forms(),
            notes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Cursor;

    #[derive(Debug, Default, PartialEq)]
    struct Seen {
        pageviews: Vec<(String, String, String)>,
        rejects: Vec<(u64, String)>,
    }

    impl Sink for Seen {
        fn pageview(&mut self, pageview: Pageview<'_>) -> Result<()> {
            let Pageview {
                user_id,
                page_view_at,
                page,
            } = pageview;
            self.pageviews.push((
                user_id.to_owned(),
                page_view_at.to_string(),
                page.to_owned(),
            ));
            Ok(())
        }

        fn reject(&mut self, reject: Reject) -> Result<()> {
            self.rejects.push((reject.line, reject.reason));
            Ok(())
        }

        fn progress(&mut self, _: u64) -> Result<()> {
            Ok(())
        }
    }

    fn read_in_blocks(table: &[u8], bytes: usize) -> Result<(Seen, Understood)> {
        let mut input = Input::from_reader("t.csv", None, Box::new(Cursor::new(table.to_vec())));
        let mut seen = Seen::default();
        let understood = read(&mut input, &ReadOptions::default(), &mut seen, bytes)?;
        Ok((seen, understood))
    }

    fn check(
        table: impl AsRef<[u8]>,
        pageviews: &[[&str; 3]],
        rejects: &[(u64, &str)],
    ) -> Understood {
        let table = table.as_ref();
        let (seen, understood) = read_in_blocks(table, BUFFER_BYTES).unwrap();
        let expected: Vec<_> = pageviews
            .iter()
            .map(|[user, at, page]| (user.to_string(), at.to_string(), page.to_string()))
            .collect();
        assert_eq!(seen.pageviews, expected);
        let reasons: Vec<_> = seen
            .rejects
            .iter()
            .map(|(line, reason)| (*line, reason.as_str()))
            .collect();
        assert_eq!(reasons, rejects);
        for bytes in [16, 17, 64] {
            assert_eq!(
                read_in_blocks(table, bytes).unwrap().0,
                seen,
                "in blocks of {bytes} bytes"
            );
        }
        understood
    }

    fn refusal(table: &[u8]) -> String {
        read_in_blocks(table, BUFFER_BYTES).unwrap_err().to_string()
    }

    const A: [&str; 3] = ["a", "2024-03-01T10:00:00Z", "/"];
    const B: [&str; 3] = ["b", "2024-03-01T10:00:01Z", "/x"];

    #[test]
    fn the_dialects_are_told_apart() {
        for delimiter in [",", ";", "\t", "|"] {
            let table = "user_id,ts,page\na,2024-03-01 10:00:00,/\nb,2024-03-01 10:00:01,/x\n"
                .replace(',', delimiter);
            check(&table, &[A, B], &[]);
            check(table.replace('\n', "\r\n"), &[A, B], &[]);
            check(table.replace('\n', "\r"), &[A, B], &[]);
            check(table.trim_end(), &[A, B], &[]);
            check(format!("\u{feff}{table}"), &[A, B], &[]);
            check(format!("# made by hand\n\n{table}"), &[A, B], &[]);
            check(format!("sep={delimiter}\r\n{table}"), &[A, B], &[]);
        }
    }

    #[test]
    fn what_was_understood_is_said() {
        let understood = check(
            "Visitor-ID,ts,url\na,1709287200,/\nb,2024-03-01T10:00:01,/x\n",
            &[A, B],
            &[],
        );
        assert_eq!(
            understood.to_string(),
            "CSV with ',': user from \"Visitor-ID\", time from \"ts\" (date and time without an offset, taken as UTC; \
             epoch seconds), page from \"url\""
        );
        assert_eq!(
            understood.notes,
            [
                "timestamps are mixed: epoch seconds from line 2, date and time without an offset from line 3; each was read by itself"
            ]
        );
    }

    #[test]
    fn rows_that_are_no_pageview_are_rejects_with_line_and_reason() {
        check(
            "user,time,page\na,2024-03-01T10:00:00Z,/\n\n,1,/\nshort,1\na,b,c,d\nx,2024-13-01,/\n\"b\",2024-03-01T10:00:01Z,/x,\n",
            &[A, B],
            &[
                (4, "the user is empty"),
                (5, "2 fields where the header has 3"),
                (6, "4 fields where the header has 3"),
                (7, "timestamp \"2024-13-01\" is not a date"),
            ],
        );
    }

    #[test]
    fn bytes_that_are_not_utf8_are_replaced_in_pages_and_refused_in_users() {
        let replaced = ["a", "2024-03-01T10:00:00Z", "/\u{fffd}"];
        let table = b"user,time,page\na,2024-03-01T10:00:00Z,/\xff\n\xe9,2024-03-01T10:00:00Z,/\n";
        let understood = check(table, &[replaced], &[(3, "the user is not UTF-8 text")]);
        assert_eq!(
            understood.notes,
            ["1 page with bytes that are not UTF-8, first on line 2: they became U+FFFD"]
        );
    }

    #[test]
    fn what_is_no_table_is_refused_in_a_sentence() {
        assert_eq!(refusal(b""), "t.csv: the file is empty");
        assert_eq!(refusal(b"\n\r\n\n"), "t.csv: the file is empty");
        assert_eq!(
            refusal(b"\x89PNG\r\n\x1a\n\0\0"),
            "t.csv: it does not look like text: it is a PNG picture"
        );
        assert!(
            refusal(b"<html><body>Sign in</body></html>")
                .starts_with("t.csv: no user column; the header has:")
        );
        assert_eq!(
            refusal(b"user,time,page\na,1,\"/\nb,2,/\n"),
            "t.csv: the quote opened on line 2 is never closed"
        );
    }

    #[test]
    fn a_header_alone_is_a_table_without_pageviews() {
        check("user_id,timestamp,page\n", &[], &[]);
        check("user_id,timestamp,page", &[], &[]);
    }

    proptest! {
        #[test]
        fn any_bytes_after_a_header_are_read_or_refused(rest in proptest::collection::vec(any::<u8>(), 0..200), bytes in 16usize..64) {
            let mut table = b"user,time,page\n".to_vec();
            table.extend(rest);
            let _ = read_in_blocks(&table, bytes);
        }

        #[test]
        fn any_text_is_read_or_refused(table in "(user,|time,|page|[-0-9,;\"\r\n#]){0,30}", bytes in 16usize..64) {
            let _ = read_in_blocks(table.as_bytes(), bytes);
        }
    }
}
