//! `dwell generate` in a build without the feature `generate`: it is refused. Command line floor.

use crate::cli::args::GenerateArgs;
use crate::words::error::Error;
use crate::words::error::Result;

/// Errors.
pub(in crate::cli) fn run(_: GenerateArgs) -> Result<()> {
    let hint = "this build of dwell makes up no pageviews: install dwell with --features generate";
    Err(Error::Usage(hint.into()))
}
