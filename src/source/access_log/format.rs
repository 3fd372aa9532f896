//! A format of lines: fields with text between them, compiled once, which reads every line. Source floor.
//!
//! Knows where fields begin and end. A field ends where the text after it begins; where that text may be part of a
//! value (a quote in an agent, a blank in a user's name), the next place is tried that lets the rest of the line fit.

pub(super) mod config;
pub(super) mod presets;
pub(super) mod text;
mod variables;

use std::ops::Range;

use crate::source::access_log::address;
use crate::source::access_log::request::Request;

/// What a field of a line tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Address,
    Forwarded,
    RemoteUser,
    Agent,
    /// Method, target and protocol.
    Request,
    Method,
    Target,
    /// What follows the target's question mark.
    Query,
    Status,
    Host,
    /// A time, or the first part of one: neighbours are one time.
    Time,
    Other,
}

const N_PARTS: usize = Part::Other as usize;

/// A field and the text that comes after it, which is empty only at the end of a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field {
    /// As it is written after a `$`.
    pub(super) name: String,
    pub(super) part: Part,
    pub(super) until: Vec<u8>,
}

/// A compiled format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LineFormat {
    /// What every line begins with.
    start: Vec<u8>,
    fields: Vec<Field>,
    /// By part, the field that tells it.
    places: [Option<usize>; N_PARTS],
    /// The fields that are one time.
    time: Range<usize>,
    /// The field by which the person who reads the log tells users apart, if they named one.
    key: Option<usize>,
    /// A line that ends after so many fields holds a request all the same.
    n_essential: usize,
    /// Whether machines are addresses in it, and never names.
    is_numeric: bool,
}

/// How a line ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// Where the format ends.
    Whole,
    /// Later, with something that the format does not tell of.
    More,
    /// Earlier, but after all that makes a request.
    Short,
}

/// Where a line stops to fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Misfit {
    /// From 0, of the line.
    pub(super) byte: usize,
    /// The field that could not be read.
    pub(super) field: usize,
}

/// What a line tells.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading<'a> {
    pub(super) request: Request<'a>,
    pub(super) time: &'a [u8],
    pub(super) ending: Ending,
}

/// Room for the reading of a line.
#[derive(Debug, Default)]
pub(super) struct Room {
    spans: Vec<Range<usize>>,
    time: Vec<u8>,
    target: Vec<u8>,
}

impl Room {
    /// Where the last field of the last line ended.
    pub(super) fn end(&self) -> usize {
        self.spans.last().map_or(0, |span| span.end)
    }
}

/// How often the end of a field is looked for once more in one line.
const MOST_TRIES: usize = 256;
/// The longest time that is written in a log, with room to spare.
const LONGEST_TIME: usize = 64;

impl LineFormat {
    /// A format of these fields, of which `key` is the name of the one that users are told apart by. Errors with
    /// what is missing in a log with such lines.
    pub(super) fn new(
        start: Vec<u8>,
        fields: Vec<Field>,
        key: Option<&str>,
    ) -> Result<LineFormat, String> {
        let mut places = [None; N_PARTS];
        for (place, field) in fields.iter().enumerate() {
            if let Some(known) = places.get_mut(field.part as usize)
                && known.is_none_or(|known: usize| {
                    variables::rank(&field.name) < variables::rank(&fields[known].name)
                })
            {
                *known = Some(place);
            }
        }
        let key = match key {
            None => None,
            Some(name) => Some(
                fields
                    .iter()
                    .position(|field| field.name == name)
                    .ok_or_else(|| format!("it has no field ${name}"))?,
            ),
        };
        let has = |part: Part| places[part as usize].is_some();
        let address = places[Part::Address as usize].or(places[Part::Forwarded as usize]);
        if address.is_none() && key.is_none() && !has(Part::RemoteUser) {
            return Err("it has no address of the client, such as $remote_addr or %h".to_owned());
        }
        if !has(Part::Request) && !has(Part::Target) {
            return Err("it has no request, such as $request or %r".to_owned());
        }
        let Some(first) = places[Part::Time as usize] else {
            return Err("it has no time, such as $time_local or %t".to_owned());
        };
        let is_joined = |place: usize| {
            variables::is_part_of_time(&fields[place].name)
                && fields[place]
                    .until
                    .iter()
                    .all(|byte| b" \t,.:T-/".contains(byte))
                && fields.get(place + 1).is_some_and(|next| {
                    next.part == Part::Time && variables::is_part_of_time(&next.name)
                })
        };
        let mut last = first;
        while is_joined(last) {
            last += 1;
        }
        let essential = [
            address,
            places[Part::Request as usize],
            places[Part::Method as usize],
            places[Part::Target as usize],
            places[Part::Status as usize],
            key,
            Some(last),
        ];
        Ok(LineFormat {
            start,
            n_essential: essential
                .into_iter()
                .flatten()
                .max()
                .map_or(0, |place| place + 1),
            places,
            time: first..last + 1,
            key,
            is_numeric: false,
            fields,
        })
    }

    /// The same format for lines in which machines are addresses: a name in their place is of another format.
    pub(super) fn numeric(self) -> LineFormat {
        LineFormat {
            is_numeric: true,
            ..self
        }
    }

    pub(super) fn has(&self, part: Part) -> bool {
        self.places[part as usize].is_some()
    }

    pub(super) fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// Reads a line. Errors with the place that came furthest.
    pub(super) fn read<'a>(
        &self,
        line: &'a [u8],
        room: &'a mut Room,
    ) -> Result<Reading<'a>, Misfit> {
        let ending = self.scan(line, room)?;
        Ok(self.reading(line, room, ending))
    }

    /// Finds where the fields of a line are, for [`reading`](Self::reading).
    #[inline]
    pub(super) fn scan(&self, line: &[u8], room: &mut Room) -> Result<Ending, Misfit> {
        let ending = self.find(line, &mut room.spans, true);
        match ending {
            Ok(Ending::Whole | Ending::More) => ending,
            _ if memchr::memchr(b'\\', line).is_none() => ending,
            // A backslash before a quote may be the end of a value.
            _ => match self.find(line, &mut room.spans, false) {
                Ok(Ending::Whole) => Ok(Ending::Whole),
                _ => self.find(line, &mut room.spans, true),
            },
        }
    }

    fn find(
        &self,
        line: &[u8],
        spans: &mut Vec<Range<usize>>,
        has_escapes: bool,
    ) -> Result<Ending, Misfit> {
        spans.clear();
        let allows = |field: &Field, value: &[u8]| field.allows(value, self.is_numeric);
        let Some(mut start) = after(line, 0, &self.start) else {
            return Err(Misfit { byte: 0, field: 0 });
        };
        let mut from = start;
        let mut n_tries = 0;
        let mut furthest = Misfit { byte: 0, field: 0 };
        let mut short: Option<Vec<Range<usize>>> = None;
        let last = self.fields.len() - 1;
        loop {
            let place = spans.len();
            let field = &self.fields[place];
            if place == last {
                let found = last_end(line, start, field, self.stop(), has_escapes);
                if let Some((end, next)) =
                    found.filter(|&(end, _)| allows(field, &line[start..end]))
                {
                    spans.push(start..end);
                    return Ok(match line[next..].trim_ascii_start() {
                        [] => Ending::Whole,
                        _ => Ending::More,
                    });
                }
            } else if let Some((end, next)) =
                field.end(line, start, from, has_escapes, self.is_numeric)
            {
                spans.push(start..end);
                (start, from) = (next, next);
                continue;
            }
            if (furthest.byte, furthest.field) <= (start, place) {
                furthest = Misfit {
                    byte: start,
                    field: place,
                };
            }
            if short.is_none() && self.is_enough(place, &line[start.min(line.len())..]) {
                let mut so_far = spans.clone();
                so_far.push(start.min(line.len())..line.len());
                short = Some(so_far);
            }
            // Back to the last field that may be longer.
            n_tries += 1;
            loop {
                let Some(before) = spans.pop() else {
                    return self.shortened(short, spans).ok_or(furthest);
                };
                if n_tries < MOST_TRIES && self.fields[spans.len()].extends() {
                    (start, from) = (before.start, before.end + 1);
                    break;
                }
            }
        }
    }

    /// Whether a line that ends within the field at `place`, in `rest`, holds a request.
    fn is_enough(&self, place: usize, rest: &[u8]) -> bool {
        let field = &self.fields[place];
        place >= self.n_essential
            || place + 1 == self.n_essential
                && field.part == Part::Status
                && field.allows(rest, false)
    }

    fn shortened(
        &self,
        short: Option<Vec<Range<usize>>>,
        spans: &mut Vec<Range<usize>>,
    ) -> Option<Ending> {
        *spans = short?;
        Some(Ending::Short)
    }

    /// The byte that ends a last field without text after it: what is before the field, if that separates.
    fn stop(&self) -> u8 {
        let before = match self.fields.len() {
            0 | 1 => &self.start,
            n => &self.fields[n - 2].until,
        };
        let is_mark = |byte: &&u8| matches!(**byte, b'\t' | b'|' | b',' | b';');
        before.iter().find(is_mark).copied().unwrap_or(b' ')
    }

    /// What a line tells, whose fields were found.
    #[inline]
    pub(super) fn reading<'a>(
        &self,
        line: &'a [u8],
        room: &'a mut Room,
        ending: Ending,
    ) -> Reading<'a> {
        let Room {
            spans,
            time,
            target,
        } = room;
        let value = |place: usize| {
            let span = spans.get(place).cloned().unwrap_or_default();
            said(line[span].trim_ascii())
        };
        let maybe = |part: Part| self.places[part as usize].map_or(&b""[..], value);
        let time: &[u8] = match self.time.len() {
            1 => value(self.time.start),
            _ => {
                time.clear();
                for place in self.time.clone() {
                    time.extend(value(place));
                    // `10:00:00.123` in two fields has no blank within.
                    match self.fields[place].until.as_slice() {
                        _ if place + 1 == self.time.end => {}
                        mark @ ([b'.' | b':' | b'-' | b'/' | b'T'] | [b'.', ..]) => {
                            time.extend(mark)
                        }
                        _ => time.push(b' '),
                    }
                }
                time
            }
        };
        let (method, mut requested) = match maybe(Part::Request) {
            b"" => (maybe(Part::Method), maybe(Part::Target)),
            request => method_and_target(request),
        };
        let method = match method {
            b"" if !self.has(Part::Request) && !self.has(Part::Method) => b"GET",
            method => method,
        };
        let query = maybe(Part::Query);
        if !query.is_empty() && memchr::memchr(b'?', requested).is_none() && !requested.is_empty() {
            target.clear();
            target.extend(requested);
            if !query.starts_with(b"?") {
                target.push(b'?');
            }
            target.extend(query);
            requested = target;
        }
        let forwarded = maybe(Part::Forwarded);
        Reading {
            request: Request {
                address: match self.has(Part::Address) {
                    true => maybe(Part::Address),
                    false => forwarded,
                },
                forwarded,
                remote_user: maybe(Part::RemoteUser),
                agent: maybe(Part::Agent),
                method,
                target: requested,
                status: status_of(maybe(Part::Status)),
                host: maybe(Part::Host),
                key: self.key.map_or(&b""[..], value),
            },
            time,
            ending,
        }
    }
}

impl Field {
    /// Whether the text after it may be part of a value, so that it is worth to look for the next place.
    fn extends(&self) -> bool {
        matches!(
            self.part,
            Part::Request | Part::Agent | Part::Address | Part::Forwarded
        ) || !matches!(self.until.as_slice(), [b' ' | b'\t' | b',' | b'|' | b';'])
    }

    /// Whether a value can be this field's.
    #[inline]
    fn allows(&self, value: &[u8], is_numeric: bool) -> bool {
        match self.part {
            Part::Address if is_numeric => address::may_be_numeric_list(value),
            Part::Address | Part::Forwarded => address::may_be_list(value),
            // What is before the dash is of another field.
            Part::RemoteUser => !value.starts_with(b"- "),
            Part::Status => status_of(value).is_some() || value == b"-",
            Part::Time => {
                (1..=LONGEST_TIME).contains(&value.len())
                    && memchr::memchr3(b'[', b']', b'"', value).is_none()
            }
            Part::Method => memchr::memchr2(b' ', b'"', value).is_none(),
            // What separates fields may stand within the brackets of an agent that is in no quotes.
            Part::Agent if !self.until.is_empty() && self.until[0] != b'"' => {
                let count = |mark: u8| memchr::memchr_iter(mark, value).count();
                count(b'(') == count(b')')
            }
            // Without quotes it ends at no blank before it has a target.
            Part::Request if self.until.first() == Some(&b' ') => {
                value == b"-" || memchr::memchr(b' ', value).is_some()
            }
            _ => true,
        }
    }

    /// The first end at or after `from` of the value that begins at `start`, and where what comes next begins.
    #[inline]
    fn end(
        &self,
        line: &[u8],
        start: usize,
        from: usize,
        has_escapes: bool,
        is_numeric: bool,
    ) -> Option<(usize, usize)> {
        let first = *self.until.first()?;
        let mut at = from;
        loop {
            let end = find_near(first, line, at)?;
            if let Some(next) = after(line, end, &self.until)
                && !(has_escapes && first == b'"' && is_escaped(line, end))
            {
                if self.allows(&line[start..end], is_numeric) {
                    return Some((end, next));
                }
                if !self.extends() {
                    return None;
                }
            }
            at = end + 1;
        }
    }
}

/// The end of the last field's value, and where what follows the format begins.
fn last_end(
    line: &[u8],
    start: usize,
    field: &Field,
    stop: u8,
    has_escapes: bool,
) -> Option<(usize, usize)> {
    let text = line.get(start..)?;
    let Some(&mark) = field.until.first() else {
        let goes_on = match field.part {
            Part::Request | Part::Agent => true,
            Part::Time => field.allows(text, false),
            _ => false,
        };
        let end = match goes_on {
            true => line.len(),
            false => memchr::memchr(stop, text).map_or(line.len(), |end| start + end),
        };
        return Some((end, end));
    };
    let closes = |&at: &usize| {
        has_at(line, at, &field.until) && !(has_escapes && mark == b'"' && is_escaped(line, at))
    };
    let n_until = field.until.len();
    let mut ends = memchr::memchr_iter(mark, text)
        .map(|at| start + at)
        .filter(closes);
    let first = ends.next()?;
    if first + n_until == line.len() {
        return Some((first, line.len()));
    }
    // Of quotes that nobody escaped, that one closes after which as many are opened as closed.
    let n_quotes = |from: usize| memchr::memchr_iter(b'"', &line[from..]).count();
    std::iter::once(first)
        .chain(ends)
        .find(|end| {
            let next = end + n_until;
            match line.get(next) {
                None => true,
                Some(b' ' | b'\t' | b',' | b'|' | b';') => mark != b'"' || n_quotes(next) % 2 == 0,
                Some(_) => false,
            }
        })
        // An agent may end in a backslash that is not meant to escape anything.
        .or_else(|| {
            (line.ends_with(&field.until) && line.len() - n_until >= start)
                .then(|| line.len() - n_until)
        })
        .map(|end| (end, end + n_until))
}

/// Whether a line has a text at `at`. Texts are of few bytes, for which a call would take longer than the comparison.
#[inline(always)]
fn has_at(line: &[u8], at: usize, text: &[u8]) -> bool {
    line.len() >= at + text.len() && line[at..].iter().zip(text).all(|(one, other)| one == other)
}

/// The first place from `at` on of a byte that is most often near.
#[inline(always)]
fn find_near(byte: u8, line: &[u8], at: usize) -> Option<usize> {
    const NEAR: usize = 8;
    let rest = line.get(at..)?;
    let near = rest.len().min(NEAR);
    match rest[..near].iter().position(|&other| other == byte) {
        Some(found) => Some(at + found),
        None => memchr::memchr(byte, &rest[near..]).map(|found| at + near + found),
    }
}

/// Where the line goes on after `text`, which is at `at`; more blanks than one are as good as one.
#[inline]
fn after(line: &[u8], at: usize, text: &[u8]) -> Option<usize> {
    let mut next = match has_at(line, at, text) {
        true => at + text.len(),
        false => after_blanks(line, at, text)?,
    };
    if text.last() == Some(&b' ') {
        while line.get(next) == Some(&b' ') {
            next += 1;
        }
    }
    Some(next)
}

/// The same for a line that has other numbers of blanks within the text.
fn after_blanks(line: &[u8], at: usize, text: &[u8]) -> Option<usize> {
    let mut next = at;
    for &byte in text {
        if line.get(next) != Some(&byte) {
            return None;
        }
        next += 1;
        while byte == b' ' && line.get(next) == Some(&b' ') {
            next += 1;
        }
    }
    Some(next)
}

/// A value; empty if it is the `-` or the quotes that stand for nothing.
#[inline]
pub(super) fn said(value: &[u8]) -> &[u8] {
    match value {
        b"-" | b"\"\"" | b"\"-\"" => b"",
        value => value,
    }
}

/// Method and target of a request, each empty if it is missing. The target is everything between the method and
/// the protocol, if there is one.
#[inline]
pub(super) fn method_and_target(request: &[u8]) -> (&[u8], &[u8]) {
    let request = request.trim_ascii();
    let Some(blank) = memchr::memchr(b' ', request) else {
        return (said(request), b"");
    };
    let (method, mut target) = (&request[..blank], request[blank..].trim_ascii());
    match memchr::memrchr(b' ', target) {
        Some(last) if target[last + 1..].starts_with(b"HTTP/") => {
            target = target[..last].trim_ascii_end();
        }
        None if target.starts_with(b"HTTP/") => target = b"",
        _ => {}
    }
    (said(method), said(target))
}

/// A status of three digits.
#[inline]
pub(super) fn status_of(text: &[u8]) -> Option<u16> {
    match text {
        [a @ b'0'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9'] => {
            Some(u16::from(a - b'0') * 100 + u16::from(b - b'0') * 10 + u16::from(c - b'0'))
        }
        _ => None,
    }
}

/// Whether the byte at `at` has an odd number of backslashes before it.
#[inline]
fn is_escaped(text: &[u8], at: usize) -> bool {
    let backslashes = text[..at].iter().rev().take_while(|&&byte| byte == b'\\');
    backslashes.count() % 2 == 1
}

#[cfg(test)]
mod tests;
