//! A field of a line: which values it may have, and where it ends. Source floor.

use crate::source::access_log::address;
use crate::source::access_log::format::values::status_of;

/// The most bytes of a time in a log, with room to spare.
const LONGEST_TIME: usize = 64;

/// The meaning of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source::access_log) enum Part {
    Address,
    Forwarded,
    RemoteUser,
    Agent,
    /// Method, target and protocol.
    Request,
    Method,
    Target,
    /// The part after the target's question mark.
    Query,
    Status,
    Host,
    /// A time, or the first part of one: neighbours are one time.
    Time,
    Other,
}

/// A field and the text that comes after it, which is empty only at the end of a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::source::access_log) struct Field {
    /// As it is written after a `$`.
    pub(in crate::source::access_log) name: String,
    pub(in crate::source::access_log) part: Part,
    pub(in crate::source::access_log) until: Vec<u8>,
}

impl Field {
    /// Whether the text after it may also be part of a value, so that later places must be tried.
    pub(super) fn extends(&self) -> bool {
        matches!(
            self.part,
            Part::Request | Part::Agent | Part::Address | Part::Forwarded
        ) || !matches!(self.until.as_slice(), [b' ' | b'\t' | b',' | b'|' | b';'])
    }

    /// Whether a value can be this field's.
    #[inline]
    pub(super) fn allows(&self, value: &[u8], is_numeric: bool) -> bool {
        match self.part {
            Part::Address if is_numeric => address::may_be_numeric_list(value),
            Part::Address | Part::Forwarded => address::may_be_list(value),
            // The text before the dash belongs to another field.
            Part::RemoteUser => !value.starts_with(b"- "),
            Part::Status => status_of(value).is_some() || value == b"-",
            Part::Time => {
                (1..=LONGEST_TIME).contains(&value.len())
                    && memchr::memchr3(b'[', b']', b'"', value).is_none()
            }
            Part::Method => memchr::memchr2(b' ', b'"', value).is_none(),
            // In an agent without quotes, the separator may be inside brackets.
            Part::Agent if !self.until.is_empty() && self.until[0] != b'"' => {
                let count = |mark: u8| memchr::memchr_iter(mark, value).count();
                count(b'(') == count(b')')
            }
            // Without quotes, it does not end before it has a target.
            Part::Request if self.until.first() == Some(&b' ') => {
                value == b"-" || memchr::memchr(b' ', value).is_some()
            }
            _ => true,
        }
    }

    /// The first end, at or after `from`, of the value that begins at `start`; and where the next text begins.
    #[inline]
    pub(super) fn end(
        &self,
        line: &[u8],
        start: usize,
        from: usize,
        has_escapes: bool,
        is_numeric: bool,
    ) -> Option<(usize, usize)> {
        let first = *self.until.first()?;
        let mut at = from;
        loop {
            let end = find_near(first, line, at)?;
            if let Some(next) = after(line, end, &self.until)
                && !(has_escapes && first == b'"' && is_escaped(line, end))
            {
                if self.allows(&line[start..end], is_numeric) {
                    return Some((end, next));
                }
                if !self.extends() {
                    return None;
                }
            }
            at = end + 1;
        }
    }
}

/// The end of the last field's value, and where the text after the format begins.
pub(super) fn last_end(
    line: &[u8],
    start: usize,
    field: &Field,
    stop: u8,
    has_escapes: bool,
) -> Option<(usize, usize)> {
    let text = line.get(start..)?;
    let Some(&mark) = field.until.first() else {
        let goes_on = match field.part {
            Part::Request | Part::Agent => true,
            Part::Time => field.allows(text, false),
            _ => false,
        };
        let end = match goes_on {
            true => line.len(),
            false => memchr::memchr(stop, text).map_or(line.len(), |end| start + end),
        };
        // Blanks before a separator belong to no field.
        let end = start + line[start..end].trim_ascii_end().len();
        return Some((end, end));
    };
    let closes = |&at: &usize| {
        has_at(line, at, &field.until) && !(has_escapes && mark == b'"' && is_escaped(line, at))
    };
    let n_until = field.until.len();
    let mut ends = memchr::memchr_iter(mark, text)
        .map(|at| start + at)
        .filter(closes);
    let first = ends.next()?;
    if first + n_until == line.len() {
        return Some((first, line.len()));
    }
    // If quotes inside are not escaped, the closing quote is the one after which opening and closing quotes balance.
    let n_quotes = |from: usize| memchr::memchr_iter(b'"', &line[from..]).count();
    std::iter::once(first)
        .chain(ends)
        .find(|end| {
            let next = end + n_until;
            match line.get(next) {
                None => true,
                Some(b' ' | b'\t' | b',' | b'|' | b';') => mark != b'"' || n_quotes(next) % 2 == 0,
                Some(_) => false,
            }
        })
        // An agent may end in a backslash that is not meant to escape anything.
        .or_else(|| {
            (line.ends_with(&field.until) && line.len() - n_until >= start)
                .then(|| line.len() - n_until)
        })
        .map(|end| (end, end + n_until))
}

/// Whether a line has a text at `at`. Texts are of few bytes, for which a call would take longer than the comparison.
#[inline(always)]
fn has_at(line: &[u8], at: usize, text: &[u8]) -> bool {
    line.len() >= at + text.len() && line[at..].iter().zip(text).all(|(one, other)| one == other)
}

/// The first place of a byte from `at` on. The byte is usually near.
#[inline(always)]
fn find_near(byte: u8, line: &[u8], at: usize) -> Option<usize> {
    let rest = line.get(at..)?;
    let found = match rest.split_first_chunk() {
        Some((near, far)) => place_in(near, byte)
            .or_else(|| memchr::memchr(byte, far).map(|found| near.len() + found)),
        None => rest.iter().position(|&other| other == byte),
    };
    found.map(|found| at + found)
}

/// The first place of a byte among sixteen, which are all compared together: a loop would be hard to predict.
#[inline(always)]
fn place_in(bytes: &[u8; 16], byte: u8) -> Option<usize> {
    const ONES: u128 = u128::from_le_bytes([1; 16]);
    let unlike = u128::from_le_bytes(*bytes) ^ u128::from_le_bytes([byte; 16]);
    // The lowest byte that is zero has its highest bit set here; only bytes above it may have theirs by a borrow.
    let zeros = unlike.wrapping_sub(ONES) & !unlike & (ONES << 7);
    (zeros != 0).then(|| (zeros.trailing_zeros() / 8) as usize)
}

/// Where the line goes on after `text`, which is at `at`. Several blanks count as one.
#[inline]
pub(super) fn after(line: &[u8], at: usize, text: &[u8]) -> Option<usize> {
    let mut next = match has_at(line, at, text) {
        true => at + text.len(),
        false => after_blanks(line, at, text)?,
    };
    if text.last() == Some(&b' ') {
        while line.get(next) == Some(&b' ') {
            next += 1;
        }
    }
    Some(next)
}

/// The same for a line with more or fewer blanks in the text.
fn after_blanks(line: &[u8], at: usize, text: &[u8]) -> Option<usize> {
    let mut next = at;
    for &byte in text {
        if line.get(next) != Some(&byte) {
            return None;
        }
        next += 1;
        while byte == b' ' && line.get(next) == Some(&b' ') {
            next += 1;
        }
    }
    Some(next)
}

/// Whether the byte at `at` has an odd number of backslashes before it.
#[inline]
fn is_escaped(text: &[u8], at: usize) -> bool {
    let backslashes = text[..at].iter().rev().take_while(|&&byte| byte == b'\\');
    backslashes.count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_byte_is_found_where_it_is_first(
            line in proptest::collection::vec(prop_oneof![Just(b' '), Just(b'!'), Just(0x21), Just(0xa0), any::<u8>()], 0..40),
            byte in prop_oneof![Just(b' '), any::<u8>()],
            at in 0usize..42,
        ) {
            let plainly = (at..line.len()).find(|&place| line[place] == byte);
            prop_assert_eq!(find_near(byte, &line, at), plainly);
        }
    }
}
