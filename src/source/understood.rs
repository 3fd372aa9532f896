//! How an input was understood, in words a person can check. Source floor.

use std::fmt;

use chrono_tz::Tz;

use crate::source::time::Form;
use crate::source::time::Read;
use crate::words::figure::counted;
use crate::words::text::safe;

/// What a reader took an input for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Understood {
    /// The format and its dialect, such as `CSV with ','`.
    pub format: String,
    /// Names of the user, time and page column.
    pub columns: [String; 3],
    /// The zone of timestamps without an offset.
    pub time_zone: Tz,
    /// How many timestamps were read in each [`Form`].
    pub forms: [u64; Form::ALL.len()],
    /// What was decided for the person and may matter, a sentence each.
    pub notes: Vec<String>,
}

impl fmt::Display for Understood {
    /// `CSV with ',': user from "user_id", time from "ts" (epoch seconds), page from "page"`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [user, time, page] = self.columns.each_ref().map(|name| safe(name));
        let times: Vec<String> = Form::ALL
            .iter()
            .zip(self.forms)
            .filter(|&(_, n)| n > 0)
            .map(|(form, _)| match form {
                Form::Local | Form::Date => format!("{}, taken as {}", form.name(), self.time_zone),
                _ => form.name().to_owned(),
            })
            .collect();
        let times = if times.is_empty() {
            String::new()
        } else {
            format!(" ({})", times.join("; "))
        };
        let format = &self.format;
        write!(
            f,
            "{format}: user from \"{user}\", time from \"{time}\"{times}, page from \"{page}\""
        )
    }
}

/// Something that happened to rows: how often, and where first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    n: u64,
    first_line: u64,
}

impl Tally {
    fn add(&mut self, line: u64) {
        if self.n == 0 {
            self.first_line = line;
        }
        self.n += 1;
    }

    fn note(&self, notes: &mut Vec<String>, sentence: impl Fn(u64, u64) -> String) {
        if self.n > 0 {
            notes.push(sentence(self.n, self.first_line));
        }
    }
}

/// Keeps count, while rows are read, of what is to be said at the end.
#[derive(Clone, Debug, Default)]
pub(super) struct Tallies {
    forms: [Tally; Form::ALL.len()],
    adjusted: Tally,
    at_epoch: Tally,
    replaced: Tally,
}

impl Tallies {
    /// Counts a timestamp that was read on a line.
    pub(super) fn time(&mut self, read: &Read, line: u64) {
        self.forms[read.form as usize].add(line);
        if read.adjusted {
            self.adjusted.add(line);
        }
        if read.at.as_us() <= 0 {
            self.at_epoch.add(line);
        }
    }

    /// Counts a page in which bytes that are not UTF-8 became U+FFFD.
    pub(super) fn replaced(&mut self, line: u64) {
        self.replaced.add(line);
    }

    pub(super) fn forms(&self) -> [u64; Form::ALL.len()] {
        self.forms.map(|tally| tally.n)
    }

    /// The sentences.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let mut seen: Vec<(Form, Tally)> = Form::ALL
            .into_iter()
            .zip(self.forms)
            .filter(|(_, tally)| tally.n > 0)
            .collect();
        seen.sort_by_key(|(_, tally)| tally.first_line);
        if seen.len() > 1 {
            let forms: Vec<String> = seen
                .iter()
                .map(|(form, tally)| format!("{} from line {}", form.name(), tally.first_line))
                .collect();
            notes.push(format!(
                "timestamps are mixed: {}; each was read by itself",
                forms.join(", ")
            ));
        }
        self.forms[Form::Date as usize].note(&mut notes, |n, line| {
            format!(
                "{} without a time of day, first on line {line}: taken as midnight",
                counted(n, "timestamp")
            )
        });
        self.forms[Form::Nanoseconds as usize].note(&mut notes, |n, _| {
            format!(
                "{} in nanoseconds: cut off to microseconds",
                counted(n, "timestamp")
            )
        });
        self.adjusted.note(&mut notes, |n, line| {
            let times = counted(n, "local time");
            format!(
                "{times} where the clocks change, first on line {line}: one that exists twice is taken as the earlier, \
                 one that does not exist is moved forward"
            )
        });
        self.at_epoch.note(&mut notes, |n, line| {
            format!("{} at or before 1970-01-01T00:00:00Z, first on line {line}: perhaps of an unset clock", counted(n, "pageview"))
        });
        self.replaced.note(&mut notes, |n, line| {
            format!(
                "{} with bytes that are not UTF-8, first on line {line}: they became U+FFFD",
                counted(n, "page")
            )
        });
        notes
    }
}
