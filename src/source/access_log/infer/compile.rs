//! Judged tokens -> the format that reads such lines. Source floor.

use std::collections::HashSet;

use crate::source::access_log::format::Field;
use crate::source::access_log::format::LineFormat;
use crate::source::access_log::format::Part;
use crate::source::access_log::format::text;
use crate::source::access_log::infer::column::TokenColumn;
use crate::source::access_log::infer::judge::Parts;
use crate::source::access_log::infer::tokens::Separator;
use crate::source::access_log::infer::tokens::Token;
use crate::source::access_log::infer::tokens::Tokens;

/// The format of lines like `line`, whose tokens have these parts.
pub(super) fn compile(
    parts: &Parts,
    line: &Tokens<'_>,
    columns: &[TokenColumn<'_>],
    separator: Separator,
    key: Option<&str>,
) -> Result<LineFormat, String> {
    let n = match key {
        // A field that the person named may come later.
        Some(_) => parts.of.len(),
        None => n_read(parts, line, separator).min(columns.len()),
    };
    let mut fields: Vec<Field> = Vec::new();
    let mut names = HashSet::new();
    for (place, column) in columns.iter().enumerate().take(n) {
        let token = &line.tokens[place];
        let until = match line.tokens.get(place + 1) {
            Some(next) if place + 1 < n => next.before.clone(),
            next => closing(next.map_or(&line.end, |next| &next.before)),
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

/// The part of the text after the last field that closes it.
fn closing(after: &[u8]) -> Vec<u8> {
    let is_closing = |byte: &&u8| b"\"])}".contains(byte);
    let length = after.iter().take_while(is_closing).count();
    after[..length].to_vec()
}

/// The name of a field in a format.
fn name(part: Part, named: Option<&str>, token: &Token<'_>, label: &str, place: usize) -> String {
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
                let is_free =
                    label.starts_with(|c: char| c.is_ascii_alphabetic()) && text::is_other(&label);
                return match is_free {
                    true => label,
                    false => format!("field{}", place + 1),
                };
            }
        },
    };
    name.to_owned()
}

/// How many fields there are up to the last useful one.
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

/// How many fields a format needs. It is one more if nothing else ends the last useful field: a value after a
/// separator of several bytes, or a time in several words.
pub(super) fn n_read(parts: &Parts, line: &Tokens<'_>, separator: Separator) -> usize {
    let n = n_fields(parts);
    let is_open = |last: usize| match separator {
        Separator::Blank => parts.of[last] == Part::Time && !line.tokens[last].is_enclosed,
        Separator::Text(_) => true,
    };
    n + usize::from(n > 0 && is_open(n - 1))
}
