//! Words floor: the nouns that every other floor speaks in.
//!
//! Nothing here reads a file, a clock or a database, and nothing here imports another floor.

pub mod coverage;
pub mod error;
pub(crate) mod figure;
pub mod gap;
pub mod interrupt;
pub(crate) mod memory;
pub(crate) mod nearest;
pub mod pageview;
pub mod progress;
pub mod session;
pub(crate) mod shell;
pub mod text;
pub mod timestamp;
