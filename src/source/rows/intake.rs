//! Values of a row -> a pageview or a reject, whatever the format. Source floor.
//!
//! Knows what makes a row a pageview; nothing about how rows are written. Counts what is reported at the end.

use crate::source::options::ReadOptions;
use crate::source::rows::carried::CarriedCells;
use crate::source::rows::rejects::Rejects;
use crate::source::rows::sink::Sink;
use crate::source::rows::tally::Tally;
use crate::source::rows::tally::Unit;
use crate::source::rows::understood::Understood;
use crate::source::time::TimeReader;
use crate::source::time::Unreadable;
use crate::source::time::quoted;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::figure::count;
use crate::words::figure::counted;
use crate::words::pageview::MOST_CARRIED;
use crate::words::pageview::Pageview;
use crate::words::pageview::Reject;
use crate::words::pageview::RejectPlace;
use crate::words::timestamp::Timestamp;

/// Takes rows and hands them to the sink.
pub(in crate::source) struct Intake<'a, S: ?Sized> {
    input: String,
    pub(in crate::source) unit: Unit,
    sink: &'a mut S,
    pub(in crate::source) times: TimeReader,
    pub(in crate::source) pageviews: u64,
    pub(in crate::source) rejects: Rejects,
    max_rejects: Option<f64>,
    goes_on: bool,
    not_text: Tally,
    takes_all: bool,
    /// What the next pageview carries.
    pub(in crate::source) carried: CarriedCells,
}

/// How an input was written and where its columns are, in the words of [`Understood`].
pub(in crate::source) struct SourceDescription {
    pub(in crate::source) format: String,
    pub(in crate::source) user: String,
    pub(in crate::source) time: String,
    pub(in crate::source) page: String,
    pub(in crate::source) carried: String,
    /// Notes of the format's own.
    pub(in crate::source) notes: Vec<String>,
    pub(in crate::source) left_out: Vec<(String, u64)>,
}

impl<'a, S: Sink + ?Sized> Intake<'a, S> {
    /// An intake for the input of that name, whose places are counted in `unit`.
    pub(in crate::source) fn new(
        input: &str,
        unit: Unit,
        options: &ReadOptions,
        sink: &'a mut S,
    ) -> Self {
        Intake {
            input: input.to_owned(),
            unit,
            sink,
            times: TimeReader::new(options.times.clone(), unit),
            pageviews: 0,
            rejects: Rejects::default(),
            max_rejects: options.max_rejects,
            goes_on: options.goes_on,
            not_text: Tally::default(),
            takes_all: options.log.takes_all,
            carried: CarriedCells::new(&options.carried),
        }
    }

    /// Hears how far the input has been read.
    pub(in crate::source) fn progress(&mut self, bytes_read: u64) -> Result<()> {
        self.sink.progress(bytes_read)
    }

    /// Takes a pageview that needs no further look.
    #[inline]
    pub(in crate::source) fn pageview(
        &mut self,
        user_id: &str,
        page_view_at: Timestamp,
        page: &str,
    ) -> Result<()> {
        self.pageviews += 1;
        let mut pageview = Pageview {
            user_id,
            page_view_at,
            page,
            carried: &[],
        };
        if self.carried.is_empty() {
            return self.sink.pageview(pageview);
        }
        let mut room = [""; MOST_CARRIED];
        pageview.carried = self.carried.values(&mut room);
        self.sink.pageview(pageview)
    }

    /// Takes a row with its values as any bytes. A user that is not UTF-8 is rejected, so that no two users become
    /// one. In a page, such bytes become U+FFFD.
    pub(in crate::source) fn row(
        &mut self,
        user: &[u8],
        time: &[u8],
        page: &[u8],
        line: u64,
    ) -> Result<()> {
        match self.times.read(time, line) {
            Ok(at) => self.placed_row(user, at, page, line),
            Err(unreadable) => self.reject_time(unreadable, line),
        }
    }

    /// The same, with a timestamp that was read already.
    pub(in crate::source) fn placed_row(
        &mut self,
        user: &[u8],
        at: Timestamp,
        page: &[u8],
        line: u64,
    ) -> Result<()> {
        if user.is_empty() {
            return self.reject(line, "the user is empty".to_owned());
        }
        let Ok(user_id) = std::str::from_utf8(user) else {
            return self.reject(
                line,
                format!(
                    "user {} is not UTF-8 text: name its encoding with --encoding LABEL, such as latin1",
                    quoted(user)
                ),
            );
        };
        match std::str::from_utf8(page) {
            Ok(page) => self.pageview(user_id, at, page),
            Err(_) => {
                self.not_text.add(line);
                self.pageview(user_id, at, &String::from_utf8_lossy(page))
            }
        }
    }

    /// Rejects a row because of its time. Errors if no time of that kind can be read and no pageview came before,
    /// because then the whole column is like that. Also errors if the column is not what its first values said.
    pub(in crate::source) fn reject_time(
        &mut self,
        unreadable: Unreadable,
        line: u64,
    ) -> Result<()> {
        match unreadable {
            Unreadable::Kind(problem) if self.pageviews == 0 && !self.goes_on => {
                let place = self.place(line);
                Err(self.refused(format!("{place}: {problem}")))
            }
            Unreadable::Contradiction(problem) => {
                let place = self.place(line);
                Err(self.refused(format!("{place}: {problem}")))
            }
            Unreadable::Kind(reason) | Unreadable::Value(reason) => self.reject(line, reason),
        }
    }

    /// Takes a row that is not a pageview.
    pub(in crate::source) fn reject(&mut self, line: u64, reason: String) -> Result<()> {
        let reject = Reject {
            input: self.input.clone(),
            place: self.place(line),
            reason,
        };
        self.rejects.take(&reject);
        self.sink.reject(reject)
    }

    fn place(&self, number: u64) -> RejectPlace {
        match self.unit {
            Unit::Line => RejectPlace::Line(number),
            Unit::Row => RejectPlace::Row(number),
        }
    }

    /// An error of the input as a whole.
    pub(in crate::source) fn refused(&self, problem: impl Into<String>) -> Error {
        Error::Input {
            input: self.input.clone(),
            problem: problem.into(),
        }
    }

    /// The same, for a given line or row.
    pub(in crate::source) fn refused_at(&self, line: u64, problem: &str) -> Error {
        self.refused(format!("{}: {problem}", self.place(line)))
    }

    /// An error for an input whose columns are in doubt.
    pub(in crate::source) fn undecided(&self, problem: String) -> Error {
        Error::Undecided {
            input: self.input.clone(),
            problem,
        }
    }

    /// Ends the reading of requests, and says what was left out. Errors as [`finish_rows`](Self::finish_rows) does.
    pub(in crate::source) fn finish(
        self,
        mut description: SourceDescription,
    ) -> Result<Understood> {
        let left_out = left_out_in_words(&description.left_out, self.takes_all);
        description.notes.extend(left_out);
        self.finish_rows(description)
    }

    /// Ends the reading. Errors if all rows were rejected, or too many.
    pub(in crate::source) fn finish_rows(
        self,
        description: SourceDescription,
    ) -> Result<Understood> {
        let judged = match self.goes_on {
            true => None,
            false => self
                .rejects
                .judge(&self.input, self.pageviews, self.max_rejects)?,
        };
        let is_empty = self.pageviews == 0 && !self.goes_on;
        let warnings = match judged {
            None if is_empty => vec!["no pageview was read from it".to_owned()],
            judged => Vec::from_iter(judged),
        };
        let mut notes = description.notes;
        notes.extend(self.times.column().notes());
        notes.extend(self.not_text.note(
            self.unit,
            "page",
            "with bytes that are not UTF-8 text, which became U+FFFD",
        ));
        notes.extend(self.carried.notes(self.unit, self.pageviews));
        Ok(Understood {
            format: description.format,
            user: description.user,
            time: description.time,
            page: description.page,
            carried: description.carried,
            time_form: self.times.column().held(),
            notes,
            pageviews: self.pageviews,
            warnings,
            rejects: self.rejects.count,
            reject_reasons: self.rejects.reasons(),
            left_out: description.left_out,
            sample: None,
            settled: None,
            form: None,
        })
    }
}

/// `443 lines are no page views: bots 340, static assets 79, not GET 24; --log-requests all takes them`
fn left_out_in_words(left_out: &[(String, u64)], takes_all: bool) -> Option<String> {
    let total: u64 = left_out.iter().map(|(_, n)| n).sum();
    let reasons: Vec<String> = left_out
        .iter()
        .map(|(reason, n)| format!("{reason} {}", count(*n)))
        .collect();
    let hint = match takes_all {
        true => "",
        false => "; --log-requests all takes them",
    };
    let are = if total == 1 { "is" } else { "are" };
    (total > 0).then(|| {
        format!(
            "{} {are} left out as no page views: {}{hint}",
            counted(total, "line"),
            reasons.join(", ")
        )
    })
}
