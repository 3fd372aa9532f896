//! Bars of eighth blocks, upright and lying. Ui floor.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

const UPRIGHT: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
const LYING: [&str; 9] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"];

/// Draws a column of blocks from the foot of `area` up, `share` (0 to 1) of its height; anything above
/// 0 shows.
pub(super) fn upright(buf: &mut Buffer, area: Rect, column: u16, share: f64, style: Style) {
    let full = f64::from(area.height) * 8.0;
    let mut eighths = (share.clamp(0.0, 1.0) * full).round() as u16;
    if share > 0.0 {
        eighths = eighths.max(1);
    }
    for row in (0..area.height).rev() {
        let here = eighths.min(8);
        eighths -= here;
        if here > 0 {
            let symbol = UPRIGHT[usize::from(here)];
            buf.set_string(area.x + column, area.y + row, symbol, style);
        }
    }
}

/// A bar of `share` (0 to 1) of `width` columns; anything above 0 shows.
pub(super) fn lying(share: f64, width: u16) -> String {
    let mut eighths = (share.clamp(0.0, 1.0) * f64::from(width) * 8.0).round() as usize;
    if share > 0.0 && width > 0 {
        eighths = eighths.max(1);
    }
    let mut bar = LYING[8].repeat(eighths / 8);
    bar.push_str(LYING[eighths % 8]);
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_share_to_the_eighth() {
        assert_eq!(lying(1.0, 3), "███");
        assert_eq!(lying(0.5, 3), "█▌");
        assert_eq!(lying(0.000_1, 3), "▏");
        assert_eq!(lying(0.0, 3), "");
        assert_eq!(lying(1.0, 0), "");
    }
}
