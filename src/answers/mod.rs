//! Answers floor: what a person or a program is given, as rows, files and statements.
//!
//! Nothing here draws, reads a key or starts a thread.

pub mod generate;
pub mod quote;
