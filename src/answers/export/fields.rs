//! The interface by which a format takes the fields of a row. Answers floor.
//!
//! Texts come by their place in a dictionary or once a user, so that a format looks into each only once.

use std::io::Write;

use crate::words::timestamp::Timestamp;

/// Appends a number of at most six decimals, without zeros at its end.
pub(super) fn write_number(out: &mut Vec<u8>, value: f64) {
    let start = out.len();
    write!(out, "{value:.6}").expect("memory can be written to");
    while out.last() == Some(&b'0') && out[start..].contains(&b'.') {
        out.pop();
    }
    if out.last() == Some(&b'.') {
        out.pop();
    }
}

/// Takes the fields of rows, in the order of the header. An unknown value is a field, too.
pub(super) trait ExportFields {
    /// The rows that follow belong to this user, until the next call.
    fn begin_user(&mut self, user_id: &str);

    /// The user's id.
    fn user(&mut self) -> &mut Self;

    /// The identity of the user's session that started then.
    fn session_id(&mut self, started_at: Timestamp) -> &mut Self;

    /// A page, by its index.
    fn page(&mut self, page: u32) -> &mut Self;

    /// An instant.
    fn time(&mut self, at: Timestamp) -> &mut Self;

    /// A count.
    fn count(&mut self, n: u64) -> &mut Self;

    /// A duration in microseconds, not negative; `None` is unknown. Written as seconds.
    fn seconds(&mut self, us: Option<i64>) -> &mut Self;

    /// A value of a carried column; `None` is nothing.
    fn carried(&mut self, text: Option<&str>) -> &mut Self;

    /// A text that is neither a page nor a user.
    fn text(&mut self, text: &str) -> &mut Self;

    /// A number, written with at most six decimals; `None` is unknown.
    fn number(&mut self, value: Option<f64>) -> &mut Self;

    /// True or false.
    fn boolean(&mut self, value: bool) -> &mut Self;

    /// Ends the row.
    fn end_row(&mut self);
}
