//! Workbooks in a build without the feature `workbooks`: they are refused. Source floor.

use std::path::Path;

use crate::source::input::raw::Input;
use crate::source::options::ReadOptions;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::interrupt::Interrupt;

/// Errors.
pub(in crate::source) fn open(path: &Path, _: &ReadOptions, _: &Interrupt) -> Result<Input> {
    Err(Error::Input {
        input: path.to_string_lossy().into_owned(),
        problem: "it is a workbook, which this build of dwell does not read: save the sheet as CSV, or install dwell with \
                  --features workbooks"
            .to_owned(),
    })
}
