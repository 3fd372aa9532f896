//! The sample in a build without the feature `generate`: there is none. Explorer floor.

use crate::engine::dataset::Dataset;
use crate::explorer::tracker::Tracker;
use crate::words::error::Error;
use crate::words::error::Result;

/// Errors.
pub(super) fn sample(_: &mut Tracker) -> Result<Dataset> {
    let hint = "this build of dwell has no sample: name a file of pageviews, or install dwell with --features generate";
    Err(Error::Usage(hint.into()))
}
