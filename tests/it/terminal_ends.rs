//! How jobs and the explorer end in a real terminal: keys, signals, a terminal that goes away.

#![cfg(unix)]

use std::fs;
use std::io::Read;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

use crate::terminal::CTRL_C;
use crate::terminal::CTRL_Z;
use crate::terminal::DWELL;
use crate::terminal::ENTER;
use crate::terminal::ESC;
use crate::terminal::Folder;
use crate::terminal::Terminal;
use crate::terminal::names;
use crate::terminal::number_before;
use crate::terminal::poll;
use crate::terminal::start;

#[test]
fn ctrl_c_quits_when_nothing_runs() {
    let mut terminal = Folder::new().opens(&[]);
    terminal.wait_for("5,005 pageviews");
    terminal.press(CTRL_C);
    assert!(terminal.ends().success());
}

#[test]
fn ctrl_c_leaves_at_once_while_the_first_line_of_a_pipe_is_waited_for() {
    let folder = Folder::new();
    let made = Command::new("mkfifo").arg(folder.path("pipe")).status();
    assert!(made.unwrap().success());
    let mut terminal = folder.opens(&["pipe"]);
    terminal.wait_for("Loading pipe");
    terminal.press(CTRL_C);
    assert!(terminal.ends().success());
}

#[test]
fn a_signal_ends_it_as_it_ends_others() {
    for (signal, words) in [("TERM", "Terminated"), ("HUP", "Hangup")] {
        let mut terminal = Folder::new().opens(&[]);
        terminal.wait_for("5,005 pageviews");
        terminal.signal(signal);
        let status = terminal.ends();
        assert_eq!(status.signal(), Some(words));
    }
}

#[test]
fn a_signal_ends_it_while_a_load_waits_for_its_pipe() {
    let folder = Folder::new();
    let made = Command::new("mkfifo").arg(folder.path("pipe")).status();
    assert!(made.unwrap().success());
    let mut terminal = folder.opens(&["pipe"]);
    terminal.wait_for("Loading pipe");
    terminal.signal("TERM");
    assert_eq!(terminal.ends().signal(), Some("Terminated"));
}

#[test]
fn a_terminal_that_goes_away_takes_it_along() {
    let (folder, _pipe) = with_pipe();
    let (mut child, master) = start(&folder, &[DWELL, "pipe"], (80, 24), &[]);
    let mut screen = master.try_clone_reader().unwrap();
    // What it draws is there once it has the terminal.
    screen.read_exact(&mut [0]).unwrap();
    drop((screen, master));
    poll("dwell ends", || child.try_wait().unwrap());
    assert_eq!(names(folder.temporary.path()), [""; 0]);
}

#[test]
#[cfg(debug_assertions)]
fn a_panic_gives_the_terminal_back_and_is_told_there() {
    let environment = [("DWELL_PANIC", "1"), ("RUST_BACKTRACE", "0")];
    let mut terminal = Terminal::open(Folder::new(), &[], (80, 24), &environment);
    terminal.wait_for("5,005 pageviews");
    terminal.press("j");
    terminal.wait_until("the panic is told on the first screen", |glass| {
        glass.is_given_back() && glass.text().contains("panicked at")
    });
    assert_eq!(terminal.ends().exit_code(), 101);
}

#[test]
#[cfg(target_os = "linux")]
fn ctrl_z_stops_it_and_it_comes_back() {
    let mut terminal = Folder::new().opens(&[]);
    terminal.wait_for("5,005 pageviews");
    terminal.press("+");
    terminal.wait_for("gap 45m");
    for _ in 0..2 {
        terminal.press(CTRL_Z);
        poll("the process is stopped", || {
            let stat = format!("/proc/{}/stat", terminal.child.process_id().unwrap());
            let stat = fs::read_to_string(stat).unwrap();
            let (_, state) = stat.rsplit_once(") ").unwrap();
            state.starts_with('T').then_some(())
        });
        terminal.wait_until("the terminal is given back", |glass| {
            glass.is_given_back() && !glass.text().contains("pageviews")
        });
        terminal.signal("CONT");
        terminal.wait_until("it is painted again", |glass| {
            let text = glass.text();
            glass.parser.screen().alternate_screen()
                && text.contains("5,005 pageviews")
                && text.contains("gap 45m")
                && text.contains("> 1023")
        });
    }
    terminal.press("-");
    terminal.wait_for("gap 30m");
    terminal.quits();
}

/// A pipe that pageviews come through: `pageviews` rows of `user-0`, `user-1` ... of this folder's `pipe`.
fn feed(pipe: &Path, user: &str, pageviews: usize) -> fs::File {
    let mut writer = fs::OpenOptions::new().write(true).open(pipe).unwrap();
    let mut rows = String::from("user,time,page\n");
    for n in 0..pageviews {
        let (minute, second) = (n / 60 % 60, n % 60);
        rows.push_str(&format!(
            "{user}-{},2020-02-02T12:{minute:02}:{second:02}Z,/page\n",
            n % 50
        ));
    }
    writer.write_all(rows.as_bytes()).unwrap();
    writer
}

fn with_pipe() -> (Folder, PathBuf) {
    let folder = Folder::new();
    let pipe = folder.path("pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    (folder, pipe)
}

/// More than what is looked at before a load is complete.
const SEEN_EARLY: usize = 40_000;

/// Opens a pipe and, behind it, a file of one pageview: a pipe alone would be followed once it falls silent.
fn opens_pipe(folder: Folder) -> Terminal {
    let rows = "user,time,page\nlater,2020-02-02T12:00:00Z,/page\n";
    fs::write(folder.path("later"), rows).unwrap();
    folder.opens(&["pipe", "later"])
}

#[test]
fn after_a_reload_that_was_cancelled_an_export_holds_the_user_on_the_screen() {
    let (folder, pipe) = with_pipe();
    let mut terminal = opens_pipe(folder);
    drop(feed(&pipe, "before", 100));
    terminal.wait_for("101 pageviews");
    terminal.press("R");
    let mut unfinished = feed(&pipe, "after", SEEN_EARLY);
    terminal.wait_for_line(&["loading pipe", "rows"]);
    poll("as much is read as is looked at early", || {
        // Progress is told as rows come.
        unfinished
            .write_all(&b"after-0,2020-02-02T14:00:00Z,/page\n".repeat(1_000))
            .unwrap();
        let line = terminal.wait_for_line(&["loading pipe", "rows"]);
        (number_before(&line, "rows") > SEEN_EARLY as u64).then_some(())
    });
    terminal.press(CTRL_C);
    terminal.wait_for("loading was cancelled");
    terminal.press("jjj").press(ENTER);
    terminal.wait_for_foot("1 of 1");
    let line = terminal.wait_for_line(&["Sessions of "]);
    let (_, rest) = line.split_once("Sessions of ").unwrap();
    let user = rest.split_whitespace().next().unwrap().to_owned();
    terminal.press("e");
    terminal.wait_for("Enter exports");
    terminal.press(ENTER);
    terminal.wait_for("Enter closes");
    let file = names(terminal.folder.work.path())
        .into_iter()
        .find(|name| name.ends_with(".csv"))
        .unwrap();
    let rows = fs::read_to_string(terminal.folder.path(&file)).unwrap();
    let users: Vec<&str> = rows
        .lines()
        .skip(1)
        .map(|row| row.split(',').nth(1).unwrap())
        .collect();
    assert!(!users.is_empty());
    assert!(
        users.iter().all(|&exported| exported == user),
        "{user}: {rows}"
    );
    drop(unfinished);
}

#[test]
fn cancelling_an_export_leaves_the_study_that_runs_alone() {
    let folder = Folder::new();
    folder.prints(&[
        "generate",
        "-o",
        "shop.csv",
        "--pageviews",
        "60000",
        "--users",
        "900",
    ]);
    folder.prints(&["load", "--store", "shop.db", "shop.csv"]);
    let mut terminal = folder.opens(&["shop.db"]);
    terminal.wait_for("60,000 pageviews");
    terminal.press("e");
    terminal.wait_for("Enter exports");
    terminal.press(ENTER);
    // Alone, so that it is not taken for the beginning of a key's sequence.
    terminal.press(ESC);
    let ended = terminal.wait_until("the export has ended", |glass| {
        let text = glass.text();
        text.contains("was cancelled") || !text.contains("Export")
    });
    if ended.contains("was cancelled") {
        // The dialog asks again.
        terminal.press(ESC);
    }
    terminal.wait_for_no("Export");
    terminal.press("3");
    terminal.wait_for_line(&["Pages", "by views"]);
    // The median dwell times are the last column.
    terminal.wait_for_no("… │");
    terminal.press("1");
    terminal.wait_for_line(&["Users", "900"]);
    terminal.quits();
}

#[test]
fn a_load_that_was_cancelled_is_marked_as_a_part() {
    let (folder, pipe) = with_pipe();
    let mut terminal = opens_pipe(folder);
    let unfinished = feed(&pipe, "user", SEEN_EARLY);
    terminal.wait_for_line(&["pipe", "pageviews"]);
    terminal.press(CTRL_C);
    terminal.wait_for_line(&["loading was cancelled"]);
    terminal.wait_for("PARTIAL");
    terminal.press("i");
    terminal.wait_for("only a part");
    terminal.press(ESC);
    terminal.wait_for_no("only a part");
    drop(unfinished);
    terminal.quits();
}
