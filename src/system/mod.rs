//! System floor: what operating systems do differently, side by side.
//!
//! `unix.rs` is for Unix. `portable.rs` is for all others, Windows among them: it takes what the standard library and
//! the dependencies offer everywhere, and gives up the rest. `--cfg dwell_portable` takes it on Unix too, so that it is
//! compiled and tested where dwell is made. No other file of the program asks which system it runs on.

pub(crate) mod files;
pub(crate) mod memory;
pub(crate) mod signals;
