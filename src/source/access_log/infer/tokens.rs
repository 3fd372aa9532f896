//! A line of an unknown format -> its tokens, and the text between them. Source floor.
//!
//! Knows how people separate fields: with quotes, brackets, `key=value`, blanks, or one text again and again.
//! [`judge`](super::judge) decides what a token means.

use std::collections::HashSet;

use crate::source::access_log::address;
use crate::source::access_log::infer::times::FoundTimes;

/// A piece of a line that is one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token<'l> {
    /// The text before it, with one blank for several.
    pub(super) before: Vec<u8>,
    pub(super) value: &'l [u8],
    /// Whether quotes or the line's own separator allow blanks in it.
    pub(super) is_enclosed: bool,
    /// Whether it was taken together because it is a time.
    pub(super) is_time: bool,
}

/// A line in pieces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tokens<'l> {
    pub(super) tokens: Vec<Token<'l>>,
    /// The text after the last token.
    pub(super) end: Vec<u8>,
    /// Whether it ends within quotes.
    pub(super) is_cut: bool,
}

/// The separator of fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Separator {
    /// Blanks and tabs that nothing encloses.
    Blank,
    Text(&'static str),
}

/// Separators in the order in which they are tried.
pub(super) const SEPARATORS: &[Separator] = &[
    Separator::Blank,
    Separator::Text("\t"),
    Separator::Text(" | "),
    Separator::Text("|"),
    Separator::Text(", "),
    Separator::Text(","),
    Separator::Text("; "),
    Separator::Text(";"),
    Separator::Text(" - "),
    Separator::Text(" :: "),
    Separator::Text("::"),
    Separator::Text("||"),
    Separator::Text(" ~ "),
    Separator::Text("~"),
    Separator::Text("^"),
    Separator::Text("\u{1}"),
];

/// The most tokens that are looked at. No server writes more fields.
const MOST_TOKENS: usize = 200;

/// The most words a time is written in: `Fri Mar  1 10:00:00 2024 +0100`.
const MOST_TIME_WORDS: usize = 6;

/// Splits a line. `keys` are the names that fields carry in front, as found by [`keys`].
pub(super) fn split<'l>(
    line: &'l [u8],
    separator: Separator,
    keys: &HashSet<Vec<u8>>,
    times: &FoundTimes,
) -> Tokens<'l> {
    let mut splitter = Tokenizer {
        line,
        keys,
        times,
        at: 0,
        before: Vec::new(),
        tokens: Vec::new(),
        is_cut: false,
    };
    match separator {
        Separator::Blank => splitter.by_blanks(),
        Separator::Text(text) => splitter.by_text(text.as_bytes()),
    }
    Tokens {
        end: splitter.before,
        tokens: splitter.tokens,
        is_cut: splitter.is_cut,
    }
}

/// The names (`status=`, `time:`) before a value in more than a third of the lines.
pub(super) fn keys(lines: &[&[u8]]) -> HashSet<Vec<u8>> {
    let mut counts: std::collections::HashMap<Vec<u8>, usize> = std::collections::HashMap::new();
    for line in lines {
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
        let starts = (0..line.len()).filter(|&at| at == 0 || !is_name(line[at - 1]));
        let mut seen = HashSet::new();
        for start in starts {
            if let Some(length) = key_length(&line[start..])
                && seen.insert(line[start..start + length].to_vec())
            {
                *counts
                    .entry(line[start..start + length].to_vec())
                    .or_default() += 1;
            }
        }
    }
    counts
        .into_iter()
        .filter(|(_, n)| n * 3 > lines.len())
        .map(|(key, _)| key)
        .collect()
}

/// The length of `name=` or `name:` at the beginning of a text. A host with a port, a scheme and a time do not count.
fn key_length(text: &[u8]) -> Option<usize> {
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let length = text.iter().take(40).take_while(is_name).count();
    let first = text.first()?;
    match text.get(length)? {
        b'=' if first.is_ascii_alphabetic() => Some(length + 1),
        b':' if first.is_ascii_alphabetic() => {
            let value = &text[length + 1..];
            let digits = value
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count();
            let is_port = digits > 0
                && value
                    .get(digits)
                    .is_none_or(|&byte| b" \t\"],".contains(&byte));
            let has_dot = text[..length].contains(&b'.');
            let is_address = value.starts_with(b"//") || is_port && has_dot;
            (!is_address).then_some(length + 1)
        }
        _ => None,
    }
}

struct Tokenizer<'l, 'k> {
    line: &'l [u8],
    keys: &'k HashSet<Vec<u8>>,
    times: &'k FoundTimes,
    at: usize,
    before: Vec<u8>,
    tokens: Vec<Token<'l>>,
    is_cut: bool,
}

impl<'l> Tokenizer<'l, '_> {
    fn push(&mut self, value: &'l [u8], is_enclosed: bool, is_time: bool) {
        self.tokens.push(Token {
            before: std::mem::take(&mut self.before),
            value,
            is_enclosed,
            is_time,
        });
    }

    /// Takes bytes as text between tokens.
    fn between(&mut self, n: usize) {
        for &byte in &self.line[self.at..self.at + n] {
            if byte != b' ' || self.before.last() != Some(&b' ') {
                self.before.push(byte);
            }
        }
        self.at += n;
    }

    fn by_blanks(&mut self) {
        while self.at < self.line.len() && self.tokens.len() < MOST_TOKENS {
            let rest = &self.line[self.at..];
            match rest[0] {
                b' ' | b'\t' | b')' | b']' | b'}' | b'|' | b',' | b';' => self.between(1),
                b'"' => self.quoted(),
                b'[' if self.is_address_in_brackets() => self.bare(),
                b'[' => self.bracketed(),
                mark @ (b'(' | b'{') => {
                    let close = if mark == b'(' { b')' } else { b'}' };
                    self.between(1);
                    if rest.get(1) == Some(&close) {
                        let empty = &self.line[self.at..self.at];
                        self.push(empty, false, false);
                    }
                }
                _ => self.bare(),
            }
        }
    }

    fn is_address_in_brackets(&self) -> bool {
        let rest = &self.line[self.at..];
        let end = memchr::memchr2(b' ', b'\t', rest).unwrap_or(rest.len());
        memchr::memchr(b':', &rest[..end]).is_some() && address::is_ip(&rest[..end]) && {
            // `[192.0.2.1]` is an address in brackets.
            let inner = rest[..end]
                .strip_prefix(b"[")
                .and_then(|inner| inner.strip_suffix(b"]"));
            inner.is_none_or(|inner| memchr::memchr(b'.', inner).is_none())
        }
    }

    fn quoted(&mut self) {
        self.between(1);
        let text = &self.line[self.at..];
        let closes = |&at: &usize| {
            let backslashes = text[..at].iter().rev().take_while(|&&byte| byte == b'\\');
            backslashes.count() % 2 == 0
                && text
                    .get(at + 1)
                    .is_none_or(|byte| b" \t,;|)]}>\"".contains(byte))
        };
        let end = memchr::memchr_iter(b'"', text).find(closes);
        self.push(&text[..end.unwrap_or(text.len())], true, false);
        self.at += end.unwrap_or(text.len());
        self.is_cut |= end.is_none();
        if end.is_some() {
            self.between(1);
        }
    }

    fn bracketed(&mut self) {
        let inner = &self.line[self.at + 1..];
        let end = memchr::memchr(b']', inner);
        self.between(1);
        if let Some(end) = end {
            let value = &inner[..end];
            let is_time = self.times.is_time(value);
            if is_time || !value.contains(&b' ') && !value.starts_with(b"[") {
                self.push(value, is_time, is_time);
                self.at += end;
                self.between(1);
            }
        }
    }

    fn bare(&mut self) {
        let rest = &self.line[self.at..];
        if let Some(length) = self.time_length(rest) {
            self.push(&rest[..length], false, true);
            self.at += length;
            return;
        }
        if let Some(length) = key_length(rest)
            && self.keys.contains(&rest[..length])
        {
            self.between(length);
            if matches!(self.line.get(self.at), None | Some(b' ' | b'\t')) {
                let empty = &self.line[self.at..self.at];
                self.push(empty, false, false);
            }
            return;
        }
        let mut end = word_length(rest);
        // An address list goes on after each comma.
        while rest[..end].ends_with(b",") && address::is_list(&rest[..end - 1]) {
            let blanks = rest[end..].iter().take_while(|&&byte| byte == b' ').count();
            let next = end + blanks + word_length(&rest[end + blanks..]);
            if next == end
                || !address::is_list(rest[..next].strip_suffix(b",").unwrap_or(&rest[..next]))
            {
                break;
            }
            end = next;
        }
        let mut value = &rest[..end];
        while let [inner @ .., mark @ (b',' | b';' | b')' | b']' | b'}')] = value {
            let open = match mark {
                b')' => Some(b'('),
                b']' => Some(b'['),
                b'}' => Some(b'{'),
                _ => None,
            };
            let count = |byte: u8| value.iter().filter(|&&other| other == byte).count();
            if inner.is_empty() || open.is_some_and(|open| count(open) >= count(*mark)) {
                break;
            }
            value = inner;
        }
        // Squid's `TCP_MISS/200`.
        if let Some(slash) = memchr::memchr(b'/', value)
            && slash > 0
            && value[..slash]
                .iter()
                .all(|byte| byte.is_ascii_uppercase() || *byte == b'_')
            && value[slash + 1..].len() == 3
            && value[slash + 1..].iter().all(u8::is_ascii_digit)
        {
            value = &value[..slash];
            self.push(value, false, false);
            self.at += slash;
            self.between(1);
            return;
        }
        self.push(value, false, false);
        self.at += value.len();
    }

    /// The length of a time at the beginning of a text that is written in several words, or of one.
    fn time_length(&self, text: &[u8]) -> Option<usize> {
        if !self.times.may_begin(text) {
            return None;
        }
        let mut ends = Vec::new();
        let mut at = 0;
        for _ in 0..MOST_TIME_WORDS {
            let blanks = text[at..].iter().take_while(|&&byte| byte == b' ').count();
            let word = word_length(&text[at + blanks..]);
            if word == 0 {
                break;
            }
            at += blanks + word;
            ends.push(at);
        }
        let trimmed = |end: &usize| {
            let time = text[..*end].trim_ascii_end();
            // The separator after it is not part of it.
            let mark = time.iter().rev().take_while(|byte| b",;|".contains(byte));
            time.len() - mark.count()
        };
        ends.iter()
            .rev()
            .map(trimmed)
            .find(|&end| self.times.is_time(&text[..end]))
    }

    fn by_text(&mut self, separator: &[u8]) {
        while self.at <= self.line.len() && self.tokens.len() < MOST_TOKENS {
            let rest = &self.line[self.at..];
            let end = end_of_cell(rest, separator);
            let cell = &rest[..end];
            let blanks = cell.iter().take_while(|&&byte| byte == b' ').count();
            self.between(blanks);
            let mut value = cell[blanks..].trim_ascii_end();
            if let Some(length) = key_length(value)
                && self.keys.contains(&value[..length])
            {
                self.between(length);
                value = &value[length..];
            }
            let inner = match value {
                [b'"', inner @ .., b'"'] | [b'[', inner @ .., b']'] => Some(inner),
                _ => None,
            };
            match inner {
                Some(inner) if !address::is_ip(value) || value[0] == b'"' => {
                    self.between(1);
                    self.push(inner, true, false);
                    self.at += inner.len();
                    self.between(1);
                }
                _ => {
                    self.push(value, true, false);
                    self.at += value.len();
                }
            }
            let trailing = self.line[self.at..].len() - rest[end..].len();
            self.between(trailing);
            if end == rest.len() {
                return;
            }
            self.between(separator.len());
        }
    }
}

/// Up to a blank.
fn word_length(text: &[u8]) -> usize {
    memchr::memchr2(b' ', b'\t', text).unwrap_or(text.len())
}

/// The end of the cell at the beginning of a text. Quotes around it protect separators.
fn end_of_cell(text: &[u8], separator: &[u8]) -> usize {
    let start = text.iter().take_while(|&&byte| byte == b' ').count();
    if text.get(start) == Some(&b'"') {
        let closes = |&at: &usize| {
            at > start && {
                let next = text[at + 1..].trim_ascii_start();
                next.is_empty()
                    || next.starts_with(separator.trim_ascii_start())
                    || text[at + 1..].starts_with(separator)
            }
        };
        if let Some(end) = memchr::memchr_iter(b'"', text).find(closes) {
            let after = memchr::memmem::find(&text[end..], separator);
            return after.map_or(text.len(), |after| end + after);
        }
    }
    memchr::memmem::find(text, separator).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(line: &str, separator: Separator, expected: &str) {
        let times = FoundTimes::default();
        let keys = keys(&[line.as_bytes()]);
        let found = split(line.as_bytes(), separator, &keys, &times);
        let mut text = String::new();
        for token in &found.tokens {
            text.push_str(&String::from_utf8_lossy(&token.before));
            text.push_str(&format!("<{}>", String::from_utf8_lossy(token.value)));
        }
        text.push_str(&String::from_utf8_lossy(&found.end));
        assert_eq!(text, expected);
    }

    #[test]
    fn a_line_is_cut_where_people_cut_it() {
        check(
            "192.0.2.1 - - [01/Mar/2024:10:00:00 +0000] \"GET /a b\" 200  5 \"-\" \"x \\\" y\"",
            Separator::Blank,
            "<192.0.2.1> <-> <-> [<01/Mar/2024:10:00:00 +0000>] \"<GET /a b>\" <200> <5> \"<->\" \"<x \\\" y>\"",
        );
        check(
            "2024-03-01 10:00:00.786 +0000 192.0.2.1, ::1 remote=a [client [::1]:80] (x 200)",
            Separator::Blank,
            "<2024-03-01 10:00:00.786 +0000> <192.0.2.1, ::1> remote=<a> [<client> <[::1]:80>] (<x> <200>)",
        );
        check(
            "time:01/Mar/2024:10:00:00 +0000\thost:192.0.2.1\tua:a b",
            Separator::Text("\t"),
            "time:<01/Mar/2024:10:00:00 +0000>\thost:<192.0.2.1>\tua:<a b>",
        );
        check(
            "a | \"b | c\" |  d",
            Separator::Text("|"),
            "<a> | \"<b | c>\" | <d>",
        );
        check(
            "TCP_MISS/200 \"cut off",
            Separator::Blank,
            "<TCP_MISS>/<200> \"<cut off>",
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_cut_and_nothing_is_lost(
            bytes in proptest::collection::vec(
                prop_oneof![any::<u8>(), proptest::sample::select(b"\" []()=|,:-/2".to_vec())], 0..80),
            separator in proptest::sample::select(SEPARATORS),
        ) {
            let found = split(&bytes, separator, &keys(&[&bytes]), &FoundTimes::default());
            let n: usize = found.tokens.iter().map(|token| token.before.len() + token.value.len()).sum();
            prop_assert!(n + found.end.len() <= bytes.len());
        }
    }
}
