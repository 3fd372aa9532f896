//! The facts of a session. Words floor.

use crate::words::timestamp::Timestamp;

/// A session: a series of pageviews of one user in which every pause is shorter than the gap.
///
/// Identified by (`user_id`, `started_at`). Borrows its texts from the columns it was cut from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session<'a> {
    /// Who the session belongs to.
    pub user_id: &'a str,
    /// Number among the user's sessions in time order, from 1. It is derived, and shifts when a late event arrives.
    pub session_number: u64,
    /// Instant of the first pageview.
    pub started_at: Timestamp,
    /// Instant of the last pageview, not last plus gap.
    pub ended_at: Timestamp,
    /// How many pageviews, at least 1.
    pub pageviews: u64,
    /// Page of the first pageview.
    pub landing_page: &'a str,
    /// Page of the last pageview.
    pub exit_page: &'a str,
    /// Its closing gap has not been observed yet: watermark - `ended_at` < gap.
    pub is_open: bool,
    /// Started less than one gap after the first pageview of all, so it may have begun before the data.
    pub starts_at_edge: bool,
}

impl Session<'_> {
    /// Microseconds from the first to the last pageview; 0 for one pageview.
    pub fn duration_us(&self) -> i64 {
        self.ended_at.as_us() - self.started_at.as_us()
    }

    /// Whether the session is one single pageview.
    pub fn is_bounce(&self) -> bool {
        self.pageviews == 1
    }
}

/// Appends a session's identity, the same on every engine: `<user_id>@<started_at in microseconds>`.
pub fn write_session_id(out: &mut Vec<u8>, user_id: &str, started_at: Timestamp) {
    out.extend_from_slice(user_id.as_bytes());
    out.push(b'@');
    out.extend_from_slice(itoa::Buffer::new().format(started_at.as_us()).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_id_is_the_user_and_the_start_in_microseconds() {
        let mut out = Vec::new();
        write_session_id(
            &mut out,
            "456",
            Timestamp::from_us(1_580_648_116_000_000).unwrap(),
        );
        assert_eq!(out, b"456@1580648116000000");
    }
}
