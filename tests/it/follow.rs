//! `dwell load --follow`: a log that is written, rotated and followed, and a loader that is killed.

use std::fs;
use std::path::Path;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use rusqlite::Connection;
use rusqlite::OpenFlags;

use crate::growing_log::Log;
use crate::support::stored_sessions;

/// Nothing takes so long, even on a machine with much else to do.
const PATIENCE: Duration = Duration::from_secs(120);

fn dwell(args: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dwell"));
    command.args(args).current_dir(folder);
    command.env("XDG_CONFIG_HOME", folder);
    command
}

fn run(args: &[&str], folder: &Path) -> (i32, String, String) {
    let output = dwell(args, folder).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let code = output.status.code().unwrap_or(-1);
    (code, text(output.stdout), text(output.stderr))
}

/// Waits until something is the case.
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "it never came that {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// How many pageviews the ledger of a store tells of.
fn n_stored(store: &Path) -> u64 {
    let count = || -> rusqlite::Result<i64> {
        let connection = Connection::open_with_flags(store, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        let sum = "SELECT coalesce(sum(pageviews - dropped), 0) FROM loads";
        connection.query_row(sum, [], |row| row.get(0))
    };
    count().unwrap_or(0) as u64
}

fn follow(log: &Log) -> Child {
    let mut command = dwell(
        &["load", "--follow", "--store", "s.db", "access.log"],
        &log.folder,
    );
    command.stderr(Stdio::null()).spawn().unwrap()
}

/// Ends a process as a service manager does; returns its exit status.
fn terminate(mut child: Child) -> Option<i32> {
    let pid = child.id().to_string();
    Command::new("kill").args(["-TERM", &pid]).status().unwrap();
    child.wait().unwrap().code()
}

/// That the store has what a load of everything at once gives.
fn check_all(log: &Log) {
    let folder = &log.folder;
    fs::write(log.path("all.log"), &log.all).unwrap();
    let loaded = run(&["load", "--store", "all.db", "all.log"], folder);
    assert_eq!(loaded.0, 0, "{}", loaded.2);
    for rows in ["pageviews", "sessions", "users"] {
        let export = |store| run(&["export", store, "--rows", rows, "-o", "-"], folder);
        assert_eq!(export("s.db").1, export("all.db").1, "{rows}");
    }
    let sessions = |store| stored_sessions(&log.path(store));
    assert_eq!(
        sessions("s.db"),
        sessions("all.db"),
        "the table of sessions"
    );
    let checked = run(&["check", "s.db"], folder);
    assert_eq!(checked.0, 0, "{}", checked.2);
}

/// What happens while a log is written: `rotates` and `kills` say at which of the blocks the log is rotated and the
/// loader killed.
pub(crate) struct Course<'a> {
    pub(crate) n_blocks: u64,
    pub(crate) lines_a_block: u64,
    pub(crate) rotates: &'a [u64],
    pub(crate) kills: &'a [u64],
    /// From one block to the next.
    pub(crate) pause: Duration,
}

/// Writes a log and loads what is appended, until every line is stored, and sees that it is what one load gives.
pub(crate) fn write_and_load(log: &mut Log, course: &Course<'_>) {
    let store = log.path("s.db");
    log.write(100);
    let mut loader = follow(log);
    until("the first lines are stored", || n_stored(&store) >= 99);
    let (mut way, mut n_kills) = (0, 0);
    let began = Instant::now();
    for block in 0..course.n_blocks {
        log.write(course.lines_a_block);
        if course.kills.contains(&block) {
            loader.kill().unwrap();
            loader.wait().unwrap();
            n_kills += 1;
            if n_kills % 2 == 0 {
                // It is rotated while nobody looks.
                log.rotate(way);
                way += 1;
                log.write(course.lines_a_block);
            }
            loader = follow(log);
        }
        if course.rotates.contains(&block) {
            let n_before = log.n_before;
            until("the file is known", || n_stored(&store) > n_before);
            log.rotate(way);
            way += 1;
        }
        let next = course.pause * (block as u32 + 1);
        thread::sleep(next.saturating_sub(began.elapsed()));
    }
    println!(
        "{} lines in {:.1?}; rotated {way} times, the loader killed {n_kills} times",
        log.n,
        began.elapsed()
    );
    log.end_line();
    let n = log.n;
    until("every line is stored", || n_stored(&store) >= n);
    assert_eq!(n_stored(&store), n, "no line is stored twice");
    if cfg!(unix) {
        assert_eq!(terminate(loader), Some(130));
    } else {
        loader.kill().unwrap();
        loader.wait().unwrap();
    }
    check_all(log);
    let n_entries = |store: &Path| -> i64 {
        let connection = Connection::open(store).unwrap();
        let count = "SELECT count(*) FROM loads";
        connection.query_row(count, [], |row| row.get(0)).unwrap()
    };
    let most = 2 + way as i64 + course.kills.len() as i64 * 2;
    assert!(
        n_entries(&store) <= most,
        "the ledger has an entry for each file and start"
    );
}

#[test]
fn a_log_that_is_rotated_and_a_loader_that_is_killed_give_what_one_load_gives() {
    let course = Course {
        n_blocks: 12,
        lines_a_block: 40,
        rotates: &[2, 4, 7],
        kills: &[3, 6, 9],
        pause: Duration::ZERO,
    };
    write_and_load(&mut Log::new(), &course);
}

/// Starts with few lines, in a format that must be decided.
#[test]
fn a_table_is_followed_with_its_header_in_each_file() {
    let mut log = Log::new();
    let store = log.path("s.db");
    let row = |n: u64| {
        format!(
            "u{},2024-03-05 10:{:02}:{:02},\"/p\n{n}\"\n",
            n % 7,
            n / 60,
            n % 60
        )
    };
    let rows = |from: u64, to: u64| -> String { (from..to).map(row).collect() };
    let header = "user,time,page\n";
    log.append((header.to_owned() + &rows(0, 30)).as_bytes());
    let loader = follow(&log);
    until("the first rows are stored", || n_stored(&store) == 30);
    log.append(rows(30, 33).as_bytes());
    until("more rows are stored", || n_stored(&store) == 33);
    log.rotate(0);
    log.append((header.to_owned() + &rows(33, 36)).as_bytes());
    until("rows of the next file are stored", || {
        n_stored(&store) == 36
    });
    terminate(loader);
    log.all = (header.to_owned() + &rows(0, 36)).into_bytes();
    check_all(&log);
}

#[test]
#[cfg(unix)]
fn a_loader_that_is_stopped_within_a_load_says_that_the_rest_is_there() {
    let mut log = Log::new();
    let store = log.path("s.db");
    log.write(100);
    let args = ["load", "--follow", "--store", "s.db", "access.log"];
    let mut command = dwell(&args, &log.folder);
    let loader = command.stderr(Stdio::piped()).spawn().unwrap();
    until("the first lines are stored", || n_stored(&store) == 99);
    let beside = Connection::open(&store).unwrap();
    beside.busy_timeout(Duration::ZERO).unwrap();
    log.write(20_000);
    // Whoever cannot begin to write learns that the loader does.
    until("the loader writes", || {
        beside.execute_batch("BEGIN IMMEDIATE; ROLLBACK").is_err()
    });
    let pid = loader.id().to_string();
    Command::new("kill").args(["-TERM", &pid]).status().unwrap();
    let output = loader.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("stopped: what was read is in s.db"), "{said}");
}

/// The store knows the content up to the open record, whoever begins there.
#[test]
fn a_file_that_ends_within_quotes_waits_for_the_rest() {
    let mut log = Log::new();
    let store = log.path("s.db");
    let row = |n: u64| format!("u{},2024-03-05 10:00:{n:02},/p/{n}\n", n % 7);
    let rows = |from: u64, to: u64| -> String { (from..to).map(row).collect() };
    let open = "u1,2024-03-05 10:00:30,\"/p\r\n\u{e9}\n";
    let parts = [
        "user,time,page\n".to_owned() + &rows(0, 30) + open,
        "30\"\n".to_owned() + &rows(31, 40) + "u1,2024-03-05 10:00:40,\"\n",
        "/p/40\"\n".to_owned(),
    ];
    for (part, n) in parts.iter().zip([30, 40, 41]) {
        log.append(part.as_bytes());
        log.all.extend(part.as_bytes());
        let mut loader = follow(&log);
        until("the whole rows are stored", || n_stored(&store) == n);
        loader.kill().unwrap();
        loader.wait().unwrap();
    }
    check_all(&log);
}

#[test]
fn lines_that_another_load_took_in_first_are_not_taken_in_again() {
    let mut log = Log::new();
    let store = log.path("s.db");
    log.write(30);
    log.end_line();
    let mut loader = follow(&log);
    until("the first lines are stored", || n_stored(&store) == 30);
    let stop = |signal: &str| {
        let pid = loader.id().to_string();
        let sent = Command::new("kill").args([signal, &pid]).status();
        assert!(sent.unwrap().success());
    };
    stop("-STOP");
    log.write(10);
    log.end_line();
    let loaded = run(&["load", "--store", "s.db", "access.log"], &log.folder);
    assert_eq!(loaded.0, 0, "{}", loaded.2);
    stop("-CONT");
    until("it is refused", || loader.try_wait().unwrap().is_some());
    assert_eq!(n_stored(&store), 40);
    check_all(&log);
}

#[test]
fn what_cannot_be_followed_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    write("a.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\0");
    write("pretty.json", b"{\n\"user\": \"a\"\n}\n");
    write("a.csv", b"user,time,page\n");
    write("returns.csv", b"user,time,page\ra,1,/\rb,2,/\r");
    fs::create_dir(folder.path().join("logs")).unwrap();
    for (args, said) in [
        (&["a.gz"][..], "what is compressed cannot be followed"),
        (&["pretty.json"], "one object on each line"),
        (
            &["a.csv", "--encoding", "windows-1252"],
            "only UTF-8 text can be followed",
        ),
        (&["returns.csv"], "its lines end in a carriage return"),
        (&["logs"], "--follow takes one file that grows"),
        (&["-"], "--follow needs a file"),
        (&["a.csv", "a.gz"], "--follow takes one file"),
        (&["missing.log"], "cannot read missing.log"),
        (&["a.csv", "--again"], "cannot be used with"),
    ] {
        let args = [&["load", "--follow", "--store", "s.db"], args].concat();
        let (code, _, stderr) = run(&args, folder.path());
        assert!(code == 1 || code == 2, "{args:?}: {code}");
        assert!(stderr.contains(said), "{args:?}: {stderr}");
    }
    assert!(!folder.path().join("s.db").exists());
}

#[test]
fn two_that_follow_one_file_into_one_store_store_no_line_twice() {
    let mut log = Log::new();
    let store = log.path("s.db");
    log.write(100);
    let mut loaders = [follow(&log), follow(&log)];
    until("the first lines are stored", || n_stored(&store) >= 99);
    let mut is_refused = false;
    until("one of them gives up, or all is stored", || {
        log.write(10);
        is_refused = loaders
            .iter_mut()
            .any(|loader| loader.try_wait().unwrap().is_some());
        is_refused || log.n > 3_000
    });
    log.end_line();
    let mut last = follow(&log);
    let n = log.n;
    until("every line is stored", || {
        if last.try_wait().unwrap().is_some() {
            last = follow(&log);
        }
        n_stored(&store) >= n
    });
    for loader in &mut loaders {
        let _ = loader.kill();
        loader.wait().unwrap();
    }
    last.kill().unwrap();
    last.wait().unwrap();
    check_all(&log);
}
