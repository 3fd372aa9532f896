//! Writes files into a folder: all of them, or none. Command line floor.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

use crate::output::Output;
use crate::words::error::Error;
use crate::words::error::Result;

/// A file by its path in the folder.
pub(super) struct FileInFolder {
    pub(super) name: PathBuf,
    pub(super) text: Vec<u8>,
}

/// Writes the files, of which none is to be seen before the last is whole. Errors if one is there already, unless it is
/// to be overwritten.
pub(super) fn write(folder: &Path, files: &[FileInFolder], overwrites: bool) -> Result<()> {
    let mut outputs = Vec::new();
    for file in files {
        let path = folder.join(&file.name);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent).map_err(Error::io("make", parent))?;
        let mut output = Output::file(&path, overwrites, &[])?;
        output
            .write_all(&file.text)
            .and_then(|()| output.flush())
            .map_err(Error::io("write", output.path()))?;
        outputs.push(output);
    }
    for output in outputs {
        output.finish()?;
    }
    Ok(())
}
