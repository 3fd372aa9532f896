//! `dwell load --follow`: a log that is written, rotated and followed, and a loader that is killed.

use std::fs;
use std::fs::File;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use rusqlite::Connection;
use rusqlite::OpenFlags;

use crate::support::is_long;
use crate::support::seed;
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

/// A log that is written, and all that was ever written.
struct Log {
    folder: tempfile::TempDir,
    all: Vec<u8>,
    /// Lines written, and how many of them before the file was begun.
    n: u64,
    n_before: u64,
    n_rotated: usize,
    cut: Vec<u8>,
    random: u64,
}

impl Log {
    fn new() -> Log {
        Log {
            folder: tempfile::tempdir().unwrap(),
            all: Vec::new(),
            n: 0,
            n_before: 0,
            n_rotated: 0,
            cut: Vec::new(),
            random: seed().wrapping_add(1),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn chance(&mut self, n: u64) -> u64 {
        self.random = self
            .random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.random >> 33) % n
    }

    fn append(&self, bytes: &[u8]) {
        let mut options = OpenOptions::new();
        let file = options
            .append(true)
            .create(true)
            .open(self.path("access.log"));
        file.unwrap().write_all(bytes).unwrap();
    }

    /// Writes lines, the last of them without its end.
    fn write(&mut self, n: u64) {
        let mut text = std::mem::take(&mut self.cut);
        for _ in 0..n {
            // Now and then a line comes late.
            let late = if self.chance(20) == 0 {
                self.chance(4_000)
            } else {
                0
            };
            let second = (self.n + 5_000).saturating_sub(late);
            let (hour, minute) = (second / 3_600, second / 60 % 60);
            let line = format!(
                "192.0.2.{} - - [{:02}/Mar/2024:{:02}:{minute:02}:{:02} +0000] \"GET /p/{} HTTP/1.1\" 200 12 \"-\" \"Mozilla/5.0\"\n",
                self.chance(50),
                1 + hour / 24,
                hour % 24,
                second % 60,
                self.n
            );
            self.n += 1;
            self.all.extend(line.as_bytes());
            text.extend(line.as_bytes());
        }
        let cut = text.len().min(1 + self.chance(60) as usize);
        self.cut = text.split_off(text.len() - cut);
        self.append(&text);
    }

    /// Writes the rest of the last line.
    fn end_line(&mut self) {
        let rest = std::mem::take(&mut self.cut);
        self.append(&rest);
    }

    /// Rotates it: renamed and made anew, renamed and missing for a while, or copied and emptied.
    fn rotate(&mut self, way: usize) {
        self.end_line();
        self.n_rotated += 1;
        for older in (1..self.n_rotated).rev() {
            let [from, to] = [older, older + 1].map(|n| self.path(&format!("access.log.{n}")));
            fs::rename(from, to).unwrap();
        }
        let (log, rotated) = (self.path("access.log"), self.path("access.log.1"));
        match way % 3 {
            0 => {
                fs::rename(&log, rotated).unwrap();
                File::create(log).unwrap();
            }
            1 => fs::rename(&log, rotated).unwrap(),
            _ => {
                fs::copy(&log, rotated).unwrap();
                File::create(log).unwrap();
            }
        }
        self.n_before = self.n;
    }
}

fn follow(log: &Log) -> Child {
    let mut command = dwell(
        &["load", "--follow", "--store", "s.db", "access.log"],
        log.folder.path(),
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
    let folder = log.folder.path();
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

/// Writes blocks of lines. `rotates` and `kills` say at which of them the log is rotated and the loader killed.
fn write_and_follow(
    n_blocks: u64,
    lines_a_block: u64,
    rotates: &[u64],
    kills: &[u64],
    pause: Duration,
) {
    let mut log = Log::new();
    let store = log.path("s.db");
    log.write(100);
    let mut loader = follow(&log);
    until("the first lines are stored", || n_stored(&store) >= 99);
    let (mut way, mut n_kills) = (0, 0);
    for block in 0..n_blocks {
        log.write(lines_a_block);
        if kills.contains(&block) {
            loader.kill().unwrap();
            loader.wait().unwrap();
            n_kills += 1;
            if n_kills % 2 == 0 {
                // It is rotated while nobody looks.
                log.rotate(way);
                way += 1;
                log.write(lines_a_block);
            }
            loader = follow(&log);
        }
        if rotates.contains(&block) {
            let n_before = log.n_before;
            until("the file is known", || n_stored(&store) > n_before);
            log.rotate(way);
            way += 1;
        }
        thread::sleep(pause);
    }
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
    check_all(&log);
    let n_entries = |store: &Path| -> i64 {
        let connection = Connection::open(store).unwrap();
        let count = "SELECT count(*) FROM loads";
        connection.query_row(count, [], |row| row.get(0)).unwrap()
    };
    let most = 2 + way as i64 + kills.len() as i64 * 2;
    assert!(
        n_entries(&store) <= most,
        "the ledger has an entry for each file and start"
    );
}

#[test]
fn a_log_that_is_rotated_and_a_loader_that_is_killed_give_what_one_load_gives() {
    write_and_follow(12, 40, &[2, 4, 7], &[3, 6, 9], Duration::ZERO);
}

#[test]
fn five_minutes_of_two_thousand_lines_a_second() {
    if !is_long() {
        println!("SKIPPED: DWELL_LONG is not set");
        return;
    }
    let kills: Vec<u64> = (1..=10).map(|n| n * 280).collect();
    let rotates: Vec<u64> = (1..=9).map(|n| n * 310).collect();
    write_and_follow(3_000, 200, &rotates, &kills, Duration::from_millis(100));
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
    let loaded = run(
        &["load", "--store", "s.db", "access.log"],
        log.folder.path(),
    );
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
    fs::create_dir(folder.path().join("logs")).unwrap();
    for (args, said) in [
        (&["a.gz"][..], "what is compressed cannot be followed"),
        (&["pretty.json"], "one object on each line"),
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
