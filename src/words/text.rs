//! Text from outside made fit for a terminal: safe, measured, cut to a width. Words floor.
//!
//! Only for showing. Stores and exports keep every text verbatim.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;
use unicode_width::UnicodeWidthStr;

/// What marks the place where text was cut off.
pub(crate) const ELLIPSIS: &str = "…";

/// The text with nothing in it that could act on a terminal or deceive a reader.
///
/// Control characters, bidirectional overrides, zero-width and other invisible format characters
/// show as `<U+202E>`; tab, newline and carriage return as a space. Emoji joiners and variation
/// selectors are dropped, since terminals disagree about the width of what they make.
pub fn safe(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\t' | '\n' | '\r' => out.push(' '),
            '\u{200d}' | '\u{fe00}'..='\u{fe0f}' => {}
            c if is_invisible(c) => out.push_str(&format!("<U+{:04X}>", u32::from(c))),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// The same for a text of many lines; the lines are kept.
pub fn safe_lines(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(safe).collect();
    lines.join("\n")
}

/// Controls (C0, DEL, C1) and the format characters of Unicode 16 category Cf that reorder, hide or annotate text,
/// with line and paragraph separators, code points that are not characters, and fillers that show as nothing.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{fffe}'..='\u{ffff}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// Columns the text takes on a terminal.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// The safe text, cut at its end with an ellipsis to take at most `max` columns.
pub(crate) fn cut_end(text: &str, max: usize) -> String {
    let shown = head(text, max.saturating_add(1));
    if shown.width() <= max {
        return shown;
    }
    let mut out = take_columns(shown.graphemes(true), max.saturating_sub(1)).concat();
    if max > 0 {
        out.push_str(ELLIPSIS);
    }
    out
}

/// The safe text, cut in its middle with an ellipsis to take at most `max` columns: the end of a
/// page's path says as much as its beginning.
pub(crate) fn cut_middle(text: &str, max: usize) -> String {
    // A text of a megabyte is not measured as a whole: only its two ends can show.
    let beginning = head(text, max.saturating_add(1));
    if beginning.width() <= max {
        return beginning;
    }
    if max == 0 {
        return String::new();
    }
    let for_end = (max - 1) / 2;
    let ending = tail(text, for_end);
    let mut out = take_columns(beginning.graphemes(true), max - 1 - for_end).concat();
    out.push_str(ELLIPSIS);
    let mut end = take_columns(ending.graphemes(true).rev(), for_end);
    end.reverse();
    out.push_str(&end.concat());
    out
}

/// Where the last segment of a page begins, with its slash; `None` if that is the whole page or very long.
pub(crate) fn last_segment(page: &str) -> Option<usize> {
    const LONGEST: usize = 1 << 10;
    let near = page.len().saturating_sub(LONGEST);
    let end = page.len() - usize::from(page.ends_with('/'));
    let slash = near + memchr::memrchr(b'/', &page.as_bytes()[near..end])?;
    (slash > 0).then_some(slash)
}

/// The safe page, cut to take at most `max` columns so that its last segment stays.
pub(crate) fn cut_page(page: &str, max: usize) -> String {
    // Fewer columns show neither a folder nor its page.
    const FEW: usize = 8;
    let is_whole = || head(page, max.saturating_add(1)).width() <= max;
    match last_segment(page) {
        Some(start) if max >= FEW && !is_whole() => {
            let segment = safe(&page[start..]);
            match max.checked_sub(segment.width() + 1) {
                Some(room) => {
                    let beginning = head(page, room);
                    take_columns(beginning.graphemes(true), room).concat() + ELLIPSIS + &segment
                }
                None => format!("{ELLIPSIS}{}", cut_middle(&segment, max - 1)),
            }
        }
        _ => cut_middle(page, max),
    }
}

/// A safe id, cut to take at most `max` columns so that it still differs from others: the first `telling` columns tell
/// the ids apart, and the first `alike` bytes are the same in all of them.
pub(crate) fn cut_id(text: &str, (alike, telling): (usize, usize), max: usize) -> String {
    let whole = cut_end(text, max);
    if max > telling || whole.len() >= text.len() || !text.is_char_boundary(alike) {
        return whole;
    }
    match alike {
        0 => cut_middle(text, max),
        _ if max == 0 => String::new(),
        _ => format!("{ELLIPSIS}{}", cut_middle(&text[alike..], max - 1)),
    }
}

/// At most `max` columns of the safe text, with up to the first `skip` columns scrolled out of sight. An ellipsis
/// marks each side on which there is more.
pub(crate) fn window(text: &str, skip: usize, max: usize) -> String {
    let shown = head(text, skip.saturating_add(max).saturating_add(3));
    let wide = shown.width();
    if skip == 0 || wide <= max || max == 0 {
        return cut_end(text, max);
    }
    let skip = skip.min(wide - max) + 1;
    let mut passed = 0;
    let rest = shown.graphemes(true).skip_while(|g| {
        let is_passed = passed < skip;
        passed += g.width();
        is_passed
    });
    format!("{ELLIPSIS}{}", cut_end(&rest.collect::<String>(), max - 1))
}

/// The safe text in lines of at most `max` columns, at least 1: broken between words, and within a word only if it
/// is longer than a line. At least one line.
pub(crate) fn wrap(text: &str, max: usize) -> Vec<String> {
    let max = max.max(1);
    let text = safe(text);
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let wide = width(word);
        if used > 0 && used + 1 + wide > max {
            lines.push(String::new());
            used = 0;
        } else if used > 0 {
            lines.last_mut().expect("there is a line").push(' ');
            used += 1;
        }
        for grapheme in word.graphemes(true) {
            if used > 0 && used + grapheme.width() > max {
                lines.push(String::new());
                used = 0;
            }
            lines
                .last_mut()
                .expect("there is a line")
                .push_str(grapheme);
            used += grapheme.width();
        }
    }
    lines
}

/// A safe beginning of the text, of at least `columns` columns unless the text is shorter.
fn head(text: &str, columns: usize) -> String {
    let mut width = 0;
    let mut end = text.len();
    for (at, c) in text.char_indices() {
        if width >= columns && c.width().unwrap_or(0) > 0 {
            end = at;
            break;
        }
        width += c.width().unwrap_or(0);
        // A run of invisible characters could go on for megabytes; each shows as several columns.
        if is_invisible(c) {
            width += 1;
        }
    }
    safe(&text[..end]).into_owned()
}

/// A safe ending of the text, of at least `columns` columns unless the text is shorter.
fn tail(text: &str, columns: usize) -> String {
    let mut width = 0;
    let mut start = 0;
    for (at, c) in text.char_indices().rev() {
        width += c.width().unwrap_or(0).max(usize::from(is_invisible(c)));
        if width >= columns && c.width().unwrap_or(0) > 0 {
            start = at;
            break;
        }
    }
    safe(&text[start..]).into_owned()
}

/// The beginning of a safe text that takes at most `max` columns, as it stands.
pub(crate) fn beginning(text: &str, max: usize) -> String {
    take_columns(text.graphemes(true), max).concat()
}

/// The first graphemes that together take at most `max` columns.
fn take_columns<'a>(graphemes: impl Iterator<Item = &'a str>, max: usize) -> Vec<&'a str> {
    let mut used = 0;
    graphemes
        .take_while(|g| {
            used += g.width();
            used <= max
        })
        .collect()
}

/// The number of the line that a place in a text is in, from 1; of a place behind the text, its last line.
pub(crate) fn line_at(text: &str, offset: usize) -> usize {
    let before = text.len().min(offset);
    let line_feeds = text.as_bytes()[..before]
        .iter()
        .filter(|byte| **byte == b'\n');
    (line_feeds.count() + 1).min(text.lines().count().max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_that_acts_on_a_terminal_gets_through() {
        assert_eq!(safe("a\u{1b}[31mred"), "a<U+001B>[31mred");
        assert_eq!(safe("x\u{9b}2J\u{7f}\0"), "x<U+009B>2J<U+007F><U+0000>");
        assert_eq!(safe("tab\tnew\nline"), "tab new line");
        assert_eq!(safe("\u{202e}gnp.exe"), "<U+202E>gnp.exe");
        assert_eq!(safe("a\u{200b}b\u{feff}"), "a<U+200B>b<U+FEFF>");
        assert_eq!(safe("/café/日本"), "/café/日本");
    }

    #[test]
    fn joined_emoji_come_apart_so_that_their_width_is_certain() {
        assert_eq!(safe("👩\u{200d}🚀"), "👩🚀");
        assert_eq!(width(&safe("👩\u{200d}🚀")), 4);
    }

    #[test]
    fn ids_are_cut_at_the_end_and_pages_in_the_middle() {
        assert_eq!(cut_end("visitor-1234567890", 10), "visitor-1…");
        assert_eq!(cut_end("short", 10), "short");
        assert_eq!(cut_middle("/product/12345/reviews", 12), "/produ…views");
        assert_eq!(cut_middle("/home", 12), "/home");
        assert_eq!(cut_end("日本語", 4), "日…");
        assert_eq!(cut_end("anything", 0), "");
        assert_eq!(cut_middle("anything", 1), "…");
    }

    #[test]
    fn a_cut_page_keeps_its_last_segment() {
        for (page, max, cut) in [
            ("/category/jackets", 15, "/categ…/jackets"),
            ("/category/backpacks", 15, "/cat…/backpacks"),
            ("/category/tents", 15, "/category/tents"),
            ("/shuttle/countdown/", 16, "/shu…/countdown/"),
            ("/images/NASA-logosmall.gif", 15, "…/NASA-l…ll.gif"),
            ("/images/KSC-logosmall.gif", 15, "…/KSC-lo…ll.gif"),
            ("/search?q=hiking+boots", 15, "/search…g+boots"),
            ("/a/日本語日本語", 12, "…/日本…本語"),
            ("/images/NASA-logosmall.gif", 7, "/im…gif"),
            ("https://example.com/", 12, "…/exam….com/"),
            ("//////////////", 10, "///////…//"),
        ] {
            assert_eq!(cut_page(page, max), cut, "{page} in {max}");
        }
    }

    #[test]
    fn a_cut_id_keeps_what_tells_it_apart() {
        let cut = |text, max| cut_id(text, (8, 11), max);
        assert_eq!(cut("visitor-107", 11), "visitor-107");
        assert_eq!(cut("visitor-107", 8), "…107");
        assert_eq!(cut("visitor-1071234", 6), "…10…34");
        assert_eq!(cut_id("804be00d235a2cb925c", (0, 6), 10), "804be00d2…");
        assert_eq!(cut_id("104.194.24.33#5edc0", (0, 16), 10), "104.1…edc0");
        assert_eq!(cut("visitor-107", 0), "");
    }

    #[test]
    fn a_text_is_scrolled_as_far_as_there_is_more_to_see() {
        assert_eq!(window("abcdefghij", 0, 5), "abcd…");
        assert_eq!(window("abcdefghij", 2, 5), "…def…");
        assert_eq!(window("abcdefghij", 5, 5), "…ghij");
        assert_eq!(window("abcdefghij", 900, 5), "…ghij");
        assert_eq!(window("abc", 2, 5), "abc");
        assert_eq!(window("日本語日本語", 2, 5), "…語…");
    }

    #[test]
    fn long_text_is_broken_between_words() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("one  two", 20), ["one two"]);
        assert_eq!(wrap("abcdefgh i", 3), ["abc", "def", "gh", "i"]);
        assert_eq!(wrap("", 5), [""]);
    }

    proptest! {
        #[test]
        fn wrapped_lines_hold_every_word_and_are_never_too_wide(text in "[ a-z\u{65e5}\u{1b}]{0,60}", max in 2usize..30) {
            let lines = wrap(&text, max);
            prop_assert!(lines.iter().all(|line| width(line) <= max), "{:?}", lines);
            let letters = |text: &str| text.replace(' ', "");
            prop_assert_eq!(letters(&lines.concat()), letters(&safe(&text)));
        }

        #[test]
        fn a_cut_text_is_safe_and_never_too_wide(text in "\\PC*|[\\x00-\\xff]{0,40}|.*", max in 0usize..40, skip in 0usize..60) {
            let page = cut_page(&text.replace('a', "/"), max);
            let cuts = [cut_end(&text, max), cut_middle(&text, max), window(&text, skip, max), page];
            for cut in cuts.into_iter().chain([cut_id(&text, (skip / 4, skip), max)]) {
                prop_assert!(width(&cut) <= max, "{:?} is wider than {}", cut, max);
                prop_assert!(!cut.chars().any(is_invisible));
            }
        }

        #[test]
        fn what_fits_is_shown_whole(text in "\\PC{0,20}") {
            let whole = safe(&text);
            prop_assert_eq!(cut_end(&text, width(&whole)), whole.as_ref());
            prop_assert_eq!(cut_middle(&text, width(&whole)), whole.as_ref());
            prop_assert_eq!(cut_page(&text, width(&whole)), whole.as_ref());
        }
    }
}
