//! Keys, screens, filters and exports of the explorer in a real terminal.

#![cfg(unix)]

use std::fs;

use crate::terminal::CTRL_C;
use crate::terminal::CTRL_U;
use crate::terminal::ENTER;
use crate::terminal::ESC;
use crate::terminal::Folder;
use crate::terminal::Glass;
use crate::terminal::TAB;
use crate::terminal::Terminal;
use crate::terminal::names;
use crate::terminal::number_before;

#[test]
fn without_a_path_the_sample_opens() {
    let mut terminal = Folder::new().opens(&[]);
    let screen = terminal.wait_for("5,005 pageviews");
    assert!(screen.starts_with(" 1 Users"), "{screen}");
    terminal.wait_until("the screen is taken", |glass| {
        glass.parser.screen().alternate_screen() && glass.parser.screen().hide_cursor()
    });
    terminal.wait_for_line(&["gap 30m", "1,053 sessions"]);
    terminal.quits();
}

#[test]
fn the_keys_lead_from_users_to_a_timeline_and_back() {
    let mut terminal = Folder::new().opens(&[]);
    terminal.wait_for("5,005 pageviews");
    terminal.wait_for_line(&["> 1023", "82"]);
    terminal.press("j");
    terminal.wait_for("> 1080");
    terminal.press(ENTER);
    terminal.wait_for_line(&["Sessions of 1080", "Session 1 of 79"]);
    terminal.press("j").press(ENTER);
    terminal.wait_for_line(&["14:54", "23s"]);
    terminal.wait_for_foot(" of 441");
    terminal.press(ESC);
    terminal.wait_for_foot("2 of 79");
    terminal.press(ESC);
    terminal.wait_for_foot("2 of 83");
    terminal.wait_for("> 1080");
    terminal.quits();
}

#[test]
fn moving_the_gap_changes_the_figures() {
    let mut terminal = Folder::new().opens(&[]);
    let before = terminal.wait_for_line(&["gap 30m", "sessions"]);
    assert_eq!(number_before(&before, "sessions"), 1_053);
    terminal.press("+");
    let after = terminal.wait_for_line(&["gap 45m", "sessions"]);
    assert_eq!(number_before(&after, "sessions"), 1_035);
    assert!(after.contains("−1.7 %"), "{after}");
    terminal.press("-").press("-");
    let shorter = terminal.wait_for_line(&["gap 20m", "+1.1 %"]);
    assert_eq!(number_before(&shorter, "sessions"), 1_065);
    terminal.press("r");
    terminal.wait_for_line(&["gap 30m", "1,053 sessions"]);
    terminal.press(":");
    terminal.press("gap 37m").press(ENTER);
    terminal.wait_for("gap 37m");
    terminal.quits();
}

#[test]
fn a_filter_shows_how_many_are_left() {
    let mut terminal = Folder::new().opens(&[]);
    terminal.wait_for_line(&["Users", "83"]);
    terminal.press("/").press("45");
    terminal.wait_for_line(&["Users", " of 83"]);
    terminal.press("6");
    terminal.wait_for_line(&["Users", "1 of 83"]);
    terminal.wait_for("> 456");
    terminal.press(ENTER).press(ESC);
    terminal.wait_for_no(" of 83 ─");
    terminal.wait_for("> 456");
    terminal.quits();
}

#[test]
fn a_filter_is_completed_counted_taken_apart_and_typed_again_from_the_history() {
    let mut terminal = Terminal::open(Folder::new(), &[], (120, 36), &[]);
    terminal.wait_for_line(&["Users", "83"]);
    terminal.press("2/pa");
    terminal.wait_for_line(&["page:", "any page of the session"]);
    terminal.press(TAB);
    terminal.wait_for_line(&["/cart", "380 views"]);
    terminal.press("/ca").press(TAB).press(" -bo").press(TAB);
    terminal.wait_for_foot("/page:/cart -bounce");
    terminal.wait_for_line(&["page:/cart ✕   -bounce ✕", "279 of 1,053 sessions"]);
    terminal.press(ENTER).press("x");
    terminal.wait_for_line(&["> -bounce"]);
    terminal.press(ENTER);
    terminal.wait_for_line(&["page:/cart ✕", "of 1,053 sessions"]);
    terminal.wait_for_no("-bounce ✕");
    // What was taken away is brought back, and then all of it goes.
    terminal.press(ESC);
    terminal.wait_for_line(&["-bounce ✕", "279 of 1,053 sessions"]);
    terminal.press(ESC);
    terminal.wait_for_line(&["Sessions 1,053"]);
    terminal.press("/").press("\u{1b}[A");
    terminal.wait_for_foot("/page:/cart -bounce");
    terminal.press(CTRL_U).press("lading:x").press(ENTER);
    terminal.wait_for_line(&["did you mean landing?"]);
    terminal.press(CTRL_U).press(ENTER);
    terminal.wait_for_line(&["Sessions 1,053"]);
    terminal.quits_from_a_screen();
}

#[test]
fn many_pageviews_are_filtered_while_keys_are_taken() {
    let folder = Folder::new();
    folder.prints(&["generate", "--pageviews", "400000", "-o", "many.csv"]);
    let expected = folder.prints(&["export", "--filter", "page:/cart views>=9", "many.csv"]);
    let mut terminal = Terminal::open(folder, &["many.csv"], (120, 36), &[]);
    terminal.wait_for_line(&["400,000 pageviews"]);
    terminal.press("2/page:/cart views>=9").press(ENTER);
    let n = expected.lines().count() as u64 - 1;
    terminal.wait_until("the rows are those of the command", |glass| {
        let text = glass.text();
        let mut lines = text.lines();
        let chips = lines.find(|line| line.contains("views>=9 ✕"));
        chips.is_some_and(|line| line.contains(" of ") && number_before(line, " of ") == n)
    });
    terminal.quits_from_a_screen();
}

#[test]
fn a_list_is_sorted_by_the_column_that_is_picked() {
    let mut terminal = Folder::new().opens(&[]);
    terminal.wait_for_line(&["Users", "by sessions ▼"]);
    terminal.press("s");
    terminal.wait_for("Sort by");
    terminal.press("j").press(ENTER);
    let screen = terminal.wait_for("by views ▼");
    // 1023 has more sessions, 1080 more views.
    assert!(screen.find(" 1080 ") < screen.find(" 1023 "), "{screen}");
    terminal.press("S");
    let screen = terminal.wait_for("by views ▲");
    assert!(!screen.contains("│  1080 "), "{screen}");
    terminal.quits();
}

#[test]
fn every_screen_has_its_number() {
    let mut terminal = Folder::new().opens(&[]);
    terminal.wait_for_line(&["Users", "83"]);
    for (key, parts) in [
        ("2", ["Sessions", "1,053"]),
        ("4", ["Sessions by gap", ""]),
        ("3", ["Pages", "by views"]),
        ("1", ["Users", "83"]),
    ] {
        terminal.press(key);
        terminal.wait_for_line(&parts);
    }
    terminal.press("?");
    terminal.wait_for("Keys");
    terminal.press(ESC);
    terminal.wait_for_no("Keys");
    terminal.quits();
}

#[test]
fn the_size_it_is_given_is_filled() {
    for size in [(80, 24), (160, 50)] {
        let mut terminal = Terminal::open(Folder::new(), &[], size, &[]);
        terminal.wait_for("5,005 pageviews");
        let screen = terminal.wait_for("Lifeline");
        let lines: Vec<&str> = screen.lines().collect();
        assert_eq!(lines.len(), usize::from(size.1), "{screen}");
        let widest = lines.iter().map(|line| line.chars().count()).max();
        assert_eq!(widest, Some(usize::from(size.0)), "{screen}");
        terminal.quits();
    }
}

#[test]
fn a_new_size_is_filled() {
    let mut terminal = Folder::new().opens(&[]);
    terminal.wait_for("5,005 pageviews");
    for size in [(160, 50), (60, 12), (20, 4), (100, 30)] {
        terminal.resize(size);
        if size == (20, 4) {
            terminal.wait_for("too small");
            continue;
        }
        terminal.wait_for_foot("1 of 83");
        terminal.wait_until("the frame reaches the right", |glass| {
            let text = glass.text();
            let mut lines = text.lines();
            lines.any(|line| line.ends_with('┐') && line.chars().count() == usize::from(size.0))
                && text.lines().count() == usize::from(size.1)
        });
    }
    terminal.quits();
}

#[test]
fn without_colour_the_selection_shows() {
    let environment = [("NO_COLOR", "1")];
    let mut terminal = Terminal::open(Folder::new(), &[], (80, 24), &environment);
    terminal.wait_for("> 1023");
    let is_selected = |glass: &Glass, user: &str| {
        let screen = glass.parser.screen();
        let begins = |line: &str| line.starts_with(&format!("│> {user} "));
        let row = glass.text().lines().position(begins);
        // The frame, the mark, a blank, the name.
        row.is_some_and(|row| {
            (1..4).all(|column| screen.cell(row as u16, column).unwrap().inverse())
        })
    };
    terminal.wait_until("the first user is selected", |glass| {
        is_selected(glass, "1023")
    });
    terminal.press("j");
    terminal.wait_until("the second user is selected", |glass| {
        is_selected(glass, "1080") && !is_selected(glass, "1023")
    });
    terminal.wait_until("there is no colour", |glass| {
        let screen = glass.parser.screen();
        let cells = (0..24).flat_map(|row| (0..80).map(move |column| (row, column)));
        cells
            .map(|(row, column)| screen.cell(row, column).unwrap())
            .all(|cell| {
                (cell.fgcolor(), cell.bgcolor()) == (vt100::Color::Default, vt100::Color::Default)
            })
    });
    terminal.quits();
}

#[test]
fn an_export_has_the_bytes_of_the_command() {
    let mut terminal = Folder::with_store().opens(&["shop.db"]);
    terminal.wait_for("2,005 pageviews");
    terminal.press("+");
    terminal.wait_for("gap 45m");
    for (screen, rows) in [("2", "sessions"), ("1", "users")] {
        terminal.press(screen).press("e");
        terminal.wait_for("Export");
        let name = format!("shop-{rows}.csv");
        terminal.wait_for(&name);
        terminal.press(ENTER);
        terminal.wait_for("Enter closes");
        let file = terminal.folder.path(&name);
        let expected = terminal
            .folder
            .prints(&["export", "shop.db", "--gap", "45m", "--rows", rows]);
        assert!(fs::read_to_string(&file).unwrap() == expected, "{rows}");
        terminal.press(ENTER);
        terminal.wait_for_no("Export");
    }
    terminal.quits();
    let expected = ["shop-sessions.csv", "shop-users.csv", "shop.csv", "shop.db"];
    assert_eq!(names(terminal.folder.work.path()), expected);
}

#[test]
fn an_export_asks_before_it_overwrites() {
    let folder = Folder::with_store();
    fs::write(folder.path("mine.csv"), "precious").unwrap();
    let mut terminal = folder.opens(&["shop.db"]);
    terminal.wait_for("2,005 pageviews");
    terminal.press("2").press("e");
    terminal.wait_for("shop-sessions.csv");
    terminal.press(TAB).press(TAB).press(TAB);
    terminal.press(CTRL_U).press("mine.csv").press(ENTER);
    terminal.wait_for("mine.csv is there already");
    let file = terminal.folder.path("mine.csv");
    assert_eq!(fs::read_to_string(&file).unwrap(), "precious");
    terminal.press("y");
    terminal.wait_for("Enter closes");
    let expected = terminal.folder.prints(&["export", "shop.db"]);
    assert!(fs::read_to_string(&file).unwrap() == expected);
    terminal.press(ENTER);
    terminal.wait_for_no("mine.csv");
    terminal.press(CTRL_C);
    assert!(terminal.ends().success());
}

#[test]
fn a_saved_gap_is_in_the_store() {
    let mut terminal = Folder::with_store().opens(&["shop.db"]);
    terminal.wait_for_line(&["shop.db", "2,005 pageviews"]);
    terminal.press("+");
    terminal.wait_for_line(&["gap 45m", "saved 30m"]);
    terminal.press("w");
    terminal.wait_for_no("saved 30m");
    terminal.quits();
    let summary = |args: &[&str]| {
        let args = [&["summary", "shop.db", "--format", "csv"], args].concat();
        terminal.folder.prints(&args)
    };
    assert_eq!(summary(&[]), summary(&["--gap", "45m"]));
    assert_eq!(names(terminal.folder.work.path()), ["shop.csv", "shop.db"]);
}
