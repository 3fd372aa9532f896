//! Parquet files in a build without the feature `parquet`: they are refused. Source floor.

use crate::source::input::window::Window;
use crate::source::options::ReadOptions;
use crate::source::rows::sink::Sink;
use crate::source::rows::understood::Understood;
use crate::words::error::Result;

pub(super) const MAGIC: &[u8; 4] = b"PAR1";

/// Errors.
pub(super) fn read<S: Sink + ?Sized>(
    window: &mut Window<'_>,
    _: &ReadOptions,
    _: &mut S,
) -> Result<Understood> {
    let problem = "it is a Parquet file, which this build of dwell does not read: install dwell with --features parquet";
    Err(window.facts().problem(problem))
}
