//! From paths to inputs: a file, or everything in a folder, an archive or a pattern. Source floor.
//!
//! Knows where bytes are, not what they mean. No member of an archive is ever written to disk under its own name, so a
//! name such as `../../x` is only a name.
//!
//! ```text
//! pattern, folder -> files -> members of archives -> beside (a header in a file of its own) -> Location -> Input
//! ```

mod beside;
mod folder;
mod location;
mod partition;
mod table_format;

use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use crate::source::input::archive::Archive;
use crate::source::input::archive::Container;
use crate::source::input::locate::folder::FileSearch;
pub use crate::source::input::locate::location::Location;
use crate::source::input::locate::location::LocationKind;
use crate::source::options::ReadOptions;
use crate::source::roles::RowFilter;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::figure::counted;
use crate::words::interrupt::Interrupt;

/// What paths lead to.
#[derive(Debug, Default)]
pub struct Located {
    /// The inputs, in order; or why a path leads to none.
    pub inputs: Vec<Result<Location>>,
    /// What was skipped, one sentence each.
    pub notes: Vec<String>,
}

impl Located {
    /// All inputs. The error is that of the first that is missing.
    pub fn all(self) -> Result<Vec<Location>> {
        self.inputs.into_iter().collect()
    }

    /// Leaves out inputs in folders that a filter does not take.
    fn leave_out(&mut self, filters: &[RowFilter]) {
        let is_taken = |location: &Location| {
            filters.iter().all(|filter| {
                let mut folders = location.folders.iter();
                let of_key = folders.find(|(key, _)| *key == filter.column);
                of_key.is_none_or(|(_, value)| filter.values.contains(value) == filter.is)
            })
        };
        let n_before = self.inputs.len();
        self.inputs
            .retain(|input| input.as_ref().map_or(true, is_taken));
        match n_before - self.inputs.len() {
            0 => {}
            n if self.inputs.is_empty() => {
                let columns: Vec<&str> = filters
                    .iter()
                    .map(|filter| filter.column.as_str())
                    .collect();
                self.inputs.push(Err(Error::Usage(format!(
                    "--where {} takes none of the {}",
                    columns.join(", "),
                    counted(n as u64, "file")
                ))));
            }
            n => self
                .notes
                .push(format!("{} left out by --where", counted(n as u64, "file"))),
        }
    }
}

/// Finds the inputs that paths lead to. `-` is standard input. A path that names no file is a pattern if it holds `*`,
/// `?` or `[`; a folder is searched through, without names that begin with `_` or `.`, and without databases unless a
/// table is asked for. Inputs in a `key=value` folder that a filter leaves out are not opened.
pub fn locate(paths: &[PathBuf], options: &ReadOptions, interrupt: &Interrupt) -> Located {
    let mut walk = FileSearch::new(options.table.is_some());
    for path in paths {
        walk.path(path);
    }
    let mut located = Located {
        inputs: Vec::new(),
        notes: walk.notes,
    };
    for file in walk.files {
        match file.and_then(|path| within(path, interrupt)) {
            Ok(found) => located.inputs.extend(found),
            Err(error) => located.inputs.push(Err(error)),
        }
    }
    let notes = beside::settle(&mut located.inputs);
    located.notes.extend(notes);
    located.leave_out(&options.filters);
    located
}

/// The inputs within a file: itself, as a rule.
fn within(path: PathBuf, interrupt: &Interrupt) -> Result<Vec<Result<Location>>> {
    let name = path.to_string_lossy().into_owned();
    let place = match Container::of(&path, interrupt)? {
        None => LocationKind::File(path.clone()),
        Some(Container::Workbook) => LocationKind::Sheet(path.clone()),
        Some(Container::Archive(archive)) => return members(&path, &name, archive),
    };
    if let LocationKind::File(path) = &place
        && let Some(problem) = table_format::of_file(path)
    {
        return Err(Error::Input {
            input: name,
            problem,
        });
    }
    Ok(vec![Ok(Location {
        folders: partition::of(&path, ""),
        name,
        place,
        header: None,
    })])
}

/// The members of an archive that are inputs.
fn members(path: &Path, name: &str, archive: Archive) -> Result<Vec<Result<Location>>> {
    let refused = |problem: String| Error::Input {
        input: name.to_owned(),
        problem,
    };
    let names = archive.members.iter().map(|member| member.name.as_str());
    if let Some(problem) = names.clone().find_map(table_format::of_member) {
        return Err(refused(problem));
    }
    let archive = Arc::new(archive);
    let found: Vec<Result<Location>> = (archive.members.iter().enumerate())
        .filter(|(_, member)| !member.name.split(['/', '\\']).any(folder::is_passed_over))
        .map(|(place, member)| {
            Ok(Location {
                name: format!("{name}/{}", member.name),
                place: LocationKind::Member(Arc::clone(&archive), place),
                folders: partition::of(path, &member.name),
                header: None,
            })
        })
        .collect();
    if found.is_empty() {
        return Err(refused("the archive holds no files to read".to_owned()));
    }
    Ok(found)
}
