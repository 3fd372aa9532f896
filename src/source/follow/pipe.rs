//! Follows a pipe: what comes until it falls silent is one input, and what comes after that goes on from it. Source
//! floor.
//!
//! As long as bytes come fast, they pass through as they would without this. Nothing is cut off that is not text with a
//! row on each line.

use std::collections::VecDeque;
use std::io;
use std::io::Cursor;
use std::io::ErrorKind;
use std::io::Read;
use std::mem;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;
use std::time::Instant;

use crate::source::follow::appended::Appended;
use crate::source::follow::appended::AppendedBytes;
use crate::source::follow::appended::Decided;
use crate::source::follow::appended::LINES_TO_DECIDE;
use crate::source::follow::appended::Look;
use crate::source::follow::appended::first_lines;
use crate::source::follow::appended::n_lines;
use crate::source::follow::held::HeldLines;
use crate::source::follow::records::whole_records;
use crate::source::follow::refusal::refusal;
use crate::source::follow::refusal::several_lines_an_object;
use crate::source::input::Context;
use crate::source::input::Input;
use crate::source::input::content::Content;
use crate::source::input::content::HEAD_BYTES;
use crate::source::input::open_end::OpenEnd;
use crate::source::rows::understood::Understood;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::interrupt::Interrupt;

/// A pipe without bytes for so long has fallen silent.
const SILENCE: Duration = Duration::from_secs(1);

/// A pipe that has given fewer bytes a second for so long trickles.
const TRICKLE_BYTES: u64 = 4 << 20;
const TRICKLE: Duration = Duration::from_secs(2);

/// A read that takes so long has waited for the other end.
const WAIT: Duration = Duration::from_millis(5);

const BLOCK_BYTES: usize = 1 << 16;

/// The most that is taken at once, after the first time.
const MOST_BYTES: usize = 64 << 20;

/// The lines of a pipe.
pub(crate) struct PipeFollower {
    name: String,
    interrupt: Interrupt,
    pipe: Arc<Mutex<Pipe>>,
    decided: Option<Decided>,
    /// Lines that were taken.
    n_lines: u64,
    waiting: HeldLines,
    said: Vec<String>,
}

/// A pipe, and what has come through it.
struct Pipe {
    /// A read that waits too long ends with [`ErrorKind::Interrupted`].
    feed: Box<dyn Read + Send>,
    /// The first bytes.
    head: Vec<u8>,
    /// Bytes behind the last line end, or behind the last whole record.
    held: Vec<u8>,
    /// Lines that were passed on and may not be whole records, and how many came before them.
    passed: VecDeque<Vec<u8>>,
    n_lines_before: u64,
    /// Bytes to pass on.
    ready: Cursor<Vec<u8>>,
    n_bytes: u64,
    /// Line ends that were passed on.
    n_lines: u64,
    /// How long it may be without bytes before it has fallen silent.
    patience: Duration,
    began: Option<Instant>,
    heard: Option<Instant>,
    /// Whether it is text that can be cut at a line end; `None` before that is known.
    is_lines: Option<bool>,
    /// Where the first part ends: open once it was cut.
    end: Arc<OpenEnd>,
    is_at_end: bool,
}

impl PipeFollower {
    /// A follower of a stream whose reads end with [`ErrorKind::Interrupted`] when they wait for long; and the input up
    /// to its end or to where it falls silent.
    pub(crate) fn begin(
        name: &str,
        feed: Box<dyn Read + Send>,
        interrupt: Interrupt,
    ) -> (PipeFollower, Appended) {
        let pipe = Pipe::of(feed);
        let end = Arc::clone(&pipe.end);
        let pipe = Arc::new(Mutex::new(pipe));
        let first = FirstPart(Arc::clone(&pipe));
        let input = Input::from_reader(name, None, Box::new(first))
            .open_ended(end)
            .heeding(interrupt.clone());
        let follower = PipeFollower {
            name: name.to_owned(),
            interrupt,
            pipe,
            decided: None,
            n_lines: 0,
            waiting: HeldLines::default(),
            said: Vec::new(),
        };
        let appended = Appended {
            input,
            is_from_start: true,
            goes_on: false,
            is_provisional: false,
            end: 0,
            bytes: AppendedBytes::Passed,
            line_shift: 0,
        };
        (follower, appended)
    }

    /// What happened since this was asked last, a sentence each.
    pub(crate) fn said(&mut self) -> Vec<String> {
        mem::take(&mut self.said)
    }

    /// Whether nothing will follow what was taken.
    pub(crate) fn is_at_end(&self) -> bool {
        let pipe = self.pipe();
        pipe.is_at_end && pipe.held.is_empty()
    }

    /// Whether the format and the columns are decided.
    pub(crate) fn is_decided(&self) -> bool {
        self.decided.is_some()
    }

    /// Whether what came is too little to decide by, and more may come.
    pub(crate) fn awaits_more(&self) -> bool {
        let pipe = self.pipe();
        let is_enough =
            line_ends(&pipe.head) >= LINES_TO_DECIDE as u64 || pipe.head.len() as u64 >= HEAD_BYTES;
        self.decided.is_none() && !is_enough && !pipe.is_at_end
    }

    /// Waits for a moment for lines that have come since.
    pub(crate) fn look(&mut self) -> Result<Look> {
        let form = self.decided.as_ref().and_then(|decided| decided.form);
        let mut pipe = lock(&self.pipe);
        let drained = pipe.drain();
        drained.map_err(|error| Error::io("read", &self.name)(error))?;
        let lines = match pipe.is_at_end {
            true => pipe.held.len(),
            false => memchr::memrchr(b'\n', &pipe.held).map_or(0, |last| last + 1),
        };
        if lines == 0 && pipe.held.len() >= MOST_BYTES {
            return Err(Error::Input {
                input: self.name.clone(),
                problem: "it has a line of more than 64 MiB, or its lines do not end in a line feed: it cannot be followed"
                    .to_owned(),
            });
        }
        let whole = match form {
            Some(form) if !pipe.is_at_end => {
                let whole = whole_records(&pipe.held[..lines], form);
                // So long a record would never be whole.
                let is_endless = whole == 0 && lines > MOST_BYTES / 2;
                if is_endless { lines } else { whole }
            }
            _ => lines,
        };
        match whole == 0 && lines > 0 {
            true => {
                let (first_line, n) = (self.n_lines + 1, line_ends(&pipe.held));
                self.said
                    .extend(self.waiting.wait(Instant::now(), first_line, n, form));
            }
            false => self.waiting.release(),
        }
        if whole == 0 {
            return Ok(match pipe.is_at_end {
                true => Look::Ended,
                false => Look::Quiet,
            });
        }
        let rest = pipe.held.split_off(whole);
        let mut bytes = mem::replace(&mut pipe.held, rest);
        let Some(decided) = &self.decided else {
            // All from the beginning, until that is enough to decide by.
            bytes.splice(0..0, pipe.head.iter().copied());
            pipe.head.clone_from(&bytes);
            let is_enough =
                n_lines(&bytes) >= LINES_TO_DECIDE as u64 || bytes.len() as u64 >= HEAD_BYTES;
            let is_few = !is_enough && !pipe.is_at_end;
            let end = match pipe.is_at_end {
                true => OpenEnd::default(),
                false => OpenEnd::open(),
            };
            drop(pipe);
            let mut all = self.appended(Context::default(), bytes, 0);
            all.input = all.input.open_ended(Arc::new(end));
            (all.is_from_start, all.goes_on, all.is_provisional) = (true, false, is_few);
            return Ok(Look::Ready(Box::new(all)));
        };
        let context = decided.context.clone();
        drop(pipe);
        let line_shift = context.lines as i64 - self.n_lines as i64;
        let appended = self.appended(context, bytes, line_shift);
        Ok(Look::Ready(Box::new(appended)))
    }

    fn appended(&self, context: Context, bytes: Vec<u8>, line_shift: i64) -> Appended {
        let reader = Box::new(Cursor::new(bytes.clone()));
        let input = Input::from_reader(&self.name, Some(bytes.len() as u64), reader)
            .after(context, Content::default())
            .heeding(self.interrupt.clone());
        Appended {
            input,
            is_from_start: false,
            goes_on: true,
            is_provisional: false,
            end: 0,
            bytes: AppendedBytes::All(bytes),
            line_shift,
        }
    }

    /// Notes that lines were taken in, and how they were understood.
    pub(crate) fn took(&mut self, appended: &Appended, understood: &Understood) {
        let unfinished = appended.input.unfinished_line();
        let lines = match &appended.bytes {
            AppendedBytes::All(bytes) if appended.is_from_start => {
                self.n_lines = 0;
                if let Some(line) = unfinished {
                    // All of it lies in the head.
                    let mut pipe = self.pipe();
                    let whole = first_lines(bytes, line - 1).len();
                    pipe.head.truncate(whole);
                    pipe.held.splice(0..0, bytes[whole..].iter().copied());
                }
                unfinished.map_or(n_lines(bytes), |line| line - 1)
            }
            AppendedBytes::All(bytes) => n_lines(bytes),
            AppendedBytes::Passed | AppendedBytes::Ends { .. } => {
                let mut pipe = self.pipe();
                if let Some(line) = unfinished {
                    pipe.take_back(line);
                }
                pipe.passed.clear();
                pipe.n_lines
            }
        };
        self.n_lines += lines;
        let is_enough =
            self.n_lines >= LINES_TO_DECIDE as u64 || self.pipe().head.len() as u64 >= HEAD_BYTES;
        if self.decided.is_none() && is_enough {
            let decided = Decided::by(&self.pipe().head, understood);
            self.decided = Some(decided);
        }
    }

    fn pipe(&self) -> MutexGuard<'_, Pipe> {
        lock(&self.pipe)
    }
}

fn lock(pipe: &Mutex<Pipe>) -> MutexGuard<'_, Pipe> {
    // What a panic left is whole: bytes are moved in one step.
    pipe.lock().unwrap_or_else(PoisonError::into_inner)
}

fn line_ends(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

/// What comes until the pipe ends or falls silent.
struct FirstPart(Arc<Mutex<Pipe>>);

impl Read for FirstPart {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut pipe = lock(&self.0);
        loop {
            let n = pipe.ready.read(buffer)?;
            if n > 0 || pipe.end.is_open() || pipe.is_at_end || buffer.is_empty() {
                return Ok(n);
            }
            let began = Instant::now();
            let got = pipe.get();
            let now = Instant::now();
            let has_waited = now.duration_since(began) >= WAIT;
            match got {
                Ok(()) => {
                    pipe.pass_on();
                    if has_waited && pipe.trickles(now) {
                        pipe.end.set_open();
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {
                    if !pipe.trickles(now) && !pipe.is_silent(now) {
                        return Err(error);
                    }
                    pipe.end.set_open();
                }
                Err(error) => return Err(error),
            }
        }
    }
}

impl Pipe {
    /// A stream of which nothing was read yet.
    fn of(feed: Box<dyn Read + Send>) -> Pipe {
        Pipe {
            feed,
            head: Vec::new(),
            held: Vec::new(),
            passed: VecDeque::new(),
            n_lines_before: 0,
            ready: Cursor::default(),
            n_bytes: 0,
            n_lines: 0,
            patience: SILENCE,
            began: None,
            heard: None,
            is_lines: None,
            end: Arc::default(),
            is_at_end: false,
        }
    }

    /// Reads a block.
    fn get(&mut self) -> io::Result<()> {
        let mut block = vec![0; BLOCK_BYTES];
        let n = self.feed.read(&mut block)?;
        block.truncate(n);
        let now = Instant::now();
        self.began.get_or_insert(now);
        self.heard = Some(now);
        self.n_bytes += n as u64;
        self.is_at_end = n == 0;
        self.held.append(&mut block);
        Ok(())
    }

    /// Passes on whole lines, or everything if these are not lines.
    fn pass_on(&mut self) {
        let has_line = self.held.contains(&b'\n') || self.held.len() > BLOCK_BYTES;
        if self.is_lines.is_none() && has_line {
            let is_refused =
                refusal(&self.held).is_some() || several_lines_an_object(&self.held).is_some();
            self.is_lines = Some(!is_refused);
        }
        let n = match self.is_lines {
            _ if self.is_at_end => self.held.len(),
            Some(true) => memchr::memrchr(b'\n', &self.held).map_or(0, |last| last + 1),
            Some(false) => self.held.len(),
            None => 0,
        };
        let rest = self.held.split_off(n);
        let lines = mem::replace(&mut self.held, rest);
        self.n_lines += line_ends(&lines);
        self.keep(&lines);
        let room = (HEAD_BYTES as usize).saturating_sub(self.head.len());
        self.head.extend(lines.iter().take(room));
        self.ready = Cursor::new(lines);
    }

    /// Keeps lines until the reader has found that they are whole records.
    fn keep(&mut self, lines: &[u8]) {
        if self.is_lines != Some(true) {
            // It is never cut.
            return;
        }
        let whole = self.end.whole_lines();
        self.passed.push_back(lines.to_vec());
        while let Some(first) = self.passed.front() {
            let n = self.n_lines_before + line_ends(first);
            if n > whole {
                break;
            }
            self.n_lines_before = n;
            self.passed.pop_front();
        }
    }

    /// Takes back what was passed on from this line on.
    fn take_back(&mut self, line: u64) {
        let passed: Vec<u8> = self.passed.drain(..).flatten().collect();
        let whole = first_lines(&passed, (line - 1).saturating_sub(self.n_lines_before)).len();
        self.held.splice(0..0, passed[whole..].iter().copied());
        self.n_lines = line - 1;
        let head = first_lines(&self.head, line - 1).len();
        if line_ends(&self.head[..head]) == line - 1 {
            self.head.truncate(head);
        }
    }

    /// Reads what is there, until a read waits.
    fn drain(&mut self) -> io::Result<()> {
        while !self.is_at_end && self.held.len() < MOST_BYTES {
            match self.get() {
                Err(error) if error.kind() == ErrorKind::Interrupted => break,
                got => got?,
            }
        }
        Ok(())
    }

    /// Whether lines have come, and nothing for a while.
    fn is_silent(&self, now: Instant) -> bool {
        let is_quiet = self
            .heard
            .is_some_and(|heard| now.duration_since(heard) >= self.patience);
        self.has_lines() && is_quiet
    }

    /// Whether lines come, but slower than anything that is read from a disk.
    fn trickles(&self, now: Instant) -> bool {
        let lasted = self
            .began
            .map_or(Duration::ZERO, |began| now.duration_since(began));
        let few = (TRICKLE_BYTES as f64 * lasted.as_secs_f64()) as u64;
        self.has_lines() && lasted >= TRICKLE && self.n_bytes < few
    }

    fn has_lines(&self) -> bool {
        self.is_lines == Some(true) && !self.head.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::source::ReadOptions;
    use crate::source::read;
    use crate::source::rows::test_sink::TestSink;

    /// Blocks, and waits between them; at its end it waits for ever or ends.
    struct Script {
        blocks: VecDeque<Option<Vec<u8>>>,
        ends: bool,
    }

    impl Read for Script {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.blocks.pop_front() {
                Some(Some(block)) => {
                    buffer[..block.len()].copy_from_slice(&block);
                    Ok(block.len())
                }
                None if self.ends => Ok(0),
                _ => Err(ErrorKind::Interrupted.into()),
            }
        }
    }

    fn rows(numbers: std::ops::Range<usize>) -> String {
        numbers
            .map(|n| format!("u{},{},/{n}\n", n % 3, 1_700_000_000 + n))
            .collect()
    }

    /// Feeds a pipe with a text in blocks, with a silence after each place of `cuts`; returns the rows that were heard.
    fn check(text: &str, cuts: &[usize], n_rows: usize) {
        let mut starts: Vec<usize> = cuts.to_vec();
        starts.insert(0, 0);
        starts.push(text.len());
        let blocks = starts
            .windows(2)
            .map(|ends| text.as_bytes()[ends[0]..ends[1]].to_vec());
        let script = Script {
            blocks: blocks.flat_map(|block| [Some(block), None]).collect(),
            ends: true,
        };
        let (mut follower, mut appended) =
            PipeFollower::begin("pipe", Box::new(script), Interrupt::default());
        let (mut options, mut heard) = (ReadOptions::default(), Vec::new());
        lock(&follower.pipe).patience = Duration::ZERO;
        loop {
            let mut sink = TestSink::default();
            let reading = appended.options(&options);
            let understood = read(&mut appended.input, &reading, &mut sink);
            let is_more_needed = follower.awaits_more() || appended.is_unfinished();
            match understood {
                Err(error) => assert!(is_more_needed, "{error}"),
                Ok(understood) => {
                    if appended.is_from_start {
                        heard.clear();
                    }
                    heard.append(&mut sink.0);
                    let settled = understood.settled.clone();
                    settled
                        .into_iter()
                        .for_each(|settled| options.settle(settled));
                    follower.took(&appended, &understood);
                }
            }
            appended = loop {
                match follower.look().unwrap() {
                    Look::Ready(appended) => break *appended,
                    Look::Quiet => {}
                    Look::Ended => {
                        assert_eq!(heard.len(), n_rows, "{heard:?}");
                        return;
                    }
                }
            };
        }
    }

    #[test]
    fn a_pipe_that_pauses_gives_every_row_once() {
        let text = "user,time,page\n".to_owned() + &rows(0..60);
        for cuts in [&[20][..], &[100, 300, 301, 700], &[500, 900]] {
            check(&text, cuts, 60);
        }
    }

    #[test]
    fn a_record_over_several_lines_is_not_cut() {
        let row = |n: usize| format!("u{},{},\"/{n}\n\r\n\n\"\n", n % 3, 1_700_000_000 + n);
        let quoted: String = (0..30).map(row).collect();
        let object = |n: usize| {
            format!("{{\"user\": {n}, \"o\": {{}}\n, \"time\": 1700000000,\n\"page\": \"/\"}}\n")
        };
        let line = "{\"user\": 1, \"time\": 1700000000, \"page\": \"/\"}\n".repeat(3);
        let objects: String = (0..30).map(object).collect();
        for (text, n_rows) in [
            ("user,time,page\n".to_owned() + &quoted, 30),
            ("user,time,page\n".to_owned() + &rows(0..40) + &quoted, 70),
            (line + &objects, 33),
        ] {
            for first in (1..text.len()).step_by(71) {
                check(&text, &[first], n_rows);
                check(&text, &[first, first + (text.len() - first) / 2], n_rows);
            }
        }
    }

    #[test]
    fn what_is_whole_is_not_kept() {
        let text = "user,time,page\n".to_owned() + &rows(0..200_000);
        let blocks = text.as_bytes().chunks(BLOCK_BYTES);
        let script = Script {
            blocks: blocks.map(|block| Some(block.to_vec())).collect(),
            ends: true,
        };
        let (follower, mut first) =
            PipeFollower::begin("pipe", Box::new(script), Interrupt::default());
        let mut sink = TestSink::default();
        read(&mut first.input, &ReadOptions::default(), &mut sink).unwrap();
        let kept: usize = lock(&follower.pipe).passed.iter().map(Vec::len).sum();
        assert!(kept < text.len() / 2, "{kept} of {} bytes", text.len());
    }

    #[test]
    fn nothing_is_cut_that_is_not_lines() {
        let mut pipe = Pipe {
            held: b"\x1f\x8b\x08 \n more".to_vec(),
            ..Pipe::of(Box::new(io::empty()))
        };
        pipe.pass_on();
        assert_eq!(pipe.ready.get_ref().len(), 10);
        assert!(!pipe.has_lines());
    }
}
