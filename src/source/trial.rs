//! What the first rows of an input give if its parts have other roles. Source floor.

use crate::source::access_log::Meaning;
use crate::source::options::ReadOptions;
use crate::source::roles::FirstRows;
use crate::source::roles::assign_again;
use crate::source::rows::intake::Intake;
use crate::source::rows::sink::Sink;
use crate::source::rows::tally::Unit;
use crate::source::rows::understood::Understood;
use crate::source::value::TypedRows;
use crate::words::error::Result;

/// Reads the first rows alone, and gives each to the sink, as a pageview or as a reject.
///
/// Errors as reading the whole input would if it had only these rows.
pub(crate) fn read_first_rows<S: Sink + ?Sized>(
    first: &FirstRows,
    options: &ReadOptions,
    sink: &mut S,
) -> Result<Understood> {
    let roles = assign_again(first, options)?;
    let parts = roles.parts.clone();
    let intake = Intake::new(first.input(), Unit::Row, options, sink);
    let mut rows = TypedRows::new(intake, Meaning { roles, log: None });
    first.each(&parts, &mut |values, row| rows.take(values, row))?;
    rows.finish(String::new(), Vec::new())
}
