//! The last line: what is being typed, what there is to say, or the keys that fit. Ui floor.
//!
//! ```text
//!  Enter open  Esc back  + longer gap  - shorter  / filter  s sort  w save gap  : commands    7 of 499,057
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use ratatui::layout::Rect;
use ratatui::widgets::Clear;
use ratatui::widgets::Widget;

use crate::app::Command;
use crate::app::KeyHint;
use crate::app::Popup;
use crate::app::Prompt;
use crate::app::Target;
use crate::app::hints;
use crate::ui::context::Ui;
use crate::ui::write::put;
use crate::ui::write::put_input;
use crate::ui::write::put_right;
use crate::words::figure::count;
use crate::words::text::width;
use crate::words::text::wrap;

/// Draws the line; returns where the cursor of a prompt stands.
pub(super) fn draw(ui: Ui<'_>, area: Rect, buf: &mut Buffer) -> Option<Position> {
    match &ui.app.popup {
        Some(Popup::Filter(prompt)) => filter(ui, prompt, area, buf),
        Some(Popup::Find(prompt)) => find(ui, prompt, area, buf),
        _ => {
            match &ui.app.message {
                Some(message) => draw_message(ui, message, area, buf),
                None => keys(ui, area, buf),
            }
            None
        }
    }
}

/// What there is to say, whole: over the lines above where it is longer than this one.
fn draw_message(ui: Ui<'_>, message: &str, area: Rect, buf: &mut Buffer) {
    let lines = wrap(message, usize::from(area.width.saturating_sub(2)));
    let end = draw_lines(ui, &lines, area, buf);
    put_right(buf, area, end + 2, &position(ui), ui.styles.dim);
}

/// Draws lines, the last of them in `area` and as many as there is room for above it. Returns where the last one ends.
fn draw_lines(ui: Ui<'_>, lines: &[String], area: Rect, buf: &mut Buffer) -> u16 {
    let most = area.y.saturating_sub(buf.area.y).min(3) + 1;
    let n = (lines.len() as u16).min(most);
    let mut end = area.x;
    for (row, text) in (0..n).zip(lines) {
        let here = Rect {
            y: area.bottom() - n + row,
            height: 1,
            ..area
        };
        Clear.render(here, buf);
        end = put(buf, here, 1, text, ui.styles.strong);
    }
    end
}

/// What is wrong with the filter that is being typed, in lines above the prompt, if it does not fit beside that.
pub(super) fn problem_above(ui: Ui<'_>, prompt: &Prompt, area: Rect) -> Vec<String> {
    let Some(problem) = ui.app.filter_problem() else {
        return Vec::new();
    };
    let (_, words) = prompt_parts(prompt, area);
    match width(problem) > usize::from(words.width) {
        true => wrap(problem, usize::from(area.width.saturating_sub(2))),
        false => Vec::new(),
    }
}

fn position(ui: Ui<'_>) -> String {
    match ui.app.position() {
        (_, 0) => String::new(),
        _ if ui.app.is_behind(ui.app.panel()) => String::new(),
        (at, len) => format!("{} of {} ", count(at as u64 + 1), count(len as u64)),
    }
}

fn keys(ui: Ui<'_>, area: Rect, buf: &mut Buffer) {
    let position = position(ui);
    let room = area.width.saturating_sub(width(&position) as u16 + 1);
    let keys = Rect {
        width: room,
        ..area
    };
    let mut at = 1;
    for KeyHint { keys: named, word } in hints(&ui.app.keymap, ui.app.panel()) {
        let names: usize = named.iter().map(|(key, _)| width(key)).sum();
        if usize::from(at) + names + 1 + width(word) > usize::from(room) {
            break;
        }
        let start = at;
        for (key, command) in &named {
            let from = at;
            at = put(buf, keys, at, key, ui.styles.strong);
            ui.target_within(keys, from, at, Target::Run(*command));
        }
        at = put(buf, keys, at + 1, word, ui.styles.dim);
        if let [(_, command)] = named[..] {
            ui.target_within(keys, start, at, Target::Run(command));
        }
        at += 2;
    }
    put_right(buf, area, 0, &position, ui.styles.dim);
}

fn filter(ui: Ui<'_>, prompt: &Prompt, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let problem = problem_above(ui, prompt, area);
    if problem.is_empty() {
        return prompt_line(ui, prompt, &ui.app.filter_words(), area, buf);
    }
    let above = Rect {
        y: area.y.saturating_sub(1),
        ..area
    };
    draw_lines(ui, &problem, above, buf);
    prompt_line(ui, prompt, "", area, buf)
}

fn find(ui: Ui<'_>, prompt: &Prompt, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let [next, previous] =
        [Command::FindNext, Command::FindPrevious].map(|command| ui.app.key_of(command));
    let words = match &ui.app.message {
        Some(message) => format!("{message}  {next} next  {previous} before  Esc goes back"),
        None => format!("{next} next  {previous} before  Enter stays  Esc goes back"),
    };
    prompt_line(ui, prompt, &words, area, buf)
}

/// What is typed on the left, and words about it on the right.
fn prompt_line(
    ui: Ui<'_>,
    prompt: &Prompt,
    words: &str,
    area: Rect,
    buf: &mut Buffer,
) -> Option<Position> {
    let (input, beside) = prompt_parts(prompt, area);
    let at = put(buf, area, 1, "/", ui.styles.strong);
    put(buf, beside, 0, words, ui.styles.dim);
    put_input(buf, input, at, &prompt.input, ui.styles.plain)
}

/// Where a prompt is typed, at least a third of the line, and where the words about it stand.
fn prompt_parts(prompt: &Prompt, area: Rect) -> (Rect, Rect) {
    const BEGIN: u16 = 2;
    let typed = width(prompt.input.value()).min(usize::from(area.width)) as u16 + 2;
    let room = typed
        .max(area.width / 3)
        .min(area.width.saturating_sub(BEGIN));
    let input = Rect {
        width: BEGIN + room,
        ..area
    };
    let begin = (input.width + 1).min(area.width);
    let beside = Rect {
        x: area.x + begin,
        width: area.width - begin,
        ..area
    };
    (input, beside)
}
