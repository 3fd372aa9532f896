//! What a column of times is like as a whole, to report once. Source floor.
//!
//! Knows what was seen, not how it was read.

use std::ops::Range;

use crate::source::rows::tally::Tally;
use crate::source::rows::tally::Unit;
use crate::source::time::plan::Compact;
use crate::source::time::slashed::DateOrder;
use crate::source::time::zone::Placed;

/// The forms that are reported for a column. A column with two of them is mixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Local,
    WithOffset,
    DateOnly,
    MonthName,
    Slashed,
    Given,
    Minutes,
    Hours,
    Seconds,
    Milliseconds,
    Microseconds,
    Nanoseconds,
    Days,
}

/// The forms in the order of their discriminants, with the words for a column of them.
pub(super) const FORMS: [(Form, &str); 13] = [
    (Form::Local, "date and time without an offset"),
    (Form::WithOffset, "date and time with an offset"),
    (Form::DateOnly, "date only"),
    (Form::MonthName, "date and time with the month's name"),
    (Form::Slashed, "date and time with day and month as numbers"),
    (Form::Given, "in the format that was given"),
    (Form::Minutes, Compact::Minutes.words()),
    (Form::Hours, Compact::Hours.words()),
    (Form::Seconds, "epoch seconds"),
    (Form::Milliseconds, "epoch milliseconds"),
    (Form::Microseconds, "epoch microseconds"),
    (Form::Nanoseconds, "epoch nanoseconds"),
    (Form::Days, "days"),
];

impl Form {
    fn is_epoch(self) -> bool {
        self as usize >= Form::Seconds as usize
    }
}

/// What was seen in a column of times.
pub(in crate::source) struct TimeColumn {
    /// The unit in which places are counted.
    unit: Unit,
    /// The name of the zone that times without an offset are in.
    pub(super) zone: &'static str,
    /// Whether there were such times.
    pub(super) has_local: bool,
    /// For each form, the line where it was first seen; 0 if it was not.
    pub(super) first_lines: [u64; FORMS.len()],
    /// The order of slashed dates and the line that settled it.
    pub(super) order: Option<(DateOrder, u64)>,
    /// The order that the first rows settled, and why.
    pub(super) settled: Option<(DateOrder, String)>,
    /// Times whose digits after the microseconds were cut off.
    pub(super) finer: Tally,
    /// Local times that clocks jumped over.
    pub(super) skipped: Tally,
    /// Local times that clocks showed twice.
    pub(super) twice: Tally,
    /// Times that exist twice and mean the later instant, since the file goes back there.
    later: Tally,
    /// Instants at the epoch or before, as from clocks that were never set.
    not_after_epoch: Tally,
    /// Later ones before there were pages.
    early: Tally,
    /// Instants after the year 2100, which often stand for no date.
    far_off: Tally,
}

/// The range of plausible instants of pageviews, in microseconds: the years 1990 to 2100.
pub(super) const LIKELY_US: Range<i64> = 631_152_000_000_000..4_133_980_800_000_000;

impl TimeColumn {
    /// A column of which nothing was seen yet.
    pub(super) fn new(zone: &'static str, unit: Unit) -> TimeColumn {
        TimeColumn {
            unit,
            zone,
            has_local: false,
            first_lines: [0; FORMS.len()],
            order: None,
            settled: None,
            finer: Tally::default(),
            skipped: Tally::default(),
            twice: Tally::default(),
            later: Tally::default(),
            not_after_epoch: Tally::default(),
            early: Tally::default(),
            far_off: Tally::default(),
        }
    }

    /// Notes an instant at which nobody saw a page.
    #[cold]
    pub(super) fn saw_unlikely(&mut self, us: i64, line: u64) {
        let tally = match us {
            ..=0 => &mut self.not_after_epoch,
            us if us < LIKELY_US.start => &mut self.early,
            _ => &mut self.far_off,
        };
        tally.add(line);
    }

    /// Notes a value of that form.
    #[inline]
    pub(super) fn saw(&mut self, form: Form, line: u64) {
        let first_line = &mut self.first_lines[form as usize];
        if *first_line == 0 {
            *first_line = line;
        }
    }

    /// Whether any instant was finer than a microsecond.
    pub(in crate::source) fn has_finer(&self) -> bool {
        self.finer.count > 0
    }

    /// Notes how a wall clock could be placed.
    #[inline]
    pub(super) fn placed(&mut self, placed: Placed, line: u64) {
        match placed {
            Placed::Once => {}
            Placed::Skipped => self.skipped.add(line),
            Placed::Twice => self.twice.add(line),
            Placed::Later => self.later.add(line),
        }
    }

    /// The forms that were seen, with their names and the line at which each was first seen.
    fn forms(&self) -> impl Iterator<Item = (Form, &'static str, u64)> {
        FORMS
            .iter()
            .zip(self.first_lines)
            .filter(|&(_, line)| line > 0)
            .map(|(&(form, words), line)| (form, words, line))
    }

    /// The content of the column in words: `date and time without an offset, taken as UTC`; empty if no value was
    /// read.
    pub(in crate::source) fn held(&self) -> String {
        let mut seen = self.forms();
        let (first, second) = (seen.next(), seen.next());
        let form = match (first, second) {
            (None, _) => return String::new(),
            (Some((_, words, _)), None) => words,
            (Some((form, ..)), _) if form.is_epoch() => "epoch numbers in several units",
            _ => "times in several formats",
        };
        match self.has_local {
            true => format!("{form}, taken as {}", self.zone),
            false => form.to_owned(),
        }
    }

    /// What a person should know about the column as a whole.
    pub(in crate::source) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let listed = |epochs: bool| {
            self.forms()
                .filter(|(form, ..)| !epochs || form.is_epoch())
                .map(|(_, words, line)| match self.unit {
                    Unit::Line => format!("{words} from line {line}"),
                    Unit::Row => format!("{words} from row {line}"),
                })
                .collect::<Vec<_>>()
                .join("; ")
        };
        let n_epochs = self.forms().filter(|(form, ..)| form.is_epoch()).count();
        if n_epochs > 1 {
            notes.push(format!(
                "units are mixed in the time column: {}",
                listed(true)
            ));
        }
        if self.forms().count() > n_epochs.max(1) {
            notes.push(format!(
                "formats are mixed in the time column: {}",
                listed(false)
            ));
        }
        let date_only = self.first_lines[Form::DateOnly as usize];
        if date_only > 0 {
            notes.push(format!(
                "dates without a time of day are taken as midnight (the first {})",
                self.unit.at(date_only)
            ));
        }
        notes.extend(self.finer.note(
            self.unit,
            "timestamp",
            "finer than a microsecond, rounded down",
        ));
        if let Some((order, reason)) = &self.settled {
            notes.push(format!("dates are read as {}, {reason}", order.name()));
        }
        if let Some((order, line)) = self.order {
            notes.push(format!(
                "dates are read as {}, as the one {} settles",
                order.name(),
                self.unit.at(line)
            ));
        }
        notes.extend(self.skipped.note(
            self.unit,
            "timestamp",
            "skipped when the clocks went forward, moved forward by as much",
        ));
        notes.extend(self.twice.note(
            self.unit,
            "timestamp",
            "that the clocks showed twice, taken as the earlier",
        ));
        notes.extend(self.later.note(
            self.unit,
            "timestamp",
            "that the clocks showed twice, taken as the later, since the file goes back there",
        ));
        notes.extend(self.not_after_epoch.note(
            self.unit,
            "pageview",
            "at or before 1970-01-01T00:00:00Z: was a clock not set?",
        ));
        notes.extend(self.early.note(
            self.unit,
            "pageview",
            "before the year 1990: did a number lose a digit?",
        ));
        notes.extend(self.far_off.note(
            self.unit,
            "pageview",
            "after the year 2100: does the date mean that there is none? --where leaves it out",
        ));
        notes
    }
}
