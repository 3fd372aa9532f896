//! The fields of a row, as a format takes them. Answers floor.
//!
//! Texts come by their place in a dictionary or once a user, so that a format looks into each only once.

use crate::words::timestamp::Timestamp;

/// Takes the fields of rows, in the order of the header. One that is unknown is a field all the same.
pub(super) trait ExportFields {
    /// The rows that follow are this user's, until the next call.
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

    /// True or false.
    fn boolean(&mut self, value: bool) -> &mut Self;

    /// Ends the row.
    fn end_row(&mut self);
}
