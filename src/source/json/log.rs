//! JSON objects of an access log -> requests. Source floor.
//!
//! Knows how servers write values; what a page view is, is for [`access_log`](crate::source::access_log).

use std::ops::Range;

use crate::source::access_log::Reason;
use crate::source::access_log::Request;
use crate::source::access_log::Requests;
use crate::source::json::events;
use crate::source::json::grammar::Kind;
use crate::source::json::layouts::Fields;
use crate::source::json::pick::Picker;
use crate::source::json::rows::Rows;
use crate::source::sink::Sink;
use crate::source::understood::Understood;
use crate::words::error::Result;

/// Takes a log's objects as requests.
pub(super) struct Log<'a, S: ?Sized> {
    requests: Requests<'a, S>,
    fields: Fields,
    /// The key of the times, as it is said.
    time: String,
    /// By field, room for a value that does not stand in the file as it is.
    scratch: [Vec<u8>; 9],
}

impl<'a, S: Sink + ?Sized> Log<'a, S> {
    /// Takes requests whose values are where `fields` says; their times are from `time`.
    pub(super) fn new(requests: Requests<'a, S>, fields: Fields, time: String) -> Self {
        Log {
            requests,
            fields,
            time,
            scratch: Default::default(),
        }
    }
}

impl<S: Sink + ?Sized> Rows for Log<'_, S> {
    fn object(&mut self, bytes: &[u8], picker: &Picker<'_>, line: u64) -> Result<()> {
        let values = Values { bytes, picker };
        let fields = &self.fields;
        let [
            address,
            forwarded,
            remote_user,
            agent,
            method,
            target,
            status,
            time,
            request_line,
        ] = &mut self.scratch;
        let mut request = Request {
            address: values.first(&fields.address, address),
            forwarded: values.first(&fields.forwarded, forwarded),
            remote_user: values.first(&fields.remote_user, remote_user),
            agent: values.first(&fields.agent, agent),
            method: values.first(&fields.method, method),
            target: values.first(&fields.target, target),
            status: status_code(values.first(&fields.status, status)),
            host: b"",
            key: b"",
        };
        let first_line = values.first(&fields.request_line, request_line);
        if !first_line.is_empty() {
            let (method, target) = method_and_target(first_line);
            request.method = non_empty(request.method, method);
            request.target = non_empty(request.target, target);
        } else if request.method.is_empty() && request.target.is_empty() {
            self.requests.leave_out(Reason::NoRequest);
            return Ok(());
        }
        let time = values.first(&fields.time, time);
        self.requests.take(&request, time, line)
    }

    fn bad(&mut self, line: u64, reason: String) -> Result<()> {
        self.requests.intake.reject(line, reason)
    }

    fn progress(&mut self, bytes_read: u64) -> Result<()> {
        self.requests.intake.progress(bytes_read)
    }

    fn finish(self, format: String) -> Result<Understood> {
        self.requests.finish(format, &self.time, Vec::new())
    }
}

/// An object's values.
struct Values<'b, 'p, 'w> {
    bytes: &'b [u8],
    picker: &'p Picker<'w>,
}

impl Values<'_, '_, '_> {
    /// The first of a field's values that says something; empty if none does.
    fn first<'s>(&'s self, field: &Range<usize>, scratch: &'s mut Vec<u8>) -> &'s [u8] {
        for path in field.clone() {
            let Some(value) = self.picker.value(path) else {
                continue;
            };
            let raw = &self.bytes[value.start..value.end];
            match value.kind {
                Kind::Plain | Kind::Number | Kind::Boolean if !matches!(raw, b"" | b"-") => {
                    return raw;
                }
                // What has half a character says nothing here.
                Kind::Escaped if events::said(self.bytes, Some(value), scratch).is_ok() => {
                    return scratch;
                }
                _ => {}
            }
        }
        b""
    }
}

/// A status as a number or as text; `None` if it is neither.
fn status_code(text: &[u8]) -> Option<u16> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// `GET` and `/a?b=1` of `GET /a?b=1 HTTP/1.1`. A target with blanks in it is taken whole.
fn method_and_target(line: &[u8]) -> (&[u8], &[u8]) {
    let Some(blank) = memchr::memchr(b' ', line) else {
        return (b"", b"");
    };
    let rest = &line[blank + 1..];
    let target = match memchr::memrchr(b' ', rest) {
        Some(last) if rest[last + 1..].starts_with(b"HTTP/") => &rest[..last],
        _ => rest,
    };
    (&line[..blank], target)
}

fn non_empty<'t>(text: &'t [u8], other: &'t [u8]) -> &'t [u8] {
    if text.is_empty() { other } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_requests_first_line_has_method_and_target() {
        for (line, method, target) in [
            ("GET /a?b=1 HTTP/1.1", "GET", "/a?b=1"),
            ("GET /a b HTTP/1.1", "GET", "/a b"),
            ("GET /", "GET", "/"),
            ("\\x16\\x03", "", ""),
            ("", "", ""),
        ] {
            let expected = (method.as_bytes(), target.as_bytes());
            assert_eq!(method_and_target(line.as_bytes()), expected, "{line}");
        }
    }
}
