//! From paths to files: patterns and folders. Source floor.
//!
//! Knows names and what kind of thing a path leads to; opens files only to pass over databases.

use std::collections::HashSet;
use std::fs;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;
use std::path::is_separator;

use glob::MatchOptions;
use glob::glob_with;

use crate::source::input::locate::table_format;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::figure::counted;
use crate::words::text::safe;

/// The first bytes of a SQLite database.
const SQLITE: &[u8] = b"SQLite format 3\0";

/// The endings of files that SQLite keeps beside a database.
const BESIDE_DATABASE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Whether a name in a folder or an archive is not of data: `_SUCCESS`, `.part-0.csv.crc`, `__MACOSX`.
pub(super) fn is_passed_over(name: &str) -> bool {
    name.starts_with('_') || name.starts_with('.') && !matches!(name, "." | "..")
}

/// A search for files.
pub(super) struct FileSearch {
    takes_databases: bool,
    /// The files, in order; or why there are none.
    pub(super) files: Vec<Result<PathBuf>>,
    pub(super) notes: Vec<String>,
}

impl FileSearch {
    pub(super) fn new(takes_databases: bool) -> FileSearch {
        FileSearch {
            takes_databases,
            files: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Finds the files of a path as a person gives it.
    pub(super) fn path(&mut self, path: &Path) {
        if path == Path::new("-") {
            return self.files.push(Ok(path.to_path_buf()));
        }
        match (fs::metadata(path), path.to_str()) {
            (Ok(metadata), _) if metadata.is_dir() => self.folder(path),
            (Ok(_), _) => self.files.push(Ok(path.to_path_buf())),
            (Err(_), Some(text)) if text.contains(['*', '?', '[']) => self.pattern(text),
            (Err(error), _) => self.files.push(Err(Error::io("read", path)(error))),
        }
    }

    /// Finds the files that match a pattern, as a shell would.
    fn pattern(&mut self, pattern: &str) {
        let refused = |problem: String| Error::Input {
            input: pattern.to_owned(),
            problem,
        };
        let options = MatchOptions {
            case_sensitive: true,
            require_literal_separator: true,
            require_literal_leading_dot: true,
        };
        let paths = match glob_with(pattern, options) {
            Ok(paths) => paths,
            Err(error) => {
                let problem = format!("it is neither a file nor a pattern: {}", error.msg);
                return self.files.push(Err(refused(problem)));
            }
        };
        // Names that begin with an underscore match only if the pattern says so.
        let last = pattern.rsplit(is_separator).next().unwrap_or_default();
        let takes_marked = last.starts_with('_');
        let n_before = self.files.len();
        for found in paths {
            match found {
                Ok(path) if !takes_marked && name_of(&path).starts_with('_') => {}
                Ok(path) if path.is_dir() => self.folder(&path),
                Ok(path) => self.files.push(Ok(path)),
                Err(error) => {
                    let path = error.path().to_path_buf();
                    self.files.push(Err(Error::io("read", path)(error.into())));
                }
            }
        }
        if self.files.len() == n_before {
            let problem = "no file matches this pattern".to_owned();
            self.files.push(Err(refused(problem)));
        }
    }

    /// Finds the files in a folder and in those within it, by their names.
    fn folder(&mut self, folder: &Path) {
        let n_before = self.files.len();
        let mut seen = HashSet::new();
        self.enter(folder, &mut seen);
        if self.files.len() == n_before {
            self.files.push(Err(Error::Input {
                input: folder.to_string_lossy().into_owned(),
                problem: "the folder holds no files to read".to_owned(),
            }));
        }
    }

    /// `seen` has the folders so far, so that links cannot lead in a circle.
    fn enter(&mut self, folder: &Path, seen: &mut HashSet<PathBuf>) {
        if let Some(problem) = table_format::of_folder(folder) {
            return self.files.push(Err(Error::Input {
                input: folder.to_string_lossy().into_owned(),
                problem,
            }));
        }
        let mut paths = match entries(folder) {
            Ok(paths) => paths,
            Err(error) => return self.files.push(Err(error)),
        };
        if fs::canonicalize(folder).is_ok_and(|resolved| !seen.insert(resolved)) {
            return;
        }
        paths.retain(|path| !is_passed_over(&name_of(path)));
        paths.sort();
        let mut n_databases = 0;
        let mut databases: Vec<PathBuf> = Vec::new();
        for path in paths {
            let metadata = match fs::metadata(&path) {
                Ok(metadata) => metadata,
                Err(error) => {
                    self.files.push(Err(Error::io("read", &path)(error)));
                    continue;
                }
            };
            if metadata.is_dir() {
                self.enter(&path, seen);
            } else if !metadata.is_file() {
                let name = safe_name(&path);
                self.notes
                    .push(format!("{name} is neither a file nor a folder: skipped"));
            } else if !self.takes_databases && is_database(&path) {
                n_databases += 1;
                databases.push(path);
            } else if !databases.iter().any(|database| is_beside(&path, database)) {
                self.files.push(Ok(path));
            }
        }
        if n_databases > 0 {
            let (folder, databases) = (safe_name(folder), counted(n_databases, "SQLite database"));
            self.notes
                .push(format!("{folder}: {databases} in it skipped"));
        }
    }
}

/// A path in a note.
fn safe_name(path: &Path) -> String {
    safe(&path.to_string_lossy()).into_owned()
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).map_err(Error::io("read", folder))?;
    entries
        .map(|entry| Ok(entry.map_err(Error::io("read", folder))?.path()))
        .collect()
}

fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// Whether a file is a SQLite database. False if it cannot be opened: then reading it later says why.
fn is_database(path: &Path) -> bool {
    let mut head = [0; SQLITE.len()];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut head));
    read.is_ok() && head == SQLITE
}

/// Whether a path leads to a file that SQLite keeps beside a database.
fn is_beside(path: &Path, database: &Path) -> bool {
    let (path, database) = (path.to_string_lossy(), database.to_string_lossy());
    let ending = path.strip_prefix(&*database);
    ending.is_some_and(|ending| BESIDE_DATABASE.contains(&ending))
}
