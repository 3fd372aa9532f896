//! Lines of a W3C extended log -> requests. Source floor.
//!
//! Knows the working draft (<https://www.w3.org/TR/WD-logfile>) as IIS, IIS Advanced Logging and CloudFront write it.
//! Directives name the columns, and may do so again anywhere. So this remembers the latest names.

mod agent;
mod columns;
mod day;

use std::ops::Range;

use crate::source::access_log::format::said;
use crate::source::access_log::format::status_of;
use crate::source::access_log::request::Request;
use crate::source::access_log::w3c::columns::W3cColumns;
use crate::source::access_log::w3c::day::LogDay;
use crate::source::options::LogOptions;

pub(super) use crate::source::access_log::w3c::columns::names_columns;

/// What the directives have said so far, and memory for the current line.
pub(super) struct W3c {
    options: LogOptions,
    /// Why lines are not read, if the columns are not known or not enough.
    columns: Result<W3cColumns, String>,
    day: LogDay,
    fields: Vec<Range<usize>>,
    time: Vec<u8>,
    target: Vec<u8>,
    agent: Vec<u8>,
    /// Whether some lines had no method and were taken as GET.
    pub(super) lacks_method: bool,
    /// Whether any line was separated by tabs.
    pub(super) has_tabs: bool,
}

/// The interesting parts of a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct W3cLine<'a> {
    pub(super) request: Request<'a>,
    pub(super) time: &'a [u8],
}

impl W3c {
    pub(super) fn new(options: LogOptions) -> W3c {
        W3c {
            options,
            columns: Err("no #Fields line before it".to_owned()),
            day: LogDay::default(),
            fields: Vec::new(),
            time: Vec::new(),
            target: Vec::new(),
            agent: Vec::new(),
            lacks_method: false,
            has_tabs: false,
        }
    }

    /// Takes a line that begins with `#`.
    pub(super) fn direct(&mut self, line: &[u8]) {
        if let Some(names) = columns::names(line) {
            self.columns = W3cColumns::find(names, &self.options.user);
        } else if let Some(date) = columns::directive(line, b"#Date:") {
            self.day.set(date);
        }
    }

    /// Whether times are without dates. Then even a skipped line can show that midnight has passed.
    pub(super) fn counts_days(&self) -> bool {
        self.columns
            .as_ref()
            .is_ok_and(|columns| columns.date.is_none())
    }

    /// Reads a line that is not a directive. Errors with the reason if it is not a request.
    pub(super) fn read<'a>(&'a mut self, line: &'a [u8]) -> Result<W3cLine<'a>, String> {
        let columns = self.columns.as_ref().map_err(String::clone)?;
        let is_tabbed = memchr::memchr(b'\t', line).is_some();
        let n_fields = match is_tabbed {
            true => split_tabs(line, columns.width, &mut self.fields),
            false => split_blanks(line, columns.width, &mut self.fields),
        };
        if n_fields != columns.width {
            return Err(format!(
                "{n_fields} fields where #Fields has {}",
                columns.width
            ));
        }
        self.has_tabs |= is_tabbed;
        let fields = &self.fields;
        let field = |place: usize| &line[fields[place].clone()];
        let maybe = |place: Option<usize>| place.map_or(&b""[..], |place| said(field(place)));

        self.time.clear();
        match columns.date {
            Some(date) => self.time.extend(field(date)),
            None => self.time.extend(self.day.of(field(columns.time))?),
        }
        self.time.push(b' ');
        self.time.extend(field(columns.time));
        if !columns.is_local {
            self.time.push(b'Z');
        }

        let stem = said(field(columns.target));
        let query = maybe(columns.query);
        let target = if self.options.keeps_query && !stem.is_empty() && !query.is_empty() {
            self.target.clear();
            self.target.extend(stem);
            self.target.push(b'?');
            self.target.extend(query);
            &self.target
        } else {
            stem
        };
        let status = maybe(columns.status);
        if !status.is_empty() && status_of(status).is_none() {
            return Err("the status is not a number of three digits".to_owned());
        }
        Ok(W3cLine {
            request: Request {
                address: maybe(columns.client),
                forwarded: maybe(columns.forwarded),
                remote_user: maybe(columns.user),
                agent: agent::decoded(maybe(columns.agent), is_tabbed, &mut self.agent),
                method: match columns.method {
                    Some(place) => said(field(place)),
                    None => {
                        self.lacks_method = true;
                        b"GET"
                    }
                },
                target,
                status: status_of(status),
                host: maybe(columns.host),
                referrer: maybe(columns.referrer),
                key: maybe(columns.key),
            },
            time: &self.time,
        })
    }
}

/// Finds the first `most` fields between tabs, and counts them all.
fn split_tabs(line: &[u8], most: usize, fields: &mut Vec<Range<usize>>) -> usize {
    fields.clear();
    let (mut start, mut n_fields) = (0, 0);
    for end in memchr::memchr_iter(b'\t', line).chain([line.len()]) {
        if n_fields < most {
            fields.push(start..end);
        }
        n_fields += 1;
        start = end + 1;
    }
    n_fields
}

/// Finds the first `most` fields, separated by blanks, and counts all. Quoted fields may have blanks inside, and
/// quotes inside are doubled. A quote that is never closed ends at the next blank.
fn split_blanks(line: &[u8], most: usize, fields: &mut Vec<Range<usize>>) -> usize {
    fields.clear();
    let (mut at, mut n_fields) = (0, 0);
    let mut is_unclosed = false;
    loop {
        let blanks = line[at..].iter().take_while(|&&byte| byte == b' ');
        at += blanks.count();
        if at == line.len() {
            return n_fields;
        }
        let quoted = match line[at] {
            b'"' if !is_unclosed => end_of_quoted(line, at + 1),
            _ => None,
        };
        is_unclosed |= line[at] == b'"' && quoted.is_none();
        let (range, next) = match quoted {
            Some(end) => (at + 1..end, end + 1),
            None => {
                let end = memchr::memchr(b' ', &line[at..]).map_or(line.len(), |end| at + end);
                (at..end, end)
            }
        };
        if n_fields < most {
            fields.push(range);
        }
        n_fields += 1;
        at = next;
    }
}

/// The quote that closes the one opened before `start`.
fn end_of_quoted(line: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    loop {
        at += memchr::memchr(b'"', &line[at..])?;
        match line.get(at + 1) {
            None | Some(b' ') => return Some(at),
            Some(b'"') => at += 2,
            Some(_) => at += 1,
        }
    }
}

#[cfg(test)]
mod tests;
