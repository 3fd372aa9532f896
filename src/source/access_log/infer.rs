//! Lines of an unknown format -> the format. Source floor.
//!
//! ```text
//! tokens (line -> values and what is between) -> column (what values have in common) -> judge (which is what) -> LineFormat
//! ```

pub(super) mod column;
mod compile;
mod judge;
mod soundness;
pub(super) mod times;
mod tokens;
mod told;

use std::cmp::Ordering;
use std::collections::HashMap;

use crate::source::access_log::format::Ending;
use crate::source::access_log::format::LineFormat;
use crate::source::access_log::format::Part;
use crate::source::access_log::format::Room;
use crate::source::access_log::format::presets::N_COMMON;
use crate::source::access_log::format::presets::PRESETS;
use crate::source::access_log::infer::column::TokenColumn;
use crate::source::access_log::infer::compile::compile;
use crate::source::access_log::infer::compile::n_read;
use crate::source::access_log::infer::judge::Doubt;
use crate::source::access_log::infer::judge::Wishes;
use crate::source::access_log::infer::times::FoundTimes;
use crate::source::access_log::infer::tokens::SEPARATORS;
use crate::source::access_log::infer::tokens::Separator;
use crate::source::access_log::infer::tokens::Tokens;
pub(super) use crate::source::access_log::infer::told::Found;
use crate::source::access_log::infer::told::told;
use crate::source::options::LogUser;
use crate::source::time::TimeFormat;

/// How many formats one log may have: servers' formats change, and servers share a log.
const MOST_FORMATS: usize = 4;

/// How many ways to cut lines are tried, for each separator.
const MOST_SHAPES: usize = 6;

/// The lines that have the same text between their tokens.
struct AlikeLines<'t, 'l> {
    lines: Vec<&'t Tokens<'l>>,
    n_tokens: usize,
}

/// A format, and the lines that it reads.
struct FormatCandidate {
    format: LineFormat,
    n_read: usize,
    /// The lines among these that are not cut off.
    n_whole: usize,
    /// See [`n_parts`]: a format with fewer parts also reads lines that are cut off.
    n_parts: usize,
}

/// Finds the formats of lines. `format` is that of the times, if a person gave it.
pub(super) fn infer(lines: &[&[u8]], user: &LogUser, format: Option<TimeFormat>) -> Found {
    let times = FoundTimes::new(format);
    let mut left: Vec<&[u8]> = lines.to_vec();
    let mut formats = Vec::new();
    while formats.len() < MOST_FORMATS {
        // A few lines among many do not make a format.
        if !formats.is_empty() && (left.len() < 4 || left.len() * 50 < lines.len()) {
            break;
        }
        let found = match preset(&left, user, &times) {
            Some(format) => Ok(format),
            None => one(&left, user, &times),
        };
        match found {
            Ok(format) if formats.contains(&format) => break,
            // Lines that are cut off do not make a format.
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
fn preset(lines: &[&[u8]], user: &LogUser, times: &FoundTimes) -> Option<LineFormat> {
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
fn one(lines: &[&[u8]], user: &LogUser, times: &FoundTimes) -> Result<LineFormat, Found> {
    let keys = tokens::keys(lines);
    let mut best: Option<FormatCandidate> = None;
    let mut problem = (0, Found::No(None));
    let mut n_unsound = 0;
    for &separator in SEPARATORS {
        if !may_divide(lines, separator) {
            continue;
        }
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
                Ok(format) if soundness::is_unsound(&format, lines, times) => {
                    n_unsound = n_unsound.max(n);
                }
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
                // The log lacks what most of its lines lack.
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
        // The few lines without a doubt do not settle a doubt about most lines.
        (Some(best), (weight, found @ Found::Either { .. })) if weight / 4 >= best.n_whole => {
            Err(found)
        }
        // Nor do they if more lines were found wrong.
        (Some(best), _) if n_unsound > best.n_whole => Err(Found::No(None)),
        // Without these agents, bots would count as people.
        (Some(best), _) if passes_browsers(&best.format, lines) => {
            Err(Found::No(Some("a user agent in quotes")))
        }
        (Some(best), _) => Ok(best.format),
        (None, (_, found)) => Err(found),
    }
}

/// The place of the name that browsers begin with, if a format does not read it as an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Browser {
    /// Nowhere, or in the agent.
    Nowhere,
    Within,
    /// After the part that the format reads.
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

/// Whether a separator is in the lines often enough for [`divides`], which costs more.
fn may_divide(lines: &[&[u8]], separator: Separator) -> bool {
    let Separator::Text(text) = separator else {
        return true;
    };
    let finder = memchr::memmem::Finder::new(text);
    let stands_twice = |line: &&&[u8]| finder.find_iter(line).nth(1).is_some();
    is_of_most(lines.iter().filter(stands_twice).count(), lines.len())
}

fn is_of_most(n: usize, all: usize) -> bool {
    n * 10 >= all * 6
}

/// Whether a separator makes as many fields of nearly all lines, and not only one or two.
fn divides(split: &[Tokens<'_>]) -> bool {
    let mut counts: HashMap<usize, usize> = HashMap::new();
    for line in split {
        *counts.entry(line.tokens.len()).or_default() += 1;
    }
    let most = counts.into_iter().max_by_key(|&(_, n)| n);
    most.is_some_and(|(n_tokens, n)| n_tokens >= 3 && is_of_most(n, split.len()))
}

/// The shapes that most lines have, each with its lines.
fn shapes<'t, 'l>(split: &'t [Tokens<'l>]) -> Vec<AlikeLines<'t, 'l>> {
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
    let mut shapes: Vec<AlikeLines<'t, 'l>> = by_signature
        .into_values()
        .map(|lines| AlikeLines {
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

/// The format of lines with this shape: judged by these lines, then again by all lines that begin alike.
fn format_of(
    shape: &AlikeLines<'_, '_>,
    split: &[Tokens<'_>],
    separator: Separator,
    user: &LogUser,
    times: &FoundTimes,
) -> Result<LineFormat, Found> {
    let wishes = Wishes {
        user,
        settled: Vec::new(),
    };
    let like = shape.lines[0];
    let columns = columns(&shape.lines, shape.n_tokens, times);
    let first = judge::parts(&columns, &wishes)
        .map_err(|doubt| told(doubt, &columns, like, separator, user))?;
    let n_fields = n_read(&first, like, separator).min(shape.n_tokens);
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
        // More lines may tell more, but nothing else.
        Ok(parts)
            if parts
                .of
                .iter()
                .zip(&first.of)
                .any(|(now, then)| *then != Part::Other && now != then) =>
        {
            return Err(Found::No(None));
        }
        Ok(parts) => parts,
        Err(doubt @ Doubt::Either { .. }) => {
            return Err(told(doubt, &columns, like, separator, user));
        }
        Err(Doubt::Lacks(_)) => first,
    };
    compile(&parts, like, &columns, separator, key(user)).map_err(|_| Found::No(None))
}

fn columns<'l>(lines: &[&Tokens<'l>], n_tokens: usize, times: &FoundTimes) -> Vec<TokenColumn<'l>> {
    (0..n_tokens)
        .map(|place| {
            let token = &lines[0].tokens[place];
            let values = lines.iter().map(|line| line.tokens[place].value).collect();
            TokenColumn::new(values, label(lines, place), token.is_enclosed, times)
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

/// How many useful but optional fields a format has.
fn n_parts(format: &LineFormat, user: &LogUser) -> usize {
    let is_forwarded = *user == LogUser::Forwarded && format.has(Part::Forwarded);
    usize::from(format.has(Part::Status))
        + usize::from(format.has(Part::Agent))
        + usize::from(is_forwarded)
}

/// A format, and which of the lines it reads.
fn rate(format: LineFormat, lines: &[&[u8]], user: &LogUser) -> FormatCandidate {
    let mut room = Room::default();
    let (mut n_read, mut n_whole) = (0, 0);
    for line in lines {
        let Ok(read) = format.read(line, &mut room) else {
            continue;
        };
        let target = read.request.target;
        if !read.time.is_empty() && (target.is_empty() || target.len() < line.len()) {
            n_read += 1;
            n_whole += usize::from(read.ending != Ending::Short);
        }
    }
    FormatCandidate {
        n_parts: n_parts(&format, user),
        format,
        n_read,
        n_whole,
    }
}

#[cfg(test)]
mod property;
#[cfg(test)]
mod tests;
