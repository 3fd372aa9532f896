//! The README tells the truth: its tables come from the code, its commands run.

use std::fs;
use std::path::Path;
use std::process::Command;

use dwell::source::PAGE_NAMES;
use dwell::source::TIME_NAMES;
use dwell::source::USER_NAMES;

fn readme() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap()
}

#[test]
fn the_column_names_are_those_that_are_looked_for() {
    let formats = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/formats.md"));
    let formats = formats.unwrap();
    for (role, names) in [
        ("user", USER_NAMES),
        ("time", TIME_NAMES),
        ("page", PAGE_NAMES),
    ] {
        let row = format!("| {role} | `--{role}-column` | {} |", names.join(", "));
        assert!(formats.contains(&row), "docs/formats.md lacks\n{row}");
    }
}

#[test]
fn every_command_runs() {
    let readme = readme();
    let commands: Vec<&str> = readme
        .split("```sh\n")
        .skip(1)
        .flat_map(|block| block.split("```").next().unwrap().lines())
        // What goes to psql is run by tests/it/docs_postgres.rs; here it is only printed.
        .map(|line| line.split(['#', '|']).next().unwrap().trim())
        .filter(|line| line.starts_with("dwell "))
        .collect();
    assert!(commands.len() >= 6, "{commands:?}");
    let folder = tempfile::tempdir().unwrap();
    for line in commands {
        let mut words = line.split_whitespace().skip(1).peekable();
        // The explorer needs a terminal; tests/it/terminal.rs opens it.
        if words.peek().is_some_and(|word| word.contains('.')) {
            continue;
        }
        let output = Command::new(env!("CARGO_BIN_EXE_dwell"))
            .args(words)
            .current_dir(&folder)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{line}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

#[test]
fn every_format_that_is_named_is_read_by_its_command() {
    let readme = readme();
    let formats = readme
        .split("| format | a command |\n|---|---|\n")
        .nth(1)
        .unwrap()
        .split("\n\n")
        .next()
        .unwrap();
    for row in formats.lines() {
        let command = row.rsplit(" | `").next().unwrap().trim_end_matches("` |");
        let command = command.replace("\\|", "|");
        let output = Command::new("bash")
            .args([
                "-c",
                &command.replace("dwell ", concat!(env!("CARGO_BIN_EXE_dwell"), " ")),
            ])
            .current_dir(crate::support::data("formats"))
            .output()
            .unwrap();
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command}: {words}");
    }
}
