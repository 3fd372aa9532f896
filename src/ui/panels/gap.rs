//! The gap study: the pauses, the sessions by gap, the ladder of gaps, and a comparison. Ui floor.
//!
//! ```text
//! ┌ Gap 30m ─────────────────────────────────────────────────────────────────────────────────────┐
//! │ clear: any gap from 20m to 1h10m cuts within 1 % of the same sessions. Keep 30m.   v takes it │
//! │ Pauses 9,500,943   • within  ◦ between  ░ as good                               L log scale   │
//! │ ▁▂▄▆█▇▅▃▂▁░┃░░▂▃▅▆▅▃▂▁                                                                        │
//! │ 1s   1m  10m  1h   1d  30d                                                                    │
//! │ Sessions by gap 2,137,008   robust: 10 % shorter +0.3 %, 10 % longer −0.2 %                   │
//! │ ██▇▆▅▄▃▃▃▃┃▃▂▂▂▁▁▁▁                                                                           │
//! │   gap   sessions  change  bounce  median  2+ views  views        what stands behind the verdict, │
//! │   15m  2,201,117  +3.0 %  22.4 %  3m 58s    5m 10s    4.5        or the pages around the pauses  │
//! │>  30m  2,137,008       –  21.6 %  4m 12s    5m 31s    4.7  saved that only one of two gaps cuts  │
//! │ 30m -> 1h: 1,406 pauses are no longer cut, in 821 users (8.2 %) ...  Enter: walk through them │
//! └───────────────────────────────────────────────────────────────────────────────────────────────┘
//! ```

mod beside;
mod ladder;
mod plots;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::answers::compare::sentence;
use crate::answers::valley;
use crate::app::Command;
use crate::app::Data;
use crate::app::Panel;
use crate::ui::context::Ui;
use crate::ui::panel;
use crate::ui::panels::gap::ladder::Ladder;
use crate::ui::write::line;
use crate::ui::write::put;
use crate::ui::write::put_right;
use crate::ui::write::split;
use crate::words::text::width;
use crate::words::text::wrap;

/// Columns that what stands beside the ladder wants.
const BESIDE: u16 = 34;
/// Rows below which there is the ladder alone.
const PLOTTED: u16 = 12;

pub(in crate::ui) fn draw(ui: Ui<'_>, area: Rect, buf: &mut Buffer) {
    let title = format!("Gap {}", ui.app.gap);
    panel::frame(ui, Panel::Ladder, &[title], area, buf);
    let inside = Rect {
        x: area.x + 1,
        y: area.y + 1,
        width: area.width.saturating_sub(2),
        height: area.height.saturating_sub(2),
    };
    let Some(data) = ui.app.data.as_ref().filter(|_| ui.app.has_pauses()) else {
        panel::empty(ui, inside, &panel::why_empty(ui, "", "pause"), buf);
        return;
    };
    let inside = draw_verdict(ui, data, inside, buf);
    let inside = draw_comparison(ui, data, inside, buf);
    let ladder = Ladder::of(ui, data);
    if inside.height < PLOTTED {
        ladder.draw(ui, inside, buf);
        return;
    }
    let lower = ladder.height().min(inside.height - inside.height * 2 / 5);
    let (upper, lower) = split(inside, inside.height - lower);
    plots::draw(ui, data, indented(upper), buf);
    if lower.width >= ladder.width() + BESIDE {
        let (left, right) = (ladder.width(), lower.width - ladder.width());
        let of = |x: u16, width: u16| Rect { x, width, ..lower };
        ladder.draw(ui, of(lower.x, left), buf);
        beside::draw(ui, data, of(lower.x + left, right - 1), buf);
    } else if data.pinned().is_some_and(|(_, seams)| seams.pauses > 0) && lower.height >= 9 {
        let (ladder_area, below) = split(lower, lower.height * 2 / 3);
        ladder.draw(ui, ladder_area, buf);
        beside::draw(ui, data, indented(below), buf);
    } else {
        ladder.draw(ui, lower, buf);
    }
}

/// An area without a column on both sides.
fn indented(area: Rect) -> Rect {
    Rect {
        x: area.x + 1,
        width: area.width.saturating_sub(2),
        ..area
    }
}

/// What the pauses say of the gap, whole, on as many lines as it takes. What is left of the area.
fn draw_verdict(ui: Ui<'_>, data: &Data, area: Rect, buf: &mut Buffer) -> Rect {
    let (words, is_takeable) = match data.valley() {
        Some(study) => (valley::verdict(study), study.keep.is_some()),
        None => ("the pauses are being studied …".to_owned(), false),
    };
    // A sentence is never cut: where it does not fit beside a row of the ladder, a shorter one stands for it.
    let lines = wrap(&words, usize::from(indented(area).width)).len();
    let is_long = lines + 1 > usize::from(area.height);
    let words = match data.valley().filter(|_| is_long) {
        Some(study) => valley::verdict_in_brief(study),
        None => words,
    };
    let (end, left) = draw_words(ui, &words, area, buf);
    let take = match is_takeable {
        true => format!("{} takes it", ui.app.key_of(Command::Suggested)),
        false => format!("{} says why", ui.app.key_of(Command::Suggested)),
    };
    let pin = match data.pinned().is_none() && data.counted.is_none() {
        true => format!("   {} pins it to compare", ui.app.key_of(Command::Pin)),
        false => String::new(),
    };
    let room = usize::from(indented(area).width.saturating_sub(end + 1));
    let hints = [format!("{take}{pin}"), take];
    if let Some(hint) = hints.iter().find(|hint| width(hint) < room) {
        let last = line(indented(area), (left.y - area.y).saturating_sub(1));
        put_right(buf, last, end + 1, hint, ui.styles.dim);
    }
    left
}

/// What the pinned gap would change, on the last lines. What is left of the area.
fn draw_comparison(ui: Ui<'_>, data: &Data, area: Rect, buf: &mut Buffer) -> Rect {
    let Some((pinned, seams)) = data.pinned().filter(|_| area.height > 4) else {
        return area;
    };
    let mut words = sentence(&data.summary, pinned, seams);
    if seams.pauses > 0 {
        words += &format!(" {}: walk through them", ui.app.key_of(Command::Open));
    }
    let needed = wrap(&words, usize::from(indented(area).width)).len() as u16;
    let (left, last) = split(area, area.height - needed.min(area.height - 4));
    draw_words(ui, &words, last, buf);
    left
}

/// Draws a text on the first lines of an area. Where its last line ends, and what is left of the area: at least a line.
fn draw_words(ui: Ui<'_>, words: &str, area: Rect, buf: &mut Buffer) -> (u16, Rect) {
    let lines = wrap(words, usize::from(indented(area).width));
    let most = area.height.max(1);
    let mut end = 0;
    for (n, words) in (0..most).zip(&lines) {
        end = put(buf, line(indented(area), n), 0, words, ui.styles.plain);
    }
    if lines.len() > usize::from(most) {
        put_right(buf, line(indented(area), most - 1), 0, "…", ui.styles.plain);
    }
    let (_, left) = split(area, (lines.len() as u16).min(most));
    (end, left)
}
