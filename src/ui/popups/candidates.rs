//! What could be typed next, above the prompt. Ui floor.
//!
//! ```text
//! │ > page:/cart                1,204 views │
//! │   page:/cart/empty             12 views │
//!  /page:/ca                                        282 of 2,013  Enter keeps  Esc undoes
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Block;
use ratatui::widgets::Clear;
use ratatui::widgets::Widget;

use crate::app::Prompt;
use crate::ui::context::Ui;
use crate::ui::grid::mark;
use crate::ui::write::line;
use crate::ui::write::put;
use crate::ui::write::put_right;
use crate::words::text::width;

/// Candidates that are shown at once.
const MOST_SHOWN: u16 = 6;

/// Draws them above the lines of the prompt, the first of which is `bottom`.
pub(in crate::ui) fn draw(ui: Ui<'_>, prompt: &Prompt, bottom: u16, area: Rect, buf: &mut Buffer) {
    let candidates = &prompt.completion.candidates;
    let high = (candidates.len() as u16).min(MOST_SHOWN);
    // The list that is filtered is to be seen, too.
    if high == 0 || area.height < 14 {
        return;
    }
    let widest = candidates
        .iter()
        .map(|candidate| width(&candidate.text) + width(&candidate.words) + 6)
        .max();
    let wide = (widest.unwrap_or(0) + 2).clamp(24, 64) as u16;
    let wide = wide.min(area.width);
    let rect = Rect {
        x: area.x,
        y: bottom.saturating_sub(high + 2),
        width: wide,
        height: high + 2,
    };
    Clear.render(rect, buf);
    let chosen = prompt.candidate.unwrap_or(0);
    let title = match candidates.len() {
        n if n > usize::from(high) => format!(" Tab completes, {n} in all "),
        _ => " Tab completes ".to_owned(),
    };
    Block::bordered()
        .title(title)
        .border_style(ui.styles.dim)
        .render(rect, buf);
    let inside = Rect {
        x: rect.x + 1,
        y: rect.y + 1,
        width: rect.width - 2,
        height: high,
    };
    let top = (chosen + 1).saturating_sub(usize::from(high));
    for (n, (i, candidate)) in (0..high).zip(candidates.iter().enumerate().skip(top)) {
        let here = line(inside, n);
        let at = put(buf, here, 2, &candidate.text, ui.styles.plain);
        put_right(buf, here, at + 2, &candidate.words, ui.styles.dim);
        if Some(i) == prompt.candidate {
            mark(ui, here, true, buf);
        }
    }
}
