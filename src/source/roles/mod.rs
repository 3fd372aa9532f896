//! Finds what the parts of an input mean: which is the user, the time, the page, and which rows are page views. Source
//! floor.
//!
//! Knows names and values, whatever the format, and nothing about how they are written. Evidence decides: usual names,
//! and the first rows. dwell says what was decided, with the runner-up. If all rows contradict that in the end, the
//! input is refused.
//!
//! ```text
//! names, kind, nothing (words) -> sample, evidence (values) -> choice (which is best)
//!     -> search -> hold (what was settled before), rows, three (what is taken) -> assign -> condition, watch (all rows)
//! ```

mod asked;
mod assign;
mod choice;
mod condition;
mod constants;
mod decided;
mod evidence;
mod first_rows;
mod forms;
mod hold;
mod inspect;
mod kind;
mod layout;
mod named_columns;
mod names;
mod nothing;
mod offer;
mod refusal;
mod row_filter;
mod rows;
mod sample;
mod sampled;
mod search;
mod settled;
mod three;
mod watch;

pub(super) use crate::source::roles::asked::count_found;
pub(super) use crate::source::roles::asked::wanted;
pub(super) use crate::source::roles::assign::assign_again;
pub(super) use crate::source::roles::constants::assign;
pub(super) use crate::source::roles::decided::Roles;
pub(crate) use crate::source::roles::first_rows::FirstRows;
pub(crate) use crate::source::roles::inspect::Inspection;
pub(crate) use crate::source::roles::inspect::Inspector;
pub(super) use crate::source::roles::layout::Beside;
pub(crate) use crate::source::roles::layout::Layout;
pub use crate::source::roles::layout::LayoutChoice;
pub(crate) use crate::source::roles::layout::add_layouts;
pub(crate) use crate::source::roles::layout::layouts;
pub(super) use crate::source::roles::layout::recognise;
pub use crate::source::roles::named_columns::NamedColumns;
pub use crate::source::roles::names::PAGE_NAMES;
pub(super) use crate::source::roles::names::Role;
pub use crate::source::roles::names::TIME_NAMES;
pub use crate::source::roles::names::USER_NAMES;
pub(super) use crate::source::roles::names::is_event;
pub(super) use crate::source::roles::names::is_there;
pub(super) use crate::source::roles::names::position;
pub(super) use crate::source::roles::names::quoted_name;
pub(super) use crate::source::roles::names::shown;
pub(super) use crate::source::roles::names::without_type;
pub(super) use crate::source::roles::nothing::Nothing;
pub(super) use crate::source::roles::offer::Offer;
pub use crate::source::roles::row_filter::RowFilter;
pub(super) use crate::source::roles::sample::MOST_BYTES;
pub(super) use crate::source::roles::sample::MOST_BYTES_OF_PIPE;
pub(super) use crate::source::roles::sample::MOST_ROWS;
pub(super) use crate::source::roles::sample::Values;
pub(crate) use crate::source::roles::settled::Settled;

#[cfg(test)]
mod tests;
