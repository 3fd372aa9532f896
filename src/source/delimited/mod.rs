//! Delimited text -> pageviews and rejects. Source floor.
//!
//! Knows how a table is written. [`rows::intake`](super::rows::intake) knows what makes a row a pageview.
//!
//! ```text
//! header (dialect, columns) -> ahead, split (records, on a thread) -> row, quoted (fields) -> intake
//! ```

mod ahead;
mod header;
mod quoted;
mod row;
pub(in crate::source) mod split;

use crate::source::delimited::ahead::FoundRecords;
use crate::source::delimited::ahead::RecordProblem;
pub(in crate::source) use crate::source::delimited::ahead::needs_more;
use crate::source::delimited::header::Header;
use crate::source::delimited::header::TableStart;
use crate::source::delimited::row::Row;
use crate::source::delimited::row::text_of;
use crate::source::input::InputFacts;
use crate::source::input::window::Window;
use crate::source::options::ReadOptions;
use crate::source::rows::cell::Value;
use crate::source::rows::ids;
use crate::source::rows::intake::Intake;
use crate::source::rows::sink::Sink;
use crate::source::rows::tally::Tally;
use crate::source::rows::tally::Unit;
use crate::source::rows::understood::RecordForm;
use crate::source::rows::understood::TableForm;
use crate::source::rows::understood::Understood;
use crate::source::value::TypedRows;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::figure;
use crate::words::text::safe;

/// Reads everything that is left in the window and gives it to the sink.
pub(super) fn read<S: Sink + ?Sized>(
    window: &mut Window<'_>,
    options: &ReadOptions,
    sink: &mut S,
) -> Result<Understood> {
    let Header {
        beginning: header,
        meaning,
        inside,
    } = header::read(window, options)?;
    let passed = window.passed_lines(header.dialect.terminator)?;
    let name = window.facts().name();
    let roles = &meaning.roles;
    let is_plain = roles.is_plain() && inside.is_none();
    let column = |slot: usize| roles.parts[slot];
    let plain = is_plain.then(|| [roles.user[0], roles.time[0], roles.page].map(column));
    let carried = match is_plain {
        true => roles.carried.iter().map(|slots| column(slots[0])).collect(),
        false => Vec::new(),
    };
    let mut rows = TakeRows {
        header: &header,
        width: header.width(),
        plain,
        carried,
        scratch: Vec::new(),
        rows: TypedRows::new(Intake::new(name, Unit::Line, options, sink), meaning),
        line: header.next_line,
        other_width: None,
        irregular: Tally::default(),
    };
    rows.rows.inside = inside;
    rows.scratch = vec![Vec::new(); rows.rows.columns().len()];
    rows.rows.intake.progress(window.facts().bytes_read())?;
    let (facts, limit, width) = (window.facts(), window.limit(), header.width());
    ahead::read(window, header.dialect, width, |found| {
        let is_done = rows.take_found(found, passed, limit, facts);
        if let Some(end) = facts.open_end() {
            end.pass(rows.line - 1);
        }
        is_done
    })?;
    rows.finish(&window.layers())
}

/// Rows of another width than the header's, one after the other.
#[derive(Clone, Copy)]
struct OtherWidth {
    fields: usize,
    rows: u64,
    first_line: u64,
}

/// Passes rows to the intake, and remembers what to report at the end.
struct TakeRows<'a, S: ?Sized> {
    header: &'a TableStart,
    width: usize,
    rows: TypedRows<'a, S>,
    /// The columns of user, time and page, if a row is these and nothing else.
    plain: Option<[usize; 3]>,
    /// Then also the carried columns.
    carried: Vec<usize>,
    /// For each part that is read, memory for a field that must be put together.
    scratch: Vec<Vec<u8>>,
    /// Line of the next record.
    line: u64,
    other_width: Option<OtherWidth>,
    irregular: Tally,
}

impl<S: Sink + ?Sized> TakeRows<'_, S> {
    /// Takes records that were found, except those that begin in the first `passed` lines.
    fn take_found(
        &mut self,
        found: &FoundRecords,
        passed: u64,
        limit: usize,
        facts: &InputFacts,
    ) -> Result<()> {
        let bytes = found.bytes();
        let text = text_of(bytes, self.header.dialect.terminator);
        for (record, ends) in found.records(self.width) {
            if self.line <= passed {
                self.line += record.lines;
                continue;
            }
            self.take(&Row {
                bytes,
                text,
                record,
                ends,
            })?;
        }
        match found.problem {
            None => self.rows.intake.progress(found.bytes_read),
            // Its end may come later.
            Some(RecordProblem::Unclosed { is_cut: true, .. }) if facts.leave(self.line) => Ok(()),
            Some(RecordProblem::Unclosed { lines, .. }) => Err(self.unclosed(lines)),
            Some(RecordProblem::TooLong) => Err(self.too_long(limit)),
        }
    }

    /// Takes the next row; the usual kind here, the others in [`take_unusual`](Self::take_unusual).
    #[inline]
    fn take(&mut self, row: &Row<'_>) -> Result<()> {
        if let Some([user, time, page]) = self.plain
            && row.record.fields == self.width
            && let Some(user_id) = row.text(user)
            && let Some(page) = row.text(page)
            && !self.rows.roles.nothing.is_no_user(user_id.as_bytes())
            && !ids::is_rounded(user_id.as_bytes())
            && !self.rows.roles.nothing.is_mark(page.as_bytes())
            && let Some(time) = row.plain(time)
            && (self.carried.is_empty() || self.carry(row))
            && let Ok(page_view_at) = self.rows.intake.times.read(&row.bytes[time], self.line)
        {
            self.line += row.record.lines;
            self.other_width = None;
            return self.rows.intake.pageview(user_id, page_view_at, page);
        }
        self.take_unusual(row)?;
        self.line += row.record.lines;
        Ok(())
    }

    /// Takes what the row carries. Returns false if a field must be put together first.
    fn carry(&mut self, row: &Row<'_>) -> bool {
        let cells = &mut self.rows.intake.carried;
        cells.clear();
        for &column in &self.carried {
            let Some(text) = row.text(column) else {
                return false;
            };
            match self.rows.roles.nothing.is_nothing(text.as_bytes()) {
                true => cells.push(b"", self.line),
                false => cells.push(text.as_bytes(), self.line),
            }
        }
        true
    }

    #[inline(never)]
    fn take_unusual(&mut self, row: &Row<'_>) -> Result<()> {
        if row.record.is_blank(row.bytes) {
            return Ok(());
        }
        if !row.has_width(self.width, self.header.dialect.delimiter) {
            return self.reject_width(row);
        }
        self.other_width = None;
        if row.raw() == self.header.raw {
            return self.reject("the header once more".to_owned());
        }
        let mut is_irregular = false;
        let parts = self.rows.columns().iter().zip(&mut self.scratch);
        let values: Vec<Value<'_>> = parts
            .map(|(&place, scratch)| {
                let said = quoted::read(row.field(place), scratch);
                is_irregular |= said.is_irregular;
                Value::Text(said.bytes)
            })
            .collect();
        if is_irregular {
            self.irregular.add(self.line);
        }
        self.rows.take(&values, self.line)
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
        let whose = match self.header.is_missing() {
            true => "the first row",
            false => "the header",
        };
        self.reject(format!(
            "{} where {whose} has {}",
            figure::counted(fields as u64, "field"),
            figure::count(self.width as u64)
        ))
    }

    fn reject(&mut self, reason: String) -> Result<()> {
        self.rows.intake.reject(self.line, reason)
    }

    fn unclosed(&self, lines: u64) -> Error {
        self.rows.intake.refused(format!(
            "a quote opened on line {} is never closed",
            self.line + lines
        ))
    }

    fn too_long(&self, limit: usize) -> Error {
        self.rows.intake.refused(format!(
            "the row on line {} is longer than {}: is a quote opened there and never closed?",
            self.line,
            figure::bytes(limit as u64)
        ))
    }

    fn finish(self, layers: &str) -> Result<Understood> {
        if let Some(other) = self
            .other_width
            .filter(|other| self.is_another_table(other))
        {
            return Err(self.rows.intake.refused(format!(
                "from line {} to the end all {} rows have {} where the header has {}: \
                 is it two files in one?",
                other.first_line,
                figure::count(other.rows),
                figure::counted(other.fields as u64, "field"),
                self.width,
            )));
        }
        let mut format = match self.header.dialect.delimiter {
            b'\t' => "TSV".to_owned(),
            delimiter => format!("CSV with '{}'", char::from(delimiter).escape_debug()),
        };
        if self.header.is_missing() {
            format += ", no header";
        }
        if !layers.is_empty() {
            format = format!("{format}, {layers}");
        }
        let notes = self.notes();
        let table = TableForm {
            delimiter: self.header.dialect.delimiter,
            terminator: self.header.dialect.terminator,
            header_lines: match self.header.is_missing() {
                true => 0,
                false => self.header.next_line - 1,
            },
        };
        let understood = self.rows.finish(format, notes)?;
        Ok(Understood {
            form: Some(RecordForm::Table(table)),
            ..understood
        })
    }

    /// Whether there are so many rows of another width at the end, and they are so large a part of the whole, that
    /// they are another table and not slips. Its rows were never meant for this header.
    fn is_another_table(&self, other: &OtherWidth) -> bool {
        other.rows >= 10
            && other.rows * 100 >= self.rows.intake.pageviews + self.rows.intake.rejects.count
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        for &place in self.rows.columns() {
            let name = &self.header.names[place];
            let same = self.header.names.iter().filter(|other| *other == name);
            if !name.is_empty() && same.count() > 1 {
                notes.push(format!(
                    "more than one column is called \"{}\": column {} is taken",
                    safe(name),
                    figure::count(place as u64 + 1)
                ));
            }
        }
        notes.extend(self.irregular.note(
            Unit::Line,
            "row",
            "with stray or backslashed quotes, read as text",
        ));
        notes
    }
}
