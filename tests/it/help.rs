//! What `--help` prints: it fits a screen, its examples run, and every option stands in it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::folder::DWELL;
use crate::folder::Folder;
use crate::gaps;
use crate::support::has;
use crate::terminal;

/// What dwell prints on a terminal of so many columns.
fn printed(columns: u16, args: &[&str]) -> String {
    let folder = Folder::new();
    let output = assert_cmd::Command::from_std(folder.command(args))
        .env("COLUMNS", columns.to_string())
        .output()
        .unwrap();
    assert!(output.status.success(), "{args:?}");
    assert!(output.stderr.is_empty(), "{args:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The commands that the help lists.
fn commands() -> Vec<String> {
    let help = printed(100, &["--help"]);
    let list = help.split("\nCommands:\n").nth(1).unwrap();
    let list = list.split("\n\n").next().unwrap();
    list.lines()
        .map(|line| line.split_whitespace().next().unwrap().to_owned())
        .collect()
}

/// The help of dwell, of each command, and of reading, by name.
fn pages(columns: u16) -> Vec<(String, String)> {
    let page = |name: &str, args: &[&str]| (name.to_owned(), printed(columns, args));
    let own = [
        page("dwell", &["--help"]),
        page("reading", &["help", "reading"]),
    ];
    let commands = commands().into_iter();
    let of_commands = commands.map(|command| page(&command, &[&command, "--help"]));
    own.into_iter().chain(of_commands).collect()
}

/// The lines below a heading.
fn below<'t>(page: &'t str, heading: &str) -> Vec<&'t str> {
    let mut lines = page.lines().skip_while(|line| *line != heading);
    lines.next();
    lines.take_while(|line| !line.is_empty()).collect()
}

/// The commands of the examples.
fn examples(page: &str) -> Vec<String> {
    let lines = below(page, "Examples:").into_iter();
    lines
        .map(|line| line.trim().split("  ").next().unwrap().to_owned())
        .collect()
}

#[test]
fn the_help_is_as_it_was_read_last() {
    for columns in [80, 100] {
        for (name, page) in pages(columns) {
            insta::assert_snapshot!(format!("{name}-{columns}"), page);
        }
    }
}

#[test]
fn the_help_of_a_command_fits_a_screen() {
    for (name, page) in pages(100) {
        let most = if name == "reading" { 60 } else { 45 };
        let n_lines = page.lines().count();
        assert!(n_lines <= most, "{name} has {n_lines} lines");
    }
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for columns in [60, 80, 100] {
        for (name, page) in pages(columns) {
            for line in page.lines() {
                let width = line.chars().count();
                assert!(width <= usize::from(columns), "{name}: {line}");
            }
        }
    }
}

#[test]
fn short_and_long_help_are_the_same() {
    for command in commands() {
        assert_eq!(
            printed(100, &[&command, "-h"]),
            printed(100, &[&command, "--help"])
        );
    }
}

#[test]
fn help_of_a_command_is_what_its_option_prints() {
    assert_eq!(printed(100, &["help"]), printed(100, &["--help"]));
    for command in commands() {
        assert_eq!(
            printed(100, &["help", &command]),
            printed(100, &[&command, "--help"])
        );
    }
}

#[test]
fn the_reading_options_have_a_page_in_every_command_that_takes_them() {
    let page = printed(100, &["help", "reading"]);
    assert_eq!(printed(100, &["--help-reading"]), page);
    let reads = ["load", "export", "summary", "gaps", "compare", "inspect"];
    for command in commands() {
        let help = printed(100, &[&command, "--help"]);
        let is_said = help.contains("\n      --help-reading ");
        assert_eq!(is_said, reads.contains(&command.as_str()), "{command}");
        assert!(!help.contains("--time-zone"), "{command}");
        if is_said {
            // Whatever else is missing.
            assert_eq!(printed(100, &[&command, "--help-reading"]), page);
        }
    }
}

#[test]
fn what_is_no_topic_is_answered_with_the_nearest() {
    let ran = Folder::new().run(&["help", "exprot"]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.err.contains("a similar value exists: 'export'"),
        "{ran:?}"
    );
    assert!(!ran.err.contains("__complete"), "{ran:?}");
}

#[test]
fn every_page_begins_with_examples_and_its_options_have_words() {
    for (name, page) in pages(100) {
        assert!(!examples(&page).is_empty(), "{name}");
        for line in page.lines().filter(|line| line.starts_with("      --")) {
            let (_, words) = line
                .trim_start()
                .split_once("  ")
                .unwrap_or_else(|| panic!("{name}: {line}"));
            let words = words.trim();
            assert!(words.starts_with(char::is_uppercase), "{name}: {words}");
            assert!(!words.ends_with('.'), "{name}: {words}");
        }
    }
}

/// Makes the files that the examples name.
fn make_files(folder: &Path) {
    gaps::counted(folder, &[]);
    let dwell = |args: &[&str]| {
        let ran = Command::new(DWELL).args(args).current_dir(folder).output();
        assert!(ran.unwrap().status.success(), "{args:?}");
    };
    dwell(&["generate", "-o", "access.log", "--format", "access-log"]);
    dwell(&["load", "--store", "shop.db", "views.csv"]);
    fs::create_dir(folder.join("logs")).unwrap();
    fs::copy(folder.join("access.log"), folder.join("logs/a.gz")).unwrap();
    let odd = "visitor,at,url,event\n\
               ann,2024-03-05 09:00:00,/home,page_view\n\
               ann,2024-03-05 09:01:00,/cart,click\n\
               bob,2024-03-05 09:02:00,/home,page_view\n";
    fs::write(folder.join("odd.csv"), odd).unwrap();
}

#[test]
fn every_example_runs() {
    let commands = commands();
    let pages = pages(100);
    let lines: BTreeSet<String> = pages.iter().flat_map(|(_, page)| examples(page)).collect();
    assert!(lines.len() > 25, "{lines:?}");
    let files = tempfile::tempdir().unwrap();
    make_files(files.path());
    for line in lines {
        let folder = terminal::Folder::new();
        let work = folder.path("");
        let copied = Command::new("cp")
            .arg("-r")
            .arg(files.path().join("."))
            .arg(&work)
            .status();
        assert!(copied.unwrap().success());
        if line.starts_with("dwell generate") {
            fs::remove_file(work.join("views.csv")).unwrap();
            fs::remove_file(work.join("access.log")).unwrap();
        }
        let mut shells = ["fish", "zsh"].into_iter();
        let shell = shells.rfind(|shell| line.contains(shell)).unwrap_or("bash");
        if !has(shell) || line.contains("man -l") && !has("man") {
            continue;
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        let is_command = |word: &&str| commands.iter().any(|command| command == word);
        if words[0] == "dwell" && !words.get(1).is_some_and(is_command) {
            let mut terminal = folder.opens(&words[1..]);
            terminal.wait_for(" users");
            terminal.press("q");
            assert!(terminal.ends().success(), "{line}");
            continue;
        }
        let typed = match shell {
            "zsh" => format!("autoload -U compinit; compinit -u -d .zcompdump; {line}"),
            _ => line.clone(),
        };
        let path = std::env::var("PATH").unwrap();
        let output = Command::new(shell)
            .args(["-c", &typed])
            .current_dir(&work)
            .env("HOME", &work)
            .env(
                "PATH",
                format!("{}:{path}", Path::new(DWELL).parent().unwrap().display()),
            )
            .env("MANPAGER", "cat")
            .output()
            .unwrap();
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{line}: {words}");
        assert!(!words.contains("warning"), "{line}: {words}");
    }
}
