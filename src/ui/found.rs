//! Marks what was looked for in the texts of a row. Ui floor.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;

use crate::answers::filter::chip::SoughtText;
use crate::words::text::width;

/// Styles where `shown`, which stands at the beginning of `area`, has what is sought of the text that it shows.
pub(super) fn mark_found(
    text: &str,
    shown: &str,
    sought: &SoughtText,
    area: Rect,
    style: Style,
    buf: &mut Buffer,
) {
    let needle = sought.needle.lower();
    if needle.is_empty() || area.height == 0 || !sought.is(text) {
        return;
    }
    let signs: Vec<(String, u16)> = shown
        .graphemes(true)
        .map(|sign| (sign.to_lowercase(), width(sign) as u16))
        .collect();
    let mut x = 0;
    for (start, (_, wide)) in signs.iter().enumerate() {
        if let Some(length) = length_of(needle, &signs[start..]) {
            let here = Rect::new(area.x + x, area.y, length, 1).intersection(area);
            buf.set_style(here, style);
        }
        x += wide;
    }
}

/// How wide the needle is, if these signs begin with it.
fn length_of(needle: &str, signs: &[(String, u16)]) -> Option<u16> {
    let (mut rest, mut length) = (needle, 0);
    for (sign, wide) in signs {
        rest = rest.strip_prefix(&**sign)?;
        length += wide;
        if rest.is_empty() {
            return Some(length);
        }
    }
    None
}
