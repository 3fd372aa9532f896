//! Archives in a build without the feature `archives`: they are refused. Source floor.

use std::convert::Infallible;
use std::io::Read;
use std::path::Path;

use crate::source::input::archive::member::Member;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::interrupt::Interrupt;

/// None.
#[derive(Debug)]
pub(in crate::source) struct Zip(Infallible);

impl Zip {
    /// Errors.
    pub(in crate::source) fn open(_: &Path) -> Result<(Zip, Vec<Member>), String> {
        Err(
            "it is a zip archive or a workbook, which this build of dwell does not read: unpack it, or install dwell with \
             --features archives,workbooks"
                .to_owned(),
        )
    }

    pub(in crate::source) fn member(
        &self,
        _: u64,
        _: &Path,
    ) -> Result<Box<dyn Read + Send>, String> {
        match self.0 {}
    }
}

/// None.
#[derive(Debug)]
pub(super) struct Tar(Infallible);

impl Tar {
    /// Errors.
    pub(super) fn open(path: &Path, _: &Interrupt) -> Result<(Tar, Vec<Member>)> {
        Err(Error::Input {
            input: path.to_string_lossy().into_owned(),
            problem: "it is a tar archive, which this build of dwell does not read: unpack it, or install dwell with \
                      --features archives"
                .to_owned(),
        })
    }

    pub(super) fn member(&self, _: u64, _: u64) -> Box<dyn Read + Send> {
        match self.0 {}
    }
}
