//! Real exports and bug reports of others, each a command and what it must say: ../shared/field/tables, used where
//! it is.
//!
//! A case is right, refused with a sentence, or wrong: other figures, or figures where a refusal was due.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::process::Output;

use crate::support;

/// Cases that are refused although they could be read. The list may only shrink.
const REFUSED: &[&str] = &["heap-avro", "feather", "orc"];

/// Cases that are wrong. The list may only shrink.
const WRONG: &[&str] = &[];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Right,
    Refused,
    Wrong,
}

/// Runs a shell command in the folder; `dwell` is the binary under test, `$TMP` an empty folder.
fn run(command: &str, folder: &Path) -> Output {
    let scratch = tempfile::tempdir().unwrap();
    let binary = Path::new(env!("CARGO_BIN_EXE_dwell"));
    let path = std::env::var("PATH").unwrap_or_default();
    Command::new("bash")
        .args(["-c", command])
        .current_dir(folder)
        .env(
            "PATH",
            format!("{}:{path}", binary.parent().unwrap().display()),
        )
        .env("TMP", scratch.path())
        .output()
        .unwrap()
}

/// `users/pageviews/sessions/bounces` of the last line of a summary.
fn figures(stdout: &str) -> String {
    let last = stdout.lines().last().unwrap_or_default();
    let cells: Vec<String> = last
        .split_whitespace()
        .skip(1)
        .take(4)
        .map(|cell| cell.replace(',', ""))
        .collect();
    cells.join("/")
}

fn judge(expected: &str, output: &Output) -> Verdict {
    let stdout = String::from_utf8_lossy(&output.stdout);
    let is_refused = output.status.code() == Some(1) && !output.stderr.is_empty();
    let is_right = match expected.strip_prefix("grep:") {
        _ if expected == "refuse" => is_refused && stdout.is_empty(),
        Some(text) => output.status.success() && stdout.contains(text),
        None => output.status.success() && figures(&stdout) == expected,
    };
    match (is_right, is_refused) {
        (true, _) => Verdict::Right,
        (false, true) => Verdict::Refused,
        (false, false) => Verdict::Wrong,
    }
}

#[test]
fn tables_from_the_field_are_read_right() {
    let Some(folder) = support::shared("field/tables") else {
        return;
    };
    let cases = fs::read_to_string(folder.join("cases.tsv")).unwrap();
    let mut counts = [0; 3];
    let mut worse = String::new();
    for case in cases.lines().skip(1) {
        let [name, _, command, expected, ..] = case.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{case}");
        };
        let output = run(command, &folder);
        let verdict = judge(expected, &output);
        counts[verdict as usize] += 1;
        let allowed = match name {
            _ if WRONG.contains(&name) => Verdict::Wrong,
            _ if REFUSED.contains(&name) => Verdict::Refused,
            _ => Verdict::Right,
        };
        if verdict != allowed {
            println!("{name}: {verdict:?}, in the lists as {allowed:?}");
        }
        if verdict as usize > allowed as usize {
            let said = String::from_utf8_lossy(&output.stderr);
            let got = figures(&String::from_utf8_lossy(&output.stdout));
            let _ = writeln!(
                worse,
                "{name}: {verdict:?}: {command}\n  expected {expected}, got {got}\n{said}"
            );
        }
    }
    println!(
        "field/tables: {} right, {} refused, {} wrong",
        counts[0], counts[1], counts[2]
    );
    assert!(worse.is_empty(), "{worse}");
}
