//! Paths and pipes -> text in memory, unpacked and decoded. Knows nothing about rows.

pub(in crate::source) mod archive;
pub(in crate::source) mod content;
pub(in crate::source) mod decode;
mod facts;
mod feed;
pub(in crate::source) mod line_end;
pub(in crate::source) mod locate;
mod once;
pub(in crate::source) mod open_end;
mod raw;
mod shorten;
pub(in crate::source) mod unread;
pub(in crate::source) mod window;
#[cfg(feature = "workbooks")]
mod workbook;
#[cfg(not(feature = "workbooks"))]
#[path = "workbook/absent.rs"]
mod workbook;

pub(in crate::source) use crate::source::input::facts::Context;
pub(in crate::source) use crate::source::input::facts::InputFacts;
pub use crate::source::input::raw::Input;
