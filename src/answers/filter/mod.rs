//! The filter language: what a person types to choose sessions or users. Answers floor.
//!
//! `landing:/product views>=2 -bounce weekday:mon-fri` is four chips, all of which must hold. [`parse`] reads
//! them, [`session_filter`] asks them of a cut, [`complete`] proposes what could be typed next. Knows nothing of
//! lists, and of the command line.

pub(crate) mod chip;
pub(crate) mod complete;
pub(crate) mod field;
mod figures;
pub(crate) mod parse;
pub(crate) mod session_filter;
mod value;

#[cfg(test)]
mod tests;
