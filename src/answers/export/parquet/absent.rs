//! Parquet in a build without the feature `parquet`: it is not written. Answers floor.

use std::io::Write;
use std::path::Path;

use crate::answers::export::NO_PARQUET;
use crate::answers::export::rows::Source;
use crate::answers::export::table::FigureTable;
use crate::engine::dictionary::Dictionary;
use crate::words::error::Error;
use crate::words::error::Result;
use crate::words::progress::Observe;

/// Errors.
pub(super) fn write(
    _: &Source<'_>,
    _: &mut (dyn Write + Send),
    _: &Path,
    _: Observe<'_>,
) -> Result<u64> {
    Err(Error::Usage(NO_PARQUET.into()))
}

/// Errors.
pub(super) fn write_table(
    _: &FigureTable,
    _: &Dictionary,
    _: &mut (dyn Write + Send),
    _: &Path,
    _: Observe<'_>,
) -> Result<u64> {
    Err(Error::Usage(NO_PARQUET.into()))
}
