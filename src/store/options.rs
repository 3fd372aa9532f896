//! What a load into a store is asked to do. Store floor.

use crate::source::ReadOptions;
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
    /// Pageviews that are kept in memory at a time; more of them wait in sorted runs.
    pub rows_a_slab: usize,
}
