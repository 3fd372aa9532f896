//! The frame of a panel, and what an empty one says. Ui floor.
//!
//! ```text
//! ┌ Users 1,204 of 499,057 ─ by sessions ▼ ─ /shop ┐
//! │                                                │
//! └────────────────────────────────────────────────┘
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::text::Span;
use ratatui::widgets::Block;
use ratatui::widgets::BorderType;
use ratatui::widgets::Paragraph;
use ratatui::widgets::Widget;
use ratatui::widgets::Wrap;

use crate::app::Command;
use crate::app::Listed;
use crate::app::Panel;
use crate::ui::context::Ui;
use crate::words::figure::count;
use crate::words::gap::Gap;
use crate::words::text::cut_end;

/// Draws the border with a title of parts; the first is the panel's name. The panel that has the keys
/// stands out.
pub(super) fn frame(ui: Ui<'_>, panel: Panel, parts: &[String], area: Rect, buf: &mut Buffer) {
    let focused = ui.app.panel() == panel;
    let (border, name) = if focused {
        (ui.styles.plain, ui.styles.strong)
    } else {
        (ui.styles.dim, ui.styles.plain)
    };
    let room = usize::from(area.width.saturating_sub(4));
    let title = cut_end(&parts.join(" ─ "), room);
    let first = parts.first().map_or(0, |part| part.len()).min(title.len());
    let first = if title.is_char_boundary(first) {
        first
    } else {
        title.len()
    };
    let (head, tail) = title.split_at(first);
    let mut block = Block::bordered()
        .border_type(BorderType::Plain)
        .border_style(border);
    if !title.is_empty() {
        block = block.title(Line::from(vec![
            Span::styled(format!(" {head}"), name),
            Span::styled(format!("{tail} "), ui.styles.plain),
        ]));
    }
    block.render(area, buf);
}

/// `Users 499,057`, or `Users 1,204 of 499,057` when a filter keeps fewer.
pub(super) fn counted(name: &str, shown: usize, all: u64) -> String {
    if shown as u64 == all {
        format!("{name} {}", count(all))
    } else {
        format!("{name} {} of {}", count(shown as u64), count(all))
    }
}

/// A text that rows contain, as a title shows it: `/shop`; empty for none.
pub(super) fn sought(typed: &str) -> String {
    if typed.is_empty() {
        String::new()
    } else {
        format!("/{typed}")
    }
}

/// That figures are not those of the gap in view yet: at which gap they were counted, if at any. Empty if they are.
pub(super) fn counting(ui: Ui<'_>, counted_at: Option<Gap>) -> String {
    match counted_at {
        Some(gap) if gap == ui.app.gap => String::new(),
        Some(gap) => format!("still at {gap}, counting …"),
        None => "counting …".to_owned(),
    }
}

/// That the rows of a list are not in order yet, and how many its filter keeps is still that of the gap before.
pub(super) fn sorting(ui: Ui<'_>, list: &dyn Listed) -> String {
    match list.behind() {
        Some(before) if !list.typed().is_empty() => counting(ui, Some(before)),
        Some(_) => "sorting …".to_owned(),
        None => String::new(),
    }
}

/// Says in a sentence why there is nothing to see.
pub(super) fn empty(ui: Ui<'_>, area: Rect, sentence: &str, buf: &mut Buffer) {
    let inside = Rect {
        x: area.x + area.width.min(2),
        width: area.width.saturating_sub(4),
        ..area
    };
    let text = crate::words::text::safe(sentence).into_owned();
    Paragraph::new(text)
        .style(ui.styles.dim)
        .wrap(Wrap { trim: true })
        .render(inside, buf);
}

/// What a list without a row says.
pub(super) fn why_empty(ui: Ui<'_>, typed: &str, noun: &str) -> String {
    if !typed.is_empty() {
        let key = ui.app.key_of(Command::Back);
        format!("No {noun} matches {typed}. {key} clears the filter.")
    } else if ui.app.jobs.foremost().is_some() && !ui.app.has_rows() {
        "Loading.".to_owned()
    } else {
        let key = ui.app.key_of(Command::Quit);
        format!("There are no pageviews here. dwell load --store FILE adds some; {key} leaves.")
    }
}
