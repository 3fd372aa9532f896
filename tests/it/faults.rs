//! Something fails the n-th time, for every n: all of what was to be done is done, or nothing, and trying again succeeds.
//!
//! strace makes a call to the system fail. A limit on the size of files stands for a disk that is full; it cuts the
//! write that crosses it short. The test's own program, run again, does what the command line has no words for: it
//! loads a few rows at a time, so that sorted runs are written and merged.

#![cfg(target_os = "linux")]

use std::env;
use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use dwell::answers::export;
use dwell::answers::export::ExportRequest;
use dwell::answers::export::ExportRows;
use dwell::answers::export::Format;
use dwell::answers::export::Selection;
use dwell::engine::cut::Cut;
use dwell::load::Loading;
use dwell::load::Spill;
use dwell::output::Output;
use dwell::source::Input;
use dwell::source::ReadOptions;
use dwell::store::LoadOptions;
use dwell::store::Store;
use dwell::words::error::Result;
use dwell::words::gap::Gap;
use rusqlite::Connection;
use tempfile::TempDir;

use crate::folder::DWELL;
use crate::folder::Folder;
use crate::folder::names;
use crate::support;

/// Every how many calls one is made to fail, unless there is time for all.
const STEP: usize = 9;

/// Follows threads, and stops at no other calls than those it is to look at.
const STRACE: [&str; 3] = ["-f", "--seccomp-bpf", "-qq"];

/// In blocks of 512 bytes: the limits are so far apart.
const BLOCKS: usize = 5;

/// What is tried.
#[derive(Clone, Copy, Debug)]
enum Work {
    /// Arguments of dwell.
    Dwell(&'static str),
    /// See [`work_with_small_slabs`].
    SmallSlabs(&'static str),
}

/// Calls to the system, and what becomes of the one that is chosen.
type Fault = (&'static str, &'static str);

const FAULTS: [Fault; 8] = [
    ("fsync,fdatasync", "error=EIO"),
    ("rename,renameat,renameat2,link,linkat", "error=EIO"),
    ("write,pwrite64", "error=ENOSPC"),
    ("ftruncate,fallocate", "error=EIO"),
    ("read,pread64", "error=EIO"),
    ("pread64", "retval=0"),
    ("openat", "error=EMFILE"),
    ("mmap", "error=ENOMEM"),
];

impl Work {
    fn command(self) -> (String, Vec<&'static str>, &'static str) {
        match self {
            Work::Dwell(args) => (DWELL.to_owned(), args.split(' ').collect(), ""),
            Work::SmallSlabs(what) => {
                let program = env::current_exe().unwrap();
                let test = "faults::work_with_small_slabs";
                let args = vec!["--exact", test, "--nocapture"];
                (program.to_string_lossy().into_owned(), args, what)
            }
        }
    }

    /// Runs it, behind a command that takes one; returns whether it succeeded.
    fn run(self, folder: &Folder, before: &[&str]) -> bool {
        let (program, args, what) = self.command();
        let mut line = before.to_vec();
        line.push(&program);
        line.extend(args);
        Command::new(line[0])
            .args(&line[1..])
            .current_dir(folder.work.path())
            .env("TMPDIR", folder.temporary.path())
            .env("DWELL_SMALL_SLABS", what)
            .output()
            .unwrap()
            .status
            .success()
    }
}

/// A folder with a store `s.db` of some pageviews, of whose sessions some are missing, and more of them in `more.csv`.
fn folder() -> Folder {
    let folder = Folder::new();
    for (name, seed) in [("g.csv", "1"), ("more.csv", "2")] {
        folder.does(&["generate", "--pageviews", "600", "--seed", seed, "-o", name]);
    }
    folder.does(&["load", "--store", "s.db", "g.csv"]);
    let connection = Connection::open(folder.path("s.db")).unwrap();
    connection
        .execute_batch("DELETE FROM session WHERE user % 2 = 0")
        .unwrap();
    folder
}

/// All that a store says, after it was found whole; `None` if there is none.
fn content(path: &Path) -> Option<Vec<String>> {
    if !path.exists() {
        return None;
    }
    let connection = Connection::open(path).unwrap();
    let integrity: String = connection
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(integrity, "ok");
    let texts = |query: &str| -> Vec<String> {
        let mut statement = connection.prepare(query).unwrap();
        let texts = statement.query_map([], |row| row.get(0)).unwrap();
        texts.map(|text| text.unwrap()).collect()
    };
    Some(
        [
            texts("SELECT user || ' ' || at || ' ' || arrival || ' ' || page FROM pageview"),
            texts(
                "SELECT user || ' ' || started_at || ' ' || ended_at || ' ' || pageviews FROM session",
            ),
            texts("SELECT source || ' ' || pageviews FROM loads"),
            texts("SELECT name || ' ' || value FROM settings"),
            texts("SELECT hour || ' ' || load || ' ' || hex(users) FROM activity"),
        ]
        .concat(),
    )
}

/// What is to be seen of a folder: the stores in it, what is in a file, and whatever else there is.
fn seen(folder: &Folder) -> Vec<(String, Option<Vec<String>>)> {
    let stores = ["s.db", "new.db"].map(|name| (name.to_owned(), content(&folder.path(name))));
    let out = fs::read(folder.path("out"))
        .ok()
        .map(|bytes| vec![format!("{bytes:?}")]);
    let mut seen = Vec::from(stores);
    seen.push(("out".to_owned(), out));
    // What a process that died leaves is removed by the next.
    let names = folder
        .names()
        .into_iter()
        .filter(|name| !name.starts_with('.'));
    seen.extend(names.map(|name| (name, None)));
    seen
}

/// Puts a folder's files in the place of those of another.
fn restore(folder: &Folder, from: &Path) {
    for name in names(folder.work.path()) {
        fs::remove_file(folder.path(&name)).unwrap();
    }
    for name in names(from) {
        fs::copy(from.join(&name), folder.path(&name)).unwrap();
    }
}

/// A piece of work, and what there is to be seen before and after it.
struct Sweep {
    work: Work,
    folder: Folder,
    /// What the folder is at first.
    first: TempDir,
    before: Vec<(String, Option<Vec<String>>)>,
    after: Vec<(String, Option<Vec<String>>)>,
}

impl Sweep {
    fn of(work: Work) -> Sweep {
        let (folder, first) = (folder(), TempDir::new().unwrap());
        for name in folder.names() {
            fs::copy(folder.path(&name), first.path().join(&name)).unwrap();
        }
        let before = seen(&folder);
        assert!(work.run(&folder, &[]), "{work:?}");
        let after = seen(&folder);
        assert!(before != after, "{work:?} changes something");
        Sweep {
            work,
            folder,
            first,
            before,
            after,
        }
    }

    /// Does the work behind a command that makes something fail, and once more without if nothing was done. Returns
    /// whether it succeeded.
    fn try_with(&self, command: &[&str]) -> bool {
        let (work, folder) = (self.work, &self.folder);
        restore(folder, self.first.path());
        let has_succeeded = work.run(folder, command);
        let now = seen(folder);
        assert!(
            now == self.before || now == self.after,
            "{work:?} in part: {command:?}"
        );
        assert!(
            !has_succeeded || now == self.after,
            "{work:?} lost: {command:?}"
        );
        if now == self.before {
            assert!(
                work.run(folder, &[]),
                "{work:?} does not succeed after {command:?}"
            );
            assert!(
                seen(folder) == self.after,
                "{work:?} again after {command:?}"
            );
            // What a process that died has left is gone.
            assert_eq!(
                folder.names().iter().find(|name| name.starts_with('.')),
                None
            );
        }
        has_succeeded
    }

    /// Lets one call of each kind fail after the other.
    fn with_failing_calls(&self, faults: &[Fault]) {
        let mut n_failed = 0;
        let trace = TempDir::new().unwrap();
        let trace = trace.path().join("trace");
        for (calls, how) in faults {
            let step = if support::is_long() { 1 } else { STEP };
            for n in (1..).step_by(step) {
                let inject = format!("inject={calls}:{how}:when={n}");
                let (traced, to) = (format!("trace={calls}"), trace.to_str().unwrap());
                let mut command = vec!["strace"];
                command.extend(STRACE);
                command.extend(["-o", to, "-e", &traced, "-e", &inject]);
                self.try_with(&command);
                if !fs::read_to_string(&trace).unwrap().contains("(INJECTED)") {
                    break;
                }
                n_failed += 1;
            }
        }
        assert!(n_failed > 0, "{:?}: {faults:?}", self.work);
    }

    /// Lets the disk be full after any number of bytes.
    fn with_full_disks(&self) {
        let mut n_failed = 0;
        for blocks in (0..).step_by(BLOCKS) {
            let limited = format!("ulimit -f {blocks}; exec \"$@\"");
            if self.try_with(&["sh", "-c", &limited, "sh"]) {
                break;
            }
            n_failed += 1;
        }
        assert!(n_failed > 3, "{:?}: {n_failed}", self.work);
    }
}

/// A piece of work with everything that can fail.
fn sweep(work: Work) {
    let sweep = Sweep::of(work);
    sweep.with_full_disks();
    let traced = Command::new("strace")
        .args(STRACE)
        .args(["-o", "/dev/null", "true"])
        .output();
    if !traced.is_ok_and(|ran| ran.status.success()) {
        println!("SKIPPED: strace is not here, or may not be used");
        return;
    }
    sweep.with_failing_calls(&FAULTS);
    // Where the input is no file a read that is cut short is one of ours.
    if matches!(work, Work::SmallSlabs(_)) {
        sweep.with_failing_calls(&[("read", "retval=0")]);
    }
}

#[test]
fn a_new_store_is_there_whole_or_not_at_all() {
    sweep(Work::Dwell("load --store new.db more.csv"));
}

#[test]
fn a_new_store_made_of_sorted_runs_is_there_whole_or_not_at_all() {
    sweep(Work::SmallSlabs("new.db"));
}

#[test]
fn a_later_load_is_there_whole_or_not_at_all() {
    sweep(Work::Dwell("load --store s.db more.csv"));
}

#[test]
fn a_later_load_of_sorted_runs_is_there_whole_or_not_at_all() {
    sweep(Work::SmallSlabs("s.db"));
}

#[test]
fn sessions_are_all_derived_anew_or_none() {
    sweep(Work::Dwell("sessionize --store s.db --gap 1m"));
}

#[test]
fn the_sessions_of_a_window_are_all_refreshed_or_none() {
    let window = "sessionize --store s.db --from 2020-01-20 --to 2020-02-10";
    sweep(Work::Dwell(window));
}

#[test]
fn an_export_is_there_whole_or_not_at_all() {
    sweep(Work::Dwell(
        "export s.db --rows pageviews --format csv -o out",
    ));
    sweep(Work::Dwell(
        "export s.db --rows users --format jsonl -o out",
    ));
    sweep(Work::Dwell(
        "export s.db --rows sessions --format parquet -o out",
    ));
}

#[test]
fn an_export_of_sorted_runs_is_there_whole_or_not_at_all() {
    sweep(Work::SmallSlabs("out"));
}

/// What the sweep runs: it makes or changes the store, or the file, that the environment names.
#[test]
fn work_with_small_slabs() {
    if let Some(name) = env::var_os("DWELL_SMALL_SLABS").filter(|name| !name.is_empty()) {
        work(Path::new(&name)).unwrap();
    }
}

/// Rows of a few users in no order of time.
fn table() -> Input {
    let row = |i: u64| {
        format!(
            "u{},{},/{}\n",
            i % 7,
            1_580_000_000 + i * 7_919 % 5_000,
            i % 11
        )
    };
    let rows: String = (0..400).map(row).collect();
    let table = "user_id,page_view_at,page\n".to_owned() + &rows;
    Input::from_reader("rows.csv", None, Box::new(Cursor::new(table.into_bytes())))
}

fn work(path: &Path) -> Result<()> {
    const ROWS_A_SLAB: usize = 60;
    let mut observer = |_| Ok(());
    if path != Path::new("out") {
        let mut store = Store::open_or_draft(path)?;
        let options = LoadOptions {
            rows_a_slab: ROWS_A_SLAB,
            again: false,
            ..support::load_options()
        };
        store.load(&mut table(), &options, &mut observer)?;
        return store.keep().map(drop);
    }
    let mut output = Output::file(path, false, &[])?;
    let spill = Spill {
        rows_a_slab: ROWS_A_SLAB,
        ..Spill::to(env::temp_dir())
    };
    let mut loading = Loading::new(spill, None);
    let options = ReadOptions::default();
    loading.read(&mut table(), None, &options, false, &mut observer)?;
    let cut = Cut::new(Arc::new(loading.finish(&mut observer)?), Gap::DEFAULT);
    let request = ExportRequest {
        rows: ExportRows::Pageviews,
        format: Format::Csv,
        selection: Selection::All,
        zone: chrono_tz::Tz::UTC,
    };
    export::write(&cut, &request, &mut output, path, &mut |_| Ok(()))?;
    output.finish().map(drop)
}
