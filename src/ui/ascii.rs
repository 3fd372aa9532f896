//! The same picture in ASCII, for terminals that show nothing else. Ui floor.

use ratatui::buffer::Buffer;

/// Replaces every symbol that is not ASCII by one that looks like it, or by a question mark.
pub(super) fn translate(buf: &mut Buffer) {
    for cell in &mut buf.content {
        if !cell.symbol().is_ascii() {
            cell.set_symbol(like(cell.symbol()));
        }
    }
}

fn like(symbol: &str) -> &'static str {
    match symbol {
        "─" | "┄" | "–" | "−" | "▬" => "-",
        "│" | "┃" | "╏" | "┊" | "║" => "|",
        "┌" | "┐" | "└" | "┘" | "├" | "┤" | "┬" | "┴" | "┼" => "+",
        "▁" | "▂" => "_",
        "▃" | "▄" | "·" => ".",
        "▅" | "▆" | "░" => ":",
        "▇" | "█" | "▉" | "▊" => "#",
        "▋" | "▌" | "▍" => "=",
        "▎" | "▏" => "-",
        "…" => "~",
        "•" => "*",
        "◦" => "o",
        "▼" | "↓" => "v",
        "▲" | "↑" => "^",
        "→" | "›" => ">",
        "←" | "‹" => "<",
        "×" | "✕" => "x",
        "±" => "~",
        _ => "?",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    #[test]
    fn everything_becomes_ascii_and_wide_letters_keep_their_place() {
        let mut buf = Buffer::empty(Rect::new(0, 0, 8, 1));
        buf.set_string(0, 0, "┌─日x▇…", Style::new());
        translate(&mut buf);
        let text: String = buf.content.iter().map(|cell| cell.symbol()).collect();
        assert_eq!(text, "+-? x#~ ");
    }
}
