//! A log that a test writes and rotates, while somebody follows it.

use std::fs;
use std::fs::File;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::support::seed;

/// A log that is written, and all that was ever written.
pub(crate) struct Log {
    pub(crate) folder: PathBuf,
    _own: Option<TempDir>,
    pub(crate) all: Vec<u8>,
    /// Lines written, and how many of them before the file was begun.
    pub(crate) n: u64,
    pub(crate) n_before: u64,
    n_rotated: usize,
    cut: Vec<u8>,
    random: u64,
}

impl Log {
    /// A log in a folder of its own.
    pub(crate) fn new() -> Log {
        let own = TempDir::new().unwrap();
        let log = Log::within(own.path());
        Log {
            _own: Some(own),
            ..log
        }
    }

    /// A log in this folder.
    pub(crate) fn within(folder: &Path) -> Log {
        Log {
            folder: folder.to_path_buf(),
            _own: None,
            all: Vec::new(),
            n: 0,
            n_before: 0,
            n_rotated: 0,
            cut: Vec::new(),
            random: seed().wrapping_add(1),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn chance(&mut self, n: u64) -> u64 {
        self.random = self
            .random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.random >> 33) % n
    }

    pub(crate) fn append(&self, bytes: &[u8]) {
        let mut options = OpenOptions::new();
        let file = options
            .append(true)
            .create(true)
            .open(self.path("access.log"));
        file.unwrap().write_all(bytes).unwrap();
    }

    /// Writes lines, the last of them without its end.
    pub(crate) fn write(&mut self, n: u64) {
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
    pub(crate) fn end_line(&mut self) {
        let rest = std::mem::take(&mut self.cut);
        self.append(&rest);
    }

    /// Empties it. Whoever has not read its lines will not get them.
    #[cfg(unix)]
    pub(crate) fn truncate(&mut self) {
        self.end_line();
        File::create(self.path("access.log")).unwrap();
        self.n_before = self.n;
    }

    /// Rotates it: renamed and made anew, renamed and missing for a while, or copied and emptied.
    pub(crate) fn rotate(&mut self, way: usize) {
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
