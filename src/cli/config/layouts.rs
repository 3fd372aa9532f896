//! The layouts of a person's own: files in a folder. Command line floor.
//!
//! One that is broken is told of where it is asked for by name, where layouts are listed, and as a note where files are
//! read, which it might have been for.

use std::fs;
use std::io;
use std::path::Path;

use crate::cli::config::file::read_text;
use crate::source::Layout;

/// The layouts of a folder.
#[derive(Debug, Default)]
pub(super) struct OwnLayouts {
    pub(super) layouts: Vec<Layout>,
    /// Names of files that are none, and why.
    pub(super) broken: Vec<(String, String)>,
}

/// Reads the files of a folder whose names end in `.toml`, by name. Errors if it cannot be listed.
pub(super) fn own_layouts(folder: &Path) -> io::Result<OwnLayouts> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let is_layout = path.extension().is_some_and(|ending| ending == "toml");
        if is_layout && path.is_file() {
            paths.push(path);
        }
    }
    paths.sort();
    let mut own = OwnLayouts::default();
    for path in paths {
        let name = name(&path);
        match layout(&path) {
            Ok(mut layout) => {
                layout.own_file = Some(name);
                own.layouts.push(layout);
            }
            Err(problem) => own.broken.push((name, problem)),
        }
    }
    Ok(own)
}

fn name(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}

fn layout(path: &Path) -> Result<Layout, String> {
    let shown = path.display();
    let text = read_text(path).map_err(|error| format!("{shown}: {error}"))?;
    Layout::parse(&text).map_err(|problem| format!("{shown}:{problem}"))
}
