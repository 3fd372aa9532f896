//! One file a command. Command line floor.

pub(super) mod check;
pub(super) mod compare;
pub(super) mod complete;
pub(super) mod completions;
pub(super) mod config;
pub(super) mod explore;
pub(super) mod export;
mod follow;
pub(super) mod gaps;
#[cfg(feature = "generate")]
pub(super) mod generate;
#[cfg(not(feature = "generate"))]
#[path = "generate/absent.rs"]
pub(super) mod generate;
pub(super) mod inspect;
pub(super) mod load;
pub(super) mod man;
pub(super) mod sessionize;
pub(super) mod sql;
pub(super) mod summary;
