//! Lines of an unknown format -> the format. Source floor.
//!
//! ```text
//! tokens (line -> values and what is between) -> column (what values have in common) -> judge (which is what) -> LineFormat
//! ```

pub(super) mod column;
mod judge;
pub(super) mod times;
mod tokens;

use std::cmp::Ordering;
use std::collections::HashMap;
use std::collections::HashSet;

use crate::source::access_log::format::Ending;
use crate::source::access_log::format::Field;
use crate::source::access_log::format::LineFormat;
use crate::source::access_log::format::Part;
use crate::source::access_log::format::Room;
use crate::source::access_log::format::presets::N_COMMON;
use crate::source::access_log::format::presets::PRESETS;
use crate::source::access_log::format::text;
use crate::source::access_log::infer::column::Column;
use crate::source::access_log::infer::judge::Doubt;
use crate::source::access_log::infer::judge::Parts;
use crate::source::access_log::infer::judge::Wishes;
use crate::source::access_log::infer::times::Times;
use crate::source::access_log::infer::tokens::SEPARATORS;
use crate::source::access_log::infer::tokens::Separator;
use crate::source::access_log::infer::tokens::Tokens;
use crate::source::options::LogUser;
use crate::source::time::TimeFormat;

/// What lines were found to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Requests, in one format or in several of which each has lines of its own.
    Formats(Vec<LineFormat>),
    /// Requests, but two fields could be what the words say; the formats that say which.
    Either {
        what: String,
        one: String,
        other: String,
    },
    /// Nothing that is known to be a log of requests; what it lacks, if it is close to one.
    No(Option<&'static str>),
}

/// Formats that one log may have: servers' formats change, and servers share a log.
const MOST_FORMATS: usize = 4;

/// Ways to cut lines that are tried, of each separator.
const MOST_SHAPES: usize = 6;

/// The lines that have the same text between their tokens.
struct Shape<'t, 'l> {
    lines: Vec<&'t Tokens<'l>>,
    n_tokens: usize,
}

/// A format with what it reads.
struct Candidate {
    format: LineFormat,
    n_read: usize,
    /// See [`n_parts`]: a format that tells less reads more lines, those that are cut off.
    n_parts: usize,
}

/// Finds the formats of lines; `format` is the one of the times, if a person named it.
pub(super) fn infer(lines: &[&[u8]], user: &LogUser, format: Option<TimeFormat>) -> Found {
    let times = Times::new(format);
    let mut left: Vec<&[u8]> = lines.to_vec();
    let mut formats = Vec::new();
    while formats.len() < MOST_FORMATS {
        // A few lines among many are no format of their own.
        if !formats.is_empty() && (left.len() < 4 || left.len() * 50 < lines.len()) {
            break;
        }
        let found = match preset(&left, user, &times) {
            Some(format) => Ok(format),
            None => one(&left, user, &times),
        };
        match found {
            Ok(format) if formats.contains(&format) => break,
            // What is cut off is no format of its own.
            Ok(format)
                if formats.first().is_some_and(|first: &LineFormat| {
                    first.has(Part::Status) && !format.has(Part::Status)
                }) =>
            {
                break;
            }
            Ok(format) => {
                let mut room = Room::default();
                left.retain(|line| browser_at(&format, line, &mut room) != Browser::Nowhere);
                formats.push(format);
            }
            Err(found) if formats.is_empty() => return found,
            Err(_) => break,
        }
    }
    Found::Formats(formats)
}

/// The preset that nearly all lines are in, to the last field.
fn preset(lines: &[&[u8]], user: &LogUser, times: &Times) -> Option<LineFormat> {
    let mut room = Room::default();
    // The ones that everybody has are found by their values.
    PRESETS.iter().skip(N_COMMON).find_map(|preset| {
        let format = preset.format(key(user)).ok()?;
        let n_read = lines
            .iter()
            .filter(|line| {
                format.read(line, &mut room).is_ok_and(|read| {
                    let is_time = times.is_time(read.time)
                        || times.counted(&[read.time])[0].is_some()
                        || preset.name == "iis" && read.time.contains(&b'/');
                    let is_whole = read.ending == Ending::Whole
                        || matches!(preset.name, "uwsgi" | "cloudfront-realtime");
                    is_whole && is_time && read.request.is_made() && read.request.status.is_some()
                })
            })
            .count();
        (n_read > 0 && n_read * 10 >= lines.len() * 9).then_some(format)
    })
}

fn key(user: &LogUser) -> Option<&str> {
    match user {
        LogUser::Field(name) => Some(name),
        _ => None,
    }
}

/// The format that reads most of the lines.
fn one(lines: &[&[u8]], user: &LogUser, times: &Times) -> Result<LineFormat, Found> {
    let keys = tokens::keys(lines);
    let mut best: Option<Candidate> = None;
    let mut problem = (0, Found::No(None));
    for &separator in SEPARATORS {
        let split: Vec<Tokens<'_>> = lines
            .iter()
            .map(|line| tokens::split(line, separator, &keys, times))
            .collect();
        if separator != Separator::Blank && !divides(&split) {
            continue;
        }
        for shape in shapes(&split) {
            let n = shape.lines.len();
            match format_of(&shape, &split, separator, user, times) {
                Ok(format) => {
                    let candidate = rate(format, lines, user);
                    let is_better = best.as_ref().is_none_or(|best| {
                        let (n, n_best) = (candidate.n_read, best.n_read);
                        match candidate.n_parts.cmp(&best.n_parts) {
                            Ordering::Greater => n * 2 >= n_best,
                            Ordering::Equal => n > n_best,
                            Ordering::Less => n > n_best * 2,
                        }
                    });
                    if is_better {
                        best = Some(candidate);
                    }
                }
                // What most lines lack is what the log lacks.
                Err(found) => {
                    let weight = match found {
                        Found::Either { .. } => n * 4,
                        Found::No(Some(_)) => n * 2,
                        _ => n,
                    };
                    if weight > problem.0 {
                        problem = (weight, found);
                    }
                }
            }
        }
    }
    match (best, problem) {
        // A doubt about most lines is not settled by the few that leave none.
        (Some(best), (weight, found @ Found::Either { .. })) if weight / 4 >= best.n_read => {
            Err(found)
        }
        // Without the agents that stand there, bots would be people.
        (Some(best), _) if passes_browsers(&best.format, lines) => {
            Err(Found::No(Some("a user agent in quotes")))
        }
        (Some(best), _) => Ok(best.format),
        (None, (_, found)) => Err(found),
    }
}

/// Where a line has the name that browsers begin with, if a format does not take it for an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Browser {
    /// Nowhere, or in the agent.
    Nowhere,
    Within,
    /// Behind what the format reads.
    Behind,
    /// The format does not read the line.
    Unread,
}

fn browser_at(format: &LineFormat, line: &[u8], room: &mut Room) -> Browser {
    if format.read(line, room).is_err() {
        return Browser::Unread;
    }
    match memchr::memmem::find(line, b"Mozilla/") {
        Some(at) if !format.has(Part::Agent) => match at < room.end() {
            true => Browser::Within,
            false => Browser::Behind,
        },
        _ => Browser::Nowhere,
    }
}

/// Whether a format passes over the browsers in many of the lines that it reads.
fn passes_browsers(format: &LineFormat, lines: &[&[u8]]) -> bool {
    let mut room = Room::default();
    let count = |browser: Browser, room: &mut Room| {
        let lines = lines.iter();
        lines
            .filter(|line| browser_at(format, line, room) == browser)
            .count()
    };
    let n_passed = count(Browser::Within, &mut room) + count(Browser::Behind, &mut room);
    n_passed > 0 && n_passed * 5 >= lines.len() - count(Browser::Unread, &mut room)
}

/// Whether a separator makes as many fields of nearly all lines, and not only one or two.
fn divides(split: &[Tokens<'_>]) -> bool {
    let mut counts: HashMap<usize, usize> = HashMap::new();
    for line in split {
        *counts.entry(line.tokens.len()).or_default() += 1;
    }
    let most = counts.into_iter().max_by_key(|&(_, n)| n);
    most.is_some_and(|(n_tokens, n)| n_tokens >= 3 && n * 10 >= split.len() * 6)
}

/// The shapes that most lines have, each with its lines.
fn shapes<'t, 'l>(split: &'t [Tokens<'l>]) -> Vec<Shape<'t, 'l>> {
    let mut by_signature: HashMap<Vec<&[u8]>, Vec<&'t Tokens<'l>>> = HashMap::new();
    for line in split
        .iter()
        .filter(|line| line.tokens.len() >= 3 && !line.is_cut)
    {
        let mut signature: Vec<&[u8]> = line
            .tokens
            .iter()
            .map(|token| token.before.as_slice())
            .collect();
        signature.push(&line.end);
        by_signature.entry(signature).or_default().push(line);
    }
    let mut shapes: Vec<Shape<'t, 'l>> = by_signature
        .into_values()
        .map(|lines| Shape {
            n_tokens: lines[0].tokens.len(),
            lines,
        })
        .collect();
    shapes.sort_by_key(|shape| {
        (
            std::cmp::Reverse(shape.lines.len()),
            shape.n_tokens,
            shape.lines[0].end.clone(),
        )
    });
    shapes.truncate(MOST_SHAPES);
    shapes
}

/// The format of lines of that shape: judged by these lines, then once more by all that begin alike.
fn format_of(
    shape: &Shape<'_, '_>,
    split: &[Tokens<'_>],
    separator: Separator,
    user: &LogUser,
    times: &Times,
) -> Result<LineFormat, Found> {
    let wishes = Wishes {
        user,
        settled: Vec::new(),
    };
    let columns = columns(&shape.lines, shape.n_tokens, times);
    let first = judge::parts(&columns, &wishes)
        .map_err(|doubt| told(doubt, &columns, shape, separator, user))?;
    let n_fields = n_read(&first, shape.lines[0], separator).min(shape.n_tokens);
    let like = shape.lines[0];
    let alike: Vec<&Tokens<'_>> = split
        .iter()
        .filter(|line| {
            line.tokens.len() >= n_fields
                && line.tokens[..n_fields]
                    .iter()
                    .zip(&like.tokens)
                    .all(|(one, other)| one.before == other.before)
        })
        .collect();
    let columns = self::columns(&alike, n_fields, times);
    let parts = match judge::parts(&columns, &wishes) {
        Ok(parts) => parts,
        Err(doubt @ Doubt::Either { .. }) => {
            return Err(told(doubt, &columns, shape, separator, user));
        }
        Err(Doubt::Lacks(_)) => first,
    };
    compile(&parts, like, &columns, separator, key(user)).map_err(|_| Found::No(None))
}

/// How many fields there are up to the last that is of use.
fn n_fields(parts: &Parts) -> usize {
    let last_part = parts.of.iter().rposition(|&part| part != Part::Other);
    let last_named = parts
        .named
        .iter()
        .filter(|(_, name)| *name == "body_bytes_sent")
        .map(|(place, _)| *place)
        .max();
    last_part.max(last_named).map_or(0, |last| last + 1)
}

/// How many fields a format needs: one more where nothing else ends the last that is of use, a value after a separator
/// of several bytes or a time in several words.
fn n_read(parts: &Parts, line: &Tokens<'_>, separator: Separator) -> usize {
    let n = n_fields(parts);
    let is_open = |last: usize| match separator {
        Separator::Blank => parts.of[last] == Part::Time && !line.tokens[last].is_enclosed,
        Separator::Text(_) => true,
    };
    n + usize::from(n > 0 && is_open(n - 1))
}

fn columns<'l>(lines: &[&Tokens<'l>], n_tokens: usize, times: &Times) -> Vec<Column<'l>> {
    (0..n_tokens)
        .map(|place| {
            let token = &lines[0].tokens[place];
            let values = lines.iter().map(|line| line.tokens[place].value).collect();
            Column::new(values, label(lines, place), token.is_enclosed, times)
        })
        .collect()
}

/// The name in front of a value, in small letters: `status=`, or the word before it in all lines.
fn label(lines: &[&Tokens<'_>], place: usize) -> String {
    let token = &lines[0].tokens[place];
    let before = token.before.trim_ascii_end();
    let before = before
        .strip_suffix(b"\"")
        .or_else(|| before.strip_suffix(b"["))
        .unwrap_or(before);
    let name = match before {
        [name @ .., b'=' | b':'] => {
            let is_name =
                |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
            let length = name.iter().rev().take_while(is_name).count();
            &name[name.len() - length..]
        }
        _ if place > 0 && matches!(token.before.as_slice(), b" " | b": ") => {
            let word = lines[0].tokens[place - 1].value;
            let is_word = !word.is_empty() && !word.iter().any(u8::is_ascii_digit) && word != b"-";
            let is_same = lines
                .iter()
                .all(|line| line.tokens[place - 1].value == word);
            let is_bare = !lines[0].tokens[place - 1].is_enclosed;
            if is_word && is_same && is_bare {
                word
            } else {
                b""
            }
        }
        _ => b"",
    };
    String::from_utf8_lossy(name).to_ascii_lowercase()
}

/// A doubt in words, with the formats that settle it.
fn told(
    doubt: Doubt,
    columns: &[Column<'_>],
    shape: &Shape<'_, '_>,
    separator: Separator,
    user: &LogUser,
) -> Found {
    let (part, one, other) = match doubt {
        Doubt::Lacks(what) => {
            // Without a time or a request it is a text like others.
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
                    let format = compile(&parts, shape.lines[0], columns, separator, None).ok()?;
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
    let value = |place: usize| {
        crate::source::time::quoted(columns[place].values.first().copied().unwrap_or_default())
    };
    match (as_settled(one, other), as_settled(other, one)) {
        (Some(first), Some(second)) => Found::Either {
            what: format!("{} and {} could both be {what}", value(one), value(other)),
            one: first,
            other: second,
        },
        _ => Found::No(None),
    }
}

/// The format of lines like `line`, whose tokens have these parts.
fn compile(
    parts: &Parts,
    line: &Tokens<'_>,
    columns: &[Column<'_>],
    separator: Separator,
    key: Option<&str>,
) -> Result<LineFormat, String> {
    let n = match key {
        // Whatever the person named may be behind.
        Some(_) => parts.of.len(),
        None => n_read(parts, line, separator).min(columns.len()),
    };
    let mut fields: Vec<Field> = Vec::new();
    let mut names = HashSet::new();
    for (place, column) in columns.iter().enumerate().take(n) {
        let token = &line.tokens[place];
        let until = match line.tokens.get(place + 1) {
            Some(next) if place + 1 < n => next.before.clone(),
            next => closing(next.map_or(&line.end, |next| &next.before), separator),
        };
        let part = parts.of[place];
        let words = token
            .value
            .split(|&byte| byte == b' ')
            .filter(|word| !word.is_empty())
            .count();
        if part == Part::Time && !token.is_enclosed && words > 1 {
            let time_names: &[&str] = match words {
                2 => &["date", "time"],
                3 => &["date", "time", "zone"],
                _ => &[
                    "time_part1",
                    "time_part2",
                    "time_part3",
                    "time_part4",
                    "time_part5",
                    "time_part6",
                ],
            };
            for (nth, name) in time_names.iter().take(words).enumerate() {
                fields.push(Field {
                    name: (*name).to_owned(),
                    part,
                    until: if nth + 1 == words {
                        until.clone()
                    } else {
                        b" ".to_vec()
                    },
                });
            }
            continue;
        }
        let named = parts
            .named
            .iter()
            .find(|(known, _)| *known == place)
            .map(|(_, name)| *name);
        let key = match token.before.iter().any(|byte| b"=:".contains(byte)) {
            true => column.label.as_str(),
            false => "",
        };
        let name = name(part, named, token, key, place);
        let name = match names.insert(name.clone()) {
            true => name,
            false => format!("field{}", place + 1),
        };
        fields.push(Field { name, part, until });
    }
    let is_numeric = parts
        .of
        .iter()
        .zip(columns)
        .filter(|(part, _)| **part == Part::Address)
        .all(|(_, column)| column.n_names == 0);
    let format = LineFormat::new(line.tokens[0].before.clone(), fields, key)?;
    Ok(if is_numeric { format.numeric() } else { format })
}

/// What closes the last field, of the text after it.
fn closing(after: &[u8], separator: Separator) -> Vec<u8> {
    let length = after
        .iter()
        .take_while(|byte| b"\"])}".contains(byte))
        .count();
    match separator {
        Separator::Blank => after[..length].to_vec(),
        Separator::Text(_) => after[..length].to_vec(),
    }
}

fn name(
    part: Part,
    named: Option<&str>,
    token: &tokens::Token<'_>,
    label: &str,
    place: usize,
) -> String {
    let name = match part {
        Part::Address => "remote_addr",
        Part::Forwarded => "http_x_forwarded_for",
        Part::RemoteUser => "remote_user",
        Part::Agent => "http_user_agent",
        Part::Request => "request",
        Part::Method => "request_method",
        Part::Target => "request_uri",
        Part::Query => "args",
        Part::Status => "status",
        Part::Host => "host",
        Part::Time if token.is_enclosed => "time_local",
        Part::Time if token.is_time => "time_iso8601",
        Part::Time => "msec",
        Part::Other => match named {
            Some(name) => name,
            None => {
                let label: String = label
                    .chars()
                    .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
                    .collect();
                let is_free = label.starts_with(|c: char| c.is_ascii_alphabetic())
                    && crate::source::access_log::format::text::is_other(&label);
                return match is_free {
                    true => label,
                    false => format!("field{}", place + 1),
                };
            }
        },
    };
    name.to_owned()
}

/// How much of what is of use, but not always there, a format tells.
fn n_parts(format: &LineFormat, user: &LogUser) -> usize {
    let is_forwarded = *user == LogUser::Forwarded && format.has(Part::Forwarded);
    usize::from(format.has(Part::Status))
        + usize::from(format.has(Part::Agent))
        + usize::from(is_forwarded)
}

/// A format with what it reads of the lines.
fn rate(format: LineFormat, lines: &[&[u8]], user: &LogUser) -> Candidate {
    let mut room = Room::default();
    let n_read = lines
        .iter()
        .filter(|line| {
            let read = format.read(line, &mut room);
            read.is_ok_and(|read| {
                let target = read.request.target;
                !read.time.is_empty() && (target.is_empty() || target.len() < line.len())
            })
        })
        .count();
    Candidate {
        n_parts: n_parts(&format, user),
        format,
        n_read,
    }
}

#[cfg(test)]
mod property;
#[cfg(test)]
mod tests;
