//! Web servers' access logs -> pageviews and rejects. Source floor.
//!
//! Knows the layouts of text; logs in JSON are read beside, and make use of the same [`Requests`].
//!
//! ```text
//! layout (which) -> common | w3c | aws  (a line -> a Request and its time) -> request (left out, or) -> intake
//! ```

mod address;
mod assets;
mod aws;
mod bots;
mod common;
mod fields;
mod layout;
mod left_out;
mod request;
mod w3c;

pub(super) use crate::source::access_log::layout::LINES_SAMPLED;
pub(super) use crate::source::access_log::layout::Layout;
pub(super) use crate::source::access_log::layout::Recognised;
pub(super) use crate::source::access_log::layout::recognise;
pub(super) use crate::source::access_log::layout::unknown_by_first_line;
pub(super) use crate::source::access_log::left_out::Reason;
pub(super) use crate::source::access_log::request::Request;
pub(super) use crate::source::access_log::request::Requests;

use crate::source::access_log::common::Kind;
use crate::source::access_log::w3c::W3c;
use crate::source::intake::Intake;
use crate::source::line_end::terminator;
use crate::source::options::LogUser;
use crate::source::options::ReadOptions;
use crate::source::roles::Role;
use crate::source::sink::Sink;
use crate::source::tally::Unit;
use crate::source::understood::Understood;
use crate::source::window::Filled;
use crate::source::window::Window;
use crate::words::error::Result;
use crate::words::figure;

/// Reads everything that is left in the window, as lines of that layout, and gives it to the sink.
pub(super) fn read<S: Sink + ?Sized>(
    window: &mut Window<'_>,
    layout: Layout,
    options: &ReadOptions,
    sink: &mut S,
) -> Result<Understood> {
    let terminator = terminator(window.bytes(), true).unwrap_or(b'\n');
    let intake = Intake::new(window.facts().name(), Unit::Line, options, sink);
    let mut log = Log {
        layout,
        requests: Requests::new(intake, options.log),
        passed: window.passed_lines(terminator)?,
        line: 1,
        w3c: W3c::new(options.log),
        kinds: [0; 4],
        asks_for_columns: Role::ALL
            .iter()
            .any(|role| role.asked_for(options).is_some()),
    };
    log.requests.intake.progress(window.facts().bytes_read())?;
    loop {
        let bytes = window.bytes();
        let mut start = 0;
        while let Some(length) = memchr::memchr(terminator, &bytes[start..]) {
            log.take(&bytes[start..start + length])?;
            start += length + 1;
        }
        if window.is_at_end() && start < bytes.len() {
            log.take(&bytes[start..])?;
            start = bytes.len();
        }
        window.consume(start);
        match window.fill()? {
            Filled::More => {}
            // The last line may have waited to be told that nothing follows it.
            Filled::AtEnd if !window.bytes().is_empty() => {}
            Filled::AtEnd => break,
            Filled::Full => {
                return Err(window.facts().problem(format!(
                    "line {} is longer than {}",
                    log.line,
                    figure::bytes(window.limit() as u64)
                )));
            }
        }
        log.requests.intake.progress(window.facts().bytes_read())?;
    }
    log.finish(&window.layers())
}

/// Takes lines to [`Requests`].
struct Log<'a, S: ?Sized> {
    layout: Layout,
    requests: Requests<'a, S>,
    /// Lines at the beginning that were taken in before.
    passed: u64,
    /// The next line.
    line: u64,
    w3c: W3c,
    /// How many lines were of each [`Kind`], by its flags.
    kinds: [u64; 4],
    /// Whether columns were named, which such a log has not.
    asks_for_columns: bool,
}

impl<S: Sink + ?Sized> Log<'_, S> {
    #[inline]
    fn take(&mut self, line: &[u8]) -> Result<()> {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let number = self.line;
        self.line += 1;
        if self.layout == Layout::W3c {
            return self.take_w3c(line, number);
        }
        if number <= self.passed || line.trim_ascii_start().is_empty() {
            return Ok(());
        }
        if self.layout == Layout::Common {
            let wants_forwarded = self.requests.options().user == LogUser::Forwarded;
            return match common::read(line, wants_forwarded) {
                Ok(read) => {
                    self.kinds[place_of(read.kind)] += 1;
                    self.requests.take(&read.request, read.time, number)
                }
                Err(reason) => self.reject(reason, number),
            };
        }
        let read = match self.layout {
            Layout::Alb => aws::read_alb(line),
            Layout::Elb => aws::read_elb(line),
            _ => aws::read_s3(line),
        };
        match read {
            Ok(read) => match read.left_out {
                Some(reason) if !self.requests.options().takes_all => {
                    self.requests.leave_out(reason);
                    Ok(())
                }
                _ => self.requests.take(&read.request, read.time, number),
            },
            Err(reason) => self.reject(reason, number),
        }
    }

    /// Directives count even in lines that are passed over, and so does the course of days.
    fn take_w3c(&mut self, line: &[u8], number: u64) -> Result<()> {
        let is_passed = number <= self.passed;
        match line.first() {
            None => return Ok(()),
            Some(b'#') => {
                self.w3c.direct(line);
                return Ok(());
            }
            Some(_) if is_passed && !self.w3c.counts_days() => return Ok(()),
            Some(_) if line.trim_ascii_start().is_empty() => return Ok(()),
            Some(_) => {}
        }
        match self.w3c.read(line) {
            _ if is_passed => Ok(()),
            Ok(read) => self.requests.take(&read.request, read.time, number),
            Err(reason) => self.requests.intake.reject(number, reason),
        }
    }

    #[cold]
    fn reject(&mut self, reason: &str, number: u64) -> Result<()> {
        self.requests.intake.reject(number, reason.to_owned())
    }

    fn finish(self, layers: &str) -> Result<Understood> {
        const KINDS: [&str; 4] = [
            "Common",
            "Combined",
            "Common with virtual hosts",
            "Combined with virtual hosts",
        ];
        let (name, time) = match self.layout {
            Layout::Common => {
                let most = (0..KINDS.len()).rev().max_by_key(|&kind| self.kinds[kind]);
                (KINDS[most.unwrap_or(0)], "the brackets")
            }
            Layout::W3c if self.w3c.has_tabs => ("W3C extended, tabs", "date and time"),
            Layout::W3c => ("W3C extended", "date and time"),
            Layout::Alb => ("AWS ALB", "the second field"),
            Layout::Elb => ("AWS ELB", "the first field"),
            Layout::S3 => ("AWS S3", "the brackets"),
        };
        let mut format = format!("access log ({name})");
        if !layers.is_empty() {
            format = format!("{format}, {layers}");
        }
        let mut notes = Vec::new();
        if self.asks_for_columns {
            notes.push(
                "an access log in text has no columns: the names that were asked for were not used, --log-user says \
                 who the user is"
                    .to_owned(),
            );
        }
        if self.w3c.lacks_method {
            notes.push(
                "the log does not tell methods (cs-method): every request is taken as GET"
                    .to_owned(),
            );
        }
        self.requests.finish(format, time, notes)
    }
}

/// Where a kind is counted.
#[inline]
fn place_of(kind: Kind) -> usize {
    usize::from(kind.has_vhost) * 2 + usize::from(kind.has_agent)
}

#[cfg(test)]
mod tests;
