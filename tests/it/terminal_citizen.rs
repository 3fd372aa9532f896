//! What a terminal, a shell and their signals may expect of the explorer.

#![cfg(unix)]

use std::fs;
use std::io::Read;

use crate::terminal::DWELL;
use crate::terminal::ENTER;
use crate::terminal::ESC;
use crate::terminal::Folder;
use crate::terminal::Terminal;
use crate::terminal::poll;
use crate::terminal::start;

const CTRL_L: &str = "\u{c}";

/// The state of the process, as the system names it: `T` is stopped.
#[cfg(target_os = "linux")]
fn state(terminal: &Terminal) -> char {
    let stat = format!("/proc/{}/stat", terminal.child.process_id().unwrap());
    let stat = fs::read_to_string(stat).unwrap();
    let (_, state) = stat.rsplit_once(") ").unwrap();
    state.chars().next().unwrap()
}

/// Something else has written over the picture.
fn garble(terminal: &Terminal) {
    // Behind the glass, as a message of another program would be.
    terminal.write_over("\u{1b}[H\u{1b}[2Jgarbled by another program");
    terminal.wait_for("garbled");
}

#[test]
#[cfg(target_os = "linux")]
fn after_stop_and_cont_all_of_the_screen_is_there_again() {
    let mut terminal = Folder::new().opens(&[]);
    terminal.wait_for("5,005 pageviews");
    for signal in ["STOP", "TSTP"] {
        terminal.signal(signal);
        poll("it is stopped", || (state(&terminal) == 'T').then_some(()));
        garble(&terminal);
        terminal.signal("CONT");
        terminal.wait_until("all is painted again", |glass| {
            let text = glass.text();
            !text.contains("garbled") && text.contains("5,005 pageviews") && text.contains("> 1023")
        });
    }
    terminal.press("+");
    terminal.wait_for("gap 45m");
    terminal.quits();
}

#[test]
#[cfg(target_os = "linux")]
fn a_stop_by_the_shell_gives_the_terminal_back_first() {
    let mut terminal = Folder::new().opens(&[]);
    terminal.wait_for("5,005 pageviews");
    terminal.signal("TSTP");
    poll("it is stopped", || (state(&terminal) == 'T').then_some(()));
    terminal.wait_until("the terminal is given back", |glass| glass.is_given_back());
    terminal.signal("CONT");
    terminal.wait_for("5,005 pageviews");
    terminal.quits();
}

#[test]
fn control_l_draws_everything_anew() {
    let mut terminal = Folder::new().opens(&[]);
    terminal.wait_for("5,005 pageviews");
    garble(&terminal);
    terminal.press(CTRL_L);
    terminal.wait_until("all is painted again", |glass| {
        let text = glass.text();
        !text.contains("garbled") && text.contains("5,005 pageviews") && text.contains("> 1023")
    });
    terminal.quits();
}

#[test]
fn quit_by_signal_gives_the_terminal_back() {
    let mut terminal = Folder::new().opens(&[]);
    terminal.wait_for("5,005 pageviews");
    terminal.signal("QUIT");
    let status = terminal.ends();
    assert!(
        status
            .signal()
            .is_some_and(|words| words.starts_with("Quit")),
        "{status:?}"
    );
}

#[test]
fn a_dead_terminal_ends_it_even_where_hangups_are_ignored() {
    let folder = Folder::new();
    // The shell ignores the hangup, and so does what it starts; a process of another session hears of none.
    let line = format!("trap '' HUP; exec setsid -w {DWELL}");
    let (mut child, master) = start(&folder, &["sh", "-c", &line], (80, 24), &[]);
    let mut screen = master.try_clone_reader().unwrap();
    screen.read_exact(&mut [0]).unwrap();
    drop((screen, master));
    poll("dwell ends", || child.try_wait().unwrap());
}

#[test]
fn a_large_paste_is_there_at_once() {
    let mut terminal = Folder::new().opens(&[]);
    terminal.wait_for("5,005 pageviews");
    terminal.press("/");
    let text = "x".repeat(100_000);
    terminal.press(&format!("{ESC}[200~{text}{ESC}[201~"));
    terminal.wait_for("0 of 83");
    terminal.press(ESC);
    terminal.wait_for("1 of 83");
    terminal.quits();
}

#[test]
fn what_cannot_show_utf_8_gets_ascii() {
    for environment in [
        [("TERM", "dumb"), ("LC_ALL", "C.UTF-8")],
        [("TERM", "xterm"), ("LC_ALL", "C")],
    ] {
        let mut terminal = Terminal::open(Folder::new(), &[], (80, 24), &environment);
        terminal.wait_for("5,005 pageviews");
        let text = terminal.wait_for("> 1023");
        assert!(text.is_ascii(), "{text}");
        terminal.quits();
    }
}

#[test]
fn the_home_folder_is_meant_by_a_tilde() {
    let folder = Folder::with_store();
    let home = folder.work.path().to_string_lossy().into_owned();
    let mut terminal = Terminal::open(folder, &["shop.db"], (100, 30), &[("HOME", &home)]);
    terminal.wait_for("2,005 pageviews");
    terminal.press(":export ~/out.csv").press(ENTER);
    terminal.wait_for("Export");
    terminal.press(ENTER);
    terminal.wait_for("Enter closes");
    let path = terminal.folder.path("out.csv");
    assert!(path.is_file());
    // The whole path is told, however it was typed.
    let whole = path.to_string_lossy().into_owned();
    terminal.wait_until("the path is told", |glass| {
        let text: String = glass.text().replace(['\n', '│', ' '], "");
        text.contains(&whole.replace(' ', ""))
    });
    terminal.press(ESC);
    terminal.wait_for_no("Enter closes");
    terminal.quits();
}

#[test]
fn under_tmux_a_copy_says_that_tmux_decides() {
    let environment = [("TMUX", "/tmp/tmux-0/default,1,0")];
    let mut terminal = Terminal::open(Folder::new(), &[], (120, 24), &environment);
    terminal.wait_for("5,005 pageviews");
    terminal.press("y");
    terminal.wait_for("tmux passes it on if its option set-clipboard is on");
    terminal.quits();
}

#[test]
fn rejects_are_grouped_by_reason_and_written_to_a_file() {
    let folder = Folder::new();
    let table = "user_id,page_view_at,page\n\
                 a,2024-01-01 10:00:00,/home\n\
                 a,soon,\"/a,b\"\n\
                 a,later,/c\n\
                 ,2024-01-01 10:05:00,/d\n\
                 a,2024-01-01 10:06:00,/e\n\
                 a,2024-01-01 10:07:00,/f\n";
    fs::write(folder.path("views.csv"), table).unwrap();
    let mut terminal = folder.opens(&["views.csv"]);
    terminal.wait_for_line(&["3 rejects"]);
    terminal.press("i");
    terminal.wait_for("2 like views.csv:3:");
    terminal.press("e");
    terminal.wait_for(":rejects views-rejects.csv");
    terminal.press(ENTER);
    terminal.wait_for("3 rejects in ");
    let written = fs::read_to_string(terminal.folder.path("views-rejects.csv")).unwrap();
    let lines: Vec<&str> = written.lines().collect();
    assert_eq!(lines[0], "file,line,reason");
    let begins = ["views.csv,3,", "views.csv,4,", "views.csv,5,"];
    assert!(
        lines[1..]
            .iter()
            .zip(begins)
            .all(|(line, begin)| line.starts_with(begin)),
        "{written}"
    );
    assert_eq!(lines.len(), 4, "{written}");
    terminal.quits();
}

#[test]
fn digits_switch_screens_whatever_was_pressed_before() {
    let mut terminal = Folder::new().opens(&[]);
    terminal.wait_for("5,005 pageviews");
    terminal.press("4");
    terminal.wait_for("v takes it");
    terminal.press("j24G");
    terminal.wait_for_line(&["15 of 15"]);
    terminal.press("1G");
    terminal.wait_for_line(&["83 of 83"]);
    terminal.press(":time").press(ENTER);
    terminal.wait_for("no command begins with time");
    terminal.press(ESC);
    terminal.wait_for_no("no command begins");
    terminal.quits();
}
