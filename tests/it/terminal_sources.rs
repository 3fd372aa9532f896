//! What the explorer opens in a real terminal: stores, files and pipes, and what cannot be read.

#![cfg(unix)]

use std::fs;

use crate::terminal::DWELL;
use crate::terminal::ENTER;
use crate::terminal::ESC;
use crate::terminal::Folder;
use crate::terminal::Terminal;
use crate::terminal::names;

#[test]
fn a_store_that_changes_underneath_is_noticed_and_loaded_again() {
    let folder = Folder::with_store();
    fs::write(
        folder.path("more.csv"),
        "user,time,page\nsomeone,2020-02-02T12:00:00Z,/there\n",
    )
    .unwrap();
    let mut terminal = folder.opens(&["shop.db"]);
    terminal.wait_for_line(&["shop.db", "2,005 pageviews"]);
    terminal
        .folder
        .prints(&["load", "--store", "shop.db", "more.csv"]);
    terminal.wait_for_line(&["the store has changed: R loads it again"]);
    terminal.press("R");
    terminal.wait_for_line(&["shop.db", "2,006 pageviews"]);
    terminal.quits();
}

#[test]
fn what_the_loads_of_a_store_rejected_is_said_when_it_is_opened() {
    let folder = Folder::new();
    fs::write(
        folder.path("views.csv"),
        "user,time,page\nsomeone,2020-02-02T12:00:00Z,/there\nnobody,never,/\n",
    )
    .unwrap();
    folder.prints(&["load", "--store", "shop.db", "views.csv"]);
    let mut terminal = folder.opens(&["shop.db"]);
    terminal.wait_for_line(&["shop.db", "1 pageview"]);
    terminal.wait_for("1 reject");
    terminal.press("i");
    terminal.wait_for("views.csv: 1 pageview, 1 reject, loaded ");
    terminal.wait_for("1 row could not be read as pageviews");
    terminal.press(ESC);
    terminal.wait_for_no("could not be read");
    terminal.quits();
}

#[test]
fn files_of_pageviews_open() {
    let folder = Folder::with_store();
    fs::write(
        folder.path("more.csv"),
        "user,time,page\nsomeone,2020-02-02T12:00:00Z,/there\nnobody,never,/\n",
    )
    .unwrap();
    let mut terminal = folder.opens(&["shop.csv", "more.csv", "--gap", "1h"]);
    terminal.wait_for_line(&["shop.csv", "2,006 pageviews"]);
    terminal.wait_for("gap 1h");
    assert_eq!(names(terminal.folder.temporary.path()), [""; 0]);
    terminal.press("/someone").press(ENTER);
    terminal.wait_for("> someone");
    terminal.quits();
}

#[test]
fn standard_input_can_be_a_pipe_while_keys_come_from_the_terminal() {
    let folder = Folder::with_store();
    // The shell gives the explorer the pipe, and the terminal stays the one it runs in.
    let script = format!("cat shop.csv | '{DWELL}' -");
    let mut terminal = Terminal::run(folder, &["sh", "-c", &script], (80, 24), &[]);
    terminal.wait_for_line(&["standard input", "2,005 pageviews"]);
    terminal.press("+");
    terminal.wait_for("gap 45m");
    terminal.quits();
}

#[test]
fn without_a_path_a_pipe_or_a_file_is_read_and_the_null_device_is_not() {
    for (input, header) in [
        ("cat shop.csv | DWELL", "standard input"),
        ("DWELL < shop.csv", "standard input"),
        ("DWELL < /dev/null", "sample.db"),
    ] {
        let script = input.replace("DWELL", &format!("'{DWELL}'"));
        let argv = ["sh", "-c", &script];
        let mut terminal = Terminal::run(Folder::with_store(), &argv, (80, 24), &[]);
        terminal.wait_for_line(&[header, "pageviews"]);
        terminal.quits();
    }
}

#[test]
fn what_cannot_be_read_is_said_on_the_screen_and_by_the_exit_status() {
    let folder = Folder::new();
    fs::write(folder.path("bad.csv"), "a,b\n1,2\n").unwrap();
    let mut terminal = folder.opens(&["bad.csv", "--where", "c=1"]);
    terminal.wait_for("no filter column");
    terminal.press(ENTER).press("q");
    assert_eq!(terminal.ends().exit_code(), 1);
    let left = terminal.text();
    assert!(left.contains("dwell: bad.csv: no filter column"), "{left}");
}

/// A file of pageviews whose columns nothing tells apart.
fn with_odd_columns() -> Folder {
    let folder = Folder::new();
    let rows = "key,when,where,what\na,2024-03-05 10:00,/,x\na,2024-03-05 10:01,/a,x\nb,2024-03-05 11:00,/,x\n,2024-03-05 11:00,/,x\n";
    fs::write(folder.path("odd.csv"), rows).unwrap();
    folder
}

#[test]
fn columns_that_cannot_be_told_are_chosen_and_the_command_is_said_at_the_end() {
    let mut terminal = with_odd_columns().opens(&["odd.csv"]);
    terminal.wait_for("Which column is the user, which the page?");
    terminal.press("u").press("jj").press("p");
    terminal.wait_for("first 4 rows: 3 pageviews of 2 users, 0 left out, 1 rejected");
    terminal.wait_for("rejected: row 4: the user is empty");
    terminal.press(ENTER);
    terminal.wait_for_line(&["odd.csv", "3 pageviews"]);
    terminal.wait_for("1 reject");
    terminal.press("I");
    terminal.wait_for("first 4 rows: 3 pageviews of 2 users");
    terminal.press(ESC);
    terminal.wait_for_no("Columns of");
    terminal.quits();
    let left = terminal.text();
    let command = "dwell odd.csv --user-column key --time-column when --page-column where";
    assert!(left.contains(command), "{left}");
    let args = command.replace("dwell", "summary");
    let args: Vec<&str> = args.split(' ').collect();
    assert!(terminal.folder.prints(&args).contains(" 3 "));
}

#[test]
fn the_column_picker_is_left_with_the_error_that_it_stands_for() {
    let mut terminal = with_odd_columns().opens(&["odd.csv"]);
    terminal.wait_for("Which column is the user");
    terminal.press(ESC);
    assert_eq!(terminal.ends().exit_code(), 1);
    let left = terminal.text();
    assert!(
        left.contains("dwell: odd.csv: no user column, no page column"),
        "{left}"
    );
}

#[test]
fn a_load_whose_columns_cannot_be_told_leads_to_the_screen_where_they_are_chosen() {
    let mut terminal = with_odd_columns().opens(&["--store", "new.db", "odd.csv"]);
    assert_eq!(terminal.ends().exit_code(), 1);
    let left = terminal.text();
    assert!(left.contains("without --store"), "{left}");
    assert!(!terminal.folder.path("new.db").exists());
}

#[test]
fn a_pipe_whose_columns_cannot_be_told_is_refused_as_before() {
    let script = format!("cat odd.csv | '{DWELL}' -");
    let argv = ["sh", "-c", &script];
    let mut terminal = Terminal::run(with_odd_columns(), &argv, (80, 24), &[]);
    terminal.wait_for("no user column");
    terminal.press(ENTER).press("q");
    assert_eq!(terminal.ends().exit_code(), 1);
}

#[test]
fn what_is_explored_is_kept_as_if_it_had_been_loaded() {
    let folder = Folder::with_store();
    let rows = "user_id,page_view_at,page\nzoe,2021-01-01,/z\n456,2020-02-02 12:00:01,/z\n";
    fs::write(folder.path("more.csv"), rows).unwrap();
    folder.prints(&["load", "--store", "shop.db", "more.csv"]);
    let mut terminal = folder.opens(&["shop.csv", "more.csv"]);
    terminal.wait_for("2,007 pageviews");
    terminal.press(":keep kept.db\r");
    terminal.wait_for("2,007 pageviews are kept in");
    terminal.wait_for("kept.db opens it");
    terminal.press(":keep kept.db\r");
    terminal.wait_for("there is a file already");
    terminal.press(ENTER).quits();
    let folder = &terminal.folder;
    folder.prints(&["check", "kept.db"]);
    for rows in ["sessions", "pageviews"] {
        let of = |store| folder.prints(&["export", store, "--rows", rows]);
        assert_eq!(of("kept.db"), of("shop.db"));
    }
    // They are known as loads: nothing is there twice.
    folder.prints(&["load", "--store", "kept.db", "more.csv", "shop.csv"]);
    assert_eq!(
        folder.prints(&["summary", "kept.db"]),
        folder.prints(&["summary", "shop.db"])
    );
}

#[test]
fn files_are_loaded_into_a_store_that_is_then_opened() {
    let folder = Folder::with_store();
    fs::write(
        folder.path("more.csv"),
        "user_id,page_view_at,page\nzoe,2021-01-01,/z\n",
    )
    .unwrap();
    let args = ["--store", "shop.db", "shop.csv", "more.csv"];
    let mut terminal = folder.opens(&args);
    terminal.wait_for("2,006 pageviews");
    terminal.press("+w");
    terminal.wait_for("the gap of the store is 45m now");
    terminal.quits();
}

#[test]
fn a_path_that_is_not_there_never_takes_the_terminal() {
    let mut terminal = Folder::new().opens(&["gone.db"]);
    terminal.wait_for("dwell: cannot read gone.db: no such file or directory");
    assert_eq!(terminal.ends().exit_code(), 1);
}
