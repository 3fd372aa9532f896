//! A real terminal with the explorer in it: keys go in, a screen comes out, and the terminal is given back.

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
pub(crate) const CTRL_U: &str = "\u{15}";
pub(crate) const CTRL_Z: &str = "\u{1a}";
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

    /// What is on the screen now.
    pub(crate) fn text(&self) -> String {
        self.glass.0.lock().unwrap().text()
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

    pub(crate) fn wait_until_dark(&self) {
        let began = Instant::now();
        let mut glass = self.glass.0.lock().unwrap();
        while !glass.is_dark {
            let left = DEADLINE.saturating_sub(began.elapsed());
            assert!(!left.is_zero(), "dwell is gone, and its output goes on");
            glass = self.glass.1.wait_timeout(glass, left).unwrap().0;
        }
    }

    /// Quits from a screen that the first one leads to.
    pub(crate) fn quits_from_a_screen(&mut self) {
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
pub(crate) fn number_before(text: &str, word: &str) -> u64 {
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
