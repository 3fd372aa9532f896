//! The result of looking for a format, in words. If none was found, says why, with formats that would settle the
//! question. Source floor.

use crate::source::access_log::format::LineFormat;
use crate::source::access_log::format::Part;
use crate::source::access_log::format::text;
use crate::source::access_log::infer::column::TokenColumn;
use crate::source::access_log::infer::compile::compile;
use crate::source::access_log::infer::judge;
use crate::source::access_log::infer::judge::Doubt;
use crate::source::access_log::infer::judge::Wishes;
use crate::source::access_log::infer::tokens::Separator;
use crate::source::access_log::infer::tokens::Tokens;
use crate::source::options::LogUser;
use crate::source::time::quoted;

/// What was found about lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::source::access_log) enum Found {
    /// Requests, in one format, or in several that each have lines of their own.
    Formats(Vec<LineFormat>),
    /// Requests, but two fields could be what the words say. The formats would settle it.
    Either {
        what: String,
        one: String,
        other: String,
    },
    /// Not a log of requests, as far as dwell knows. Says what it lacks, if it is close to one.
    No(Option<&'static str>),
}

/// A doubt in words, with the formats that settle it.
pub(super) fn told(
    doubt: Doubt,
    columns: &[TokenColumn<'_>],
    line: &Tokens<'_>,
    separator: Separator,
    user: &LogUser,
) -> Found {
    let (part, one, other) = match doubt {
        Doubt::Lacks(what) => {
            // Without a time or a request it is an ordinary text.
            let is_close = columns.iter().any(|column| column.times.is_some())
                && columns.iter().any(|column| {
                    column.n_requests * 2 >= column.len() || column.is_mostly(column.n_methods)
                });
            return Found::No(is_close.then_some(what));
        }
        Doubt::Either { part, one, other } => (part, one, other),
    };
    let as_settled = |place: usize, rest: usize| {
        let mut wishes = Wishes {
            user,
            settled: vec![(part, place)],
        };
        if part == Part::Address && *user == LogUser::Forwarded {
            wishes.settled.push((Part::Forwarded, rest));
        }
        // Further doubts are settled for the first.
        for _ in 0..4 {
            match judge::parts(columns, &wishes) {
                Ok(parts) => {
                    let format = compile(&parts, line, columns, separator, None).ok()?;
                    return Some(text::written(&format));
                }
                Err(Doubt::Either { part, one, .. }) => wishes.settled.push((part, one)),
                Err(Doubt::Lacks(_)) => return None,
            }
        }
        None
    };
    let what = match part {
        Part::Time => "the time",
        Part::Address => "the client's address",
        Part::Forwarded => "the address that was forwarded for",
        Part::Request => "the request",
        Part::Method => "the method",
        Part::Target => "the page",
        Part::Status => "the status",
        Part::Agent => "the user agent",
        _ => "the same",
    };
    let value = |place: usize| quoted(columns[place].values.first().copied().unwrap_or_default());
    match (as_settled(one, other), as_settled(other, one)) {
        (Some(first), Some(second)) => Found::Either {
            what: format!("{} and {} could both be {what}", value(one), value(other)),
            one: first,
            other: second,
        },
        _ => Found::No(None),
    }
}
