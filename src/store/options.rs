//! The options of a load into a store. Store floor.

use crate::source::ReadOptions;
use crate::words::timestamp::Timestamp;

/// The options of a load.
#[derive(Clone, Debug)]
pub struct LoadOptions {
    /// How the input is read.
    pub read: ReadOptions,
    /// Whether the first reject stops the load.
    pub strict: bool,
    /// Whether content in the ledger is taken in once more.
    pub again: bool,
    /// Whether duplicates are left out: pageviews with the user, time and page of one that is there already.
    pub dedupe: bool,
    /// The time to write into the ledger.
    pub loaded_at: Timestamp,
    /// Pageviews that are kept in memory at a time. If there are more, they wait in sorted runs.
    pub rows_a_slab: usize,
}
