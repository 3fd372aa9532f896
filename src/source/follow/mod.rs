//! Follows a file that grows: gives what was appended, input by input, each line exactly once. Source floor.
//!
//! The file is looked at again and again, by its name. It may be renamed and made anew, copied and emptied, rewritten,
//! or missing for a while. A line that has no end yet waits for it, and so does a record with a quote that is open.
//!
//! ```text
//! look -> succession (which file is read, and which come after it) -> growing (one file: what was taken of it)
//!      -> Appended (an Input: the context, then the new lines) -> source::read
//! ```
//!
//! A pipe is followed in the same way, without the first two (`pipe`).
//!
//! Each input goes on from a context: the first lines of the file, in which the format and the columns are found. So
//! what was decided once holds for all that follows.

mod appended;
mod growing;
mod held;
mod pipe;
mod piped;
mod records;
mod refusal;
mod rotated;
mod succession;

use std::fs;
use std::io;
use std::io::Cursor;
use std::mem;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

pub(crate) use crate::source::follow::appended::Appended;
use crate::source::follow::appended::AppendedBytes;
use crate::source::follow::appended::Decided;
use crate::source::follow::appended::LINES_TO_DECIDE;
pub(crate) use crate::source::follow::appended::Look;
use crate::source::follow::appended::first_lines;
use crate::source::follow::appended::n_lines;
use crate::source::follow::growing::Growing;
use crate::source::follow::held::HeldLines;
pub(crate) use crate::source::follow::pipe::PipeFollower;
use crate::source::follow::refusal::refusal;
use crate::source::follow::refusal::several_lines_an_object;
use crate::source::follow::succession::Succession;
use crate::source::input::Context;
use crate::source::input::Input;
use crate::source::input::content::Fingerprint;
use crate::source::input::content::HEAD_BYTES;
use crate::source::input::locate::Location;
use crate::source::input::open_end::OpenEnd;
use crate::source::options::ReadOptions;
use crate::source::rows::understood::RecordForm;
use crate::source::rows::understood::Understood;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::interrupt::Interrupt;

/// That is looked at after a moment, unless there are 64 KiB.
const TIME_TO_DECIDE: Duration = Duration::from_secs(2);

/// The most that is taken at once, after the first time. It lies in memory.
const MOST_BYTES: u64 = 64 << 20;

/// A line of more bytes is taken to be no text.
const MOST_LINE_BYTES: u64 = 256 << 20;

/// A file by its name, whatever becomes of it.
pub(crate) struct Follower {
    location: Location,
    interrupt: Interrupt,
    files: Succession,
    decided: Option<Decided>,
    held: HeldLines,
}

impl Follower {
    /// Begins to follow a file, from its start. Errors if it is not there, or cannot be followed.
    pub(crate) fn new(
        location: &Location,
        options: &ReadOptions,
        interrupt: Interrupt,
    ) -> Result<Follower> {
        let name = location.name().to_owned();
        let refused = |problem: &str| Error::Input {
            input: name.clone(),
            problem: problem.to_owned(),
        };
        if let Some(encoding) = options.other_encoding() {
            return Err(refused(&format!(
                "only UTF-8 text can be followed, not {encoding}: have it written as UTF-8"
            )));
        }
        let path = location
            .path()
            .ok_or_else(|| refused("only a file of its own can be followed, not a part of one"))?;
        let failed = || Error::io("read", path);
        let metadata = fs::metadata(path).map_err(failed())?;
        if !metadata.is_file() {
            return Err(refused(
                "only a file can be followed: a pipe needs no --follow, and of a folder, name the file that grows",
            ));
        }
        let none = Input::from_reader("", None, Box::new(io::empty()))
            .within(location.folders().to_vec(), None)
            .content;
        Ok(Follower {
            location: location.clone(),
            files: Succession::begin(path, none, interrupt.clone()).map_err(failed())?,
            interrupt,
            decided: None,
            held: HeldLines::default(),
        })
    }

    /// Begins where an earlier follower has left off: if the file does not begin with what that took, but one beside
    /// it does, that file was rotated meanwhile, and its rest comes first.
    pub(crate) fn resume(&mut self, taken: Fingerprint) -> Result<()> {
        let resumed = self.files.resume(taken);
        self.interrupt.check()?;
        resumed.map_err(|error| self.failed(error))
    }

    /// What happened to the file since this was asked last, a sentence each.
    pub(crate) fn said(&mut self) -> Vec<String> {
        mem::take(&mut self.files.said)
    }

    /// Looks at the file. With `takes_few`, lines that are too few to decide by are ready, too.
    ///
    /// Errors if the file cannot be followed.
    pub(crate) fn look(&mut self, now: Instant, takes_few: bool) -> Result<Look> {
        match self.look_at_files(now, takes_few) {
            Ok(look) => look,
            // It has become shorter between two glances: the next look will find out.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(Look::Quiet),
            Err(error) => Err(self.failed(error)),
        }
    }

    /// Whether another look may help with lines that could not be read: they lack the end of a record, or may be
    /// neither what was there nor what is there now.
    pub(crate) fn may_come_right(&mut self, appended: &Appended, now: Instant) -> bool {
        if let Some(line) = appended.input.unfinished_line() {
            let n = appended.n_lines().saturating_sub(line - 1);
            let said = self.held.wait(now, line, n, None);
            self.files.said.extend(said);
            return true;
        }
        let changed = |reading: &Growing| -> io::Result<bool> {
            Ok(reading.is_rewritten()? || reading.length()? < appended.end)
        };
        let reading = self.files.reading.as_ref();
        reading.is_none_or(|reading| changed(reading).unwrap_or(true))
    }

    /// Whether the format and the columns are decided.
    pub(crate) fn is_decided(&self) -> bool {
        self.decided.is_some()
    }

    /// Notes that lines were taken in, and how they were understood.
    pub(crate) fn took(&mut self, appended: &Appended, understood: &Understood) -> Result<()> {
        let Some(reading) = &mut self.files.reading else {
            return Ok(());
        };
        let failed = || Error::io("read", &self.files.path);
        let unfinished = appended.input.unfinished_line();
        let n = unfinished.map_or(appended.n_lines(), |line| line - 1);
        let content = appended.input.content.clone();
        match &appended.bytes {
            AppendedBytes::All(bytes) => reading.take(content, n, [bytes, bytes]),
            AppendedBytes::Passed => {}
            AppendedBytes::Ends { ends, .. } => {
                let mut marks = ends.clone();
                if unfinished.is_some() {
                    let shorter = reading.ends(content.length()).map_err(failed())?;
                    // Other marks than those of what was read would make another file of it.
                    if reading.ends(appended.end).map_err(failed())? == *ends {
                        marks = shorter;
                    }
                }
                reading.take(content, n, marks.each_ref().map(Vec::as_slice));
            }
        }
        if self.decided.is_none() {
            let most = appended.end.min(HEAD_BYTES);
            let head = reading.bytes(0, most);
            let head = head.map_err(failed())?;
            self.decided = Some(Decided::by(&head, understood));
        }
        if let Some(decided) = self
            .decided
            .as_mut()
            .filter(|decided| decided.has_directives())
        {
            let fields = reading.last_line("#Fields:", appended.end);
            let fields = fields.map_err(failed())?;
            if let Some(fields) = fields.filter(|fields| !decided.context.bytes.ends_with(fields)) {
                decided.heed(&fields);
            }
        }
        Ok(())
    }

    /// Notes that lines need not be taken in, since that was done before. They are a file from its beginning.
    pub(crate) fn knew(&mut self, appended: &Appended) {
        if let Some(reading) = &mut self.files.reading {
            reading.known_end = appended.end;
            let unfinished = appended.input.unfinished_line();
            reading.known_unfinished =
                unfinished.map(|line| (line, (appended.n_lines() + 1).saturating_sub(line)));
        }
    }

    fn look_at_files(&mut self, now: Instant, takes_few: bool) -> io::Result<Result<Look>> {
        while self.files.is_ready()? {
            if let Some(look) = self.appended(now, takes_few)? {
                return Ok(look);
            }
            if !self.files.go_on()? {
                break;
            }
        }
        Ok(Ok(Look::Quiet))
    }

    /// What is new in the file that is read, if anything is.
    fn appended(&mut self, now: Instant, takes_few: bool) -> io::Result<Option<Result<Look>>> {
        let Some(reading) = &self.files.reading else {
            return Ok(None);
        };
        let (taken, length) = (reading.taken(), reading.length()?);
        if taken == 0
            && let Some(problem) = refusal(&reading.bytes(0, length.min(512))?)
        {
            return Ok(Some(Err(self.refused(problem))));
        }
        let most = if self.decided.is_some() {
            MOST_BYTES
        } else {
            u64::MAX
        };
        let lines_end = reading.end_of_lines(most)?;
        // Without what is known, which is not taken again.
        let known = taken.max(reading.known_end);
        let end = match lines_end > known {
            true => lines_end,
            false if self.files.is_final => length.min(taken.saturating_add(most)),
            false if length.saturating_sub(known) > MOST_LINE_BYTES => {
                return Ok(Some(Err(self.refused(
                    "it has a line of more than 256 MiB, or its lines do not end in a line feed: it cannot be followed",
                ))));
            }
            false => known,
        };
        if end <= known {
            if let Some((line, n)) = reading.known_unfinished {
                self.files.said.extend(self.held.wait(now, line, n, None));
            }
            return Ok(None);
        }
        match &self.decided {
            Some(decided) => {
                let mut bytes = reading.bytes(taken, end)?;
                // What was written just now may be of another file.
                if reading.is_rewritten()? {
                    return Ok(None);
                }
                let first_line = reading.lines + 1;
                let mut repeated = 0;
                if let Some(form) = decided.form
                    && (!self.files.is_final || end < length)
                {
                    let whole = records::whole_records(&bytes, form);
                    let is_endless = whole == 0 && bytes.len() as u64 > MOST_BYTES / 2;
                    match whole > 0 || is_endless {
                        true => self.held.release(),
                        false => {
                            let n = n_lines(&bytes);
                            let said = self.held.wait(now, first_line, n, Some(form));
                            self.files.said.extend(said);
                        }
                    }
                    bytes.truncate(if is_endless { bytes.len() } else { whole });
                }
                if let Some(RecordForm::Table(table)) = decided.form
                    && taken == 0
                    && table.header_lines > 0
                {
                    let header = first_lines(&decided.context.bytes, table.header_lines);
                    let same = bytes.starts_with(header);
                    let is_short = bytes.len() < header.len();
                    if is_short && header.starts_with(&bytes) && !self.files.is_final {
                        return Ok(None);
                    }
                    if !same {
                        // Another table: it is decided anew.
                        self.decided = None;
                        return self.appended(now, takes_few);
                    }
                    if bytes.len() == header.len() && !self.files.is_final {
                        return Ok(None);
                    }
                    repeated = table.header_lines;
                }
                if bytes.is_empty() {
                    return Ok(None);
                }
                let context = Context {
                    repeated,
                    ..decided.context.clone()
                };
                Ok(Some(Ok(self.ready_in_memory(context, bytes))))
            }
            None => self.undecided(end, now, takes_few),
        }
    }

    fn ready_in_memory(&self, context: Context, bytes: Vec<u8>) -> Look {
        let (taken, lines, content) = match &self.files.reading {
            Some(reading) => (reading.taken(), reading.lines, reading.content.clone()),
            None => (0, 0, self.files.none.clone()),
        };
        let line_shift = context.lines as i64 - lines as i64;
        let size = Some(bytes.len() as u64);
        let reader = Box::new(Cursor::new(bytes.clone()));
        let input = Input::from_reader(self.location.name(), size, reader)
            .within(self.location.folders().to_vec(), None)
            .after(context, content)
            .at_path(&self.files.path)
            .heeding(self.interrupt.clone());
        Look::Ready(Box::new(Appended {
            input,
            is_from_start: taken == 0,
            goes_on: true,
            is_provisional: false,
            end: taken + bytes.len() as u64,
            bytes: AppendedBytes::All(bytes),
            line_shift,
        }))
    }

    /// The file from its beginning, if that is enough to decide by.
    fn undecided(
        &mut self,
        end: u64,
        now: Instant,
        takes_few: bool,
    ) -> io::Result<Option<Result<Look>>> {
        let Some(reading) = &mut self.files.reading else {
            return Ok(None);
        };
        let since = *reading.seen_at.get_or_insert(now);
        let head = reading.bytes(0, end.min(HEAD_BYTES))?;
        if let Some(problem) = several_lines_an_object(&head) {
            return Ok(Some(Err(self.refused(problem))));
        }
        let is_old = reading
            .changed_at()?
            .elapsed()
            .is_ok_and(|elapsed| elapsed >= TIME_TO_DECIDE);
        let has_waited = is_old || now.duration_since(since) >= TIME_TO_DECIDE;
        let has_lines = memchr::memchr_iter(b'\n', &head).count() >= LINES_TO_DECIDE;
        let is_enough = end >= HEAD_BYTES || self.files.is_final || has_lines && has_waited;
        if !is_enough && !takes_few {
            return Ok(None);
        }
        let ends = reading.ends(end)?;
        let file = reading.reader()?;
        let n_lines = Arc::default();
        let open_end = match self.files.is_final {
            true => OpenEnd::default(),
            false => OpenEnd::open(),
        };
        let input = Input::beginning_of(self.location.name(), file, end, Arc::clone(&n_lines))?
            .open_ended(Arc::new(open_end))
            .within(self.location.folders().to_vec(), None)
            .at_path(&self.files.path)
            .heeding(self.interrupt.clone());
        let content = self.files.none.clone();
        Ok(Some(Ok(Look::Ready(Box::new(Appended {
            input: input.after(Context::default(), content),
            is_from_start: true,
            goes_on: false,
            is_provisional: !is_enough,
            end,
            bytes: AppendedBytes::Ends { ends, n_lines },
            line_shift: 0,
        })))))
    }

    fn failed(&self, error: io::Error) -> Error {
        Error::io("read", &self.files.path)(error)
    }

    fn refused(&self, problem: impl Into<String>) -> Error {
        Error::Input {
            input: self.location.name().to_owned(),
            problem: problem.into(),
        }
    }
}

#[cfg(test)]
mod tests;
