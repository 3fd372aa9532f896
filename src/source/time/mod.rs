//! Text -> Timestamp, in the many forms that files have. Source floor.
//!
//! A value is read by itself if it is unambiguous. What only the whole column can tell is in its [`plan`]. Remembers
//! what the column is like as a whole, to report it once. Of rows and columns, knows only the line that it is told.
//!
//! A value may have blanks around it. In order of preference it is a date that starts with the year
//! ([`iso`]), a number since the epoch ([`number`]), a date with the month's name ([`month_name`]),
//! a date with slashes or dots ([`slashed`]). So `20240301` and `20240301100000` are dates.
//! Second 60 is the first second of the next minute, if that is midnight in UTC: leap seconds are
//! nowhere else.

mod calendar;
mod column;
mod given;
mod iso;
mod joined;
mod log;
mod month_name;
mod number;
mod options;
mod plan;
mod shown;
mod slashed;
mod written;
mod zone;

use std::borrow::Cow;

use chrono_tz::Tz;

pub use crate::source::time::given::TimeFormat;
pub(super) use crate::source::time::joined::join;
pub use crate::source::time::number::TimeUnit;
pub use crate::source::time::options::TimeOptions;
pub(super) use crate::source::time::plan::TimePlan;
pub(super) use crate::source::time::shown::quoted;
pub(super) use crate::source::time::shown::quoted_at_length;

use crate::source::rows::tally;
use crate::source::time::calendar::TimeOfDay;
use crate::source::time::calendar::WallClock;
use crate::source::time::calendar::days;
use crate::source::time::column::Form;
use crate::source::time::column::TimeColumn;
use crate::source::time::iso::PlainTimes;
use crate::source::time::log::LogTimes;
use crate::source::time::number::Number;
use crate::source::time::plan::Compact;
use crate::source::time::slashed::DateOrder;
use crate::source::time::slashed::Slashed;
use crate::source::time::written::WrittenTime;
use crate::source::time::written::WrittenZone;
use crate::source::time::zone::Zone;
use crate::words::timestamp::Timestamp;
use crate::words::timestamp::US_PER_DAY;
use crate::words::timestamp::US_PER_S;

/// The longest text that a time can be.
const MOST_BYTES: usize = 256;

/// Why a value is no timestamp, in the form of a reject's reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// This value is not a timestamp.
    Value(String),
    /// No value of this kind can be read. If the first value is one, the whole column is like that.
    Kind(String),
    /// The column is not what its first values said.
    Contradiction(String),
}

impl Unreadable {
    pub(super) fn into_reason(self) -> String {
        match self {
            Unreadable::Value(reason)
            | Unreadable::Kind(reason)
            | Unreadable::Contradiction(reason) => reason,
        }
    }
}

/// Reads the values of one time column and remembers what they are like.
pub(super) struct TimeReader {
    zone: Zone,
    /// The zone that was named in a value last.
    named: Option<(Tz, Zone)>,
    /// The zone that numbers were counted in.
    epochs: Option<Zone>,
    options: TimeOptions,
    plan: TimePlan,
    plain: PlainTimes,
    logs: LogTimes,
    column: TimeColumn,
}

impl TimeReader {
    /// A reader of times by these options. Places are counted in `unit`.
    pub(super) fn new(options: TimeOptions, unit: tally::Unit) -> TimeReader {
        TimeReader {
            zone: Zone::new(options.zone),
            named: None,
            epochs: options.epoch_zone.map(Zone::new),
            plan: TimePlan::default(),
            plain: PlainTimes::default(),
            logs: LogTimes::default(),
            column: TimeColumn::new(options.zone.name(), unit),
            options,
        }
    }

    /// Reads what follows by that plan.
    pub(super) fn follow(&mut self, plan: TimePlan) {
        let settled = plan.order.as_ref();
        self.column.settled = settled.map(|settled| (settled.order, settled.reason.clone()));
        self.plan = plan;
    }

    /// What was seen so far.
    pub(super) fn column(&self) -> &TimeColumn {
        &self.column
    }

    /// The instant that `value`, on line `line` (1-based), stands for. Cannot panic on any bytes.
    #[inline]
    pub(super) fn read(&mut self, value: &[u8], line: u64) -> Result<Timestamp, Unreadable> {
        let (clock, place, form) = match value.len() {
            19 => (value.first_chunk(), WrittenZone::Unsaid, Form::Local),
            20 if value[19] == b'Z' => (
                value.first_chunk(),
                WrittenZone::Offset(0),
                Form::WithOffset,
            ),
            _ => (None, WrittenZone::Unsaid, Form::Local),
        };
        if self.options.format.is_none()
            && let Some(wall_us) = clock.and_then(|clock| self.plain.read(clock))
        {
            let us = self.place(wall_us, place, line);
            return self.finish(us, form, value, line);
        }
        if self.options.format.is_none()
            && let Ok(log_time) = value.try_into()
            && let Some(us) = self.logs.read(log_time)
        {
            return self.finish(us, Form::MonthName, value, line);
        }
        self.read_any(value, line)
    }

    /// All forms that are not the three most common.
    #[inline(never)]
    fn read_any(&mut self, value: &[u8], line: u64) -> Result<Timestamp, Unreadable> {
        let plain = with_plain_blanks(value);
        let trimmed = plain.trim_ascii();
        if trimmed.is_empty() {
            return Err(Unreadable::Value("the timestamp is empty".to_owned()));
        }
        if let Some(format) = &self.options.format {
            let written = std::str::from_utf8(trimmed)
                .ok()
                .and_then(|text| format.read(text));
            return match written {
                Some(written) => self.read_written(written, Form::Given, value, line),
                None => Err(Unreadable::Value(format!(
                    "timestamp {} is not in the format \"{}\"",
                    quoted(value),
                    format.text()
                ))),
            };
        }
        if let Some(written) = iso::read(trimmed) {
            // Eight digits could be the first months of 1970 in seconds.
            if trimmed.len() != 8 || matches!(trimmed, [b'1', b'9', ..] | [b'2', b'0' | b'1', ..]) {
                let form = match (written.has_time, written.place) {
                    (false, _) => Form::DateOnly,
                    (true, WrittenZone::Unsaid) => Form::Local,
                    (true, _) => Form::WithOffset,
                };
                return self.read_written(written, form, value, line);
            }
        }
        if let Some(number) = net_date(trimmed) {
            return self.read_number(number, Some(TimeUnit::Millisecond), value, line);
        }
        let is_compact_date = trimmed.len() == 14 && trimmed.iter().all(u8::is_ascii_digit);
        if !is_compact_date && let Some(number) = Number::read(trimmed) {
            return self.read_number(number, self.options.unit, value, line);
        }
        if let Some(written) = month_name::read(trimmed) {
            let form = if written.has_time {
                Form::MonthName
            } else {
                Form::DateOnly
            };
            return self.read_written(written, form, value, line);
        }
        if let Some(slashed) = Slashed::read(trimmed) {
            return self.read_slashed(slashed, value, line);
        }
        Err(not_a_date(value))
    }

    /// The instant that is a number of units after another.
    pub(super) fn read_since(
        &mut self,
        since: &[u8],
        number: &[u8],
        unit: TimeUnit,
        line: u64,
    ) -> Result<Timestamp, Unreadable> {
        let since = self.read(since, line)?;
        let read = Number::read(number.trim_ascii()).and_then(|number| number.in_unit(unit));
        let at = read.and_then(|(us, _)| Timestamp::from_us(since.as_us().checked_add(us)?));
        at.ok_or_else(|| not_a_date(number))
    }

    /// The instant of a value in a column of instants: `us` microseconds since the epoch.
    pub(super) fn read_instant(&mut self, us: i64, line: u64) -> Result<Timestamp, Unreadable> {
        self.read_typed(us, WrittenZone::Offset(0), Form::WithOffset, line)
    }

    /// The instant of a value in a column of local times, or of days: microseconds since 1970-01-01T00:00:00 on a
    /// clock in the zone that was asked for.
    pub(super) fn read_wall_clock(
        &mut self,
        us: i64,
        has_time: bool,
        line: u64,
    ) -> Result<Timestamp, Unreadable> {
        let form = if has_time {
            Form::Local
        } else {
            Form::DateOnly
        };
        self.read_typed(us, WrittenZone::Unsaid, form, line)
    }

    fn read_typed(
        &mut self,
        us: i64,
        place: WrittenZone,
        form: Form,
        line: u64,
    ) -> Result<Timestamp, Unreadable> {
        let text = us.to_string();
        // Zones are asked about no year that they do not know.
        if Timestamp::from_us(us).is_none() {
            return Err(not_a_date(text.as_bytes()));
        }
        let us = self.place(us, place, line);
        self.finish(us, form, text.as_bytes(), line)
    }

    fn read_number(
        &mut self,
        number: Number,
        unit: Option<TimeUnit>,
        value: &[u8],
        line: u64,
    ) -> Result<Timestamp, Unreadable> {
        if let Some(compact) = self.plan.compact {
            return self.read_compact(compact, number, value, line);
        }
        if number.is_rounded(self.plan.are_all_coarse) {
            return Err(Unreadable::Value(format!(
                "timestamp {} was rounded by a spreadsheet: export the column with all its digits",
                quoted(value)
            )));
        }
        let read = match unit {
            Some(unit) => number
                .in_unit(unit)
                .map(|(us, is_exact)| (us, unit, is_exact)),
            None => number.as_us(),
        };
        let (mut us, unit, is_exact) = read.ok_or_else(|| not_a_date(value))?;
        if !is_exact {
            self.column.finer.add(line);
        }
        if let Some(origin) = self.options.origin {
            us = us.saturating_add(origin.as_us());
        } else if let Some(zone) = &mut self.epochs {
            // Zones are asked about no year that they do not know.
            let wall_us = Timestamp::from_us(us).ok_or_else(|| not_a_date(value))?;
            let (placed_us, placed) = zone.place(wall_us.as_us());
            self.column.placed(placed, line);
            us = placed_us;
        }
        let form = match unit {
            TimeUnit::Second => Form::Seconds,
            TimeUnit::Millisecond => Form::Milliseconds,
            TimeUnit::Microsecond => Form::Microseconds,
            TimeUnit::Nanosecond => Form::Nanoseconds,
            TimeUnit::Day => Form::Days,
        };
        self.finish(us, form, value, line)
    }

    /// Digits that are a minute or an hour.
    fn read_compact(
        &mut self,
        compact: Compact,
        number: Number,
        value: &[u8],
        line: u64,
    ) -> Result<Timestamp, Unreadable> {
        let Some([year, month, day, hour, minute]) = compact.parts(number) else {
            return Err(Unreadable::Contradiction(format!(
                "timestamp {} is not a time, although the first rows hold {}: \
                 --time-unit s or ms reads them as numbers since 1970",
                quoted(value),
                compact.words()
            )));
        };
        let time = TimeOfDay {
            hour,
            minute,
            ..TimeOfDay::default()
        };
        let clock = days(year, month, day).and_then(|days| WallClock::new(days, time));
        let clock = clock.ok_or_else(|| not_a_date(value))?;
        let form = match compact {
            Compact::Minutes => Form::Minutes,
            Compact::Hours => Form::Hours,
        };
        let us = self.place(clock.us, WrittenZone::Unsaid, line);
        self.finish(us, form, value, line)
    }

    fn read_slashed(
        &mut self,
        date: Slashed,
        value: &[u8],
        line: u64,
    ) -> Result<Timestamp, Unreadable> {
        if !date.is_date() {
            return Err(not_a_date(value));
        }
        if let Some(settled) = &self.plan.order {
            return match date.in_order(settled.order) {
                Some(written) => self.read_written(written, Form::Slashed, value, line),
                None => Err(Unreadable::Contradiction(format!(
                    "timestamp {} is not a date in the order {}, {}: say how times are written with --time-format, \
                     such as %d/%m/%Y %H:%M:%S, and others are rejected",
                    quoted(value),
                    settled.order.name(),
                    settled.reason,
                ))),
            };
        }
        let order = match (self.column.order, date.settles()) {
            (Some((order, _)), _) => order,
            (None, Some(order)) => {
                self.column.order = Some((order, line));
                order
            }
            (None, None) if date.is_same_in_both() => DateOrder::DayFirst,
            (None, None) => {
                return Err(Unreadable::Kind(format!(
                    "timestamp {} could be day/month or month/day, and nothing before it settles \
                     which: say so with --time-format, such as %d/%m/%Y %H:%M:%S",
                    quoted(value)
                )));
            }
        };
        match date.in_order(order) {
            Some(written) => self.read_written(written, Form::Slashed, value, line),
            None => Err(Unreadable::Value(format!(
                "timestamp {} is not a date in the order {} that line {} settled",
                quoted(value),
                order.name(),
                self.column.order.map_or(line, |(_, line)| line)
            ))),
        }
    }

    fn read_written(
        &mut self,
        written: WrittenTime,
        form: Form,
        value: &[u8],
        line: u64,
    ) -> Result<Timestamp, Unreadable> {
        let us = self.place(written.clock.us, written.place, line);
        if written.clock.is_leap_second && us.rem_euclid(US_PER_DAY) >= US_PER_S {
            return Err(not_a_date(value));
        }
        if has_finer_fraction(value) {
            self.column.finer.add(line);
        }
        self.finish(us, form, value, line)
    }

    /// Microseconds since the epoch for what a local clock shows.
    #[inline]
    fn place(&mut self, wall_us: i64, place: WrittenZone, line: u64) -> i64 {
        let (us, placed) = match place {
            WrittenZone::Offset(offset) => return wall_us - offset,
            WrittenZone::Unsaid => {
                self.column.has_local = true;
                self.zone.place(wall_us)
            }
            WrittenZone::Zone(zone) => match &mut self.named {
                Some((known, clock)) if *known == zone => clock.place(wall_us),
                named => named.insert((zone, Zone::new(zone))).1.place(wall_us),
            },
        };
        self.column.placed(placed, line);
        us
    }

    /// The instant, if it lies in the years 1 to 9999. Counts its form.
    #[inline]
    fn finish(
        &mut self,
        us: i64,
        form: Form,
        value: &[u8],
        line: u64,
    ) -> Result<Timestamp, Unreadable> {
        let at = Timestamp::from_us(us).ok_or_else(|| not_a_date(value))?;
        self.column.saw(form, line);
        if !column::LIKELY_US.contains(&us) {
            self.column.saw_unlikely(us, line);
        }
        Ok(at)
    }
}

/// A value with plain blanks instead of non-breaking ones, which programs put before AM and PM.
fn with_plain_blanks(value: &[u8]) -> Cow<'_, [u8]> {
    let is_plain = value.len() > MOST_BYTES || value.is_ascii();
    match std::str::from_utf8(value) {
        Ok(text) if !is_plain => Cow::Owned(text.replace(['\u{a0}', '\u{202f}'], " ").into_bytes()),
        _ => Cow::Borrowed(value),
    }
}

/// The number in `/Date(1709287200000)/`. An offset in it says only where the clock was.
fn net_date(text: &[u8]) -> Option<Number> {
    let inner = text.strip_prefix(b"/Date(")?.strip_suffix(b")/")?;
    let n_digits = inner
        .iter()
        .skip(1)
        .take_while(|byte| byte.is_ascii_digit());
    let (number, offset) = inner.split_at_checked(1 + n_digits.count())?;
    let is_offset = matches!(offset, [] | [b'+' | b'-', _, _, _, _]);
    is_offset.then(|| Number::read(number))?
}

/// Whether a written time has a fraction with more than six significant digits.
fn has_finer_fraction(value: &[u8]) -> bool {
    let mut after_marks = value.split(|byte| matches!(byte, b'.' | b',')).skip(1);
    after_marks.any(|text| {
        let digits = text.iter().take_while(|byte| byte.is_ascii_digit());
        digits.skip(6).any(|&digit| digit != b'0')
    })
}

#[cold]
fn not_a_date(value: &[u8]) -> Unreadable {
    let shown = quoted(value);
    Unreadable::Value(match zone_abbreviation(value) {
        Some(zone) => format!(
            "timestamp {shown} has the zone \"{zone}\", which is unknown or ambiguous: expected UTC, an \
             offset or a name such as Europe/Paris"
        ),
        None => format!("timestamp {shown} is not a date"),
    })
}

/// `PST` in `2024-03-01 10:00:00 PST`: the zone, if it is all that keeps a value from being a time.
fn zone_abbreviation(value: &[u8]) -> Option<&str> {
    let (time, zone) = value.split_at(value.iter().rposition(|&byte| byte == b' ')? + 1);
    let is_abbreviation = (3..=5).contains(&zone.len()) && zone.iter().all(u8::is_ascii_uppercase);
    let is_time = |text: &[u8]| {
        iso::read(text).is_some()
            || month_name::read(text).is_some()
            || Slashed::read(text).is_some()
    };
    (is_abbreviation && is_time(time.trim_ascii()))
        .then(|| std::str::from_utf8(zone).ok())
        .flatten()
}

/// Whether a value looks like a time and like nothing else: a small number could be anything.
pub(super) fn looks_like_time(value: &str) -> bool {
    let number = Number::read(value.trim_ascii().as_bytes());
    let is_small = number.is_some_and(|number| number.is_below(100_000_000));
    let is_rounded = number.is_some_and(|number| number.is_rounded(false));
    let mut times = TimeReader::new(TimeOptions::default(), tally::Unit::Line);
    is_rounded || !is_small && !matches!(times.read(value.as_bytes(), 1), Err(Unreadable::Value(_)))
}

#[cfg(test)]
mod tests;
