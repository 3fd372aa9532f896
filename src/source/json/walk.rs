//! Text -> objects, one after the other, and the text between them. Source floor.
//!
//! Knows lines, and how to go on after text that is not JSON; nothing about the content of objects.
//!
//! A row is an object. What is none is bad: a scalar, an array, text that is no JSON, an object with text
//! after it on its line. Reading goes on at the next line; if the bad object went over several lines, at
//! the next line that begins with an object and is not further in: an object that was never closed takes
//! no other with it, and its own lines are not all bad rows of their own. How often bytes are scanned
//! again is limited by how deep objects may be nested.

use crate::source::access_log;
use crate::source::json::grammar::Fault;
use crate::source::json::grammar::JsonText;
use crate::source::json::grammar::ValueKind;
use crate::source::json::grammar::Visit;
use crate::source::json::grammar::scan;
use crate::source::json::prefix::LinePrefix;
use crate::source::json::prefix::prefix;
use crate::source::time::quoted;

/// How objects follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sequence {
    /// With blanks between them: usually one on each line.
    Stream,
    /// With commas between them, in an array.
    Array,
    /// The same of rows that are arrays themselves.
    StreamOfRows,
    ArrayOfRows,
}

impl Sequence {
    /// Whether there is no array around them.
    fn is_stream(self) -> bool {
        matches!(self, Sequence::Stream | Sequence::StreamOfRows)
    }

    /// The first byte of an object, or of a row.
    fn opening(self) -> u8 {
        match self {
            Sequence::Stream | Sequence::Array => b'{',
            Sequence::StreamOfRows | Sequence::ArrayOfRows => b'[',
        }
    }

    /// Whether rows are arrays.
    pub(super) fn is_of_rows(self) -> bool {
        self.opening() == b'['
    }
}

/// The kind of the next bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NextObject {
    /// An object, which starts on that line. The listener has heard its wanted values.
    Object { line: u64 },
    /// Text that is not a row.
    Bad { line: u64, reason: String },
    /// At most the beginning of something; at the end of the input, nothing.
    NeedsMore,
    /// The rest cannot be read.
    Refused { line: u64, problem: String },
}

/// Goes from object to object.
#[derive(Debug)]
pub(super) struct ObjectWalk {
    shape: Sequence,
    mode: Mode,
    /// The place in the bytes. Everything before it is done.
    at: usize,
    /// Line of that place.
    line: u64,
    /// How many blanks come before that place on its line; `usize::MAX` if there is something else.
    indent: usize,
    /// Whether the last bad text is a line of another kind, such as a program's start: not an object, and not a
    /// request.
    is_of_another_kind: bool,
}

#[derive(Clone, Copy, Debug)]
enum Mode {
    Reading(Position),
    /// Go to the end of the line, and then seek, or read on.
    Passing(Option<Lost>),
    /// At the beginning of a line: to one that begins with an object.
    Seeking(Lost),
}

/// Where in a stream or an array something is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Position {
    /// Between the objects of a stream.
    Between,
    /// Before or after an array.
    Outside,
    /// After the `[`.
    First,
    /// After a comma.
    Next,
    /// After an element.
    After,
}

/// A place that is looked for again.
#[derive(Clone, Copy, Debug)]
struct Lost {
    /// Most blanks before the object to go on with.
    indent: usize,
    /// Whether skipped text was not scanned before.
    is_unread: bool,
    /// Whether there may have been an object in such text.
    has_brace: bool,
}

impl ObjectWalk {
    /// A walk from the beginning of a text.
    pub(super) fn new(shape: Sequence) -> ObjectWalk {
        let mut walk = ObjectWalk {
            shape,
            mode: Mode::Passing(None),
            at: 0,
            line: 1,
            indent: 0,
            is_of_another_kind: false,
        };
        walk.mode = walk.between();
        walk
    }

    /// How many bytes are done since the last call. The caller must take them away.
    pub(super) fn consumed(&mut self) -> usize {
        std::mem::take(&mut self.at)
    }

    /// Whether the last bad text is a line that is not about a request.
    pub(super) fn is_of_another_kind(&self) -> bool {
        self.is_of_another_kind
    }

    /// The line of the next object or text.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// The next object, or what is there instead of one. Cannot fail otherwise than by [`NextObject::Refused`].
    #[inline]
    pub(super) fn step<V: Visit>(&mut self, text: JsonText<'_>, visit: &mut V) -> NextObject {
        loop {
            let step = match self.mode {
                Mode::Reading(place) => self.read(place, text, visit),
                Mode::Passing(lost) => self.pass(lost, text),
                Mode::Seeking(lost) => self.seek(lost, text),
            };
            if let Some(step) = step {
                return step;
            }
        }
    }

    #[inline]
    fn read<V: Visit>(
        &mut self,
        place: Position,
        text: JsonText<'_>,
        visit: &mut V,
    ) -> Option<NextObject> {
        self.pass_blanks(text);
        let Some(&first) = text.bytes.get(self.at) else {
            let is_inside = !matches!(place, Position::Between | Position::Outside);
            if text.is_end && is_inside {
                self.mode = Mode::Reading(Position::Outside);
                return self.bad("the array is never closed: is the file complete?".to_owned());
            }
            return Some(NextObject::NeedsMore);
        };
        match (place, first) {
            (Position::Between | Position::First | Position::Next, first)
                if first == self.shape.opening() =>
            {
                self.object(text, visit)
            }
            (Position::Between, _) => match prefix(&text.bytes[self.at..], text.is_end) {
                LinePrefix::Of(length) => {
                    self.at += length;
                    None
                }
                LinePrefix::Missing => self.other(text, visit),
                LinePrefix::NeedsMore => Some(NextObject::NeedsMore),
            },
            (Position::Outside, b'[') => self.take(Position::First),
            (Position::After, b',') => self.take(Position::Next),
            (Position::After | Position::First, b']') => self.take(Position::Outside),
            (Position::Next, b']') => {
                self.take(Position::Outside);
                self.bad("a comma after the last object of the array".to_owned())
            }
            (Position::After, first) if first == self.shape.opening() => {
                self.mode = Mode::Reading(Position::Next);
                self.bad("no comma before the object".to_owned())
            }
            (Position::First | Position::Next, _) => self.other(text, visit),
            (Position::Outside, _) => self.broken(text, 0, self.at, "an array"),
            (Position::After, _) => self.broken(text, 0, self.at, "a comma or ]"),
        }
    }

    fn take(&mut self, place: Position) -> Option<NextObject> {
        self.at += 1;
        self.indent = usize::MAX;
        self.mode = Mode::Reading(place);
        None
    }

    #[inline]
    fn object<V: Visit>(&mut self, text: JsonText<'_>, visit: &mut V) -> Option<NextObject> {
        self.is_of_another_kind = false;
        let scanned = scan(text, self.at, visit);
        let line = self.line;
        match scanned.end {
            Ok(end) => {
                if self.shape.is_stream() {
                    match what_follows(text, end, self.shape.opening()) {
                        Follows::Nothing => {}
                        Follows::Text => {
                            let Some(shown) = shown(text, end) else {
                                return Some(NextObject::NeedsMore);
                            };
                            (self.at, self.line) = (end, line + scanned.line_ends);
                            self.mode = Mode::Passing(None);
                            let reason = format!("text after the object: {shown}");
                            return Some(NextObject::Bad { line, reason });
                        }
                        Follows::Unknown => return Some(NextObject::NeedsMore),
                    }
                } else {
                    self.mode = Mode::Reading(Position::After);
                }
                (self.at, self.line) = (end, line + scanned.line_ends);
                self.indent = usize::MAX;
                Some(NextObject::Object { line })
            }
            Err(fault) => self.fault(text, scanned.line_ends, fault),
        }
    }

    /// Text that does not begin like an object.
    fn other<V: Visit>(&mut self, text: JsonText<'_>, visit: &mut V) -> Option<NextObject> {
        let start = self.at;
        let rest = &text.bytes[start..];
        let length = memchr::memchr(text.terminator, rest).unwrap_or(rest.len());
        self.is_of_another_kind =
            self.shape.is_stream() && !access_log::has_request(&rest[..length]);
        let scanned = scan(text, start, visit);
        let line = self.line;
        match scanned.end {
            Ok(end) => {
                let kind = match text.bytes[start] {
                    b'"' => ValueKind::Plain,
                    b'[' => ValueKind::Array,
                    b't' | b'f' => ValueKind::Boolean,
                    b'n' => ValueKind::Null,
                    _ => ValueKind::Number,
                };
                (self.at, self.line) = (end, line + scanned.line_ends);
                self.indent = usize::MAX;
                self.mode = match self.shape.is_stream() {
                    true => Mode::Passing(None),
                    false => Mode::Reading(Position::After),
                };
                let reason = format!("{} where an object was expected", kind.words());
                Some(NextObject::Bad { line, reason })
            }
            Err(fault) => self.fault(text, scanned.line_ends, fault),
        }
    }

    #[cold]
    fn fault(&mut self, text: JsonText<'_>, line_ends: u64, fault: Fault) -> Option<NextObject> {
        match fault {
            Fault::Broken { at, expected } => self.broken(text, line_ends, at, expected),
            Fault::Cut if text.is_end => {
                let reason = "the input ends within it: is the file complete?".to_owned();
                self.lose(line_ends, text.bytes.len(), reason)
            }
            Fault::Cut => Some(NextObject::NeedsMore),
        }
    }

    fn broken(
        &mut self,
        text: JsonText<'_>,
        line_ends: u64,
        at: usize,
        expected: &str,
    ) -> Option<NextObject> {
        let Some(shown) = shown(text, at) else {
            return Some(NextObject::NeedsMore);
        };
        let place = match line_ends {
            0 => String::new(),
            _ => format!(" on line {}", self.line + line_ends),
        };
        let reason = format!("not JSON: expected {expected}{place}, found {shown}");
        self.lose(line_ends, at, reason)
    }

    /// Goes on after bad text, which is known to be bad at `at`.
    fn lose(&mut self, line_ends: u64, at: usize, reason: String) -> Option<NextObject> {
        let lost = Lost {
            indent: self.indent,
            is_unread: line_ends == 0,
            has_brace: false,
        };
        if line_ends == 0 {
            self.at = at;
        }
        let is_line = line_ends == 0 && self.shape.is_stream();
        let is_outside = matches!(self.mode, Mode::Reading(Position::Outside));
        self.mode = Mode::Passing((!is_line && !is_outside).then_some(lost));
        self.bad(reason)
    }

    fn bad(&self, reason: String) -> Option<NextObject> {
        Some(NextObject::Bad {
            line: self.line,
            reason,
        })
    }

    /// Passes the rest of the line.
    fn pass(&mut self, mut lost: Option<Lost>, text: JsonText<'_>) -> Option<NextObject> {
        let rest = &text.bytes[self.at..];
        let length = memchr::memchr(text.terminator, rest);
        let passed = &rest[..length.unwrap_or(rest.len())];
        if let Some(lost) = &mut lost {
            lost.has_brace |=
                lost.is_unread && memchr::memchr(self.shape.opening(), passed).is_some();
        }
        self.at += passed.len();
        if length.is_none() {
            self.mode = Mode::Passing(lost);
            return self.need_more(lost, text);
        }
        self.at += 1;
        self.line += 1;
        self.indent = 0;
        self.mode = match lost {
            Some(lost) => Mode::Seeking(Lost {
                is_unread: false,
                ..lost
            }),
            None => self.between(),
        };
        None
    }

    /// At the beginning of a line: whether there is something to go on with.
    fn seek(&mut self, lost: Lost, text: JsonText<'_>) -> Option<NextObject> {
        let rest = &text.bytes[self.at..];
        let is_blank =
            |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n') && *byte != text.terminator;
        let n_blanks = rest.iter().take_while(|byte| is_blank(byte)).count();
        let Some(&first) = rest.get(n_blanks) else {
            if text.is_end {
                self.at = text.bytes.len();
            }
            return self.need_more(Some(lost), text);
        };
        let is_stream = self.shape.is_stream();
        let goes_on = match first {
            first if first == self.shape.opening() => n_blanks <= lost.indent,
            b']' if !is_stream => n_blanks <= lost.indent,
            _ if !is_stream => false,
            _ => match prefix(&rest[n_blanks..], text.is_end) {
                LinePrefix::Of(_) => true,
                LinePrefix::Missing => false,
                LinePrefix::NeedsMore => return Some(NextObject::NeedsMore),
            },
        };
        self.mode = match (goes_on, is_stream, first) {
            (false, ..) => Mode::Passing(Some(lost)),
            (true, true, _) => Mode::Reading(Position::Between),
            (true, false, b']') => Mode::Reading(Position::After),
            (true, false, _) => Mode::Reading(Position::Next),
        };
        None
    }

    /// Asks for more bytes; at the end, tells whether an array's objects were lost with a bad one before them.
    fn need_more(&mut self, lost: Option<Lost>, text: JsonText<'_>) -> Option<NextObject> {
        if !text.is_end {
            return Some(NextObject::NeedsMore);
        }
        self.mode = self.between();
        match lost {
            Some(lost) if !self.shape.is_stream() && lost.has_brace => Some(NextObject::Refused {
                line: self.line,
                problem: "the array is damaged there, and the objects after that on the same line cannot be told apart"
                    .to_owned(),
            }),
            _ => Some(NextObject::NeedsMore),
        }
    }

    fn between(&self) -> Mode {
        Mode::Reading(match self.shape.is_stream() {
            true => Position::Between,
            false => Position::Outside,
        })
    }

    #[inline]
    fn pass_blanks(&mut self, text: JsonText<'_>) {
        while let Some(&byte @ (b' ' | b'\n' | b'\r' | b'\t')) = text.bytes.get(self.at) {
            self.at += 1;
            if byte == text.terminator {
                self.line += 1;
                self.indent = 0;
            } else {
                self.indent = self.indent.saturating_add(1);
            }
        }
    }
}

/// The text after an object on its line.
enum Follows {
    /// Nothing, or another object.
    Nothing,
    Text,
    Unknown,
}

#[inline]
fn what_follows(text: JsonText<'_>, mut at: usize, opening: u8) -> Follows {
    loop {
        match text.bytes.get(at) {
            None if text.is_end => return Follows::Nothing,
            None => return Follows::Unknown,
            Some(&byte) if byte == text.terminator => return Follows::Nothing,
            Some(&byte) if byte == opening => return Follows::Nothing,
            Some(b' ' | b'\t' | b'\r' | b'\n') => at += 1,
            Some(_) => return Follows::Text,
        }
    }
}

/// The text at `at` up to the end of its line, in quotes, cut to what can be shown; `None` if it may depend on later
/// bytes.
fn shown(text: JsonText<'_>, at: usize) -> Option<String> {
    const MOST_BYTES: usize = 512;
    let rest = &text.bytes[at..];
    let beginning = &rest[..rest.len().min(MOST_BYTES)];
    let length = match memchr::memchr(text.terminator, beginning) {
        None if beginning.len() < MOST_BYTES && !text.is_end => return None,
        None => beginning.len(),
        Some(length) => length,
    };
    Some(match beginning[..length].trim_ascii() {
        [] => "the end of the line".to_owned(),
        found => quoted(found),
    })
}

#[cfg(test)]
mod tests;
