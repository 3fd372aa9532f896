//! `#Fields:` -> the meaning of each column. Source floor.
//!
//! Knows the names of fields; nothing about lines of data.

use crate::source::options::LogUser;

/// Where things are, from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct W3cColumns {
    /// How many there are.
    pub(super) width: usize,
    /// Missing if the day is told by `#Date`.
    pub(super) date: Option<usize>,
    pub(super) time: usize,
    /// Whether the time is the server's local time and not UTC.
    pub(super) is_local: bool,
    pub(super) method: Option<usize>,
    pub(super) target: usize,
    pub(super) query: Option<usize>,
    pub(super) status: Option<usize>,
    pub(super) client: Option<usize>,
    pub(super) forwarded: Option<usize>,
    pub(super) user: Option<usize>,
    pub(super) agent: Option<usize>,
    pub(super) host: Option<usize>,
    pub(super) referrer: Option<usize>,
    /// The field that tells users apart, if a person named one.
    pub(super) key: Option<usize>,
}

/// More columns than any server has fields.
const MOST_COLUMNS: usize = 1024;

impl W3cColumns {
    /// Finds the columns by the names of the fields, whatever their case. The error says what is missing, as the
    /// reason of a reject.
    pub(super) fn find<'a>(
        names: impl Iterator<Item = &'a [u8]>,
        user: &LogUser,
    ) -> Result<W3cColumns, String> {
        let names: Vec<Vec<u8>> = names
            .take(MOST_COLUMNS)
            .map(<[u8]>::to_ascii_lowercase)
            .collect();
        let place = |any_of: &[&str]| {
            any_of
                .iter()
                .find_map(|wanted| names.iter().position(|name| name == wanted.as_bytes()))
        };
        let missing = |what: &str| format!("#Fields names no {what}");
        let utc = place(&["time", "time-utc"]);
        let is_local = utc.is_none();
        let date = match is_local {
            true => place(&["date-local"]),
            false => place(&["date", "date-utc"]),
        };
        let columns = W3cColumns {
            width: names.len(),
            date,
            time: utc
                .or_else(|| place(&["time-local"]))
                .ok_or_else(|| missing("time"))?,
            is_local,
            method: place(&["cs-method"]),
            target: place(&["cs-uri-stem", "cs-uri"])
                .ok_or_else(|| missing("address of a page (cs-uri-stem)"))?,
            query: place(&["cs-uri-stem"]).and_then(|_| place(&["cs-uri-query"])),
            // Windows Media calls it `c-status`.
            status: place(&["sc-status", "c-status"]),
            // Akamai calls the client's address `cs-ip`.
            client: place(&["c-ip", "cs-ip", "clientip"]),
            forwarded: place(&[
                "x-forwarded-for",
                "cs(x-forwarded-for)",
                "cs-x-forwarded-for",
                "http_x_forwarded_for",
            ]),
            user: place(&["cs-username", "cs-user"]),
            agent: place(&["cs(user-agent)", "cs-user-agent"]),
            host: place(&["cs-host", "cs(host)", "x-host-header", "s-host"]),
            referrer: place(&["cs(referer)", "cs-referer", "cs(referrer)"]),
            key: match user {
                LogUser::Field(name) => place(&[name.to_ascii_lowercase().as_str()]),
                _ => None,
            },
        };
        match user {
            LogUser::Address | LogUser::AddressAndAgent if columns.client.is_none() => {
                Err(missing("client address (c-ip)"))
            }
            LogUser::Field(name) if columns.key.is_none() => Err(missing(name)),
            LogUser::Forwarded if columns.client.or(columns.forwarded).is_none() => {
                Err(missing("client address (c-ip or x-forwarded-for)"))
            }
            _ => Ok(columns),
        }
    }
}

/// The names of a `#Fields:` line; `None` if it is another.
pub(super) fn names(line: &[u8]) -> Option<impl Iterator<Item = &[u8]>> {
    let names = directive(line, b"#Fields:")?;
    Some(
        names
            .split(|&byte| byte == b' ' || byte == b'\t')
            .filter(|name| !name.is_empty()),
    )
}

/// Whether a line is the `#Fields:` of a log; a table may have comments of that name.
pub(in crate::source::access_log) fn names_columns(line: &[u8]) -> bool {
    const BEGINNINGS: [&[u8]; 5] = [b"c-", b"s-", b"cs-", b"sc-", b"cs("];
    names(line).is_some_and(|mut names| {
        names.any(|name| BEGINNINGS.iter().any(|start| name.starts_with(start)))
    })
}

/// The value of the directive with that name; `None` if the line is another. `//` begins a comment, with a blank
/// before it.
pub(super) fn directive<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let (start, rest) = line.split_at_checked(name.len())?;
    if !start.eq_ignore_ascii_case(name) {
        return None;
    }
    let end = memchr::memmem::find(rest, b" //").unwrap_or(rest.len());
    Some(rest[..end].trim_ascii())
}
