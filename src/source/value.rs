//! Typed values of a row -> a pageview or a reject: for formats whose columns have types. Source floor.
//!
//! Knows what a value may be and how it is written as text; nothing about where it was stored.

use crate::source::access_log::Meaning;
use crate::source::access_log::TableLog;
use crate::source::input::Input;
use crate::source::json::inside;
use crate::source::json::inside::Inside;
use crate::source::late::LateParts;
use crate::source::options::ReadOptions;
use crate::source::roles::MOST_ROWS;
use crate::source::roles::Offer;
use crate::source::roles::Roles;
use crate::source::roles::Values;
use crate::source::rows::cell::Value;
use crate::source::rows::ids;
use crate::source::rows::intake::Intake;
use crate::source::rows::intake::SourceDescription;
use crate::source::rows::sink::Sink;
use crate::source::rows::tally::Tally;
use crate::source::rows::tally::Unit;
use crate::source::rows::understood::Understood;
use crate::source::time::join;
use crate::source::time::quoted;
use crate::words::error::Result;
use crate::words::timestamp::US_PER_DAY;

/// Rows between two reports of progress.
const ROWS_A_REPORT: u64 = 4096;

/// Rows of typed values, in order.
pub trait Table {
    /// The words for it in [`Understood`]: `SQLite, table "events"`.
    fn format(&self) -> String;

    /// The names of its columns.
    fn columns(&self) -> Result<Vec<String>>;

    /// Reads its first `most` rows, or all: passes the values in the columns of these names to `take`, whose errors
    /// end the reading.
    fn rows(
        &mut self,
        columns: &[&str],
        most: Option<u64>,
        take: &mut dyn FnMut(&[Value<'_>]) -> Result<()>,
    ) -> Result<()>;

    /// Notes on it, besides its rows.
    fn notes(&self) -> Vec<String>;
}

/// Reads a table to its end and gives every row to the sink, as a pageview or as a reject. The input is the one that
/// the table stands in; after success its fingerprint is that of its whole content.
///
/// Errors if the table lacks the columns, or if it has rows but no pageview; and if the table or the sink errors.
pub(crate) fn read_table<S: Sink + ?Sized>(
    input: &mut Input,
    options: &ReadOptions,
    sink: &mut S,
    table: &mut dyn Table,
) -> Result<Understood> {
    let columns = table.columns()?;
    let names_of = |places: &[usize]| -> Vec<&str> {
        let names = places.iter().map(|place| columns[*place].as_str());
        names.collect()
    };
    let offer = Offer {
        input: input.name(),
        names: &columns,
        is_outer: &vec![true; columns.len()],
        names_are_all: true,
        aliases: &[],
        folders: input.facts.folders(),
        sample: &mut |places| {
            let mut sample = Sampler::new(places.len());
            let names = names_of(places);
            table.rows(&names, Some(MOST_ROWS as u64), &mut |values| {
                sample.add(values);
                Ok(())
            })?;
            Ok(sample.values)
        },
    };
    let (meaning, inside) = inside::meaning(offer, options)?;
    let mut rows = TypedRows::new(Intake::new(input.name(), Unit::Row, options, sink), meaning);
    rows.inside = inside;
    let columns_read = rows.columns().to_vec();
    let names = names_of(&columns_read);
    let mut row = 0;
    table.rows(&names, None, &mut |values| {
        if row % ROWS_A_REPORT == 0 {
            rows.intake.progress(0)?;
        }
        row += 1;
        rows.take(values, row)
    })?;
    let understood = rows.finish(table.format(), table.notes())?;
    input.take_as_it_is()?;
    Ok(understood)
}

/// Collects the values of a sample, as text.
pub(super) struct Sampler {
    /// By part.
    pub(super) values: Vec<Values>,
    digits: Vec<u8>,
}

impl Sampler {
    pub(super) fn new(n_parts: usize) -> Sampler {
        Sampler {
            values: vec![Values::default(); n_parts],
            digits: Vec::new(),
        }
    }

    /// Adds a row's values.
    pub(super) fn add(&mut self, row: &[Value<'_>]) {
        for (values, value) in self.values.iter_mut().zip(row) {
            let written = value.written();
            let text = match (&written, value) {
                (Some(written), _) => Some(written.as_bytes()),
                (None, Value::Instant(_) | Value::WallClock(_) | Value::Day(_)) => None,
                (None, value) => value.text(&mut self.digits),
            };
            values.push(text);
        }
    }
}

/// Passes rows of values to the intake, by the roles of their parts.
pub(super) struct TypedRows<'a, S: ?Sized> {
    pub(super) intake: Intake<'a, S>,
    pub(super) roles: Roles,
    /// Takes the rows instead, if they are requests.
    log: Option<TableLog>,
    /// Values after those of the parts; they are the same in every row.
    constants: Vec<Option<Box<[u8]>>>,
    /// How to get parts of the roles out of cells, if some are inside cells.
    pub(super) inside: Option<Inside>,
    user: Vec<u8>,
    time: Vec<u8>,
    page: Vec<u8>,
    carried: Vec<u8>,
    /// What is carried and was not in the first rows.
    pub(super) late: Option<LateParts>,
    /// Rows in which a carried column has no value but an array or an object.
    odd: Tally,
}

impl<'a, S: Sink + ?Sized> TypedRows<'a, S> {
    pub(super) fn new(mut intake: Intake<'a, S>, mut meaning: Meaning) -> Self {
        intake.times.follow(meaning.roles.forms.times.clone());
        TypedRows {
            intake,
            constants: std::mem::take(&mut meaning.roles.constants),
            roles: meaning.roles,
            log: meaning.log,
            inside: None,
            user: Vec::new(),
            time: Vec::new(),
            page: Vec::new(),
            carried: Vec::new(),
            late: None,
            odd: Tally::default(),
        }
    }

    /// The columns that are read of each row.
    pub(super) fn columns(&self) -> &[usize] {
        match &self.inside {
            Some(inside) => &inside.columns,
            None => &self.roles.parts,
        }
    }

    /// Takes the next row, the values in the order of [`columns`](Self::columns); its place is `line`.
    #[inline]
    pub(super) fn take(&mut self, values: &[Value<'_>], line: u64) -> Result<()> {
        let Some(inside) = self.inside.take() else {
            return self.take_parts(values, line);
        };
        let taken = inside.look(values, &mut |parts| match parts {
            Ok(parts) => self.take_parts(parts, line),
            Err(several) => Err(self.intake.refused_at(line, &several)),
        });
        self.inside = Some(inside);
        taken
    }

    /// Takes the next row, the values in the order of [`Roles::parts`].
    fn take_parts(&mut self, values: &[Value<'_>], line: u64) -> Result<()> {
        if self.constants.is_empty() {
            return self.take_all(values, line);
        }
        let constants = std::mem::take(&mut self.constants);
        let same = constants
            .iter()
            .map(|value| value.as_deref().map_or(Value::Null, Value::Text));
        let taken = self.take_all(
            &values.iter().copied().chain(same).collect::<Vec<_>>(),
            line,
        );
        self.constants = constants;
        taken
    }

    /// The same, with the constants after the values.
    fn take_all(&mut self, values: &[Value<'_>], line: u64) -> Result<()> {
        if let Some(late) = &mut self.late {
            late.see(&self.roles.carried, values);
        }
        if !self.roles.count(values) {
            return Ok(());
        }
        if !self.roles.carried.is_empty() {
            self.carry(values, line);
        }
        if let Some(log) = &mut self.log {
            return log.take(&mut self.intake, values, line);
        }
        let roles = &self.roles;
        let is_user = |slot: &&usize| {
            let text = values[**slot].text(&mut self.user);
            text.is_some_and(|text| !roles.nothing.is_no_user(text))
        };
        let Some(&slot) = roles.user.iter().find(is_user) else {
            let reason = self.no_user(values);
            return self.intake.reject(line, reason);
        };
        let mut user = values[slot].text(&mut self.user).unwrap_or_default();
        if ids::is_rounded(user) {
            let reason = format!(
                "user {} was rounded by a spreadsheet: export the column with all its digits",
                quoted(user)
            );
            return self.intake.reject(line, reason);
        }
        if roles.forms.ids_are_whole {
            user = ids::whole(user).unwrap_or(user);
        }
        let times = &mut self.intake.times;
        let time = values[roles.time[0]];
        let at = match (time, &roles.time[..]) {
            (_, slots) if let Some(counted) = &roles.forms.counted => {
                let (mut since_digits, mut digits) = (Vec::new(), Vec::new());
                let since = match &counted.origin {
                    Some(origin) => origin.as_bytes(),
                    None => values[slots[0]].text(&mut since_digits).unwrap_or_default(),
                };
                let number = values[slots[slots.len() - 1]].text(&mut digits);
                times.read_since(since, number.unwrap_or_default(), counted.unit, line)
            }
            (_, &[day, clock]) => {
                join_values(values[day], values[clock], &mut self.time);
                times.read(&self.time, line)
            }
            (Value::Instant(us), _) => times.read_instant(us, line),
            (Value::WallClock(us), _) => times.read_wall_clock(us, true, line),
            (Value::Day(days), _) => {
                times.read_wall_clock(days.saturating_mul(US_PER_DAY), false, line)
            }
            _ => match time.text(&mut self.time) {
                Some(text) if roles.nothing.is_nothing(text) => times.read(b"", line),
                Some(text) => times.read(text, line),
                None => {
                    let reason = time.lack("time", &roles.words[1]);
                    return self.intake.reject(line, reason);
                }
            },
        };
        let at = match at {
            Ok(at) => at,
            Err(unreadable) => return self.intake.reject_time(unreadable, line),
        };
        let page = values[roles.page];
        match page.text(&mut self.page) {
            Some(text) if roles.nothing.is_mark(text) => {
                self.intake.placed_row(user, at, b"", line)
            }
            Some(text) => self.intake.placed_row(user, at, text, line),
            None => {
                let reason = page.lack("page", &roles.words[2]);
                self.intake.reject(line, reason)
            }
        }
    }

    /// Takes what the row carries.
    fn carry(&mut self, values: &[Value<'_>], line: u64) {
        let cells = &mut self.intake.carried;
        cells.clear();
        let is_log = self.log.is_some();
        for (column, slots) in self.roles.carried.iter().enumerate() {
            let mut is_odd = false;
            let something = slots.iter().find(|slot| {
                let value = &values[**slot];
                is_odd |= matches!(value, Value::Odd(_));
                let text = value.carried(&mut self.carried).unwrap_or_default();
                !(self.roles.nothing.is_nothing(text) || is_log && text == b"-")
            });
            let something = something.and_then(|slot| values[*slot].carried(&mut self.carried));
            if something.is_none() && is_odd {
                self.odd.add(line);
            }
            let text = something.unwrap_or_default();
            let text = match &mut self.log {
                Some(log) => log.carried(column, text),
                None => text,
            };
            cells.push(text, line);
        }
    }

    /// Takes a line of text between the rows. In a log it is left out, else it is a reject.
    pub(super) fn pass(&mut self, line: u64, reason: String) -> Result<()> {
        match &mut self.log {
            Some(log) => {
                log.leave_out_line();
                Ok(())
            }
            None => self.intake.reject(line, reason),
        }
    }

    /// Why a row has no user.
    fn no_user(&mut self, values: &[Value<'_>]) -> String {
        let name = &self.roles.words[0];
        let &[slot] = &self.roles.user[..] else {
            return format!("there is no user in {name}");
        };
        match values[slot].text(&mut self.user) {
            None => values[slot].lack("user", name),
            Some(text) if text.trim_ascii().is_empty() => "the user is empty".to_owned(),
            Some(text) => format!(
                "the user is {}, which means no value; --null TEXT changes which texts do",
                quoted(text)
            ),
        }
    }

    /// Ends the reading of an input in that format. Errors as [`Intake::finish_rows`] does, and if all rows together
    /// contradict the first ones.
    pub(super) fn finish(mut self, format: String, mut notes: Vec<String>) -> Result<Understood> {
        if let Some(late) = self.late {
            late.finish()?;
        }
        let outcome = self.roles.finish();
        if let Some(contradiction) = outcome.contradiction {
            return Err(self.intake.undecided(contradiction));
        }
        notes.extend(outcome.notes);
        let what =
            "with more than one value, of which nothing is carried: name one of them in --carry";
        notes.extend(self.odd.note(self.intake.unit, "row", what));
        if let Some(log) = self.log {
            let mut understood = log.finish(self.intake, &format, notes)?;
            if !self.roles.carried_words.is_empty() {
                understood.carried = self.roles.carried_words;
            }
            return Ok(understood);
        }
        let [user, time, page] = self.roles.words;
        let mut understood = self.intake.finish_rows(SourceDescription {
            format,
            user,
            time,
            page,
            carried: self.roles.carried_words,
            notes,
            left_out: outcome.left_out,
        })?;
        understood.sample = outcome.sample;
        // Nothing follows from a header alone.
        let mut settled = outcome.settled;
        settled.add_rows(understood.pageviews, understood.rejects);
        let has_rows = understood.pageviews + understood.n_left_out() > 0;
        understood.settled = has_rows.then_some(settled);
        Ok(understood)
    }
}

/// Replaces `out` by a day and a time of day, as one text.
fn join_values(day: Value<'_>, clock: Value<'_>, out: &mut Vec<u8>) {
    let (written_day, written_clock) = (day.written(), clock.written());
    let (mut days, mut clocks) = (Vec::new(), Vec::new());
    let day = match &written_day {
        Some(written) => written.as_bytes(),
        None => day.text(&mut days).unwrap_or_default(),
    };
    let clock = match &written_clock {
        Some(written) => written.as_bytes(),
        None => clock.text(&mut clocks).unwrap_or_default(),
    };
    join(day, clock, out);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::rows::test_sink::TestSink;

    fn check(values: [Value<'_>; 3], expected: &str) {
        let mut heard = TestSink::default();
        let options = ReadOptions::default();
        let intake = Intake::new("in", Unit::Row, &options, &mut heard);
        let mut rows = TypedRows::new(
            intake,
            Meaning {
                roles: Roles::of_three(),
                log: None,
            },
        );
        // This makes a time of an unreadable kind a reject, and not the end of the reading.
        let at = rows.intake.times.read(b"2024-03-01", 1).unwrap();
        rows.intake.pageview("a", at, "/").unwrap();
        rows.take(&values, 1).unwrap();
        assert_eq!(heard.0[1], expected);
    }

    const PAGE: Value<'_> = Value::Text(b"/a");
    const TIME: Value<'_> = Value::Integer(1_709_287_200);

    #[test]
    fn numbers_as_ids_keep_every_digit() {
        let at = "2024-03-01T10:00:00Z /a";
        check(
            [Value::Integer(i64::MIN), TIME, PAGE],
            &format!("-9223372036854775808 {at}"),
        );
        check(
            [Value::Unsigned(u64::MAX), TIME, PAGE],
            &format!("18446744073709551615 {at}"),
        );
        check([Value::Real(12.0), TIME, PAGE], &format!("12 {at}"));
        check([Value::Boolean(true), TIME, PAGE], &format!("true {at}"));
    }

    #[test]
    fn times_are_read_by_their_type() {
        let ten = 1_709_287_200_000_000;
        let user = Value::Text(b"u");
        for time in [
            Value::Instant(ten),
            Value::WallClock(ten),
            Value::Real(1_709_287_200.0),
            Value::Integer(1_709_287_200_000),
            Value::Text(b"2024-03-01 10:00:00"),
        ] {
            check([user, time, PAGE], "u 2024-03-01T10:00:00Z /a");
        }
        check(
            [user, Value::Day(19_783), PAGE],
            "u 2024-03-01T00:00:00Z /a",
        );
        check(
            [user, Value::Day(i64::MAX), PAGE],
            "1: timestamp \"9223372036854775807\" is not a date",
        );
    }

    #[test]
    fn what_is_null_is_a_reject_that_says_so() {
        let user = Value::Text(b"u");
        check([Value::Null, TIME, PAGE], "1: the user is null");
        check([Value::Text(b""), TIME, PAGE], "1: the user is empty");
        check([Value::Real(f64::NAN), TIME, PAGE], "1: the user is null");
        check([user, Value::Null, PAGE], "1: the time is null");
        check([user, TIME, Value::Null], "1: the page is null");
    }
}
