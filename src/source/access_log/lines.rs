//! Lines of text -> requests, in the formats that a log was found to have. Source floor.

use crate::source::access_log::format::Ending;
use crate::source::access_log::format::LineFormat;
use crate::source::access_log::format::Misfit;
use crate::source::access_log::format::ReadLine;
use crate::source::access_log::format::Room;
use crate::source::access_log::peel;
use crate::source::access_log::peel::Wrapper;
use crate::source::time::TimeFormat;
use crate::words::figure;

/// How the lines of a log are read, and what came of them so far.
#[derive(Debug, Default)]
pub(in crate::source) struct Lines {
    wrappers: Vec<Wrapper>,
    formats: Formats,
    /// How the format is called, such as `Combined`.
    pub(super) title: String,
    /// What is said of how it was found.
    pub(super) found: Vec<String>,
    /// How times are written, if they would be misunderstood otherwise.
    pub(super) dates: Option<TimeFormat>,
    plain: Vec<u8>,
}

/// The formats of a log, and what they have read.
#[derive(Debug, Default)]
struct Formats {
    all: Vec<LineFormat>,
    /// The one that read the last line.
    last: usize,
    room: Room,
    n_short: u64,
}

/// Why a line tells of no request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// It is of another kind: a start, an error, a stack trace.
    Other,
    /// It looks like a request, but not in these formats.
    Misfit(String),
}

impl Lines {
    pub(super) fn new(wrappers: Vec<Wrapper>, formats: Vec<LineFormat>, title: String) -> Lines {
        Lines {
            wrappers,
            formats: Formats {
                all: formats,
                ..Formats::default()
            },
            title,
            ..Lines::default()
        }
    }

    /// Reads a line.
    #[inline]
    pub(super) fn read<'l>(&'l mut self, line: &'l [u8]) -> Result<ReadLine<'l>, Unread> {
        let line = match self.wrappers.as_slice() {
            [] => line,
            [Wrapper::Colours, rest @ ..] => {
                peel::without_colours(line, &mut self.plain);
                peel::peel(rest, &self.plain)
            }
            wrappers => peel::peel(wrappers, line),
        };
        self.formats.read(line.trim_ascii_start())
    }

    /// What is to be said at the end.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = self.found.clone();
        if !self.wrappers.is_empty() {
            let words: Vec<&str> = self
                .wrappers
                .iter()
                .map(|wrapper| wrapper.words())
                .collect();
            notes.push(format!("{} were taken off the lines", words.join(" and ")));
        }
        match self.formats.n_short {
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

impl Formats {
    #[inline]
    fn read<'l>(&'l mut self, line: &'l [u8]) -> Result<ReadLine<'l>, Unread> {
        let mut ending = self.all[self.last].scan(line, &mut self.room);
        if self.all.len() > 1 && ending != Ok(Ending::Whole) {
            ending = self.read_by_best(line);
        }
        match ending {
            Ok(ending) => {
                self.n_short += u64::from(ending == Ending::Short);
                Ok(self.all[self.last].reading(line, &mut self.room, ending))
            }
            Err(misfit) => Err(self.unread(line, misfit)),
        }
    }

    /// Goes over to the format that reads a line to its end, or else to the first that reads it.
    #[inline(never)]
    fn read_by_best(&mut self, line: &[u8]) -> Result<Ending, Misfit> {
        let Formats { all, room, .. } = self;
        let rank = |ending: Result<Ending, Misfit>| match ending {
            Ok(Ending::Whole) => 0,
            Ok(Ending::More) => 1,
            Ok(Ending::Short) => 2,
            Err(_) => 3,
        };
        let best = (0..all.len()).min_by_key(|&place| rank(all[place].scan(line, room)));
        self.last = best.unwrap_or(0);
        // The room is to hold what the best one found.
        self.all[self.last].scan(line, &mut self.room)
    }

    #[cold]
    fn unread(&self, line: &[u8], misfit: Misfit) -> Unread {
        if is_error(line) || !has_request(line) && !is_rest(line) {
            return Unread::Other;
        }
        let fields = self.all[self.last].fields();
        let name = fields
            .get(misfit.field)
            .map_or("", |field| field.name.as_str());
        Unread::Misfit(format!(
            "it does not fit the format at byte {}, where ${name} is to be",
            figure::count(misfit.byte as u64 + 1)
        ))
    }
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

/// Whether a line is the rest of one that has a request.
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
