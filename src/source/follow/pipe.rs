//! Follows a pipe: what comes until it falls silent is one input, and what comes after that goes on from it. Source
//! floor.
//!
//! As long as bytes come fast, they pass through as they would without this. Nothing is cut off that is not text with a
//! row on each line.

use std::io::Cursor;
use std::io::Read;
use std::mem;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::time::Instant;

use crate::source::follow::appended::Appended;
use crate::source::follow::appended::AppendedBytes;
use crate::source::follow::appended::Decided;
use crate::source::follow::appended::LINES_TO_DECIDE;
use crate::source::follow::appended::Look;
use crate::source::follow::appended::first_lines;
use crate::source::follow::appended::n_lines;
use crate::source::follow::held::HeldLines;
use crate::source::follow::piped::FirstPart;
use crate::source::follow::piped::MOST_BYTES;
use crate::source::follow::piped::Pipe;
use crate::source::follow::piped::line_ends;
use crate::source::follow::piped::lock;
use crate::source::follow::records::whole_records;
use crate::source::input::Context;
use crate::source::input::Input;
use crate::source::input::content::Content;
use crate::source::input::content::HEAD_BYTES;
use crate::source::input::open_end::OpenEnd;
use crate::source::rows::understood::Understood;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::interrupt::Interrupt;

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

impl PipeFollower {
    /// A follower of a stream whose reads end with [`io::ErrorKind::Interrupted`](std::io::ErrorKind::Interrupted) when
    /// they wait for long; and the input up to its end or to where it falls silent.
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

#[cfg(test)]
mod tests {
    use super::*;

    use std::collections::VecDeque;
    use std::io;
    use std::io::ErrorKind;
    use std::time::Duration;

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
        let blocks = text.as_bytes().chunks(1 << 16);
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
}
