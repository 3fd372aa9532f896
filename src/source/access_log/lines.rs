//! Lines of text -> requests, in the formats that a log was found to have. Source floor.

use std::ops::Range;
use std::sync::Arc;

use crate::source::access_log::carried::CarriedField;
use crate::source::access_log::format::Ending;
use crate::source::access_log::format::JoinedValues;
use crate::source::access_log::format::LineFormat;
use crate::source::access_log::format::Misfit;
use crate::source::access_log::format::ReadLine;
use crate::source::access_log::left_out::Reason;
use crate::source::access_log::peel;
use crate::source::access_log::peel::Wrapper;
use crate::source::access_log::request::RequestTime;
use crate::source::access_log::request::Requests;
use crate::source::rows::intake::Intake;
use crate::source::rows::sink::Sink;
use crate::source::time::TimeFormat;
use crate::words::error;
use crate::words::figure;

/// How the lines of a log are read, and the result so far.
#[derive(Debug)]
pub(in crate::source) struct Lines {
    pub(super) finder: FieldFinder,
    pub(super) reader: FieldReader,
    /// The name of the format, such as `Combined`.
    pub(super) title: String,
    /// The note on how it was found.
    pub(super) found: Vec<String>,
    /// How times are written, if they could be misunderstood.
    pub(super) dates: Option<TimeFormat>,
}

/// Takes off lines what collectors put in front of them.
#[derive(Clone, Debug, Default)]
struct Peeler {
    wrappers: Vec<Wrapper>,
    plain: Vec<u8>,
}

/// Finds where lines have their fields, by the formats of a log.
#[derive(Debug)]
pub(super) struct FieldFinder {
    peeler: Peeler,
    formats: Arc<[LineFormat]>,
    /// The one that read the last line.
    last: usize,
    spans: Vec<Range<usize>>,
    n_short: u64,
}

/// Where a line has its fields.
#[derive(Clone, Copy, Debug)]
pub(super) struct FoundFields<'s> {
    /// The place of the format by which they were found.
    pub(super) format: usize,
    pub(super) ending: Ending,
    /// By field, of the line below its wrappers.
    pub(super) spans: &'s [Range<usize>],
}

/// Reads lines whose fields were found.
#[derive(Debug)]
pub(super) struct FieldReader {
    peeler: Peeler,
    formats: Arc<[LineFormat]>,
    joined: JoinedValues,
}

/// Why a line tells of no request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// Another kind of line: a start, an error, a stack trace.
    Other,
    /// It looks like a request, but not in these formats.
    Misfit(String),
}

impl Lines {
    pub(super) fn new(wrappers: Vec<Wrapper>, formats: Vec<LineFormat>, title: String) -> Lines {
        let formats: Arc<[LineFormat]> = formats.into();
        let peeler = Peeler {
            wrappers,
            plain: Vec::new(),
        };
        Lines {
            finder: FieldFinder {
                peeler: peeler.clone(),
                formats: Arc::clone(&formats),
                last: 0,
                spans: Vec::new(),
                n_short: 0,
            },
            reader: FieldReader {
                peeler,
                formats,
                joined: JoinedValues::default(),
            },
            title,
            found: Vec::new(),
            dates: None,
        }
    }

    /// Reads a line.
    pub(super) fn read<'l>(&'l mut self, line: &'l [u8]) -> Result<ReadLine<'l>, Unread> {
        let found = self.finder.find(line)?;
        Ok(self.reader.read(line, found))
    }

    /// Whether any of its formats has a value to carry.
    pub(super) fn carries(&self, field: CarriedField) -> bool {
        let mut formats = self.finder.formats.iter();
        formats.any(|format| format.carries(field))
    }

    /// Notes for the end.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = self.found.clone();
        let wrappers = &self.finder.peeler.wrappers;
        if !wrappers.is_empty() {
            let words: Vec<&str> = wrappers.iter().map(|wrapper| wrapper.words()).collect();
            notes.push(format!("{} were taken off the lines", words.join(" and ")));
        }
        match self.finder.n_short {
            0 => {}
            1 => notes.push("1 line ends early, cut off or without the last fields; it was read as far as it goes".to_owned()),
            n => notes.push(format!(
                "{} lines end early, cut off or without the last fields; they were read as far as they go",
                figure::count(n)
            )),
        }
        notes
    }
}

impl Peeler {
    #[inline]
    fn peel<'l>(&'l mut self, line: &'l [u8]) -> &'l [u8] {
        let line = match self.wrappers.as_slice() {
            [] => line,
            [Wrapper::Colours, rest @ ..] => {
                peel::without_colours(line, &mut self.plain);
                peel::peel(rest, &self.plain)
            }
            wrappers => peel::peel(wrappers, line),
        };
        line.trim_ascii_start()
    }
}

impl FieldReader {
    /// Reads a line whose fields are there.
    #[inline]
    pub(super) fn read<'l>(&'l mut self, line: &'l [u8], found: FoundFields<'_>) -> ReadLine<'l> {
        let line = self.peeler.peel(line);
        let format = &self.formats[found.format];
        format.reading(line, found.spans, &mut self.joined, found.ending)
    }
}

impl FieldFinder {
    /// Finds the fields of a line.
    #[inline]
    pub(super) fn find(&mut self, line: &[u8]) -> Result<FoundFields<'_>, Unread> {
        let FieldFinder {
            peeler,
            formats,
            last,
            spans,
            n_short,
        } = self;
        let line = peeler.peel(line);
        let mut ending = formats[*last].scan(line, spans);
        if formats.len() > 1 && ending != Ok(Ending::Whole) {
            *last = best(formats, line, spans);
            // `spans` must hold what the best one found.
            ending = formats[*last].scan(line, spans);
        }
        match ending {
            Ok(ending) => {
                *n_short += u64::from(ending == Ending::Short);
                Ok(FoundFields {
                    format: *last,
                    ending,
                    spans,
                })
            }
            Err(misfit) => Err(unread(&formats[*last], line, misfit)),
        }
    }
}

/// Passes what a line says to `requests`.
#[inline]
pub(super) fn take<S: Sink + ?Sized>(
    requests: &mut Requests,
    intake: &mut Intake<'_, S>,
    read: Result<ReadLine<'_>, Unread>,
    number: u64,
) -> error::Result<()> {
    match read {
        Ok(read) => {
            let time = RequestTime::Text(read.time);
            requests.take(intake, &read.request, time, number)
        }
        Err(Unread::Other) => {
            requests.leave_out(Reason::OtherLine);
            Ok(())
        }
        Err(Unread::Misfit(reason)) => intake.reject(number, reason),
    }
}

/// The format that reads a line to its end, or else the first that reads it.
#[inline(never)]
fn best(formats: &[LineFormat], line: &[u8], spans: &mut Vec<Range<usize>>) -> usize {
    let rank = |ending: Result<Ending, Misfit>| match ending {
        Ok(Ending::Whole) => 0,
        Ok(Ending::More) => 1,
        Ok(Ending::Short) => 2,
        Err(_) => 3,
    };
    let best = (0..formats.len()).min_by_key(|&place| rank(formats[place].scan(line, spans)));
    best.unwrap_or(0)
}

#[cold]
fn unread(format: &LineFormat, line: &[u8], misfit: Misfit) -> Unread {
    if is_error(line) || !has_request(line) && !is_rest(line) {
        return Unread::Other;
    }
    let field = format.fields().get(misfit.field);
    Unread::Misfit(format!(
        "it does not fit the format at byte {}, where ${} is to be",
        figure::count(misfit.byte as u64 + 1),
        field.map_or("", |field| field.name.as_str())
    ))
}

/// Whether a line is of an error log: nginx's begins with a time and a level, Apache's with both in brackets.
pub(super) fn is_error(line: &[u8]) -> bool {
    const LEVELS: [&[u8]; 9] = [
        b"debug]",
        b"info]",
        b"notice]",
        b"warn]",
        b"error]",
        b"crit]",
        b"alert]",
        b"emerg]",
        b"warning]",
    ];
    let level = |rest: &[u8]| LEVELS.iter().any(|level| rest.starts_with(level));
    match line {
        [
            _,
            _,
            _,
            _,
            b'/',
            _,
            _,
            b'/',
            _,
            _,
            b' ',
            _,
            _,
            b':',
            _,
            _,
            b':',
            _,
            _,
            b' ',
            b'[',
            rest @ ..,
        ] => level(rest),
        // `[Fri Mar 01 10:00:00.123 2024] [core:error] [pid 1]`
        [b'[', _, _, _, b' ', _, _, _, b' ', ..] => {
            let Some(end) = memchr::memmem::find(&line[..line.len().min(64)], b"] [") else {
                return false;
            };
            let rest = &line[end + 3..];
            level(rest)
                || memchr::memchr(b':', &rest[..rest.len().min(32)])
                    .is_some_and(|at| level(&rest[at + 1..]))
        }
        _ => false,
    }
}

/// Whether a line is the end of a line with a request.
fn is_rest(line: &[u8]) -> bool {
    let has = |text: &[u8]| memchr::memmem::find(line, text).is_some();
    has(b"TTP/1.") || has(b"\"Mozilla/")
}

/// Whether a line has a time in brackets as logs have it, or a request in quotes.
pub(in crate::source) fn has_request(line: &[u8]) -> bool {
    const METHODS: [&[u8]; 8] = [
        b"GET ",
        b"POST ",
        b"HEAD ",
        b"PUT ",
        b"OPTIONS ",
        b"DELETE ",
        b"PATCH ",
        b"CONNECT ",
    ];
    let begins = |&at: &usize| at == 0 || b" \t|]=".contains(&line[at - 1]);
    memchr::memchr2_iter(b'[', b'"', line)
        .filter(begins)
        .any(|at| match &line[at..] {
            [b'[', _, _, b'/', _, _, _, b'/', _, _, _, _, b':', ..] => true,
            [b'"', rest @ ..] => METHODS.iter().any(|method| rest.starts_with(method)),
            _ => false,
        })
}
