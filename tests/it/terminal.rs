//! The explorer in a real terminal: keys go in, a screen comes out, and the terminal is given back.

#![cfg(unix)]

use std::fs;
use std::io::Read;
use std::io::Write;
use std::num::NonZeroU16;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::Condvar;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use portable_pty::Child;
use portable_pty::CommandBuilder;
use portable_pty::ExitStatus;
use portable_pty::MasterPty;
use portable_pty::PtySize;
use portable_pty::native_pty_system;
use tempfile::TempDir;

pub(crate) const DWELL: &str = env!("CARGO_BIN_EXE_dwell");

/// Longer than anything here takes on a busy machine.
const DEADLINE: Duration = Duration::from_secs(60);

pub(crate) const ESC: &str = "\u{1b}";
pub(crate) const ENTER: &str = "\r";
pub(crate) const CTRL_C: &str = "\u{3}";
const CTRL_U: &str = "\u{15}";
const CTRL_Z: &str = "\u{1a}";
pub(crate) const TAB: &str = "\t";

/// What is behind the glass: the screen as the bytes so far have made it.
pub(crate) struct Glass {
    pub(crate) parser: vt100::Parser,
    /// Whether nothing more will come.
    is_dark: bool,
    /// Whether the terminal was asked for its background.
    pub(crate) is_asked: bool,
}

impl Glass {
    pub(crate) fn text(&self) -> String {
        self.parser.screen().contents()
    }

    /// Whether the terminal is as a shell wants it.
    pub(crate) fn is_given_back(&self) -> bool {
        let screen = self.parser.screen();
        !screen.alternate_screen()
            && !screen.hide_cursor()
            && !screen.bracketed_paste()
            && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
    }
}

/// A terminal with dwell in it, which works in a folder of its own.
pub(crate) struct Terminal {
    pub(crate) child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    glass: Arc<(Mutex<Glass>, Condvar)>,
    pub(crate) folder: Folder,
}

/// Where dwell runs: files of the test, what is temporary, and where its configuration would be.
pub(crate) struct Folder {
    pub(crate) work: TempDir,
    pub(crate) temporary: TempDir,
    pub(crate) config: TempDir,
}

impl Folder {
    pub(crate) fn new() -> Folder {
        Folder {
            work: TempDir::new().unwrap(),
            temporary: TempDir::new().unwrap(),
            config: TempDir::new().unwrap(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.work.path().join(name)
    }

    /// What dwell prints with these arguments, outside of the terminal.
    pub(crate) fn prints(&self, args: &[&str]) -> String {
        let output = Command::new(DWELL)
            .args(args)
            .current_dir(self.work.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{args:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// A store `shop.db` of 2,005 made-up pageviews.
    pub(crate) fn with_store() -> Folder {
        let folder = Folder::new();
        let size = [
            "--pageviews",
            "2000",
            "--users",
            "40",
            "--with-seed-example",
        ];
        folder.prints(&[&["generate", "-o", "shop.csv"], &size[..]].concat());
        folder.prints(&["load", "--store", "shop.db", "shop.csv"]);
        folder
    }

    pub(crate) fn opens(self, args: &[&str]) -> Terminal {
        Terminal::open(self, args, (80, 24), &[])
    }
}

pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn pty_size((cols, rows): (u16, u16)) -> PtySize {
    PtySize {
        rows,
        cols,
        ..PtySize::default()
    }
}

fn cells((cols, rows): (u16, u16)) -> (NonZeroU16, NonZeroU16) {
    (
        NonZeroU16::new(rows).unwrap(),
        NonZeroU16::new(cols).unwrap(),
    )
}

/// Starts a program in a terminal; returns it and the other side of the terminal.
pub(crate) fn start(
    folder: &Folder,
    argv: &[&str],
    size: (u16, u16),
    environment: &[(&str, &str)],
) -> (Box<dyn Child + Send + Sync>, Box<dyn MasterPty + Send>) {
    let pair = native_pty_system().openpty(pty_size(size)).unwrap();
    let mut command = CommandBuilder::new(argv[0]);
    command.args(&argv[1..]);
    command.cwd(folder.work.path());
    command.env("TERM", "xterm-256color");
    command.env("TMPDIR", folder.temporary.path());
    command.env("XDG_CONFIG_HOME", folder.config.path());
    // Nobody waits for a terminal that does not say what its background is.
    command.env("DWELL_THEME", "dark");
    command.env_remove("NO_COLOR");
    for (name, value) in environment {
        command.env(name, value);
    }
    // The program alone holds its side, so that its end is the end of the output.
    let child = pair.slave.spawn_command(command).unwrap();
    (child, pair.master)
}

/// Looks until something is to be seen that no screen shows.
pub(crate) fn poll<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(began.elapsed() < DEADLINE, "waited in vain until {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

impl Terminal {
    /// A terminal of so many columns and rows, with dwell and these arguments.
    pub(crate) fn open(
        folder: Folder,
        args: &[&str],
        size: (u16, u16),
        environment: &[(&str, &str)],
    ) -> Terminal {
        let argv = [&[DWELL], args].concat();
        Terminal::run(folder, &argv, size, environment)
    }

    pub(crate) fn run(
        folder: Folder,
        argv: &[&str],
        size: (u16, u16),
        environment: &[(&str, &str)],
    ) -> Terminal {
        let (child, master) = start(&folder, argv, size, environment);
        let (rows, cols) = cells(size);
        let glass = Glass {
            parser: vt100::Parser::new(rows, cols, 0),
            is_dark: false,
            is_asked: false,
        };
        let glass = Arc::new((Mutex::new(glass), Condvar::new()));
        let seen = Arc::clone(&glass);
        let mut output = master.try_clone_reader().unwrap();
        thread::spawn(move || {
            let mut bytes = [0; 1 << 16];
            loop {
                // On Linux the end is an error, not nothing.
                let n = output.read(&mut bytes).unwrap_or(0);
                let mut glass = seen.0.lock().unwrap();
                glass.parser.process(&bytes[..n]);
                glass.is_asked |= bytes[..n].windows(5).any(|window| window == b"]11;?");
                glass.is_dark = n == 0;
                seen.1.notify_all();
                if n == 0 {
                    return;
                }
            }
        });
        Terminal {
            child,
            keys: master.take_writer().unwrap(),
            master,
            glass,
            folder,
        }
    }

    /// Waits until the screen is so, and returns its text.
    pub(crate) fn wait_until(&self, what: &str, mut is_so: impl FnMut(&Glass) -> bool) -> String {
        let began = Instant::now();
        let mut glass = self.glass.0.lock().unwrap();
        while !is_so(&glass) {
            let left = DEADLINE.saturating_sub(began.elapsed());
            assert!(
                !left.is_zero() && !glass.is_dark,
                "waited in vain until {what}; the screen:\n{}",
                glass.text()
            );
            glass = self.glass.1.wait_timeout(glass, left).unwrap().0;
        }
        glass.text()
    }

    pub(crate) fn wait_for(&self, text: &str) -> String {
        self.wait_until(&format!("it shows {text:?}"), |glass| {
            glass.text().contains(text)
        })
    }

    pub(crate) fn wait_for_no(&self, text: &str) -> String {
        self.wait_until(&format!("it shows no {text:?}"), |glass| {
            !glass.text().contains(text)
        })
    }

    /// Waits until a line of the screen has all of these.
    pub(crate) fn wait_for_line(&self, parts: &[&str]) -> String {
        let has_all = |line: &str| parts.iter().all(|part| line.contains(part));
        let text = self.wait_until(&format!("a line shows {parts:?}"), |glass| {
            glass.text().lines().any(has_all)
        });
        text.lines().find(|line| has_all(line)).unwrap().to_owned()
    }

    /// Waits until the last line shows this: the place in the list that has the keys.
    pub(crate) fn wait_for_foot(&self, text: &str) {
        self.wait_until(&format!("its foot shows {text:?}"), |glass| {
            let screen = glass.text();
            screen
                .lines()
                .last()
                .is_some_and(|line| line.contains(text))
        });
    }

    /// Shows what another program writes onto the same screen.
    pub(crate) fn write_over(&self, text: &str) {
        let mut glass = self.glass.0.lock().unwrap();
        glass.parser.process(text.as_bytes());
        self.glass.1.notify_all();
    }

    pub(crate) fn press(&mut self, keys: &str) -> &mut Terminal {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
        self
    }

    pub(crate) fn resize(&mut self, size: (u16, u16)) {
        let (rows, cols) = cells(size);
        self.glass.0.lock().unwrap().parser.set_size(rows, cols);
        self.master.resize(pty_size(size)).unwrap();
    }

    pub(crate) fn signal(&self, signal: &str) {
        let line = format!("kill -{signal} {}", self.child.process_id().unwrap());
        let status = Command::new("sh").args(["-c", &line]).status();
        assert!(status.unwrap().success());
    }

    /// Waits until the process is gone, and sees that terminal and folder are as they were before.
    pub(crate) fn ends(&mut self) -> ExitStatus {
        let status = poll("dwell ends", || self.child.try_wait().unwrap());
        self.wait_until_dark();
        let glass = self.glass.0.lock().unwrap();
        assert!(glass.is_given_back(), "{}", glass.text());
        assert_eq!(names(self.folder.temporary.path()), [""; 0]);
        status
    }

    fn wait_until_dark(&self) {
        let began = Instant::now();
        let mut glass = self.glass.0.lock().unwrap();
        while !glass.is_dark {
            let left = DEADLINE.saturating_sub(began.elapsed());
            assert!(!left.is_zero(), "dwell is gone, and its output goes on");
            glass = self.glass.1.wait_timeout(glass, left).unwrap().0;
        }
    }

    /// Quits from a screen that the first one leads to.
    fn quits_from_a_screen(&mut self) {
        self.press("1");
        self.wait_for("Users");
        self.quits();
    }

    pub(crate) fn quits(&mut self) {
        self.press("q");
        let status = self.ends();
        assert!(status.success(), "{status:?}");
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // A test that failed leaves no process behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The number before a word: `1,053 sessions`.
fn number_before(text: &str, word: &str) -> u64 {
    let (before, _) = text.split_once(word).unwrap();
    let digits: String = before
        .trim_end()
        .chars()
        .rev()
        .take_while(|c| c.is_ascii_digit() || *c == ',')
        .collect();
    let digits: String = digits.chars().rev().filter(|&c| c != ',').collect();
    digits.parse().unwrap()
}

#[test]
fn without_a_path_the_sample_opens() {
    let mut terminal = Folder::new().opens(&[]);
    let screen = terminal.wait_for("5,005 pageviews");
    assert!(screen.starts_with(" 1 Users"), "{screen}");
    terminal.wait_until("the screen is taken", |glass| {
        glass.parser.screen().alternate_screen() && glass.parser.screen().hide_cursor()
    });
    terminal.wait_for_line(&["gap 30m", "1,053 sessions"]);
    terminal.quits();
}

#[test]
fn the_keys_lead_from_users_to_a_timeline_and_back() {
    let mut terminal = Folder::new().opens(&[]);
    terminal.wait_for("5,005 pageviews");
    terminal.wait_for_line(&["> 1023", "82"]);
    terminal.press("j");
    terminal.wait_for("> 1080");
    terminal.press(ENTER);
    terminal.wait_for_line(&["Sessions of 1080", "Session 1 of 79"]);
    terminal.press("j").press(ENTER);
    terminal.wait_for_line(&["14:54", "23s"]);
    terminal.wait_for_foot(" of 441");
    terminal.press(ESC);
    terminal.wait_for_foot("2 of 79");
    terminal.press(ESC);
    terminal.wait_for_foot("2 of 83");
    terminal.wait_for("> 1080");
    terminal.quits();
}

#[test]
fn moving_the_gap_changes_the_figures() {
    let mut terminal = Folder::new().opens(&[]);
    let before = terminal.wait_for_line(&["gap 30m", "sessions"]);
    assert_eq!(number_before(&before, "sessions"), 1_053);
    terminal.press("+");
    let after = terminal.wait_for_line(&["gap 45m", "sessions"]);
    assert_eq!(number_before(&after, "sessions"), 1_035);
    assert!(after.contains("−1.7 %"), "{after}");
    terminal.press("-").press("-");
    let shorter = terminal.wait_for_line(&["gap 20m", "+1.1 %"]);
    assert_eq!(number_before(&shorter, "sessions"), 1_065);
    terminal.press("r");
    terminal.wait_for_line(&["gap 30m", "1,053 sessions"]);
    terminal.press(":");
    terminal.press("gap 37m").press(ENTER);
    terminal.wait_for("gap 37m");
    terminal.quits();
}

#[test]
fn a_filter_shows_how_many_are_left() {
    let mut terminal = Folder::new().opens(&[]);
    terminal.wait_for_line(&["Users", "83"]);
    terminal.press("/").press("45");
    terminal.wait_for_line(&["Users", " of 83"]);
    terminal.press("6");
    terminal.wait_for_line(&["Users", "1 of 83"]);
    terminal.wait_for("> 456");
    terminal.press(ENTER).press(ESC);
    terminal.wait_for_no(" of 83 ─");
    terminal.wait_for("> 456");
    terminal.quits();
}

#[test]
fn a_filter_is_completed_counted_taken_apart_and_typed_again_from_the_history() {
    let mut terminal = Terminal::open(Folder::new(), &[], (120, 36), &[]);
    terminal.wait_for_line(&["Users", "83"]);
    terminal.press("2/pa");
    terminal.wait_for_line(&["page:", "any page of the session"]);
    terminal.press(TAB);
    terminal.wait_for_line(&["/cart", "380 views"]);
    terminal.press("/ca").press(TAB).press(" -bo").press(TAB);
    terminal.wait_for_foot("/page:/cart -bounce");
    terminal.wait_for_line(&["page:/cart ✕   -bounce ✕", "279 of 1,053 sessions"]);
    terminal.press(ENTER).press("x");
    terminal.wait_for_line(&["> -bounce"]);
    terminal.press(ENTER);
    terminal.wait_for_line(&["page:/cart ✕", "of 1,053 sessions"]);
    terminal.wait_for_no("-bounce ✕");
    // What was taken away is brought back, and then all of it goes.
    terminal.press(ESC);
    terminal.wait_for_line(&["-bounce ✕", "279 of 1,053 sessions"]);
    terminal.press(ESC);
    terminal.wait_for_line(&["Sessions 1,053"]);
    terminal.press("/").press("\u{1b}[A");
    terminal.wait_for_foot("/page:/cart -bounce");
    terminal.press(CTRL_U).press("lading:x").press(ENTER);
    terminal.wait_for_line(&["did you mean landing?"]);
    terminal.press(CTRL_U).press(ENTER);
    terminal.wait_for_line(&["Sessions 1,053"]);
    terminal.quits_from_a_screen();
}

#[test]
fn many_pageviews_are_filtered_while_keys_are_taken() {
    let folder = Folder::new();
    folder.prints(&["generate", "--pageviews", "400000", "-o", "many.csv"]);
    let expected = folder.prints(&["export", "--filter", "page:/cart views>=9", "many.csv"]);
    let mut terminal = Terminal::open(folder, &["many.csv"], (120, 36), &[]);
    terminal.wait_for_line(&["400,000 pageviews"]);
    terminal.press("2/page:/cart views>=9").press(ENTER);
    let n = expected.lines().count() as u64 - 1;
    terminal.wait_until("the rows are those of the command", |glass| {
        let text = glass.text();
        let mut lines = text.lines();
        let chips = lines.find(|line| line.contains("views>=9 ✕"));
        chips.is_some_and(|line| line.contains(" of ") && number_before(line, " of ") == n)
    });
    terminal.quits_from_a_screen();
}

#[test]
fn a_list_is_sorted_by_the_column_that_is_picked() {
    let mut terminal = Folder::new().opens(&[]);
    terminal.wait_for_line(&["Users", "by sessions ▼"]);
    terminal.press("s");
    terminal.wait_for("Sort by");
    terminal.press("j").press(ENTER);
    let screen = terminal.wait_for("by views ▼");
    // 1023 has more sessions, 1080 more views.
    assert!(screen.find(" 1080 ") < screen.find(" 1023 "), "{screen}");
    terminal.press("S");
    let screen = terminal.wait_for("by views ▲");
    assert!(!screen.contains("│  1080 "), "{screen}");
    terminal.quits();
}

#[test]
fn every_screen_has_its_number() {
    let mut terminal = Folder::new().opens(&[]);
    terminal.wait_for_line(&["Users", "83"]);
    for (key, parts) in [
        ("2", ["Sessions", "1,053"]),
        ("4", ["Sessions by gap", ""]),
        ("3", ["Pages", "by views"]),
        ("1", ["Users", "83"]),
    ] {
        terminal.press(key);
        terminal.wait_for_line(&parts);
    }
    terminal.press("?");
    terminal.wait_for("Keys");
    terminal.press(ESC);
    terminal.wait_for_no("Keys");
    terminal.quits();
}

#[test]
fn the_size_it_is_given_is_filled() {
    for size in [(80, 24), (160, 50)] {
        let mut terminal = Terminal::open(Folder::new(), &[], size, &[]);
        terminal.wait_for("5,005 pageviews");
        let screen = terminal.wait_for("Lifeline");
        let lines: Vec<&str> = screen.lines().collect();
        assert_eq!(lines.len(), usize::from(size.1), "{screen}");
        let widest = lines.iter().map(|line| line.chars().count()).max();
        assert_eq!(widest, Some(usize::from(size.0)), "{screen}");
        terminal.quits();
    }
}

#[test]
fn a_new_size_is_filled() {
    let mut terminal = Folder::new().opens(&[]);
    terminal.wait_for("5,005 pageviews");
    for size in [(160, 50), (60, 12), (20, 4), (100, 30)] {
        terminal.resize(size);
        if size == (20, 4) {
            terminal.wait_for("too small");
            continue;
        }
        terminal.wait_for_foot("1 of 83");
        terminal.wait_until("the frame reaches the right", |glass| {
            let text = glass.text();
            let mut lines = text.lines();
            lines.any(|line| line.ends_with('┐') && line.chars().count() == usize::from(size.0))
                && text.lines().count() == usize::from(size.1)
        });
    }
    terminal.quits();
}

#[test]
fn without_colour_the_selection_shows() {
    let environment = [("NO_COLOR", "1")];
    let mut terminal = Terminal::open(Folder::new(), &[], (80, 24), &environment);
    terminal.wait_for("> 1023");
    let is_selected = |glass: &Glass, user: &str| {
        let screen = glass.parser.screen();
        let begins = |line: &str| line.starts_with(&format!("│> {user} "));
        let row = glass.text().lines().position(begins);
        // The frame, the mark, a blank, the name.
        row.is_some_and(|row| {
            (1..4).all(|column| screen.cell(row as u16, column).unwrap().inverse())
        })
    };
    terminal.wait_until("the first user is selected", |glass| {
        is_selected(glass, "1023")
    });
    terminal.press("j");
    terminal.wait_until("the second user is selected", |glass| {
        is_selected(glass, "1080") && !is_selected(glass, "1023")
    });
    terminal.wait_until("there is no colour", |glass| {
        let screen = glass.parser.screen();
        let cells = (0..24).flat_map(|row| (0..80).map(move |column| (row, column)));
        cells
            .map(|(row, column)| screen.cell(row, column).unwrap())
            .all(|cell| {
                (cell.fgcolor(), cell.bgcolor()) == (vt100::Color::Default, vt100::Color::Default)
            })
    });
    terminal.quits();
}

#[test]
fn an_export_has_the_bytes_of_the_command() {
    let mut terminal = Folder::with_store().opens(&["shop.db"]);
    terminal.wait_for("2,005 pageviews");
    terminal.press("+");
    terminal.wait_for("gap 45m");
    for (screen, rows) in [("2", "sessions"), ("1", "users")] {
        terminal.press(screen).press("e");
        terminal.wait_for("Export");
        let name = format!("shop-{rows}.csv");
        terminal.wait_for(&name);
        terminal.press(ENTER);
        terminal.wait_for("Enter closes");
        let file = terminal.folder.path(&name);
        let expected = terminal
            .folder
            .prints(&["export", "shop.db", "--gap", "45m", "--rows", rows]);
        assert!(fs::read_to_string(&file).unwrap() == expected, "{rows}");
        terminal.press(ENTER);
        terminal.wait_for_no("Export");
    }
    terminal.quits();
    let expected = ["shop-sessions.csv", "shop-users.csv", "shop.csv", "shop.db"];
    assert_eq!(names(terminal.folder.work.path()), expected);
}

#[test]
fn an_export_asks_before_it_overwrites() {
    let folder = Folder::with_store();
    fs::write(folder.path("mine.csv"), "precious").unwrap();
    let mut terminal = folder.opens(&["shop.db"]);
    terminal.wait_for("2,005 pageviews");
    terminal.press("2").press("e");
    terminal.wait_for("shop-sessions.csv");
    terminal.press(TAB).press(TAB).press(TAB);
    terminal.press(CTRL_U).press("mine.csv").press(ENTER);
    terminal.wait_for("mine.csv is there already");
    let file = terminal.folder.path("mine.csv");
    assert_eq!(fs::read_to_string(&file).unwrap(), "precious");
    terminal.press("y");
    terminal.wait_for("Enter closes");
    let expected = terminal.folder.prints(&["export", "shop.db"]);
    assert!(fs::read_to_string(&file).unwrap() == expected);
    terminal.press(ENTER);
    terminal.wait_for_no("mine.csv");
    terminal.press(CTRL_C);
    assert!(terminal.ends().success());
}

#[test]
fn a_saved_gap_is_in_the_store() {
    let mut terminal = Folder::with_store().opens(&["shop.db"]);
    terminal.wait_for_line(&["shop.db", "2,005 pageviews"]);
    terminal.press("+");
    terminal.wait_for_line(&["gap 45m", "saved 30m"]);
    terminal.press("w");
    terminal.wait_for_no("saved 30m");
    terminal.quits();
    let summary = |args: &[&str]| {
        let args = [&["summary", "shop.db", "--format", "csv"], args].concat();
        terminal.folder.prints(&args)
    };
    assert_eq!(summary(&[]), summary(&["--gap", "45m"]));
    assert_eq!(names(terminal.folder.work.path()), ["shop.csv", "shop.db"]);
}

#[test]
fn a_store_that_changes_underneath_is_noticed_and_loaded_again() {
    let folder = Folder::with_store();
    fs::write(
        folder.path("more.csv"),
        "user,time,page\nsomeone,2020-02-02T12:00:00Z,/there\n",
    )
    .unwrap();
    let mut terminal = folder.opens(&["shop.db"]);
    terminal.wait_for_line(&["shop.db", "2,005 pageviews"]);
    terminal
        .folder
        .prints(&["load", "--store", "shop.db", "more.csv"]);
    terminal.wait_for_line(&["the store has changed: R loads it again"]);
    terminal.press("R");
    terminal.wait_for_line(&["shop.db", "2,006 pageviews"]);
    terminal.quits();
}

#[test]
fn what_the_loads_of_a_store_rejected_is_said_when_it_is_opened() {
    let folder = Folder::new();
    fs::write(
        folder.path("views.csv"),
        "user,time,page\nsomeone,2020-02-02T12:00:00Z,/there\nnobody,never,/\n",
    )
    .unwrap();
    folder.prints(&["load", "--store", "shop.db", "views.csv"]);
    let mut terminal = folder.opens(&["shop.db"]);
    terminal.wait_for_line(&["shop.db", "1 pageview"]);
    terminal.wait_for("1 reject");
    terminal.press("i");
    terminal.wait_for("views.csv: 1 pageview, 1 reject, loaded ");
    terminal.wait_for("1 row could not be read as pageviews");
    terminal.press(ESC);
    terminal.wait_for_no("could not be read");
    terminal.quits();
}

#[test]
fn files_of_pageviews_open() {
    let folder = Folder::with_store();
    fs::write(
        folder.path("more.csv"),
        "user,time,page\nsomeone,2020-02-02T12:00:00Z,/there\nnobody,never,/\n",
    )
    .unwrap();
    let mut terminal = folder.opens(&["shop.csv", "more.csv", "--gap", "1h"]);
    terminal.wait_for_line(&["shop.csv", "2,006 pageviews"]);
    terminal.wait_for("gap 1h");
    assert_eq!(names(terminal.folder.temporary.path()), [""; 0]);
    terminal.press("/someone").press(ENTER);
    terminal.wait_for("> someone");
    terminal.quits();
}

#[test]
fn standard_input_can_be_a_pipe_while_keys_come_from_the_terminal() {
    let folder = Folder::with_store();
    // The shell gives the explorer the pipe, and the terminal stays the one it runs in.
    let script = format!("cat shop.csv | '{DWELL}' -");
    let mut terminal = Terminal::run(folder, &["sh", "-c", &script], (80, 24), &[]);
    terminal.wait_for_line(&["standard input", "2,005 pageviews"]);
    terminal.press("+");
    terminal.wait_for("gap 45m");
    terminal.quits();
}

#[test]
fn without_a_path_a_pipe_or_a_file_is_read_and_the_null_device_is_not() {
    for (input, header) in [
        ("cat shop.csv | DWELL", "standard input"),
        ("DWELL < shop.csv", "standard input"),
        ("DWELL < /dev/null", "sample.db"),
    ] {
        let script = input.replace("DWELL", &format!("'{DWELL}'"));
        let argv = ["sh", "-c", &script];
        let mut terminal = Terminal::run(Folder::with_store(), &argv, (80, 24), &[]);
        terminal.wait_for_line(&[header, "pageviews"]);
        terminal.quits();
    }
}

#[test]
fn what_cannot_be_read_is_said_on_the_screen_and_by_the_exit_status() {
    let folder = Folder::new();
    fs::write(folder.path("bad.csv"), "a,b\n1,2\n").unwrap();
    let mut terminal = folder.opens(&["bad.csv", "--where", "c=1"]);
    terminal.wait_for("no filter column");
    terminal.press(ENTER).press("q");
    assert_eq!(terminal.ends().exit_code(), 1);
    let left = terminal.glass.0.lock().unwrap().text();
    assert!(left.contains("dwell: bad.csv: no filter column"), "{left}");
}

/// A file of pageviews whose columns nothing tells apart.
fn with_odd_columns() -> Folder {
    let folder = Folder::new();
    let rows = "key,when,where,what\na,2024-03-05 10:00,/,x\na,2024-03-05 10:01,/a,x\nb,2024-03-05 11:00,/,x\n,2024-03-05 11:00,/,x\n";
    fs::write(folder.path("odd.csv"), rows).unwrap();
    folder
}

#[test]
fn columns_that_cannot_be_told_are_chosen_and_the_command_is_said_at_the_end() {
    let mut terminal = with_odd_columns().opens(&["odd.csv"]);
    terminal.wait_for("Which column is the user, which the page?");
    terminal.press("u").press("jj").press("p");
    terminal.wait_for("first 4 rows: 3 pageviews of 2 users, 0 left out, 1 rejected");
    terminal.wait_for("rejected: row 4: the user is empty");
    terminal.press(ENTER);
    terminal.wait_for_line(&["odd.csv", "3 pageviews"]);
    terminal.wait_for("1 reject");
    terminal.press("I");
    terminal.wait_for("first 4 rows: 3 pageviews of 2 users");
    terminal.press(ESC);
    terminal.wait_for_no("Columns of");
    terminal.quits();
    let left = terminal.glass.0.lock().unwrap().text();
    let command = "dwell odd.csv --user-column key --time-column when --page-column where";
    assert!(left.contains(command), "{left}");
    let args = command.replace("dwell", "summary");
    let args: Vec<&str> = args.split(' ').collect();
    assert!(terminal.folder.prints(&args).contains(" 3 "));
}

#[test]
fn the_column_picker_is_left_with_the_error_that_it_stands_for() {
    let mut terminal = with_odd_columns().opens(&["odd.csv"]);
    terminal.wait_for("Which column is the user");
    terminal.press(ESC);
    assert_eq!(terminal.ends().exit_code(), 1);
    let left = terminal.glass.0.lock().unwrap().text();
    assert!(
        left.contains("dwell: odd.csv: no user column, no page column"),
        "{left}"
    );
}

#[test]
fn a_load_whose_columns_cannot_be_told_leads_to_the_screen_where_they_are_chosen() {
    let mut terminal = with_odd_columns().opens(&["--store", "new.db", "odd.csv"]);
    assert_eq!(terminal.ends().exit_code(), 1);
    let left = terminal.glass.0.lock().unwrap().text();
    assert!(left.contains("without --store"), "{left}");
    assert!(!terminal.folder.path("new.db").exists());
}

#[test]
fn a_pipe_whose_columns_cannot_be_told_is_refused_as_before() {
    let script = format!("cat odd.csv | '{DWELL}' -");
    let argv = ["sh", "-c", &script];
    let mut terminal = Terminal::run(with_odd_columns(), &argv, (80, 24), &[]);
    terminal.wait_for("no user column");
    terminal.press(ENTER).press("q");
    assert_eq!(terminal.ends().exit_code(), 1);
}

#[test]
fn what_is_explored_is_kept_as_if_it_had_been_loaded() {
    let folder = Folder::with_store();
    let rows = "user_id,page_view_at,page\nzoe,2021-01-01,/z\n456,2020-02-02 12:00:01,/z\n";
    fs::write(folder.path("more.csv"), rows).unwrap();
    folder.prints(&["load", "--store", "shop.db", "more.csv"]);
    let mut terminal = folder.opens(&["shop.csv", "more.csv"]);
    terminal.wait_for("2,007 pageviews");
    terminal.press(":keep kept.db\r");
    terminal.wait_for("2,007 pageviews are kept in");
    terminal.wait_for("kept.db opens it");
    terminal.press(":keep kept.db\r");
    terminal.wait_for("there is a file already");
    terminal.press(ENTER).quits();
    let folder = &terminal.folder;
    folder.prints(&["check", "kept.db"]);
    for rows in ["sessions", "pageviews"] {
        let of = |store| folder.prints(&["export", store, "--rows", rows]);
        assert_eq!(of("kept.db"), of("shop.db"));
    }
    // They are known as loads: nothing is there twice.
    folder.prints(&["load", "--store", "kept.db", "more.csv", "shop.csv"]);
    assert_eq!(
        folder.prints(&["summary", "kept.db"]),
        folder.prints(&["summary", "shop.db"])
    );
}

#[test]
fn files_are_loaded_into_a_store_that_is_then_opened() {
    let folder = Folder::with_store();
    fs::write(
        folder.path("more.csv"),
        "user_id,page_view_at,page\nzoe,2021-01-01,/z\n",
    )
    .unwrap();
    let args = ["--store", "shop.db", "shop.csv", "more.csv"];
    let mut terminal = folder.opens(&args);
    terminal.wait_for("2,006 pageviews");
    terminal.press("+w");
    terminal.wait_for("the gap of the store is 45m now");
    terminal.quits();
}

#[test]
fn a_path_that_is_not_there_never_takes_the_terminal() {
    let mut terminal = Folder::new().opens(&["gone.db"]);
    terminal.wait_for("dwell: cannot read gone.db: no such file or directory");
    assert_eq!(terminal.ends().exit_code(), 1);
}

#[test]
fn ctrl_c_quits_when_nothing_runs() {
    let mut terminal = Folder::new().opens(&[]);
    terminal.wait_for("5,005 pageviews");
    terminal.press(CTRL_C);
    assert!(terminal.ends().success());
}

#[test]
fn ctrl_c_leaves_at_once_while_the_first_line_of_a_pipe_is_waited_for() {
    let folder = Folder::new();
    let made = Command::new("mkfifo").arg(folder.path("pipe")).status();
    assert!(made.unwrap().success());
    let mut terminal = folder.opens(&["pipe"]);
    terminal.wait_for("Loading pipe");
    terminal.press(CTRL_C);
    assert!(terminal.ends().success());
}

#[test]
fn a_signal_ends_it_as_it_ends_others() {
    for (signal, words) in [("TERM", "Terminated"), ("HUP", "Hangup")] {
        let mut terminal = Folder::new().opens(&[]);
        terminal.wait_for("5,005 pageviews");
        terminal.signal(signal);
        let status = terminal.ends();
        assert_eq!(status.signal(), Some(words));
    }
}

#[test]
fn a_signal_ends_it_while_a_load_waits_for_its_pipe() {
    let folder = Folder::new();
    let made = Command::new("mkfifo").arg(folder.path("pipe")).status();
    assert!(made.unwrap().success());
    let mut terminal = folder.opens(&["pipe"]);
    terminal.wait_for("Loading pipe");
    terminal.signal("TERM");
    assert_eq!(terminal.ends().signal(), Some("Terminated"));
}

#[test]
fn a_terminal_that_goes_away_takes_it_along() {
    let (folder, _pipe) = with_pipe();
    let (mut child, master) = start(&folder, &[DWELL, "pipe"], (80, 24), &[]);
    let mut screen = master.try_clone_reader().unwrap();
    // What it draws is there once it has the terminal.
    screen.read_exact(&mut [0]).unwrap();
    drop((screen, master));
    poll("dwell ends", || child.try_wait().unwrap());
    assert_eq!(names(folder.temporary.path()), [""; 0]);
}

#[test]
#[cfg(debug_assertions)]
fn a_panic_gives_the_terminal_back_and_is_told_there() {
    let environment = [("DWELL_PANIC", "1"), ("RUST_BACKTRACE", "0")];
    let mut terminal = Terminal::open(Folder::new(), &[], (80, 24), &environment);
    terminal.wait_for("5,005 pageviews");
    terminal.press("j");
    terminal.wait_until("the panic is told on the first screen", |glass| {
        glass.is_given_back() && glass.text().contains("panicked at")
    });
    assert_eq!(terminal.ends().exit_code(), 101);
}

#[test]
#[cfg(target_os = "linux")]
fn ctrl_z_stops_it_and_it_comes_back() {
    let mut terminal = Folder::new().opens(&[]);
    terminal.wait_for("5,005 pageviews");
    terminal.press("+");
    terminal.wait_for("gap 45m");
    for _ in 0..2 {
        terminal.press(CTRL_Z);
        poll("the process is stopped", || {
            let stat = format!("/proc/{}/stat", terminal.child.process_id().unwrap());
            let stat = fs::read_to_string(stat).unwrap();
            let (_, state) = stat.rsplit_once(") ").unwrap();
            state.starts_with('T').then_some(())
        });
        terminal.wait_until("the terminal is given back", |glass| {
            glass.is_given_back() && !glass.text().contains("pageviews")
        });
        terminal.signal("CONT");
        terminal.wait_until("it is painted again", |glass| {
            let text = glass.text();
            glass.parser.screen().alternate_screen()
                && text.contains("5,005 pageviews")
                && text.contains("gap 45m")
                && text.contains("> 1023")
        });
    }
    terminal.press("-");
    terminal.wait_for("gap 30m");
    terminal.quits();
}

/// A pipe that pageviews come through: `pageviews` rows of `user-0`, `user-1` ... of this folder's `pipe`.
fn feed(pipe: &Path, user: &str, pageviews: usize) -> fs::File {
    let mut writer = fs::OpenOptions::new().write(true).open(pipe).unwrap();
    let mut rows = String::from("user,time,page\n");
    for n in 0..pageviews {
        let (minute, second) = (n / 60 % 60, n % 60);
        rows.push_str(&format!(
            "{user}-{},2020-02-02T12:{minute:02}:{second:02}Z,/page\n",
            n % 50
        ));
    }
    writer.write_all(rows.as_bytes()).unwrap();
    writer
}

fn with_pipe() -> (Folder, PathBuf) {
    let folder = Folder::new();
    let pipe = folder.path("pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    (folder, pipe)
}

/// More than what is looked at before a load is complete.
const SEEN_EARLY: usize = 40_000;

#[test]
fn after_a_reload_that_was_cancelled_an_export_holds_the_user_on_the_screen() {
    let (folder, pipe) = with_pipe();
    let mut terminal = folder.opens(&["pipe"]);
    drop(feed(&pipe, "before", 100));
    terminal.wait_for("100 pageviews");
    terminal.press("R");
    let mut unfinished = feed(&pipe, "after", SEEN_EARLY);
    terminal.wait_for_line(&["loading pipe", "rows"]);
    poll("as much is read as is looked at early", || {
        // Progress is told as rows come.
        unfinished
            .write_all(&b"after-0,2020-02-02T14:00:00Z,/page\n".repeat(1_000))
            .unwrap();
        let line = terminal.wait_for_line(&["loading pipe", "rows"]);
        (number_before(&line, "rows") > SEEN_EARLY as u64).then_some(())
    });
    terminal.press(CTRL_C);
    terminal.wait_for("loading was cancelled");
    terminal.press("jjj").press(ENTER);
    terminal.wait_for_foot("1 of 1");
    let line = terminal.wait_for_line(&["Sessions of "]);
    let (_, rest) = line.split_once("Sessions of ").unwrap();
    let user = rest.split_whitespace().next().unwrap().to_owned();
    terminal.press("e");
    terminal.wait_for("Enter exports");
    terminal.press(ENTER);
    terminal.wait_for("Enter closes");
    let file = names(terminal.folder.work.path())
        .into_iter()
        .find(|name| name.ends_with(".csv"))
        .unwrap();
    let rows = fs::read_to_string(terminal.folder.path(&file)).unwrap();
    let users: Vec<&str> = rows
        .lines()
        .skip(1)
        .map(|row| row.split(',').nth(1).unwrap())
        .collect();
    assert!(!users.is_empty());
    assert!(
        users.iter().all(|&exported| exported == user),
        "{user}: {rows}"
    );
    drop(unfinished);
}

#[test]
fn cancelling_an_export_leaves_the_study_that_runs_alone() {
    let folder = Folder::new();
    folder.prints(&[
        "generate",
        "-o",
        "shop.csv",
        "--pageviews",
        "60000",
        "--users",
        "900",
    ]);
    folder.prints(&["load", "--store", "shop.db", "shop.csv"]);
    let mut terminal = folder.opens(&["shop.db"]);
    terminal.wait_for("60,000 pageviews");
    terminal.press("e");
    terminal.wait_for("Enter exports");
    terminal.press(ENTER);
    // Alone, so that it is not taken for the beginning of a key's sequence.
    terminal.press(ESC);
    let ended = terminal.wait_until("the export has ended", |glass| {
        let text = glass.text();
        text.contains("was cancelled") || !text.contains("Export")
    });
    if ended.contains("was cancelled") {
        // The dialog asks again.
        terminal.press(ESC);
    }
    terminal.wait_for_no("Export");
    terminal.press("3");
    terminal.wait_for_line(&["Pages", "by views"]);
    // The median dwell times are the last column.
    terminal.wait_for_no("… │");
    terminal.press("1");
    terminal.wait_for_line(&["Users", "900"]);
    terminal.quits();
}

#[test]
fn a_load_that_was_cancelled_is_marked_as_a_part() {
    let (folder, pipe) = with_pipe();
    let mut terminal = folder.opens(&["pipe"]);
    let unfinished = feed(&pipe, "user", SEEN_EARLY);
    terminal.wait_for_line(&["pipe", "pageviews"]);
    terminal.press(CTRL_C);
    terminal.wait_for_line(&["loading was cancelled"]);
    terminal.wait_for("PARTIAL");
    terminal.press("i");
    terminal.wait_for("only a part");
    terminal.press(ESC);
    terminal.wait_for_no("only a part");
    drop(unfinished);
    terminal.quits();
}
