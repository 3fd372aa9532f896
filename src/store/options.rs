//! What a load is asked to do, and who watches it. Store floor.

use crate::engine::dictionary::Dictionary;
use crate::engine::order::Arrival;
use crate::source::ReadOptions;
use crate::words::error::Result;
use crate::words::progress::Progress;
use crate::words::timestamp::Timestamp;

/// What a load is asked to do.
#[derive(Clone, Debug)]
pub struct LoadOptions {
    /// How the input is read.
    pub read: ReadOptions,
    /// Whether the first reject stops the load.
    pub strict: bool,
    /// Whether content that the ledger knows is taken in once more.
    pub again: bool,
    /// Whether pageviews equal to one that is there already in user, time and page are left out.
    pub dedupe: bool,
    /// The time to write into the ledger.
    pub loaded_at: Timestamp,
}

/// Watches a load.
pub trait Observer {
    /// Hears of progress. An error stops the load, and the store stays as it was.
    fn progress(&mut self, progress: Progress) -> Result<()>;

    /// Sees the pageviews read so far, in order of arrival: called each time their number has doubled.
    fn so_far(&mut self, _users: &Dictionary, _pages: &Dictionary, _arrivals: &[Arrival]) {}
}

impl<F: FnMut(Progress) -> Result<()>> Observer for F {
    fn progress(&mut self, progress: Progress) -> Result<()> {
        self(progress)
    }
}
