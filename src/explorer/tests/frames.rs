//! Whole frames, through the real keys.

use ratatui::style::Color;

use super::*;

/// The frame after these keys is the snapshot of this name.
fn check(name: &str, keys: &str, (width, height): (u16, u16)) {
    let mut session = Session::of(shop(400), width, height);
    session.press(keys);
    insta::assert_snapshot!(name, session.frame());
}

#[test]
fn users_at_80x24() {
    check("users-80x24", "jj", (80, 24));
}

#[test]
fn the_gap_moved_at_120x40() {
    check(
        "gap-moved-120x40",
        "<Enter><Enter>jj:gap 2m<Enter>",
        (120, 40),
    );
}

#[test]
fn a_timeline_at_40x12() {
    check("timeline-40x12", "<Enter><Enter>j", (40, 12));
}

#[test]
fn all_sessions_filtered_at_120x40() {
    check(
        "sessions-120x40",
        "2/views>=4 landing:product<Enter>sjj<Enter>",
        (120, 40),
    );
}

#[test]
fn the_gap_study_at_120x40() {
    check("study-120x40", "4+", (120, 40));
}

#[test]
fn the_gap_study_at_80x24() {
    check("study-80x24", "4", (80, 24));
}

#[test]
fn pages_at_120x40() {
    check("pages-120x40", "3", (120, 40));
}

#[test]
fn a_page_at_80x24() {
    check("page-80x24", "3<Enter>", (80, 24));
}

#[test]
fn a_page_at_120x40() {
    check("page-120x40", "3<Enter>j", (120, 40));
}

#[test]
fn the_calendar_at_80x24() {
    check("calendar-80x24", "5", (80, 24));
}

#[test]
fn the_calendar_at_120x40() {
    check("calendar-120x40", "5k<Tab>", (120, 40));
}

#[test]
fn help_at_120x40() {
    check("help-120x40", "?", (120, 40));
}

#[test]
fn an_export_at_80x24() {
    check("export-80x24", "<Enter>e", (80, 24));
}

#[test]
fn without_colour_the_selection_is_reversed_and_marked_and_nothing_has_a_colour() {
    let mut session = Session::empty(80, 24, Theme::Mono, Origin::Store);
    session.load(shop(40));
    for keys in [
        "j",
        "<Enter>",
        "<Enter>",
        "2",
        "3",
        "4",
        "?",
        "<Esc>e",
        "<Esc>s",
        "<Esc>:gap",
    ] {
        session.press(keys).frame();
        let cells = session.terminal.backend().buffer().content();
        for cell in cells {
            assert_eq!((cell.fg, cell.bg), (Color::Reset, Color::Reset), "{keys}");
        }
    }
    session.press("<Esc>1<Esc><Esc>");
    assert!(session.selected().starts_with('>'));
}

#[test]
fn styles_are_few_and_from_the_terminals_own_colours() {
    let mut session = Session::of(seed(), 60, 12);
    session.press("+");
    session.frame();
    insta::assert_debug_snapshot!("styles-60x12", session.terminal.backend().buffer());
}

/// The styles of a frame, a letter a cell, and what the letters stand for.
fn styles(session: &mut Session) -> (String, Vec<String>) {
    session.draw();
    let buffer = session.terminal.backend().buffer();
    let mut legend: Vec<String> = Vec::new();
    let letters = buffer.content().iter().map(|cell| {
        let style = format!("{:?} {:?}", cell.fg, cell.modifier);
        let at = legend.iter().position(|known| *known == style);
        let at = at.unwrap_or_else(|| {
            legend.push(style);
            legend.len() - 1
        });
        if at == 0 {
            '.'
        } else {
            char::from(b'a' + at as u8 - 1)
        }
    });
    let letters: Vec<char> = letters.collect();
    let rows = letters.chunks(usize::from(buffer.area().width));
    let rows: Vec<String> = rows.map(|row| row.iter().collect()).collect();
    (rows.join("\n"), legend)
}

#[test]
fn the_main_screens_at_three_sizes_and_in_two_themes() {
    for (width, height) in [(40, 12), (80, 24), (160, 50)] {
        for (name, keys) in [
            ("users", "j"),
            ("sessions", "2j"),
            ("pages", "3j"),
            ("gap", "4+"),
        ] {
            let of = |theme| {
                let mut session = Session::empty(width, height, theme, Origin::Store);
                session.load(shop(60));
                session.press(keys);
                session
            };
            let (mut dark, mut light) = (of(Theme::Dark), of(Theme::Light));
            let frame = dark.frame();
            assert_eq!(light.frame(), frame);
            let (letters, in_dark) = styles(&mut dark);
            let (letters_in_light, in_light) = styles(&mut light);
            assert_eq!(letters_in_light, letters, "themes differ in colours only");
            let name = format!("main-{name}-{width}x{height}");
            insta::assert_snapshot!(
                name,
                format!("{frame}\n{letters}\n\n{in_dark:?}\n{in_light:?}")
            );
        }
    }
}
