//! What each panel shows, a file each.

pub(in crate::ui) mod all_sessions;
pub(in crate::ui) mod calendar;
pub(in crate::ui) mod columns;
pub(in crate::ui) mod gap;
pub(in crate::ui) mod lifeline;
pub(in crate::ui) mod marked;
pub(in crate::ui) mod neighbours;
pub(in crate::ui) mod pages;
mod session_cells;
pub(in crate::ui) mod sessions_of_page;
pub(in crate::ui) mod timeline;
pub(in crate::ui) mod user_sessions;
pub(in crate::ui) mod users;
