//! Pages, calendar, marks, their export and the mouse, in a real terminal.

#![cfg(unix)]

use std::fs;

use crate::terminal::ENTER;
use crate::terminal::ESC;
use crate::terminal::Folder;
use crate::terminal::TAB;
use crate::terminal::Terminal;

impl Terminal {
    /// Where these words begin on the screen: column and row, from 1.
    fn place_of(&self, words: &str) -> (usize, usize) {
        let screen = self.wait_for(words);
        let (row, line) = screen
            .lines()
            .enumerate()
            .find(|(_, line)| line.contains(words))
            .unwrap();
        let before = line.split(words).next().unwrap_or("");
        (before.chars().count() + 1, row + 1)
    }

    /// Presses and releases the left button there, as a terminal reports it.
    fn click_at(&mut self, (column, row): (usize, usize)) -> &mut Terminal {
        self.press(&format!("{ESC}[<0;{column};{row}M{ESC}[<0;{column};{row}m"))
    }

    fn click(&mut self, words: &str) -> &mut Terminal {
        let place = self.place_of(words);
        self.click_at(place)
    }
}

fn with_mouse() -> Terminal {
    let terminal = Folder::with_store().opens(&["shop.db", "--mouse"]);
    terminal.wait_for("2,005 pageviews");
    terminal
}

#[test]
fn a_page_leads_to_what_came_after_it_and_to_its_sessions() {
    let mut terminal = Folder::with_store().opens(&["shop.db"]);
    terminal.wait_for("2,005 pageviews");
    terminal.press("3");
    terminal.wait_for("by views ▼");
    terminal.press(ENTER);
    terminal.wait_for_line(&["Before", "After"]);
    terminal.wait_for("of all sessions");
    terminal.press("j").press(ENTER);
    terminal.wait_for("landing=/");
    terminal.press(ESC);
    terminal.wait_for_line(&["Before", "After"]);
    terminal.quits_from_within();
}

#[test]
fn a_day_of_the_calendar_leads_to_its_sessions() {
    let mut terminal = Folder::with_store().opens(&["shop.db"]);
    terminal.wait_for("2,005 pageviews");
    terminal.press("5");
    terminal.wait_for("Sessions by day");
    terminal.press(":at 2020-02-02").press(ENTER);
    terminal.wait_for("Sun 2 Feb 2020");
    terminal.press(ENTER);
    terminal.wait_for("time:2020-02-02");
    terminal.quits_from_within();
}

#[test]
fn the_table_of_the_screen_is_exported_and_its_whole_path_said() {
    let mut terminal = Folder::with_store().opens(&["shop.db"]);
    terminal.wait_for("2,005 pageviews");
    for (screen, name, header) in [
        ("3", "shop-pages.csv", "page,views,share,sessions,"),
        ("4", "shop-gaps.csv", "gap,users,pageviews,sessions,"),
        ("5", "shop-days.csv", "day,sessions,bounces,"),
    ] {
        terminal.press(screen).press("e");
        terminal.wait_for(name);
        terminal.press(ENTER);
        terminal.wait_for("Enter closes");
        let text = fs::read_to_string(terminal.folder.path(name)).unwrap();
        assert!(text.starts_with(header), "{text}");
        terminal.press(ENTER);
        terminal.wait_for_no("Export");
    }
    terminal.quits_from_within();
}

#[test]
fn what_is_marked_is_exported_alone() {
    let mut terminal = Folder::with_store().opens(&["shop.db"]);
    terminal.wait_for("2,005 pageviews");
    terminal.press("2m");
    terminal.wait_for("marked: 1 mark");
    terminal.press("M");
    terminal.wait_for("as it was");
    terminal.press("e");
    terminal.wait_for("‹ marked ›  1");
    terminal.press(ENTER);
    terminal.wait_for("Enter closes");
    let text = fs::read_to_string(terminal.folder.path("shop-sessions.csv")).unwrap();
    assert_eq!(text.lines().count(), 2, "{text}");
    terminal.press(ENTER);
    terminal.quits_from_within();
}

#[test]
fn two_clicks_open_and_a_heading_sorts() {
    let mut terminal = with_mouse();
    terminal.press("2");
    terminal.wait_for("Sessions 427 ─");
    terminal.click("duration");
    terminal.wait_for("by duration ▼");
    let (column, row) = terminal.place_of("duration");
    terminal
        .click_at((column, row + 2))
        .click_at((column, row + 2));
    terminal.wait_for("Session ");
    terminal.quits_from_within();
}

#[test]
fn keys_of_the_footer_are_clicked_and_so_are_the_fields_and_buttons_of_a_dialog() {
    let mut terminal = with_mouse();
    terminal.press("2");
    terminal.wait_for("Sessions 427 ─");
    terminal.wait_for("Esc back");
    terminal.click("s sort");
    terminal.wait_for("Sort by");
    terminal.press(ESC);
    terminal.wait_for_no("Sort by");
    terminal.press("e");
    terminal.wait_for("shop-sessions.csv");
    terminal.click("csv ›");
    terminal.wait_for("shop-sessions.jsonl");
    terminal.click("Enter exports");
    terminal.wait_for("Enter closes");
    assert!(terminal.folder.path("shop-sessions.jsonl").exists());
    terminal.click("Enter closes");
    terminal.wait_for_no("Export");
    terminal.quits_from_within();
}

#[test]
fn a_path_is_completed_from_the_folder() {
    let mut terminal = with_mouse();
    terminal.press("e");
    terminal.wait_for("shop-users.csv");
    terminal.press("\u{1b}[A");
    terminal.press("\u{15}sho");
    terminal.wait_for("Tab completes");
    terminal.press(TAB);
    terminal.wait_for("shop.db");
    terminal.quits_from_within();
}

#[test]
fn the_wheel_scrolls_what_is_under_the_pointer() {
    let mut terminal = with_mouse();
    let (column, row) = terminal.place_of("> ");
    for _ in 0..3 {
        terminal.press(&format!("{ESC}[<65;{column};{row}M"));
    }
    terminal.wait_for_foot("10 of 43");
    for _ in 0..3 {
        terminal.press(&format!("{ESC}[<64;{column};{row}M"));
    }
    terminal.press(TAB);
    terminal.quits_from_within();
}

impl Terminal {
    /// Leaves, however deep one is.
    fn quits_from_within(&mut self) {
        self.press(crate::terminal::CTRL_C);
        assert!(self.ends().success());
    }
}
