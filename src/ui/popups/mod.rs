//! What lies over the screen, a file each.

pub(in crate::ui) mod candidates;
pub(in crate::ui) mod chips;
pub(in crate::ui) mod export;
pub(in crate::ui) mod help;
pub(in crate::ui) mod notes;
pub(in crate::ui) mod palette;
pub(in crate::ui) mod popup;
pub(in crate::ui) mod shown_columns;
pub(in crate::ui) mod sort;
