//! A format of lines: fields with text between them. It is compiled once and reads every line. Source floor.
//!
//! Knows where fields begin and end. A field ends where the text after it begins. If that text can be part of a value
//! (a quote in an agent, a blank in a user's name), later places are tried until the rest of the line fits.

pub(super) mod config;
mod field;
pub(super) mod presets;
pub(super) mod text;
mod values;
mod variables;

use std::ops::Range;

use crate::source::access_log::carried::CarriedField;
pub(super) use crate::source::access_log::format::field::Field;
pub(super) use crate::source::access_log::format::field::Part;
use crate::source::access_log::format::field::after;
use crate::source::access_log::format::field::last_end;
pub(super) use crate::source::access_log::format::values::method_and_target;
pub(super) use crate::source::access_log::format::values::said;
pub(super) use crate::source::access_log::format::values::status_of;
use crate::source::access_log::request::Request;

const N_PARTS: usize = Part::Other as usize;

/// A compiled format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LineFormat {
    /// The text with which every line begins.
    start: Vec<u8>,
    fields: Vec<Field>,
    /// By part, the field that tells it.
    places: [Option<usize>; N_PARTS],
    /// The fields that are one time.
    time: Range<usize>,
    /// The field by which the person who reads the log tells users apart, if they named one.
    key: Option<usize>,
    referrer: Option<usize>,
    /// A line that ends after this many fields still has a request.
    n_essential: usize,
    /// Whether machines are addresses in it, and never names.
    is_numeric: bool,
}

/// How a line ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// Where the format ends.
    Whole,
    /// Later, with text that the format does not describe.
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

/// What a line says.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReadLine<'a> {
    pub(super) request: Request<'a>,
    pub(super) time: &'a [u8],
    pub(super) ending: Ending,
}

/// Room for the reading of a line.
#[derive(Debug, Default)]
pub(super) struct Room {
    spans: Vec<Range<usize>>,
    joined: JoinedValues,
}

/// Values that a line has in several fields.
#[derive(Debug, Default)]
pub(super) struct JoinedValues {
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

impl LineFormat {
    /// A format of these fields. `key` is the name of the field that tells users apart. The error says what a log with
    /// such lines lacks.
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
            referrer: fields
                .iter()
                .position(|field| matches!(field.name.as_str(), "http_referer" | "http_referrer")),
            is_numeric: false,
            fields,
        })
    }

    /// The same format for lines in which machines are addresses. A name in their place means another format.
    pub(super) fn numeric(self) -> LineFormat {
        LineFormat {
            is_numeric: true,
            ..self
        }
    }

    pub(super) fn has(&self, part: Part) -> bool {
        self.places[part as usize].is_some()
    }

    /// Whether lines have a value to carry.
    pub(super) fn carries(&self, field: CarriedField) -> bool {
        match field {
            CarriedField::Referrer => self.referrer.is_some(),
            CarriedField::Host => self.has(Part::Host),
            CarriedField::Status => self.has(Part::Status),
            CarriedField::Agent | CarriedField::AgentFamily => self.has(Part::Agent),
        }
    }

    pub(super) fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// Reads a line. The error is the furthest place that was reached.
    pub(super) fn read<'a>(
        &self,
        line: &'a [u8],
        room: &'a mut Room,
    ) -> Result<ReadLine<'a>, Misfit> {
        let ending = self.scan(line, &mut room.spans)?;
        Ok(self.reading(line, &room.spans, &mut room.joined, ending))
    }

    /// Finds where the fields of a line are, for [`reading`](Self::reading).
    #[inline]
    pub(super) fn scan(
        &self,
        line: &[u8],
        spans: &mut Vec<Range<usize>>,
    ) -> Result<Ending, Misfit> {
        let ending = self.find(line, spans, true);
        match ending {
            Ok(Ending::Whole | Ending::More) => ending,
            _ if memchr::memchr(b'\\', line).is_none() => ending,
            // A backslash before a quote may be the end of a value.
            _ => match self.find(line, spans, false) {
                Ok(Ending::Whole) => Ok(Ending::Whole),
                _ => self.find(line, spans, true),
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

    /// The byte that ends a last field without text after it: the one before the field, if it separates fields.
    fn stop(&self) -> u8 {
        let before = match self.fields.len() {
            0 | 1 => &self.start,
            n => &self.fields[n - 2].until,
        };
        let is_mark = |byte: &&u8| matches!(**byte, b'\t' | b'|' | b',' | b';');
        before.iter().find(is_mark).copied().unwrap_or(b' ')
    }

    /// What a line says, whose fields were found in these places.
    #[inline]
    pub(super) fn reading<'a>(
        &self,
        line: &'a [u8],
        spans: &[Range<usize>],
        JoinedValues { time, target }: &'a mut JoinedValues,
        ending: Ending,
    ) -> ReadLine<'a> {
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
                    // `10:00:00.123` in two fields has no blank inside.
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
        ReadLine {
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
                referrer: self.referrer.map_or(&b""[..], value),
                key: self.key.map_or(&b""[..], value),
            },
            time,
            ending,
        }
    }
}

#[cfg(test)]
mod tests;
