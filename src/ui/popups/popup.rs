//! The frame of everything that lies over the screen, and errors. Ui floor.

use crossterm::event::KeyCode;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Block;
use ratatui::widgets::Clear;
use ratatui::widgets::Paragraph;
use ratatui::widgets::Scrollbar;
use ratatui::widgets::ScrollbarOrientation;
use ratatui::widgets::ScrollbarState;
use ratatui::widgets::StatefulWidget;
use ratatui::widgets::Widget;
use ratatui::widgets::Wrap;

use crate::app::Command;
use crate::app::Popup;
use crate::app::Target;
use crate::app::middle;
use crate::ui::context::Ui;
use crate::words::text::cut_end;
use crate::words::text::safe;
use crate::words::text::width;

/// Clears a box of this much inside, in the middle of the terminal, and frames it. Returns its inside,
/// which is smaller on a small terminal.
pub(in crate::ui) fn frame(
    ui: Ui<'_>,
    title: &str,
    inside: (u16, u16),
    area: Rect,
    buf: &mut Buffer,
) -> Rect {
    let rect = middle(area, inside.0 + 4, inside.1 + 2);
    Clear.render(rect, buf);
    // A click beside what only shows something closes it; an export is not to be lost so.
    let outside = match ui.app.popup {
        None | Some(Popup::Export(_)) => Target::Nothing,
        Some(_) => Target::Key(KeyCode::Esc),
    };
    ui.target(area, outside);
    ui.target(rect, Target::Nothing);
    let title = cut_end(title, usize::from(rect.width.saturating_sub(4)));
    Block::bordered()
        .title(format!(" {title} "))
        .title_style(ui.styles.strong)
        .render(rect, buf);
    Rect {
        x: rect.x + rect.width.min(2),
        y: rect.y + rect.height.min(1),
        width: rect.width.saturating_sub(4),
        height: rect.height.saturating_sub(2),
    }
}

/// A bar beside the inside of a box that shows `total` lines from `top` on, if it does not show all.
pub(in crate::ui) fn scroll_bar(inside: Rect, top: usize, total: usize, buf: &mut Buffer) {
    let height = usize::from(inside.height);
    if total <= height || inside.is_empty() {
        return;
    }
    let mut state = ScrollbarState::new(total - height)
        .position(top)
        .viewport_content_length(height);
    let bar = Rect {
        width: inside.width + 2,
        ..inside
    };
    Scrollbar::new(ScrollbarOrientation::VerticalRight)
        .begin_symbol(None)
        .end_symbol(None)
        .render(bar, buf, &mut state);
}

/// What went wrong, and the key that leaves.
pub(in crate::ui) fn error(ui: Ui<'_>, problem: &str, area: Rect, buf: &mut Buffer) {
    let [reload, quit] = [Command::Reload, Command::Quit].map(|command| ui.app.key_of(command));
    let text = format!(
        "{}.\n\nEnter goes back; {reload} loads again, {quit} quits from there.",
        safe(problem)
    );
    let wide = area.width.saturating_sub(8).min(76);
    let inside = frame(
        ui,
        "That did not work",
        (wide, wrapped(&text, wide)),
        area,
        buf,
    );
    Paragraph::new(text)
        .wrap(Wrap { trim: true })
        .render(inside, buf);
}

/// About how many lines a text takes when it is wrapped.
pub(in crate::ui) fn wrapped(text: &str, wide: u16) -> u16 {
    let wide = usize::from(wide.max(8));
    // Words that do not fit leave up to a word's length empty on a line.
    let lines = text
        .lines()
        .map(|line| width(line).div_ceil(wide - 7).max(1));
    lines.sum::<usize>().min(40) as u16
}
