//! The manual pages: whole, plain, and right for the programs that show them.

use std::fs;
use std::process::Command;

use crate::folder::Folder;
use crate::support::has;

#[test]
fn a_page_is_written_for_every_command() {
    let folder = Folder::new();
    let ran = folder.run(&["man", "share/man1"]);
    assert_eq!(ran.status, 0);
    let help = folder.prints(&["--help"]);
    let mut pages = crate::folder::names(&folder.path("share/man1"));
    assert!(
        ran.err
            .starts_with(&format!("wrote {} pages to share/man1; ", pages.len())),
        "{ran:?}"
    );
    pages.retain(|name| name != "dwell.1");
    for page in &pages {
        let command = page
            .strip_prefix("dwell-")
            .unwrap()
            .strip_suffix(".1")
            .unwrap();
        assert!(help.contains(&format!("\n  {command} ")), "{page}");
    }
    assert!(pages.len() > 10, "{pages:?}");
}

#[test]
fn without_a_folder_the_main_page_is_printed() {
    let folder = Folder::new();
    folder.does(&["man", "."]);
    assert_eq!(folder.prints(&["man"]), folder.read("dwell.1"));
}

#[test]
fn pages_that_are_there_stay_unless_they_may_be_overwritten() {
    let folder = Folder::new();
    folder.write("dwell-sql.1", "mine");
    let ran = folder.run(&["man", "."]);
    assert_eq!(ran.status, 1);
    assert!(ran.err.contains("dwell-sql.1"), "{ran:?}");
    assert_eq!(folder.names(), ["dwell-sql.1"], "none is written");
    assert_eq!(folder.read("dwell-sql.1"), "mine");
    folder.does(&["man", ".", "--force"]);
    assert!(folder.read("dwell-sql.1").starts_with(".TH DWELL-SQL 1"));
}

#[test]
fn a_page_has_its_sections() {
    let folder = Folder::new();
    folder.does(&["man", "."]);
    let sections = |name: &str| -> Vec<String> {
        let page = folder.read(name);
        let headings = page.lines().filter_map(|line| line.strip_prefix(".SH "));
        headings
            .map(|heading| heading.trim_matches('"').to_owned())
            .collect()
    };
    let reading = ["FORMAT", "COLUMNS", "ROWS", "TIMES", "ACCESS LOGS"]
        .map(|group| format!("READING: {group}"));
    let reading: Vec<&str> = reading.iter().map(String::as_str).collect();
    let end = ["EXIT STATUS", "ENVIRONMENT", "FILES", "SEE ALSO"];
    let begin = ["NAME", "SYNOPSIS"];
    assert_eq!(
        sections("dwell.1"),
        [
            &begin[..],
            &["DESCRIPTION", "EXAMPLES", "COMMANDS", "OPTIONS"],
            &reading,
            &["KEYS OF THE EXPLORER"],
            &end
        ]
        .concat()
    );
    assert_eq!(
        sections("dwell-export.1"),
        [
            &begin[..],
            &["EXAMPLES", "OPTIONS"],
            &reading,
            &["FILTERS"],
            &end
        ]
        .concat()
    );
    assert_eq!(
        sections("dwell-check.1"),
        [&begin[..], &["EXAMPLES", "OPTIONS"], &end].concat()
    );
}

#[test]
fn every_option_of_the_help_is_on_the_page() {
    let folder = Folder::new();
    folder.does(&["man", "."]);
    let help = folder.prints(&["help", "reading"]) + &folder.prints(&["export", "--help"]);
    let page = folder.read("dwell-export.1").replace('\\', "");
    let options = help
        .split_whitespace()
        .filter(|word| word.starts_with("--"));
    let options: Vec<&str> = options
        .map(|word| word.trim_end_matches([',', ';']))
        .collect();
    assert!(options.len() > 35);
    for option in options
        .into_iter()
        .filter(|option| *option != "--help-reading" && *option != "--layouts`")
    {
        assert!(page.contains(option), "{option}");
    }
}

#[test]
fn the_programs_that_show_pages_find_no_fault() {
    let folder = Folder::new();
    folder.does(&["man", "."]);
    for name in folder.names() {
        let page = fs::read(folder.path(&name)).unwrap();
        assert!(page.is_ascii(), "{name}");
    }
    let checks: [(&str, &[&str]); 2] = [
        ("groff", &["-man", "-Tutf8", "-ww", "-z"]),
        ("mandoc", &["-T", "lint", "-W", "error"]),
    ];
    for (program, args) in checks {
        if !has(program) {
            continue;
        }
        let output = Command::new(program)
            .args(args)
            .args(folder.names())
            .current_dir(folder.path(""))
            .output()
            .unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert_eq!(said, "", "{program}");
    }
}
