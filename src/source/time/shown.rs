//! A value of an input as messages show it. Source floor.

use crate::words::text;

/// Most columns of a terminal that a quoted value takes.
const SHOWN_WIDTH: usize = 60;

/// The value in quotes, cut to what can be shown.
pub(in crate::source) fn quoted(value: &[u8]) -> String {
    quoted_at_length(value, SHOWN_WIDTH)
}

/// The same, cut to at most `width` columns between the quotes.
pub(in crate::source) fn quoted_at_length(value: &[u8], width: usize) -> String {
    // Only a beginning is decoded: the value may be a hundred megabytes.
    let beginning = &value[..value.len().min(width * 8)];
    let shown = text::cut_end(&String::from_utf8_lossy(beginning), width);
    format!("\"{shown}\"")
}
