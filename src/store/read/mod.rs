//! Reads stores, and databases that are not ours, and finds damage. Store floor.

pub(super) mod check;
pub(super) mod foreign;
pub(super) mod foreign_load;
pub(super) mod proof;
pub(super) mod scan;
pub(super) mod texts;
