//! A line in the Common Log Format and its relatives -> a request. Source floor.
//!
//! Knows Common, Combined, Apache's `vhost_combined`, and that people add fields of their own at the end:
//!
//! ```text
//! [vhost[:port] ]address identity user [time] "request" status bytes[ "referer" "agent"[ anything]]
//! ```
//!
//! Quotes inside of quotes are escaped by some servers and not by others; users have blanks in their names. What a
//! field ends with is therefore decided by what comes after it.

use crate::source::access_log::address;
use crate::source::access_log::request::Request;

/// A line, as far as it is of interest.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    pub(super) request: Request<'a>,
    /// What is between the brackets.
    pub(super) time: &'a [u8],
    pub(super) kind: Kind,
}

/// The relative that a line is in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Kind {
    pub(super) has_vhost: bool,
    pub(super) has_agent: bool,
}

/// An agent and what comes after its quotes.
type AgentAndRest<'a> = (&'a [u8], &'a [u8]);

/// Bytes within which the bracket of a time is closed.
const LONGEST_TIME: usize = 64;

/// Reads a line; with `X-Forwarded-For`, in quotes behind the agent, if that is wanted. Errors with the reason why
/// it is none.
#[inline]
pub(super) fn read(line: &[u8], wants_forwarded: bool) -> Result<Line<'_>, &'static str> {
    let (before, time, after) =
        around_time(line).ok_or("no time in brackets before a quoted request")?;
    let (address, remote_user, has_vhost) =
        read_head(before).ok_or("no address, identity and user before the time")?;
    let (request, status, rest) =
        read_request(after).ok_or("no status after a quoted request: is the line cut off?")?;
    let (method, target) = method_and_target(request);
    let tail = read_tail(rest)?;
    let (agent, trailing) = tail.unwrap_or_default();
    Ok(Line {
        request: Request {
            address: said(address),
            forwarded: if wants_forwarded {
                forwarded_in(trailing)
            } else {
                b""
            },
            remote_user: said(remote_user),
            agent: said(agent),
            method,
            target,
            status,
        },
        time,
        kind: Kind {
            has_vhost,
            has_agent: tail.is_some(),
        },
    })
}

/// A value; empty if it is the `-` or the quotes that stand for nothing.
#[inline]
pub(super) fn said(value: &[u8]) -> &[u8] {
    match value {
        b"-" | b"\"\"" | b"\"-\"" => b"",
        value => value,
    }
}

/// Method and target of a request, each empty if it is missing. The target is everything between the method and
/// the protocol, if there is one.
#[inline]
pub(super) fn method_and_target(request: &[u8]) -> (&[u8], &[u8]) {
    let request = request.trim_ascii();
    let Some(blank) = memchr::memchr(b' ', request) else {
        return (said(request), b"");
    };
    let (method, mut target) = (&request[..blank], request[blank..].trim_ascii());
    match memchr::memrchr(b' ', target) {
        Some(last) if target[last + 1..].starts_with(b"HTTP/") => {
            target = target[..last].trim_ascii_end();
        }
        None if target.starts_with(b"HTTP/") => target = b"",
        _ => {}
    }
    (said(method), said(target))
}

/// What is before the time, in its brackets, and after it, from within the request's quotes.
#[inline]
fn around_time(line: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    memchr::memchr_iter(b'[', line).find_map(|at| {
        let before = line[..at].strip_suffix(b" ")?;
        let inner = &line[at + 1..];
        let end = match inner.get(26) {
            Some(b']') => 26,
            _ => memchr::memchr(b']', &inner[..inner.len().min(LONGEST_TIME)])?,
        };
        // Brackets of an IPv6 address, or in a user's name, have no request behind them.
        let after = inner[end + 1..].strip_prefix(b" \"")?;
        Some((before, &inner[..end], after))
    })
}

/// Address and user of `[vhost ]address identity user`, and whether there is a vhost.
#[inline]
fn read_head(head: &[u8]) -> Option<(&[u8], &[u8], bool)> {
    let (mut first, mut rest) = token(head)?;
    let mut address = first;
    // Servers behind proxies may log the list of forwarding addresses instead of one.
    while let Some(listed) = first.strip_suffix(b",") {
        if address.len() == first.len() {
            address = listed;
        }
        (first, rest) = token(rest)?;
    }
    let (second, user) = token(rest)?;
    if second == b"-" || address.is_empty() {
        return (!user.is_empty() && !address.is_empty()).then_some((address, user, false));
    }
    if let Some((identity, name)) = token(user)
        && !name.is_empty()
        && (address::is_ip(second) || identity == b"-" && !address::is_ip(first))
    {
        return Some((second, name, true));
    }
    (!user.is_empty()).then_some((address, user, false))
}

/// The text up to a blank, and what comes after the blanks; `None` if there is no text.
#[inline]
fn token(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let text = text.trim_ascii_start();
    let end = memchr::memchr(b' ', text).unwrap_or(text.len());
    (end > 0).then(|| (&text[..end], text[end..].trim_ascii_start()))
}

/// The request, its status, and what comes after that. The quote that closes it is the first with a status behind.
#[inline]
fn read_request(text: &[u8]) -> Option<(&[u8], Option<u16>, &[u8])> {
    memchr::memchr_iter(b'"', text)
        .filter(|&at| !is_escaped(text, at))
        .find_map(|at| {
            let (status, rest) = read_status(text[at + 1..].strip_prefix(b" ")?)?;
            Some((&text[..at], status, rest))
        })
}

/// `200` or `-`, and what comes after.
#[inline]
fn read_status(text: &[u8]) -> Option<(Option<u16>, &[u8])> {
    let (status, rest) = match text {
        [b'-', rest @ ..] => (None, rest),
        _ => {
            let (digits, rest) = text.split_at_checked(3)?;
            (Some(status_of(digits)?), rest)
        }
    };
    matches!(rest.first(), None | Some(b' ')).then_some((status, rest))
}

/// A status of three digits.
#[inline]
pub(super) fn status_of(text: &[u8]) -> Option<u16> {
    match text {
        [a @ b'0'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9'] => {
            Some(u16::from(a - b'0') * 100 + u16::from(b - b'0') * 10 + u16::from(c - b'0'))
        }
        _ => None,
    }
}

/// The agent and what comes after it, of ` bytes "referer" "agent" anything`; `None` if there is no agent. Errors
/// if a quote is never closed.
#[inline]
fn read_tail(text: &[u8]) -> Result<Option<AgentAndRest<'_>>, &'static str> {
    let Some(open) = memchr::memchr(b'"', text) else {
        return Ok(None);
    };
    let from_referer = &text[open + 1..];
    let closed = memchr::memchr_iter(b'"', from_referer)
        .find(|&at| from_referer[at + 1..].starts_with(b" \"") && !is_escaped(from_referer, at));
    let Some(closed) = closed else {
        // A referer and no agent.
        return match memchr::memchr(b'"', from_referer) {
            Some(_) => Ok(None),
            None => Err("the quote of the referer is never closed: is the line cut off?"),
        };
    };
    let from_agent = &from_referer[closed + 3..];
    let end = end_of_agent(from_agent)
        .ok_or("the quote of the user agent is never closed: is the line cut off?")?;
    Ok(Some((&from_agent[..end], &from_agent[end + 1..])))
}

/// Where the quote is that closes the agent. If servers do not escape the quotes in it, that is one with a
/// blank behind, after which as many quotes are opened as closed.
#[inline]
fn end_of_agent(text: &[u8]) -> Option<usize> {
    let first = memchr::memchr(b'"', text)?;
    if first + 1 == text.len() {
        return Some(first);
    }
    let quotes = || memchr::memchr_iter(b'"', text).filter(|&at| !is_escaped(text, at));
    let n_quotes = quotes().count();
    let closing = quotes().enumerate().find(|&(i, at)| {
        let is_followed_by_pairs = (n_quotes - i - 1) % 2 == 0;
        match text.get(at + 1) {
            None => true,
            Some(b' ') => is_followed_by_pairs,
            Some(_) => false,
        }
    });
    // An agent may end in a backslash that is not meant to escape anything.
    closing
        .map(|(_, at)| at)
        .or_else(|| text.ends_with(b"\"").then(|| text.len() - 1))
}

/// The first list of addresses in quotes.
fn forwarded_in(trailing: &[u8]) -> &[u8] {
    trailing
        .split(|&byte| byte == b'"')
        .skip(1)
        .step_by(2)
        .find(|field| address::is_list(field))
        .unwrap_or_default()
}

/// Whether the byte at `at` has an odd number of backslashes before it.
#[inline]
fn is_escaped(text: &[u8], at: usize) -> bool {
    let backslashes = text[..at].iter().rev().take_while(|&&byte| byte == b'\\');
    backslashes.count() % 2 == 1
}

#[cfg(test)]
mod tests;
