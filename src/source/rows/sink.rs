//! Takes the rows of an input. Source floor.

use crate::words::error::Result;
use crate::words::pageview::Pageview;
use crate::words::pageview::Reject;

/// Takes pageviews and rejects, in the order of their rows. An error stops the reading at once, and
/// [`read`](crate::source::read) returns it.
pub trait Sink {
    /// Takes a pageview.
    fn pageview(&mut self, pageview: Pageview<'_>) -> Result<()>;

    /// Takes a row that is not a pageview.
    fn reject(&mut self, reject: Reject) -> Result<()>;

    /// Is told how many raw bytes were read so far, about once for each buffer.
    /// [`Error::Interrupted`](crate::words::error::Error::Interrupted) cancels.
    fn progress(&mut self, bytes_read: u64) -> Result<()> {
        let _ = bytes_read;
        Ok(())
    }
}
