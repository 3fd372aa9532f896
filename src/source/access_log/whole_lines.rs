//! The complete lines in a window. Source floor.

use crate::source::input::window::Filled;
use crate::source::input::window::Window;
use crate::words::error::Result;
use crate::words::figure;

/// Takes lines out of a window, and numbers them from 1.
pub(super) struct WholeLines {
    terminator: u8,
    number: u64,
}

impl WholeLines {
    pub(super) fn new(terminator: u8) -> WholeLines {
        WholeLines {
            terminator,
            number: 0,
        }
    }

    /// Reads on until the window begins with whole lines, and returns their bytes; `None` at the end. Errors if a line
    /// is longer than the window may be.
    pub(super) fn fill(&self, window: &mut Window<'_>) -> Result<Option<usize>> {
        loop {
            let bytes = window.bytes();
            let whole = match memchr::memrchr(self.terminator, bytes) {
                // The last line may end without a terminator.
                _ if window.is_at_end() => bytes.len(),
                Some(last) => last + 1,
                None => 0,
            };
            if whole > 0 {
                return Ok(Some(whole));
            }
            match window.fill()? {
                Filled::More => {}
                // The rest was only waiting to hear that nothing follows.
                Filled::AtEnd if !window.bytes().is_empty() => {}
                Filled::AtEnd => return Ok(None),
                Filled::Full => {
                    return Err(window.facts().problem(format!(
                        "line {} is longer than {}",
                        self.number + 1,
                        figure::bytes(window.limit() as u64)
                    )));
                }
            }
        }
    }

    /// The number of the next line.
    #[inline]
    pub(super) fn next_number(&mut self) -> u64 {
        self.number += 1;
        self.number
    }
}

/// The lines of a text, without their terminators.
pub(super) fn lines_in(mut text: &[u8], terminator: u8) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        if text.is_empty() {
            return None;
        }
        let end = memchr::memchr(terminator, text).unwrap_or(text.len());
        let (line, rest) = text.split_at(end);
        text = rest.get(1..).unwrap_or_default();
        Some(line)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_into_its_lines() {
        let lines = |text: &'static str| lines_in(text.as_bytes(), b'\n').collect::<Vec<_>>();
        assert_eq!(lines("a\n\nb\n"), [&b"a"[..], b"", b"b"]);
        assert_eq!(lines("a\nb"), [b"a", b"b"]);
        assert!(lines("").is_empty());
    }
}
