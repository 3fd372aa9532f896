//! Delimited text -> pageviews and rejects. Source floor.
//!
//! Knows what makes a row a pageview; how records are split, times read and columns found is beside.

use std::borrow::Cow;

use crate::source::header;
use crate::source::header::Header;
use crate::source::options::InputFormat;
use crate::source::options::ReadOptions;
use crate::source::quoted;
use crate::source::row::Row;
use crate::source::row::text_of;
use crate::source::sink::Sink;
use crate::source::split::Splitter;
use crate::source::split::Step;
use crate::source::tally::Tally;
use crate::source::time::TimeReader;
use crate::source::time::Unreadable;
use crate::source::time::quoted as shown;
use crate::source::understood::Column;
use crate::source::understood::Understood;
use crate::source::window::Filled;
use crate::source::window::Window;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::figure;
use crate::words::pageview::Pageview;
use crate::words::pageview::Reject;
use crate::words::text::safe;

/// Reads everything that is left in the window and gives it to the sink.
pub(super) fn read<S: Sink + ?Sized>(
    window: &mut Window<'_>,
    options: &ReadOptions,
    sink: &mut S,
) -> Result<Understood> {
    let header = header::read(window, options)?;
    sink.progress(window.input().bytes_read())?;
    let mut rows = Rows::new(&header, window.input().name().to_owned(), options, sink);
    let mut ends = vec![0; header.width()];
    loop {
        let bytes = window.bytes();
        let text = text_of(bytes, header.dialect.terminator);
        let mut splitter = Splitter::new(bytes, header.dialect, window.is_at_end());
        let consumed = loop {
            match splitter.step(&mut ends) {
                Step::Record(record) => rows.take(&Row {
                    bytes,
                    text,
                    record,
                    ends: &ends,
                })?,
                Step::NeedsMore => break splitter.consumed(),
                Step::Unclosed { lines } => return Err(rows.unclosed(lines)),
            }
        };
        window.consume(consumed);
        match window.fill()? {
            Filled::More => {}
            // The last record may have waited to be told that nothing follows it.
            Filled::AtEnd if !window.bytes().is_empty() => {}
            Filled::AtEnd => break,
            Filled::Full => return Err(rows.too_long(window.limit())),
        }
        rows.sink.progress(window.input().bytes_read())?;
    }
    rows.finish()
}

/// Rows of another width than the header's, one after the other.
#[derive(Clone, Copy)]
struct OtherWidth {
    fields: usize,
    rows: u64,
    first_line: u64,
}

/// Turns rows into pageviews and rejects, and remembers what is to be said in the end.
struct Rows<'a, S: ?Sized> {
    header: &'a Header,
    width: usize,
    input: String,
    sink: &'a mut S,
    times: TimeReader,
    scratch: [Vec<u8>; 3],
    /// Line of the next record.
    line: u64,
    pageviews: u64,
    rejects: u64,
    first_reject: Option<Reject>,
    other_width: Option<OtherWidth>,
    not_text: Tally,
    irregular: Tally,
}

impl<'a, S: Sink + ?Sized> Rows<'a, S> {
    fn new(header: &'a Header, input: String, options: &ReadOptions, sink: &'a mut S) -> Self {
        Rows {
            header,
            width: header.width(),
            input,
            sink,
            times: TimeReader::new(options.time_zone),
            scratch: Default::default(),
            line: header.next_line,
            pageviews: 0,
            rejects: 0,
            first_reject: None,
            other_width: None,
            not_text: Tally::default(),
            irregular: Tally::default(),
        }
    }

    /// Takes the next row; the usual kind here, the others in [`take_unusual`](Self::take_unusual).
    #[inline]
    fn take(&mut self, row: &Row<'_>) -> Result<()> {
        let columns = self.header.columns;
        if row.record.fields == self.width
            && let Some(user_id) = row.text(columns.user)
            && let Some(page) = row.text(columns.page)
            && !user_id.is_empty()
            && let Some(time) = row.plain(columns.time)
            && let Ok(page_view_at) = self.times.read(&row.bytes[time], self.line)
        {
            self.line += row.record.lines;
            self.pageviews += 1;
            self.other_width = None;
            return self.sink.pageview(Pageview {
                user_id,
                page_view_at,
                page,
            });
        }
        self.take_unusual(row)?;
        self.line += row.record.lines;
        Ok(())
    }

    #[inline(never)]
    fn take_unusual(&mut self, row: &Row<'_>) -> Result<()> {
        if row.record.is_blank(row.bytes) {
            return Ok(());
        }
        if !self.has_width(row) {
            return self.reject_width(row);
        }
        self.other_width = None;
        let columns = self.header.columns;
        let mut scratch = std::mem::take(&mut self.scratch);
        let [for_user, for_time, for_page] = &mut scratch;
        let user = quoted::read(row.field(columns.user), for_user);
        let time = quoted::read(row.field(columns.time), for_time);
        let page = quoted::read(row.field(columns.page), for_page);
        let taken = match self.times.read(time.bytes, self.line) {
            _ if row.raw() == self.header.raw => self.reject("the header once more".to_owned()),
            Err(Unreadable::Kind(problem)) if self.pageviews == 0 => {
                Err(self.refused(&format!("line {}: {problem}", self.line)))
            }
            Err(Unreadable::Kind(reason) | Unreadable::Value(reason)) => self.reject(reason),
            Ok(_) if user.bytes.is_empty() => self.reject("no user".to_owned()),
            Ok(page_view_at) => match std::str::from_utf8(user.bytes) {
                Err(_) => self.reject(format!("user {} is not UTF-8 text", shown(user.bytes))),
                Ok(user_id) => {
                    if user.is_irregular || time.is_irregular || page.is_irregular {
                        self.irregular.add(self.line);
                    }
                    let page = String::from_utf8_lossy(page.bytes);
                    if matches!(page, Cow::Owned(_)) {
                        self.not_text.add(self.line);
                    }
                    self.pageviews += 1;
                    self.sink.pageview(Pageview {
                        user_id,
                        page_view_at,
                        page: &page,
                    })
                }
            },
        };
        self.scratch = scratch;
        taken
    }

    /// Whether a row has the header's fields, and no more but empty ones.
    fn has_width(&self, row: &Row<'_>) -> bool {
        let fields = row.record.fields;
        fields == self.width
            || fields > self.width && row.is_empty_from(self.width, self.header.dialect.delimiter)
    }

    fn reject_width(&mut self, row: &Row<'_>) -> Result<()> {
        let fields = row.record.fields;
        match &mut self.other_width {
            Some(other) if other.fields == fields => other.rows += 1,
            other => {
                *other = Some(OtherWidth {
                    fields,
                    rows: 1,
                    first_line: self.line,
                });
            }
        }
        let expected = self.width;
        self.reject(format!(
            "{} where the header has {}",
            figure::counted(fields as u64, "field"),
            figure::count(expected as u64)
        ))
    }

    fn reject(&mut self, reason: String) -> Result<()> {
        let reject = Reject {
            input: self.input.clone(),
            line: self.line,
            reason,
        };
        self.rejects += 1;
        if self.first_reject.is_none() {
            self.first_reject = Some(reject.clone());
        }
        self.sink.reject(reject)
    }

    fn refused(&self, problem: &str) -> Error {
        Error::Input {
            input: self.input.clone(),
            problem: problem.to_owned(),
        }
    }

    fn unclosed(&self, lines: u64) -> Error {
        self.refused(&format!(
            "a quote opened on line {} is never closed",
            self.line + lines
        ))
    }

    fn too_long(&self, limit: usize) -> Error {
        self.refused(&format!(
            "the row on line {} is longer than {}: is a quote opened there and never closed?",
            self.line,
            figure::bytes(limit as u64)
        ))
    }

    fn finish(self) -> Result<Understood> {
        if let Some(other) = self
            .other_width
            .filter(|other| self.is_another_table(other))
        {
            return Err(self.refused(&format!(
                "from line {} to the end all {} rows have {} where the header has {}: \
                 is it two files in one?",
                other.first_line,
                figure::count(other.rows),
                figure::counted(other.fields as u64, "field"),
                self.width,
            )));
        }
        if self.pageviews == 0
            && let Some(first) = self.first_reject
        {
            return Err(Error::NothingRead {
                input: self.input,
                rows: self.rejects,
                first,
            });
        }
        let delimiter = self.header.dialect.delimiter;
        let column = |position: usize| Column {
            name: self.header.names[position].clone(),
            position,
        };
        let columns = self.header.columns;
        Ok(Understood {
            format: if delimiter == b'\t' {
                InputFormat::Tsv
            } else {
                InputFormat::Csv
            },
            delimiter: Some(char::from(delimiter)),
            user: column(columns.user),
            time: column(columns.time),
            page: column(columns.page),
            time_form: self.times.column().held(),
            notes: self.notes(),
            pageviews: self.pageviews,
            rejects: self.rejects,
        })
    }

    /// Whether rows of another width at the end are so many, and so large a part of the whole, that
    /// they are no slips but another table; its rows were never meant for this header.
    fn is_another_table(&self, other: &OtherWidth) -> bool {
        other.rows >= 10 && other.rows * 100 >= self.pageviews + self.rejects
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let columns = self.header.columns;
        for position in [columns.user, columns.time, columns.page] {
            let name = &self.header.names[position];
            if self
                .header
                .names
                .iter()
                .filter(|other| *other == name)
                .count()
                > 1
            {
                notes.push(format!(
                    "more than one column is called \"{}\": column {} is taken",
                    safe(name),
                    figure::count(position as u64 + 1)
                ));
            }
        }
        notes.extend(self.times.column().notes());
        notes.extend(self.not_text.note(
            "page",
            "with bytes that are not UTF-8 text, which became U+FFFD",
        ));
        notes.extend(
            self.irregular
                .note("row", "with stray or backslashed quotes, read as text"),
        );
        notes
    }
}
