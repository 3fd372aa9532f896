//! Web servers' access logs -> pageviews and rejects. Source floor.
//!
//! Knows logs in text; logs in JSON are read beside, and make use of the same [`Requests`].
//!
//! ```text
//! layout (how to read: infer, or what was named) -> lines (peel, format) | w3c | aws  (a line -> a Request and its time)
//!     -> request (left out, or) -> intake
//! ```

mod address;
mod assets;
mod aws;
mod bots;
mod fields;
mod format;
mod infer;
mod layout;
mod left_out;
mod lines;
mod methods;
mod peel;
mod request;
mod w3c;

pub(super) use crate::source::access_log::layout::Layout;
pub(super) use crate::source::access_log::layout::Recognised;
pub(super) use crate::source::access_log::layout::lines_of;
pub(super) use crate::source::access_log::layout::recognise;
pub(super) use crate::source::access_log::layout::unknown;
pub(super) use crate::source::access_log::left_out::Reason;
pub(super) use crate::source::access_log::request::Request;
pub(super) use crate::source::access_log::request::Requests;

use crate::source::access_log::lines::Unread;
use crate::source::access_log::peel::Wrapper;
use crate::source::access_log::w3c::W3c;
use crate::source::intake::Intake;
use crate::source::line_end::terminator;
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
        requests: Requests::new(intake, options.log.clone()),
        passed: window.passed_lines(terminator)?,
        line: 1,
        w3c: W3c::new(options.log.clone()),
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
    /// Whether columns were named, which such a log has not.
    asks_for_columns: bool,
}

impl<S: Sink + ?Sized> Log<'_, S> {
    #[inline]
    fn take(&mut self, line: &[u8]) -> Result<()> {
        let line = layout::clean(line);
        let number = self.line;
        self.line += 1;
        if let Layout::W3c(wrappers) = &self.layout {
            let wrappers: &[Wrapper] = wrappers;
            // Taken apart, because reading needs all of the rest.
            let line = peel::peel(wrappers, line);
            return take_w3c(
                &mut self.w3c,
                &mut self.requests,
                line,
                number,
                number <= self.passed,
            );
        }
        if number <= self.passed || line.is_empty() {
            return Ok(());
        }
        let read = match &mut self.layout {
            Layout::Lines(lines) => {
                return match lines.read(line) {
                    Ok(reading) => self.requests.take(&reading.request, reading.time, number),
                    Err(Unread::Other) => {
                        self.requests.leave_out(Reason::OtherLine);
                        Ok(())
                    }
                    Err(Unread::Misfit(reason)) => self.requests.intake.reject(number, reason),
                };
            }
            Layout::Alb => aws::read_alb(line),
            Layout::Elb => aws::read_elb(line),
            Layout::S3 | Layout::W3c(_) => aws::read_s3(line),
        };
        match read {
            Ok(read) => match read.left_out {
                Some(reason) if !self.requests.options().takes_all => {
                    self.requests.leave_out(reason);
                    Ok(())
                }
                _ => self.requests.take(&read.request, read.time, number),
            },
            Err(reason) => self.requests.intake.reject(number, reason.to_owned()),
        }
    }

    fn finish(self, layers: &str) -> Result<Understood> {
        let (name, time) = match &self.layout {
            Layout::Lines(lines) => (lines.title.as_str(), "the line's own time"),
            Layout::W3c(_) if self.w3c.has_tabs => ("W3C extended, tabs", "date and time"),
            Layout::W3c(_) => ("W3C extended", "date and time"),
            Layout::Alb => ("AWS ALB", "the second field"),
            Layout::Elb => ("AWS ELB", "the first field"),
            Layout::S3 => ("AWS S3", "the brackets"),
        };
        let mut format = format!("access log ({name})");
        if !layers.is_empty() {
            format = format!("{format}, {layers}");
        }
        let mut notes = match &self.layout {
            Layout::Lines(lines) => lines.notes(),
            _ => Vec::new(),
        };
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

/// Takes a line of a W3C extended log. Directives count even in lines that are passed over, and so does the course of
/// days.
fn take_w3c<S: Sink + ?Sized>(
    w3c: &mut W3c,
    requests: &mut Requests<'_, S>,
    line: &[u8],
    number: u64,
    is_passed: bool,
) -> Result<()> {
    match line.first() {
        None => return Ok(()),
        Some(b'#') => {
            w3c.direct(line);
            return Ok(());
        }
        Some(_) if is_passed && !w3c.counts_days() => return Ok(()),
        Some(_) => {}
    }
    match w3c.read(line) {
        _ if is_passed => Ok(()),
        Ok(read) => requests.take(&read.request, read.time, number),
        Err(reason) => requests.intake.reject(number, reason),
    }
}

#[cfg(test)]
mod tests;
