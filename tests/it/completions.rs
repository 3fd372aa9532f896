//! What `dwell completions` prints completes in real shells.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::folder::DWELL;
use crate::folder::Folder;
use crate::support::has;

/// A folder with a script for each shell, and files to complete.
fn with_scripts() -> Folder {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        folder.write(shell, &folder.prints(&["completions", shell]));
    }
    folder.write(
        "my views.csv",
        "Visitor ID,at,url\nann,2024-03-05 09:00:00,/home\nbob,2024-03-05 09:01:00,/cart\n",
    );
    folder.write("events.csv", "");
    fs::create_dir(folder.path("export-logs")).unwrap();
    folder
}

/// What a program prints, given this script, with dwell on its path.
fn printed(folder: &Folder, program: &str, args: &[&str]) -> String {
    let bin = Path::new(DWELL).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let output = Command::new(program)
        .args(args)
        .current_dir(folder.path(""))
        .env("PATH", path)
        .env("HOME", folder.path(""))
        .output()
        .unwrap();
    assert!(output.stderr.is_empty(), "{args:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// What bash proposes for words, of which the last is being typed.
fn in_bash(folder: &Folder, words: &[&str]) -> Vec<String> {
    let script = r#"
        source ./bash
        COMP_WORDS=("$@")
        COMP_CWORD=$(($# - 1))
        _dwell "$1"
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    let args = [&["--norc", "-c", script, "bash"], words].concat();
    let printed = printed(folder, "bash", &args);
    printed.lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_commands_options_values_columns_and_files() {
    let folder = with_scripts();
    for (words, expected) in [
        (&["dwell", "insp"][..], &["inspect"][..]),
        // A command, and what is in the folder.
        (&["dwell", "ex"], &["export", "export-logs"]),
        (&["dwell", "export", "--ro"], &["--rows", "--rows-at"]),
        (&["dwell", "export", "--rows", "u"], &["users"]),
        (&["dwell", "export", "--rows", "=", "u"], &["users"]),
        (
            &["dwell", "export", "--layout", "RetailR"],
            &["RetailRocket"],
        ),
        (
            &["dwell", "inspect", r"my\ views.csv", "--user-column", "V"],
            &[r"Visitor\ ID"],
        ),
        (
            &["dwell", "inspect", "'my views.csv'", "--user-column", "'V"],
            &["Visitor ID"],
        ),
        (
            &["dwell", "inspect", "'my views.csv'", "--where", "u"],
            &["url="],
        ),
        (&["dwell", "check", "no such"], &[""]),
    ] {
        assert_eq!(in_bash(&folder, words), expected, "{words:?}");
    }
}

#[test]
fn fish_completes_with_what_words_mean() {
    if !has("fish") {
        return;
    }
    let folder = with_scripts();
    let complete = |line: &str| {
        let script = format!("source fish; complete --do-complete {line:?}");
        printed(&folder, "fish", &["--no-config", "-c", &script])
    };
    assert_eq!(
        complete("dwell insp"),
        "inspect\tShow how files are read: their columns, what each means, and the command that says so\n"
    );
    assert_eq!(
        complete("dwell export --rows p"),
        "pageviews\tOne row a pageview, with its session\n"
    );
    assert_eq!(
        complete("dwell export --rows=p"),
        "--rows=pageviews\tOne row a pageview, with its session\n"
    );
    assert_eq!(
        complete("dwell inspect 'my views.csv' --user-column V"),
        "Visitor ID\tann, bob\n"
    );
    assert_eq!(complete("dwell ev"), "events.csv\n");
    assert_eq!(complete("dwell export --gap ev"), "");
}

/// Types lines with a tab behind each into a zsh, and prints what becomes of them.
const TYPE_INTO_ZSH: &str = r#"
    zmodload zsh/zpty
    zpty shell zsh -f -i
    zpty -w shell "autoload -U compinit; compinit -u -d zcompdump; source ./zsh"
    zpty -w shell "show() { print -r -- \"<\$BUFFER>\"; BUFFER=; zle .accept-line }; zle -N show"
    zpty -w shell "bindkey '^I' expand-or-complete '^X' show; print rea''dy"
    zpty -r shell seen '*ready*'
    for typed in "$@"; do
        zpty -w -n shell "$typed"$'\t\x18'
        zpty -r shell seen '*<dwell*>*'
        seen=${seen##*<dwell}
        print -r -- "dwell${seen%%>*}"
    done
    zpty -d shell
"#;

#[test]
fn zsh_completes_as_it_is_typed() {
    if !has("zsh") {
        return;
    }
    let folder = with_scripts();
    let lines = [
        ("dwell insp", "dwell inspect"),
        ("dwell export --rows p", "dwell export --rows pageviews"),
        ("dwell export --rows=p", "dwell export --rows=pageviews"),
        (
            "dwell inspect 'my views.csv' --user-column V",
            r"dwell inspect 'my views.csv' --user-column Visitor\ ID",
        ),
        (
            "dwell export --filter land",
            "dwell export --filter landing:",
        ),
        ("dwell ev", "dwell events.csv"),
    ];
    let typed = lines.map(|(typed, _)| typed);
    let args = [&["60", "zsh", "-f", "-c", TYPE_INTO_ZSH, "zsh"], &typed[..]].concat();
    let shown = printed(&folder, "timeout", &args);
    let shown: Vec<&str> = shown.lines().map(str::trim_end).collect();
    assert_eq!(shown, lines.map(|(_, expected)| expected));
}

#[test]
fn every_script_says_how_it_is_installed() {
    let folder = with_scripts();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = folder.read(shell);
        let head: Vec<&str> = script.lines().take_while(|line| !line.is_empty()).collect();
        assert!(head.iter().all(|line| line.starts_with('#')), "{head:?}");
        assert!(
            head.join("\n")
                .contains(&format!("dwell completions {shell}")),
            "{head:?}"
        );
    }
}

#[test]
fn a_column_that_a_terminal_would_act_on_is_not_proposed() {
    let folder = Folder::new();
    folder.write(
        "a.csv",
        "user_id,page_view_at,page,\u{1b}]0;x\u{7},ta\tb\nann,2024-03-05 09:00:00,/\u{1b}[2J,1,2\n",
    );
    let proposed = folder.prints(&["__complete", "--", "export", "a.csv", "--user-column", ""]);
    assert_eq!(
        proposed,
        "words\nuser_id\tann\npage_view_at\t2024-03-05 09:00:00\npage\t/<U+001B>[2J\n"
    );
}

#[test]
fn only_the_beginning_of_a_file_is_read_for_its_columns() {
    let folder = Folder::new();
    // Of a file of a terabyte the rest is a hole.
    let rows = "ann,2024-03-05 09:00:00,/\n".repeat(5_000);
    folder.write("huge.csv", &format!("user_id,page_view_at,page\n{rows}"));
    let file = fs::OpenOptions::new()
        .append(true)
        .open(folder.path("huge.csv"));
    file.unwrap().set_len(1 << 40).unwrap();
    let proposed = folder.prints(&[
        "__complete",
        "--",
        "export",
        "huge.csv",
        "--page-column",
        "p",
    ]);
    assert!(proposed.contains("\npage\t"), "{proposed}");
}
