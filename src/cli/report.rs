//! Words and progress on stderr, and being interrupted. Command line floor.

use std::io;
use std::io::Write;

use indicatif::ProgressBar;
use indicatif::ProgressStyle;

use crate::load::ReadReport;
use crate::store::LoadReport;
use crate::system::signals::interrupt_on_signals;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::figure::bytes;
use crate::words::figure::count;
use crate::words::figure::counted;
use crate::words::interrupt::Interrupt;
use crate::words::progress::Progress;
use crate::words::progress::Stage;
use crate::words::text::safe;

/// How many a filter has chosen: `chosen: 12,318 of 2,137,008 sessions`.
pub(super) fn chosen(n: u64, all: u64, noun: &str) -> String {
    format!("chosen: {} of {}", count(n), counted(all, noun))
}

/// Writes a line to stderr, made safe for a terminal. That nobody reads it is no reason to fail.
pub(super) fn say(line: &str) {
    say_lines(&safe(line));
}

/// The same of a text of many lines, which must be safe.
pub(super) fn say_lines(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Shows progress while a command works: a bar if stderr is a terminal, else nothing.
pub(super) struct Reporter {
    interrupt: Interrupt,
    bar: ProgressBar,
    stage: Option<Stage>,
    /// What is to be said last.
    warnings: Vec<String>,
    /// Inputs that were skipped.
    n_skipped: u64,
}

/// Inputs that are skipped by name; of more, only their number is said: a folder of years is loaded every night.
const MOST_SKIPPED_BY_NAME: u64 = 5;

impl Reporter {
    pub(super) fn new() -> Reporter {
        Reporter {
            interrupt: interrupt_on_signals(),
            bar: ProgressBar::hidden(),
            stage: None,
            warnings: Vec::new(),
            n_skipped: 0,
        }
    }

    /// Whether the process has been asked to stop.
    pub(super) fn interrupt(&self) -> Interrupt {
        self.interrupt.clone()
    }

    /// Takes progress; errors once the process has been asked to stop.
    pub(super) fn observe(&mut self, progress: Progress) -> Result<()> {
        self.interrupt.check()?;
        if self.stage != Some(progress.stage) {
            self.clear();
            self.bar = bar(&progress);
            self.stage = Some(progress.stage);
        }
        if let Some(total) = progress.total {
            self.bar.set_length(total);
        }
        self.bar.set_position(progress.done);
        if progress.stage == Stage::Read {
            self.bar.set_message(format!(
                "{} pageviews, {} rejects",
                count(progress.pageviews),
                count(progress.rejects)
            ));
        }
        Ok(())
    }

    /// Says what was read of an input; warnings wait until [`Reporter::say_warnings`].
    pub(super) fn say_read(&mut self, read: &ReadReport) {
        self.clear();
        say_read(read);
        if read.passed_bytes > 0 {
            say(&format!(
                "{}: begins with content that was loaded before; took in what follows byte {}",
                safe(&read.input),
                count(read.passed_bytes)
            ));
        }
        let warnings = read.understood.warnings.iter();
        self.warnings.extend(
            warnings.map(|warning| safe(&format!("{}: {warning}", read.input)).into_owned()),
        );
    }

    /// Says what became of a load.
    pub(super) fn say_load(&mut self, report: &LoadReport, dedupe: bool) {
        self.say_read(&report.read);
        let done = if dedupe { "dropped" } else { "kept" };
        let hint = if dedupe { "" } else { "; --dedupe drops them" };
        let words = duplicates_said(report.duplicates, done);
        if let Some(words) = words {
            say(&format!("{}: {words}{hint}", safe(&report.read.input)));
        }
    }

    /// Keeps warnings about all inputs until [`Reporter::say_warnings`].
    pub(super) fn warn(&mut self, warnings: impl Iterator<Item = String>) {
        self.warnings.extend(warnings);
    }

    /// Says that an input without which nothing is lost was skipped.
    pub(super) fn say_skipped(&mut self, error: &Error) {
        self.n_skipped += 1;
        if self.n_skipped <= MOST_SKIPPED_BY_NAME {
            self.clear();
            say(&format!("{error}: skipped"));
        }
    }

    /// Says that an input could not be read, and that the work goes on.
    pub(super) fn say_failed(&mut self, error: &Error) {
        self.clear();
        say(&format!("error: {error}"));
    }

    /// Says how many more inputs were skipped; then, last and marked, what makes it doubtful that the inputs were
    /// understood.
    pub(super) fn say_warnings(&mut self) {
        self.clear();
        if let Some(more @ 1..) = self.n_skipped.checked_sub(MOST_SKIPPED_BY_NAME) {
            say(&format!(
                "{} more skipped in the same way",
                counted(more, "file")
            ));
        }
        for warning in self.warnings.drain(..) {
            say(&format!("warning: {warning}"));
        }
    }

    /// Takes the bar off the terminal, before something else is said.
    pub(super) fn clear(&mut self) {
        self.bar.finish_and_clear();
        self.stage = None;
    }
}

fn bar(progress: &Progress) -> ProgressBar {
    let (verb, unit) = match progress.stage {
        Stage::Read => ("reading", "{bytes} of {total_bytes}"),
        Stage::Order => ("ordering", "{human_pos} of {human_len} pageviews"),
        Stage::Write => ("writing", "{human_pos} of {human_len} pageviews"),
        Stage::Sessionize => ("sessionizing", "{human_pos} of {human_len}"),
        Stage::Scan => ("opening", "{human_pos} of {human_len} pageviews"),
        Stage::Export => ("exporting", "{human_pos} of {human_len} pageviews"),
    };
    let template = match progress.total {
        Some(_) => format!("{verb:>12} {{bar:30}} {unit}  {{eta}} left  {{msg}}"),
        None => format!("{verb:>12} {{spinner}} {{bytes}}  {{msg}}"),
    };
    let bar = progress
        .total
        .map_or_else(ProgressBar::new_spinner, ProgressBar::new);
    bar.set_style(
        ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    bar
}

/// Says what came of reading an input.
fn say_read(read: &ReadReport) {
    let input = safe(&read.input);
    say(&format!("{input}: {}", read.understood));
    let span = read
        .span
        .map(|(first, last)| format!(", {first} to {last}"))
        .unwrap_or_default();
    say(&format!(
        "{input}: {} from {}{span}",
        counted(read.pageviews, "pageview"),
        bytes(read.bytes)
    ));
    for note in &read.understood.notes {
        say(&format!("{input}: note: {}", safe(note)));
    }
    if read.rejects > 0 {
        say(&format!(
            "{input}: {} of {} left out:",
            count(read.rejects),
            counted(read.pageviews + read.rejects, "row")
        ));
        for reject in &read.first_rejects {
            say(&format!("  {}", safe(&reject.to_string())));
        }
        let more = read.rejects - read.first_rejects.len() as u64;
        if more > 0 {
            say(&format!("  and {} more", count(more)));
        }
    }
}

/// How many pageviews are equal to an earlier one, if any, and what was done with them.
pub(super) fn duplicates_said(n: u64, done: &str) -> Option<String> {
    let were = if n == 1 { "was" } else { "were" };
    let pageviews = counted(n, "duplicate pageview");
    (n > 0).then(|| format!("{pageviews} {were} {done} (same user, time and page)"))
}
