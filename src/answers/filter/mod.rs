//! The filter language: what a person types to choose sessions or users. Answers floor.
//!
//! `landing:/product views>=2 -bounce weekday:mon-fri` is four chips, and all must hold. [`parse`] reads them,
//! [`session_filter`] applies them to a cut, and [`complete`] proposes what to type next. Knows nothing about lists or
//! the command line.

pub(crate) mod chip;
pub(crate) mod complete;
pub(crate) mod field;
mod figures;
pub(crate) mod parse;
pub(crate) mod session_filter;
mod value;

#[cfg(test)]
mod tests;
