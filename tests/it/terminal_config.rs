//! The explorer as a person has configured it, in a real terminal.

#![cfg(unix)]

use std::fs;

use crate::terminal::ENTER;
use crate::terminal::Folder;
use crate::terminal::Terminal;

/// What a terminal answers that is asked for its background, and then what it is.
const LIGHT: &str = "\u{1b}]11;rgb:ffff/ffff/ffff\u{7}";
const DARK: &str = "\u{1b}]11;rgb:0000/0000/0000\u{7}";
const WHAT_IT_IS: &str = "\u{1b}[?62;22c";

/// The colours of what lies between sessions, on a light and on a dark background.
const ON_LIGHT: vt100::Color = vt100::Color::Idx(1);
const ON_DARK: vt100::Color = vt100::Color::Idx(3);

fn with_config(text: &str) -> Folder {
    let folder = Folder::new();
    let home = folder.config.path().join("dwell");
    fs::create_dir(&home).unwrap();
    fs::write(home.join("config.toml"), text).unwrap();
    folder
}

#[test]
fn a_store_is_loaded_again_by_itself_if_that_is_set() {
    let folder = with_config("autoreload = true\n");
    let more = "user,time,page\nsomeone,2020-02-02T12:00:00Z,/there\n";
    fs::write(folder.path("more.csv"), more).unwrap();
    fs::write(folder.path("one.csv"), more.replace("someone", "first")).unwrap();
    folder.prints(&["load", "--store", "shop.db", "one.csv"]);
    let mut terminal = folder.opens(&["shop.db"]);
    terminal.wait_for_line(&["shop.db", "1 pageview "]);
    let load = ["load", "--store", "shop.db", "more.csv"];
    terminal.folder.prints(&load);
    terminal.wait_for_line(&["shop.db", "2 pageviews"]);
    terminal.quits();
}

fn config(terminal: &Terminal) -> String {
    let path = terminal.folder.config.path().join("dwell/config.toml");
    fs::read_to_string(path).unwrap()
}

/// Opens the sample in a terminal that is asked for its background.
fn asked() -> Terminal {
    let environment = [("DWELL_THEME", "auto")];
    let terminal = Terminal::open(Folder::new(), &[], (100, 30), &environment);
    terminal.wait_until("it is asked", |glass| glass.is_asked);
    terminal
}

fn has_colour(terminal: &Terminal, colour: vt100::Color) -> bool {
    let mut has_it = false;
    terminal.wait_until("it has read the sample", |glass| {
        let screen = glass.parser.screen();
        let (rows, columns) = screen.size();
        let cells =
            (0..rows.get()).flat_map(|row| (0..columns.get()).map(move |column| (row, column)));
        let mut colours =
            cells.filter_map(|(row, column)| Some(screen.cell(row, column)?.fgcolor()));
        has_it = colours.any(|found| found == colour);
        glass.text().contains("5,005 pageviews")
    });
    has_it
}

#[test]
fn a_terminal_that_says_it_is_light_has_colours_that_can_be_read_on_white() {
    let mut terminal = asked();
    terminal.press(&[LIGHT, WHAT_IT_IS].concat());
    assert!(has_colour(&terminal, ON_LIGHT) && !has_colour(&terminal, ON_DARK));
    terminal.quits();
}

#[test]
fn a_terminal_that_is_dark_or_cannot_tell_has_colours_for_a_dark_one() {
    for answer in [[DARK, WHAT_IT_IS].concat(), WHAT_IT_IS.to_owned()] {
        let mut terminal = asked();
        terminal.press(&answer);
        assert!(has_colour(&terminal, ON_DARK) && !has_colour(&terminal, ON_LIGHT));
        terminal.quits();
    }
}

#[test]
fn a_terminal_that_answers_too_late_is_taken_for_dark_and_its_answer_for_no_key() {
    let mut terminal = asked();
    assert!(has_colour(&terminal, ON_DARK));
    let before = terminal.wait_for("> 1023");
    terminal.press(&[LIGHT, WHAT_IT_IS].concat());
    // Of the keys only this one.
    terminal.press("+");
    let after = terminal.wait_for("gap 45m");
    let tabs = |screen: &str| screen.lines().next().unwrap().to_owned();
    assert_eq!(tabs(&before), tabs(&after));
    assert!(after.contains("> 1023"), "{after}");
    terminal.quits();
}

#[test]
fn without_colours_the_terminal_is_not_asked() {
    let folder = with_config("[colors]\nwithin = \"red\"\n");
    let environment = [("DWELL_THEME", ""), ("NO_COLOR", "1")];
    let mut terminal = Terminal::open(folder, &[], (100, 30), &environment);
    assert!(!has_colour(&terminal, ON_LIGHT) && !has_colour(&terminal, ON_DARK));
    terminal.wait_until("it is not asked", |glass| !glass.is_asked);
    terminal.quits();
}

#[test]
fn a_person_has_colours_of_their_own() {
    let folder = with_config("[colors]\nbetween = \"#0a0b0c\"\nwithin = 208\n");
    let mut terminal = folder.opens(&[]);
    assert!(has_colour(&terminal, vt100::Color::Rgb(10, 11, 12)));
    assert!(has_colour(&terminal, vt100::Color::Idx(208)));
    terminal.quits();
}

#[test]
fn a_key_that_was_moved_acts_and_is_named_everywhere() {
    let folder =
        with_config("[keys]\nhelp = \"f9\"\nlonger-gap = \"ctrl-g\"\nreload = []\nquit = \"Q\"\n");
    let mut terminal = Terminal::open(folder, &[], (120, 60), &[]);
    terminal.wait_for("5,005 pageviews");
    terminal.wait_for_line(&["F9 help", "Q quit"]);
    terminal.wait_for_line(&["Ctrl-g- gap"]);
    terminal.press("\u{7}");
    terminal.wait_for("gap 45m");
    terminal
        .press("+")
        .wait_for("+ does nothing here; F9 lists the keys");
    terminal.press("\u{1b}[20~");
    terminal.wait_for_line(&["Ctrl-g", "the next longer gap"]);
    terminal.press(ENTER);
    terminal.wait_for_no("the next longer gap");
    terminal.press("q");
    terminal.wait_for("q does nothing here");
    terminal.press("Q");
    assert!(terminal.ends().success());
}

#[test]
fn the_columns_that_were_chosen_are_there_the_next_time() {
    let folder = with_config("# mine\n[keys]\nhelp = \"f9\" # easier\n");
    let mut terminal = folder.opens(&[]);
    terminal.wait_for("5,005 pageviews");
    terminal.press(":columns views user\r");
    terminal.wait_for("config.toml");
    terminal.quits();
    let kept =
        "# mine\n[keys]\nhelp = \"f9\" # easier\n\n[columns]\nusers = [\"views\", \"user\"]\n";
    assert_eq!(config(&terminal), kept);
    let folder = Folder::new();
    fs::create_dir(folder.config.path().join("dwell")).unwrap();
    fs::write(folder.config.path().join("dwell/config.toml"), kept).unwrap();
    let mut terminal = folder.opens(&[]);
    terminal.wait_for("5,005 pageviews");
    terminal.wait_for_line(&["views", "user"]);
    // By the chooser, too: the first is hidden.
    terminal.press("C ").wait_for("[ ] views");
    terminal.press(ENTER);
    terminal.wait_for("config.toml");
    terminal.quits();
    assert!(
        config(&terminal).contains("users = [\"user\"]\n"),
        "{}",
        config(&terminal)
    );
}

#[test]
fn a_chooser_that_changed_nothing_writes_nothing() {
    let mut terminal = Folder::new().opens(&[]);
    terminal.wait_for("5,005 pageviews");
    terminal.press("C").wait_for("[x] user");
    terminal.press(ENTER).wait_for_no("[x] user");
    terminal.quits();
    assert!(!terminal.folder.config.path().join("dwell").exists());
}

#[test]
fn a_file_that_cannot_be_written_costs_a_sentence() {
    let folder = Folder::new();
    // Where the folder of the configuration would be, a file is.
    fs::write(folder.config.path().join("dwell"), "").unwrap();
    let mut terminal = folder.opens(&[]);
    terminal.wait_for("5,005 pageviews");
    terminal.press(":columns views user\r");
    terminal.wait_for("the columns are not kept for next time");
    terminal.wait_for_line(&["views", "user"]);
    terminal.quits();
}

#[test]
fn signs_are_those_of_the_file() {
    let mut terminal = with_config("glyphs = \"ascii\"\n").opens(&[]);
    let screen = terminal.wait_for("5,005 pageviews");
    assert!(screen.is_ascii(), "{screen}");
    terminal.quits();
}
