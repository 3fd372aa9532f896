//! A file that grows, in a real terminal: its lines come in, wait, and are all there at the end.

#![cfg(unix)]

use std::fs;
use std::time::Duration;

use crate::follow::Course;
use crate::follow::write_and_load;
use crate::growing_log::Log;
use crate::support::is_long;
use crate::terminal::ESC;
use crate::terminal::Folder;
use crate::terminal::Terminal;

/// Waits until the header tells of so many pageviews.
fn wait_for_pageviews(terminal: &Terminal, n: u64) {
    let n = with_commas(n);
    terminal.wait_for_line(&["access.log", &format!(" {n} pageviews")]);
}

fn with_commas(n: u64) -> String {
    let digits = n.to_string();
    let from_end = digits.len() % 3;
    let with_comma = |(at, digit): (usize, char)| match at > 0 && at % 3 == from_end {
        true => format!(",{digit}"),
        false => digit.to_string(),
    };
    digits.chars().enumerate().map(with_comma).collect()
}

/// That the screen has the figures of a file with all lines.
fn check_figures(terminal: &Terminal, log: &Log) {
    fs::write(log.path("all.log"), &log.all).unwrap();
    let summary = terminal.folder.prints(&["summary", "all.log"]);
    let row = summary.lines().nth(1).unwrap();
    let figures: Vec<&str> = row
        .split("  ")
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .collect();
    let [
        gap,
        users,
        pageviews,
        sessions,
        _,
        bounce_rate,
        _,
        median,
        views,
    ] = figures[..]
    else {
        panic!("another summary: {summary}");
    };
    terminal.wait_for_line(&[&format!(" {pageviews} pageviews  {users} users")]);
    terminal.wait_for_line(&[&format!(
        " gap {gap}   {sessions} sessions   bounce {bounce_rate}   median {median}   {views} views a session"
    )]);
}

#[test]
fn lines_come_in_or_wait_and_every_rotation_is_survived() {
    let folder = Folder::new();
    let mut log = Log::within(folder.work.path());
    log.write(300);
    let mut terminal = Terminal::open(folder, &["--follow", "access.log"], (120, 30), &[]);
    // The last line has no end yet.
    wait_for_pageviews(&terminal, 299);
    terminal.press("jjj");
    terminal.wait_for_foot("4 of ");
    let line = terminal.wait_for_line(&["> 192.0.2."]);
    let user = line.split_whitespace().nth(1).unwrap();
    let selected = format!("> {user}");
    log.rotate(0);
    log.write(200);
    wait_for_pageviews(&terminal, 499);
    terminal.wait_for(&selected);
    terminal.press(" ");
    terminal.wait_for("PAUSED");
    for way in 1..3 {
        log.rotate(way);
        log.write(50);
        let n = log.n - 1 - 499;
        terminal.wait_for_line(&[" 499 pageviews", &format!("PAUSED, {n} waiting")]);
    }
    terminal.press(" ");
    terminal.wait_for_line(&[" 599 pageviews", "LIVE"]);
    log.end_line();
    wait_for_pageviews(&terminal, 600);
    log.truncate();
    log.write(50);
    log.end_line();
    wait_for_pageviews(&terminal, 650);
    terminal.wait_for(&selected);
    check_figures(&terminal, &log);
    terminal.press("i");
    terminal.wait_for("it was rotated: going on with the new file");
    terminal.wait_for("it was emptied or rewritten: reading it from its start");
    terminal.press(ESC);
    terminal.wait_for_no("it was rotated");
    terminal.quits();
}

/// Two thousand lines a second: for four seconds, or for five minutes if there is time.
#[test]
fn a_log_that_grows_fast_is_followed_and_loaded_at_once() {
    let (n_blocks, kill_every, rotate_every) = match is_long() {
        true => (3_000, 280, 310),
        false => (40, 15, 11),
    };
    let folder = Folder::new();
    let mut log = Log::within(folder.work.path());
    log.append(b"");
    let mut terminal = Terminal::open(folder, &["--follow", "access.log"], (120, 30), &[]);
    let every = |n: usize| -> Vec<u64> { (n as u64..n_blocks).step_by(n).collect() };
    let (kills, rotates) = (every(kill_every), every(rotate_every));
    let course = Course {
        n_blocks,
        lines_a_block: 200,
        rotates: &rotates,
        kills: &kills,
        pause: Duration::from_millis(100),
    };
    write_and_load(&mut log, &course);
    check_figures(&terminal, &log);
    terminal.quits();
}
