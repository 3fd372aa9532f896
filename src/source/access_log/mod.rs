//! Web servers' access logs -> pageviews and rejects. Source floor.
//!
//! ```text
//! layout (how to read: infer, or what was named)
//!     -> ahead, lines (peel, format) | w3c | aws                    (a line -> a Request and its time)
//! table (JSON, CSV, Parquet: which part tells what)                                   (a row -> the same)
//!     -> request (left out, or) -> intake
//! ```

mod address;
mod agent_family;
mod ahead;
mod assets;
mod aws;
mod bots;
mod carried;
mod fields;
mod format;
mod infer;
mod layout;
mod left_out;
mod lines;
mod methods;
mod peel;
mod request;
mod table;
mod w3c;
mod whole_lines;

pub(super) use crate::source::access_log::layout::LogLayout;
pub(super) use crate::source::access_log::layout::Recognised;
pub(super) use crate::source::access_log::layout::lines_of;
pub(super) use crate::source::access_log::layout::recognise;
pub(super) use crate::source::access_log::layout::unknown;
pub(super) use crate::source::access_log::lines::has_request;
pub(super) use crate::source::access_log::peel::is_wrapping;
pub(super) use crate::source::access_log::table::Meaning;
pub(super) use crate::source::access_log::table::TableLog;
pub(super) use crate::source::access_log::table::meaning;

use crate::source::access_log::request::RequestTime;
use crate::source::access_log::request::Requests;
use crate::source::access_log::w3c::W3c;
use crate::source::access_log::whole_lines::WholeLines;
use crate::source::access_log::whole_lines::lines_in;
use crate::source::input::line_end::terminator;
use crate::source::input::window::Window;
use crate::source::options::ReadOptions;
use crate::source::roles::Role;
use crate::source::rows::intake::Intake;
use crate::source::rows::sink::Sink;
use crate::source::rows::tally::Unit;
use crate::source::rows::understood::Understood;
use crate::source::time::TimeReader;
use crate::words::error::Result;

/// Reads everything that is left in the window, as lines of that layout, and gives it to the sink.
pub(super) fn read<S: Sink + ?Sized>(
    window: &mut Window<'_>,
    layout: LogLayout,
    options: &ReadOptions,
    sink: &mut S,
) -> Result<Understood> {
    let terminator = terminator(window.bytes(), true).unwrap_or(b'\n');
    let mut intake = Intake::new(window.facts().name(), Unit::Line, options, sink);
    if let (Some(dates), None) = (layout.dates(), &options.times.format) {
        intake.times = TimeReader::new(
            options.times.clone().written(Some(dates.clone())),
            Unit::Line,
        );
    }
    let carried = layout.carried_fields(window.facts().name(), options)?;
    let mut log = Log::new(layout, options, window.passed_lines(terminator)?);
    log.requests.carried = carried;
    intake.progress(window.facts().bytes_read())?;
    match &mut log.layout {
        LogLayout::Lines(lines) => {
            let passed = log.passed;
            ahead::read(
                window,
                terminator,
                passed,
                lines,
                &mut log.requests,
                &mut intake,
            )?;
        }
        _ => {
            let mut whole = WholeLines::new(terminator);
            while let Some(n) = whole.fill(window)? {
                for line in lines_in(&window.bytes()[..n], terminator) {
                    log.take(&mut intake, line, whole.next_number())?;
                }
                window.consume(n);
                intake.progress(window.facts().bytes_read())?;
            }
        }
    }
    let mut format = format!("access log ({})", log.name());
    let layers = window.layers();
    if !layers.is_empty() {
        format = format!("{format}, {layers}");
    }
    // Such a log has no columns for a person to name.
    let asks_for_columns = Role::ALL
        .iter()
        .any(|role| role.asked_for(options).is_some());
    let notes = asks_for_columns.then(|| {
        "an access log in text has no columns, so the options that name columns were ignored; --log-user chooses the \
        user"
            .to_owned()
    });
    log.finish(intake, format, Vec::from_iter(notes))
}

/// Takes the lines of a log to [`Requests`].
struct Log {
    layout: LogLayout,
    requests: Requests,
    /// Lines at the beginning that were taken in before.
    passed: u64,
    w3c: W3c,
}

impl Log {
    fn new(layout: LogLayout, options: &ReadOptions, passed: u64) -> Log {
        Log {
            layout,
            requests: Requests::new(options.log.clone()),
            passed,
            w3c: W3c::new(options.log.clone()),
        }
    }

    /// Takes a line, which has that number.
    #[inline]
    fn take<S: Sink + ?Sized>(
        &mut self,
        intake: &mut Intake<'_, S>,
        line: &[u8],
        number: u64,
    ) -> Result<()> {
        let line = layout::clean(line);
        if let LogLayout::W3c(wrappers) = &self.layout {
            let line = peel::peel(wrappers, line);
            return self.take_w3c(intake, line, number);
        }
        if number <= self.passed || line.is_empty() {
            return Ok(());
        }
        let read = match &mut self.layout {
            LogLayout::Lines(lines) => {
                return lines::take(&mut self.requests, intake, lines.read(line), number);
            }
            LogLayout::Alb => aws::read_alb(line),
            LogLayout::Elb => aws::read_elb(line),
            LogLayout::S3 | LogLayout::W3c(_) => aws::read_s3(line),
        };
        match read {
            Ok(read) => match read.left_out {
                Some(reason) if !self.requests.options().takes_all => {
                    self.requests.leave_out(reason);
                    Ok(())
                }
                _ => {
                    let time = RequestTime::Text(read.time);
                    self.requests.take(intake, &read.request, time, number)
                }
            },
            Err(reason) => intake.reject(number, reason.to_owned()),
        }
    }

    /// Takes a line of a W3C extended log. Directives and changes of day count even in lines that are skipped.
    fn take_w3c<S: Sink + ?Sized>(
        &mut self,
        intake: &mut Intake<'_, S>,
        line: &[u8],
        number: u64,
    ) -> Result<()> {
        let is_passed = number <= self.passed;
        match line.first() {
            None => return Ok(()),
            Some(b'#') => {
                self.w3c.direct(line);
                return Ok(());
            }
            Some(_) if is_passed && !self.w3c.counts_days() => return Ok(()),
            Some(_) => {}
        }
        match self.w3c.read(line) {
            _ if is_passed => Ok(()),
            Ok(read) => {
                let time = RequestTime::Text(read.time);
                self.requests.take(intake, &read.request, time, number)
            }
            Err(reason) => intake.reject(number, reason),
        }
    }

    /// The name of the layout.
    fn name(&self) -> &str {
        match &self.layout {
            LogLayout::Lines(lines) => &lines.title,
            LogLayout::W3c(_) if self.w3c.has_tabs => "W3C extended, tabs",
            LogLayout::W3c(_) => "W3C extended",
            LogLayout::Alb => "AWS ALB",
            LogLayout::Elb => "AWS ELB",
            LogLayout::S3 => "AWS S3",
        }
    }

    fn finish<S: Sink + ?Sized>(
        self,
        intake: Intake<'_, S>,
        format: String,
        more: Vec<String>,
    ) -> Result<Understood> {
        let (time, mut notes) = match &self.layout {
            LogLayout::Lines(lines) => ("the line's own time", lines.notes()),
            LogLayout::W3c(_) => ("date and time", Vec::new()),
            LogLayout::Alb => ("the second field", Vec::new()),
            LogLayout::Elb => ("the first field", Vec::new()),
            LogLayout::S3 => ("the brackets", Vec::new()),
        };
        notes.extend(more);
        if self.w3c.lacks_method {
            notes.push(
                "the log does not tell methods (cs-method): every request is taken as GET"
                    .to_owned(),
            );
        }
        self.requests.finish(intake, format, time, notes)
    }
}

#[cfg(test)]
mod tests;
