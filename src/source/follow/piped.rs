//! A pipe, and what has come through it: passed on a block at a time, and held from where it falls silent. Source floor.

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

use crate::source::follow::appended::first_lines;
use crate::source::follow::refusal::refusal;
use crate::source::follow::refusal::several_lines_an_object;
use crate::source::input::content::HEAD_BYTES;
use crate::source::input::open_end::OpenEnd;

/// A pipe without bytes for so long has fallen silent.
const SILENCE: Duration = Duration::from_secs(1);

/// A pipe that has given fewer bytes a second for so long trickles.
const TRICKLE_BYTES: u64 = 4 << 20;
const TRICKLE: Duration = Duration::from_secs(2);

/// A read that takes so long has waited for the other end.
const WAIT: Duration = Duration::from_millis(5);

const BLOCK_BYTES: usize = 1 << 16;

/// The most that is taken at once, after the first time.
pub(super) const MOST_BYTES: usize = 64 << 20;

/// A pipe, and what has come through it.
pub(super) struct Pipe {
    /// A read that waits too long ends with [`ErrorKind::Interrupted`].
    pub(super) feed: Box<dyn Read + Send>,
    /// The first bytes.
    pub(super) head: Vec<u8>,
    /// Bytes behind the last line end, or behind the last whole record.
    pub(super) held: Vec<u8>,
    /// Lines that were passed on and may not be whole records, and how many came before them.
    pub(super) passed: VecDeque<Vec<u8>>,
    pub(super) n_lines_before: u64,
    /// Bytes to pass on.
    pub(super) ready: Cursor<Vec<u8>>,
    pub(super) n_bytes: u64,
    /// Line ends that were passed on.
    pub(super) n_lines: u64,
    /// How long it may be without bytes before it has fallen silent.
    pub(super) patience: Duration,
    pub(super) began: Option<Instant>,
    pub(super) heard: Option<Instant>,
    /// Whether it is text that can be cut at a line end; `None` before that is known.
    pub(super) is_lines: Option<bool>,
    /// Where the first part ends: open once it was cut.
    pub(super) end: Arc<OpenEnd>,
    pub(super) is_at_end: bool,
}

pub(super) fn lock(pipe: &Mutex<Pipe>) -> MutexGuard<'_, Pipe> {
    // What a panic left is whole: bytes are moved in one step.
    pipe.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn line_ends(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

/// What comes until the pipe ends or falls silent.
pub(super) struct FirstPart(pub(super) Arc<Mutex<Pipe>>);

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
    pub(super) fn of(feed: Box<dyn Read + Send>) -> Pipe {
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
    pub(super) fn take_back(&mut self, line: u64) {
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
    pub(super) fn drain(&mut self) -> io::Result<()> {
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
