//! Rows -> pageviews and rejects, whatever the format.

pub(in crate::source) mod carried;
pub(in crate::source) mod cell;
pub(in crate::source) mod ids;
pub(in crate::source) mod intake;
pub(in crate::source) mod rejects;
pub(in crate::source) mod sink;
pub(in crate::source) mod tally;
#[cfg(test)]
pub(in crate::source) mod test_sink;
pub(in crate::source) mod understood;
