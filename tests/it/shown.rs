//! What commands print on a terminal: nothing of an input or an argument that the terminal would act on.

#![cfg(unix)]

use std::io::Read;
use std::os::unix::ffi::OsStrExt;

use portable_pty::CommandBuilder;
use portable_pty::PtySize;
use portable_pty::native_pty_system;

use crate::folder::DWELL;
use crate::folder::Folder;

/// Changes colours, moves the cursor, sets a title, fills the clipboard, in seven bits and in eight.
const EVIL: &str =
    "\u{1b}[31m\u{1b}[2J\u{1b}]0;title\u{7}\u{1b}]52;c;cm0=\u{7}\u{9b}2J\u{202e}\u{8}\u{7f}";

/// All bytes that dwell prints on a terminal, on stdout and stderr.
fn shown(folder: &Folder, args: &[&str]) -> Vec<u8> {
    let pair = native_pty_system().openpty(PtySize::default()).unwrap();
    let mut command = CommandBuilder::new(DWELL);
    command.args(args);
    command.cwd(folder.work.path());
    command.env("TERM", "xterm-256color");
    command.env("TMPDIR", folder.temporary.path());
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut output = pair.master.try_clone_reader().unwrap();
    let mut bytes = Vec::new();
    // On Linux the end is an error, not nothing.
    let _ = output.read_to_end(&mut bytes);
    child.wait().unwrap();
    bytes
}

/// What is shown without what dwell itself draws: line ends, and of progress and colours the sequences that are
/// used for them.
fn acts(shown: &[u8]) -> bool {
    let text = String::from_utf8_lossy(shown);
    let mut rest = text.replace("\r\n", "\n");
    const OWN: [&str; 7] = [
        "\r",
        "\u{1b}[2K",
        "\u{1b}[1A",
        "\u{1b}[1B",
        "\u{1b}[0m",
        "\u{1b}[1m",
        "\u{1b}[4m",
    ];
    for own in OWN {
        rest = rest.replace(own, "");
    }
    rest.contains(|c: char| c != '\n' && (c.is_control() || c == '\u{202e}'))
}

/// Pageviews whose texts are [`EVIL`], and one whose page is not even UTF-8.
fn evil_pageviews() -> Folder {
    let folder = Folder::new();
    // Enough besides that it looks like text.
    let plain = "b,2024-01-01 00:00:00,/a-page-of-letters\n".repeat(60);
    let rows = format!(
        "user_id,page_view_at,page\n{plain}{EVIL},2024-01-01 00:00:00,/{EVIL}\n\"{EVIL}\r\nb\",2024-01-01 00:00:01,/\nc,never{EVIL},/\n"
    );
    let mut rows = rows.into_bytes();
    rows.extend_from_slice(b"d,2024-01-01 00:00:02,/\x9b2J\xff\n");
    std::fs::write(folder.path("evil.csv"), rows).unwrap();
    folder
}

#[test]
fn an_export_to_a_terminal_is_made_safe() {
    let folder = evil_pageviews();
    for format in ["csv", "jsonl"] {
        for rows in ["sessions", "pageviews", "users"] {
            for output in [&[][..], &["-o", "/dev/tty"], &["-o", "/dev/stdout"]] {
                let args = ["export", "evil.csv", "--format", format, "--rows", rows];
                let args = [&args[..], output].concat();
                let shown = shown(&folder, &args);
                let text = String::from_utf8_lossy(&shown);
                assert!(text.contains("U+202E"), "{args:?}: {text}");
                assert!(!acts(&shown), "{args:?}: {text:?}");
            }
        }
    }
}

#[test]
fn an_export_to_a_pipe_has_the_bytes_of_the_input() {
    let folder = evil_pageviews();
    let out = folder
        .command(&["export", "evil.csv", "--rows", "users"])
        .output()
        .unwrap()
        .stdout;
    let has = |text: &[u8]| out.windows(text.len()).any(|window| window == text);
    assert!(has(EVIL.as_bytes()));
}

#[test]
fn an_argument_that_is_refused_is_repeated_safely() {
    let folder = evil_pageviews();
    let of = |option: &str| format!("{option}={EVIL}");
    let cases: &[&[&str]] = &[
        &[EVIL, EVIL],
        &["export", "evil.csv", &format!("--{EVIL}")],
        &["export", "evil.csv", &of("--gap")],
        &["export", "evil.csv", &of("--format")],
        &["export", "evil.csv", &of("--encoding")],
        &["export", "evil.csv", &of("--timezone")],
        &["export", "evil.csv", &of("--delimiter")],
        &["export", "evil.csv", &of("--user-column")],
        &["export", "evil.csv", &of("--time-format")],
        &["export", "evil.csv", &of("--table")],
        &["export", "evil.csv", "-o", &format!("no/{EVIL}")],
        &["export", EVIL],
        &["sessionize", "--store", "s.db", &of("--from"), "--to=2024"],
        &["sessionize", "--store", EVIL],
        &["generate", &of("--days")],
        &["generate", &of("--late")],
        &["load", "--store", EVIL, "evil.csv", "--color", EVIL],
        &["sql", &of("--dialect")],
        &[
            "sql",
            "--dialect=duckdb",
            "--statement=rebuild",
            &of("--pageviews-table"),
        ],
        &[
            "sql",
            "--dialect=duckdb",
            "--statement=rebuild",
            &of("--user-column"),
        ],
        &["gaps", "--pauses", EVIL],
        &["help", EVIL],
    ];
    for args in cases {
        let shown = shown(&folder, args);
        assert!(!shown.is_empty(), "{args:?}");
        let text = String::from_utf8_lossy(&shown);
        assert!(!acts(&shown), "{args:?}: {text:?}");
    }
}

#[test]
fn a_file_whose_name_a_terminal_would_act_on_is_named_safely() {
    let folder = evil_pageviews();
    let mut names: Vec<Vec<u8>> = vec![EVIL.as_bytes().to_vec()];
    names.push(b"\x9b2J\xff.csv".to_vec());
    for name in names {
        let name = std::ffi::OsStr::from_bytes(&name);
        std::fs::copy(folder.path("evil.csv"), folder.work.path().join(name)).unwrap();
    }
    let pattern = "for file in *; do \"$0\" load --store s.db --again \"$file\"; done";
    let pair = native_pty_system().openpty(PtySize::default()).unwrap();
    let mut command = CommandBuilder::new("sh");
    command.args(["-c", pattern, DWELL]);
    command.cwd(folder.work.path());
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut bytes = Vec::new();
    let _ = pair
        .master
        .try_clone_reader()
        .unwrap()
        .read_to_end(&mut bytes);
    child.wait().unwrap();
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.contains("63 pageviews"), "{text:?}");
    assert!(!acts(&bytes), "{text:?}");
}
