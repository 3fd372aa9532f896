//! A row of values -> a request, or a line of a log -> the intake. Source floor.

use crate::source::access_log::Log;
use crate::source::access_log::format::method_and_target;
use crate::source::access_log::left_out::Reason;
use crate::source::access_log::request::Request;
use crate::source::access_log::request::RequestTime;
use crate::source::access_log::request::Requests;
use crate::source::access_log::table::facts::is_nothing;
use crate::source::access_log::table::field::N_FIELDS;
use crate::source::access_log::table::field::RequestField;
use crate::source::options::ReadOptions;
use crate::source::rows::cell::Value;
use crate::source::rows::intake::Intake;
use crate::source::rows::sink::Sink;
use crate::source::rows::understood::Understood;
use crate::words::error::Result;

/// Takes the rows of a table that is a log.
pub(in crate::source) struct TableLog(pub(super) LogRows);

pub(super) enum LogRows {
    Columns(Box<ColumnLog>),
    /// The log, and the name of the part that holds its lines.
    Lines(Box<Log>, String),
}

/// Where a row has the fields of a request.
pub(super) struct RequestColumns {
    /// For each field, places among a row's values. The first that says something counts.
    pub(super) slots: [Vec<usize>; N_FIELDS],
    /// Whether a person named the target. Then the target in the request line does not count.
    pub(super) is_target_named: bool,
    /// The carried columns that have the family of the agent in their part.
    pub(super) families: Vec<usize>,
    /// The name of such a log, if known.
    pub(super) title: Option<&'static str>,
    /// The part that tells users apart, in words, if it is one of its own.
    pub(super) user: Option<String>,
    pub(super) time: String,
}

pub(super) struct ColumnLog {
    pub(super) columns: RequestColumns,
    requests: Requests,
    /// By field, room for a value that is not text.
    scratch: [Vec<u8>; N_FIELDS],
    time: Vec<u8>,
    target: Vec<u8>,
}

impl TableLog {
    pub(super) fn of_columns(columns: RequestColumns, options: &ReadOptions) -> TableLog {
        let requests = Requests::new(options.log.clone());
        let requests = match &columns.user {
            Some(user) => requests.by_part(user.clone()),
            None => requests,
        };
        TableLog(LogRows::Columns(Box::new(ColumnLog {
            columns,
            requests,
            scratch: Default::default(),
            time: Vec::new(),
            target: Vec::new(),
        })))
    }

    pub(super) fn of_lines(log: Log, part: String) -> TableLog {
        TableLog(LogRows::Lines(Box::new(log), part))
    }

    /// Takes a row, whose place is `line`.
    pub(in crate::source) fn take<S: Sink + ?Sized>(
        &mut self,
        intake: &mut Intake<'_, S>,
        values: &[Value<'_>],
        line: u64,
    ) -> Result<()> {
        match &mut self.0 {
            LogRows::Columns(log) => log.take(intake, values, line),
            LogRows::Lines(log, _) => match values.first() {
                Some(Value::Text(text)) => log.take(intake, text, line),
                _ => {
                    log.requests.leave_out(Reason::OtherLine);
                    Ok(())
                }
            },
        }
    }

    /// What a carried column has of a text in its part.
    pub(in crate::source) fn carried<'t>(&mut self, column: usize, text: &'t [u8]) -> &'t [u8] {
        match &mut self.0 {
            LogRows::Columns(log) if log.columns.families.contains(&column) => {
                log.requests.families.of(text).as_bytes()
            }
            _ => text,
        }
    }

    /// Leaves out text between the rows.
    pub(in crate::source) fn leave_out_line(&mut self) {
        let requests = match &mut self.0 {
            LogRows::Columns(log) => &mut log.requests,
            LogRows::Lines(log, _) => &mut log.requests,
        };
        requests.leave_out(Reason::OtherLine);
    }

    /// Ends the reading of rows that are written in `format`.
    pub(in crate::source) fn finish<S: Sink + ?Sized>(
        self,
        intake: Intake<'_, S>,
        format: &str,
        notes: Vec<String>,
    ) -> Result<Understood> {
        match self.0 {
            LogRows::Columns(log) => {
                let format = format!("access log ({})", log.columns.title.unwrap_or(format));
                log.requests
                    .finish(intake, format, &log.columns.time, notes)
            }
            LogRows::Lines(log, part) => {
                let format = format!("access log ({}) in {part} of {format}", log.name());
                log.finish(intake, format, notes)
            }
        }
    }
}

impl ColumnLog {
    fn take<S: Sink + ?Sized>(
        &mut self,
        intake: &mut Intake<'_, S>,
        values: &[Value<'_>],
        line: u64,
    ) -> Result<()> {
        let RequestColumns {
            slots,
            is_target_named,
            ..
        } = &self.columns;
        let mut fields: [&[u8]; N_FIELDS] = [b""; N_FIELDS];
        for ((field, slots), scratch) in fields.iter_mut().zip(slots).zip(&mut self.scratch) {
            *field = first(values, slots, scratch);
        }
        let field = |field: RequestField| fields[field as usize];
        let (mut method, mut target) = (field(RequestField::Method), field(RequestField::Target));
        match method_and_target(field(RequestField::Line)) {
            (first, second) if !first.is_empty() && !second.is_empty() => {
                method = first;
                if !is_target_named {
                    target = second;
                }
            }
            _ if method.is_empty() && target.is_empty() && field(RequestField::Line).is_empty() => {
                self.requests.leave_out(Reason::NoRequest);
                return Ok(());
            }
            _ => {}
        }
        let query = field(RequestField::Query);
        if self.requests.options().keeps_query
            && !query.is_empty()
            && memchr::memchr(b'?', target).is_none()
        {
            self.target.clear();
            self.target.extend(target);
            if !query.starts_with(b"?") {
                self.target.push(b'?');
            }
            self.target.extend(query);
            target = &self.target;
        }
        let request = Request {
            address: match field(RequestField::Address) {
                b"" => field(RequestField::Forwarded),
                address => address,
            },
            forwarded: field(RequestField::Forwarded),
            remote_user: field(RequestField::RemoteUser),
            agent: field(RequestField::Agent),
            method,
            target,
            status: status(field(RequestField::Status))
                .or_else(|| blocked(field(RequestField::Action))),
            host: field(RequestField::Host),
            referrer: b"",
            key: field(RequestField::Key),
        };
        let slot = slots[RequestField::Time as usize]
            .iter()
            .find(|slot| !matches!(values[**slot], Value::Null | Value::Missing | Value::Odd(_)));
        let time = match slot.map(|slot| values[*slot]) {
            Some(Value::Instant(us)) => RequestTime::Instant(us),
            Some(Value::WallClock(us)) => RequestTime::WallClock(us),
            _ if !slots[RequestField::Clock as usize].is_empty() => {
                self.time.clear();
                self.time.extend(field(RequestField::Time));
                self.time.push(b' ');
                self.time.extend(field(RequestField::Clock));
                RequestTime::Text(&self.time)
            }
            _ => RequestTime::Text(field(RequestField::Time)),
        };
        self.requests.take(intake, &request, time, line)
    }
}

/// The first value that says something; empty if none does.
fn first<'v>(values: &'v [Value<'_>], slots: &[usize], scratch: &'v mut Vec<u8>) -> &'v [u8] {
    let says = |slot: &&usize, scratch: &mut Vec<u8>| {
        let text = values[**slot].text(scratch);
        text.is_some_and(|text| !is_nothing(text))
    };
    match slots.iter().find(|slot| says(slot, scratch)) {
        Some(&slot) => values[slot].text(scratch).unwrap_or_default(),
        None => b"",
    }
}

/// A status as a number or as text; `None` if it is neither.
fn status(text: &[u8]) -> Option<u16> {
    std::str::from_utf8(text).ok()?.trim().parse().ok()
}

/// The status of a request that a firewall did not let through.
fn blocked(action: &[u8]) -> Option<u16> {
    const FORBIDDEN: u16 = 403;
    let is_blocked = ["block", "deny", "drop", "reject"]
        .iter()
        .any(|word| action.to_ascii_lowercase().starts_with(word.as_bytes()));
    is_blocked.then_some(FORBIDDEN)
}
