//! dwell run as a person runs it, in a folder of its own. Every run is checked for what no run may do: print
//! what a terminal would act on, or leave temporary files behind.

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;

use tempfile::TempDir;

pub(crate) const DWELL: &str = env!("CARGO_BIN_EXE_dwell");

/// Longer than anything here takes on a busy machine.
pub(crate) const DEADLINE: Duration = Duration::from_secs(120);

/// The user who owns nothing, on every Unix close enough.
#[cfg(unix)]
const NOBODY: u32 = 65_534;

/// A folder to work in, and one for what is temporary.
pub(crate) struct Folder {
    pub(crate) work: TempDir,
    pub(crate) temporary: TempDir,
    /// A copy of dwell that any user can run, if it is to run as another than root.
    for_nobody: Option<TempDir>,
}

/// What a run of dwell printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Folder {
    pub(crate) fn new() -> Folder {
        Folder {
            work: TempDir::new().unwrap(),
            temporary: TempDir::new().unwrap(),
            for_nobody: None,
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.work.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// The names in the folder, hidden ones too, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        names(self.work.path())
    }

    /// From now on dwell is bound by permissions, which root is not.
    #[cfg(unix)]
    pub(crate) fn bind_by_permissions(&mut self) {
        use std::os::unix::fs::MetadataExt;
        use std::os::unix::fs::lchown;
        if fs::metadata(self.work.path()).unwrap().uid() != 0 {
            return;
        }
        let copy = TempDir::new().unwrap();
        // Not copied here: whoever is started meanwhile would hold it open for writing, and it could not be run.
        let copied = Command::new("cp").arg(DWELL).arg(copy.path()).status();
        assert!(copied.unwrap().success());
        set_mode(copy.path(), 0o755);
        for folder in [&self.work, &self.temporary] {
            lchown(folder.path(), Some(NOBODY), Some(NOBODY)).unwrap();
            for entry in fs::read_dir(folder.path()).unwrap() {
                lchown(entry.unwrap().path(), Some(NOBODY), Some(NOBODY)).unwrap();
            }
        }
        self.for_nobody = Some(copy);
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(DWELL);
        #[cfg(unix)]
        if let Some(copy) = &self.for_nobody {
            use std::os::unix::process::CommandExt;
            command = Command::new(copy.path().join("dwell"));
            command.uid(NOBODY).gid(NOBODY);
        }
        command
            .args(args)
            .current_dir(self.work.path())
            .env("TMPDIR", self.temporary.path())
            // There is none; and nobody may look into the folders of who runs the tests.
            .env("XDG_CONFIG_HOME", self.temporary.path())
            .env_remove("NO_COLOR");
        command
    }

    pub(crate) fn run_with_input(&self, args: &[&str], stdin: &str) -> Ran {
        let output = assert_cmd::Command::from_std(self.command(args))
            .write_stdin(stdin)
            .timeout(DEADLINE)
            .output()
            .unwrap();
        let ran = Ran {
            status: output.status.code().expect("dwell ends by itself"),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        };
        let acts = |c: char| c.is_control() && c != '\n';
        assert!(!ran.err.contains(acts), "{args:?}: {ran:?}");
        assert_eq!(names(self.temporary.path()), [""; 0], "{args:?} left these");
        ran
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        self.run_with_input(args, "")
    }

    /// Runs what succeeds; returns what it printed.
    pub(crate) fn does(&self, args: &[&str]) -> Ran {
        let ran = self.run(args);
        assert_eq!(ran.status, 0, "{args:?}: {ran:?}");
        ran
    }

    /// Runs what prints data, and returns the data.
    pub(crate) fn prints(&self, args: &[&str]) -> String {
        self.does(args).out
    }

    /// Runs what is refused: with this status, with one sentence and nothing else, and with the folder as
    /// it was to the byte. Returns the sentence.
    pub(crate) fn refuses(&self, status: i32, args: &[&str]) -> String {
        let before = contents(self.work.path());
        let ran = self.run(args);
        assert_eq!(ran.status, status, "{args:?}: {ran:?}");
        assert_eq!(ran.out, "", "{args:?}");
        let sentence = ran.err.strip_prefix("dwell: ");
        let sentence = sentence.unwrap_or_else(|| panic!("{args:?}: {ran:?}"));
        assert_eq!(sentence.find('\n'), Some(sentence.len() - 1), "{ran:?}");
        assert!(contents(self.work.path()) == before, "{args:?} left a mark");
        sentence.trim_end().to_owned()
    }

    /// Starts dwell with pipes and lets it run.
    pub(crate) fn start(&self, args: &[&str]) -> Child {
        self.command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
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

/// Every file of a folder with its bytes; `None` for a folder, and for what cannot be read.
pub(crate) fn contents(folder: &Path) -> Vec<(String, Option<Vec<u8>>)> {
    names(folder)
        .into_iter()
        .map(|name| {
            let bytes = fs::read(folder.join(&name)).ok();
            (name, bytes)
        })
        .collect()
}

#[cfg(unix)]
pub(crate) fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}
