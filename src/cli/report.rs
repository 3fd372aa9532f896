//! Words and progress on stderr, and being interrupted. Command line floor.

use std::fs;
use std::io;
use std::io::Write;
#[cfg(unix)]
use std::sync::Arc;

use indicatif::ProgressBar;
use indicatif::ProgressStyle;
use signal_hook::consts::SIGINT;
use signal_hook::consts::SIGTERM;

use crate::store::LoadReport;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::figure::bytes;
use crate::words::figure::count;
use crate::words::figure::counted;
use crate::words::interrupt::Interrupt;
use crate::words::progress::Progress;
use crate::words::progress::Stage;
use crate::words::text::safe;

#[cfg(unix)]
const ENDING: [i32; 3] = [SIGINT, SIGTERM, signal_hook::consts::SIGHUP];
#[cfg(not(unix))]
const ENDING: [i32; 2] = [SIGINT, SIGTERM];

/// Writes a line to stderr, made safe for a terminal. That nobody reads it is no reason to fail.
pub(super) fn say(line: &str) {
    say_lines(&safe(line));
}

/// The same of a text of many lines, which must be safe.
pub(super) fn say_lines(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// From now on the signals that ask a process to end are noticed here instead of ending it; a second one ends it.
/// One that is ignored stays so: a shell and `nohup` see to that for what is to go on without them.
fn on_signals() -> Interrupt {
    let interrupt = Interrupt::default();
    for signal in ENDING.into_iter().filter(|&signal| !is_ignored(signal)) {
        // Registering fails only for signals that cannot be caught; these can.
        let _ = signal_hook::flag::register_conditional_shutdown(signal, 130, interrupt.flag());
        let _ = signal_hook::flag::register(signal, interrupt.flag());
    }
    // A file that grows beyond the limit set for the process is to fail as on a full disk, not to end it.
    #[cfg(unix)]
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
    interrupt
}

/// Whether the process was started with this signal ignored, where the system tells.
fn is_ignored(signal: i32) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}

/// Shows progress while a command works: a bar if stderr is a terminal, else nothing.
pub(super) struct Reporter {
    interrupt: Interrupt,
    bar: ProgressBar,
    stage: Option<Stage>,
    /// What is to be said last.
    warnings: Vec<String>,
}

impl Reporter {
    pub(super) fn new() -> Reporter {
        Reporter {
            interrupt: on_signals(),
            bar: ProgressBar::hidden(),
            stage: None,
            warnings: Vec::new(),
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
    pub(super) fn say_load(&mut self, report: &LoadReport, size: u64) {
        self.clear();
        say_load(report, size);
        let warnings = report.understood.warnings.iter();
        self.warnings.extend(
            warnings.map(|warning| safe(&format!("{}: {warning}", report.input)).into_owned()),
        );
    }

    /// Says that an input without which nothing is lost was skipped.
    pub(super) fn say_skipped(&mut self, error: &Error) {
        self.clear();
        say(&format!("{error}: skipped"));
    }

    /// Says that an input could not be read, and that the work goes on.
    pub(super) fn say_failed(&mut self, error: &Error) {
        self.clear();
        say(&format!("error: {error}"));
    }

    /// Says, last and marked, what makes it doubtful that the inputs were understood.
    pub(super) fn say_warnings(&mut self) {
        self.clear();
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

/// Says what was read of an input.
fn say_load(report: &LoadReport, size: u64) {
    let input = safe(&report.input);
    say(&format!("{input}: {}", report.understood));
    let span = report
        .span
        .map(|(first, last)| format!(", {first} to {last}"))
        .unwrap_or_default();
    say(&format!(
        "{input}: {} from {}{span}",
        counted(report.pageviews, "pageview"),
        bytes(size)
    ));
    if report.passed_bytes > 0 {
        let passed = count(report.passed_bytes);
        say(&format!(
            "{input}: begins with what was loaded before: took in what follows byte {passed}"
        ));
    }
    if report.duplicates > 0 {
        let duplicates = counted(report.duplicates, "pageview");
        say(&format!(
            "{input}: {duplicates} equal to an earlier one in user, time and page"
        ));
    }
    for note in &report.understood.notes {
        say(&format!("{input}: note: {}", safe(note)));
    }
    if report.rejects > 0 {
        say(&format!(
            "{input}: {} of {} left out:",
            count(report.rejects),
            counted(report.pageviews + report.rejects, "row")
        ));
        for reject in &report.first_rejects {
            say(&format!("  {}", safe(&reject.to_string())));
        }
        let more = report.rejects - report.first_rejects.len() as u64;
        if more > 0 {
            say(&format!("  and {} more", count(more)));
        }
    }
}
